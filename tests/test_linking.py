"""`bilateral link`: how candidates are found and judged, on ambiguous names, and how services fail."""

from __future__ import annotations

import json

import httpx
import pyoxigraph as ox
import pytest
import stamina
from click.testing import CliRunner

from bilateral.build import build
from bilateral.cli import main
from bilateral.errors import LinkError
from bilateral.folding import folded
from bilateral.language import languages
from bilateral.link.model import Candidate, Entity
from bilateral.link.pairs import start
from bilateral.link.plan import plan
from bilateral.link.score import judged, likeness, spellings
from bilateral.links import begin_file, links_path, read_mappings, write_mappings
from bilateral.query.graph import open_graph

from .linking_world import rows, started, triples
from .serving import bilateral_server, oxigraph_server
from .test_remote import endless, reply, serve  # noqa: F401 - a fixture

NAMES = {row["name"]: row for row in rows("names.tsv")}
STATES = {"georgia", "azerbaijan", "romania", "hungary", "turkey", "japan"}
LEAST_PRECISION, LEAST_RECALL = 0.95, 0.8


class World:
    """The services, and a graph of all the names."""

    def __init__(self, endpoint, services, graph, folder):
        self.endpoint = endpoint
        self.services = services
        self.graph = graph
        self.folder = folder

    def options(self, **more):
        return {
            "service": "wikidata", "endpoint": self.endpoint, "search": self.services.search,
            "languages": (), "threshold": None, "links": self.folder / "mine.sssom.tsv",
            "author": "a tester",
        } | more  # fmt: skip

    def command(self, *words, stdin=None, graph=None):
        given = [
            "link",
            *map(str, words),
            "--graph",
            str(graph or self.graph),
            "--author",
            "a tester",
        ]
        return CliRunner().invoke(main, given, input=stdin)

    @property
    def here(self):
        return ["--endpoint", self.endpoint, "--search", self.services.search]


