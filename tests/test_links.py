"""Mappings to open data: the file itself, its gates, and its form as RDF."""

from __future__ import annotations

import csv
import json
import subprocess
from collections import Counter
from dataclasses import replace
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from bilateral.cli import main
from bilateral.errors import LinkError
from bilateral.gazetteer import city_position
from bilateral.language import languages
from bilateral.links import (
    COLUMNS,
    ENCODED,
    PREDICATES,
    encoded,
    iri_of,
    link_quads,
    links_path,
    read_mappings,
    record_mappings,
    write_mappings,
)
from bilateral.namespaces import expand, graph, node, prefixes

from .conftest import ROOT

SSSOM = ROOT / ".venv-sssom" / "bin" / "sssom"
MAPPINGS = read_mappings()


@pytest.fixture(scope="session")
def sssom():
    """The command of SSSOM's own package."""
    assert SSSOM.exists(), "run: make .venv/.stamps/sssom"

    def run(*words):
        return subprocess.run(
            [SSSOM, *map(str, words)], capture_output=True, text=True, check=False
        )

    return run


# --- The file ---------------------------------------------------------------------------------


def test_the_file_is_valid_sssom(sssom):
    done = sssom("validate", links_path())
    assert done.returncode == 0
    # It leaves out what it cannot read, and says so only on stderr.
    assert "not well-formed" not in done.stderr + done.stdout


def test_sssom_itself_reads_every_row(sssom, tmp_path):
    sssom("parse", links_path(), "-o", tmp_path / "copy.tsv")
    with (tmp_path / "copy.tsv").open(encoding="utf-8") as copy:
        rows = list(csv.DictReader((r for r in copy if not r.startswith("#")), delimiter="\t"))
    assert {(r["subject_id"], r["predicate_id"], r["object_id"]) for r in rows} == {
        m.key for m in MAPPINGS
    }


def test_sssom_makes_the_same_statements_of_it(sssom, tmp_path):
    made = sssom("convert", links_path(), "-O", "rdf", "-o", tmp_path / "links.ttl")
    assert made.returncode == 0, made.stderr
    theirs = ox.Store()
    theirs.load(path=tmp_path / "links.ttl", format=ox.RdfFormat.TURTLE)
    ours = ox.Store()
    ours.extend(link_quads(MAPPINGS, {m.subject for m in MAPPINGS}))
    query = """
      PREFIX owl: <http://www.w3.org/2002/07/owl#>
      PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
      PREFIX sssom: <https://w3id.org/sssom/>
      SELECT ?s ?p ?o ?not ?why ?comment ?label {
        ?m a owl:Axiom ; owl:annotatedSource ?s ; owl:annotatedProperty ?p ; owl:annotatedTarget ?o ;
          sssom:mapping_justification ?why ; rdfs:comment ?comment .
        OPTIONAL { ?m sssom:predicate_modifier ?not }
        OPTIONAL { ?m sssom:object_label ?label }
      }"""
    rows = [
        {tuple(map(str, row)) for row in store.query(query, use_default_graph_as_union=True)}
        for store in (ours, theirs)
    ]
    # The package writes URIs; what they stand for are IRIs.
    decoded = {tuple(map(_as_iri, row)) for row in rows[1]}
    assert rows[0] == decoded
    assert len(decoded) == len(MAPPINGS)


def _as_iri(term):
    return ENCODED.sub(lambda found: unquote(found[0]), term) if term.startswith("<") else term


def test_the_file_is_in_order(tmp_path):
    copy = tmp_path / "links.sssom.tsv"
    copy.write_bytes(links_path().read_bytes())
    write_mappings(MAPPINGS, copy)
    assert copy.read_bytes() == links_path().read_bytes()


def test_every_row_has_its_evidence():
    for m in MAPPINGS:
        assert m.comment, m.key
        assert m.author_label, m.key
        assert m.mapping_date, m.key
        assert m.confidence, m.key
        assert m.predicate_id in PREDICATES


