"""Snapshots of outside sources: made page by page from endpoints that misbehave, or from tables."""

from __future__ import annotations

import datetime as dt
import json
import re
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from bilateral.build import assemble
from bilateral.cli import main
from bilateral.errors import SnapshotError
from bilateral.namespaces import expand
from bilateral.snapshot.items import mapped_items
from bilateral.snapshots import newest_quads, outside_named, outside_sources, read_snapshot

from .serving import oxigraph_server
from .test_remote import endless, reply, serve

__all__ = ["serve"]
TODAY = dt.datetime.now(tz=dt.UTC).date().isoformat()
MARKUP = "<script>alert(1)</script> \x1b[31mred\x1b[0m | `x` \u2028 \x85 end"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr("bilateral.snapshot.asking.time.sleep", lambda _: None)


@pytest.fixture
def few(own_folders):
    """Folders with five items of Wikidata, two a page, and no snapshot of it."""
    links = own_folders / "graph" / "links.sssom.tsv"
    kept, items = [], 0
    for line in links.read_text(encoding="utf-8").splitlines(keepends=True):
        if "\tskos:exactMatch\t\twd:" in line:
            items += 1
            if items > 5:
                continue
        kept.append(line)
    links.write_text("".join(kept), encoding="utf-8")
    described = own_folders / "graph" / "snapshots.yaml"
    text = described.read_text(encoding="utf-8").replace("page: 20", "page: 2")
    described.write_text(text, encoding="utf-8")
    for path in (own_folders / "graph" / "snapshots").glob("wikidata/*.nq"):
        path.unlink()
    return own_folders


def run(*arguments):
    return CliRunner().invoke(main, ["snapshot", *arguments])


def asked_items(body):
    query = parse_qs(body)["query"][0]
    found = re.search(r"VALUES \?item \{([^}]*)\}", query)
    return re.findall(r"<([^>]+)>", found[1])


def answer(handler):
    """A label and an operator for each item that is asked for."""
    rows = []
    for iri in asked_items(handler.server.seen[-1][1]):
        item = {"type": "uri", "value": iri}
        number = iri.rsplit("/", 1)[-1]
        rows.append(
            {
                "subject": item,
                "predicate": {"type": "uri", "value": expand("rdfs:label")},
                "object": {"type": "literal", "xml:lang": "en", "value": f"Name of {number}"},
            }
        )
        rows.append({"subject": item, "predicate": {"type": "uri", "value": expand("wdt:P137")},
                     "object": {"type": "uri", "value": expand("wd:example-operator")}})  # fmt: skip
    body = {"head": {"vars": ["subject", "predicate", "object"]}, "results": {"bindings": rows}}
    reply(200, json.dumps(body).encode())(handler)


def snapshot_of(folder, name="wikidata"):
    return folder / "graph" / "snapshots" / name / f"{TODAY}.nq"


def part_of(folder):
    return folder / "graph" / "snapshots" / "wikidata" / "unfinished.part"


# --- From an endpoint -----------------------------------------------------------------------


def test_all_pages_make_one_dated_file(few, serve):
    server = serve(answer)
    done = run("wikidata", "--endpoint", server.url)
    assert done.exit_code == 0, done.stderr
    assert [len(asked_items(body)) for _, body in server.seen] == [2, 2, 1]
    assert all(headers["User-Agent"].startswith("bilateral/") for headers, _ in server.seen)
    quads = read_snapshot(outside_named("wikidata"), snapshot_of(few))
    about = {q.predicate.value: q.object.value for q in quads if q.subject == q.graph_name}
    assert about[expand("dcterms:issued")] == TODAY
    assert about[expand("dcterms:license")].startswith("https://creativecommons.org/publicdomain/")
    assert about[expand("prov:wasDerivedFrom")] == server.url
    assert len([q for q in quads if q.subject != q.graph_name]) == 10
    assert not part_of(few).exists()
    assert sorted(p.name for p in snapshot_of(few).parent.iterdir()) == [f"{TODAY}.nq"]


