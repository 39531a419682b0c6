"""Numbers with what they count: the unit after them, or one that they share.

"287,9 million, and imports 209,4 million US dollars" says the currency once; "39 922 visitors (2012
– 30 851)" the noun; under a heading "Trade (million euros)" no number says it. A number that
shares a unit is of the kind `shared`; one that leans on a heading remembers it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from bilateral.quantities import find_number_words, find_numbers, multiplier_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bilateral.lexicon import Lexicon
    from bilateral.mentions import Mention, Reading
    from bilateral.quantities import Number

BEGIN = attrgetter("begin")
FARTHEST_UNIT = 3  # words from a number to its unit
GAP = re.compile(r"[\s.-]*")
SIGNED = {"+": "plus", "-": "minus"}
UNITS = frozenset({"unit", "currency"})
CLOSING = frozenset({",", ";", ")", "(", ".", "-", ":"})
FOUR_DIGITS = 1000  # smaller whole numbers are more often a count of something else


@dataclass(frozen=True, slots=True)
class Unit:
    """What a heading says of the numbers under it: a unit, a power of ten, and its passage."""

    value: str
    kinds: frozenset[str]
    power: int
    leans_on: tuple[int, int]

    def is_a(self, kinds: Iterable[str]) -> bool:
        """Whether the unit is of one of the kinds."""
        return not self.kinds.isdisjoint(kinds)


@dataclass(slots=True)
class Amount:
    """A number with the unit that it has or shares, and the heading's where it leans on one."""

    begin: int
    end: int
    number: Number
    unit: Mention | Unit | None
    power: int
    shared: bool = False
    counts: bool = False  # large, and nothing after it that it could count

    @property
    def digits(self) -> str:
        """The digits; a percentage's sign is a kind, since growth by -3 % is a decline by 3."""
        negative = self.number.sign == "-" and self.unit and "percent" not in self.kinds
        return "-" + self.number.digits if negative else self.number.digits

    @property
    def kinds(self) -> frozenset[str]:
        """What it is: a number, or a quantity of its unit; signed, or with a shared unit."""
        signed = SIGNED.get(self.number.sign)
        if self.unit is None:
            large = {"count"} if self.counts else set()
            return frozenset({"number", *large, *([signed] if signed else [])})
        kinds = {*self.unit.kinds, str(self.unit.value).partition(":")[2], "quantity"} - {"unit"}
        kinds |= {"currency-amount", "money"} if "currency" in kinds else set()
        kinds |= {"shared"} if self.shared else set()
        return frozenset(kinds | ({signed} if signed and "percent" in kinds else set()))

    @property
    def roles(self) -> frozenset[str]:
        """The roles of the unit's own case ending and of the number's."""
        own = self.unit is not None and not self.shared and not isinstance(self.unit, Unit)
        roles = self.unit.roles if own else frozenset()  # type: ignore[union-attr]
        return roles | self.number.roles


def find_amounts(
    reading: Reading,
    lexicon: Lexicon,
    taken: Sequence[Mention],
    names: Sequence[Mention],
    heading: Unit | None,
) -> list[Amount]:
    """The numbers of a sentence that are no part of what is taken, each with its unit.

    What is taken stands in order and does not overlap.
    """
    amounts: list[Amount] = []
    starting: dict[int, list[Mention]] = {}
    ending: dict[int, list[Mention]] = {}
    for name in names:
        starting.setdefault(name.begin, []).append(name)
        if "currency" in name.kinds:
            ending.setdefault(name.end, []).append(name)
    for number in find_numbers(reading.folded, lexicon.language):
        begin, end = reading.begin + number.begin, reading.begin + number.end
        last = bisect_left(taken, end, key=BEGIN)
        if not (last and begin < taken[last - 1].end) and not _ends_range(number, reading):
            unit = _unit_after(end, reading, starting, lexicon)
            unit = unit or _unit_before(begin, reading, ending)
            first, last = (min(begin, unit.begin), max(end, unit.end)) if unit else (begin, end)
            amounts.append(Amount(first, last, number, unit, number.power))
    if any(a.unit is None for a in amounts):
        _share(amounts, reading, lexicon, names)
    worded = lexicon.language.tables["numbers"].get("counted_in_words", ())
    for number in find_number_words(reading.folded, lexicon.language):
        begin, end = reading.begin + number.begin, reading.begin + number.end
        unit = _unit_after(end, reading, starting, lexicon)
        if unit is not None and unit.value in worded:
            amounts.append(Amount(begin, unit.end, number, unit, 0))
    for amount in amounts:
        if amount.unit is None and _is_large(amount.number) and _closes(amount, reading, set()):
            amount.counts = True
            if heading:
                amount.unit, amount.shared = heading, True
                amount.power = amount.power or heading.power
    return amounts


