"""A ministry's page as received: its text, its sections, and its sentences with exact offsets.

Offsets count code points of the received text (RFC 5147), end exclusive: of a text file the decoded
text, of a saved web page the text taken out of it. Nothing in it is removed or normalised, so the
words between two offsets are the page's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bilateral.markup import is_row
from bilateral.reception import Received, receive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bilateral.language import Language

# Each looks once at what it passes, so a line of a million signs takes its length and no more.
ADDRESS = re.compile(r"https?:")
BLANKS = re.compile(r"\s*")
DIGIT = re.compile(r"\d")
STOP = re.compile(r"(?<![.!?])[.!?]++[\"”“»)'~]*+(?=\s|$)")
FEWEST_LINES = 5
WRAPPED_LINE = range(50, 131)  # lines of such lengths, almost all of them, were wrapped by hand


@dataclass(frozen=True, slots=True)
class Sentence:
    """The smallest unit of a page that the rules read; `begin` and `end` are page offsets."""

    begin: int
    end: int
    text: str
    section: int | None
    heading: bool
    row: int = 0  # which row of a table it is, from 1; 0 for a sentence


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's opening words and where the section ends; `empty` when nothing follows them."""

    begin: int
    end: int
    text: str
    section_end: int
    empty: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page's text with its sentences in order and its sections."""

    text: str
    language: Language
    sentences: tuple[Sentence, ...]
    headings: tuple[Heading, ...]
    received: Received


def read_page(received: bytes, name: str) -> Page:
    """The page in these bytes. Raises SourceError when they are not a page we can read."""
    came = receive(received, name)
    sentences, headings = _divide(came.text, came.language)
    return Page(came.text, came.language, tuple(sentences), tuple(headings), came)


def _divide(text: str, language: Language) -> tuple[list[Sentence], list[Heading]]:
    """All sentences, each knowing its section, and all headings."""
    boilerplate = set(language.tables["boilerplate"])
    sentences: list[Sentence] = []
    openings: list[tuple[Sentence, int]] = []
    row, last_end = 0, 0
    for begin, end in _paragraphs(text, language):
        # Rows stand on lines that follow one another; the first says what the columns are.
        adjacent = row and text.count("\n", last_end, begin) == 1
        row = (row + 1 if adjacent else 1) if is_row(text, begin, end) else 0
        last_end = end
        if row:
            section = len(openings) - 1 if openings else None
            sentences.append(Sentence(begin, end, text[begin:end], section, False, row))
            continue
        whole = text[begin:end] in boilerplate
        for first, last, heading in _sentences(text, begin, end, language):
            is_heading = heading and not whole
            if is_heading:
                openings.append(
                    (Sentence(first, last, text[first:last], None, True), len(sentences))
                )
            section = len(openings) - 1 if openings else None
            sentences.append(Sentence(first, last, text[first:last], section, is_heading))
    headings = []
    for number, (opening, index) in enumerate(openings):
        following = openings[number + 1][1] if number + 1 < len(openings) else len(sentences)
        ends = sentences[following - 1].end
        # The page's own title announces the whole page; only a later heading can be left empty.
        empty = index > 0 and following == index + 1
        headings.append(Heading(opening.begin, opening.end, opening.text, ends, empty))
    return sentences, headings


def _paragraphs(text: str, language: Language) -> Iterator[tuple[int, int]]:
    """Begin and end of each paragraph, without its bullet and the blanks around it."""
    bullet = _bullet(language)
    lines = [m for m in re.finditer(r"[^\r\n]+", text) if m.group().strip()]
    lengths = [len(line.group().rstrip()) for line in lines]
    wrapped = len(lines) > FEWEST_LINES and sum(n in WRAPPED_LINE for n in lengths) > 0.7 * len(
        lines
    )
    pending: tuple[int, int] | None = None
    for number, line in enumerate(lines):
        start = bullet.match(text, line.start(), line.end())
        begin = start.end() if start else line.start()
        end = line.start() + len(line.group().rstrip())
        if begin >= end:
            continue
        goes_on = (
            wrapped
            and pending is not None
            and not start.group().strip()  # type: ignore[union-attr]
            and text[pending[1] - 1] not in ".!?:;"
            and text.count("\n", pending[1], begin) == 1
            and lengths[number - 1] in WRAPPED_LINE
        )
        if goes_on and pending is not None:
            pending = (pending[0], end)
            continue
        if pending is not None:
            yield pending
        pending = (begin, end)
    if pending is not None:
        yield pending


