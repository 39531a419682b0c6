"""The passages behind each row of an answer.

A row has reasons: the statements that its query's patterns match. Each pattern is filled with the
row's values, and the named graphs that hold such a statement are its passages. What an OPTIONAL
found counts; what a FILTER (NOT EXISTS …) did not find cannot. A derived statement leads to the
passages that it was derived from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.errors import QueryError
from bilateral.namespaces import compact, expand, turtle_prefixes
from bilateral.query.outline import outline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bilateral.query.engines import Engine
    from bilateral.query.outline import Outline

Term = Any  # a term of pyoxigraph
Pattern = tuple[Term, Term, Term]
# The address of a passage ends in its offsets (RFC 5147).
SPAN = re.compile(r"#char=(\d{1,12}),(\d{1,12})$")
AGGREGATES = ("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT")
SOLUTIONS = 200
AT_ONCE = 500
LONGEST_PATH = 6
PASSAGES = """
SELECT ?passage ?text ?translation ?rule {
  VALUES ?passage { %s }
  ?passage nif:anchorOf ?text .
  OPTIONAL { ?passage bil:translation ?translation }
  OPTIONAL { ?passage prov:wasGeneratedBy ?rule }
}
"""
REASONS = """
SELECT DISTINCT ?s ?p ?o ?passage ?rule {
  VALUES (?s ?p ?o) { %s }
  ?derivation rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
    prov:wasDerivedFrom ?passage ; prov:wasGeneratedBy ?rule .
}
"""
GRAPHS = """
SELECT DISTINCT ?g ?s ?p ?o { VALUES (?s ?p ?o) { %s } GRAPH ?g { ?s ?p ?o } }
"""


@dataclass(frozen=True, slots=True)
class Passage:
    """The words behind a row: address, offsets, text, translation, and the rules that read it.

    `derived_by` names the derivation rules where the row's statement is computed, not stated.
    """

    iri: str
    begin: int
    end: int
    text: str
    translation: str | None
    rules: tuple[str, ...]
    derived_by: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is behind one row: its passages, in the order of the page."""

    passages: tuple[Passage, ...]


def evidence_of(
    query: str, rows: list[dict[str, Term]], form: str, engine: Engine
) -> list[Evidence]:
    """The evidence for each row of a query's answer. Raises QueryError where rdflib cannot read it."""
    patterns = [] if form in {"CONSTRUCT", "DESCRIBE"} else _patterns(query)
    found: list[tuple[set[str], dict[str, set[str]]]] = []
    for row in rows:
        named = {
            term.value
            for term in row.values()
            if isinstance(term, ox.NamedNode) and SPAN.search(term.value)
        }
        if form in {"CONSTRUCT", "DESCRIBE"}:
            statements = {(row["subject"], row["predicate"], row["object"])}
        else:
            statements = set(_statements(query, row if form == "SELECT" else {}, patterns, engine))
        graphs, derived = _graphs(statements, engine)
        reasons = _reasons(derived, engine)
        found.append((named | graphs, reasons))
    known = passages_of({p for named, reasons in found for p in (*named, *reasons)}, engine)
    return [_in_order(named, reasons, known) for named, reasons in found]


def evidence_of_statements(
    statements: Iterable[Pattern], engine: Engine
) -> dict[Pattern, Evidence]:
    """The evidence for each of many statements between IRIs, with few queries."""
    given = list(dict.fromkeys(statements))
    named: dict[Pattern, set[str]] = {statement: set() for statement in given}
    reasons: dict[Pattern, dict[str, set[str]]] = {statement: {} for statement in given}
    for first in range(0, len(given), AT_ONCE):
        derived = set()
        result: Any = engine.query(GRAPHS % _values(given[first : first + AT_ONCE]))
        for found in result:
            statement = (found["s"], found["p"], found["o"])
            if SPAN.search(found["g"].value):
                named[statement].add(found["g"].value)
            elif found["g"].value == expand("graph:derived"):
                derived.add(statement)
        if derived:
            result = engine.query(turtle_prefixes() + REASONS % _values(derived))
            for found in result:
                why = reasons[found["s"], found["p"], found["o"]]
                why.setdefault(found["passage"].value, set()).add(compact(found["rule"].value))
    wanted = sorted({p for s in given for p in (*named[s], *reasons[s])})
    known: dict[str, Passage] = {}
    for first in range(0, len(wanted), AT_ONCE):
        known |= passages_of(set(wanted[first : first + AT_ONCE]), engine)
    return {s: _in_order(named[s], reasons[s], known) for s in given}


