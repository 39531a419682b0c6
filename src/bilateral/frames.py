"""Spans that are seen by how they are written: quotations, subjects, and names of many words.

A name that no lexicon has is seen by its capital letters ("Caspian Development Bank"), in languages
that write names so: a run of capitalised words, with small words between them, is a mention of the
kind `proper`, one such word of the kind `proper-word`. What it names, if anything, is for rules to say.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

from bilateral.mentions import Mention, Spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bilateral.lexicon import Lexicon
    from bilateral.mentions import Reading
    from bilateral.tokens import Token

MARKS = re.compile(r'"+')
SHORTEST_QUOTE, LONGEST_QUOTE = 2, 101  # signs
LONGEST = 14  # words
FEWEST = 2  # capitalised words
HEADS = frozenset({"organisation-kind", "joint-body", "ministry-word"})


def proper_names(reading: Reading, lexicon: Lexicon) -> Iterator[Mention]:
    """The runs of capitalised words of a reading, each with its words as the page has them."""
    if not lexicon.language.capitals:
        return
    tables = lexicon.language.tables
    small = {*tables["links"], *tables["conjunctions"]}
    ordinary = {*tables["frequent_words"], *tables["articles"], *tables["prepositions"]}
    named = [m for m in reading.mentions if (m.value or "").startswith("id:") and m.entry]
    known = {place for m in named for place in (m.begin, m.end)}
    tokens = reading.tokens
    position = 0
    while position < len(tokens):
        if not _is_capital(tokens[position]) or tokens[position].text in ordinary:
            position += 1
            continue
        last, count = position, 1
        index = position + 1
        while index < len(tokens) and index - position < LONGEST:
            token = tokens[index]
            if _is_capital(token):
                last, count = index, count + 1
            elif token.text not in small or _parts(tokens, index, known, reading, tables):
                break
            index += 1
        if count >= FEWEST or position:
            kind = "proper" if count >= FEWEST else "proper-word"
            begin, end = tokens[position].begin, tokens[last].end
            yield Mention(
                reading.begin + begin,
                reading.begin + end,
                frozenset({kind}),
                reading.text[begin:end],
                frozenset({"nom"}),
            )
        position = last + 1


def _is_capital(token: Token) -> bool:
    return token.written[:1].isupper()


def _parts(
    tokens: list[Token], index: int, known: set[int], reading: Reading, tables: Mapping[str, Any]
) -> bool:
    """Whether an "and" parts two names instead of belonging to one: after Georgia, before "the"."""
    if tokens[index].text not in tables["conjunctions"]:
        return False
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is None or following.text in tables["articles"]:
        return True
    if _is_headed_on_both_sides(tokens, index, reading):
        return True
    places = {tokens[index - 1].end + reading.begin, following.begin + reading.begin}
    return not known.isdisjoint(places)


def _is_headed_on_both_sides(tokens: list[Token], index: int, reading: Reading) -> bool:
    """Whether an "and" stands between two institutions: Dublin College and Kyiv State University."""
    heads = {m.begin - reading.begin for m in reading.mentions if m.is_a(HEADS)}

    def headed(step: int) -> bool:
        place = index + step
        while 0 <= place < len(tokens) and _is_capital(tokens[place]):
            if tokens[place].begin in heads:
                return True
            place += step
        return False

    return headed(-1) and headed(1)


def subjects(reading: Reading, lexicon: Lexicon) -> Iterator[Mention]:
    """What "on …" and "about …" govern: the words up to an agreement, verb, date, or sign."""
    tables = lexicon.language.tables
    if "about_before" in tables:
        yield from _subjects_after(reading, tables)
    abouts = [token for token in reading.tokens if token.text in tables.get("about", ())]
    if not abouts:
        return
    stops = sorted(m.end for m in reading.mentions if m.is_a(tables["subject_stops"]))
    signs = {"(", ")", ":", ";", *tables["subject_signs"]}
    closed = [t.end + reading.begin for t in reading.tokens if t.text in signs]
    for token in abouts:
        end = token.begin + reading.begin
        stop = stops[: bisect_left(stops, end)][-1:]
        sign = closed[: bisect_right(closed, end)][-1:]
        begin = max([reading.begin, *stop, *sign])
        words = reading.folded[begin - reading.begin : end - reading.begin]
        begin += len(words) - len(words.lstrip(' ,-"():'))
        last = begin + len(words.strip(' ,-"():'))
        if last > begin:
            yield Mention(begin, last, frozenset({"subject"}), None)


def _subjects_after(reading: Reading, tables: Mapping[str, Any]) -> Iterator[Mention]:
    """The subjects of a language whose "on" stands before them, each after what it is said of."""
    things = [m.end for m in reading.mentions if m.is_a(tables["subject_of"])]
    done = reading.begin
    for index, token in enumerate(reading.tokens):
        begin = token.end + reading.begin
        named = [end for end in things if end <= begin]
        if token.text not in tables["about_before"] or not named or begin < done:
            continue
        if any(m.is_a({"date"}) and begin <= m.begin <= begin + 1 for m in reading.mentions):
            continue  # "on 12 March" says when
        stops = [
            m.begin
            for m in reading.mentions
            if m.begin > begin and m.is_a(tables["subject_stops"]) and not m.nested
        ]
        stops += [
            t.begin + reading.begin
            for t in reading.tokens[index + 1 :]
            if t.text in {"(", ")", ":", ";", *tables["subject_signs"]}
        ]
        end = min((s for s in stops if s >= begin), default=reading.end)
        words = reading.folded[begin - reading.begin : end - reading.begin]
        first = begin + len(words) - len(words.lstrip(' ,-"():'))
        words = words.rstrip(' ,.-"():')
        for last in tables["subject_ends_without"]:
            words = words.removesuffix(f" {last}").rstrip(" ,")
        last_place = begin + len(words)
        if last_place > first:
            done = last_place
            yield Mention(first, last_place, frozenset({"subject"}), None)


def quotes(reading: Reading, text: str) -> Iterator[Mention]:
    """What stands in quotation marks; `unknown-quote` where no lexicon has it."""
    quoted = list(_quoted(reading.folded))
    if not quoted:
        return
    named = Spans(m for m in reading.mentions if (m.value or "").startswith("id:"))
    for begin, end, first, last in quoted:
        known = named.hold(reading.begin + first, reading.begin + last)
        kinds = frozenset({"quote"} if known else {"quote", "unknown-quote"})
        yield Mention(reading.begin + begin, reading.begin + end, kinds, text[first:last])


def _quoted(folded: str) -> Iterator[tuple[int, int, int, int]]:
    """Begin and end of each quotation with its marks, and of its words."""
    opening: tuple[int, int] | None = None
    for mark in MARKS.finditer(folded):
        if opening is not None:
            inner = folded[opening[1] : mark.start()]
            words = inner.lstrip()
            first = opening[1] + len(inner) - len(words)
            # A single letter is quoted with the blank after it, or not at all.
            length = max(len(words.rstrip()), SHORTEST_QUOTE)
            if len(words) >= SHORTEST_QUOTE and words.strip() and length <= LONGEST_QUOTE:
                yield opening[0], mark.end(), first, first + length
                opening = None
                continue
        opening = mark.span()
