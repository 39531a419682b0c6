"""Longer names from neighbouring mentions: "the President of" a country, "X" project, A–B railway.

A composition is a rule with *parts*: mentions that must touch, in the order of the page. A part may
take a list ("of Georgia, Azerbaijan, and Romania"), then one name is made for each member; or up
to so many words that no lexicon knows. What it makes and no lexicon has is a *proposal*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bilateral.mentions import Mention, coordinated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bilateral.lexicon import Lexicon
    from bilateral.mentions import Reading
    from bilateral.patterns import Want
    from bilateral.rules import Rule

LIGHT = frozenset({'"', '""', '"""', "-"})
STOPS = frozenset(
    {"date", "sign", "hold", "quantity", "grow", "fall", "visit-verb", "office", "participate"}
)


@dataclass(frozen=True, slots=True)
class Composed:
    """The parts of one composed name, by slot name, and its span."""

    rule: Rule
    parts: dict[str, tuple[Mention, ...]]
    begin: int
    end: int

    @property
    def head(self) -> Mention:
        """The part whose case ending is the whole name's: the last noun."""
        name = self.rule.make.at if self.rule.make else self.rule.parts[-1][0]
        return self.parts[name][0]


def compose(rule: Rule, reading: Reading, lexicon: Lexicon) -> Iterator[Composed]:
    """Every place in a reading where a composition's parts touch."""
    # Nesting is not known yet: names are what it is decided by.
    for mention in list(reading.mentions):
        name, want = rule.parts[0]
        if want.suits(mention):
            first = _listed(want, mention, reading, lexicon)
            yield from _grow(rule, 1, {name: first}, first[-1], reading, lexicon)


def _grow(
    rule: Rule,
    position: int,
    parts: dict[str, tuple[Mention, ...]],
    last: Mention,
    reading: Reading,
    lexicon: Lexicon,
) -> Iterator[Composed]:
    if position == len(rule.parts):
        begin = min(m.begin for found in parts.values() for m in found)
        end = max(m.end for found in parts.values() for m in found)
        yield Composed(rule, parts, begin, end)
        return
    name, want = rule.parts[position]
    touching = [
        m
        for m in reading.mentions
        if want.suits(m) and m.begin >= last.end and _touch(last, m, want.words, reading, lexicon)
    ]
    if want.inside:
        within = parts[want.inside][-1]
        touching = [
            m
            for m in reading.mentions
            if want.suits(m) and within.begin <= m.begin and m.end <= within.end
        ][-1:]
    for mention in touching[:1]:
        found = _listed(want, mention, reading, lexicon)
        grown = {**parts, name: found}
        yield from _grow(rule, position + 1, grown, found[-1], reading, lexicon)
    if not touching and want.optional:
        yield from _grow(rule, position + 1, parts, last, reading, lexicon)


def _touch(
    left: Mention, right: Mention, words: int | None, reading: Reading, lexicon: Lexicon
) -> bool:
    light = LIGHT.union(lexicon.language.tables.get("links", ()))
    gap = [text for text in reading.between(left, right) if text not in light]
    if words is None:
        return not gap
    if len(gap) > words or any(not text.replace("-", "").isalpha() for text in gap):
        return False
    return not any(
        m.is_a(STOPS) for m in reading.mentions if left.end <= m.begin and m.end <= right.begin
    )


def _listed(want: Want, first: Mention, reading: Reading, lexicon: Lexicon) -> tuple[Mention, ...]:
    found = [first]
    if want.list:
        for mention in reading.mentions:
            following = mention.begin >= found[-1].end and want.suits(mention)
            if following and coordinated(reading, found[-1], mention, lexicon):
                found.append(mention)
    return tuple(found)


def compose_all(
    rules: list[Rule],
    reading: Reading,
    lexicon: Lexicon,
    name: Callable[[Composed], list[Mention]],
) -> None:
    """Add to the reading every name that the rules compose, the longest of each place only.

    `name` makes the mentions of one composed name.
    """
    for rule in rules:
        if not rule.could_read({kind for m in reading.mentions for kind in m.kinds}):
            continue
        found = sorted(compose(rule, reading, lexicon), key=lambda c: (c.begin - c.end, c.begin))
        taken: list[Composed] = []
        for composed in found:
            if any(t.begin < composed.end and composed.begin < t.end for t in taken):
                continue
            if _is_known(composed, reading):
                continue
            taken.append(composed)
        for composed in taken:
            reading.mentions += name(composed)


def _is_known(composed: Composed, reading: Reading) -> bool:
    """Whether the lexicon has a name for the same words or more of them."""
    parts = [part for found in composed.parts.values() for part in found]
    for m in reading.mentions:
        if m.entry is None or not (m.value or "").startswith("id:"):
            continue
        inside = [p for p in parts if m.begin <= p.begin and p.end <= m.end]
        if len(inside) > 1 or (m.begin <= composed.begin and composed.end <= m.end):
            return True
    return False
