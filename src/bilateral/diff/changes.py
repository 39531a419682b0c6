"""The changes between two versions of a page, as statements with the words that make them.

Both versions are read as one source, so that what a page makes (an agreement, a figure) has one name in
both. A statement that both make is *reworded* where the words that make it are others; a dropped and an
added one are one *change* where they say another value of the same property of the same thing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral.errors import SourceError
from bilateral.extract import extract
from bilateral.namespaces import compact, expand
from bilateral.report import shown_term
from bilateral.sources import read_source, stored_sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bilateral.knowledge import Knowledge
    from bilateral.model import Extraction, Statement

KINDS = ("added", "dropped", "changed", "reworded")
Key = tuple[ox.NamedNode, ox.NamedNode, "ox.NamedNode | ox.Literal"]


@dataclass(frozen=True, slots=True)
class Words:
    """What a statement says, and the words of one version that make it, with their offsets."""

    object: str
    object_label: str
    quote: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Change:
    """One statement that differs; `old` is None where it was added, `new` where it was dropped."""

    kind: str
    subject: str
    subject_label: str
    predicate: str
    old: Words | None
    new: Words | None


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes in order of the page, how many statements stayed, and sentences that say nothing."""

    changes: tuple[Change, ...]
    unchanged: int
    silent_added: tuple[str, ...]
    silent_dropped: tuple[str, ...]


def path_of(given: Path) -> Path:
    """The page that a person means: a file, a source's folder, or a stored source's id."""
    if not given.exists():
        for stored in stored_sources():
            if stored.name == str(given):
                return stored
    return given


def changes_between(old: Path, new: Path, knowledge: Knowledge) -> Changes:
    """What the new version says that the old one does not, and the other way round."""
    before = read_source(path_of(old), knowledge.lexicon)
    after = read_source(path_of(new), knowledge.lexicon)
    if before.page.language is not after.page.language:
        what = (
            f"the versions are in two languages: {before.page.language.code} and"
            f" {after.page.language.code}"
        )
        raise SourceError(what, "Compare two versions in one language.", file=str(new))
    reporter, partner = before.reporter or after.reporter, before.partner or after.partner
    one = replace(before, reporter=reporter, partner=partner)
    other = replace(after, id=one.id, reporter=reporter, partner=partner, review=None)
    if after.review is not None and after.id == before.id:
        other = replace(other, review=after.review)
    return _compared(extract(one, knowledge), extract(other, knowledge), knowledge)


def _compared(old: Extraction, new: Extraction, knowledge: Knowledge) -> Changes:
    before, after = _by_key(old), _by_key(new)
    labels = _Labels((new, old), knowledge)
    dropped = {key: s for key, s in before.items() if key not in after}
    added = {key: s for key, s in after.items() if key not in before}
    changes: list[tuple[int, Change]] = []
    unchanged = 0
    for key, statement in after.items():
        if key in added:
            continue
        earlier = before[key]
        if _quote(earlier, old).split() == _quote(statement, new).split():
            unchanged += 1
            continue
        words = labels.words(earlier, old), labels.words(statement, new)
        changes.append((statement.begin, labels.change("reworded", statement, *words)))
    for gone, come in _paired(dropped, added):
        earlier, statement = dropped.pop(gone), added.pop(come)
        kind = "reworded" if _is_quoted(gone) else "changed"
        words = labels.words(earlier, old), labels.words(statement, new)
        changes.append((statement.begin, labels.change(kind, statement, *words)))
    for statement in added.values():
        words_new = labels.words(statement, new)
        changes.append((statement.begin, labels.change("added", statement, None, words_new)))
    for statement in dropped.values():
        words_old = labels.words(statement, old)
        changes.append((statement.begin, labels.change("dropped", statement, words_old, None)))
    changes.sort(key=lambda found: (KINDS.index(found[1].kind), found[0], found[1].subject))
    return Changes(
        tuple(change for _, change in changes),
        unchanged,
        tuple(_silent(new, old)),
        tuple(_silent(old, new)),
    )


def _by_key(extraction: Extraction) -> dict[Key, Statement]:
    """One statement for each triple, the first that makes it."""
    found: dict[Key, Statement] = {}
    for s in extraction.statements:
        found.setdefault((s.subject, s.predicate, s.object), s)
    return found


def _quote(statement: Statement, extraction: Extraction) -> str:
    return extraction.source.page.text[statement.begin : statement.end]


def _is_quoted(key: Key) -> bool:
    """Whether a statement's object is the page's own words."""
    return isinstance(key[2], ox.Literal) and bool(key[2].language)


def _paired(dropped: dict[Key, Statement], added: dict[Key, Statement]) -> list[tuple[Key, Key]]:
    """Dropped and added statements that are the only ones of their subject and property."""
    sides = [Counter((k[0], k[1]) for k in side) for side in (dropped, added)]
    alone = {pair for pair, count in sides[0].items() if count == 1 and sides[1][pair] == 1}
    new = {(k[0], k[1]): k for k in added if (k[0], k[1]) in alone}
    return [(k, new[k[0], k[1]]) for k in dropped if (k[0], k[1]) in alone]


def _silent(extraction: Extraction, other: Extraction) -> Iterator[str]:
    """Sentences that say nothing and that the other version has not."""
    known = {" ".join(s.text.split()) for s in other.sentences}
    ends = {s.end for s in extraction.statements}
    for sentence in extraction.sentences:
        text = " ".join(sentence.text.split())
        if sentence.end not in ends and text not in known:
            yield text


class _Labels:
    """English names of what two extractions say."""

    def __init__(self, extractions: tuple[Extraction, ...], knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._lexicon = knowledge.lexicon(extractions[0].source.page.language)
        self._proposed = {
            p.iri: p.labels.get("en", "") for e in reversed(extractions) for p in e.proposals
        }

    def label(self, term: ox.NamedNode | ox.Literal) -> str:
        if isinstance(term, ox.Literal):
            return term.value
        short = compact(term.value)
        city = self._lexicon.city(short)
        found = self._proposed.get(term.value) or self._knowledge.label(short, "en")
        found = found or (dict(city.labels)["en"] if city else None)
        return found or short.partition(":")[2]

    def words(self, statement: Statement, extraction: Extraction) -> Words:
        return Words(
            shown_term(statement.object),
            self.label(statement.object),
            _quote(statement, extraction),
            statement.begin,
            statement.end,
        )

    def change(
        self, kind: str, statement: Statement, old: Words | None, new: Words | None
    ) -> Change:
        subject = statement.subject
        predicate = compact(statement.predicate.value)
        return Change(kind, compact(subject.value), self.label(subject), predicate, old, new)


def property_label(predicate: str, knowledge: Knowledge) -> str:
    """The English name of a property."""
    if expand(predicate) == expand("rdf:type"):
        return "is a"
    return knowledge.label(predicate, "en") or predicate.partition(":")[2]
