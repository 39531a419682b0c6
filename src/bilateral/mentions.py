"""The mentions of one sentence: names, words, dates, quantities, each with its roles.

A *mention* is a span of a sentence that stands for something. Its *roles* come from its case
ending and from the word after it: nom, erg, dat, gen, in, from, with, for; between, via, within.
An *anaphor* ("this project", "the said period", "both countries") is a mention of what was
mentioned before; it remembers the passage that it leans on.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bilateral.context import Context, resolve
from bilateral.dates import DaySpan, find_dates
from bilateral.quantities import Number, find_durations, find_numbers, find_ordinals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bilateral.lexicon import Entry, Lexicon
    from bilateral.tokens import Found, Token

FARTHEST_UNIT = 3  # words from a number to its unit
GAP = re.compile(r"[\s.-]*")
SIGNS = frozenset({'"', '""', '"""', ",", "-", "(", ")", "/"})


@dataclass(slots=True, eq=False)
class Mention:
    """A span of the page (`begin`, `end` in page offsets) and what it stands for.

    `value` is a CURIE, an EDTF key, a decimal, or None for a word that only names a relation.
    Each is itself alone: `same_as` says whether two say the same.
    """

    begin: int
    end: int
    kinds: frozenset[str]
    value: str | None
    roles: frozenset[str] = frozenset()
    span: DaySpan | None = None
    unit: str | None = None
    power: int = 0
    nested: bool = False
    leans_on: tuple[int, int] | None = None
    entry: Entry | None = None
    clause: int = 0
    part: int = 0

    def is_a(self, kinds: Iterable[str]) -> bool:
        """Whether the mention is of one of the kinds."""
        return not self.kinds.isdisjoint(kinds)

    def same_as(self, other: Mention) -> bool:
        """Whether the other mention stands in the same place and says all the same."""
        return (
            self.begin == other.begin
            and self.value == other.value
            and all(getattr(self, f.name) == getattr(other, f.name) for f in fields(self))
        )


@dataclass(slots=True)
class Reading:
    """A sentence as read: its folded text, tokens, and mentions in order.

    `fitting` is what `patterns.fitting` keeps of a sentence that is read to the end.
    """

    begin: int
    end: int
    folded: str
    tokens: list[Token]
    mentions: list[Mention]
    text: str = ""
    kinds: set[str] = field(default_factory=set)
    section: int | None = None
    fitting: dict[int, tuple[int, list[Mention]]] = field(default_factory=dict)
    _begins: list[int] = field(init=False)
    _ends: list[int] = field(init=False)
    _by_kind: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Tokens stand in order and do not overlap, so their places can be searched by halves.
        self._begins = [self.begin + t.begin for t in self.tokens]
        self._ends = [self.begin + t.end for t in self.tokens]

    def between(self, left: Mention, right: Mention) -> list[str]:
        """The tokens that stand between two mentions."""
        first = bisect_left(self._begins, left.end)
        return [t.text for t in self.tokens[first : bisect_right(self._ends, right.begin)]]

    def apart(self, left: Mention, right: Mention) -> int:
        """How many tokens stand between two mentions; 0 where they touch or overlap."""
        if left.begin > right.begin:
            left, right = right, left
        gap = bisect_right(self._ends, right.begin) - bisect_left(self._begins, left.end)
        return max(gap, 0)

    def token_at(self, offset: int) -> Token | None:
        """The token that begins at a page offset, if one does."""
        index = bisect_left(self._begins, offset)
        return self.tokens[index] if offset in self._begins[index : index + 1] else None

    def finish(self) -> None:
        """Put the mentions in order of their kinds too; from now on they only become more."""
        found, self.mentions = self.mentions, []
        for mention in found:
            self.add(mention)

    def add(self, mention: Mention) -> None:
        """Add a mention after all others."""
        place = len(self.mentions)
        self.mentions.append(mention)
        for kind in mention.kinds:
            self._by_kind.setdefault(kind, []).append(place)
        self.kinds |= mention.kinds

    def of_kinds(self, kinds: Iterable[str]) -> list[Mention]:
        """The mentions of any of the kinds, in order."""
        lists = [self._by_kind[kind] for kind in kinds if kind in self._by_kind]
        places = lists[0] if len(lists) == 1 else sorted({p for places in lists for p in places})
        return [self.mentions[place] for place in places]


