"""What flows from extraction to the graph: passages, mentions, statements, proposals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyoxigraph as ox

    from bilateral.sources import Source


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a source, with its offsets, its section's number, and its translation."""

    source: str
    begin: int
    end: int
    text: str
    section: int | None
    translation: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its offsets; `section_end` is where its text ends; `empty`: it has none."""

    begin: int
    end: int
    label: str
    section_end: int
    empty: bool


@dataclass(slots=True)
class Mention:
    """A span of the page that stands for an entity or a concept (`target`, an IRI).

    `kind` is "outer", "nested" for a name inside a longer name, or "anaphor" for words that stand
    for a name ("both countries").
    """

    begin: int
    end: int
    text: str
    target: str
    case: str | None
    kind: str


@dataclass(slots=True)
class Statement:
    """A triple, the span of the page that says it, and what made it: a rule's name or "review"."""

    subject: ox.NamedNode
    predicate: ox.NamedNode
    object: ox.NamedNode | ox.Literal
    begin: int
    end: int
    by: str
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entity that a page yields and no lexicon has: its IRI, class, and labels by language.

    `named` is true for a name of its own (a company, a project), which a person should look at;
    agreements, meetings, and figures get generated labels and are no proposals to a person.
    """

    iri: str
    type: str
    labels: dict[str, str]
    begin: int
    end: int
    named: bool = False


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one source yields."""

    source: Source
    sections: tuple[Section, ...]
    sentences: tuple[Passage, ...]
    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]
    proposals: tuple[Proposal, ...]
    review_notes: tuple[dict[str, Any], ...] = field(default=())
