"""Figures in tables: a cell says its number, its row and its column say of what and when.

A row is no sentence, so no rule reads it as one. Each cell that is a number becomes a reading of its
own: the number with its unit, and what the first cell of its row and the head of its column name. Where
these do not tell one indicator, one period, and one unit, the cell says nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bilateral.markup import CELLS
from bilateral.mentions import Mention, Reading
from bilateral.quantities import multiplier_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bilateral.lexicon import Lexicon

SENTENCE_LIKE = frozenset({"agreement", "meeting"})  # rows of lists of these are read like lines
FIGURES = frozenset({"number", "quantity"})
NAMED = frozenset({"indicator", "date", "Country"})

Span = tuple[int, int]


def reads_like_a_line(reading: Reading) -> bool:
    """Whether a row stands in a list of agreements or meetings."""
    return not reading.kinds.isdisjoint(SENTENCE_LIKE)


def cell_readings(row: Reading, head: Reading, lexicon: Lexicon) -> Iterator[Reading]:
    """A reading for each cell of a row that is a number of which the table tells enough."""
    own, heads = _cells(row), _cells(head)
    for number, cell in enumerate(own[1:], start=1):
        if number >= len(heads):
            return
        named = [*_in(row, own[0]), *_leaning(_in(head, heads[number]), head)]
        amount = _amount(
            row, cell, [(row, own[0]), (head, heads[number]), (head, heads[0])], lexicon
        )
        if amount is None:
            continue
        said = [m for m in named if m.is_a(NAMED) and not m.nested]
        if all(_tells_one(said, kind) for kind in ("indicator", "date")):
            reading = Reading(row.begin, row.end, row.folded, row.tokens, [*said, amount], row.text)
            reading.section = row.section
            reading.finish()
            yield reading


def _cells(reading: Reading) -> list[Span]:
    """Begin and end of each cell, in page offsets."""
    spans, last = [], 0
    for sign in CELLS.finditer(reading.text):
        spans.append((reading.begin + last, reading.begin + sign.start()))
        last = sign.end()
    return [*spans, (reading.begin + last, reading.end)]


def _in(reading: Reading, cell: Span) -> list[Mention]:
    return [m for m in reading.mentions if cell[0] <= m.begin and m.end <= cell[1]]


def _leaning(mentions: list[Mention], head: Reading) -> list[Mention]:
    """What a column's head says leans on the table's first row, which the passage then begins with."""
    return [replace(m, leans_on=(head.begin, head.end)) for m in mentions]


def _tells_one(mentions: list[Mention], kind: str) -> bool:
    return len({m.value for m in mentions if m.is_a({kind})}) == 1


def _amount(
    row: Reading, cell: Span, around: list[tuple[Reading, Span]], lexicon: Lexicon
) -> Mention | None:
    """The cell's number with its unit, its own or the nearest that the table names."""
    found = [m for m in _in(row, cell) if m.is_a(FIGURES) and not m.nested]
    rest = row.folded[cell[0] - row.begin : cell[1] - row.begin]
    if len(found) != 1:
        return None
    amount = found[0]
    outside = rest[: amount.begin - cell[0]] + rest[amount.end - cell[0] :]
    if any(map(str.isalnum, outside)):
        return None
    if amount.is_a({"quantity"}):
        return None if amount.is_a({"percent"}) else _as_cell(amount)
    for reading, span in around:
        units = [m for m in _in(reading, span) if "unit" in m.kinds and m.value]
        if not units:
            continue
        unit = max(units, key=lambda m: (m.end - m.begin, m.value or ""))
        if unit.value == "concept:percent":
            return None
        words = reading.folded[span[0] - reading.begin : span[1] - reading.begin]
        power = amount.power or multiplier_in(words, lexicon.language)
        leans = (reading.begin, reading.end) if reading is not row else None
        return replace(_as_cell(amount), unit=unit.value, power=power, leans_on=leans)
    return None


def _as_cell(amount: Mention) -> Mention:
    return replace(amount, kinds=amount.kinds | {"cell"})
