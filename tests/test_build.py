"""The build of the real page: what is in the graph, same bytes, and never half a result."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from decimal import Decimal

import pyoxigraph as ox
import pytest

from bilateral import publish
from bilateral.build import assemble, build
from bilateral.derive import derive
from bilateral.errors import BuildError, ProblemsFound
from bilateral.extract import extract
from bilateral.graphs import knowledge_quads, quads_of
from bilateral.namespaces import expand, turtle_prefixes
from bilateral.sources import read_source

from .conftest import ROOT

PAGE = ROOT / "graph" / "sources" / "georgia-azerbaijan" / "page.ka.txt"
FILES = [
    "edges.csv", "explorer.html", "graph.jsonld", "graph.nq", "graph.trig", "graph.ttl",
    "network.gexf", "network.graphml", "network.html", "nodes.csv", "ontology.html", "report.json", "report.md",
    "void.ttl",
]  # fmt: skip


@pytest.fixture(scope="module")
def made():
    return assemble([])


@pytest.fixture(scope="module")
def store(made):
    store = ox.Store()
    store.extend(made.quads)
    return store


def ask(store, pattern):
    query = f"{turtle_prefixes()} ASK {{ {pattern} }}"
    return bool(store.query(query, use_default_graph_as_union=True))


def rows(store, query):
    found = store.query(turtle_prefixes() + query, use_default_graph_as_union=True)
    return [tuple(row) for row in found]


def test_the_page_is_the_one_received():
    digest = hashlib.sha256(PAGE.read_bytes()).hexdigest()
    assert digest == "c42006287218c055fe4c1ae15ce61c0fc3c04cc855ac55b1fa89f2f40e64ef13"


def test_every_gate_passes(made):
    assert made.problems == ()


def test_every_statement_has_its_passage(store):
    text = PAGE.read_bytes().decode()
    for (graph,) in rows(store, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"):
        match = re.search(r"#char=(\d+),(\d+)$", graph.value)
        if match:
            begin, end = map(int, match.groups())
            (words,) = rows(store, f"SELECT ?w {{ <{graph.value}> nif:anchorOf ?w }}")[0]
            assert text[begin:end] == words.value


@pytest.mark.parametrize(
    "fact",
    [line for line in (ROOT / "tests" / "facts.txt").read_text(encoding="utf-8").splitlines()
     if line and not line.startswith("#")],
)  # fmt: skip
def test_fact_of_the_page(fact, store):
    assert ask(store, fact)


@pytest.mark.parametrize(
    "temptation",
    [line for line in (ROOT / "tests" / "temptations.txt").read_text(encoding="utf-8").splitlines()
     if line and not line.startswith("#")],
)  # fmt: skip
def test_what_the_page_does_not_say(temptation, store):
    pattern = f"GRAPH ?passage {{ {temptation} }} FILTER (CONTAINS(STR(?passage), '#char='))"
    assert not ask(store, pattern)


def digits(text):
    return re.sub(r"[ .,\u00a0]", "", text)


def test_every_number_of_the_page_is_a_typed_literal_in_its_passage(made):
    text = PAGE.read_bytes().decode()
    values: dict[str, list[str]] = {}
    for quad in made.quads:
        name = str(quad.graph_name).strip("<>")
        if "#char=" in name and isinstance(quad.object, ox.Literal) and not quad.object.language:
            values.setdefault(name, []).append(quad.object.value)
    for match in re.finditer(r"\d+(?:[.,]\d+)?", text):
        number = match.group().replace(",", ".").rstrip(".")
        holding = [
            value
            for name, found in values.items()
            for value in found
            if int(re.findall(r"\d+", name.rpartition("=")[2])[0]) <= match.start()
            and match.end() <= int(re.findall(r"\d+", name.rpartition("=")[2])[1])
        ]
        wanted = {number, number.lstrip("0")}
        assert any(wanted & set(re.findall(r"\d+(?:\.\d+)?", v.replace("-", " ").replace("/", " ")
                                         .replace("P", " ").replace("M", " ")))
                   or any(int(float(number)) == int(p) for p in re.findall(r"\d+", v)
                          if "." not in number)
                   for v in holding), match.group()  # fmt: skip


def test_no_other_number_is_in_a_passage_graph(made):
    text = PAGE.read_bytes().decode()
    for quad in made.quads:
        name = str(quad.graph_name).strip("<>")
        literal = quad.object
        if "#char=" not in name or not isinstance(literal, ox.Literal):
            continue
        kind = literal.datatype.value.rsplit("#", 1)[-1]
        if kind in {"decimal", "integer"} and not quad.predicate.value.endswith("unitMult"):
            begin, end = map(int, name.rpartition("=")[2].split(","))
            words = digits(text[begin:end])
            assert digits(str(Decimal(literal.value))) in words, (literal, text[begin:end])


def test_four_fifths_of_the_statements_come_from_rules(made):
    (extraction,) = made.extractions
    by_rules = sum(s.by != "review" for s in extraction.statements)
    assert by_rules / len(extraction.statements) >= 0.8


def test_every_sentence_is_translated(made):
    (extraction,) = made.extractions
    assert [s.text for s in extraction.sentences if not s.translation] == []


def test_derived_statements_have_reasons(store):
    assert ask(store, "GRAPH graph:derived { id:georgia org:memberOf id:guam }")
    value = rows(
        store,
        """SELECT ?v { GRAPH graph:derived {
        id:implied-georgia-azerbaijan-trade-turnover-2010 sdmx-measure:obsValue ?v } }""",
    )
    assert [v.value for (v,) in value] == ["542.2"]
    assert ask(
        store,
        """GRAPH graph:derived { ?why rdf:subject
        id:implied-georgia-azerbaijan-trade-turnover-2010 ; prov:wasDerivedFrom ?passage ;
        prov:wasGeneratedBy rule:previous-value }""",
    )


def test_deriving_page_by_page_gives_what_deriving_from_all_gives(knowledge):
    known = list(knowledge_quads(knowledge))
    pages = [
        list(quads_of(extract(read_source(path, knowledge.lexicon), knowledge), knowledge))
        for path in sorted((ROOT / "benchmarks" / "gold").glob("*/page.ka.txt"))
    ]
    whole = derive([*known, *(quad for page in pages for quad in page)])
    assert len(whole) > 500
    assert {quad for page in pages for quad in derive([*known, *page])} == set(whole)


def test_deriving_twice_adds_nothing(made):
    derived = {q for q in made.quads if str(q.graph_name).strip("<>") == expand("graph:derived")}
    assert set(derive(made.quads)) == derived


def test_build_leaves_all_files(tmp_path):
    build([], tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == FILES


def test_formats_say_the_same(tmp_path):
    build([], tmp_path / "out")
    formats = {
        "nq": ox.RdfFormat.N_QUADS,
        "trig": ox.RdfFormat.TRIG,
        "jsonld": ox.RdfFormat.JSON_LD,
    }
    graphs = [
        set(ox.parse(path=str(tmp_path / "out" / f"graph.{name}"), format=form))
        for name, form in formats.items()
    ]
    assert graphs[0] == graphs[1] == graphs[2]
    union = ox.parse(path=str(tmp_path / "out" / "graph.ttl"), format=ox.RdfFormat.TURTLE)
    assert {q.triple for q in graphs[0]} == {q.triple for q in union}


def test_two_builds_give_the_same_bytes(tmp_path):
    results = []
    for number, (seed, zone, locale) in enumerate(
        [("0", "UTC", "C"), ("1", "Asia/Tbilisi", "C.UTF-8"), ("77", "America/New_York", "POSIX")]
    ):
        place = tmp_path / f"at-{number}"
        place.mkdir()
        environment = os.environ | {
            "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "PYTHONUTF8": "0",
        }  # fmt: skip
        subprocess.run(
            [sys.executable, str(ROOT / "build_graph.py"), "--out", "o"],
            cwd=place, env=environment, check=True, capture_output=True,
        )  # fmt: skip
        results.append({name: (place / "o" / name).read_bytes() for name in FILES})
    assert results[0] == results[1] == results[2]


def test_a_failed_build_leaves_the_last_one(tmp_path, monkeypatch):
    out = tmp_path / "out"
    build([], out)
    before = {p.name: p.read_bytes() for p in out.iterdir()}

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(publish, "_swap", stop)
    with pytest.raises(KeyboardInterrupt):
        build([], out)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_of_others_is_not_replaced(tmp_path):
    (tmp_path / "letters.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BuildError, match="no build of ours made"):
        build([], tmp_path)
    assert (tmp_path / "letters.txt").read_text(encoding="utf-8") == "mine"


def test_a_problem_stops_the_build_and_names_file_passage_and_remedy(tmp_path, own_folders):
    review = own_folders / "graph" / "sources" / "georgia-azerbaijan" / "review.yaml"
    text = review.read_text(encoding="utf-8")
    text += """
  - quote: მუდმივი პოლიტიკური დიალოგი
    add: |
      id:georgia bil:status concept:no-such-status .
