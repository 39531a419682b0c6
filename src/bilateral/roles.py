"""The roles of mentions that the words around them say, and which mentions are meant by themselves.

A case ending gives a mention its first roles (`lexicon`). Here it gains those of the word after it
(postpositions), or those of the words before it (prepositions), and shares those of the mentions
that it is joined with.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bilateral.mentions import SIGNS, Mention, Reading, coordinated, place_of, with_roles
from bilateral.parts import COMMON, divide, part_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bilateral.lexicon import Lexicon

FRAMES = frozenset(
    {"whole", "quote", "heading", "empty-heading", "subject", "url"}
)  # names stand in them
MEASURES = frozenset({"quantity", "unit", "currency"})
TRANSPARENT = frozenset(
    {"Adjective", "place-word"}
)  # the noun that they belong to comes after them
MOST_ADJECTIVES = 3


def settle(reading: Reading, lexicon: Lexicon) -> None:
    """Mark the reading's nested mentions, and give all of them roles and clauses."""
    merged: dict[tuple[object, ...], Mention] = {}
    for m in reading.mentions:
        key = (m.begin, m.end, m.kinds, m.value, m.leans_on)
        known = merged.get(key)
        merged[key] = m if known is None else replace(known, roles=known.roles | m.roles)
    ordered = sorted(merged.values(), key=place_of)
    longest: list[Mention] = []
    reading.mentions = []
    governed = "prepositions" in lexicon.language.tables
    for mention in ordered:
        while longest and longest[-1].end <= mention.begin:
            longest.pop()
        around = [
            o
            for o in longest
            if o.end - o.begin > mention.end - mention.begin and o.end >= mention.end
        ]
        if mention.is_a({"Place"}) and any(o.is_a(MEASURES) for o in around):
            continue  # US dollars name a currency, not a state
        # Inside an entity's name nothing is meant by itself; inside a longer phrase it may be.
        outer = any(
            (o.value or "").startswith("id:") or not o.kinds.isdisjoint(mention.kinds)
            for o in around
        ) or (governed and _names_a_composed_one(mention, ordered))
        if mention.kinds.isdisjoint(FRAMES):
            longest.append(mention)
        reading.mentions.append(replace(mention, nested=True) if outer else mention)
    reading.mentions = _with_clauses(reading, lexicon)
    reading.mentions = _with_shared_cases(reading)
    reading.mentions = _with_postpositions(reading, lexicon)
    if governed:
        reading.mentions = _with_prepositions(reading, lexicon)
    reading.mentions.sort(key=place_of)


def _names_a_composed_one(mention: Mention, others: list[Mention]) -> bool:
    """Whether a state's name stands for one of its offices here ("Presidents of Georgia and Türkiye")."""
    return mention.is_a({"Country"}) and any(
        o.entry is not None
        and o.entry.origin == "composed"
        and (o.begin, o.end) == (mention.begin, mention.end)
        and o.value != mention.value
        for o in others
    )


def _with_clauses(reading: Reading, lexicon: Lexicon) -> list[Mention]:
    words = lexicon.language.tables["clause_words"]
    starts = [
        following.begin + reading.begin
        for sign, following in pairwise(reading.tokens)
        if sign.text in {",", ";", "-"} and _is_word(following.text, words)
    ]
    parts, opening = divide(reading, lexicon.language.tables)
    if not starts and not parts and opening == reading.begin:
        return reading.mentions
    return [
        replace(
            m,
            clause=bisect_right(starts, m.begin),
            part=part_of(m.begin, parts, opening) if m.kinds.isdisjoint(FRAMES) else COMMON,
        )
        for m in reading.mentions
    ]


def _is_word(text: str, words: Iterable[str]) -> bool:
    return any(text == w or (w[-1] == "*" and text.startswith(w[:-1])) for w in words)