def read_sentence(begin: int, text: str, lexicon: Lexicon, context: Context) -> Reading:
    """The mentions of one sentence, before compositions; anaphora lean on the context."""
    folded = lexicon.language.fold(text)
    tokens = lexicon.tokens(folded, text)
    reading = Reading(begin, begin + len(text), folded, tokens, [], text)
    dates = list(_dates(reading, lexicon, context))
    names = [m for m in _names(reading, lexicon) if not _inside(m, dates)]
    numbers = list(_numbers(reading, lexicon, dates, names))
    durations = [
        Mention(begin + c.begin, begin + c.end, frozenset({"duration"}), c.value)
        for c in find_durations(folded, lexicon.language)
    ]
    ordinals = [
        Mention(begin + c.begin, begin + c.end, frozenset({"ordinal"}), c.value)
        for c in find_ordinals(folded, lexicon.language)
    ]
    ordinals = [m for m in ordinals if not _inside(m, dates) and not _touches(m, durations)]
    numbers = [m for m in numbers if not _touches(m, ordinals) and not _touches(m, durations)]
    mentions = [*dates, *names, *numbers, *durations, *ordinals]
    reading.mentions = sorted(resolve(mentions, context, lexicon), key=place_of)
    return reading


def place_of(m: Mention) -> tuple[int, int, list[str], str]:
    """The key that puts mentions in order of the page, the longer first."""
    return m.begin, -m.end, _in_order(m.kinds), str(m.value)


@lru_cache(maxsize=5_000)
def _in_order(kinds: frozenset[str]) -> list[str]:
    return sorted(kinds)


def with_roles(mention: Mention, roles: frozenset[str]) -> Mention:
    """The mention with these roles: itself where it has them already, as most have."""
    return mention if roles == mention.roles else replace(mention, roles=roles)


def _inside(mention: Mention, others: Sequence[Mention]) -> bool:
    return any(o.begin <= mention.begin and mention.end <= o.end for o in others)


def _touches(mention: Mention, others: Sequence[Mention]) -> bool:
    return any(o.begin < mention.end and mention.begin < o.end for o in others)


def _dates(reading: Reading, lexicon: Lexicon, context: Context) -> Iterator[Mention]:
    last = context.year()
    for found in find_dates(reading.folded, lexicon.language, last[0] if last else None):
        roles = frozenset({found.bound}) if found.bound else frozenset()
        kinds = frozenset({"date", found.bound or "plain-date"})
        begin, end = reading.begin + found.begin, reading.begin + found.end
        leans_on = last[1] if last and found.year_assumed else None
        yield Mention(begin, end, kinds, found.span.edtf, roles, found.span, leans_on=leans_on)


def _names(reading: Reading, lexicon: Lexicon) -> Iterator[Mention]:
    tokens = reading.tokens
    rules = lexicon.language.tables["cities"]
    for found in lexicon.find(tokens):
        if "world-city" in found.entry.kinds and not _is_city(found, tokens, rules):
            continue
        begin, end = tokens[found.first].begin, tokens[found.last].end
        kinds, value, roles = found.entry.kinds, found.entry.value, found.roles
        yield Mention(
            reading.begin + begin, reading.begin + end, kinds, value, roles, entry=found.entry
        )


def _is_city(found: Found, tokens: list[Token], rules: Mapping[str, Any]) -> bool:
    """Whether a name that GeoNames has is a city here and not an ordinary word."""
    before = [t.text for t in tokens[max(0, found.first - 2) : found.first]]
    after = tokens[found.last + 1].text if found.last + 1 < len(tokens) else ""
    lemmas = tokens[found.first].lemmas
    ordinary = any(word in lemmas for word in rules["ordinary_words"])
    if before[-1:] == ["-"] or after == "-":  # Baku–Tbilisi–Kars
        return not ordinary
    if any(text in rules["markers"] for text in before):
        return True
    if ordinary:
        return False
    if _is_part_of_a_name(found, tokens, rules):
        return False
    in_place = not found.roles.isdisjoint(rules["roles"]) or (
        bool(before) and before[-1] in rules.get("before", ())
    )
    least: int = rules["smallest" if in_place else "smallest_anywhere"]
    return found.entry.population >= least