def test_a_thing_is_the_same_as_one_thing_of_a_source():
    same = Counter(
        (m.subject_id, m.predicate_id, m.object_id.partition(":")[0])
        for m in MAPPINGS
        if not m.negative and m.predicate_id in {"skos:exactMatch", "owl:sameAs"}
    )
    assert [key for key, count in same.items() if count > 1] == []


def test_a_thing_elsewhere_is_the_same_as_one_thing_here():
    same = {}
    for m in MAPPINGS:
        if not m.negative and m.predicate_id == "skos:exactMatch":
            assert same.setdefault(m.object_id, m.subject_id) == m.subject_id


def test_sameas_has_its_rule_and_an_exact_match():
    exact = {(m.subject_id, m.object_id) for m in MAPPINGS if m.predicate_id == "skos:exactMatch"}
    for m in MAPPINGS:
        if m.predicate_id == "owl:sameAs":
            assert m.comment.startswith("Rule: two sources"), m.key
            assert (m.subject_id, m.object_id) in exact


# Countries, cities, and organisations of the page that two kinds of sources agree on.
VERIFIED = {
    "azerbaijan": "Q227", "baku": "Q9248", "black-sea": "Q166", "bsec": "Q380340",
    "ceyhan": "Q185346", "council-of-europe": "Q8908", "erzurum": "Q122803", "europe": "Q46",
    "european-union": "Q458", "georgia": "Q230", "guam": "Q326816", "hungary": "Q28",
    "kars": "Q127063", "osce": "Q81299", "romania": "Q218", "socar": "Q1622293",
    "supsa": "Q1189980", "tbilisi": "Q994", "turkey": "Q43", "un-tourism": "Q61923",
    "united-nations": "Q1065", "world-bank": "Q7164", "wto": "Q7825",
    "az-ministry-health": "Q4294345", "caucasus": "Q18869",
}  # fmt: skip


def test_what_is_verified_is_linked(graph):
    (rows,) = [graph.sparql("SELECT ?s ?o { GRAPH graph:links { ?s skos:exactMatch ?o } }")]
    linked = {(str(row["s"]), str(row["o"])) for row in rows}
    for slug, item in VERIFIED.items():
        assert (expand(f"id:{slug}"), expand(f"wd:{item}")) in linked, slug


def test_known_traps_are_remembered():
    no = {(m.subject_id, m.object_id) for m in MAPPINGS if m.negative}
    assert {
        ("bilateral:georgia", "wd:Q1428"), ("bilateral:georgia", "dbr:Georgia"),
        ("bilateral:kars", "wd:Q83077"), ("bilateral:erzurum", "wd:Q376797"),
        ("bilateral:vanilla-sky-georgia", "wd:Q110278"), ("bilateral:baku", "gn:587081/"),
        ("bilateral:guam", "gn:4043988/"), ("bilateral:ge-ministry-energy", "wd:Q61666950"),
        ("bilateral:council-of-europe", "wd:Q8886"), ("bilateral:wto", "wd:Q61923"),
    } <= no  # fmt: skip


def test_prefixes_are_those_of_the_context():
    for m in MAPPINGS:
        assert m.object_id.partition(":")[0] in prefixes()
        assert m.subject.startswith((expand("id:"), expand("concept:")))


# --- Gates ------------------------------------------------------------------------------------

GOOD = {
    "subject_id": "bilateral:socar", "subject_label": "SOCAR", "predicate_id": "skos:exactMatch",
    "predicate_modifier": "", "object_id": "wd:Q9000001", "object_label": "invented",
    "mapping_justification": "semapv:ManualMappingCuration", "author_label": "a tester",
    "confidence": "0.9", "mapping_date": "2026-11-24", "object_source": "", "mapping_tool": "",
    "comment": "why",
}  # fmt: skip


