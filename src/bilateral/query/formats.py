"""The forms of an answer: their names in the shell, their media types, and how each is chosen."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from bilateral.errors import FormError
from bilateral.jsonld import document
from bilateral.namespaces import prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable

JSON, XML = ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML
CSV, TSV = ox.QueryResultsFormat.CSV, ox.QueryResultsFormat.TSV


class Form(NamedTuple):
    """A way to write an answer: its name, its media types (the first is announced), its writer."""

    name: str
    media_types: tuple[str, ...]
    writer: ox.QueryResultsFormat | ox.RdfFormat

    @property
    def content_type(self) -> str:
        """What a reply in this form announces."""
        kind = self.media_types[0]
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


# SPARQL 1.1 Query Results: JSON, XML, CSV and TSV (W3C Recommendations of 2013-03-21).
ROWS = (
    Form("json", ("application/sparql-results+json", "application/json"), JSON),
    Form("xml", ("application/sparql-results+xml", "application/xml", "text/xml"), XML),
    Form("csv", ("text/csv",), CSV),
    Form("tsv", ("text/tab-separated-values",), TSV),
)
# RDF 1.1 serialisations; a query's graph has no names, so TriG and N-Quads hold a default graph.
GRAPHS = (
    Form("turtle", ("text/turtle", "application/x-turtle"), ox.RdfFormat.TURTLE),
    Form("ntriples", ("application/n-triples", "text/plain"), ox.RdfFormat.N_TRIPLES),
    Form("trig", ("application/trig",), ox.RdfFormat.TRIG),
    Form("jsonld", ("application/ld+json", "application/json"), ox.RdfFormat.JSON_LD),
    Form("rdfxml", ("application/rdf+xml", "application/xml", "text/xml"), ox.RdfFormat.RDF_XML),
)


@lru_cache(maxsize=256)
def negotiated(accept: str, forms: tuple[Form, ...]) -> Form | None:
    """The form that an Accept header likes best, by q-values; None when it likes none (RFC 9110)."""
    best: tuple[float, int, int] | None = None
    chosen: Form | None = None
    ranges = list(_ranges(accept))
    for place, form in enumerate(forms):
        for media_type in form.media_types:
            # A wish with * is for what is announced, not for another name of it.
            announced = media_type == form.media_types[0]
            fits = [
                (exact, q)
                for exact, kind, q in ranges
                if kind == media_type or (announced and _fits(kind, media_type))
            ]
            if not fits:
                continue
            # The most specific range decides, whatever its q.
            exactness, quality = max(fits)
            rank = (quality, exactness, -place)
            if quality > 0 and (best is None or rank > best):
                best, chosen = rank, form
    return chosen


def _ranges(accept: str) -> list[tuple[int, str, float]]:
    found = []
    for part in (accept.strip() or "*/*").split(","):
        kind, *parameters = [piece.strip().lower() for piece in part.split(";")]
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = min(1.0, max(0.0, float(parameter[2:])))
                except ValueError:
                    quality = 0.0
        if kind:
            exactness = 0 if kind == "*/*" else 1 if kind.endswith("/*") else 2
            found.append((exactness, kind, quality))
    return found


def _fits(kind: str, media_type: str) -> bool:
    return kind == "*/*" or (kind.endswith("/*") and media_type.startswith(kind[:-1]))


def form_named(name: str, forms: tuple[Form, ...]) -> Form | None:
    """The form of that name, or of that media type."""
    return next((f for f in forms if name == f.name or name in f.media_types), None)


def forms_of(kind: str) -> tuple[Form, ...]:
    """The forms that the answer to a query of a kind can take."""
    if kind in {"CONSTRUCT", "DESCRIBE"}:
        return GRAPHS
    return ROWS[:2] if kind == "ASK" else ROWS


def form_for(accept: str, name: str, forms: tuple[Form, ...]) -> Form:
    """The form to answer in: the named one, else what the Accept header likes best.

    Raises FormError when there is none.
    """
    form = form_named(name, forms) if name else negotiated(accept, forms)
    if form is None:
        offered = ", ".join(f.media_types[0] for f in forms)
        what = f"the answer cannot be written as {name or accept}"
        raise FormError(what, f"Accept one of: {offered}.")
    return form


def graph_bytes(statements: Iterable[ox.Triple] | Iterable[ox.Quad], form: Form) -> bytes:
    """Triples or quads in a serialisation, with those prefixes of ours that they use."""
    parts: list[Any] = list(statements)
    if form.name == "jsonld":
        return document(sorted(parts, key=str)).encode()
    if form.name == "ntriples":
        return ox.serialize(parts, format=form.writer) or b""  # type: ignore[arg-type]
    used: set[str] = set()
    for part in parts:
        for term in part:
            iri = term.datatype if isinstance(term, ox.Literal) else term
            if isinstance(iri, ox.NamedNode):
                value = iri.value
                used.add(value[: max(value.rfind("#"), value.rfind("/")) + 1])
    known = {name: namespace for name, namespace in prefixes().items() if namespace in used}
    return ox.serialize(parts, format=form.writer, prefixes=known) or b""  # type: ignore[arg-type]


def written(variables: Iterable[ox.Variable], rows: Iterable[ox.QuerySolution]) -> bytes:
    """Solutions in SPARQL 1.1 Query Results JSON."""
    names = [variable.value for variable in variables]
    bindings = [
        {name: _cell(term) for name in names if (term := row[name]) is not None} for row in rows
    ]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


def _cell(term: object) -> dict[str, str]:
    if isinstance(term, ox.Literal):
        cell = {"type": "literal", "value": term.value}
        if term.language:
            return {**cell, "xml:lang": term.language}
        return {**cell, "datatype": term.datatype.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    return {"type": "uri", "value": getattr(term, "value", str(term))}