@pytest.fixture(scope="module")
def world(knowledge, tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    lexicon = knowledge.lexicon(languages()["ka"])
    page = folder / "names.txt"
    said = (f"{lexicon.entries[f'id:{name}'].names[0]}." for name in NAMES)
    page.write_text("\n".join(said), encoding="utf-8")
    build([page], folder / "out", views=False)
    data = folder / "world.nq"
    data.write_bytes(ox.serialize(triples(), format=ox.RdfFormat.N_QUADS))
    begin_file(folder / "mine.sssom.tsv")
    services = started()
    with oxigraph_server(data, folder / "store") as endpoint:
        yield World(endpoint, services, folder / "out", folder)
    services.shutdown()
    services.server_close()


def with_states(path):
    """A file of mappings of one's own, with the states, as a person would have them first."""
    begin_file(path)
    states = [m for m in read_mappings() if m.subject_id.partition(":")[2] in STATES]
    write_mappings([m for m in states if m.object_id.startswith("wd:") and not m.negative], path)


@pytest.fixture
def mine(tmp_path):
    with_states(tmp_path / "mine.sssom.tsv")
    return tmp_path / "mine.sssom.tsv"


# --- On ambiguous names -----------------------------------------------------------------------


def found(world, mine, names, **options):
    given = world.options(links=mine, **options)
    graph = open_graph(world.graph)
    return start(names, graph, given, ("en", "ka", "az"), print, lambda *_: None)[2]


@pytest.fixture(scope="module")
def each(world):
    """All the names with their candidates, the states being linked already."""
    path = world.folder / "states.sssom.tsv"
    with_states(path)
    return list(found(world, path, [name for name in NAMES if name not in STATES]))


def answer(one):
    """The right item of a name, or None where there is none."""
    item = NAMES[one.entity.id.partition(":")[2]]["item"]
    return f"wd:{item}" if item else None


@pytest.mark.parametrize("half", ["found", "tried"])
def test_the_first_candidate_is_right(half, each):
    mine = [one for one in each if NAMES[one.entity.id.partition(":")[2]]["half"] == half]
    assert len(mine) >= 55
    proposed = [one for one in mine if one.proposed]
    wrong = [one.entity.id for one in proposed if one.judged[0].candidate.id != answer(one)]
    missed = [one.entity.id for one in mine if not one.proposed and answer(one)]
    right = len(proposed) - len(wrong)
    assert right / len(proposed) >= LEAST_PRECISION, wrong
    assert right / (right + len(missed)) >= LEAST_RECALL, missed


def test_where_the_right_one_is_not_there_hardly_anything_is_proposed(each):
    without = (
        judged(one.entity, [j.candidate for j in one.judged if j.candidate.id != answer(one)])
        for one in each
    )
    wrong = [(one.entity.id, one.judged[0].candidate.label) for one in without if one.proposed]
    assert len(wrong) <= len(each) * 0.05, wrong


@pytest.mark.parametrize(
    ("name", "right"),
    [("georgia", "Q230"), ("kars", "Q127063"), ("erzurum", "Q122803"), ("socar", "Q1622293"), ("guam", "Q326816"),
     ("bsec", "Q380340"), ("council-of-europe", "Q8908"), ("wto", "Q7825"), ("un-tourism", "Q61923"),
     ("baku", "Q9248"), ("az-ministry-health", "Q4294345"), ("world-bank", "Q7164")],
)  # fmt: skip
def test_names_that_are_often_confused(name, right, world, tmp_path):
    begin_file(tmp_path / "none.tsv")
    (one,) = found(world, tmp_path / "none.tsv", [name])
    assert one.proposed
    assert one.judged[0].candidate.id == f"wd:{right}"


def test_a_company_of_another_kind_is_not_proposed(world, mine):
    (one,) = found(world, mine, ["vanilla-sky-georgia"])
    assert not one.proposed


def test_neighbours_and_countries_tell_pipelines_apart(world, mine, built):
    rows_ = [m for m in read_mappings() if m.object_id.startswith("wd:") and not m.negative]
    write_mappings(rows_, mine)
    given = world.options(links=mine)
    names = [
        "baku-supsa-pipeline",
        "btc-pipeline",
        "baku-tbilisi-erzurum-pipeline",
        "baku-tbilisi-kars-railway",
    ]
    each = list(
        start(names, open_graph(built), given, ("en", "ka", "az"), print, lambda *_: None)[2]
    )
    for one in each:
        assert one.proposed, one.entity.id
        assert one.judged[0].candidate.id == f"wd:{NAMES[one.entity.id.partition(':')[2]]['item']}"
        gives = {part.about: part.gives for part in one.judged[0].parts}
        assert gives["neighbours"] > 0


def test_a_score_is_the_sum_of_its_parts(world, mine):
    for one in found(world, mine, ["kars", "guam", "agri"]):
        for j in one.judged:
            total = sum(part.gives for part in j.parts)
            assert j.score == pytest.approx(min(1, max(0, total)), abs=0.002)
            assert [part.about for part in j.parts] == list(plan().weights)
            assert all(part.why for part in j.parts)


# --- Names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [("Baku–Supsa pipeline", "Baku-Supsa Pipeline", 1, 1), ("BakuSupsa", "Baku Supsa", 1, 1),
     ("Ministry of Health", "Health Ministry", 0.9, 1), ("SOCAR", "SOCAR Trading", 0, 0.7),
     ("World Bank", "World Bank Group", 0, 0.85), ("Council of Europe", "European Council", 0, 0.7),
     ("Ministry of Energy of Georgia", "Ministry of Economy of Georgia", 0, 0.8),
     ("State Oil Company (SOCAR)", "SOCAR", 0.85, 0.95), ("State Oil Company (SOCAR)", "State Oil Company", 1, 1),
     ("", "Baku", 0, 0), ("()", "()", 0, 0), ("Баку", "Baku", 1, 1), ("Şərq", "Sarq", 1, 1)],
)  # fmt: skip
def test_likeness(one, other, least, most):
    assert least <= likeness(one, other) <= most
    assert likeness(one, other) == pytest.approx(likeness(other, one))