def _is_part_of_a_name(found: Found, tokens: list[Token], rules: Mapping[str, Any]) -> bool:
    """Whether a word beside it is written as a name too: Madison Smith, Victoria Bank."""
    beside = [tokens[i] for i in (found.first - 1, found.last + 1) if 0 <= i < len(tokens)]
    if found.first and tokens[found.first - 1].text in rules.get("before", ()):
        beside = beside[1:]
    return any(
        t.written[:1].isupper() and t.text not in rules.get("before", ()) and t.text not in rules["markers"]
        for t in beside
    )  # fmt: skip


def _numbers(
    reading: Reading, lexicon: Lexicon, dates: list[Mention], names: list[Mention]
) -> Iterator[Mention]:
    """Numbers that are no part of a date, each with the unit that follows it."""
    for number in find_numbers(reading.folded, lexicon.language):
        begin, end = reading.begin + number.begin, reading.begin + number.end
        if any(d.begin < end and begin < d.end for d in dates):
            continue
        unit = _unit_after(end, reading, names, lexicon) or _unit_before(begin, reading, names)
        yield _quantity(begin, end, number, unit)


def _unit_after(
    end: int, reading: Reading, names: list[Mention], lexicon: Lexicon
) -> Mention | None:
    place = end
    for _ in range(FARTHEST_UNIT):
        match = GAP.match(reading.folded, place - reading.begin)
        place = reading.begin + (match.end() if match else 0)
        units = [m for m in names if m.begin == place and "unit" in m.kinds]
        if units:
            return max(units, key=lambda m: (m.end, m.value or ""))
        # Twelve Turkish companies, 5,000 foreign tourists: where the language's table says so.
        may_follow = lexicon.language.tables.get("units_may_follow", ())
        token = reading.token_at(place) if may_follow else None
        if token is None:
            return None
        adjective = any(m.begin == place and m.is_a({"Adjective"}) for m in names)
        if token.text not in may_follow and not adjective:
            return None
        place = token.end + reading.begin
    return None


def _unit_before(begin: int, reading: Reading, names: list[Mention]) -> Mention | None:
    """A currency that stands before its number: USD 5 million, $5."""
    units = [
        m
        for m in names
        if "currency" in m.kinds
        and m.end <= begin
        and not reading.folded[m.end - reading.begin : begin - reading.begin].strip()
    ]
    return max(units, key=lambda m: (m.end, m.end - m.begin, m.value or ""), default=None)


def _quantity(begin: int, end: int, number: Number, unit: Mention | None) -> Mention:
    if unit is None:
        return Mention(begin, end, frozenset({"number"}), number.digits, power=number.power)
    kinds = frozenset({"quantity", *unit.kinds, str(unit.value).partition(":")[2]} - {"unit"})
    if "currency" in kinds:
        kinds |= {"currency-amount"}
    first, last = min(begin, unit.begin), max(end, unit.end)
    return Mention(
        first, last, kinds, number.digits, unit.roles, unit=unit.value, power=number.power
    )


def coordinated(reading: Reading, left: Mention, right: Mention, lexicon: Lexicon) -> bool:
    """Whether only "and", commas, hyphens, and the like stand between two mentions."""
    tables = lexicon.language.tables
    light = {*SIGNS, *tables["coordinators"], *tables["skipped_in_lists"]}
    if right.begin < left.end:
        return False
    gap = reading.between(left, right)
    if not tables.get("prepositions"):
        return bool(gap) and all(text in light for text in gap)
    # Without case endings "In Ankara, Georgia signed" is no list, and "the Ministry of" none either.
    return (
        bool(gap)
        and all(text in light for text in gap)
        and not set(gap) <= {*tables["skipped_in_lists"]}
    )
