"""Statement templates of rules: Turtle with ?variables, filled from mentions and nodes.

`?name` is what the slot `name` holds; `?name_ASPECT` is one side of it: `first` and `last` (the
days of a date), `length` (xsd:duration), `unit` and `power` (of a quantity), `text` (the page's
own words, language-tagged), `integer`, `decimal`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from bilateral.errors import RuleError
from bilateral.namespaces import node, turtle_prefixes

if TYPE_CHECKING:
    from bilateral.mentions import Mention

ASPECTS = ("first", "last", "length", "unit", "power", "text", "integer", "decimal")
KINDS_OF_FIGURE = ("growth", "decline", "share", "rank")  # concept:export-growth and so on
VARIABLE = re.compile(
    r"\?([a-z][a-z0-9]*)(?:_(" + "|".join((*ASPECTS, *KINDS_OF_FIGURE)) + r"))?\b"
)
PLACEHOLDER = "urn:slot:"

Term: TypeAlias = ox.NamedNode | ox.Literal


@dataclass(frozen=True, slots=True)
class Slot:
    """A ?variable of a template: the slot's name and the side of it that is meant."""

    name: str
    aspect: str | None


Part: TypeAlias = Slot | ox.NamedNode | ox.Literal


def read_template(text: str, file: str, line: int | None) -> list[tuple[Part, Part, Part]]:
    """The triples of a template. Raises RuleError when it is no Turtle."""
    turtle = turtle_prefixes() + VARIABLE.sub(lambda m: f"<{PLACEHOLDER}{m[1]}/{m[2] or ''}>", text)
    try:
        triples = list(ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    except (SyntaxError, ValueError) as error:
        what = f"the template is not Turtle: {error}"
        remedy = "Write triples with prefixes of ontology/context.jsonld and ?slots."
        raise RuleError(what, remedy, file=file, line=line) from error
    return [tuple(map(_part, (t.subject, t.predicate, t.object))) for t in triples]  # type: ignore[misc]


def _part(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> Part:
    if isinstance(term, ox.NamedNode) and term.value.startswith(PLACEHOLDER):
        name, _, aspect = term.value.removeprefix(PLACEHOLDER).partition("/")
        return Slot(name, aspect or None)
    return term  # type: ignore[return-value]


def term_of(mention: Mention, aspect: str | None, words: str, language: str) -> Term | None:
    """The RDF term for one side of a mention, or None where the mention has no such side."""
    span = mention.span
    match aspect:
        case "first" | "last" | "length":
            return _day_term(mention, aspect)
        case "unit":
            return node(mention.unit) if mention.unit else None
        case "power":
            return typed(str(mention.power), "integer") if mention.power else None
        case "text":
            return ox.Literal(" ".join(words.split()), language=language)
        case "integer":
            return typed(str(mention.value), "integer")
        case "decimal":
            return typed(str(mention.value), "decimal")
    if aspect is not None:
        return node(f"{mention.value}-{aspect}")
    if span is not None:
        return ox.Literal(span.edtf, datatype=node("edtf:EDTF"))
    if mention.is_a({"duration"}):
        return typed(str(mention.value), "duration")
    if mention.is_a({"ordinal"}):
        return typed(str(mention.value), "integer")
    if mention.is_a({"quantity", "number"}):
        return typed(str(mention.value), "decimal")
    if mention.is_a({"url"}):
        return ox.NamedNode(str(mention.value))
    return node(mention.value) if mention.value else None


def _day_term(mention: Mention, aspect: str) -> Term | None:
    if mention.span is None:
        return None
    if aspect == "length":
        length = mention.span.length
        return typed(length, "duration") if length else None
    day = mention.span.first if aspect == "first" else mention.span.last
    return typed(day.isoformat(), "date")


def typed(text: str, datatype: str) -> ox.Literal:
    """A literal of an XML Schema datatype, by its local name."""
    return ox.Literal(text, datatype=node("xsd:" + datatype))