def test_spellings_of_a_name_with_a_bracket():
    assert spellings("State Oil Company (SOCAR)") == [
        "State Oil Company (SOCAR)",
        "State Oil Company",
        "SOCAR",
    ]
    assert spellings("Baku") == ["Baku"]


def test_georgian_case_endings_are_one_word(knowledge):
    lexicon = knowledge.lexicon(languages()["ka"])
    names = lexicon.entries["id:ge-mfa"].names[0].split(), lexicon.entries["id:georgia"].names[0]
    assert names[0][0] != names[1]
    assert likeness(names[0][0], names[1]) > plan().same_word


def test_every_class_that_can_be_linked_has_its_outside_types(knowledge):
    for name in plan().types:
        assert name in knowledge.superclasses, name
    actors = [
        k
        for k, above in knowledge.superclasses.items()
        if above & {"Actor", "Place", "Undertaking"}
    ]
    for kind in actors:
        assert {kind, *knowledge.superclasses[kind]} & plan().types.keys() or kind in {
            "Actor",
            "Place",
        }, kind


@pytest.mark.parametrize(
    ("kind", "name", "fits"),
    [("City", "port city in Turkey", True), ("City", "city", True), ("City", "city council", False),
     ("City", "province of Turkey", False), ("Country", "historical country", False), ("Country", "country", True),
     ("Company", "film", False), ("Company", "film production company", True), ("Region", "sea", True),
     ("IntergovernmentalOrganization", "musical group", False), ("Ministry", "position", False)],
)  # fmt: skip
def test_types_fit_by_the_head_of_their_name(kind, name, fits):
    assert plan().types[kind].fit("Q9199999", name) is fits


def test_two_that_are_as_good_are_not_proposed():
    entity = Entity("bilateral:x", "Baku", {"en": ("Baku",)}, ("City", "Place"))
    twins = [
        Candidate(f"wd:Q{n}", "Baku", names={"en": ["Baku"]}, types={"Q515": "city"})
        for n in (1, 2)
    ]
    assert not judged(entity, twins).proposed
    assert judged(entity, twins[:1]).proposed


def test_nothing_is_known_of_a_candidate_without_anything():
    entity = Entity("bilateral:x", "Baku", {"en": ("Baku",)}, ("City", "Place"))
    one = judged(entity, [Candidate("wd:Q1", "")])
    assert one.judged == ()
    assert not one.proposed
    assert judged(Entity("bilateral:x", "", {}, ()), [Candidate("wd:Q1", "")]).judged == ()


# --- The command ------------------------------------------------------------------------------


def test_candidates_are_shown_with_their_reasons(world, mine):
    done = world.command("kars", *world.here, "--links", mine)
    assert done.exit_code == 0, done.output
    assert "= " in done.stdout
    assert "wd:Q127063" in done.stdout
    for part in plan().weights:
        assert part in done.stdout


def test_candidates_as_json(world, mine):
    done = world.command("kars", "vanilla-sky-georgia", *world.here, "--links", mine, "-o", "json")
    kars, sky = json.loads(done.stdout)
    assert kars["proposed"] == "wd:Q127063"
    assert sky["proposed"] is None
    first = kars["candidates"][0]
    assert first["iri"] == "http://www.wikidata.org/entity/Q127063"
    assert first["page"] == "https://www.wikidata.org/wiki/Q127063"
    assert sum(part["gives"] for part in first["parts"]) == pytest.approx(first["score"], abs=0.002)


def test_without_a_name_all_that_has_no_match_is_looked_for(world, mine):
    done = world.command(*world.here, "--links", mine, "-o", "json")
    looked = {one["id"] for one in json.loads(done.stdout)}
    assert looked >= {f"bilateral:{name}" for name in NAMES.keys() - STATES}
    assert not looked & {f"bilateral:{name}" for name in STATES}


def test_a_language_of_one_s_own_choice(world, mine):
    done = world.command("georgia", *world.here, "--links", mine, "--lang", "en", "-o", "json")
    (one,) = json.loads(done.stdout)
    assert "ka" not in one["candidates"][0]["parts"][0]["why"]


