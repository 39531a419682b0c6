"""Longer names from neighbouring mentions: "the President of" a country, "X" project, A–B railway.

A composition is a rule with *parts*: mentions that must touch, in the order of the page. A part may
take a list ("of Georgia, Azerbaijan, and Romania"), then one name is made for each member; or up
to so many words that no lexicon knows. What it makes and no lexicon has is a *proposal*.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from bilateral.mentions import Mention, coordinated, light_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bilateral.language import Language
    from bilateral.lexicon import Lexicon
    from bilateral.mentions import Reading
    from bilateral.patterns import Want
    from bilateral.rules import Rule

LIGHT = frozenset({'"', '""', '"""', "-"})
HEADS = frozenset({"ministry-word", "organisation-kind", "Actor"})
STOPS = frozenset(
    {
        "Country", "date", "sign", "hold", "quantity", "grow", "fall", "visit-verb", "office",
        "participate",
    }
)  # fmt: skip


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
    name, want = rule.parts[0]
    # Nesting is not known yet: names are what it is decided by.
    for mention in list(reading.mentions):
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
    if want.inside:
        within = parts[want.inside][-1]
        beside = (reading.mentions[n] for n in reading.starting(within.begin, within.end + 1))
        touching = [m for m in beside if want.suits(m) and m.end <= within.end][-1:]
    else:
        touching = list(islice(_touching(want, last, reading, lexicon), 1))
    for mention in touching:
        found = _listed(want, mention, reading, lexicon)
        grown = {**parts, name: found}
        yield from _grow(rule, position + 1, grown, found[-1], reading, lexicon)
    if not touching and want.optional:
        yield from _grow(rule, position + 1, parts, last, reading, lexicon)


def _touching(want: Want, left: Mention, reading: Reading, lexicon: Lexicon) -> Iterator[Mention]:
    """The mentions that suit a part and touch what stands before it, but for so many words."""
    light = _light(lexicon.language)
    end = reading.reach(left.end, light)
    stops: list[int] = []
    if want.words is not None:
        end = _word_reach(left.end, want.words, reading, light, lexicon.language)
        between = (reading.mentions[n] for n in reading.starting(left.end, end))
        joined = lexicon.language.tables.get("conjunctions", ())
        for m in between:
            # "The Ministry of X and the Museum of Y" are two names.
            token = reading.token_after(m.end) if m.is_a(HEADS) else None
            two = token is not None and token.text in joined
            if two or (m.is_a(STOPS) and not m.is_a({"Adjective"})):
                stops.append(m.end)
    first_stop = min(stops, default=end)
    for place in reading.starting(left.end, end):
        mention = reading.mentions[place]
        if want.suits(mention) and mention.begin < first_stop:
            yield mention


@cache
def _light(language: Language) -> frozenset[str]:
    return LIGHT.union(language.tables.get("links", ()))


def _word_reach(
    begin: int, words: int, reading: Reading, light: frozenset[str], language: Language
) -> int:
    """How far a mention may begin that at most so many words part from a page offset.

    Words that can be no part of a name (`no_name_words` of the language) end the reach.
    """
    table = language.tables.get("no_name_words", {})
    strange, alone = frozenset(table.get("roles", ())), frozenset(table.get("words", ()))
    for number in reading.tokens_from(begin, reading.end):
        text = reading.tokens[number].text
        if text in light:
            continue
        roles = frozenset().union(*reading.tokens[number].lemmas.values()) if strange else strange
        if (
            not words
            or not text.replace("-", "").isalpha()
            or text in alone
            or (roles and roles <= strange)
        ):
            return reading.begin + reading.tokens[number].end
        words -= 1
    return reading.end + 1


def _listed(want: Want, first: Mention, reading: Reading, lexicon: Lexicon) -> tuple[Mention, ...]:
    if not want.list:
        return (first,)
    if "both" in first.roles:
        # "Both countries" are two that stand in one place.
        return tuple(
            m
            for m in (reading.mentions[n] for n in reading.starting(first.begin, first.begin + 1))
            if m.end == first.end and "both" in m.roles and want.suits(m)
        )
    light, _ = light_words(lexicon.language)
    found, last = [first], -1
    while True:
        left = found[-1]
        for place in reading.starting(left.end, reading.reach(left.end, light)):
            mention = reading.mentions[place]
            # The members stand in the order of the reading's mentions.
            if (
                place > last
                and want.suits(mention)
                and coordinated(reading, left, mention, lexicon)
            ):
                found.append(mention)
                last = place
                break
        else:
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
    kinds = {kind for m in reading.mentions for kind in m.kinds}
    for rule in rules:
        if not rule.could_read(kinds):
            continue
        found = sorted(compose(rule, reading, lexicon), key=lambda c: (c.begin - c.end, c.begin))
        entities = [m for m in reading.mentions if m.entry and (m.value or "").startswith("id:")]
        taken: list[Composed] = []
        covered = bytearray(reading.end - reading.begin)
        for composed in found:
            first, last = composed.begin - reading.begin, composed.end - reading.begin
            if covered.find(1, first, last) >= 0 or _is_known(composed, entities):
                continue
            taken.append(composed)
            covered[first:last] = b"\x01" * (last - first)
        for composed in taken:
            named = name(composed)
            reading.mentions += named
            kinds.update(*(m.kinds for m in named))


def _is_known(composed: Composed, entities: list[Mention]) -> bool:
    """Whether the lexicon has a name for the same words or more of them."""
    parts = {(part.begin, part.end) for found in composed.parts.values() for part in found}
    for m in entities:
        inside = [p for p in parts if m.begin <= p[0] and p[1] <= m.end]
        if len(inside) > 1 or (m.begin <= composed.begin and composed.end <= m.end):
            return True
    return False
