"""What reading one sentence may lean on: the page's two states and the sentences before it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bilateral.amounts import Unit
    from bilateral.lexicon import Lexicon
    from bilateral.mentions import Mention, Reading

SENTENCES_BACK = 8  # further back, "this project" is more often another one than the right one


# Code points. An anaphor of an anaphor leans on what the first one leans on; without an end a page of
# them would have passages whose lengths grow with the square of its own.
FARTHEST = 8_000


@dataclass(slots=True)
class Context:
    """The page's reporter and partner (CURIEs) and the latest readings, newest first."""

    source: str
    reporter: str | None
    partner: str | None
    readings: deque[Reading] = field(default_factory=lambda: deque(maxlen=SENTENCES_BACK))
    section: int | None = None
    heading: Reading | None = None
    unit: Unit | None = None

    def headed_year(self) -> tuple[int, tuple[int, int]] | None:
        """The year that the latest heading is, where it is nothing else, with that heading."""
        heading = self.heading
        for m in heading.mentions if heading else ():
            words = heading.folded.strip(" :-.") if heading else ""
            if heading and m.span and m.span.edtf.isdigit() and m.end - m.begin >= len(words) - 1:
                return m.span.first.year, (heading.begin, heading.end)
        return None

    def year(self) -> tuple[int, tuple[int, int]] | None:
        """The year of the heading or else last mentioned, with the sentence that mentions it."""
        headed = self.headed_year()
        if headed:
            return headed
        for reading in self.readings:
            latest = _latest(reading, "date", _is_dated)
            if latest is not None and latest.span is not None:
                return latest.span.first.year, (reading.begin, reading.end)
        return None


def _latest(reading: Reading, kind: str, wanted: Callable[[Mention], bool]) -> Mention | None:
    """The last mention of a kind in a sentence that is read, looked for once."""
    key = f"{kind} {wanted.__name__}"
    if key not in reading.latest:
        found = (m for m in reversed(reading.of_kinds([kind])) if wanted(m))
        reading.latest[key] = next(found, None)
    return reading.latest[key]


def _is_dated(mention: Mention) -> bool:
    return mention.span is not None


def resolve(mentions: Iterable[Mention], context: Context, lexicon: Lexicon) -> list[Mention]:
    """The mentions, with those that stand for earlier ones made into what they stand for."""
    given = list(mentions)
    resolved: list[Mention] = []
    for mention in given:
        if "anaphor" not in mention.kinds:
            resolved.append(mention)
        elif mention.value == "both-states":
            resolved += _states(mention, context, lexicon)
        elif not _is_here(mention, given):
            resolved.append(_antecedent(mention, context) or mention)
    return resolved


def _is_here(mention: Mention, given: list[Mention]) -> bool:
    """Whether what the mention stands for is named before it in the same sentence."""
    wanted = str(mention.value)
    return any(
        wanted in m.kinds and m.end <= mention.begin and _is_thing(m) and "anaphor" not in m.kinds
        for m in given
    )


def _states(mention: Mention, context: Context, lexicon: Lexicon) -> list[Mention]:
    found = []
    for state in (context.reporter, context.partner):
        entry = lexicon.entries.get(state or "")
        if entry is not None:
            roles = mention.roles | {"both"}
            found.append(
                replace(mention, kinds=entry.kinds, value=entry.value, entry=entry, roles=roles)
            )
    return found


def _antecedent(mention: Mention, context: Context) -> Mention | None:
    """What "this project" or "the said period" stands for: the nearest earlier of that kind."""
    for reading in context.readings:
        nearest = _latest(reading, str(mention.value), _is_outer_thing)
        if nearest is None:
            continue
        leans_on = nearest.leans_on or (reading.begin, reading.end)
        if mention.end - leans_on[0] > FARTHEST:
            return None
        return replace(
            nearest,
            kinds=nearest.kinds - {"made"},
            begin=mention.begin,
            end=mention.end,
            roles=mention.roles | {"anaphor"},
            leans_on=leans_on,
        )
    return None


def _is_outer_thing(mention: Mention) -> bool:
    return not mention.nested and _is_thing(mention)


def _is_thing(mention: Mention) -> bool:
    return mention.span is not None or (mention.value or "").startswith("id:")