def test_the_search_is_asked_for_what_is_not_found_by_its_name(world, mine):
    world.services.asked.clear()
    world.command("kars", *world.here, "--links", mine)
    assert world.services.asked == []
    world.command("vanilla-sky-georgia", *world.here, "--links", mine)
    assert any("wbsearchentities" in path for path in world.services.asked)


def test_what_a_person_says_is_kept(world, mine):
    done = world.command("--accept", "kars=Q127063", "--links", mine, "--why", "Seen by me.")
    assert done.exit_code == 0, done.output
    assert done.stdout == "accepted: bilateral:kars skos:exactMatch wd:Q127063\n"
    (row,) = [m for m in read_mappings(mine) if m.subject_id == "bilateral:kars"]
    assert (row.comment, row.author_label, row.mapping_tool) == (
        "Seen by me.",
        "a tester",
        "bilateral link",
    )
    assert row.object_source == "https://www.wikidata.org/"
    (one,) = json.loads(world.command("kars", *world.here, "--links", mine, "-o", "json").stdout)
    assert one["proposed"] == "wd:Q127063"


def test_what_is_not_the_same_is_never_proposed_again(world, mine):
    assert world.command("--reject", "kars=wd:Q127063", "--links", mine).exit_code == 0
    (one,) = json.loads(world.command("kars", *world.here, "--links", mine, "-o", "json").stdout)
    assert "wd:Q127063" not in {c["id"] for c in one["candidates"]}
    (row,) = [m for m in read_mappings(mine) if m.subject_id == "bilateral:kars"]
    assert row.negative


def test_what_is_another_s_is_not_proposed(world, mine):
    assert world.command("--accept", "erzurum=wd:Q127063", "--links", mine).exit_code == 0
    (one,) = json.loads(world.command("kars", *world.here, "--links", mine, "-o", "json").stdout)
    assert "wd:Q127063" not in {c["id"] for c in one["candidates"]}


def test_a_decision_can_be_taken_back(world, mine):
    before = mine.read_bytes()
    world.command("--reject", "kars=wd:Q127063", "--links", mine)
    assert mine.read_bytes() != before
    done = world.command("--forget", "kars=wd:Q127063", "--links", mine)
    assert done.stdout == "forgotten: bilateral:kars Not skos:exactMatch wd:Q127063\n"
    assert mine.read_bytes() == before


def test_an_address_and_another_predicate(world, mine):
    done = world.command(
        "--accept", "socar=http://dbpedia.org/resource/SOCAR", "--match", "close", "--links", mine
    )
    assert done.stdout == "accepted: bilateral:socar skos:closeMatch dbr:SOCAR\n"
    name = "http://dbpedia.org/resource/Baku–Supsa_Pipeline"
    done = world.command("--accept", f"baku-supsa-pipeline={name}", "--links", mine, "-o", "json")
    (row,) = json.loads(done.stdout)
    assert row["object_id"] == "dbr:Baku%E2%80%93Supsa_Pipeline"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [(["--accept", "kars"], 2, "is no pair"), (["--accept", "=wd:Q1"], 2, "is no pair"),
     (["--accept", "nobody=wd:Q1"], 2, "nothing named 'nobody'"), (["--accept", "kars=xx:1"], 1, "unknown prefix 'xx'"),
     (["--accept", "kars=https://example.org/1"], 2, "no id with a known prefix"),
     (["--accept", "georgia=wd:Q1428"], 2, "is the same as wd:Q230 already"),
     (["--accept", "kars=wd:Q230"], 2, "is the same as bilateral:georgia already"),
     (["--accept", "georgia=wd:Q230"], 2, "said to match"),
     (["--reject", "georgia=wd:Q230"], 2, "said to match"), (["--forget", "kars=wd:Q1"], 2, "no row is about"),
     (["--threshold", "2"], 2, "threshold"), (["--service", "wikipedia"], 2, "no service is called 'wikipedia'"),
     (["nobody"], 2, "nothing named 'nobody'"),
     (["kars", "--search", "http://127.0.0.1:9/"], 2, "no place for the text")],
)  # fmt: skip
def test_what_is_wrong_with_the_options_is_told(words, code, said, world, mine):
    before = mine.read_bytes()
    done = world.command(*words, "--links", mine)
    assert done.exit_code == code, done.output
    assert said in done.stderr
    assert done.stdout == ""
    assert mine.read_bytes() == before


