"""The network: what counts as a tie, what is measured, and what is written and drawn of it."""

from __future__ import annotations

import csv
import io
import json
import re

import networkx as nx
import pyoxigraph as ox
import pytest
from click.testing import CliRunner

import bilateral
from bilateral.cli import main
from bilateral.errors import BuildError, UsageError
from bilateral.namespaces import turtle_prefixes
from bilateral.network import background, layout
from bilateral.network.drawing import MOST_THINGS, drawing_of
from bilateral.network.files import gexf, graphml, thing_rows
from bilateral.network.measures import measure, measure_graph, simple_graph
from bilateral.network.picture import picture
from bilateral.network.ties import read_network
from bilateral.query.engines import Oxigraph
from bilateral.query.graph import Graph, open_graph

from .conftest import ROOT

HOSTILE = "</script><script>alert(1)</script>\"'&\u202egnp\u0000\u200f" + "long " * 2000


def made(turtle: str) -> Graph:
    """A graph of some Turtle and the ontology."""
    store = ox.Store()
    store.bulk_load(path=str(ROOT / "ontology" / "bilateral.ttl"), format=ox.RdfFormat.TURTLE)
    store.load(turtle_prefixes() + turtle, format=ox.RdfFormat.TURTLE)
    return Graph(Oxigraph(store))


@pytest.fixture(scope="module")
def network(graph):
    return read_network(graph)


def test_an_agreement_of_four_parties_is_one_thing_with_four_ties():
    graph = made(
        "id:m a bil:Memorandum ; bil:party id:a, id:b, id:c, id:d ."
        " id:a a bil:Country . id:b a bil:Country . id:c a bil:Company . id:d a bil:Ministry ."
    )
    found = read_network(graph)
    assert len(found.things) == 5
    assert {tie.thing.rsplit("/", 1)[1] for tie in found.ties} == {"m"}
    assert len(found.ties) == 4
    assert len(found.organisations) == 2


def test_every_tie_has_the_words_that_say_it(network):
    assert all(tie.passages for tie in network.ties)
    assert all(tie.passages[0].text for tie in network.ties)


def test_measures_are_those_of_a_graph_whose_answer_is_known():
    # Two triangles joined at 2–3: the two ends of the bridge carry all that goes between them.
    graph = nx.Graph([(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5)], weight=1)
    graph = nx.relabel_nodes(graph, {n: n for n in sorted(graph)}, copy=True)
    nx.set_edge_attributes(graph, 1, "weight")
    found = measure_graph(graph, [0, 5])
    assert [m.degree for m in found] == [graph.degree(n) for n in graph]
    by_node = dict(zip(graph, found, strict=True))
    assert {n for n in graph if by_node[n].articulation} == {2, 3}
    assert by_node[2].betweenness == by_node[3].betweenness == pytest.approx(0.6)
    assert by_node[2].broker == by_node[3].broker == 1
    assert by_node[0].broker == 0
    assert by_node[0].community == by_node[1].community != by_node[4].community
    assert by_node[2].eigenvector == max(m.eigenvector for m in found)


def test_eigenvector_agrees_with_networkx(network):
    graph, iris = simple_graph(network)
    part = graph.subgraph(max(nx.connected_components(graph), key=len))
    expected = nx.eigenvector_centrality(part, 5000, 1e-10, weight="weight")
    found = measure(network)
    for node, value in expected.items():
        assert found[iris[node]].eigenvector == pytest.approx(value, abs=1e-6)


def test_an_empty_graph_has_an_empty_network():
    graph = made("")
    found = read_network(graph)
    assert (dict(found.things), found.ties, measure(found)) == ({}, (), {})


def test_other_tools_read_what_is_written(built, network):
    measures = measure(network)
    for read, name in ((nx.read_graphml, "network.graphml"), (nx.read_gexf, "network.gexf")):
        options = {"version": "1.3"} if name.endswith("gexf") else {}
        found = read(built / name, **options)
        assert set(found) == set(network.things)
        assert found.number_of_edges() == len(network.ties)
        for iri, values in found.nodes(data=True):
            assert values["betweenness"] == measures[iri].betweenness
            assert values["articulation"] == measures[iri].articulation
    things, ties = (
        list(csv.DictReader(io.StringIO((built / name).read_text(encoding="utf-8"))))
        for name in ("nodes.csv", "edges.csv")
    )
    assert [row["iri"] for row in things] == list(network.things)
    assert len(ties) == len(network.ties)
    memorandum = [row for row in ties if row["target_label"].startswith("State Oil Company")]
    assert any("memorandum" in row["translation"] for row in memorandum)


@pytest.fixture(scope="module")
def hostile():
    return made(
        f"id:x a bil:Company ; rdfs:label {ox.Literal(HOSTILE, language='en')} ."
        " id:m a bil:Memorandum ; bil:party id:x, id:y . id:y a bil:Country ."
    )


def test_a_hostile_label_does_no_harm_in_files(hostile):
    found = read_network(hostile)
    rows = thing_rows(found, measure(found))
    read = nx.read_graphml(io.BytesIO(graphml(found, rows).encode()))
    expected = HOSTILE.replace("\u0000", "\ufffd")
    assert expected in {values["label_en"] for _, values in read.nodes(data=True)}
    assert (
        nx.read_gexf(io.BytesIO(gexf(found, rows).encode()), version="1.3").number_of_nodes() == 3
    )


