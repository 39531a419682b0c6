"""The things that others may link to: their names, classes, and properties, made once per graph."""

from __future__ import annotations

from array import array
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.explorer.names import HELD_BACK, named, spellings
from bilateral.likeness import Names
from bilateral.namespaces import compact, expand, graph, node, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NAMES = ("rdfs:label", "skos:prefLabel", "skos:altLabel")
PROPERTIES = (
    "owl:ObjectProperty",
    "owl:DatatypeProperty",
    "owl:AnnotationProperty",
    "rdf:Property",
)
# Properties under which every other stands that ties two things, where the ontology has it so.
ANY = "dcterms:relation"
INVERSE = "^"
LINKS = (
    "owl:sameAs",
    *(f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")),
)
# Things of each class, and statements about each, that are looked at to find their properties.
SAMPLE, AROUND = 60, 300
DEFAULT = ox.DefaultGraph()


class Register:
    """Everything with an IRI of ours (`id:`) and a name, by number.

    Made in time and memory proportional to the graph's names.
    """

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self.slugs: list[str] = []
        self.numbers: dict[str, int] = {}
        self.names = Names()
        self.classes: dict[int, tuple[str, ...]] = {}
        self.mentions = array("I")
        self.parents: dict[str, set[str]] = {}
        self.wider: dict[str, set[str]] = {}
        self.properties: list[str] = []
        self.known: frozenset[str] = frozenset()
        self.spelled: set[int] = set()
        self._narrower: dict[str, list[str]] = {}
        self._members: dict[str, frozenset[int]] = {}

    def read(self) -> None:
        """Read the store's names, classes, and properties."""
        self.parents = self._above("rdfs:subClassOf")
        self.wider = self._above("rdfs:subPropertyOf")
        self._read()
        self.properties = [expand(ANY), *sorted(set(self._properties()))]
        self.known = frozenset(self.properties)

    def iri(self, number: int) -> str:
        """The IRI of a thing."""
        return expand("id:") + self.slugs[number]

    def number(self, text: str) -> int | None:
        """The thing that an id stands for: its own, a CURIE, or an IRI."""
        return self.numbers.get(slug_of(text))

    def thing(self, term: object) -> int | None:
        """The thing that an RDF term stands for."""
        base = expand("id:")
        if not isinstance(term, ox.NamedNode) or not term.value.startswith(base):
            return None
        return self.numbers.get(term.value.removeprefix(base))

    def members(self, kind: str) -> frozenset[int]:
        """The things of a class or of one below it."""
        if kind not in self._members:
            below = {kind} | {name for name in self.parents if kind in self.above(name)}
            found = (n for n, classes in self.classes.items() if not below.isdisjoint(classes))
            # Only classes of the graph are kept: strangers may ask for any.
            members = frozenset(found)
            if not members:
                return members
            self._members[kind] = members
        return self._members[kind]

    def above(self, kind: str) -> set[str]:
        """A class with all that it is below."""
        return _closed(kind, self.parents)

    def kinds(self) -> list[str]:
        """The classes that things have, and those of ours above them."""
        used = {kind for classes in self.classes.values() for kind in classes}
        ours = expand("bil:")
        return sorted(
            {up for kind in used for up in self.above(kind) if up in used or up.startswith(ours)}
        )

    def narrower(self, prop: str) -> list[str]:
        """The properties of the graph that are a property or below it; all of them for the widest.

        The inverse of a property has ^ before it, as in SPARQL.
        """
        if prop not in self._narrower:
            mark = INVERSE if prop.startswith(INVERSE) else ""
            name = prop.removeprefix(mark)
            below = {other for other in self.wider if name in _closed(other, self.wider)}
            found = sorted({mark + p for p in {name} | below} & self.known)
            if prop == expand(ANY):
                found = [p for p in self.properties if p != prop]
            # Strangers may ask for any; only those of the graph are kept.
            if not found:
                return found
            self._narrower[prop] = found
        return self._narrower[prop]

    def values(self, number: int, prop: str, most: int) -> list[ox.Quad]:
        """The statements that tie a thing to the values of a property."""
        thing = ox.NamedNode(self.iri(number))
        found: list[ox.Quad] = []
        if prop == expand(ANY):
            for ends in ((thing, None), (None, thing)):
                quads = self.store.quads_for_pattern(ends[0], None, ends[1], DEFAULT)
                found += islice((q for q in quads if q.predicate.value in self.known), most)
            return found
        for name in self.narrower(prop):
            predicate = ox.NamedNode(name.removeprefix(INVERSE))
            ends = (None, thing) if name.startswith(INVERSE) else (thing, None)
            quads = self.store.quads_for_pattern(ends[0], predicate, ends[1], DEFAULT)
            found += islice(quads, most - len(found))
        return found

    def uses(self, prop: str, most: int) -> Iterator[ox.Quad]:
        """Some statements with a property, or one below it."""
        names = [name for name in self.narrower(prop) if not name.startswith(INVERSE)]
        return islice(
            (
                quad
                for name in names
                for quad in self.store.quads_for_pattern(None, ox.NamedNode(name), None, DEFAULT)
            ),
            most,
        )

    # ------------------------------------------------------------------------------- making

    def _about(self, name: str) -> Iterator[ox.Quad]:
        return self.store.quads_for_pattern(None, node(name), None, DEFAULT)

    def _above(self, name: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for quad in self._about(name):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                found.setdefault(quad.subject.value, set()).add(quad.object.value)
        return found

    def _read(self) -> None:
        base = expand("id:")
        classes: dict[str, list[str]] = {}
        for quad in self._about("rdf:type"):
            subject, kind = quad.subject, quad.object
            if isinstance(subject, ox.NamedNode) and subject.value.startswith(base):
                if isinstance(kind, ox.NamedNode):
                    classes.setdefault(subject.value, []).append(kind.value)
        held = {expand(name) for name in HELD_BACK}
        for name in NAMES:
            for quad in self._about(name):
                subject, text = quad.subject, quad.object
                if not isinstance(subject, ox.NamedNode) or not isinstance(text, ox.Literal):
                    continue
                iri = subject.value
                if iri.startswith(base) and not held.intersection(classes.get(iri, ())):
                    self.names.add(text.value, self._numbered(iri.removeprefix(base)))
        for slug, number in self.numbers.items():
            self.classes[number] = self._lowest(classes.get(base + slug, ()))
        self._spell()
        self.names.finish()
        self.mentions = array("I", bytes(4 * len(self.slugs)))
        for quad in self._about("itsrdf:taIdentRef"):
            if (named_thing := self.thing(quad.object)) is not None:
                self.mentions[named_thing] += 1

    def _numbered(self, slug: str) -> int:
        if slug not in self.numbers:
            self.numbers[slug] = len(self.slugs)
            self.slugs.append(slug)
        return self.numbers[slug]

    def _lowest(self, kinds: Iterable[str]) -> tuple[str, ...]:
        given = set(kinds)
        higher = {up for kind in given for up in self.above(kind) if up != kind}
        return tuple(sorted(given - higher))

    def _spell(self) -> None:
        """Take in what GeoNames and CLDR call those places that carry their codes."""
        coded = [quad.subject for quad in self._about("bil:countryCode")]
        shaped = list(self._about("geo:hasGeometry"))
        around = [*coded, *(quad.subject for quad in shaped), *(quad.object for quad in shaped)]
        places = [term for term in around if isinstance(term, ox.NamedNode)]
        quads = (q for p in places for q in self.store.quads_for_pattern(p, None, None, DEFAULT))
        for iri, thing in named(quads).items():
            number = self.numbers.get(iri.removeprefix(expand("id:")))
            if number is None:
                continue
            for text, _ in spellings(thing):
                if (place := self.names.add(text, number)) is not None:
                    self.spelled.add(place)

    def _properties(self) -> Iterator[str]:
        """The properties that things have, of those that the ontology declares or names."""
        a, label = node("rdf:type"), node("rdfs:label")
        told = [self.store.quads_for_pattern(None, label, None, graph("ontology"))]
        told += [self.store.quads_for_pattern(None, a, node(kind), DEFAULT) for kind in PROPERTIES]
        known = {node(name) for name in (*NAMES, "rdf:type", *LINKS)}
        known |= {q.subject for quads in told for q in quads if isinstance(q.subject, ox.NamedNode)}
        yield from (expand(name) for name in (*NAMES, "rdf:type") if self.slugs)
        for number in self._some():
            thing = ox.NamedNode(self.iri(number))
            for quad in islice(self.store.quads_for_pattern(thing, None, None, DEFAULT), AROUND):
                if quad.predicate in known:
                    yield quad.predicate.value
            for quad in islice(self.store.quads_for_pattern(None, None, thing, DEFAULT), AROUND):
                if quad.predicate in known and self.thing(quad.subject) is not None:
                    yield INVERSE + quad.predicate.value

    def _some(self) -> set[int]:
        """Some things of each class."""
        left = Counter({kind: SAMPLE for kinds in self.classes.values() for kind in kinds})
        found = set()
        for number, kinds in self.classes.items():
            if any(left[kind] > 0 for kind in kinds):
                found.add(number)
                left.subtract(kinds)
        return found


def other_end(quad: ox.Quad, iri: str) -> Any:  # noqa: ANN401 - any RDF term
    """What a statement ties a thing to."""
    return quad.subject if getattr(quad.object, "value", "") == iri else quad.object


def slug_of(text: str) -> str:
    """The id of ours in an id, a CURIE, or an IRI."""
    for start in (expand("id:"), "id:", "bilateral:"):
        text = text.removeprefix(start)
    return text


def term_of(text: str) -> str:
    """The IRI of a class or property: an IRI, a CURIE, or the name of a term of ours."""
    mark = INVERSE if text.startswith(INVERSE) else ""
    name = text.removeprefix(INVERSE)
    return mark + (whole(name) if ":" in name else expand("bil:") + name)


def id_of(iri: str) -> str:
    """A class's or property's id: its CURIE."""
    if iri.startswith(INVERSE):
        return INVERSE + compact(iri.removeprefix(INVERSE))
    return compact(iri)


def _closed(name: str, above: dict[str, set[str]]) -> set[str]:
    found, waiting = {name}, [name]
    while waiting:
        fresh = above.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found
