"""The graph as things with properties and ties between them, each with its evidence.

Property graphs and tables are two ways to write this down. A tie is a statement whose object is a
thing too; every other statement is a property. What a passage says stays with its passage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from bilateral.export.quads import place_of
from bilateral.jsonld import Writer
from bilateral.namespaces import expand
from bilateral.ntriples import STRING, Value, is_iri, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bilateral.export.quads import Quads, Statement

XSD = expand("xsd:")
# Graphs that speak of the vocabulary, of the data set, or of the outside world's own things.
LEFT_OUT = tuple(f"<{expand('graph:')}{name}" for name in ("ontology>", "catalogue>", "snapshot/"))
NO_THINGS = frozenset({"Mention", "Derivation"})
POINT = re.compile(r"POINT ?\((-?[0-9]{1,3}(?:\.[0-9]+)?) (-?[0-9]{1,2}(?:\.[0-9]+)?)\)")
EAST, NORTH = 180, 90
TABLE = """
CREATE TABLE IF NOT EXISTS derivation (s TEXT, p TEXT, o TEXT, rule TEXT, passage TEXT,
PRIMARY KEY (s, p, o, rule, passage)) WITHOUT ROWID
"""
INTEGERS = frozenset(
    f"{XSD}{name}"
    for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger",
                 "nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedShort",
                 "unsignedByte", "unsignedLong")
)  # fmt: skip
# What a value must look like to be more than text in any of the other tools.
FORMS = {
    "integer": (INTEGERS, re.compile(r"[+-]?[0-9]{1,18}")),
    "number": (
        frozenset(f"{XSD}{name}" for name in ("decimal", "double", "float")),
        re.compile(r"[+-]?[0-9]{1,17}(?:\.[0-9]{1,17})?(?:[eE][+-]?[0-9]{1,2})?"),
    ),
    "boolean": (frozenset({f"{XSD}boolean"}), re.compile("true|false")),
    "date": (
        frozenset({f"{XSD}date"}),
        re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"),
    ),
    "duration": (
        frozenset({f"{XSD}duration"}),
        re.compile(r"P(?=.)(?:[0-9]{1,9}Y)?(?:[0-9]{1,9}M)?(?:[0-9]{1,9}D)?"
                   r"(?:T(?=.)(?:[0-9]{1,9}H)?(?:[0-9]{1,9}M)?(?:[0-9]{1,9}S)?)?"),
    ),
}  # fmt: skip


class Evidence(NamedTuple):
    """Where a statement stands: passages in the order of the page, and rules it is derived by."""

    passages: tuple[str, ...]
    derived: bool
    rules: tuple[str, ...]
    because: tuple[str, ...]


class Tie(NamedTuple):
    """A statement between two things."""

    start: str
    predicate: str
    end: str
    evidence: Evidence


class Saying(NamedTuple):
    """What a passage says of a thing that is no tie."""

    passage: str
    subject: str
    predicate: str
    value: Value


class Naming(NamedTuple):
    """The words of a passage that stand for a thing."""

    passage: str
    target: str
    words: str
    begin: str
    end: str
    case: str


@dataclass(slots=True)
class Thing:
    """A thing: its classes (their names), its properties, its ties, what passages say of it."""

    iri: str
    kinds: tuple[str, ...]
    properties: dict[str, list[Value]] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)
    sayings: list[Saying] = field(default_factory=list)
    evidence: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Column:
    """A property's type in a table, and whether a thing may have several values."""

    kind: str
    many: bool

    def take(self, values: Iterable[Value]) -> None:
        """Make room for values of another thing."""
        found = list(values)
        self.many = self.many or len(found) > 1
        if self.kind != "string" and any(kind_of(value) != self.kind for value in found):
            self.kind = "string"


def kind_of(value: Value) -> str:
    """The type of a value that other tools know."""
    for name, (datatypes, form) in FORMS.items():
        if value.datatype in datatypes and form.fullmatch(value.text):
            return name
    return "point" if value.datatype == "point" else "string"