def test_a_hostile_label_does_no_harm_in_the_picture(hostile):
    page = hostile.sparql(f"{turtle_prefixes()} SELECT ?m ?x {{ ?m bil:party ?x }}").draw().html
    assert "<script>alert" not in page
    assert page.count("</script>") == 7  # five of data, the library, ours


def test_the_picture_names_no_address_to_fetch_from(built):
    page = (built / "network.html").read_text(encoding="utf-8")
    assert "default-src &#39;none&#39;" in page
    assert not re.findall(r"""(?:src|href|url\()\s*=?\s*["']?https?:""", page)
    assert "bootstrap" not in page.lower()


def test_the_layout_does_not_hang_on_the_last_bit_of_a_number(network, monkeypatch):
    graph, _ = simple_graph(network)
    expected = layout.positions(graph)
    step = nx.forceatlas2_layout

    def imprecise(graph, **options):
        return {node: point * (1 + 1e-15) for node, point in step(graph, **options).items()}

    monkeypatch.setattr(nx, "forceatlas2_layout", imprecise)
    assert layout.positions(graph) == expected


def test_no_two_things_are_drawn_upon_each_other(network):
    graph, _ = simple_graph(network)
    places = layout.positions(graph)
    assert len(set(places.values())) == len(places)


def test_a_picture_leaves_out_what_it_has_no_room_for():
    count = MOST_THINGS + 10
    leaves = " ".join(f"id:n{n} a bil:Company ." for n in range(count))
    ties = ", ".join(f"id:n{n}" for n in range(count))
    graph = made(f"id:hub a bil:Project ; bil:participant {ties} . {leaves}")
    answer = graph.sparql(f"{turtle_prefixes()} SELECT ?hub ?n {{ ?hub bil:participant ?n }}")
    found = drawing_of(answer, graph, evidence=False)
    assert len(found.things) == MOST_THINGS
    assert found.left_out == 11
    assert max(thing.degree for thing in found.things) == count


def test_rows_without_two_things_cannot_be_drawn(graph):
    with pytest.raises(UsageError, match="relates two things"):
        graph.sparql(f"{turtle_prefixes()} SELECT ?a {{ ?a a bil:Company }}").draw()


def test_an_answer_shows_itself_in_a_notebook(graph):
    shown = graph.ask("relations").draw()._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert 'sandbox="allow-scripts"' in shown
    assert bilateral.draw(graph.ask("relations"), evidence=False).html.startswith("<!doctype html>")


def run(*args, **options):
    return CliRunner().invoke(main, list(args), **options)


@pytest.mark.parametrize("form", ["table", "markdown", "json", "csv", "graphml", "gexf"])
def test_the_command_prints_each_form(form, built):
    result = run("network", "-o", form, "--graph", str(built))
    assert result.exit_code == 0
    assert "Georgia" in result.stdout
    assert ("showing" in result.stderr or "shows more" in result.stderr) == (
        form in {"table", "markdown"}
    )


def test_the_command_sorts_by_the_measure_asked_for(built):
    result = run("network", "-o", "json", "--by", "broker", "--graph", str(built))
    values = [row["broker"] for row in json.loads(result.stdout)]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize(
    ("what", "given"),
    [
        (["network"], None),
        (["relations"], None),
        (["-"], "SELECT ?a ?b { ?a bil:party ?b }"),
        (["-"], "CONSTRUCT { ?b bil:party ?a } WHERE { ?a bil:party ?b }"),
        (["pipelines", "-p", "lang=ka"], None),
    ],
)
def test_draw_makes_a_page(what, given, built, tmp_path):
    file = tmp_path / "page.html"
    result = run("draw", *what, "-o", str(file), "--graph", str(built), input=given)
    assert result.exit_code == 0, result.stderr
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_draw_reads_an_answer_from_another_command(built, tmp_path):
    query = tmp_path / "q.rq"
    query.write_text("SELECT ?a ?b { ?a bil:party ?b }", encoding="utf-8")
    answer = run("sparql", "-o", "json", str(query), "--graph", str(built)).stdout
    from_json = run("draw", "-", "-o", "-", "--graph", str(built), input=answer)
    from_file = run("draw", str(query), "-o", "-", "--no-evidence", "--graph", str(built))
    assert from_json.stdout == from_file.stdout
    assert "Memorandum" in from_json.stdout


@pytest.mark.parametrize(
    ("args", "given", "told"),
    [
        (["draw", "-", "-o", "x.html"], '{"a": 1}', "no SPARQL result"),
        (["draw", "relations", "-p", "country", "-o", "x.html"], None, "gives no parameter"),
        (["draw", "relatons", "-o", "x.html"], None, "relations"),
        (["draw", "relations", "-o", "no/such/folder/x.html"], None, "cannot write"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_two_lines(args, given, told, built):
    result = run(*args, "--graph", str(built), input=given)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_build_whose_picture_fails_leaves_nothing(monkeypatch):
    monkeypatch.setattr(background, "WORKER", "bilateral.no_such_module")
    with background.NetworkFiles() as files:
        files.give([])
        with pytest.raises(BuildError, match="no_such_module"):
            files.take()


def test_a_graph_without_a_build_can_be_drawn_from_a_file(built):
    graph = open_graph(built / "graph.nq")
    answer = graph.ask("pipelines")
    assert picture(drawing_of(answer, graph), graph, "ka").html.count('<html lang="ka"') == 1
