"""Regular expressions of the data, each with what all its matches must have.

Most sentences have no date and hardly any has a duration; to see that a word or a digit is missing
costs a hundredth of what a search costs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAY_BE_ABSENT = re.compile(r"[?*]|\{0?,|\{0\}")
REPEATED = re.compile(r"[?*+]|\{\d*,?\d*\}")
GROUP = re.compile(r"\((?:\?(?:P<(?P<name>\w+)>|:|>|(?P<around><?[=!])))?")
CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")


@dataclass(slots=True)
class Sought:
    """A pattern, and what every match has: a digit, a word, these named groups."""

    pattern: re.Pattern[str]
    digit: bool
    word: str
    groups: frozenset[str]

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """All matches in a folded text, in order."""
        return self.pattern.finditer(text) if self.word in text else iter(())


@dataclass(slots=True)
class _Must:
    """What a piece of a pattern always matches: a digit, these literal runs, these groups."""

    digit: bool = False
    words: list[str] = field(default_factory=list)
    groups: set[str] = field(default_factory=set)

    def take(self, other: _Must) -> None:
        self.digit |= other.digit
        self.words += other.words
        self.groups |= other.groups


@cache
def sought(text: str) -> Sought:
    """The pattern of that text, compiled without regard to capitals."""
    must, _ = _sequence(text, 0)
    word = max(must.words, key=len, default="").lower()
    return Sought(re.compile(text, re.IGNORECASE), must.digit, word, frozenset(must.groups))


def _sequence(text: str, begin: int) -> tuple[_Must, int]:
    """What the pattern from here to its closing bracket must match, and where that stands."""
    ways: list[_Must] = [_Must()]
    run, position = "", begin
    while position < len(text) and text[position] != ")":
        sign = text[position]
        piece, literal = _Must(), ""
        if sign == "|":
            position += 1
            ways[-1].words.append(run)
            run = ""
            ways.append(_Must())
            continue
        if opening := GROUP.match(text, position):
            piece, position = _sequence(text, opening.end())
            position += 1
            if opening["around"]:
                piece = _Must()
            elif opening["name"]:
                piece.groups.add(opening["name"])
        elif sign == "[":
            found = CLASS.match(text, position)
            position = found.end() if found else position + 1
        elif sign == "\\":
            piece.digit = text[position + 1] == "d"
            literal = "" if text[position + 1].isalnum() else text[position + 1]
            position += 2
        else:
            literal = "" if sign in ".^$" else sign
            position += 1
        repeated = REPEATED.match(text, position)
        if not literal or repeated:
            ways[-1].words.append(run)
            run = ""
        if not (repeated and MAY_BE_ABSENT.match(text, position)):
            run += literal
            ways[-1].take(piece)
        if repeated:
            ways[-1].words.append(run)
            run = ""
            position = repeated.end()
            position += text[position : position + 1] in {"?", "+"}
    ways[-1].words.append(run)
    if len(ways) == 1:
        return ways[0], position
    return _Must(digit=all(way.digit for way in ways)), position
