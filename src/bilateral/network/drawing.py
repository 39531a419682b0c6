"""What a picture shows: things, lines between them, names in each language, and the evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.errors import UsageError
from bilateral.namespaces import compact
from bilateral.network.kinds import Kind, Kinds
from bilateral.network.ties import kinds_of, labels_of
from bilateral.query.question import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bilateral.network.ties import Network
    from bilateral.query.answer import Answer
    from bilateral.query.evidence import Passage
    from bilateral.query.graph import Graph

MOST_THINGS = 1000  # more cannot be told apart, nor moved at a bearable speed
NEVER_DRAWN = "#char="  # a passage is evidence, not a thing

LABEL = "Label"

Names = dict[str, str]
Ends = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of the picture: IRI, kind, names by language, and how many things it is tied to."""

    iri: str
    kind: Kind
    names: Names
    degree: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the picture: its two ends, what it says in each language, when, and where."""

    source: str
    target: str
    names: Names
    date: str | None
    derived: bool
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture's content; `left_out` counts the things that it has no room for."""

    title: Names
    things: tuple[Thing, ...]
    lines: tuple[Line, ...]
    left_out: int = 0


def drawing_of_network(network: Network, graph: Graph, title: Names) -> Drawing:
    """The picture of a whole network."""
    kinds = Kinds(graph)
    things = {
        iri: Thing(iri, kinds.of(classes), _names(iri, network.labels))
        for iri, classes in network.things.items()
    }
    lines = [
        Line(tie.thing, tie.end, _names(tie.relation, network.labels), tie.date, tie.derived,
             tie.passages)
        for tie in network.ties
    ]  # fmt: skip
    return _drawing(title, things, lines)


def drawing_of(answer: Answer, graph: Graph, *, evidence: bool = True) -> Drawing:
    """The picture of an answer: a line for each two things that a row relates.

    A question's view names the columns; else the things of a row's first column of IRIs are tied
    to those of its other columns, or, where there are none, to what is named there. Of triples,
    subject and object are tied.

    Raises UsageError where no row relates two things.
    """
    rows = answer.terms()
    relating: list[tuple[int, Ends]] = []
    for columns in _ways(answer, rows):
        relating = [
            (number, ends)
            for number, row in enumerate(rows)
            for ends in columns
            if _is_end(row[ends[0]]) and _is_end(row[ends[1]]) and row[ends[0]] != row[ends[1]]
        ]
        if relating:
            break
    else:
        what = "no row of the answer relates two things"
        remedy = "Draw a question that does, such as `relations`, or select two columns of things."
        raise UsageError(what, remedy)
    behind = answer.evidence if evidence else []
    wanted = {
        row[column].value
        for row in rows
        for column in answer.columns
        if isinstance(row[column], ox.NamedNode)
    }
    labels = labels_of(wanted, graph)
    classes, kinds = kinds_of(wanted, graph), Kinds(graph)
    things: dict[str, Thing] = {}
    lines = []
    for number, (source, target, edge) in relating:
        row = rows[number]
        for term in (row[source], row[target]):
            iri = _key(term)
            names = _names(iri, labels) if isinstance(term, ox.NamedNode) else _same(term.value)
            things.setdefault(iri, Thing(iri, kinds.of(classes.get(iri, ())), names))
        said = row.get(edge) if edge else None
        names = (
            _names(said.value, labels)
            if isinstance(said, ox.NamedNode)
            else _same(said.value if isinstance(said, ox.Literal) else _words(target))
        )
        passages = behind[number].passages if evidence else ()
        lines.append(Line(_key(row[source]), _key(row[target]), names, _date(row), False, passages))
    return _drawing(_title(answer), things, _once(lines))


def _drawing(title: Names, things: Mapping[str, Thing], lines: Iterable[Line]) -> Drawing:
    drawn = [line for line in lines if line.source in things and line.target in things]
    neighbours: dict[str, set[str]] = {iri: set() for iri in things}
    for line in drawn:
        neighbours[line.source].add(line.target)
        neighbours[line.target].add(line.source)
    ranked = sorted(things, key=lambda iri: (-len(neighbours[iri]), iri))
    kept = set(ranked[:MOST_THINGS])
    return Drawing(
        title,
        tuple(
            replace(thing, degree=len(neighbours[iri]))
            for iri, thing in sorted(things.items())
            if iri in kept
        ),
        tuple(line for line in drawn if line.source in kept and line.target in kept),
        len(things) - len(kept),
    )


def _once(lines: list[Line]) -> list[Line]:
    """Lines that say the same only once, with the passages of all of them."""
    found: dict[tuple[str, str, str, str | None], Line] = {}
    for line in lines:
        key = (line.source, line.target, line.names[LANGUAGES[0]], line.date)
        if key in found:
            passages = tuple(dict.fromkeys((*found[key].passages, *line.passages)))
            found[key] = replace(line, passages=passages)
        else:
            found[key] = line
    return [found[key] for key in sorted(found, key=lambda k: tuple(part or "" for part in k))]


def _ways(answer: Answer, rows: list[dict[str, Any]]) -> Iterator[list[Ends]]:
    """The pairs of columns that may be drawn, each with the column that says how, best first."""
    if answer.triples is not None:
        yield [("subject", "object", "predicate")]
        return
    view = answer.question.view if answer.question else {}
    if {"source", "target"} <= view.keys():
        yield [(view["source"], view["target"], view.get("edge"))]
    things = [c for c in answer.columns if any(_is_thing(row[c]) for row in rows)]
    if not things:
        return
    yield [(things[0], other, None) for other in things[1:]]
    named = [
        column
        for column in answer.columns
        if column.endswith(LABEL) and column.removesuffix(LABEL) not in answer.columns
    ]
    yield [(things[0], column, None) for column in named]


def _is_end(term: Any) -> bool:  # noqa: ANN401 - any RDF term
    return _is_thing(term) or (isinstance(term, ox.Literal) and bool(term.value))


def _is_thing(term: Any) -> bool:  # noqa: ANN401 - any RDF term
    return isinstance(term, ox.NamedNode) and NEVER_DRAWN not in term.value


def _key(term: Any) -> str:  # noqa: ANN401 - an IRI, or a name
    return str(term.value) if isinstance(term, ox.NamedNode) else f"“{term.value}”"


def _same(text: str) -> Names:
    return dict.fromkeys(LANGUAGES, text)


def _date(row: dict[str, Any]) -> str | None:
    date = row.get("date")
    return date.value if isinstance(date, ox.Literal) else None


def _words(column: str) -> str:
    name = column.removesuffix(LABEL)
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()


def _names(iri: str, labels: Mapping[str, Mapping[str, str]]) -> Names:
    known = labels.get(iri, {})
    # A name that the graph lacks in a language stands in another; its own ending is better than
    # nothing, and better than an address.
    other = known.get(LANGUAGES[0]) or next(iter(known.values()), "") or compact(iri)
    return {language: known.get(language) or other for language in LANGUAGES}


def _title(answer: Answer) -> Names:
    if answer.question:
        return {language: answer.question.summary[language] for language in LANGUAGES}
    return dict.fromkeys(LANGUAGES, "")