def test_the_project_s_own_file_is_not_touched_by_looking(world):
    before = links_path().read_bytes()
    world.command("kars", *world.here)
    assert links_path().read_bytes() == before


# --- The review -------------------------------------------------------------------------------


def review(world, mine, answers, *names):
    return world.command(*names, *world.here, "--links", mine, "--review", stdin=answers)


def said_of(mine, name):
    return [
        (m.predicate_modifier, m.object_id)
        for m in read_mappings(mine)
        if m.subject_id == f"bilateral:{name}"
    ]


def test_a_yes_is_written_at_once(world, mine):
    done = review(world, mine, "y\n", "kars")
    assert done.exit_code == 0
    assert said_of(mine, "kars") == [("", "wd:Q127063")]
    assert "1 accepted, 0 rejected" in done.stderr
    (row,) = [m for m in read_mappings(mine) if m.subject_id == "bilateral:kars"]
    assert "Score" in row.comment
    assert row.object_label == "Kars"


def test_a_no_is_remembered_and_the_next_candidate_shown(world, mine):
    done = review(world, mine, "n\ny\n", "kars")
    no, yes = sorted(said_of(mine, "kars"), reverse=True)
    assert no == ("Not", "wd:Q127063")
    assert yes[0] == ""
    assert "2 of " in done.stderr


def test_an_undo_takes_back_the_last_decision_also_of_another_thing(world, mine):
    review(world, mine, "y\nu\nn\nq\n", "kars", "erzurum")
    assert said_of(mine, "kars") == [("Not", "wd:Q127063")]
    assert said_of(mine, "erzurum") == []


def test_undo_again_and_again(world, mine):
    before = mine.read_bytes()
    done = review(world, mine, "n\nn\nu\nu\nu\ns\nq\n", "kars", "erzurum")
    assert mine.read_bytes() == before
    assert "Nothing to undo" in done.stderr
    assert "0 accepted, 0 rejected" in done.stderr


def test_a_skip_decides_nothing(world, mine):
    before = mine.read_bytes()
    done = review(world, mine, "s\ns\n", "kars", "erzurum")
    assert mine.read_bytes() == before
    assert "All seen" in done.stderr


def test_a_review_goes_on_where_it_stopped(world, mine):
    review(world, mine, "y\nq\n", "kars", "erzurum")
    assert said_of(mine, "kars")
    assert not said_of(mine, "erzurum")
    done = review(world, mine, "y\n", "erzurum")
    assert said_of(mine, "erzurum") == [("", "wd:Q122803")]
    assert "Kars ·" not in done.stderr


@pytest.mark.parametrize("answers", ["", "y", "what?\n\n \nhelp\ny\n"])
def test_the_end_of_what_is_typed_ends_the_review(answers, world, mine):
    done = review(world, mine, answers, "kars")
    assert done.exit_code == 0
    assert bool(said_of(mine, "kars")) == ("y" in answers)
    if "help" in answers:
        assert "never ask again" in done.stderr


def test_nothing_is_asked_on_stdout(world, mine):
    assert review(world, mine, "q\n", "kars").stdout == ""


# --- A reconciliation service -----------------------------------------------------------------


def test_candidates_of_a_reconciliation_service(world, mine):
    done = world.command(
        "kars", "socar", "--service", world.services.reconcile, "--links", mine, "-o", "json"
    )
    assert done.exit_code == 0, done.output
    kars, socar = json.loads(done.stdout)
    assert kars["candidates"][0]["id"] == "wd:Q127063"
    assert socar["candidates"][0]["id"] == "wd:Q1622293"


