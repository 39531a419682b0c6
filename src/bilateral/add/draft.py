"""The draft of a review: every statement that the rules propose, for a person to confirm or reject.

It has the form of a review and another name, so that nothing counts as reviewed before a person has
looked at it and renamed it (or moved its entries) to `review.yaml`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral.namespaces import compact, prefixes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bilateral.model import Extraction, Passage, Proposal, Statement

NAME = "review.proposed.yaml"


def draft_of(extraction: Extraction) -> str:
    """The text of the draft, sentence by sentence in order of the page."""
    return "\n".join(_lines(extraction)) + "\n"


def _lines(extraction: Extraction) -> Iterator[str]:
    named = [p for p in extraction.proposals if p.named]
    silent = silent_sentences(extraction)
    yield "# Proposed by the rules, looked at by nobody. For each sentence: move what is wrong from"
    yield "# `confirm` to `reject`, add what is missing under `add`, and take the entry away where nothing"
    yield "# is to be said. Then write your name and the day, and rename this file to review.yaml."
    yield f"# {len(extraction.statements)} statements, {len(silent)} sentences that nothing was found in."
    yield 'reviewer: ""'
    yield 'date: ""'
    if named:
        yield ""
        yield "# Names that no lexicon has. What should be known on every page goes into"
        yield "# graph/lexicon/entities/ as a line like these, its names and labels corrected:"
        yield from map(_entry, named)
    yield ""
    yield "entries:"
    for sentence in extraction.sentences:
        own = [s for s in extraction.statements if s.end == sentence.end]
        yield from _sentence(sentence, own, extraction)


def silent_sentences(extraction: Extraction) -> list[Passage]:
    """The sentences at whose end no statement ends."""
    ends = {s.end for s in extraction.statements}
    return [s for s in extraction.sentences if s.end not in ends]


def _entry(proposal: Proposal) -> str:
    labels = ", ".join(f"{code}: {_quoted(text)}" for code, text in proposal.labels.items())
    name = compact(proposal.iri).partition(":")[2]
    kind = compact(proposal.type).partition(":")[2]
    return f"# - {{id: {name}, type: {kind}, {labels}, names: [], source: the page}}"


def _sentence(
    sentence: Passage, statements: list[Statement], extraction: Extraction
) -> Iterator[str]:
    text = extraction.source.page.text
    yield ""
    yield f"  - quote: {_quoted(sentence.text)}"
    if text.count(sentence.text) > 1:
        yield f"    occurrence: {_occurrence(text, sentence)}"
    if not statements:
        yield "    why: Nothing was found here."
        return
    yield "    confirm: |"
    seen: set[str] = set()
    for s in statements:
        line = f"      {_term(s.subject)} {_term(s.predicate)} {_term(s.object)} ."
        if line not in seen:
            seen.add(line)
            yield line


def _occurrence(text: str, sentence: Passage) -> int:
    """Which of the places that have the sentence's words it is, counted as a review counts."""
    number, place = 1, text.index(sentence.text)
    while place < sentence.begin:
        place = text.index(sentence.text, place + 1)
        number += 1
    return number


def _quoted(text: str) -> str:
    """The text as YAML in quotation marks; JSON's strings are YAML's."""
    return json.dumps(text, ensure_ascii=False)


def _term(term: ox.NamedNode | ox.Literal) -> str:
    if isinstance(term, ox.NamedNode):
        short = compact(term.value)
        prefix, _, local = short.partition(":")
        plain = prefix in prefixes() and local.replace("-", "").replace("_", "").isalnum()
        return short if plain else str(term)
    if term.language:
        return f"{ox.Literal(term.value)}@{term.language}"
    return f"{ox.Literal(term.value)}^^{compact(term.datatype.value)}"
