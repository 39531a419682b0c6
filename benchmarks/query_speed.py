"""What our query layer costs over raw pyoxigraph, for queries of 10 ms and more, in one process.

The graph is the build's, copied until queries take that long. `make bench` runs it; it exits with
3 when a bound is missed.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from results import Measure, write

from bilateral.build import build
from bilateral.query.engines import Oxigraph
from bilateral.query.graph import Graph, open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from bilateral.query.answer import Answer, Row

COPIES = 150
ROUNDS = 15
BOUND = 1.10
PREFIXES = "PREFIX bil: <https://w3id.org/bilateral/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
QUERIES = {
    "all labels, ordered": "SELECT ?s ?l { ?s rdfs:label ?l } ORDER BY ?l",
    "things by kind": "SELECT ?t (COUNT(*) AS ?n) { ?s a ?t } GROUP BY ?t ORDER BY ?n",
    "words that hold a text": 'SELECT ?s ?l { ?s ?p ?l FILTER (CONTAINS(STR(?l), "გაზ")) }',
    "statements with their passages": "SELECT ?g ?a ?b { GRAPH ?g { ?a bil:participant ?b } ?b rdfs:label ?l }",
}


def copied(store: ox.Store) -> ox.Store:
    """The graph with copies of it under other names of things."""
    large = ox.Store()
    for copy in range(COPIES):

        def other(term: Any, copy: int = copy) -> Any:  # noqa: ANN401 - any RDF term
            if isinstance(term, ox.NamedNode) and "/bilateral/id/" in term.value:
                return ox.NamedNode(f"{term.value}-{copy}")
            return term

        large.extend(ox.Quad(other(q.subject), q.predicate, other(q.object), q.graph_name)
                     for q in store)  # fmt: skip
    return large


def seconds(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        build([], Path(folder) / "out")
        store = copied(open_store(Path(folder) / "out"))
    engine = Oxigraph(store)
    engine.unite()
    graph = Graph(engine)
    measures = []
    for name, pattern in QUERIES.items():
        query = PREFIXES + pattern

        def raw(query: str = query) -> list[Any]:
            return list(store.query(query))

        def ours(query: str = query) -> Answer:
            return graph.sparql(query)

        def rows(query: str = query) -> list[Row]:
            return list(graph.sparql(query))

        raw(), rows()
        times: tuple[list[float], ...] = ([], [], [])
        for _ in range(ROUNDS):
            for found, function in zip(times, (ours, raw, rows), strict=True):
                found.append(seconds(function) * 1000)
        measure = Measure(name, times[0], "ms", "raw pyoxigraph", times[1])
        assert measure.median >= 10, (name, measure.median)  # noqa: PLR2004, S101 - what is asked for
        measures.append(Measure(name, times[0], "ms", "raw pyoxigraph", times[1], f"≤ {BOUND} ×",
                                measure.ratio <= BOUND))  # fmt: skip
        measures.append(Measure(f"{name}, and a list of its rows", times[2], "ms", "raw pyoxigraph",
                                times[1]))  # fmt: skip
    title = f"Queries in one process, {len(store):,} quads"
    write(title, "query_speed.py", ("pyoxigraph",), measures)


if __name__ == "__main__":
    main()