def test_its_queries_have_the_form_that_the_specification_gives(world, mine):
    world.services.asked.clear()
    world.command("kars", "--service", world.services.reconcile, "--links", mine)
    (body,) = [asked for asked in world.services.asked if asked.startswith("queries=")]
    from urllib.parse import parse_qs  # noqa: PLC0415

    for query in json.loads(parse_qs(body)["queries"][0]).values():
        assert set(query) == {"query", "limit"}
        assert query["query"]
    # One request for all languages and things.
    assert len([asked for asked in world.services.asked if asked.startswith("queries=")]) == 1


def test_our_own_service_is_understood(world, mine, built):
    with bilateral_server(built) as address:
        words = [
            "kars",
            "socar",
            "--service",
            f"{address}/reconcile",
            "--links",
            mine,
            "-o",
            "json",
        ]
        done = world.command(*words)
        shown = httpx.get(f"{address}/id/socar", headers={"Accept": "text/html"}).text
    assert done.exit_code == 0, done.output
    assert [one["candidates"][0]["label"] for one in json.loads(done.stdout)] == [
        "Kars", "State Oil Company of the Azerbaijan Republic (SOCAR)",
    ]  # fmt: skip
    assert 'href="http://www.wikidata.org/entity/Q1622293"' in shown


MANIFEST = {
    "versions": ["0.2"],
    "name": "x",
    "identifierSpace": "http://www.wikidata.org/entity/",
    "schemaSpace": "x",
}


@pytest.mark.parametrize(
    ("manifest", "said"),
    [({**MANIFEST, "identifierSpace": "https://example.org/"}, "https://example.org/, which has no prefix"),
     ({**MANIFEST, "versions": ["1.0"]}, "speaks version 1.0"), ({"name": "x"}, "no manifest"), ([], "no manifest"),
     (MANIFEST, "none of the queries")],
)  # fmt: skip
def test_a_service_that_is_none_is_told(manifest, said, serve, world, mine):  # noqa: F811
    server = serve(reply(200, json.dumps(manifest).encode(), "application/json"))
    done = world.command("kars", "--service", server.url, "--links", mine)
    assert done.exit_code == 1
    assert said in done.stderr


# --- Services that misbehave ------------------------------------------------------------------

EMPTY = json.dumps({"head": {"vars": ["item", "name"]}, "results": {"bindings": []}}).encode()
HITS = json.dumps({"search": []}).encode()
BAD = {
    "429": (lambda: reply(429, b"slow down", "text/plain"), "429"),
    "429 for an hour": (lambda: reply(429, b"slow down", "text/plain", Retry_After="3600"), "3600 seconds"),
    "500": (lambda: reply(500, b"stack", "text/plain"), "500"),
    "HTML with 200": (lambda: reply(200, b"<html><b>Maintenance</b></html>", "text/html"), "not with"),
    "half a body": (lambda: reply(200, b'{"search": [{"id": "Q', "application/json"), "broke off"),
    "fewer bytes than announced": (lambda: reply(200, HITS, "application/json", length=500), "broke off"),
    "endless": (lambda: endless, "more than 1 MB"),
    "another type": (lambda: reply(200, b"GIF89a", "image/gif"), "not with"),
    "a redirect to a private address": (lambda: reply(302, b"", "text/plain", Location="http://127.0.0.1:9/"), "not public"),
    "a redirect to a cloud's metadata": (
        lambda: reply(302, b"", "text/plain", Location="http://169.254.169.254/latest/meta-data/"), "not public"),
    "an error in JSON": (lambda: reply(200, b'{"error": {"info": "unknown action"}}', "application/json"), "unknown action"),
}  # fmt: skip


@pytest.fixture
def one_mb(monkeypatch):
    monkeypatch.setenv("BILATERAL_SERVICE_MB", "1")


