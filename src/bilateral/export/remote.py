"""All quads of a SPARQL endpoint, in pages, so that no answer is larger than an endpoint gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.errors import RemoteError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bilateral.query.graph import Graph

AT_ONCE = 5_000
SIZES = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
PART = "SELECT ?g ?s ?p ?o { VALUES ?g { %s } GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o"
WHOLE = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"


def remote_quads(graph: Graph) -> Iterator[ox.Quad]:
    """The quads of an endpoint; where it has no named graphs, the triples of its default graph."""
    sizes = {row["g"]: int(row["n"].value) for row in _rows(graph, SIZES)}
    if not sizes:
        for row in _paged(graph, WHOLE):
            yield ox.Quad(row["s"], row["p"], row["o"])
    count = 0
    for names in _portions(sizes):
        for row in _paged(graph, PART % " ".join(map(str, names))):
            yield ox.Quad(row["s"], row["p"], row["o"], row["g"])
            count += 1
    if count < sum(sizes.values()):
        what = f"the endpoint gave {count} of its {sum(sizes.values())} quads"
        raise RemoteError(what, "Ask again, or export from a file: --graph FILE.")


def _portions(sizes: dict[Any, int]) -> Iterator[list[Any]]:
    """Graphs together as long as they are small."""
    waiting: list[Any] = []
    total = 0
    for name, size in sizes.items():
        if waiting and total + size > AT_ONCE:
            yield waiting
            waiting, total = [], 0
        waiting.append(name)
        total += size
    if waiting:
        yield waiting


def _paged(graph: Graph, query: str) -> Iterator[Any]:
    place = 0
    while True:
        rows = list(_rows(graph, f"{query} LIMIT {AT_ONCE} OFFSET {place}"))
        yield from rows
        place += len(rows)
        if len(rows) < AT_ONCE:
            return


def _rows(graph: Graph, query: str) -> Iterable[Any]:
    found: Any = graph.query(query)
    return found  # type: ignore[no-any-return]
