"""The names that the explorer's search knows: the graph's own, and other spellings of places.

Other spellings are GeoNames' (of cities) and CLDR's (of states); each says which.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from babel import Locale

from bilateral.folding import folded
from bilateral.gazetteer import city_spellings
from bilateral.namespaces import compact, expand, node

if TYPE_CHECKING:
    from collections.abc import Iterable

# Letters that the folding table reads; a name in another script could not be compared.
READABLE = re.compile(r"[\u0020-\u024F\u0259\u02BB\u02BC\u0400-\u04FF\u10D0-\u10FF]+")
# Languages of the region, beside the graph's own, that states' names are looked for in.
NEIGHBOURS = ("ru", "tr", "de", "fr")
SEARCHED = ("id:", "concept:", "source:")
NAMES = ("rdfs:label", "skos:prefLabel", "skos:altLabel", "dcterms:title")
GEONAMES = re.compile(r"https://sws\.geonames\.org/(\d+)/")
HELD_BACK = frozenset({"bil:Derivation", "bil:Mention", "bil:Section"})


@dataclass(slots=True)
class Named:
    """A thing with its names: (text, language), and what tells where other spellings are listed."""

    names: set[tuple[str, str]] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    country: str = ""
    geoname: str = ""


def patterns() -> tuple[ox.NamedNode, ...]:
    """The properties whose statements `named` reads."""
    more = ("rdf:type", "bil:countryCode", "geo:hasGeometry", "dcterms:source")
    return tuple(node(name) for name in (*NAMES, *more))


def named(quads: Iterable[ox.Quad]) -> dict[str, Named]:
    """The things that can be searched for, by IRI."""
    names = {expand(name) for name in NAMES}
    kind, code = expand("rdf:type"), expand("bil:countryCode")
    geometry, source = expand("geo:hasGeometry"), expand("dcterms:source")
    bases = tuple(expand(prefix) for prefix in SEARCHED)
    found: dict[str, Named] = {}
    geometries: dict[str, str] = {}
    geonames: dict[str, str] = {}
    for quad in quads:
        subject, value, what = quad.subject, quad.object, quad.predicate.value
        if not isinstance(subject, ox.NamedNode):
            continue
        if what == source and isinstance(value, ox.Literal):
            if match := GEONAMES.search(value.value):
                geonames[subject.value] = match[1]
        if not subject.value.startswith(bases) or "#" in subject.value:
            continue
        thing = found.setdefault(subject.value, Named())
        if what in names and isinstance(value, ox.Literal):
            thing.names.add((value.value, value.language or ""))
        elif what == kind and isinstance(value, ox.NamedNode):
            thing.classes.add(value.value)
        elif what == code and isinstance(value, ox.Literal):
            thing.country = value.value
        elif what == geometry and isinstance(value, ox.NamedNode):
            geometries[value.value] = subject.value
    for place, geoname in geonames.items():
        if place in geometries:
            found[geometries[place]].geoname = geoname
    held = {expand(name) for name in HELD_BACK}
    return {iri: thing for iri, thing in found.items() if thing.names and not thing.classes & held}


def packed(things: dict[str, Named]) -> list[Any]:
    """The things as plain values, to hand from one process to another."""
    return [
        [iri, sorted(thing.names), sorted(thing.classes), thing.country, thing.geoname]
        for iri, thing in sorted(things.items())
    ]


def unpacked(rows: Iterable[Any]) -> dict[str, Named]:
    """What `packed` was given."""
    return {
        iri: Named({(text, code) for text, code in names}, set(classes), country, geoname)
        for iri, names, classes, country, geoname in rows
    }


def listed(things: dict[str, Named]) -> list[Any]:
    """The things as the page is given them: [CURIE, classes, names, other spellings].

    A spelling that folds like a name of the graph is left out: the search finds it anyway.
    """
    rows = []
    for iri in sorted(things):
        thing = things[iri]
        known = {folded(text) for text, _ in thing.names}
        others: dict[str, tuple[str, str]] = {}
        for text, source in spellings(thing):
            key = folded(text)
            if key and key not in known and READABLE.fullmatch(text):
                others.setdefault(key, (text, source))
        names = [list(pair) for pair in sorted(thing.names)]
        classes = sorted(compact(name) for name in thing.classes)
        rows.append([compact(iri), classes, names, [list(o) for o in sorted(others.values())]])
    return rows


def spellings(thing: Named) -> Iterable[tuple[str, str]]:
    """Other spellings of a place, each with who lists it."""
    if thing.geoname:
        yield from ((text, "GeoNames") for text in city_spellings(thing.geoname))
    if thing.country:
        for code in NEIGHBOURS:
            name = Locale(code).territories.get(thing.country)
            if name:
                yield str(name), f"CLDR {code}"
        yield thing.country, "ISO 3166"


def names_json(things: dict[str, Named]) -> str:
    """The names as JSON, the same bytes each time."""
    return json.dumps(listed(things), ensure_ascii=False, separators=(",", ":"))