@pytest.mark.parametrize(("bad", "said"), BAD.values(), ids=BAD)
def test_a_search_that_fails_loses_nothing_that_was_found(bad, said, serve, world, mine, one_mb):  # noqa: F811, ARG001
    server = serve(bad())
    search = f"{server.url}?search={{text}}&language={{language}}"
    done = world.command("kars", "vanilla-sky-georgia", "socar", "--endpoint", world.endpoint, "--search", search,
                         "--links", mine, "-o", "json")  # fmt: skip
    assert done.exit_code in {1, 4}
    kars, sky, socar = json.loads(done.stdout)
    assert kars["proposed"] == "wd:Q127063"
    assert socar["proposed"] == "wd:Q1622293"
    assert sky["candidates"] is not None
    assert said in done.stderr
    assert "3 of 3 things were looked for" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()[-1]) > 10


@pytest.mark.parametrize(("bad", "said"), BAD.values(), ids=BAD)
def test_a_query_service_that_fails_is_told(bad, said, serve, world, mine, one_mb):  # noqa: F811, ARG001
    before = mine.read_bytes()
    server = serve(bad())
    done = world.command("kars", "--endpoint", server.url, "--links", mine)
    assert done.exit_code in {1, 4}
    if said != "unknown action":
        assert said in done.stderr
    assert "0 of 1 things were looked for" in done.stderr
    assert mine.read_bytes() == before


@pytest.mark.parametrize(("bad", "said"), BAD.values(), ids=BAD)
def test_a_reconciliation_service_that_fails_is_told(bad, said, serve, world, mine, one_mb):  # noqa: F811, ARG001
    good = reply(200, json.dumps(MANIFEST).encode(), "application/json")
    server = serve(good, bad())
    done = world.command("kars", "--service", server.url, "--links", mine)
    assert done.exit_code in {1, 4}
    if said != "unknown action":
        assert said in done.stderr


def test_a_busy_service_is_asked_again_when_it_says(serve, world, mine):  # noqa: F811
    stamina.set_testing(False)
    server = serve(
        reply(429, b"", "text/plain", Retry_After="1"), reply(200, HITS, "application/json")
    )
    search = f"{server.url}?search={{text}}"
    done = world.command(
        "vanilla-sky-georgia", "--endpoint", world.endpoint, "--search", search, "--links", mine
    )
    assert done.exit_code == 0, done.output
    assert "asking again" in done.stderr


def test_a_failure_in_a_review_keeps_what_was_decided(serve, world, mine):  # noqa: F811
    server = serve(reply(500, b"stack", "text/plain"))
    search = f"{server.url}?search={{text}}"
    words = [
        "kars",
        "vanilla-sky-georgia",
        "--endpoint",
        world.endpoint,
        "--search",
        search,
        "--links",
        mine,
    ]
    done = world.command(*words, "--review", stdin="y\ns\ns\ns\ns\ns\n")
    assert done.exit_code == 1
    assert said_of(mine, "kars") == [("", "wd:Q127063")]
    assert "1 accepted" in done.stderr


HOSTILE = "Kars\x1b[2J\x1b]0;owned\x07\u202e<script>alert(1)</script>\x9b31m"


def endpoint_that_says(*names):
    """Answers the queries about one item with names of it: pairs of a text and a language."""
    item = {"type": "uri", "value": "http://www.wikidata.org/entity/Q127063"}

    def literal(text, code):
        return {"type": "literal", "xml:lang": code, "value": text}

    def about(place):
        kind = "2004/02/skos/core#altLabel" if place else "2000/01/rdf-schema#label"
        return {"type": "uri", "value": f"http://www.w3.org/{kind}"}

    def answer(handler):
        _, body = handler.server.seen[-1]
        if "claim" in body:
            bindings = []
        elif "about" in body:
            bindings = [
                {"item": item, "name": literal(*n), "about": about(i)} for i, n in enumerate(names)
            ]
        else:
            bindings = [{"item": item, "name": literal("Kars", "en")}]
        heads = sorted({key for row in bindings for key in row})
        found = {"head": {"vars": heads}, "results": {"bindings": bindings}}
        reply(200, json.dumps(found).encode())(handler)

    return answer