def _with_shared_cases(reading: Reading) -> list[Mention]:
    """Mentions joined by hyphens take the last one's case; those in brackets that before them."""
    mentions = [m for m in reading.mentions if not m.nested]
    shared: dict[Mention, frozenset[str]] = {}
    pairs = list(pairwise(mentions))
    for left, right in reversed(pairs):
        gap = reading.between(left, right)
        touching = left.end + 1 == right.begin and gap == ["-"]
        if touching and left.entry and right.entry:
            shared[left] = left.roles | shared.get(right, right.roles)
    for left, right in pairs:
        gap = [text for text in reading.between(left, right) if text.strip('"')]
        if gap == ["("] and left.entry and right.entry:
            shared[right] = right.roles | shared.get(left, left.roles) | {"apposed"}
    return [with_roles(m, shared[m]) if m in shared else m for m in reading.mentions]


def _with_postpositions(reading: Reading, lexicon: Lexicon) -> list[Mention]:
    """Mentions with the role that the word after them gives: X's direction, between X and Y."""
    table = lexicon.language.tables.get("postpositions", {})
    gained: dict[Mention, set[str]] = {}
    outer = [m for m in reading.mentions if not m.nested and (m.entry or m.value)]
    for index, token in enumerate(reading.tokens):
        rule = table.get(token.text)
        if rule is None:
            continue
        end = token.begin + reading.begin
        before = [m for m in outer if m.end <= end]
        if not before:
            continue
        nearest = max(m.end for m in before)
        signs = [t.text for t in reading.tokens[:index] if t.begin + reading.begin >= nearest]
        tables = lexicon.language.tables
        skipped = {*SIGNS, *tables["skipped_in_lists"], *tables["coordinators"]}
        heads = [m for m in before if m.end == nearest]
        if any(text not in skipped for text in signs):
            heads = []
        group = _group(heads, before, reading, lexicon) if rule.get("spread") else heads
        if rule["role"] == "between" and not _is_plural(group):
            group = _pair_before(end, before, reading, lexicon)
        for mention in group:
            if mention.roles.isdisjoint(rule["case"]) and mention.entry is not None:
                continue
            gained.setdefault(mention, set()).add(rule["role"])
    return [with_roles(m, m.roles | gained[m]) if m in gained else m for m in reading.mentions]


def _is_plural(group: list[Mention]) -> bool:
    return len({m.value for m in group}) > 1 or any("both" in m.roles for m in group)


def _group(
    heads: list[Mention], before: list[Mention], reading: Reading, lexicon: Lexicon
) -> list[Mention]:
    """The heads and all mentions that are coordinated with them, to the left."""
    group = list(heads)
    grown = bool(heads)
    while grown:
        first = min(m.begin for m in group)
        left_most = next(m for m in group if m.begin == first)
        grown = False
        for mention in before:
            alike = mention not in group and mention.end <= first
            if alike and coordinated(reading, mention, left_most, lexicon):
                if not _same_sort(mention, left_most):
                    continue
                group.append(mention)
                grown = True
    return group


def _same_sort(left: Mention, right: Mention) -> bool:
    """Whether two mentions can be one list: both entities, or words of one group."""
    entities = (left.value or "").startswith("id:") and (right.value or "").startswith("id:")
    return entities or not left.kinds.isdisjoint(right.kinds)


def _pair_before(
    end: int, before: list[Mention], reading: Reading, lexicon: Lexicon
) -> list[Mention]:
    """The two or more entities of "X-სა და Y-ს … შორის" when other words stand among them."""
    tables = lexicon.language.tables
    words = [t for t in reading.tokens if t.end + reading.begin <= end]
    joint = next((t for t in reversed(words) if t.text in tables["conjunctions"]), None)
    if joint is None:
        return []
    place = joint.begin + reading.begin
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