class Things:
    """The things of a graph, one after the other."""

    def __init__(self, quads: Quads) -> None:
        self.quads = quads
        self.kept = [name for name in quads.graphs() if not name.startswith(LEFT_OUT)]
        self.parents = self._parents()
        self.derived = f"<{expand('graph:derived')}>"
        self._read_derivations()
        self.kinds_of = lru_cache(maxsize=20_000)(self._kinds_of)
        self._writer = Writer()

    def all(self) -> Iterator[Thing]:
        """Every thing, in the order of its IRI."""
        for subject, rows in groupby(self.quads.statements(), key=lambda row: row.subject):
            statements = list(rows)
            if kinds := self.kinds_of(subject):
                yield self._thing(subject, kinds, statements)

    def namings(self) -> Iterator[Naming]:
        """Every place where words stand for a thing."""
        inside, target = f"<{expand('bil:inPassage')}>", f"<{expand('itsrdf:taIdentRef')}>"
        kind = f"<{expand('rdf:type')}>", f"<{expand('bil:Mention')}>"
        for subject, rows in groupby(self.quads.statements(), key=lambda row: row.subject):
            said = [(row.predicate, row.object) for row in rows]
            if kind not in said or not (place := place_of(subject)):
                continue
            passages = [o for p, o in said if p == inside] or [subject]
            words = self.text(subject, "nif:anchorOf")
            case = next(iter(self.quads.values(subject, "bil:case")), "")
            for end in (o for p, o in said if p == target and is_iri(o) and self.kinds_of(o)):
                for passage in passages:
                    if self.kinds_of(passage):
                        yield Naming(passage, end, words, str(place[1]), str(place[2]), case)

    def columns(
        self, groups: Callable[[Thing], Iterable[str]] = lambda thing: thing.kinds
    ) -> dict[str, dict[str, Column]]:
        """The properties of the things of each group; without `groups` of each class."""
        found: dict[str, dict[str, Column]] = {}
        for thing in self.all():
            for kind in groups(thing):
                columns = found.setdefault(kind, {})
                for name, values in thing.properties.items():
                    column = columns.setdefault(name, Column(kind_of(values[0]), many=False))
                    column.take(values)
        return {kind: dict(sorted(columns.items())) for kind, columns in sorted(found.items())}

    def ties(self) -> dict[str, tuple[str, ...]]:
        """The predicates of the ties of each class's things, in order."""
        found: dict[str, set[str]] = {}
        for thing in self.all():
            for kind in thing.kinds:
                found.setdefault(kind, set()).update(tie.predicate for tie in thing.ties)
        return {kind: tuple(sorted(names)) for kind, names in found.items()}

    def derivations(self) -> Iterator[tuple[tuple[str, str, str], Evidence]]:
        """Every derived statement with its reasons, in order."""
        query = "SELECT DISTINCT s, p, o FROM derivation ORDER BY s, p, o"
        for statement in self.quads.base.execute(query):
            yield statement, self.evidence(statement, (self.derived,))

    def name(self, predicate: str) -> str:
        """A property's name: letters, digits, and underscores."""
        name = self._writer.name(predicate.strip("<>"))
        return re.sub(r"\W", "_", name, flags=re.ASCII)

    def with_parents(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """Classes with all that they are kinds of, by their names."""
        found = set(kinds)
        waiting = list(found)
        while waiting:
            new = self.parents.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return tuple(sorted(found))

    def text(self, subject: str, *predicates: str) -> str:
        """The first text of a subject."""
        values = [value_of(term).text for term in self.quads.values(subject, *predicates)]
        return min(values, default="")

    def label(self, term: str, language: str = "en") -> str:
        """The name of a thing in a language, or in any; the end of its IRI where it has none."""
        names = {value.language: value.text for value in
                 map(value_of, self.quads.values(term, "rdfs:label", "skos:prefLabel"))}  # fmt: skip
        return (names.get(language) or names.get("en") or min(names.values(), default="")
                or re.split(r"[/#]", term.strip("<>"))[-1])  # fmt: skip

    def evidence(self, statement: tuple[str, str, str], graphs: Iterable[str]) -> Evidence:
        """What bears a statement out."""
        places = [(place, name) for name in graphs if (place := place_of(name))]
        passages = tuple(name for _, name in sorted(places))
        if self.derived not in graphs:
            return Evidence(passages, False, (), ())
        query = "SELECT rule, passage FROM derivation WHERE s = ? AND p = ? AND o = ?"
        reasons = self.quads.base.execute(query, statement).fetchall()
        because = {passage for _, passage in reasons}
        placed = sorted((place, name) for name in because if (place := place_of(name)))
        rules = sorted({rule for rule, _ in reasons if rule})
        return Evidence(passages, not passages, tuple(rules), tuple(name for _, name in placed))

    def _thing(self, subject: str, kinds: tuple[str, ...], rows: list[Statement]) -> Thing:
        thing = Thing(subject, kinds)
        typed, placed = f"<{expand('rdf:type')}>", f"<{expand('geo:hasGeometry')}>"
        for row in rows:
            graphs = [name for name in row.graphs if self._is_kept(name)]
            if not graphs:
                continue
            statement = (subject, row.predicate, row.object)
            evidence = self.evidence(statement, graphs)
            thing.evidence.update(evidence.passages)
            if row.predicate == placed and self._place(thing, row.object):
                continue
            if row.predicate != typed and is_iri(row.object) and self.kinds_of(row.object):
                thing.ties.append(Tie(subject, row.predicate, row.object, evidence))
                continue
            value = value_of(row.object)
            thing.sayings += [
                Saying(name, subject, row.predicate, value) for name in evidence.passages
            ]
            if row.predicate != typed:
                name = self.name(row.predicate) + (f"_{value.language}" if value.language else "")
                thing.properties.setdefault(name.replace("-", "_"), []).append(value)
                if evidence.derived:
                    thing.properties.setdefault("derived", []).append(Value(name, "", STRING))
        return thing

    def _is_kept(self, graph: str) -> bool:
        return not graph.startswith(LEFT_OUT)

    def _place(self, thing: Thing, geometry: str) -> bool:
        points = map(value_of, self.quads.values(geometry, "geo:asWKT"))
        found = [match for value in points if (match := POINT.fullmatch(value.text))]
        found = [m for m in found if abs(float(m[1])) <= EAST and abs(float(m[2])) <= NORTH]
        for longitude, latitude in (match.groups() for match in found[:1]):
            value = Value(f"{{latitude:{latitude}, longitude:{longitude}}}", "", "point")
            thing.properties["point"] = [value]
        return bool(found)

    def _kinds_of(self, subject: str) -> tuple[str, ...]:
        """The names of the classes of a thing; nothing for what is no thing."""
        kind, own = f"<{expand('rdf:type')}>", f"<{expand('bil:')}"
        concepts = {f"<{expand(f'skos:{name}')}>": name for name in ("Concept", "ConceptScheme")}
        found = set()
        for predicate, value, graph in self.quads.about(subject):
            if predicate == kind and self._is_kept(graph):
                if value.startswith(own):
                    found.add(value.removeprefix(own)[:-1])
                elif value in concepts:
                    found.add(concepts[value])
        return tuple(sorted(found - NO_THINGS)) if is_iri(subject) else ()

    def _parents(self) -> dict[str, set[str]]:
        above, own = f"<{expand('rdfs:subClassOf')}>", f"<{expand('bil:')}"
        found: dict[str, set[str]] = {}
        for s, p, o in self.quads.graph(f"<{expand('graph:ontology')}>"):
            if p == above and s.startswith(own) and o.startswith(own):
                found.setdefault(s.removeprefix(own)[:-1], set()).add(o.removeprefix(own)[:-1])
        return found

    def _read_derivations(self) -> None:
        """Put the reasons where they are found by what they are reasons for."""
        self.quads.base.execute(TABLE)
        names = [f"<{expand(f'rdf:{name}')}>" for name in ("subject", "predicate", "object")]
        by, because = f"<{expand('prov:wasGeneratedBy')}>", f"<{expand('prov:wasDerivedFrom')}>"
        rows = []
        for _, said in groupby(self.quads.graph(self.derived), key=lambda row: row[0]):
            terms: dict[str, list[str]] = {}
            for _, predicate, value in said:
                terms.setdefault(predicate, []).append(value)
            if all(name in terms for name in names):
                statement = [terms[name][0] for name in names]
                for rule in terms.get(by, [""]):
                    rows += [(*statement, rule, passage) for passage in terms.get(because, [""])]
        insert = "INSERT OR IGNORE INTO derivation VALUES (?, ?, ?, ?, ?)"
        self.quads.base.executemany(insert, rows)
