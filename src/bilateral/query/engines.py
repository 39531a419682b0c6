"""What answers a query: Oxigraph in this process (the default), rdflib, or a remote endpoint.

All three give the same kinds of answer, those of pyoxigraph: solutions, a boolean, or triples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import pyoxigraph as ox

from bilateral.errors import QueryError
from bilateral.query.outline import counts_repeats, outline, refuse, unescaped
from bilateral.query.syntax import checked

if TYPE_CHECKING:
    from collections.abc import Iterable

Result: TypeAlias = "ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | list[ox.Triple]"


class Engine(Protocol):
    """Something that answers SPARQL 1.1 queries over a graph whose default graph is the union."""

    def query(self, query: str) -> Result:
        """The answer. Raises QuerySyntaxError, with line and column, for what is not SPARQL."""


# The default graph is the union of all graphs, as a set. Oxigraph's own union is a bag: a statement
# that two passages make would count twice.
UNION = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"


class Oxigraph:
    """The embedded engine. The default graph is the union of all graphs, as a set.

    The union is written into the store when the first query comes whose answer could differ
    without: that takes nearly as long as loading the graph. A store on disk that is `whole` has
    it from the start.
    """

    def __init__(self, store: ox.Store, *, whole: bool = False) -> None:
        self.store = store
        self._whole = whole

    def unite(self) -> None:
        """Write the union into the default graph, where that has not been done."""
        if not self._whole:
            self.store.update(UNION)
            self._whole = True

    def query(self, query: str) -> Result:
        """The answer of Oxigraph."""
        try:
            if not self._whole and not counts_repeats(outline(query)):
                return self.store.query(query, use_default_graph_as_union=True)
            self.unite()
            return self.store.query(query)
        except SyntaxError as wrong:
            raise checked(query, wrong) from wrong
        except (OSError, RuntimeError, ValueError) as wrong:
            raise QueryError(str(wrong), "Correct the query, or simplify it.") from wrong


class Rdflib:
    """The reference: a second, independent implementation that every question must agree with."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        import rdflib  # noqa: PLC0415 - takes a fifth of a second
        from rdflib.plugins import sparql  # noqa: PLC0415

        # Without this, FROM <http://…> fetches the address.
        sparql.SPARQL_LOAD_GRAPHS = False
        self.dataset = rdflib.Dataset(default_union=True)
        data = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
        self.dataset.parse(data=data, format="nquads")

    def query(self, query: str) -> Result:
        """The answer of rdflib."""
        # rdflib reads code-point escapes before anything else, so they can hide a SERVICE from us.
        if (plain := unescaped(query)) != query:
            refuse(outline(plain), (), None)
        try:
            found = self.dataset.query(query)
            if found.type in {"CONSTRUCT", "DESCRIBE"}:
                data = found.graph.serialize(format="nt") if found.graph is not None else ""
                return [quad.triple for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES)]
            written = found.serialize(format="json") or b""
        except Exception as wrong:
            # rdflib raises pyparsing's, its own, and plain exceptions for bad queries.
            raise self._complaint(query, wrong) from wrong
        answer: Any = ox.parse_query_results(written, format=ox.QueryResultsFormat.JSON)
        return answer  # type: ignore[no-any-return]

    @staticmethod
    def _complaint(query: str, wrong: Exception) -> Exception:
        line, column = getattr(wrong, "lineno", None), getattr(wrong, "column", None)
        if line is None or column is None:
            return QueryError(f"rdflib cannot answer: {wrong}", "Ask Oxigraph: leave --engine out.")
        return checked(query, SyntaxError(f"error at {line}:{column}: {wrong}"))