"""
    review.write_text(text, encoding="utf-8")
    with pytest.raises(ProblemsFound) as caught:
        build([], tmp_path / "out")
    assert "concept-not-defined" in str(caught.value)
    assert "char=80,141" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("page", sorted(ROOT.glob("benchmarks/gold/*/page.ka.txt")),
                         ids=lambda path: path.parent.name)  # fmt: skip
def test_pages_never_reviewed_build_valid_graphs(page):
    made = assemble([page])
    assert [p for p in made.problems if p.severity == "problem"] == []
    (extraction,) = made.extractions
    state = page.parent.name.partition("-")[2]
    assert (extraction.source.reporter, extraction.source.partner) == ("id:georgia", f"id:{state}")
    assert extraction.statements


@pytest.mark.parametrize("page", sorted(ROOT.glob("benchmarks/holdout/*/page.*.txt")),
                         ids=lambda path: path.parent.name)  # fmt: skip
def test_pages_that_no_rule_was_made_for_build_valid_graphs(page):
    made = assemble([page])
    assert [p for p in made.problems if p.severity == "problem"] == []


def test_cities_lie_where_geonames_has_them(store):
    found = rows(
        store,
        "SELECT ?point ?source { id:tbilisi geo:hasGeometry ?g ."
        " ?g geo:asWKT ?point ; dcterms:source ?source }",
    )
    ((point, source),) = found
    assert point.value == "POINT(44.83412 41.69143)"
    assert point.datatype.value == expand("geo:wktLiteral")
    assert source.value == "GeoNames https://sws.geonames.org/611717/"


def test_countries_have_the_numbers_that_outlines_are_known_by(store):
    found = rows(store, "SELECT ?n { id:azerbaijan bil:countryCode 'AZ' ; bil:countryNumber ?n }")
    assert [n.value for (n,) in found] == ["031"]


def test_every_place_with_coordinates_of_its_own_is_in_the_lexicon(knowledge):
    from bilateral.coordinates import coordinates  # noqa: PLC0415
    from bilateral.language import languages  # noqa: PLC0415

    entries = knowledge.lexicon(languages()["ka"]).entries
    assert {f"id:{slug}" for slug in coordinates()} <= set(entries)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("supsa\t42.0\t41.8\t", "not one place with its source"),
        ("supsa\t42.0\t41.8\ta\nsupsa\t42.0\t41.8\ta", "has a line already"),
        ("supsa\t142.0\t41.8\ta", "no latitude"),
        ("supsa\tnorth\t41.8\ta", "no latitude"),
    ],
)
def test_a_wrong_coordinate_stops_the_build(line, told, own_folders):
    from bilateral.coordinates import coordinates  # noqa: PLC0415
    from bilateral.errors import LexiconError  # noqa: PLC0415

    path = own_folders / "graph" / "lexicon" / "coordinates.tsv"
    path.write_text(f"slug\tlatitude\tlongitude\tsource\n{line}\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=told):
        coordinates()
