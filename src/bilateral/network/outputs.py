"""What a build makes beside the graph: the network's files, and the ontology page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bilateral.namespaces import turtle_prefixes
from bilateral.network.drawing import drawing_of_network
from bilateral.network.files import gexf, graphml, table, thing_rows, tie_rows
from bilateral.network.kinds import kinds
from bilateral.network.layout import positions
from bilateral.network.measures import EXACT, measure, measure_graph, simple_graph
from bilateral.network.picture import environment, picture
from bilateral.network.ties import QUESTION, read_network
from bilateral.ontology.page import environment as ontology_page
from bilateral.ontology.page import page_html
from bilateral.ontology.terms import read_terms
from bilateral.query.question import LANGUAGES, question_named

if TYPE_CHECKING:
    from bilateral.network.drawing import Names
    from bilateral.query.graph import Graph

TITLES = "SELECT ?title { ?source a bil:Source ; dcterms:title ?title } ORDER BY ?source"


def outputs(graph: Graph) -> dict[str, str]:
    """The texts of all files, by name."""
    network = read_network(graph)
    simple, _ = simple_graph(network)
    # A layout of all pairs has no bearable end above some thousand things; other tools lay out
    # such networks themselves.
    places = positions(simple) if len(simple) <= EXACT else None
    things = thing_rows(network, measure(network), places)
    drawing = drawing_of_network(network, graph, title_of(graph))
    same = places if not drawing.left_out else None
    return {
        "ontology.html": page_html(read_terms(graph)),
        "edges.csv": table(tie_rows(network)),
        "network.gexf": gexf(network, things),
        "network.graphml": graphml(network, things),
        "network.html": picture(drawing, graph, places=same).html,
        "nodes.csv": table(things),
    }


def prepare() -> None:
    """Do, before there is a graph, what needs none: importing, and reading the page's parts."""
    import networkx as nx  # noqa: PLC0415
    from pyvis.network import Network  # noqa: PLC0415

    few = nx.path_graph(3)
    positions(few)
    measure_graph(few, [0, 2])
    Network()
    environment()
    ontology_page()
    kinds()
    question_named(QUESTION)


def title_of(graph: Graph) -> Names:
    """The title of the graph's source in each language, or nothing where it has several."""
    rows = graph.engine.query(turtle_prefixes() + TITLES)
    found: dict[str, list[str]] = {}
    for row in rows:  # type: ignore[union-attr]
        found.setdefault(row["title"].language or "", []).append(row["title"].value)
    return {
        language: found[language][0] if len(found.get(language, ())) == 1 else ""
        for language in LANGUAGES
    }