def with_rows(path, *rows):
    lines = links_path().read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    rows = ["\t".join((GOOD | row)[name] for name in COLUMNS) for row in rows]
    path.write_text("\n".join([*head, "\t".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    return path, len(head) + 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"object_id": "wikidata:Q1"}, "prefix 'wikidata'"),
        ({"object_id": "Q1"}, "no id with a prefix"),
        ({"object_id": "wd:"}, "no id with a prefix"),
        ({"object_id": "wd:Q1 Q2"}, "makes no IRI"),
        ({"subject_id": ""}, "no id with a prefix"),
        ({"predicate_id": "skos:related"}, "no predicate of a mapping"),
        ({"predicate_modifier": "not"}, "neither empty nor Not"),
        ({"confidence": "1.5"}, "not within 0 and 1"),
        ({"confidence": "nan"}, "not within 0 and 1"),
        ({"confidence": "high"}, "not within 0 and 1"),
        ({"mapping_date": "24.11.2026"}, "no day of the form"),
        ({"mapping_justification": "memory"}, "no id with a prefix"),
    ],
)
def test_a_bad_row_is_told_with_its_line(tmp_path, row, said):
    path, line = with_rows(tmp_path / "links.tsv", GOOD | {"object_id": "wd:Q9000002"}, row)
    with pytest.raises(LinkError) as error:
        read_mappings(path)
    assert str(error.value).startswith(f"{path}:{line + 1}: ")
    assert said in str(error.value)
    assert len(str(error.value).splitlines()) == 2


def test_a_row_given_twice_is_told(tmp_path):
    path, line = with_rows(tmp_path / "links.tsv", GOOD, GOOD | {"comment": "another why"})
    with pytest.raises(LinkError, match=rf":{line + 1}: the mapping stands in line {line} already"):
        read_mappings(path)


def test_a_pair_cannot_be_the_same_and_not(tmp_path):
    other = {"predicate_id": "skos:closeMatch", "predicate_modifier": "Not"}
    path, line = with_rows(tmp_path / "links.tsv", GOOD, other)
    with pytest.raises(
        LinkError, match=rf":{line + 1}: .* matched and said not to be; see line {line}"
    ):
        read_mappings(path)


def test_a_row_that_lacks_cells_is_told(tmp_path):
    path, line = with_rows(tmp_path / "links.tsv", GOOD)
    path.write_text(path.read_text("utf-8").rstrip("\n").removesuffix("\twhy") + "\n", "utf-8")
    with pytest.raises(LinkError, match=rf":{line}: the row has 12 cells, not 13"):
        read_mappings(path)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("subject_id\tsubject_label", "subject_id\tlabel", "does not name the columns"),
        ("#curie_map:", "#curies:", "no curie_map"),
        ("entity/", "item/", "the namespace http://www.wikidata.org/item/"),
        ("#curie_map:", "#curie_map: [", "links.tsv:"),
    ],
)
def test_a_bad_head_is_told(tmp_path, before, after, said):
    path, _ = with_rows(tmp_path / "links.tsv", GOOD)
    path.write_text(path.read_text("utf-8").replace(before, after, 1), "utf-8")
    with pytest.raises(LinkError) as error:
        read_mappings(path)
    assert said in str(error.value)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"#a: b", b"\x00"])