def _in_order(named: set[str], reasons: dict[str, set[str]], known: dict[str, Passage]) -> Evidence:
    return Evidence(
        tuple(
            sorted(
                (_with(known[iri], reasons) for iri in named | set(reasons) if iri in known),
                key=lambda passage: (passage.iri.partition("#")[0], passage.begin, passage.end),
            )
        )
    )


def _with(passage: Passage, reasons: dict[str, set[str]]) -> Passage:
    if passage.iri not in reasons:
        return passage
    rules = tuple(sorted(reasons[passage.iri]))
    return replace(passage, derived_by=rules)


def _patterns(query: str) -> list[tuple[Any, Any, Any]]:
    from rdflib.plugins.sparql.algebra import translateQuery  # noqa: PLC0415 - slow to import
    from rdflib.plugins.sparql.parser import parseQuery  # noqa: PLC0415
    from rdflib.plugins.sparql.parserutils import CompValue  # noqa: PLC0415

    try:
        algebra = translateQuery(parseQuery(query)).algebra
    except Exception as wrong:
        what = f"the query is too unusual to explain: {wrong}"
        raise QueryError(
            what, "Leave --explain out, or ask GRAPH ?passage { … } yourself."
        ) from wrong
    found: list[tuple[Any, Any, Any]] = []

    def walk(part: Any) -> None:  # noqa: ANN401 - rdflib's algebra is untyped
        if isinstance(part, CompValue):
            if part.name == "BGP":
                found.extend(part.triples)
            for key, value in part.items():
                # Expressions hold EXISTS and NOT EXISTS; what they look for is no reason.
                if key not in {"expr", "template", "triples"}:
                    walk(value)
        elif isinstance(part, (list, tuple)):
            for inner in part:
                walk(inner)

    walk(algebra)
    return found


def _statements(
    query: str, row: dict[str, Term], patterns: list[tuple[Any, Any, Any]], engine: Engine
) -> Iterator[Pattern]:
    for solution in _solutions(query, row, engine):
        for s, p, o in patterns:
            subject, target = _term(s, solution), _term(o, solution)
            if subject is None and target is None:
                continue
            if hasattr(p, "n3") and type(p).__name__ in {"URIRef", "Variable"}:
                yield (subject, _term(p, solution), target)
            else:
                yield from _along(p, subject, target, engine)


def _solutions(query: str, row: dict[str, Term], engine: Engine) -> list[dict[str, Term]]:
    """The row's inner solutions: its pattern with its values, and all its variables."""
    asked = outline(query)
    inside = {t.text[1:] for t in asked.tokens if t.kind == "variable" and t.start > asked.where}
    renamed = _renamed(asked)
    bound = {
        renamed.get(name, name): term
        for name, term in row.items()
        if renamed.get(name, name) in inside
        and term is not None
        and not isinstance(term, ox.BlankNode)
    }
    if row and not bound and not any(t.is_word(*AGGREGATES) for t in asked.tokens):
        what = "a row's values are computed, so nothing tells which statements are behind it"
        raise QueryError(what, "Select a variable of the pattern too, or leave --explain out.")
    names = " ".join(f"?{name}" for name in bound)
    values = f"VALUES ({names}) {{ ({' '.join(str(t) for t in bound.values())}) }}" if bound else ""
    close = _closing(asked)
    pattern = query[asked.where : close]
    inner = f"{query[: asked.body]}\nSELECT * WHERE {{ {pattern} {values} }} LIMIT {SOLUTIONS}"
    result: Any = engine.query(inner)
    variables = [v.value for v in result.variables]
    return [{**{name: solution[name] for name in variables}, **bound} for solution in result]


def _renamed(asked: Outline) -> dict[str, str]:
    """The pattern's variables that SELECT gives another name: (?v AS ?x)."""
    before = [t for t in asked.tokens if t.start < asked.where]
    found = {}
    for index in range(len(before) - 4):
        opening, inner, word, outer, closing = before[index : index + 5]
        if (opening.text, inner.kind, outer.kind, closing.text) == (
            "(",
            "variable",
            "variable",
            ")",
        ):
            if word.is_word("AS"):
                found[outer.text[1:]] = inner.text[1:]
    return found


def _closing(asked: Outline) -> int:
    depth = 0
    for token in asked.tokens:
        if token.start >= asked.where and token.kind == "mark":
            depth += (token.text == "{") - (token.text == "}")
            if depth == 0:
                return int(token.end)
    return len(asked.query)


def _term(part: Any, solution: dict[str, Term]) -> Term:  # noqa: ANN401 - rdflib's term
    kind = type(part).__name__
    if kind in {"Variable", "BNode"}:
        return solution.get(str(part))
    if kind == "URIRef":
        return ox.NamedNode(str(part))
    if part.language:
        return ox.Literal(str(part), language=part.language)
    return (
        ox.Literal(str(part), datatype=ox.NamedNode(str(part.datatype)))
        if part.datatype
        else ox.Literal(str(part))
    )


