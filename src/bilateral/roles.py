"""The roles of mentions that the words around them say, and which mentions are meant by themselves.

A case ending gives a mention its first roles (`lexicon`). Here it gains those of the word after it
(postpositions), or those of the words before it (prepositions), and shares those of the mentions
that it is joined with.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bilateral.cases import bracket, share_cases, tell_genitives
from bilateral.mentions import Mention, Reading, coordinated, light_words, place_of
from bilateral.parts import COMMON, divide, part_of

if TYPE_CHECKING:
    from bilateral.language import Language
    from bilateral.lexicon import Lexicon

FRAMES = frozenset(
    {"whole", "quote", "heading", "empty-heading", "subject", "url"}
)  # names stand in them
CLAUSE_SIGNS = frozenset({",", ";", "-"})
MEASURES = frozenset({"unit", "currency"})
TRANSPARENT = frozenset(
    {"Adjective", "place-word"}
)  # the noun that they belong to comes after them
MOST_ADJECTIVES = 3


def settle(reading: Reading, lexicon: Lexicon) -> None:
    """Mark the reading's nested mentions, and give all of them roles and clauses."""
    merged: dict[tuple[object, ...], Mention] = {}
    for m in reading.mentions:
        known = merged.setdefault((m.begin, m.end, m.kinds, m.value, m.leans_on), m)
        if known is not m:
            known.roles |= m.roles
    ordered = sorted(merged.values(), key=place_of)
    composed = _composed(ordered) if "prepositions" in lexicon.language.tables else {}
    around: list[Mention] = []
    phrases = frozenset(lexicon.language.tables.get("phrases", ()))
    reading.mentions = []
    for mention in ordered:
        around = [o for o in around if o.end > mention.begin]
        longer = [
            o
            for o in around
            if o.end >= mention.end and o.end - o.begin > mention.end - mention.begin
        ]
        if longer:
            if "Place" in mention.kinds and any(o.is_a(MEASURES) for o in longer):
                continue  # US dollars name a currency, not a state
            # Inside an entity's name nothing is meant by itself; inside a longer phrase it may be.
            mention.nested = any(
                (o.value or "").startswith("id:")
                or not o.kinds.isdisjoint(mention.kinds)
                or not o.kinds.isdisjoint(phrases)
                for o in longer
            )
        if composed and "Country" in mention.kinds:
            # "The Presidents of Georgia and Türkiye": the state's name stands for an office.
            others = composed.get((mention.begin, mention.end), set())
            mention.nested = mention.nested or bool(others - {mention.value})
        if mention.kinds.isdisjoint(FRAMES):
            around.append(mention)
        reading.mentions.append(mention)
    _divide(reading, lexicon)
    tell_genitives(reading, lexicon.language)
    share_cases(reading)
    bracket(reading, FRAMES)
    if "postpositions" in lexicon.language.tables:
        _read_postpositions(reading, lexicon)
    if "prepositions" in lexicon.language.tables:
        _read_prepositions(reading, lexicon)
    reading.mentions.sort(key=place_of)


def _composed(mentions: list[Mention]) -> dict[tuple[int, int], set[str | None]]:
    """What composed names stand for, by their places."""
    found: dict[tuple[int, int], set[str | None]] = {}
    for m in mentions:
        if m.entry is not None and m.entry.origin == "composed":
            found.setdefault((m.begin, m.end), set()).add(m.value)
    return found


def _divide(reading: Reading, lexicon: Lexicon) -> None:
    """Give the mentions their clauses and parts."""
    words, prefixes = _clause_words(lexicon.language)
    starts = [
        following.begin + reading.begin
        for sign, following in pairwise(reading.tokens)
        if sign.text in CLAUSE_SIGNS
        and (following.text in words or following.text.startswith(prefixes))
    ]
    parts, opening = divide(reading, lexicon.language.tables)
    if not starts and not parts and opening == reading.begin:
        return
    for m in reading.mentions:
        m.clause = bisect_right(starts, m.begin)
        m.part = part_of(m.begin, parts, opening) if m.kinds.isdisjoint(FRAMES) else COMMON


@cache
def _clause_words(language: Language) -> tuple[frozenset[str], tuple[str, ...]]:
    words: list[str] = language.tables["clause_words"]
    prefixes = tuple(word[:-1] for word in words if word.endswith("*"))
    return frozenset(words), prefixes


