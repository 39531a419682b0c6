"""What extraction takes from a page, as facts that a gold file's lines can be laid beside."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral.extract import extract
from bilateral.namespaces import compact, expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bilateral.evaluate.kinds import Kinds, StatementKind
    from bilateral.knowledge import Knowledge
    from bilateral.model import Extraction, Statement
    from bilateral.sources import Source

Fields = dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that extraction says: its kind, the passages that say it, its fields, the rules.

    `may_be` is true for what stands for a name without naming it ("both countries").
    """

    kind: str
    places: tuple[tuple[int, int], ...]
    fields: Fields
    by: tuple[str, ...] = ()
    may_be: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """All that extraction takes from one page."""

    source: Source
    extraction: Extraction
    knowledge: Knowledge
    facts: tuple[Fact, ...]

    def classes(self, value: str) -> frozenset[str]:
        """The classes of an entity that the lexicon has or the page proposes; none for others."""
        return _classes("id:" + value, self.extraction, self.knowledge)

    def country(self, value: str) -> str | None:
        """The code of a state (lower case), None for what is no state."""
        entry = self.knowledge.lexicon(self.source.page.language).entries.get("id:" + value)
        return entry.code.lower() if entry and "Country" in entry.types else None

    def home(self, begin: int) -> int:
        """The number of the sentence that holds a place of the page."""
        begins = [s.begin for s in self.extraction.sentences]
        return max(bisect_right(begins, begin) - 1, 0)

    def named(self, begin: int, end: int) -> set[str]:
        """The entities that these words name: more than half of the longer of the two agrees."""
        return {
            compact(m.target).partition(":")[2]
            for m in self.extraction.mentions
            if 2 * (min(end, m.end) - max(begin, m.begin)) > max(end - begin, m.end - m.begin)
        }


def find(source: Source, knowledge: Knowledge, kinds: Kinds, *, reviewed: bool = False) -> Found:
    """What the rules take from a source's page; with its review where one is asked for."""
    extraction = extract(source if reviewed else replace(source, review=None), knowledge)
    found = Found(source, extraction, knowledge, ())
    facts = [
        *_mentions(found, kinds),
        *_dates(found, kinds),
        *_things(found, kinds),
        *_links(found, kinds),
    ]
    return replace(found, facts=tuple(facts))


def link_facts(found: Found, kind: StatementKind) -> Iterator[Fact]:
    """The facts that a property, or one of several, says."""
    for s in found.extraction.statements:
        if compact(s.predicate.value) not in kind.links:
            continue
        sides = {"subject": short(s.subject), "object": short(s.object)}
        if kind.of and found.classes(sides["subject"]).isdisjoint(kind.of):
            continue
        fields = {name: frozenset({sides[side[0]]}) for name, side in kind.fields.items()}
        yield Fact(kind.name, ((s.begin, s.end),), fields, (s.by,))


def short(term: ox.NamedNode | ox.Literal) -> str:
    """A term as gold files write it: an entity's or concept's name, a literal's text."""
    if isinstance(term, ox.Literal):
        return term.value
    curie = compact(term.value)
    prefix, _, name = curie.partition(":")
    return name if prefix in {"id", "concept", "bil"} else curie


def scaled(value: str, mult: str | int) -> str:
    """The number that a value and its power of ten make, in one writing."""
    return f"{Decimal(value).scaleb(int(mult)).normalize():f}"


def _classes(value: str, extraction: Extraction, knowledge: Knowledge) -> frozenset[str]:
    lexicon = knowledge.lexicon(extraction.source.page.language)
    entry = lexicon.entries.get(value) or lexicon.city(value)
    if entry is not None:
        return entry.kinds
    iri = expand(value)
    for proposal in extraction.proposals:
        if proposal.iri == iri:
            return knowledge.superclasses.get(compact(proposal.type).partition(":")[2], frozenset())
    return frozenset()


def _mentions(found: Found, kinds: Kinds) -> Iterator[Fact]:
    """Each place and organisation once in each sentence that names it."""
    places: dict[tuple[int, str, str], list[tuple[int, int]]] = {}
    meant: dict[tuple[int, str, str], bool] = {}
    for m in found.extraction.mentions:
        prefix, _, value = compact(m.target).partition(":")
        if prefix != "id":
            continue
        classes = found.classes(value)
        for kind, wanted in kinds.mentions.items():
            if not classes.isdisjoint(wanted):
                key = (found.home(m.begin), kind, value)
                places.setdefault(key, []).append((m.begin, m.end))
                meant[key] = meant.get(key, False) or m.kind != "anaphor"
    for key, spans in places.items():
        fields = {"entities": frozenset({key[2]})}
        yield Fact(key[1], tuple(spans), fields, may_be=not meant[key])


def _dates(found: Found, kinds: Kinds) -> Iterator[Fact]:
    said: dict[tuple[int, str], list[Statement]] = {}
    for s in found.extraction.statements:
        if s.predicate.value == expand(kinds.date):
            said.setdefault((found.home(s.end - 1), short(s.object)), []).append(s)
    for (_, edtf), statements in said.items():
        yield Fact("date", _places(statements), {"date": frozenset({edtf})}, _by(statements))


def _things(found: Found, kinds: Kinds) -> Iterator[Fact]:
    """Quantities, and statements that are things with properties."""
    figures: dict[tuple[int, str], Fact] = {}
    things: dict[str, list[Statement]] = {}
    for s in found.extraction.statements:
        things.setdefault(short(s.subject), []).append(s)
    for statements in things.values():
        types = {short(s.object) for s in statements if s.predicate.value == expand("rdf:type")}
        classes = {c for t in types for c in found.knowledge.superclasses.get(t, ())}
        figure = _figure(statements, kinds)
        if figure:
            value = [s for s in statements if s.predicate.value == expand(kinds.quantity["value"])]
            key = (found.home(value[0].end - 1), str(sorted(figure.items())))
            figures.setdefault(key, Fact("quantity", _places(value), figure, _by(value)))
        for kind in kinds.statements.values():
            if kind.links or classes.isdisjoint(kind.of):
                continue
            fields = {
                name: frozenset(
                    short(s.object) for s in statements if compact(s.predicate.value) in terms
                )
                for name, terms in kind.fields.items()
            }
            fields |= {"type": frozenset(types), **figure}
            yield Fact(kind.name, _places(statements), fields, _by(statements))
    yield from figures.values()


def _figure(statements: list[Statement], kinds: Kinds) -> Fields:
    said: dict[str, str] = {}
    for name, term in kinds.quantity.items():
        for s in statements:
            if s.predicate.value == expand(term):
                said.setdefault(name, short(s.object))
    if "value" not in said:
        return {}
    value = scaled(said["value"], said.get("mult", 0))
    return {
        "value": frozenset({value}),
        "unit": frozenset({said["unit"]} if "unit" in said else ()),
    }


def _links(found: Found, kinds: Kinds) -> Iterator[Fact]:
    for kind in kinds.statements.values():
        if not kind.links:
            continue
        once: dict[tuple[object, ...], Fact] = {}
        for fact in link_facts(found, kind):
            home = found.home(fact.places[0][1] - 1)
            once.setdefault((home, *sorted(map(str, fact.fields.items()))), fact)
        yield from once.values()


def _places(statements: list[Statement]) -> tuple[tuple[int, int], ...]:
    return tuple(dict.fromkeys((s.begin, s.end) for s in statements))


def _by(statements: list[Statement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(s.by for s in statements))
