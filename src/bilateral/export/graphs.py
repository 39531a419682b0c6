"""The names and types of a property graph, the same in Neo4j's CSV files and in Cypher.

Every thing is a node with all its classes as labels; every tie a relationship that holds the
passages behind it with their words. What a passage says of a thing by itself (a date, a value, its
class) is told by a relationship STATES from the passage, what it names by MENTIONS.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bilateral.namespaces import expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bilateral.export.things import Evidence, Naming, Saying, Thing, Things, Tie

COMMON = "Resource"  # every node's label: one constraint holds all IRIs apart
STATES, MENTIONS = "STATES", "MENTIONS"
WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Property(NamedTuple):
    """A property's values and their type; `many` where there may be several."""

    values: tuple[str, ...]
    kind: str = "string"
    many: bool = False


class Line(NamedTuple):
    """A relationship: its ends, its type, its properties, and those that tell it from others."""

    start: str
    end: str
    kind: str
    properties: dict[str, Property]
    key: tuple[str, ...] = ()


# The properties of each sort of relationship, with their types, in order.
TIE = {"predicate": ("string", False), "passages": ("string", True), "quotes": ("string", True),
       "translations": ("string", True), "derived": ("boolean", False), "rules": ("string", True),
       "because": ("string", True)}  # fmt: skip
SAYING = {"property": ("string", False), "predicate": ("string", False), "value": ("string", False),
          "datatype": ("string", False), "language": ("string", False)}  # fmt: skip
NAMING = {"begin": ("integer", False), "end": ("integer", False), "words": ("string", False),
          "case": ("string", False)}  # fmt: skip
SORTS = {STATES: SAYING, MENTIONS: NAMING}


def labels_of(thing: Thing, things: Things) -> tuple[str, ...]:
    """A node's labels."""
    return (COMMON, *things.with_parents(thing.kinds))


def type_of(predicate: str, things: Things) -> str:
    """A relationship's type: `signedIn` is SIGNED_IN."""
    name = WORD.sub("_", things.name(predicate)).upper()
    # The two types of our own are no property's.
    return f"{name}_" if name in SORTS else name


def lines_of(thing: Thing, things: Things) -> Iterator[Line]:
    """The relationships that start at a thing or, where passages say something, end there."""
    for tie in thing.ties:
        yield _tie(tie, things)
    for saying in thing.sayings:
        if things.kinds_of(saying.passage):
            yield _saying(saying, things)


def naming_line(naming: Naming) -> Line:
    """The relationship from a passage to what it names."""
    values = (naming.begin, naming.end, naming.words, naming.case.strip("<>"))
    named = zip(NAMING.items(), values, strict=True)
    properties = {name: _property((value,), *sort) for (name, sort), value in named if value}
    return Line(naming.passage, naming.target, MENTIONS, properties, ("begin", "end"))


def _tie(tie: Tie, things: Things) -> Line:
    evidence: Evidence = tie.evidence
    values = (
        (tie.predicate.strip("<>"),),
        tuple(passage.strip("<>") for passage in evidence.passages),
        tuple(things.text(passage, "nif:anchorOf") for passage in evidence.passages),
        tuple(things.text(passage, "bil:translation") for passage in evidence.passages),
        ("true" if evidence.derived else "false",),
        tuple(rule.strip("<>") for rule in evidence.rules),
        tuple(passage.strip("<>") for passage in evidence.because),
    )
    named = zip(TIE.items(), values, strict=True)
    properties = {name: _property(found, *sort) for (name, sort), found in named if found}
    kind = type_of(tie.predicate, things)
    return Line(tie.start, tie.end, kind, properties, ("predicate",))


def _saying(saying: Saying, things: Things) -> Line:
    value = saying.value
    name = (
        "type" if saying.predicate == f"<{expand('rdf:type')}>" else things.name(saying.predicate)
    )
    values = (name, saying.predicate.strip("<>"), value.text, value.datatype, value.language)
    named = zip(SAYING.items(), values, strict=True)
    # An empty text is a value; no datatype and no language are none.
    properties = {name: _property((text,), *sort) for (name, sort), text in named
                  if text or name == "value"}  # fmt: skip
    key = ("predicate", "value", *(name for name in ("datatype", "language") if name in properties))
    return Line(saying.passage, saying.subject, STATES, properties, key)


def _property(values: tuple[str, ...], kind: str, many: bool) -> Property:  # noqa: FBT001 - a field
    return Property(values, kind, many)
