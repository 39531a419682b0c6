"""What a page is about, in schema.org's words: the JSON-LD that search engines and others read.

The ontology says which of its terms stand for which of schema.org's (subClassOf, subPropertyOf,
closeMatch); nothing is said that the graph does not say. The thing and the words that speak of it
are kept apart: the statements are the thing's, the passages are citations of the page about it.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.namespaces import expand, graph, node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DEFAULT = ox.DefaultGraph()
UP = ("rdfs:subClassOf", "rdfs:subPropertyOf", "skos:closeMatch")
# Where what is said of a thing stands, beside the passages: names and codes, and links.
HOMES = ("lexicon", "links", "sources", "concepts")
# A day, a month, or a year: dates that schema.org can write as they are.
PLAIN = re.compile(r"-?\d{4}(-\d\d(-\d\d)?)?")
MOST = 500  # statements of one page
MOST_NAMES = 60
NAMES = ("rdfs:label", "skos:prefLabel", "skos:altLabel", "dcterms:title")


class Structured:
    """Makes the structured data of pages."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self.base = expand("schema:")
        self.names = [expand(name) for name in NAMES]
        self._up: dict[str, list[str]] = {}

    def read(self) -> None:
        """Read which terms stand for which."""
        for name in UP:
            for quad in self.store.quads_for_pattern(None, node(name), None, graph("ontology")):
                if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                    self._up.setdefault(quad.subject.value, []).append(quad.object.value)

    def page(self, iri: str, passages: list[str], lang: str) -> dict[str, Any] | None:
        """The document of a page that shows some passages; None for what the graph does not name."""
        subject = ox.NamedNode(iri)
        thing = self._described(subject)
        if "name" not in thing:
            return None
        places = [ox.NamedNode(passage) for passage in passages]
        homes = [*map(graph, HOMES), *places]
        said = (
            q for home in homes for q in self.store.quads_for_pattern(subject, None, None, home)
        )
        _add(thing, self._values(islice(said, MOST)))
        back = (
            q for place in places for q in self.store.quads_for_pattern(None, None, subject, place)
        )
        reverse: dict[str, Any] = {}
        _add(reverse, self._reverse(islice(back, MOST)))
        page: dict[str, Any] = {"@type": "WebPage", "mainEntity": {"@id": iri}, "inLanguage": lang}
        page |= {"citation": [self._citation(place) for place in places]} if places else {}
        thing |= {"@reverse": reverse} if reverse else {}
        return {"@context": {"@vocab": self.base}, "@graph": [page, thing]}

    def term(self, iri: str) -> str | None:
        """The nearest term of schema.org at or above a term, without its namespace."""
        level, seen = [iri], {iri}
        while level:
            if found := sorted(name for name in level if name.startswith(self.base)):
                return found[0].removeprefix(self.base)
            above = {up for name in level for up in self._up.get(name, [])} - seen
            seen |= above
            level = sorted(above)
        return None

    def _described(self, subject: ox.NamedNode, *, briefly: bool = False) -> dict[str, Any]:
        """A thing's classes and names."""
        types = self.store.quads_for_pattern(subject, node("rdf:type"), None, DEFAULT)
        kinds = {quad.object.value for quad in types if isinstance(quad.object, ox.NamedNode)}
        own = sorted(kind for kind in kinds if kind.startswith(expand("bil:")))
        # A class that another one stands below says no more than that one does.
        lowest = kinds - {up for kind in kinds for up in self._above(kind)}
        schema = sorted({term for kind in lowest if (term := self.term(kind))})
        found: dict[str, Any] = {"@id": subject.value}
        found |= {"@type": [*schema, *own]} if schema or own else {}
        for name in self.names[: 2 if briefly else None]:
            quads = self.store.quads_for_pattern(subject, ox.NamedNode(name), None, DEFAULT)
            texts = [
                q.object for q in islice(quads, MOST_NAMES) if isinstance(q.object, ox.Literal)
            ]
            texts.sort(key=lambda text: (text.language or "", text.value))
            if key := self.term(name):
                _add(found, ((key, _literal(text)) for text in texts))
        return found

    def _above(self, kind: str) -> set[str]:
        found, waiting = {kind}, [kind]
        while waiting:
            fresh = set(self._up.get(waiting.pop(), [])) - found
            found |= fresh
            waiting += fresh
        return found - {kind}

    def _values(self, quads: Iterable[ox.Quad]) -> Iterator[tuple[str, Any]]:
        """Properties of schema.org with their values."""
        dated = False
        later = []
        date, ends = expand("dcterms:date"), (expand("bil:notBefore"), expand("bil:notAfter"))
        for quad in quads:
            name, value = quad.predicate.value, quad.object
            if name == date and isinstance(value, ox.Literal):
                spans = list(self._dates(value.value, ends))
                dated = dated or bool(spans)
                yield from spans
            elif name in ends:
                later.append((name, value))
            elif key := self._key(name):
                yield key, self._value(value)
        if not dated:
            yield from ((key, self._value(v)) for name, v in later if (key := self.term(name)))

    def _dates(self, date: str, ends: tuple[str, str]) -> Iterator[tuple[str, Any]]:
        """A date as exact as it is given: no first and last day where only the year is known."""
        parts = date.split("/")
        if all(PLAIN.fullmatch(part) for part in parts):
            for name, part in zip(ends, parts, strict=False):
                if key := self.term(name):
                    yield key, part

    def _key(self, predicate: str) -> str | None:
        named = predicate in self.names or predicate == expand("rdf:type")
        return None if named else self.term(predicate)

    def _value(self, value: Any) -> Any:  # noqa: ANN401 - any RDF term, and JSON-LD
        if isinstance(value, ox.NamedNode):
            ours = value.value.startswith((expand("id:"), expand("concept:"), expand("source:")))
            return self._described(value, briefly=True) if ours else {"@id": value.value}
        return _literal(value) if isinstance(value, ox.Literal) else None

    def _reverse(self, quads: Iterable[ox.Quad]) -> Iterator[tuple[str, Any]]:
        for quad in quads:
            if (key := self._key(quad.predicate.value)) and isinstance(quad.subject, ox.NamedNode):
                yield key, self._value(quad.subject)

    def _citation(self, place: ox.NamedNode) -> dict[str, Any]:
        """A passage with its words, and what they are in another language."""
        names = (node("nif:anchorOf"), node("bil:translation"))
        texts = [
            _literal(quad.object)
            for name in names
            for quad in self.store.quads_for_pattern(place, name, None, DEFAULT)
            if isinstance(quad.object, ox.Literal)
        ]
        source = place.value.partition("#")[0]
        return {
            "@type": "Quotation",
            "@id": place.value,
            "text": texts,
            "isPartOf": {"@id": source},
        }


def _add(found: dict[str, Any], values: Iterable[tuple[str, Any]]) -> None:
    for key, value in values:
        kept = found.setdefault(key, [])
        if value is not None and value not in kept:
            kept.append(value)


def _literal(value: ox.Literal) -> Any:  # noqa: ANN401 - JSON-LD
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == expand("xsd:string"):
        return value.value
    return {"@value": value.value, "@type": value.datatype.value}