def test_the_same_answers_give_the_same_bytes(few, serve):
    server = serve(answer)
    run("wikidata", "--endpoint", server.url)
    first = snapshot_of(few).read_bytes()
    snapshot_of(few).unlink()
    text = (few / "graph" / "snapshots.yaml").read_text(encoding="utf-8")
    (few / "graph" / "snapshots.yaml").write_text(
        text.replace("page: 2\n", "page: 5\n"), encoding="utf-8"
    )
    run("wikidata", "--endpoint", server.url)
    assert snapshot_of(few).read_bytes() == first
    assert first.decode().splitlines() == sorted(first.decode().splitlines())


def to_private(handler):
    # Another loopback port stands for an address inside the network of whoever runs this.
    reply(302, b"", "text/plain", Location=handler.server.elsewhere)(handler)


BAD = {
    "429 that says when": (reply(429, b"slow down", "text/plain", Retry_After="1"), "429"),
    "429 that does not": (reply(429, b"slow down", "text/plain"), "429"),
    "429 for an hour": (reply(429, b"", "text/plain", Retry_After="3600"), "3600 seconds"),
    "200 with HTML": (reply(200, b"<html>rate limit</html>", "text/html"), "not with results"),
    "500": (reply(500, b"java.lang.Exception", "text/plain"), "500"),
    "half a body": (reply(200, b'{"head": {"vars": ["subject"', length=9000), "broke off"),
    "half a body, well sent": (reply(200, b'{"head": {"vars": ["subject"'), "broke off"),
    "a body without end": (endless, "more than 1 MB"),
    "wrong content type": (reply(200, b'{"head": {}}', "application/json+odd"), "not with results"),
    "a yes": (reply(200, b'{"head": {}, "boolean": true}'), "a yes or no came"),
    "other columns": (reply(200, b'{"head": {"vars": ["x"]}, "results": {"bindings": []}}'), "columns"),
    "a redirect to a private address": (to_private, "not public"),
}  # fmt: skip


@pytest.mark.parametrize(("bad", "words"), BAD.values(), ids=BAD)
def test_what_had_come_is_not_lost(bad, words, few, serve, monkeypatch):
    monkeypatch.setenv("BILATERAL_SERVICE_MB", "1")
    target = serve(answer)
    server = serve(answer, bad)
    server.elsewhere = f"http://localhost:{target.server_port}/sparql"
    done = run("wikidata", "--endpoint", server.url)
    assert done.exit_code != 0
    assert words in done.stderr
    assert "2 of 5 items are kept: the same command goes on from there." in done.stderr
    assert "Traceback" not in done.stderr
    assert target.seen == []
    assert not snapshot_of(few).exists()
    before = asked_items(server.seen[0][1])
    server.replies[:] = [answer]
    server.seen.clear()
    done = run("wikidata", "--endpoint", server.url)
    assert done.exit_code == 0, done.stderr
    assert "2 of 5 items have come before" in done.stderr
    asked = [iri for _, body in server.seen for iri in asked_items(body)]
    assert len(asked) == 3
    assert not set(asked) & set(before)
    assert len(read_snapshot(outside_named("wikidata"), snapshot_of(few))) == 10 + 9


@pytest.mark.usefixtures("few")
def test_a_busy_endpoint_is_asked_again_and_told_of(serve):
    busy = reply(429, b"", "text/plain", Retry_After="1")
    server = serve(busy, answer)
    done = run("wikidata", "--endpoint", server.url)
    assert done.exit_code == 0
    assert "429" in done.stderr
    assert "asking again" in done.stderr
    assert "429" not in done.stdout