def test_a_name_for_every_language_is_a_name(serve, world, mine):  # noqa: F811
    server = serve(endpoint_that_says(("Kars", "mul")))
    done = world.command("kars", "--endpoint", server.url, "--links", mine, "-o", "json")
    (one,) = json.loads(done.stdout)
    assert one["candidates"][0]["label"] == "Kars"
    assert one["candidates"][0]["parts"][0]["why"] == "en Kars / Kars 1.00"


@pytest.mark.parametrize("review_it", [False, True])
def test_a_label_cannot_command_the_terminal_nor_the_file(review_it, serve, world, mine):  # noqa: F811
    server = serve(endpoint_that_says((HOSTILE, "en"), ("Kars", "en")))
    words = ["kars", "--endpoint", server.url, "--links", mine]
    done = world.command(*words, *(["--review"] if review_it else []), stdin="y\n")
    assert done.exit_code == 0, done.output
    shown = done.stderr if review_it else done.stdout
    assert "Kars[2J" in shown
    assert "<script>" in shown
    for character in "\x1b\x07\x9b\u202e":
        assert character not in done.output
        assert character not in mine.read_text("utf-8")


def test_an_answer_of_strange_form_is_no_traceback(serve, world, mine):  # noqa: F811
    for data in (
        '{"search": [1, null, {"id": 5}, {"id": "Q1\\u001b"}, {"id": "P31"}]}',
        "[]",
        "null",
        '"x"',
        "{}",
    ):
        server = serve(reply(200, data.encode(), "application/json"))
        search = f"{server.url}?search={{text}}"
        done = world.command(
            "vanilla-sky-georgia", "--endpoint", world.endpoint, "--search", search, "--links", mine
        )
        assert done.exit_code in {0, 1}, done.output
        assert done.exception is None or isinstance(done.exception, SystemExit)


def test_strange_results_of_a_reconciliation_service(serve, world, mine):  # noqa: F811
    good = reply(200, json.dumps(MANIFEST).encode(), "application/json")
    result = [1, None, {"id": "Q127063", "name": "Kars", "type": ["Q515", {"id": 5}], "score": "high"}, {"name": "x"},
              {"id": "Q127064 x", "name": "Kars"}]  # fmt: skip
    body = {key: {"result": result} for key in ("q0-en", "q0-ka", "q0-az")}
    server = serve(good, reply(200, json.dumps(body).encode(), "application/json"))
    done = world.command("kars", "--service", server.url, "--links", mine, "-o", "json")
    assert done.exit_code == 0, done.output
    assert "wd:Q127063" in {c["id"] for c in json.loads(done.stdout)[0]["candidates"]}


# --- The data file ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [("threshold: 0.75", "threshold: high"), ("weights:", "weight:"), ("types:", "kinds:")],
)
def test_a_wrong_data_file_is_told(before, after, own_folders):
    path = own_folders / "graph" / "linking.yaml"
    path.write_text(path.read_text("utf-8").replace(before, after, 1), "utf-8")
    plan.cache_clear()
    try:
        with pytest.raises(LinkError, match=r"linking\.yaml"):
            plan()
    finally:
        plan.cache_clear()


def test_the_made_up_ids_say_that_they_are():
    for item in rows("items.tsv"):
        assert (item["id_from"] == "invented") == (9_000_000 < int(item["id"][1:]) < 9_200_000), (
            item
        )


def test_the_verified_answers_are_those_of_the_mappings():
    known = {
        m.subject_id.partition(":")[2]: m.object_id
        for m in read_mappings()
        if m.object_id.startswith("wd:") and not m.negative and m.predicate_id == "skos:exactMatch"
    }
    for name, row in NAMES.items():
        if name in known and row["item"] and int(row["item"][1:]) < 9_000_000:
            assert known[name] == f"wd:{row['item']}"


def test_there_are_many_names_and_they_are_ambiguous():
    assert len(NAMES) >= 60
    labels = {}
    for item in rows("items.tsv"):
        for name in (item["en"], *item["en_more"].split("|")):
            labels.setdefault(folded(name), set()).add(item["id"])
    assert sum(len(ids) > 1 for ids in labels.values()) >= 60
