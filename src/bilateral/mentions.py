"""The mentions of one sentence: names, words, dates, quantities, each with its roles.

A *mention* is a span of a sentence that stands for something. Its *roles* come from its case
ending and from the word after it: nom, erg, dat, gen, in, from, with, for; between, via, within.
An *anaphor* ("this project", "the said period", "both countries") is a mention of what was
mentioned before; it remembers the passage that it leans on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, fields
from functools import cache, lru_cache
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from bilateral.amounts import find_amounts
from bilateral.context import Context, resolve
from bilateral.dates import DaySpan, find_dates
from bilateral.quantities import find_durations, find_ordinals

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

    from bilateral.language import Language
    from bilateral.lexicon import Entry, Lexicon
    from bilateral.tokens import Found, Scan, Token

BEGIN = attrgetter("begin")
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


class Spans:
    """Spans of a page, to be asked whether one of them holds another span."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        places = sorted((m.begin, m.end) for m in mentions)
        self._begins = [begin for begin, _ in places]
        # How far the spans reach that begin by each place.
        self._reach = list(accumulate((end for _, end in places), max))

    def hold(self, begin: int, end: int) -> bool:
        """Whether one of the spans begins by the first offset and ends at the second or later."""
        place = bisect_right(self._begins, begin)
        return place > 0 and self._reach[place - 1] >= end