def test_a_run_that_was_killed_while_it_wrote_is_gone_on_with(few, serve):
    server = serve(answer, reply(500, b"", "text/plain"))
    run("wikidata", "--endpoint", server.url)
    part = part_of(few)
    whole = part.read_bytes()
    part.write_bytes(whole + b"<http://www.wikidata.org/entity/x> <http://www.w3")
    server.replies[:] = [answer]
    assert run("wikidata", "--endpoint", server.url).exit_code == 0
    assert b"entity/x>" not in snapshot_of(few).read_bytes()


def test_a_run_that_a_person_stops_says_that_all_is_kept(few, serve, monkeypatch):
    def stopped(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("bilateral.snapshot.asking.time.sleep", stopped)
    done = run("wikidata", "--endpoint", serve(answer).url)
    assert done.exit_code == 1
    assert "what has come is kept" in done.stderr
    assert part_of(few).read_text(encoding="utf-8").count("# done ") == 1


@pytest.mark.usefixtures("few")
def test_a_part_of_another_question_is_not_taken_over(serve):
    server = serve(answer, reply(500, b"", "text/plain"))
    run("wikidata", "--endpoint", server.url)
    other = serve(answer)
    done = run("wikidata", "--endpoint", other.url)
    assert "beginning anew" in done.stderr
    assert len(other.seen) == 3


def test_a_broken_part_stops_with_file_and_line(few, serve):
    server = serve(answer, reply(500, b"", "text/plain"))
    run("wikidata", "--endpoint", server.url)
    lines = part_of(few).read_text(encoding="utf-8").split("\n")
    lines[2] = "nonsense"
    part_of(few).write_text("\n".join(lines), encoding="utf-8")
    done = run("wikidata", "--endpoint", server.url)
    assert done.exit_code == 1
    assert f"{part_of(few)}:3: this is not N-Quads" in done.stderr


def test_an_endpoint_that_says_nothing_changes_nothing(few, serve):
    nothing = b'{"head": {"vars": ["subject", "predicate", "object"]}, "results": {"bindings": []}}'
    done = run("wikidata", "--endpoint", serve(reply(200, nothing)).url)
    assert done.exit_code == 1
    assert "says nothing of any of the 5 items" in done.stderr
    assert not snapshot_of(few).exists()
    assert not part_of(few).exists()


def test_what_outsiders_say_of_ours_is_left_out(few, serve):
    def bold(handler):
        (first, *_) = asked_items(handler.server.seen[-1][1])
        label = {"type": "uri", "value": expand("rdfs:label")}
        rows = [
            {"subject": {"type": "uri", "value": about}, "predicate": label,
             "object": {"type": "literal", "xml:lang": "en", "value": "x"}}
            for about in (first, expand("id:socar"), expand("source:georgia-azerbaijan"))
        ]  # fmt: skip
        body = {"head": {"vars": ["subject", "predicate", "object"]}, "results": {"bindings": rows}}
        reply(200, json.dumps(body).encode())(handler)

    done = run("wikidata", "--endpoint", serve(bold).url)
    assert done.exit_code == 0
    assert "left out: 2 statements" in done.stderr
    assert "w3id.org/bilateral/id/" not in snapshot_of(few).read_text(encoding="utf-8")


def test_an_address_that_is_private_is_only_asked_when_a_person_names_it(few, serve):
    server = serve(answer)
    described = few / "graph" / "snapshots.yaml"
    text = described.read_text(encoding="utf-8")
    described.write_text(
        text.replace("https://query.wikidata.org/sparql", server.url), encoding="utf-8"
    )
    done = run("wikidata")
    assert "not public" in done.stderr
    assert server.seen == []
    assert run("wikidata", "--endpoint", server.url).exit_code == 0


def test_markup_and_escape_codes_are_kept_and_never_printed(few, serve):
    def marked(handler):
        rows = [
            {"subject": {"type": "uri", "value": iri}, "predicate": {"type": "uri", "value": expand("rdfs:label")},
             "object": {"type": "literal", "xml:lang": "en", "value": f"{MARKUP} {iri[-3:]}"}}
            for iri in asked_items(handler.server.seen[-1][1])
        ]  # fmt: skip
        body = {"head": {"vars": ["subject", "predicate", "object"]}, "results": {"bindings": rows}}
        reply(200, json.dumps(body).encode())(handler)

    # Also over an interruption: the part file is read back.
    server = serve(marked, reply(500, b"", "text/plain"))
    run("wikidata", "--endpoint", server.url)
    server.replies[:] = [marked]
    assert run("wikidata", "--endpoint", server.url).exit_code == 0
    quads = read_snapshot(outside_named("wikidata"), snapshot_of(few))
    kept = [q.object.value for q in quads if q.object.value.startswith(MARKUP)]
    assert len(kept) == 5
    snapshot_of(few).rename(snapshot_of(few).with_name("2020-01-01.nq"))
    run("wikidata", "--endpoint", serve(answer).url)
    shown = run("wikidata", "--diff").stdout
    assert "<script>" in shown
    assert "\x1b" not in shown
    assert "\x85" not in shown


def test_the_query_asks_wikidata_for_what_is_listed(few, tmp_path):
    item = mapped_items(outside_named("wikidata"))[0]
    data = tmp_path / "wikidata.ttl"
    data.write_text(
        f"""
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix wd: <http://www.wikidata.org/entity/> .
        @prefix wdt: <http://www.wikidata.org/prop/direct/> .
        @prefix p: <http://www.wikidata.org/prop/> .
        @prefix ps: <http://www.wikidata.org/prop/statement/> .
        @prefix psv: <http://www.wikidata.org/prop/statement/value/> .
        @prefix wikibase: <http://wikiba.se/ontology#> .
        @prefix schema: <http://schema.org/> .
        <{item.iri}> rdfs:label "A thing"@en , "ნივთი"@ka , "Ding"@de ; schema:description "not copied"@en ;
            wdt:P31 wd:example-class ; wdt:P9999999 "not listed" ; wdt:P2043 12.5 ;
            wdt:P576 _:unknown ; wdt:P571 <http://www.wikidata.org/.well-known/genid/1a> ; p:P2043 wd:statement-good , wd:statement-bad .
        wd:example-class rdfs:label "a class"@en , "eine Klasse"@de .
        wd:statement-good a wikibase:BestRank ; ps:P2043 12.5 ; psv:P2043 wd:value-good .
        wd:value-good wikibase:quantityAmount 12.5 ; wikibase:quantityUnit wd:example-unit .
        wd:statement-bad ps:P2043 99 ; psv:P2043 wd:value-bad .
        wd:value-bad wikibase:quantityAmount 99 ; wikibase:quantityUnit wd:example-unit .
        wd:example-unit rdfs:label "kilometre"@en .
        wd:somebody-else rdfs:label "Not asked for"@en .
        """,
        encoding="utf-8",
    )
    with oxigraph_server(data, tmp_path / "store") as address:
        done = run("wikidata", "--endpoint", address)
    assert done.exit_code == 0, done.stderr
    said = {
        f"{str(q.subject).strip('<>').rsplit('/', 1)[-1]} {str(q.predicate).strip('<>').rsplit('/', 1)[-1]} {q.object}"
        for q in read_snapshot(outside_named("wikidata"), snapshot_of(few))
        if q.subject != q.graph_name
    }
    name = item.iri.rsplit("/", 1)[-1]
    wd = "http://www.wikidata.org/entity/"
    decimal = '"12.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'
    assert said == {
        f'{name} rdf-schema#label "A thing"@en', f'{name} rdf-schema#label "ნივთი"@ka',
        f"{name} P31 <{wd}example-class>", f"{name} P2043 {decimal}",
        'example-class rdf-schema#label "a class"@en',
        f"{name} P2043 <{wd}statement-good>", f"statement-good P2043 <{wd}value-good>",
        f"value-good ontology#quantityAmount {decimal}",
        f"value-good ontology#quantityUnit <{wd}example-unit>",
        'example-unit rdf-schema#label "kilometre"@en',
    }  # fmt: skip


# --- What is asked for ----------------------------------------------------------------------


def test_some_items_never_stand_before_all(few, serve):
    server = serve(answer)
    items = mapped_items(outside_named("wikidata"))
    done = run("wikidata", "--endpoint", server.url, "--entity", items[0].id)
    assert done.exit_code == 0
    assert len(server.seen) == 1
    run("wikidata", "--endpoint", server.url)
    before = snapshot_of(few).read_bytes()
    done = run("wikidata", "--endpoint", server.url, "--entity", items[0].id)
    assert done.exit_code == 2
    assert "would hide 4" in done.stderr
    assert snapshot_of(few).read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["wikidta"], "Known: wikidata"),
        (["wikidata", "--entity", "no-such-thing"], "'id:no-such-thing' is not mapped to Wikidata"),
        (["wikidata", "2020-01-01"], "with --diff"),
        (["wikidata", "--diff"], "has no snapshot"),
        (["wikidata", "--diff", "2020-13-01"], "no snapshot of wikidata of '2020-13-01'"),
        (["wikidata", "--endpoint", "ftp://x"], "http://"),
        (["ggit"], "--from FILE"),
        (["ggit", "--from", "x.csv", "--address", "nowhere", "--date", "2020-01-01"], "no address"),
        (["ggit", "--from", "x.csv", "--address", "https://x/", "--date", "2020-02-30"], "--date"),
        (["ggit", "--from", "x.csv", "--address", "https://x/", "--date", "2020-01-01"], "x.csv: No such file"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("few")
def test_misuse_is_told_in_two_lines(arguments, words):
    done = run(*arguments)
    assert done.exit_code in {1, 2}
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2
    assert "Traceback" not in done.stderr


def test_nothing_mapped_is_told(few):
    links = few / "graph" / "links.sssom.tsv"
    text = links.read_text(encoding="utf-8")
    rows = [r for r in text.splitlines(keepends=True) if "\tskos:exactMatch\t\twd:" not in r]
    links.write_text("".join(rows), encoding="utf-8")
    done = run("wikidata", "--endpoint", "http://127.0.0.1:1/")
    assert done.exit_code == 2
    assert "bilateral link" in done.stderr


def test_a_folder_that_cannot_be_written_is_told(few, serve):
    (few / "graph" / "snapshots" / "wikidata").write_text("a file", encoding="utf-8")
    done = run("wikidata", "--endpoint", serve(answer).url)
    assert done.exit_code == 1
    assert "cannot" in done.stderr


@pytest.mark.usefixtures("own_folders")
def test_the_list_names_all():
    assert {line.split()[0] for line in run().stdout.splitlines()} == set(outside_sources())
    listed = json.loads(run("-o", "json").stdout)
    assert {about["name"] for about in listed} == set(outside_sources())


# --- What changed ---------------------------------------------------------------------------


@pytest.fixture
def two_days(few, serve):
    server = serve(answer)
    run("wikidata", "--endpoint", server.url)
    path = snapshot_of(few)
    item = mapped_items(outside_named("wikidata"))[0]
    text = path.read_text(encoding="utf-8")
    lines = [
        line for line in text.splitlines(keepends=True) if not (item.iri in line and "P137" in line)
    ]
    before = path.with_name("2020-01-01.nq")
    before.write_text("".join(lines).replace(TODAY, "2020-01-01"), encoding="utf-8")
    return item


def test_what_changed_is_shown_by_entity(two_days):
    done = run("wikidata", "--diff")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == f"wikidata: from 2020-01-01 to {TODAY}"
    assert lines[2] == f"{two_days.label}   {two_days.id}"
    assert lines[3:] == ["  + operator: wd:example-operator"]
    assert run("wikidata", "--diff", "2020-01-01").stdout == done.stdout
    back = run("wikidata", "--diff", TODAY, "2020-01-01").stdout
    assert "  - operator: wd:example-operator" in back
    assert "nothing changed" in run("wikidata", "--diff", TODAY, TODAY).stdout
    assert run("wikidata", "--diff", TODAY, TODAY, TODAY).exit_code == 2


def test_what_changed_is_told_to_programs(two_days):
    found = json.loads(run("wikidata", "--diff", "-o", "json").stdout)
    (change,) = found["changes"]
    assert change["entity"] == f"{two_days.id}"
    assert change["property_label"] == "operator"
    assert change["gone"] == []
    assert change["new"] == ["<http://www.wikidata.org/entity/example-operator>"]


# --- From tables ----------------------------------------------------------------------------

HEAD = "url,name,status,capacity,start-year"
PIPE = "https://www.gem.wiki/Nabucco_Gas_Pipeline"


def from_table(folder, text, name="table.csv", source="ggit"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return run(
        source, "--from", str(path), "--address", "https://example.org/t", "--date", "2031-01-02"
    )


def test_a_table_is_read_by_its_description(own_folders):
    text = (
        f'{HEAD}\n{PIPE},"A pipeline, so called",Idle,"1,234.5",--\nhttps://x/,Other,idle,1,2000\n'
    )
    done = from_table(own_folders, text)
    assert done.exit_code == 0, done.stderr
    path = own_folders / "graph" / "snapshots" / "ggit" / "2031-01-02.nq"
    quads = [q for q in read_snapshot(outside_named("ggit"), path) if q.subject != q.graph_name]
    said = {
        (q.predicate.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1], q.object.value) for q in quads
    }
    assert ("label", "A pipeline, so called") in said
    assert ("reportedStatus", expand("concept:reported-idle")) in said
    assert ("value", "1234.5") in said
    assert ("unitText", "bcm/y") in said
    assert not {name for name, _ in said} & {"reportedStart"}
    assert len(quads) == 6


def test_geojson_is_read_by_its_properties(own_folders):
    about = {"Wiki": "https://www.gem.wiki/Baku_Supsa_Oil_Pipeline", "PipelineName": "A line", "Status": "operating",
             "Capacity": "10", "CapacityUnits": "bpd", "LengthKnown": None, "LengthKnownUnits": "km", "StartYear1": "1999"}  # fmt: skip
    text = json.dumps(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": about}]}
    )
    done = from_table(own_folders, text, "table.geojson", "goit")
    assert done.exit_code == 0, done.stderr
    assert "reportedLength" not in (own_folders / "graph/snapshots/goit/2031-01-02.nq").read_text()


WRONG_TABLES = {
    "not UTF-8": (b"url,\xff\n", "not UTF-8"),
    "no column of items": ("a,b\n1,2\n", "no column 'url'"),
    "a column is missing": (f"url,name\n{PIPE},x\n", "no column 'status'"),
    "a number that is none": (f"{HEAD}\n{PIPE},x,idle,many,2000\n", ":2: 'many' in 'capacity' is no number"),
    "a year that is none": (f"{HEAD}\n{PIPE},x,idle,1,20000\n", "'20000' in 'start-year' is no year"),
    "a status nobody knows": (f"{HEAD}\n{PIPE},x,dreamt,1,2000\n", "'dreamt' in 'status' is not described"),
    "too many cells": (f"{HEAD}\n{PIPE},x,idle,1,2000,7\n", ":2: the line has more or fewer cells"),
    "too few cells": (f"{HEAD}\n{PIPE},x\n", ":2: the line has more or fewer cells"),
    "nothing of ours": (f"{HEAD}\nhttps://x/,x,idle,1,2000\n", "none of the"),
    "empty": ("", "none of the"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), WRONG_TABLES.values(), ids=WRONG_TABLES)
def test_a_wrong_table_stops_with_file_and_line(text, words, own_folders):
    done = from_table(own_folders, text)
    assert done.exit_code == 1
    assert words in done.stderr
    assert "table.csv" in done.stderr
    assert not (own_folders / "graph" / "snapshots" / "ggit" / "2031-01-02.nq").exists()


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"features": 3}', '{"features": [3]}', "[" * 100_000, "\x00"]
)
def test_wrong_geojson_is_told(text, own_folders):
    done = from_table(own_folders, text, "table.geojson")
    assert done.exit_code == 1
    assert "table.geojson" in done.stderr
    assert "Traceback" not in done.stderr