def test_what_is_no_such_file_is_told(tmp_path, content):
    path = tmp_path / "links.tsv"
    path.write_bytes(content)
    with pytest.raises(LinkError):
        read_mappings(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(LinkError, match="missing"):
        read_mappings(tmp_path / "none.tsv")


def test_a_build_stops_at_an_unknown_subject(own_folders, tmp_path):
    path = own_folders / "graph" / "links.sssom.tsv"
    with_rows(path, GOOD, GOOD | {"subject_id": "bilateral:sokar"})
    line = path.read_text("utf-8").splitlines().index("\t".join(COLUMNS)) + 3
    done = CliRunner().invoke(main, ["build", "--graph-only", "--out", str(tmp_path / "out")])
    assert done.exit_code == 1
    assert f"links.sssom.tsv:{line}: nothing is called 'bilateral:sokar'" in done.stderr
    assert not (tmp_path / "out").exists()


def test_writing_keeps_the_head_and_makes_one_row_of_any_text(tmp_path):
    path, _ = with_rows(tmp_path / "links.tsv", GOOD)
    (mapping,) = read_mappings(path)
    head = [row for row in path.read_text("utf-8").splitlines() if row.startswith("#")]
    hostile = replace(mapping, object_id="wd:Q9000009", object_label="a\tb\nc\r\u2028d  e")
    write_mappings([hostile, mapping], path)
    assert [m.object_label for m in read_mappings(path)] == ["invented", "a b c d e"]
    assert [r for r in path.read_text("utf-8").splitlines() if r.startswith("#")] == head
    assert [p.name for p in tmp_path.iterdir()] == ["links.tsv"]


def test_what_cannot_be_written_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path, _ = with_rows(tmp_path / "links.tsv", GOOD)
    before = path.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bilateral.links.os.fsync", full)
    with pytest.raises(LinkError, match="No space left"):
        write_mappings([], path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["links.tsv"]


# --- RDF --------------------------------------------------------------------------------------


def test_letters_beyond_ascii_are_encoded_in_the_file_only():
    curie = "dbr:Baku–Tbilisi–Ceyhan_pipeline"
    assert encoded(curie) == "dbr:Baku%E2%80%93Tbilisi%E2%80%93Ceyhan_pipeline"
    assert iri_of(encoded(curie)) == expand(curie)
    assert iri_of("dbr:100%25_%2F") == expand("dbr:100%25_%2F")
    assert encoded("dbr:Georgia_(country)") == "dbr:Georgia_(country)"


def test_a_negative_mapping_states_no_match():
    no = [m for m in MAPPINGS if m.negative]
    quads = list(link_quads(no, {m.subject for m in no}))
    assert quads
    assert not [q for q in quads if q.predicate.value in set(map(expand, PREDICATES))]
    assert {q.graph_name for q in quads} == {graph("links")}


def test_only_what_is_asked_for_is_mapped():
    quads = list(link_quads(MAPPINGS, {expand("id:socar")}))
    subjects = {q.object.value for q in quads if q.predicate == node("owl:annotatedSource")}
    assert subjects == {expand("id:socar")}


def test_places_carry_the_ids_of_the_records_they_come_from(knowledge):
    lexicon = knowledge.lexicon(languages()["ka"])
    entries = [lexicon.entries[f"id:{s}"] for s in ("georgia", "baku", "kars", "kulevi", "socar")]
    found = {(m.subject_id, m.object_id) for m in record_mappings(entries)}
    assert found == {
        ("bilateral:georgia", "iso3166:GE"), ("bilateral:georgia", "gn:614540/"),
        ("bilateral:baku", "gn:587084/"), ("bilateral:kars", "gn:743952/"),
    }  # fmt: skip


def test_of_two_cities_of_one_name_the_right_one_is_taken(knowledge):
    salem = knowledge.lexicon(languages()["ka"]).city("id:salem")
    assert salem.population < 100_000
    by_name = city_position("Salem", "US")
    (record,) = record_mappings([salem])
    assert record.object_id == f"gn:{salem.geoname}/" != f"gn:{by_name.geoname}/"


def test_the_file_and_the_library_do_not_contradict_each_other(knowledge):
    lexicon = knowledge.lexicon(languages()["ka"])
    records = {(m.subject_id, m.object_id) for m in record_mappings(lexicon.entries.values())}
    for m in MAPPINGS:
        if m.object_id.startswith("gn:"):
            others = {o for s, o in records if s == m.subject_id and o.startswith("gn:")}
            assert (m.object_id not in others) if m.negative else (others <= {m.object_id})


# --- Seen -------------------------------------------------------------------------------------


def test_show_tells_of_the_links(built):
    done = CliRunner().invoke(main, ["show", "socar", "--graph", str(built)])
    assert "wd:Q1622293" in done.stdout
    card = CliRunner().invoke(main, ["show", "georgia", "--graph", str(built), "-o", "json"])
    links = json.loads(card.stdout)["links"]
    assert "https://sws.geonames.org/614540/" in {link["iri"] for link in links}
    assert all(link["match"] and link["reason"] for link in links)
    assert "wd:Q1428" not in {link["id"] for link in links}
