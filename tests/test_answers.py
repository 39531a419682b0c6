"""Answers in Python: typed rows, labels, data frames, networks, notebooks; and the tutorial."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import subprocess
import sys
import time
from decimal import Decimal

import nbformat
import pyoxigraph as ox
import pytest
from nbclient import NotebookClient

import bilateral
from bilateral import open_graph
from bilateral.errors import QueryError, QuerySyntaxError, RefusedError, UsageError
from bilateral.query.answer import Iri, Text
from bilateral.query.outline import outline

from .conftest import ROOT


def test_the_public_names_are_listed_sorted_and_there():
    assert bilateral.__all__ == sorted(bilateral.__all__)
    for name in bilateral.__all__:
        assert getattr(bilateral, name) is not None
    with pytest.raises(AttributeError):
        _ = bilateral.nothing


def test_rows_have_types(graph):
    row = graph.ask("trade-turnover", country="azerbaijan", lang="en")[0]
    assert row.value == Decimal("708.1")
    assert row.notBefore == dt.date(2010, 1, 1)
    assert row["notAfter"] == dt.date(2010, 12, 31)
    assert row.powerOfTen == 6
    assert isinstance(row.indicatorLabel, Text)
    assert row.indicatorLabel.language == "en"
    assert isinstance(row.observation, Iri)
    assert row.observation.curie.startswith("id:")
    with pytest.raises(AttributeError):
        _ = row.nothing


def test_an_iri_knows_its_label_in_the_answer_s_language(graph):
    for lang, name in (("en", "Azerbaijan"), ("ka", "აზერბაიჯანი"), ("az", "Azərbaycan")):
        (row,) = graph.sparql("SELECT ?x { BIND (id:azerbaijan AS ?x) }", lang=lang)
        assert row.x.label == name


def test_odd_values_stay_as_they_are(graph):
    row = graph.sparql(
        'SELECT * { VALUES (?a ?b ?c ?d) { ("12x"^^xsd:integer "2010-13-40"^^xsd:date "INF"^^xsd:double UNDEF) } }'
    )[0]
    assert row.a == "12x"
    assert row.b == "2010-13-40"
    assert row.c == float("inf")
    assert row.d is None


def test_an_answer_to_ask_is_a_yes_or_a_no(graph):
    assert graph.sparql("ASK { id:socar ?p ?o }")
    assert not graph.sparql("ASK { id:nobody ?p ?o }")


def test_a_graph_answer_has_a_row_a_triple(graph):
    answer = graph.sparql("CONSTRUCT WHERE { ?a bil:party ?b }")
    assert answer.columns == ["subject", "predicate", "object"]
    assert all(row.predicate.curie == "bil:party" for row in answer)


def test_values_are_bound_as_terms_and_never_pasted(graph):
    asked = "SELECT ?x { ?x rdfs:label ?name }"
    (row,) = graph.sparql(asked, name=ox.Literal("Baku", language="en"))
    assert row.x.curie == "id:baku"
    assert len(graph.sparql(asked, name='"@en } DROP ALL #')) == 0
    socar = ox.NamedNode("https://w3id.org/bilateral/id/socar")
    selected = graph.sparql(
        "SELECT ?who (COUNT(?p) AS ?n) { ?who ?p ?o } GROUP BY ?who ORDER BY ?who", who=socar
    )
    assert [(row.who, row.n > 0) for row in selected] == [(socar.value, True)]
    with pytest.raises(QueryError, match="given a value by the query itself"):
        graph.sparql("SELECT ?n { BIND (1 AS ?n) }", n=2)
    inner = "SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?who ?p ?o } } }"
    assert graph.sparql(inner, who=ox.NamedNode("https://w3id.org/bilateral/id/socar"))[0].n > 0
    with pytest.raises(QueryError):
        graph.sparql(asked, name=[])


def test_an_answer_becomes_a_data_frame(graph):
    frame = graph.ask("trade-turnover", country="azerbaijan").to_pandas()
    assert frame["value"].iloc[0] == Decimal("708.1")
    assert len(frame) == 6


def test_without_pandas_it_says_what_to_do(graph, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match="pip install pandas"):
        graph.ask("agreements").to_pandas()


def test_an_answer_becomes_a_network(graph):
    network = graph.ask("relations", lang="ka").to_networkx()
    ends = {data["label"] for _, data in network.nodes(data=True)}
    assert {"საქართველო", "აზერბაიჯანი"} <= ends
    # Each thing that ties two actors is an edge of its own.
    between = network.get_edge_data(
        "https://w3id.org/bilateral/id/azerbaijan", "https://w3id.org/bilateral/id/georgia"
    )
    assert len(between) > 3
    with pytest.raises(UsageError, match="no two columns"):
        graph.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").to_networkx()


def test_an_answer_shows_in_a_notebook_with_everything_escaped(graph):
    html = graph.ask("agreements", lang="ka")._repr_html_()
    assert "<table" in html
    assert 'lang="ka"' in html
    evil = graph.sparql(
        'SELECT ("<script>alert(1)</script>" AS ?x) (IRI("javascript:alert(1)") AS ?y) {}'
    )
    shown = evil._repr_html_()
    assert "<script" not in shown
    assert "href" not in shown


def test_evidence_comes_with_each_row(graph):
    answer = graph.ask("agreement-parties")
    for evidence in answer.evidence:
        assert evidence.passages
    passage = answer.evidence[0].passages[0]
    text = (ROOT / "graph" / "sources" / "georgia-azerbaijan" / "page.ka.txt").read_bytes().decode()
    assert text[passage.begin : passage.end] == passage.text


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("SELECT ?s { ?s ?p", QuerySyntaxError),
        ("DROP ALL", RefusedError),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", RefusedError),
        ("SELECT * { SERVICE ?x { ?s ?p ?o } }", RefusedError),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", RefusedError),
        ("LOAD <http://127.0.0.1/>", RefusedError),
    ],
)
@pytest.mark.parametrize("engine", ["graph", "reference"])
def test_what_is_refused_never_reaches_an_engine(query, error, engine, request):
    with pytest.raises(error):
        request.getfixturevalue(engine).sparql(query)


def test_a_graph_opens_from_any_rdf(built, tmp_path):
    for name in ("graph.nq", "graph.trig", "graph.ttl", "graph.jsonld"):
        assert open_graph(built / name).sparql("ASK { id:socar ?p ?o }")
    bad = tmp_path / "bad.ttl"
    bad.write_text("this is no Turtle", encoding="utf-8")
    with pytest.raises(bilateral.BilateralError, match=r"bad\.ttl"):
        open_graph(bad)
    with pytest.raises(UsageError):
        open_graph(tmp_path / "none")
    with pytest.raises(UsageError, match="oxigraph, rdflib"):
        open_graph(built, engine="jena")


def test_importing_the_package_is_cheap():
    code = (
        "import sys; from bilateral import open_graph; print([m for m in ('rdflib', 'networkx', 'pandas',"
        " 'pyvis', 'SPARQLWrapper', 'rich', 'starlette', 'stamina') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_tutorial_runs(tmp_path):
    notebook = nbformat.read(ROOT / "docs" / "tutorial.ipynb", as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert sum(cell.cell_type == "code" for cell in notebook.cells) >= 8


def test_the_default_graph_is_the_union_as_a_set(graph, reference):
    # Two passages may make one statement; it is one statement.
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    whole = graph.sparql(count)[0].n
    assert whole == reference.sparql(count)[0].n
    assert whole == len(
        {(str(q.subject), str(q.predicate), str(q.object)) for q in graph.engine.store}
    )
    part = "SELECT (COUNT(*) AS ?n) FROM graph:derived { ?s ?p ?o }"
    assert 0 < graph.sparql(part)[0].n == reference.sparql(part)[0].n < whole


HIDDEN = [
    "SELECT * { ?a ?b ?c FILTER(EXISTS{?a <http://x#p> ?c . SERVICE <U> {?s ?p ?o}\n})}",
    "SELECT * { SERVICESILENT<U>{ ?s ?p ?o } }",
    "PREFIX a: <U> SELECT * { SERVICEa:{ ?s ?p ?o } }",
    "SELECT * { ?a ?b trueSERVICE<U>{ ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <U> { ?s ?p ?o } }",
    "SELECT * { #\\u000a SERVICE <U> { ?s ?p ?o }\n }",
    'SELECT * { FILTER("\\u0022) SERVICE <U> { ?s ?p ?o } #") }',
    "SELECT (EXISTS { SERVICE <U> { ?s ?p ?o } } AS ?x) {}",
    "SELECT * { ?s ?p ?o FILTER(?s<?o && EXISTS { SERVICE <U> { ?a ?b ?c } }) }",
]


@pytest.mark.parametrize("engine", ["graph", "reference"])
@pytest.mark.parametrize("query", HIDDEN)
def test_a_hidden_service_reaches_nobody(query, engine, request):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        place = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with contextlib.suppress(bilateral.BilateralError):
            request.getfixturevalue(engine).sparql(query.replace("U", place, 1))
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_row_s_evidence_is_its_own_also_under_another_name(graph):
    answer = graph.sparql("SELECT (?a AS ?x) (?b AS ?y) { ?a bil:party ?b } ORDER BY ?x ?y")
    for row, evidence in zip(answer, answer.evidence, strict=True):
        for passage in evidence.passages:
            held = graph.sparql(
                f"ASK {{ GRAPH <{passage.iri}> {{ <{row.x}> bil:party <{row.y}> }} }}"
            )
            assert held
    with pytest.raises(QueryError, match="computed"):
        _ = graph.sparql("SELECT (STR(?a) AS ?x) { ?a bil:party ?b }").evidence


def test_a_query_nested_too_deeply_is_refused(graph):
    with pytest.raises(RefusedError, match="nested"):
        graph.sparql("SELECT * " + "{" * 20_000 + "}" * 20_000)


@pytest.mark.parametrize(
    "piece", ["a.", "a-", "SERVICE<a>{", "{", '"""\\', "'", "<a", "a:%", ":a.", "_:a."]
)
def test_a_long_query_is_read_in_a_moment(piece):
    # What reads it in quadratic time takes a minute here.
    start = time.process_time()
    with contextlib.suppress(RefusedError):
        outline("SELECT * {" + piece * 80_000)
    assert time.process_time() - start < 5
