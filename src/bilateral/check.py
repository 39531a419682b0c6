"""Checks that a graph must pass: SHACL shapes, and quality rules in SPARQL.

The shapes run in shacl_rust, which is fast enough to be part of every build; a test holds its
results equal to those of pyshacl, the reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral.errors import OntologyError
from bilateral.folders import folder
from bilateral.namespaces import compact
from bilateral.queryfile import QueryFile, read_queries

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADER = ("Title", "Problem", "Remedy", "Severity")
PROBLEM = "problem"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding: the rule that found it, how bad it is, about what, where, and what to do."""

    rule: str
    severity: str
    subject: str
    detail: str
    passage: str | None
    remedy: str
    file: str


def check(quads: Iterable[ox.Quad]) -> list[Problem]:
    """All findings in a graph, in order."""
    given = list(quads)
    store = ox.Store()
    store.extend(given)
    found = [*_shapes(given, store), *_rules(store)]
    return sorted(set(found), key=lambda p: (p.severity, p.rule, p.subject, p.detail))


def _shapes(quads: list[ox.Quad], store: ox.Store) -> Iterable[Problem]:
    import shacl_rust  # noqa: PLC0415 - only builds and checks need it

    path = folder("ontology") / "shapes.ttl"
    shapes = path.read_text(encoding="utf-8")
    triples = {q.triple for q in quads}
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    report = shacl_rust.validate((data or b"").decode(), shapes, data_format="nt")
    for result in report["results"]:
        subject = str(result.get("focusNode") or "").strip("<>")
        severity = str(result.get("severity") or "")
        yield Problem(
            rule=compact(str(result.get("sourceConstraintComponent") or "").strip("<>")),
            severity=PROBLEM if severity.strip("<>").endswith("Violation") else "warning",
            subject=compact(subject),
            detail=" ".join(_messages(result)),
            passage=_passage_of(subject, store),
            remedy="Correct the rule or the review entry that makes the statement.",
            file=str(path),
        )


def _messages(result: dict[str, object]) -> list[str]:
    # The engine gives its own wording first and the shape's last.
    messages: list[str] = list(result.get("messages") or ["a shape is violated"])  # type: ignore[call-overload]
    path = result.get("resultPath")
    return [messages[-1], f"({compact(str(path).strip('<>'))})" if path else ""]


def _passage_of(subject: str, store: ox.Store) -> str | None:
    """The first passage that says something of a subject."""
    try:
        quads = store.quads_for_pattern(ox.NamedNode(subject), None, None, None)
    except ValueError:
        return None
    names = sorted(str(q.graph_name).strip("<>") for q in quads)
    return next((name for name in names if "#char=" in name), None)


def _rules(store: ox.Store) -> Iterable[Problem]:
    for rule in read_queries("checks", HEADER):
        yield from _findings(rule, store)


def _findings(rule: QueryFile, store: ox.Store) -> Iterable[Problem]:
    try:
        rows = store.query(rule.query, use_default_graph_as_union=True)
    except SyntaxError as error:
        what = f"the check is not SPARQL: {error.msg}"
        raise OntologyError(what, "Correct the query.", file=str(rule.path)) from error
    names = {variable.value for variable in rows.variables}  # type: ignore[union-attr]

    def shown(row: ox.QuerySolution, name: str) -> str | None:
        value = row[name] if name in names else None
        if value is None:
            return None
        return value.value if isinstance(value, ox.Literal) else compact(str(value).strip("<>"))

    for row in rows:  # type: ignore[union-attr]
        subject = shown(row, "subject") or ""
        detail = shown(row, "detail")
        yield Problem(
            rule=rule.name,
            severity=rule.header["Severity"],
            subject=subject,
            detail=f"{rule.header['Problem']}" + (f" ({detail})" if detail else ""),
            passage=shown(row, "passage"),
            remedy=rule.header["Remedy"],
            file=str(rule.path),
        )