def _with_prepositions(reading: Reading, lexicon: Lexicon) -> list[Mention]:
    """Mentions with the role that the words before them give: with X, between X and Y, in X and Y.

    A name that no preposition governs keeps its bare role; a governed one loses it.
    """
    outer = [
        m
        for m in reading.mentions
        if not m.nested and (m.entry or m.value or m.span) and m.kinds.isdisjoint(FRAMES)
    ]
    gained: dict[Mention, set[str]] = {}
    for last, rule in _prepositions(reading, lexicon):
        heads = _governed(last, outer, reading, lexicon)
        group = _joined(heads, outer, reading, lexicon, pair=bool(rule.get("pair")))
        if rule.get("pair") and not _is_plural(group):
            group = _pair_after(heads, outer, reading, lexicon)
        for mention in group:
            gained.setdefault(mention, set()).add(rule["role"])
    return [
        replace(m, roles=(m.roles - {"nom"}) | gained[m]) if m in gained else m
        for m in reading.mentions
    ]


def _prepositions(reading: Reading, lexicon: Lexicon) -> list[tuple[int, dict[str, Any]]]:
    """The index of each preposition's last token, with what the language says of it."""
    table = lexicon.language.tables["prepositions"]
    by_first = _by_first_word(lexicon)
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


def _by_first_word(lexicon: Lexicon) -> dict[str, list[list[str]]]:
    if not lexicon.prepositions:
        for preposition in lexicon.language.tables["prepositions"]:
            words = preposition.split()
            lexicon.prepositions.setdefault(words[0], []).append(words)
    return lexicon.prepositions


def _governed(last: int, outer: list[Mention], reading: Reading, lexicon: Lexicon) -> list[Mention]:
    """The mentions that the preposition ending at a token governs: the first noun after it."""
    tables = lexicon.language.tables
    begin = reading.tokens[last].end + reading.begin
    heads: list[Mention] = []
    for _ in range(MOST_ADJECTIVES):
        following = [m for m in outer if m.begin >= begin]
        if not following:
            break
        first = min(m.begin for m in following)
        gap = [
            t.text
            for t in reading.tokens
            if t.begin + reading.begin >= begin and t.end + reading.begin <= first
        ]
        words = [text for text in gap if text not in tables["articles"] and text.strip('"')]
        stops = {*tables["coordinators"], *_by_first_word(lexicon)} - {*tables["links"]}
        if len(words) > tables["governed_within"] or any(
            text in stops or not text[0].isalnum() for text in words
        ):
            break
        found = [m for m in following if m.begin == first]
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
    heads: list[Mention], outer: list[Mention], reading: Reading, lexicon: Lexicon, *, pair: bool
) -> list[Mention]:
    """The heads and what is joined to them on the right: a list that ends in "and"."""
    group, kept = list(heads), len(heads)
    conjunctions = set(lexicon.language.tables["conjunctions"])
    while group:
        last = max(group, key=lambda m: m.end)
        following = [
            m
            for m in outer
            if m.begin >= last.end
            and _alike(last, m, pair=pair)
            and coordinated(reading, last, m, lexicon)
        ]
        if not following:
            break
        nearest = min(m.begin for m in following)
        found = [m for m in following if m.begin == nearest]
        group += found
        if not conjunctions.isdisjoint(reading.between(last, found[0])):
            kept = len(group)
    return group[:kept]


def _pair_after(
    heads: list[Mention], outer: list[Mention], reading: Reading, lexicon: Lexicon
) -> list[Mention]:
    """The two entities of "between X … and Y …" when other words stand among them."""
    if not heads:
        return []
    conjunctions = lexicon.language.tables["conjunctions"]
    start = max(m.end for m in heads)
    stops = [
        m.begin for m in outer if m.begin >= start and m.is_a({"sign", "date", "hold", "agreement"})
    ]
    end = min(stops, default=reading.end)
    entities = [m for m in outer if (m.value or "").startswith("id:") and start <= m.begin < end]
    for token in reading.tokens:
        place = token.begin + reading.begin
        if start <= place < end and token.text in conjunctions:
            right = [m for m in entities if m.begin > place]
            if right:
                first = min(m.begin for m in right)
                return heads + [m for m in right if m.begin == first]
    return []