# --- In the build ---------------------------------------------------------------------------


def test_a_build_takes_the_newest_of_each(own_folders):
    old = own_folders / "graph" / "snapshots" / "ggit"
    (newest,) = old.glob("*.nq")
    text = newest.read_text(encoding="utf-8").replace("Nabucco Gas Pipeline", "An older name")
    (old / "1999-01-01.nq").write_text(text, encoding="utf-8")
    said = {q.object.value for q in newest_quads() if isinstance(q.object, ox.Literal)}
    assert "Nabucco Gas Pipeline" in said
    assert "An older name" not in said
    built = assemble([]).quads
    homes = {q.graph_name.value for q in built if "/snapshot/" in q.graph_name.value}
    assert homes == {o.home.value for o in outside_sources().values() if o.files()}


GRAPH = "<https://w3id.org/bilateral/graph/snapshot/ggit>"
BROKEN = {
    "no N-Quads": ("<https://x/> <https://x/> oops .\n", ":2: this is not N-Quads"),
    "another graph": (f"<https://x/> <https://x/> <https://x/> {GRAPH[:-1]}x> .\n", ":2: a line is not of the graph"),
    "of ours": (f"<{expand('id:socar')}> <https://x/> <https://x/> {GRAPH} .\n", ":2: a snapshot says something of ours"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_snapshot_stops_the_build_with_file_and_line(line, words, own_folders):
    (path,) = (own_folders / "graph" / "snapshots" / "ggit").glob("*.nq")
    first = path.read_text(encoding="utf-8").splitlines(keepends=True)[0]
    path.write_text(first + line, encoding="utf-8")
    with pytest.raises(SnapshotError) as raised:
        list(newest_quads())
    assert str(raised.value).startswith(f"{path}{words.partition(' ')[0]}")
    assert words in str(raised.value)


def test_a_file_with_an_odd_name_is_not_passed_over(own_folders):
    (own_folders / "graph" / "snapshots" / "ggit" / "newest.nq").write_text("", encoding="utf-8")
    with pytest.raises(SnapshotError, match="no date"):
        list(newest_quads())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  kind: sparql", "  kind: spraql", "of no kind that is known"),
        ("  prefix: wd\n", "", "lacks prefix"),
        ("  pause: 1\n", "  pauze: 1\n", "unknown key pauze"),
        ("ka: ვიკიმონაცემები, ", "", "no title in every language"),
        (
            "    wdt:P31: {en: instance of, ka: არის, az: növü}",
            "    wdt:P31: instance of",
            "lists nothing",
        ),
    ],
)
def test_a_wrong_description_stops_with_file_and_line(old, new, words, own_folders):
    path = own_folders / "graph" / "snapshots.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SnapshotError) as raised:
        outside_sources()
    assert words in str(raised.value)
    assert re.match(rf"{re.escape(str(path))}:\d+: ", str(raised.value))


def test_every_stored_snapshot_is_as_it_is_written():
    for outside in outside_sources().values():
        for path in outside.files():
            quads = read_snapshot(outside, path)
            assert path.read_text(encoding="utf-8") == "".join(sorted(f"{q} .\n" for q in quads))
            about = {q.predicate.value: q.object.value for q in quads if q.subject == outside.home}
            assert about[expand("dcterms:issued")] == path.stem