@cache
def _bullet(language: Language) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:(?:{language.tables['sentences']['bullets']})\s+)?")


def _sentences(
    text: str, begin: int, end: int, language: Language
) -> Iterator[tuple[int, int, bool]]:
    """Begin, end, and whether it is a heading, of each sentence of one paragraph."""
    opening = _opening(text, begin, end, language.tables["sentences"]["opening_words"])
    if opening is not None:
        yield begin, opening, True
        begin = _after_blanks(text, opening, end)
        if begin >= end:
            return
    elif text[end - 1] not in ".!?;," and not ADDRESS.search(text, begin, end):
        words = len(text[begin:end].split())
        most = language.tables["sentences"]["opening_words"]
        if text[end - 1] == ")":  # "Trade (million euros)", but not "Protocol (Baku, 1997)"
            most = 0 if DIGIT.search(text, begin, end) else most / 2
        if (
            words <= 2 * most
            and end - begin <= language.tables["sentences"]["longest"]
            and text.find("\n", begin, end) < 0
        ):
            yield begin, end, _stands_alone(text, begin, end)
            return
    for first, last in _split(text, begin, end, language):
        yield first, last, False


def _stands_alone(text: str, begin: int, end: int) -> bool:
    """Whether the paragraph has its lines to itself: a blank line before or after, no bullet."""
    while begin and text[begin - 1] in " \t":
        begin -= 1
    while end < len(text) and text[end] in " \t\r":
        end += 1
    return (not begin or text[begin - 1] == "\n") and (end == len(text) or text[end] == "\n")


def _opening(text: str, begin: int, end: int, most_words: int) -> int | None:
    """The end of a paragraph's opening "X:", when it is a heading; else None."""
    colon = text.find(":", begin, end)
    if colon < 0:
        return None
    words = text[begin:colon]
    rest = text[colon + 1 : end].lstrip()
    if (
        len(words.split()) > most_words
        or re.search(r"[\d.,!?]", words)
        or rest.startswith(("http", "//"))
    ):
        return None
    return colon + 1


def _after_blanks(text: str, begin: int, end: int) -> int:
    found = BLANKS.match(text, begin, end)
    return found.end() if found else begin


@cache
def _abbreviations(language: Language) -> re.Pattern[str]:
    forms = "|".join(map(re.escape, language.tables["sentences"]["abbreviations"]))
    return re.compile(rf"(?:^|[\s(\"'„“])(?:{forms})\.$")


def _split(text: str, begin: int, end: int, language: Language) -> Iterator[tuple[int, int]]:
    tables = language.tables["sentences"]
    ends_in_abbreviation = _abbreviations(language)
    longest: int = tables["longest"]
    first = begin
    goes_on = {a: tuple(words) for a, words in tables["ends_unless"].items()}
    for stop in STOP.finditer(text, begin, end):
        last = stop.end()
        before = text[max(first, last - 12) : last]
        if last < end and ends_in_abbreviation.search(before):
            abbreviation = before.split()[-1].rstrip(".")
            following = _after_blanks(text, last, end)
            words = goes_on.get(abbreviation, ("",))
            if text.startswith(words, following, end):
                continue
        yield from _cut(text, first, last, longest)
        first = _after_blanks(text, last, end)
    if first < end:
        yield from _cut(text, first, end, longest)


def _cut(text: str, begin: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """The span itself, or pieces of it that end at a blank, when it is too long to be prose."""
    while end - begin > longest:
        blank = text.rfind(" ", begin, begin + longest)
        last = blank if blank > begin else begin + longest
        yield begin, last
        begin = _after_blanks(text, last, end)
    if begin < end:
        yield begin, end
