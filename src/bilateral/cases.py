"""The cases of mentions that their endings alone do not say, and what stands in brackets."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bilateral.language import Language
    from bilateral.mentions import Mention, Reading


def tell_genitives(reading: Reading, language: Language) -> None:
    """A place's name that could be genitive or dative is genitive right before what it possesses."""
    possessed = language.tables.get("possessed")
    if not possessed:
        return
    begins = {m.begin for m in reading.mentions if m.is_a(possessed)}
    for mention in reading.mentions:
        if "Place" in mention.kinds and mention.roles >= {"dat", "gen"}:
            after = reading.token_after(mention.end)
            if after is not None and after.begin + reading.begin in begins:
                mention.roles -= {"dat"}


def share_cases(reading: Reading) -> None:
    """Mentions joined by hyphens take the last one's case; those in brackets that before them."""
    mentions = [m for m in reading.mentions if not m.nested]
    shared: dict[Mention, frozenset[str]] = {}
    pairs = [
        (left, right, reading.between(left, right))
        for left, right in pairwise(mentions)
        if left.entry and right.entry
    ]
    for left, right, gap in reversed(pairs):
        if left.end + 1 == right.begin and gap == ["-"]:
            shared[left] = left.roles | shared.get(right, right.roles)
    for left, right, gap in pairs:
        if [text for text in gap if text.strip('"')] == ["("]:
            shared[right] = right.roles | shared.get(left, left.roles) | {"apposed"}
    for mention, roles in shared.items():
        mention.roles = roles


def bracket(reading: Reading, frames: frozenset[str]) -> None:
    """Give what stands in brackets the role of it: "the President's visit (Tbilisi, Batumi)"."""
    opened = [t.end for t in reading.tokens if t.text == "("]
    closed = [t.begin for t in reading.tokens if t.text == ")"]
    for mention in reading.mentions if opened else ():
        place = mention.begin - reading.begin
        before = bisect_right(opened, place)
        if before and mention.kinds.isdisjoint(frames):
            after = bisect_right(closed, opened[before - 1])
            if after == len(closed) or closed[after] > place:
                mention.roles |= {"bracketed"}