def _along(path: Any, start: Term, end: Term, engine: Engine) -> Iterator[Pattern]:  # noqa: ANN401
    """The statements on the shortest ways from start to end along a property path."""
    for steps in _ways(path):
        names = [f"?n{i}" for i in range(len(steps) + 1)]
        ends = {names[0]: start, names[-1]: end}
        triples = [
            (b, f"<{p}>", a) if inverse else (a, f"<{p}>", b)
            for (p, inverse), a, b in zip(steps, names, names[1:], strict=False)
        ]
        filled = {name: str(term) for name, term in ends.items() if term is not None}
        body = " . ".join(" ".join(filled.get(part, part) for part in t) for t in triples)
        if len(steps) == 0:
            continue
        result: Any = engine.query(f"SELECT * {{ {body} }} LIMIT {SOLUTIONS}")
        variables = {f"?{v.value}" for v in result.variables}
        rows = list(result)
        for row in rows:
            for s, p, o in triples:
                yield (
                    row[s[1:]] if s in variables else ends.get(s),
                    ox.NamedNode(p[1:-1]),
                    row[o[1:]] if o in variables else ends.get(o),
                )
        if rows and _repeats(path):
            return


def _repeats(path: Any) -> bool:  # noqa: ANN401
    return type(path).__name__ == "MulPath"


def _ways(path: Any) -> list[list[tuple[str, bool]]]:  # noqa: ANN401 - rdflib's path
    """The sequences of steps that a path stands for, the shortest first; (property, inverse)."""
    match type(path).__name__:
        case "URIRef":
            return [[(str(path), False)]]
        case "InvPath":
            return [[(p, not inverse) for p, inverse in reversed(way)] for way in _ways(path.arg)]
        case "AlternativePath":
            return [way for part in path.args for way in _ways(part)]
        case "SequencePath":
            ways: list[list[tuple[str, bool]]] = [[]]
            for part in path.args:
                ways = [way + more for way in ways for more in _ways(part)]
            return ways
        case "MulPath":
            once = _ways(path.path)
            longest = 1 if path.mod == "?" else LONGEST_PATH
            ways = [[]] if path.mod in {"*", "?"} else []
            level: list[list[tuple[str, bool]]] = [[]]
            for _ in range(longest):
                level = [way + more for way in level for more in once][:SOLUTIONS]
                ways += level
            return ways
        case _:
            return []


def _graphs(statements: Iterable[Pattern], engine: Engine) -> tuple[set[str], set[Pattern]]:
    rows = [s for s in statements if not any(isinstance(t, ox.BlankNode) for t in s)]
    passages: set[str] = set()
    derived: set[Pattern] = set()
    if not rows:
        return passages, derived
    result: Any = engine.query(GRAPHS % _values(rows))
    for found in result:
        if SPAN.search(found["g"].value):
            passages.add(found["g"].value)
        elif found["g"].value == expand("graph:derived"):
            derived.add((found["s"], found["p"], found["o"]))
    return passages, derived


def _reasons(derived: set[Pattern], engine: Engine) -> dict[str, set[str]]:
    reasons: dict[str, set[str]] = {}
    if derived:
        result: Any = engine.query(turtle_prefixes() + REASONS % _values(derived))
        for row in result:
            reasons.setdefault(row["passage"].value, set()).add(compact(row["rule"].value))
    return reasons


def _values(rows: Iterable[Pattern]) -> str:
    written = {" ".join("UNDEF" if t is None else str(t) for t in row) for row in rows}
    return " ".join(f"({row})" for row in sorted(written))


def passages_of(iris: set[str], engine: Engine) -> dict[str, Passage]:
    """The passages at some addresses, by address; those that the graph does not have are left out."""
    if not iris:
        return {}
    asked = PASSAGES % " ".join(f"<{iri}>" for iri in sorted(iris))
    result: Any = engine.query(turtle_prefixes() + asked)
    rules: dict[str, set[str]] = {}
    words: dict[str, tuple[str, str | None]] = {}
    languages: dict[str, str] = {}
    for row in result:
        iri = row["passage"].value
        words[iri] = (row["text"].value, row["translation"].value if row["translation"] else None)
        languages[iri] = row["text"].language or ""
        rules.setdefault(iri, set())
        if row["rule"]:
            rules[iri].add(compact(row["rule"].value))
    return {
        iri: Passage(iri, *_span(iri), *said, tuple(sorted(rules[iri])), language=languages[iri])
        for iri, said in words.items()
    }


def _span(iri: str) -> tuple[int, int]:
    match = SPAN.search(iri)
    return (int(match[1]), int(match[2])) if match else (0, 0)
