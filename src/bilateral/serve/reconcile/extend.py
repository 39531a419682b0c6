"""What others may take from our entities: values of their properties; and what there is to choose."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.folding import folded
from bilateral.namespaces import expand
from bilateral.query.question import LANGUAGES
from bilateral.serve.reconcile.asked import ALL
from bilateral.serve.reconcile.register import DEFAULT, INVERSE, id_of, other_end, term_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bilateral.serve.reconcile.asked import Column
    from bilateral.serve.reconcile.words import Words

CELL = 200  # values of one cell
# Things looked at, and statements about each, to find which properties a class has.
SAMPLE, AROUND = 200, 300
# How well a term's names fit what was typed; from NONE on not at all.
BY_ID, BY_NAME, BY_WORD, NONE = range(4)
XSD = "http://www.w3.org/2001/XMLSchema#"
WHOLE = frozenset(
    XSD + name
    for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger")
)
BROKEN = frozenset(XSD + name for name in ("decimal", "double", "float"))
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def suggestions(words: Words, what: str, prefix: str, kind: str) -> list[dict[str, Any]]:
    """Entities, types, or properties with an id or a name that begins so, the likeliest first."""
    register = words.register
    if what == "entity":
        return _entities(words, prefix, kind)
    names, name_of = (
        (register.kinds(), words.label) if what == "type" else (register.properties, words.name_of)
    )
    ranked = sorted((_rank(words, iri, prefix), name_of(iri).lower(), iri) for iri in names)
    return [
        {"id": id_of(iri), "name": name_of(iri), **_definition(words, iri), **_broader(words, iri)}
        for rank, _, iri in ranked
        if rank < NONE
    ]


def _broader(words: Words, iri: str) -> dict[str, Any]:
    known = set(words.register.kinds())
    above = sorted(words.register.parents.get(iri, set()) & known)
    return (
        {"broader": [{"id": id_of(up), "name": words.label(up)} for up in above]} if above else {}
    )


def _rank(words: Words, iri: str, prefix: str) -> int:
    name = iri.removeprefix(INVERSE)
    sought = prefix.strip().lower()
    if id_of(iri).lower().startswith(sought) or iri.lower().startswith(sought):
        return BY_ID
    key = folded(prefix)
    told = words.told(name)
    if key and any(text.startswith(key) for text in told):
        return BY_NAME
    return (
        BY_WORD if key and any(w.startswith(key) for text in told for w in text.split()) else NONE
    )


def _definition(words: Words, iri: str) -> dict[str, str]:
    predicate = ox.NamedNode(expand("skos:definition"))
    name = ox.NamedNode(iri.removeprefix(INVERSE))
    quads = words.register.store.quads_for_pattern(name, predicate, None, DEFAULT)
    found = {
        quad.object.language: quad.object.value
        for quad in quads
        if isinstance(quad.object, ox.Literal)
    }
    text = next((found[code] for code in (words.lang, *LANGUAGES) if code in found), "")
    return {"description": text} if text else {}


def _entities(words: Words, prefix: str, kind: str) -> list[dict[str, Any]]:
    register = words.register
    only = register.members(term_of(kind)) if kind else None
    numbers: dict[int, None] = {}
    if (number := register.number(prefix.strip())) is not None:
        numbers[number] = None
    found = register.names.beginning(prefix, only) or register.names.alike(prefix, only)
    numbers |= dict.fromkeys(hit.thing for hit in found)
    return [
        {"id": register.slugs[n], "name": words.label(register.iri(n)),
         "description": words.description(n), "notable": words.types(n)}
        for n in numbers if only is None or n in only
    ]  # fmt: skip


def proposed(words: Words, kind: str) -> list[dict[str, str]]:
    """The properties that things of a class have, those that most of them have first."""
    register = words.register
    members: Iterable[int] = register.members(term_of(kind)) if kind else range(len(register.slugs))
    counts: Counter[str] = Counter()
    for number in islice(members, SAMPLE):
        thing = ox.NamedNode(register.iri(number))
        around = register.store.quads_for_pattern(thing, None, None, DEFAULT)
        back = register.store.quads_for_pattern(None, None, thing, DEFAULT)
        names = {quad.predicate.value for quad in islice(around, AROUND)}
        names |= {INVERSE + quad.predicate.value for quad in islice(back, AROUND)}
        counts.update(names & register.known)
    order = sorted(counts, key=lambda iri: (-counts[iri], iri))
    return [{"id": id_of(iri), "name": words.name_of(iri)} for iri in order]


def extended(words: Words, ids: list[str], columns: list[Column]) -> dict[str, Any]:
    """The values of some properties of some entities."""
    register = words.register
    rows = {
        entity: {
            column.id: []
            if (number := register.number(entity)) is None
            else _cell(words, number, column)
            for column in columns
        }
        for entity in ids
    }
    return {"meta": [_meta(words, column, rows) for column in columns], "rows": rows}


def _meta(words: Words, column: Column, rows: dict[str, Any]) -> dict[str, Any]:
    register = words.register
    known = column.iri in register.known
    about: dict[str, Any] = {
        "id": column.id,
        "name": words.name_of(column.iri) if known else column.id,
    }
    numbers = [
        register.numbers[value["id"]]
        for row in rows.values()
        for value in row[column.id]
        if "id" in value
    ]
    counts = Counter(kind for number in numbers for kind in register.classes[number])
    shared = sorted(kind for kind, count in counts.items() if count == len(numbers))
    return about | (
        {"type": {"id": id_of(shared[0]), "name": words.label(shared[0])}} if shared else {}
    )


def _cell(words: Words, number: int, column: Column) -> list[dict[str, Any]]:
    quads = words.register.values(number, column.iri, CELL)
    if column.give == "count":
        return [{"int": len({_other(words, number, quad) for quad in quads})}]
    if column.give == "sources":
        values = [
            {"str": place} for place in sorted({p for quad in quads for p in _sources(words, quad)})
        ]
    else:
        others = {_other(words, number, quad): None for quad in quads}
        values = [_value(words, term) for term in _chosen(words, list(others), column.lang)]
    return values[: column.limit or CELL]


def _other(words: Words, number: int, quad: ox.Quad) -> Any:  # noqa: ANN401 - any RDF term
    return other_end(quad, words.register.iri(number))


def _sources(words: Words, quad: ox.Quad) -> Iterable[str]:
    """The graphs that say it: passages, where there are any."""
    said = words.register.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
    names = {other.graph_name.value for other in said if isinstance(other.graph_name, ox.NamedNode)}
    return {name for name in names if "#char=" in name} or names


def _chosen(words: Words, terms: list[Any], lang: str) -> list[Any]:
    """The terms in order; of texts in several languages those in one, unless all are wanted."""
    terms.sort(key=lambda term: (str(getattr(term, "value", term)), str(term)))
    spoken = {term.language for term in terms if isinstance(term, ox.Literal) and term.language}
    if lang == ALL or not spoken:
        return terms
    wanted = next((code for code in (lang, words.lang, *LANGUAGES) if code in spoken), min(spoken))
    return [t for t in terms if not isinstance(t, ox.Literal) or t.language in {None, wanted}]


def _value(words: Words, term: Any) -> dict[str, Any]:  # noqa: ANN401 - any RDF term
    if isinstance(term, ox.NamedNode):
        if (number := words.register.thing(term)) is not None:
            return {"id": words.register.slugs[number], "name": words.label(term.value)}
        label = words.label(term.value)
        return {"str": term.value if label == id_of(term.value) else label}
    if not isinstance(term, ox.Literal):
        return {}
    kind, text = term.datatype.value, term.value
    try:
        if kind in WHOLE:
            return {"int": int(text)}
        if kind in BROKEN and isfinite(float(text)):
            return {"float": float(text)}
    except ValueError:
        return {"str": text}
    if kind == XSD + "date" and DAY.fullmatch(text):
        return {"date": f"{text}T00:00:00"}
    return {"str": text}