def unit_of_heading(reading: Reading, lexicon: Lexicon) -> Unit | None:
    """The unit in brackets that a heading gives the numbers under it."""
    units = [m for m in reading.mentions if m.is_a(UNITS)]
    units = [m for m in units if m.value and "(" in reading.folded[: m.begin - reading.begin]]
    if not units or any(m.is_a({"number", "quantity"}) for m in reading.mentions):
        return None
    unit = max(units, key=lambda m: (m.end - m.begin, m.value or ""))
    power = multiplier_before(reading.folded, unit.begin - reading.begin, lexicon.language)
    return Unit(str(unit.value), unit.kinds, power, (reading.begin, reading.end))


def _unit_after(
    end: int, reading: Reading, starting: Mapping[int, list[Mention]], lexicon: Lexicon
) -> Mention | None:
    """The unit after a number; adjectives may stand between (5 Armenian visitors, 5 new flights)."""
    tables = lexicon.language.tables
    may_follow: Sequence[str] = tables.get("units_may_follow", ())
    place, wanted = end, None
    for _ in range(FARTHEST_UNIT):
        place = _after(place, reading)
        here = starting.get(place, [])
        units = [m for m in here if m.is_a(UNITS) and (wanted is None or m.value in wanted)]
        if units:
            return max(units, key=lambda m: (m.end, m.value or ""))
        states = [m for m in here if m.is_a({"Country"})]
        token = reading.token_at(place)
        if states:
            # Citizens of a state are counted (8,416 of Greece); a state's money is another's.
            if not any(m.is_a({"Adjective"}) for m in states):
                wanted = tables["numbers"].get("counted", ())
            place = max(m.end for m in states)
        elif token is not None and token.text in may_follow:
            place = token.end + reading.begin
        else:
            return None
    return None


def _unit_before(
    begin: int, reading: Reading, ending: Mapping[int, list[Mention]]
) -> Mention | None:
    """A currency that stands before its number: USD 5 million, $5."""
    if not ending:
        return None
    first = begin
    while first > reading.begin and reading.folded[first - 1 - reading.begin].isspace():
        first -= 1
    units = [m for place in range(first, begin + 1) for m in ending.get(place, ())]
    return max(units, key=lambda m: (m.end, m.end - m.begin, m.value or ""), default=None)


def _after(end: int, reading: Reading) -> int:
    match = GAP.match(reading.folded, end - reading.begin)
    return reading.begin + (match.end() if match else 0)


def _share(
    amounts: list[Amount], reading: Reading, lexicon: Lexicon, names: Sequence[Mention]
) -> None:
    """Give numbers without a unit that of the next or the last, where they can share it."""
    tables = lexicon.language.tables
    light = {",", "-", *tables["conjunctions"], *tables["coordinators"]}
    counted = tables["numbers"].get("counted", [])
    verbs = {m.begin for m in names if m.is_a({"amount", "grow", "fall"})}
    for i in range(len(amounts) - 1, -1, -1):
        amount = amounts[i]
        following = amounts[i + 1] if i + 1 < len(amounts) else None
        if amount.unit or following is None or following.unit is None:
            continue
        between = reading.words(amount.end, following.begin)
        listed = bool(between) and all(text in light for text in between)
        if following.unit.is_a({"currency"}) and (listed or amount.power):
            amount.unit, amount.shared = following.unit, True
            amount.power = amount.power or (following.power if listed else 0)
    money: Amount | None = None  # what a number of millions may share; it is no percentage
    for i, amount in enumerate(amounts):
        last = amounts[i - 1] if i else None
        if amount.unit and "percent" not in amount.kinds:
            money = amount
        if amount.power and last and "percent" in last.kinds:
            last = money
        if amount.unit or last is None or last.unit is None or not _is_large(amount.number):
            continue
        whole = "." not in amount.number.digits
        fits = (whole or amount.power) if last.unit.value in counted else amount.power
        if fits and _closes(amount, reading, verbs):
            amount.unit, amount.shared = last.unit, True


def _ends_range(number: Number, reading: Reading) -> bool:
    """Whether a number is the second of "80-100": neither of the two is the amount."""
    before = reading.folded[max(0, number.begin - 2) : number.begin]
    return before[1:] == "-" and before[0].isdigit()


def _is_large(number: Number) -> bool:
    return number.power > 0 or "." in number.digits or int(number.digits) >= FOUR_DIGITS


def _closes(amount: Amount, reading: Reading, verbs: set[int]) -> bool:
    """Whether nothing that could be counted follows a number: a sign, a verb, or the end."""
    token = reading.token_after(amount.end)
    if token is None:
        return True
    return token.text in CLOSING or token.begin + reading.begin in verbs