@dataclass(slots=True)
class Reading:
    """A sentence as read: its folded text, tokens, and mentions in order.

    `fitting` is what `patterns.fitting` keeps of a sentence that is read to the end, `latest` what
    `context` keeps of one that was.
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
    latest: dict[str, Mention | None] = field(default_factory=dict)
    _by_kind: dict[str, list[int]] = field(default_factory=dict)
    _here: dict[tuple[int, str | None], list[Mention]] = field(default_factory=dict)
    _starts: tuple[int, list[int], list[int]] = (-1, [], [])

    def __post_init__(self) -> None:
        # Tokens stand in order and do not overlap, so their places can be searched by halves.
        self._begins = [self.begin + t.begin for t in self.tokens]
        self._ends = [self.begin + t.end for t in self.tokens]

    def between(self, left: Mention, right: Mention) -> list[str]:
        """The tokens that stand between two mentions."""
        return self.words(left.end, right.begin)

    def words(self, begin: int, end: int) -> list[str]:
        """The tokens that stand between two offsets of the page."""
        first = bisect_left(self._begins, begin)
        return [t.text for t in self.tokens[first : bisect_right(self._ends, end)]]

    def token_after(self, offset: int) -> Token | None:
        """The first token that begins at or after an offset of the page."""
        index = bisect_left(self._begins, offset)
        return self.tokens[index] if index < len(self.tokens) else None

    def tokens_from(self, begin: int, end: int) -> range:
        """The numbers of the tokens that begin at or after one page offset and end by another."""
        return range(bisect_left(self._begins, begin), bisect_right(self._ends, end))

    def reach(self, begin: int, light: Container[str]) -> int:
        """How far a mention may begin that only light words part from a page offset."""
        for number in range(bisect_left(self._begins, begin), len(self.tokens)):
            if self.tokens[number].text not in light:
                return self._ends[number]
        return self.end + 1

    def reach_back(self, end: int, light: Container[str]) -> int:
        """How early a mention may end that only light words part from a page offset."""
        number = bisect_right(self._ends, end)
        while number and self.tokens[number - 1].text in light:
            number -= 1
        return self._begins[number - 1] + 1 if number else self.begin

    def starting(self, begin: int, end: int) -> list[int]:
        """The places of the mentions that begin from one page offset up to another, in order."""
        size, starts, places = self._starts
        if size != len(self.mentions):
            # Compositions only add mentions, and each wants to know what stands beside it.
            places = sorted(range(len(self.mentions)), key=lambda n: self.mentions[n].begin)
            starts = [self.mentions[place].begin for place in places]
            self._starts = (len(self.mentions), starts, places)
        return sorted(places[bisect_left(starts, begin) : bisect_left(starts, end)])

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
        by_kind = self._by_kind
        for place, mention in enumerate(self.mentions):
            for kind in mention.kinds:
                if kind in by_kind:
                    by_kind[kind].append(place)
                else:
                    by_kind[kind] = [place]
        self.kinds = set(by_kind)

    def add(self, mention: Mention) -> None:
        """Add a mention after all others."""
        place = len(self.mentions)
        self.mentions.append(mention)
        for kind in mention.kinds:
            self._by_kind.setdefault(kind, []).append(place)
        self.kinds |= mention.kinds
        if self._here:
            self._here.setdefault((mention.begin, mention.value), []).append(mention)

    def has(self, mention: Mention) -> bool:
        """Whether a mention stands here already that says the same."""
        if not self._here:
            for m in self.mentions:
                self._here.setdefault((m.begin, m.value), []).append(m)
        return any(mention.same_as(m) for m in self._here.get((mention.begin, mention.value), ()))

    def of_kinds(self, kinds: Iterable[str]) -> list[Mention]:
        """The mentions of any of the kinds, in order."""
        lists = [self._by_kind[kind] for kind in kinds if kind in self._by_kind]
        places = lists[0] if len(lists) == 1 else sorted({p for places in lists for p in places})
        return [self.mentions[place] for place in places]


def read_sentence(begin: int, text: str, scan: Scan, lexicon: Lexicon, context: Context) -> Reading:
    """The mentions of one sentence, before compositions; anaphora lean on the context."""
    folded = scan.folded
    reading = Reading(begin, begin + len(text), folded, scan.tokens, [], text)
    dates = list(_dates(reading, lexicon, context))
    names = [m for m in _names(reading, scan.found, lexicon) if not _inside(m, dates)]
    numbers = [
        Mention(
            a.begin, a.end, a.kinds, a.digits, a.roles, unit=a.unit.value if a.unit else None,
            power=a.power, leans_on=a.unit.leans_on if a.unit else None,
        )
        for a in find_amounts(reading, lexicon, dates, names, context.unit)
    ]  # fmt: skip
    durations = [
        Mention(begin + c.begin, begin + c.end, frozenset({"duration"}), c.value)
        for c in find_durations(folded, lexicon.language)
    ]
    ordinals = [
        Mention(begin + c.begin, begin + c.end, frozenset({"ordinal"}), c.value)
        for c in find_ordinals(folded, lexicon.language)
    ]
    ordinals = [
        m for m in ordinals if not _inside(m, dates) and not _touches(m.begin, m.end, durations)
    ]
    numbers = [
        m
        for m in numbers
        if not _touches(m.begin, m.end, ordinals) and not _touches(m.begin, m.end, durations)
    ]
    mentions = [*dates, *names, *numbers, *durations, *ordinals]
    reading.mentions = sorted(resolve(mentions, context, lexicon), key=place_of)
    return reading


def place_of(m: Mention) -> tuple[int, int, list[str], str]:
    """The key that puts mentions in order of the page, the longer first."""
    return m.begin, -m.end, _in_order(m.kinds), str(m.value)


@lru_cache(maxsize=5_000)
def _in_order(kinds: frozenset[str]) -> list[str]:
    return sorted(kinds)


def _inside(mention: Mention, others: Sequence[Mention]) -> bool:
    """Whether one of the others, which stand in order and do not overlap, holds the mention."""
    last = bisect_right(others, mention.begin, key=BEGIN)
    return last > 0 and mention.end <= others[last - 1].end


def _touches(begin: int, end: int, others: Sequence[Mention]) -> bool:
    """Whether one of the others, which stand in order and do not overlap, overlaps the span."""
    last = bisect_left(others, end, key=BEGIN)
    return last > 0 and begin < others[last - 1].end


def _dates(reading: Reading, lexicon: Lexicon, context: Context) -> Iterator[Mention]:
    last = context.year()
    headed = context.headed_year() is not None
    year = last[0] if last else None
    for found in find_dates(reading.folded, lexicon.language, year, bare_months=headed):
        roles = frozenset({found.bound}) if found.bound else frozenset()
        kinds = frozenset({"date", found.bound or "plain-date"})
        kinds |= {"day"} if found.span.first == found.span.last else set()
        begin, end = reading.begin + found.begin, reading.begin + found.end
        leans_on = last[1] if last and found.year_assumed else None
        yield Mention(begin, end, kinds, found.span.edtf, roles, found.span, leans_on=leans_on)


def _names(reading: Reading, names: list[Found], lexicon: Lexicon) -> Iterator[Mention]:
    tokens, start = reading.tokens, reading.begin
    rules = lexicon.language.tables["cities"]
    for found in names:
        entry = found.entry
        if "Place" in entry.kinds and _is_no_place(found, tokens, lexicon.language.tables):
            continue
        if "world-city" in entry.kinds and not _is_city(found, tokens, rules):
            continue
        begin, end = start + tokens[found.first].begin, start + tokens[found.last].end
        yield Mention(begin, end, entry.kinds, entry.value, found.roles, entry=entry)


def _is_no_place(found: Found, tokens: list[Token], tables: Mapping[str, Any]) -> bool:
    """Whether what could be a form of a place's name is another word here, or part of a name."""
    if tokens[found.first].text in tables.get("no_place_words", ()):
        return True
    if "Adjective" in found.entry.kinds:
        after = tokens[found.last + 1].lemmas if found.last + 1 < len(tokens) else {}
        if any(word in after for word in tables.get("no_adjective_before", ())):
            return True
    elif found.roles and found.roles.issubset(tables.get("no_place_cases", ())):
        return True
    before = tokens[found.first - 1].text if found.first else ""
    return before in tables.get("given_names", ())


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


def coordinated(reading: Reading, left: Mention, right: Mention, lexicon: Lexicon) -> bool:
    """Whether only "and", commas, hyphens, and the like stand between two mentions."""
    gap = reading.tokens_from(left.end, right.begin)
    if right.begin < left.end or not gap:
        return False
    light, skipped = light_words(lexicon.language)
    tokens = reading.tokens
    if not all(tokens[number].text in light for number in gap):
        return False
    # Without case endings "In Ankara, Georgia signed" is no list, and "the Ministry of" none either.
    governed = bool(lexicon.language.tables.get("prepositions"))
    return not (governed and all(tokens[number].text in skipped for number in gap))


@cache
def light_words(language: Language) -> tuple[frozenset[str], frozenset[str]]:
    """What may stand between the members of a list, and what of it makes no list by itself."""
    skipped = frozenset(language.tables["skipped_in_lists"])
    return skipped.union(SIGNS, language.tables["coordinators"]), skipped