class Outer:
    """The mentions of a reading that are meant by themselves, found by where they begin and end."""

    def __init__(self, mentions: list[Mention]) -> None:
        self.mentions = mentions
        self._by_begin = sorted(range(len(mentions)), key=lambda n: mentions[n].begin)
        self._by_end = sorted(range(len(mentions)), key=lambda n: mentions[n].end)
        self._begins = [mentions[n].begin for n in self._by_begin]
        self._ends = [mentions[n].end for n in self._by_end]

    def ending(self, first: int, last: int) -> list[Mention]:
        """Those that end from one offset to another, both inclusive, in their order."""
        found = self._by_end[bisect_left(self._ends, first) : bisect_right(self._ends, last)]
        return [self.mentions[n] for n in sorted(found)]

    def beginning(self, first: int, last: int) -> list[Mention]:
        """Those that begin from one offset to another, both inclusive, in their order."""
        found = self._by_begin[bisect_left(self._begins, first) : bisect_right(self._begins, last)]
        return [self.mentions[n] for n in sorted(found)]

    def last_end(self, offset: int) -> int | None:
        """Where the last of them ends that ends by an offset."""
        place = bisect_right(self._ends, offset)
        return self._ends[place - 1] if place else None

    def next_begin(self, offset: int) -> int | None:
        """Where the first of them begins that begins at or after an offset."""
        place = bisect_left(self._begins, offset)
        return self._begins[place] if place < len(self._begins) else None


def _read_postpositions(reading: Reading, lexicon: Lexicon) -> None:
    """Give mentions the role that the word after them gives: X's direction, between X and Y."""
    table = lexicon.language.tables["postpositions"]
    words = [token for token in reading.tokens if token.text in table]
    if not words:
        return
    light, _ = light_words(lexicon.language)
    gained: dict[Mention, set[str]] = {}
    outer = Outer([m for m in reading.mentions if not m.nested and (m.entry or m.value)])
    for token in words:
        rule = table[token.text]
        end = token.begin + reading.begin
        nearest = outer.last_end(end)
        if nearest is None:
            continue
        heads = outer.ending(nearest, nearest)
        if any(reading.tokens[n].text not in light for n in reading.tokens_from(nearest, end)):
            heads = []
        group = _group(heads, outer, reading, lexicon) if rule.get("spread") else heads
        if rule["role"] == "between" and not _is_plural(group):
            group = _pair_before(end, outer, reading, lexicon)
        for mention in group:
            if mention.roles.isdisjoint(rule["case"]) and mention.entry is not None:
                continue
            gained.setdefault(mention, set()).add(rule["role"])
    for mention, roles in gained.items():
        mention.roles |= roles


def _is_plural(group: list[Mention]) -> bool:
    return len({m.value for m in group}) > 1 or any("both" in m.roles for m in group)


def _group(heads: list[Mention], outer: Outer, reading: Reading, lexicon: Lexicon) -> list[Mention]:
    """The heads and all mentions that are coordinated with them, to the left."""
    light, _ = light_words(lexicon.language)
    group = list(heads)
    grown = bool(heads)
    while grown:
        first = min(m.begin for m in group)
        left_most = next(m for m in group if m.begin == first)
        grown = False
        for mention in outer.ending(reading.reach_back(first, light), first):
            if (
                mention not in group
                and coordinated(reading, mention, left_most, lexicon)
                and _same_sort(mention, left_most)
            ):
                group.append(mention)
                grown = True
    return group


def _same_sort(left: Mention, right: Mention) -> bool:
    """Whether two mentions can be one list: both entities, or words of one group."""
    entities = (left.value or "").startswith("id:") and (right.value or "").startswith("id:")
    return entities or not left.kinds.isdisjoint(right.kinds)


def _pair_before(end: int, outer: Outer, reading: Reading, lexicon: Lexicon) -> list[Mention]:
    """The two or more entities of "X-სა და Y-ს … შორის" when other words stand among them."""
    conjunctions = lexicon.language.tables["conjunctions"]
    numbers = reversed(reading.tokens_from(reading.begin, end))
    joint = next((n for n in numbers if reading.tokens[n].text in conjunctions), None)
    if joint is None:
        return []
    place = reading.tokens[joint].begin + reading.begin
    before = outer.ending(reading.begin, end)
    stops = [m.end for m in before if m.is_a({"sign", "date", "hold", "agreement"})]
    start = max((s for s in stops if s <= place), default=reading.begin)
    entities = [m for m in before if m.entry and (m.value or "").startswith("id:")]
    right = [m for m in entities if place < m.begin]
    left = [m for m in entities if start <= m.begin < place]
    chosen = []
    for side in (left, right):
        datives = [m for m in side if "dat" in m.roles]
        if not side:
            return []
        chosen.append((datives or side)[-1])
    return chosen


