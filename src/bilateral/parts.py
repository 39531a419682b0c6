"""The parts of a sentence that each say something of their own.

"Exports came to 12 million, and imports to 84" says two things: what is near in the words may
belong to the other. A part begins after a semicolon, at a word that opposes it to what stands
before, and where what the part before it already has comes again (an indicator with its amount).
What stands before a colon is common to all parts: it opens a list.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bilateral.mentions import Mention, Reading

COMMON = -1
SEPARATORS = frozenset({",", ";", "-", ":"})


def together(left: Mention, right: Mention) -> bool:
    """Whether two mentions stand in one part, or one of them in what is common to all."""
    return left.part == right.part or COMMON in {left.part, right.part}


def part_of(offset: int, starts: list[int], opening: int) -> int:
    """The number of the part that an offset of the page stands in."""
    return COMMON if offset < opening else bisect_right(starts, offset)


def divide(reading: Reading, tables: Mapping[str, object]) -> tuple[list[int], int]:
    """Where the parts after the first begin, and where what is common to all ends."""
    table: Mapping[str, list[str]] = tables.get("parts") or {}  # type: ignore[assignment]
    conjunctions: list[str] = tables["conjunctions"]  # type: ignore[assignment]
    bounds = _separators(reading, SEPARATORS.union(conjunctions))
    starts: set[int] = set()
    opening = reading.begin
    for index, begin in bounds:
        sign = reading.tokens[index].text
        following = reading.tokens[index + 1].text if index + 1 < len(reading.tokens) else ""
        if sign == ":" and opening == reading.begin and not starts:
            opening = begin
        elif sign == ";" or (sign == "," and following in table.get("words", ())):
            starts.add(begin)
    starts |= _opposed(reading, bounds, table.get("second", []))
    alike: list[list[str]] = table.get("alike", [])  # type: ignore[assignment]
    wanted = {kind for kinds in alike for kind in kinds}
    outer = [m for m in reading.mentions if not m.nested and not wanted.isdisjoint(m.kinds)]
    counts = Counter(kind for m in outer for kind in m.kinds & wanted)
    for kinds in alike:
        if all(counts[kind] > 1 for kind in kinds):
            starts |= _repeated(reading, outer, starts, bounds, kinds)
    starts = _going_on(reading, starts, bounds)
    return sorted(s for s in starts if s > opening), opening


def _going_on(reading: Reading, starts: set[int], bounds: list[tuple[int, int]]) -> set[int]:
    """The starts without those after "including", up to the next semicolon: it goes on there."""
    words = [m.begin for m in reading.mentions if "including" in m.kinds]
    if not words or not starts:
        return starts
    ends = sorted(begin for index, begin in bounds if reading.tokens[index].text == ";")
    kept = set()
    for start in starts:
        opened = max((e for e in ends if e <= start), default=reading.begin)
        if start in ends or not any(opened < word <= start for word in words):
            kept.add(start)
    return kept


def _separators(reading: Reading, signs: frozenset[str]) -> list[tuple[int, int]]:
    """Each sign outside brackets and quotes: its index, and where the token after it begins."""
    depth, quoted, found = 0, 0, []
    quotes = [m for m in reading.mentions if "quote" in m.kinds]
    for index, token in enumerate(reading.tokens):
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth = max(depth - 1, 0)
        place = token.begin + reading.begin
        while quoted < len(quotes) and quotes[quoted].end <= place:
            quoted += 1
        inside = quoted < len(quotes) and quotes[quoted].begin <= place
        if token.text in signs and not depth and not inside and index + 1 < len(reading.tokens):
            following = reading.tokens[index + 1]
            glued = token.text in {"-", ":", ","} and token.end == following.begin
            if not glued:
                found.append((index, following.begin + reading.begin))
    return found


def _opposed(reading: Reading, bounds: list[tuple[int, int]], words: list[str]) -> set[int]:
    """The parts whose second word opposes them: from the sign before it."""
    bounds = [bound for bound in bounds if reading.tokens[bound[0]].text in SEPARATORS]
    indices = [index for index, _ in bounds]
    found = set()
    for index, token in enumerate(reading.tokens):
        if token.text in words:
            before = bisect_right(indices, index - 1)
            if before:
                found.add(bounds[before - 1][1])
    return found


def _repeated(
    reading: Reading,
    outer: list[Mention],
    starts: set[int],
    bounds: list[tuple[int, int]],
    alike: list[str],
) -> set[int]:
    """Where, within a part, all of the kinds come again: at the sign before the first of them."""
    kinds, head = frozenset(alike), alike[0]
    places = sorted({*(begin for _, begin in bounds), *starts})
    pieces = [reading.begin, *places]
    has: list[set[str]] = [set() for _ in pieces]
    for mention in outer:
        has[bisect_right(pieces, mention.begin) - 1] |= mention.kinds & kinds
    after: list[set[str]] = [set() for _ in pieces]  # what stands from a piece to its part's end
    for i in range(len(pieces) - 1, -1, -1):
        last = i + 1 == len(pieces) or pieces[i + 1] in starts
        after[i] = has[i] | (set() if last else after[i + 1])
    found = set()
    gathered: set[str] = set()
    for i, place in enumerate(pieces):
        if place in starts:
            gathered = set()
        elif gathered >= kinds and head in has[i] and after[i] >= kinds:
            found.add(place)
            gathered = set()
        gathered |= has[i]
    return found