def _read_prepositions(reading: Reading, lexicon: Lexicon) -> None:
    """Give mentions the role that the words before them give: with X, between X and Y, in X and Y.

    A name that no preposition governs keeps its bare role; a governed one loses it.
    """
    prepositions = _prepositions(reading, lexicon)
    if not prepositions:
        return
    outer = Outer(
        [
            m
            for m in reading.mentions
            if not m.nested and (m.entry or m.value or m.span) and m.kinds.isdisjoint(FRAMES)
        ]
    )
    gained: dict[Mention, set[str]] = {}
    for last, rule in prepositions:
        heads = _governed(last, outer, reading, lexicon)
        group = _joined(heads, outer, reading, lexicon, pair=bool(rule.get("pair")))
        if rule.get("pair") and not _is_plural(group):
            group = _pair_after(heads, outer, reading, lexicon)
        for mention in group:
            gained.setdefault(mention, set()).add(rule["role"])
    for mention, roles in gained.items():
        mention.roles = (mention.roles - {"nom"}) | roles


def _prepositions(reading: Reading, lexicon: Lexicon) -> list[tuple[int, dict[str, Any]]]:
    """The index of each preposition's last token, with what the language says of it."""
    table = lexicon.language.tables["prepositions"]
    by_first = _by_first_word(lexicon.language)
    found = []
    index = 0
    texts = [t.text for t in reading.tokens]
    while index < len(texts):
        fitting = [w for w in by_first.get(texts[index], ()) if texts[index : index + len(w)] == w]
        if fitting:
            longest = max(fitting, key=len)
            found.append((index + len(longest) - 1, table[" ".join(longest)]))
            index += len(longest)
        else:
            index += 1
    return found


@cache
def _by_first_word(language: Language) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for preposition in language.tables["prepositions"]:
        words = preposition.split()
        found.setdefault(words[0], []).append(words)
    return found


@cache
def _stops(language: Language) -> frozenset[str]:
    """The words that no preposition governs over."""
    tables = language.tables
    return frozenset({*tables["coordinators"], *_by_first_word(language)} - {*tables["links"]})


def _governed(last: int, outer: Outer, reading: Reading, lexicon: Lexicon) -> list[Mention]:
    """The mentions that the preposition ending at a token governs: the first noun after it."""
    tables = lexicon.language.tables
    stops = _stops(lexicon.language)
    begin = reading.tokens[last].end + reading.begin
    heads: list[Mention] = []
    for _ in range(MOST_ADJECTIVES):
        first = outer.next_begin(begin)
        if first is None:
            break
        words = 0
        for number in reading.tokens_from(begin, first):
            text = reading.tokens[number].text
            if text not in tables["articles"] and text.strip('"'):
                words += 1
                if words > tables["governed_within"] or text in stops or not text[0].isalnum():
                    return heads
        found = outer.beginning(first, first)
        heads += found
        if not all(m.is_a(TRANSPARENT) for m in found):
            break
        begin = max(m.end for m in found)  # "with Turkish companies", "in the city of Batumi"
    return heads


def _alike(left: Mention, right: Mention, *, pair: bool) -> bool:
    """Whether two names can be one list: a city and the office after a comma are none."""
    shared = left.kinds & right.kinds
    return _same_sort(left, right) if pair else bool(shared - {"Place"})


def _joined(
    heads: list[Mention], outer: Outer, reading: Reading, lexicon: Lexicon, *, pair: bool
) -> list[Mention]:
    """The heads and what is joined to them on the right: a list that ends in "and"."""
    group, kept = list(heads), len(heads)
    conjunctions = set(lexicon.language.tables["conjunctions"])
    light, _ = light_words(lexicon.language)
    last = max(group, key=lambda m: m.end, default=None)
    while last is not None:
        following = [
            m
            for m in outer.beginning(last.end, reading.reach(last.end, light) - 1)
            if _alike(last, m, pair=pair) and coordinated(reading, last, m, lexicon)
        ]
        if not following:
            break
        nearest = min(m.begin for m in following)
        found = [m for m in following if m.begin == nearest]
        group += found
        if not conjunctions.isdisjoint(reading.between(last, found[0])):
            kept = len(group)
        last = max(found, key=lambda m: m.end)
    return group[:kept]


def _pair_after(
    heads: list[Mention], outer: Outer, reading: Reading, lexicon: Lexicon
) -> list[Mention]:
    """The two entities of "between X … and Y …" when other words stand among them."""
    if not heads:
        return []
    conjunctions = lexicon.language.tables["conjunctions"]
    start = max(m.end for m in heads)
    after = outer.beginning(start, reading.end)
    stops = [m.begin for m in after if m.is_a({"sign", "date", "hold", "agreement"})]
    end = min(stops, default=reading.end)
    entities = [m for m in after if (m.value or "").startswith("id:") and m.begin < end]
    for number in reading.tokens_from(start, reading.end):
        place = reading.tokens[number].begin + reading.begin
        if place >= end:
            break
        if reading.tokens[number].text in conjunctions:
            right = [m for m in entities if m.begin > place]
            if right:
                first = min(m.begin for m in right)
                return heads + [m for m in right if m.begin == first]
    return []
