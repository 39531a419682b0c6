"""Dates as a page writes them, as spans of days with their EDTF form.

A *day span* is the first and last day that a date can mean: "November 2008" is 2008-11-01 to
2008-11-30. EDTF: Extended Date/Time Format of the Library of Congress, ISO 8601-2:2019.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_skeleton

from bilateral.sought import Sought, sought

if TYPE_CHECKING:
    from bilateral.language import Language

BEGIN = attrgetter("begin")
DIGITS = re.compile(r"\d+")
MONTHS_IN_QUARTER = 3
MONTHS_IN_HALF = 6
# EDTF's spring to winter with their first and last months, north of the equator; the winter of a
# year may be its beginning or its end.
SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (1, 12)}
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
SHORTEST_MISSPELT = 5
MONTHS_KEPT = 20_000  # words that stand where a month may; most are no month
WRITTEN_KEPT = 20_000  # days and months; a century has 36,000 days
LOOK_AHEAD = 16  # letters after a date that may say that it is what something is compared with
LOOK_BACK = 48  # letters before a date that may say so, or that it is a beginning or an end


@dataclass(frozen=True, slots=True)
class DaySpan:
    """A first and a last day, the EDTF string, and the length when the page gives one."""

    edtf: str
    first: date
    last: date
    length: str | None = None

    @property
    def key(self) -> str:
        """The EDTF string as part of an IRI."""
        return self.edtf.replace("/", "-to-").replace("X", "x")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a folded sentence: its offsets there, its days, and how it is bounded."""

    begin: int
    end: int
    span: DaySpan
    bound: str | None  # "since", "until", "compared" (with it), or None
    year_assumed: bool  # whether the year stands in an earlier sentence only


def find_dates(
    folded: str, language: Language, year: int | None = None, *, bare_months: bool = False
) -> list[FoundDate]:
    """All dates in a folded sentence, in order; `year` is the one to assume where none stands.

    The first pattern of the language's table that fits a place wins; dates that no calendar has
    are left out. `bare_months` says that a month alone is a date, as it is under a heading that is
    a year.
    """
    taken: list[FoundDate] = []
    pending: list[re.Match[str]] = []
    covered = bytearray(len(folded))
    digits = [m.span() for m in DIGITS.finditer(folded)]
    has_year = _has_year(folded, digits, language)
    count = 0
    bare = _patterns(language, "bare_months") if bare_months else []
    for pattern in (*_patterns(language, "patterns"), *bare):
        if count < len(taken) + len(pending):
            # What is left to be dated: a date has a digit that is in no other date.
            count = len(taken) + len(pending)
            digits = [(a, b) for a, b in digits if covered.find(0, a, b) >= 0]
            has_year = _has_year(folded, digits, language)
        if (pattern.digit and not digits) or ("year" in pattern.groups and not has_year):
            continue
        for match in pattern.matches(folded):
            if covered.find(1, *match.span()) >= 0:
                continue
            groups = match.groupdict()
            if not groups.get("year") and not groups.get("iso") and not groups.get("decade"):
                if _stands_alone(groups, language):
                    pending.append(match)
                    _cover(covered, *match.span())
                continue
            span = _span(groups, language, None)
            if span is not None:
                begin, end = _extent(match)
                taken.append(FoundDate(begin, end, span, _bound(match, language), False))
                _cover(covered, begin, end)
    taken.sort(key=BEGIN)
    for match in sorted(pending, key=lambda m: m.start()):
        before = bisect_left(taken, match.start(), key=BEGIN)
        assumed = taken[before - 1].span.last.year if before else year
        if assumed and match.groupdict().get("next"):
            assumed += 1
        span = _span(match.groupdict(), language, assumed) if assumed else None
        if span is not None:
            found = FoundDate(*_extent(match), span, _bound(match, language), not before)
            taken.insert(before, found)
    return taken


def _has_year(folded: str, digits: list[tuple[int, int]], language: Language) -> bool:
    year = _year(language)
    return any(year.search(folded, begin, end) for begin, end in digits)


@cache
def _year(language: Language) -> re.Pattern[str]:
    return sought(language.tables["dates"]["pieces"]["year"]).pattern


def _cover(covered: bytearray, begin: int, end: int) -> None:
    covered[begin:end] = b"\x01" * (end - begin)


def written(span: DaySpan, locale: str) -> str:
    """The span as the locale writes dates: "November 2008", "15–17 April 2010"."""
    parts = [_written(part, locale) for part in span.edtf.split("/")]
    return "–".join(parts)


@lru_cache(maxsize=WRITTEN_KEPT)
def _written(edtf: str, locale: str) -> str:
    if "X" in edtf:
        return edtf.replace("X", "0") + "s" if locale == "en" else edtf.replace("X", "0")
    parts = [int(part) for part in edtf.split("-")]
    if parts[1:] and parts[1] in SEASONS:
        first, last = _days(edtf)
        ends = (format_skeleton("MMMM", day, locale=locale) for day in (first, last))
        return "–".join(map(str, ends)) + f" {parts[0]}"
    day = date(*[*parts, 1, 1][:3])
    if len(parts) > 2:  # noqa: PLR2004 - year, month, day
        return str(format_date(day, "long", locale=locale))
    return str(format_skeleton("y" if len(parts) == 1 else "yMMMM", day, locale=locale))


def _stands_alone(groups: dict[str, str | None], language: Language) -> bool:
    """Whether a date without a year can be one: a month, or what refers to a year named before."""
    if groups.get("month"):
        return _month(groups["month"], language) is not None
    return any(groups.get(name) for name in ("same", "next"))


def _extent(match: re.Match[str]) -> tuple[int, int]:
    return match.start(), match.start() + len(match.group().rstrip())


def _bound(match: re.Match[str], language: Language) -> str | None:
    """What the words around a date make of it; endings say it in one language, prepositions in another."""
    dates = language.tables["dates"]
    around = {
        "compared": match.string[match.start() : match.end() + LOOK_AHEAD],
        "since": match.group(),
        "until": match.group(),
    }
    groups = match.groupdict()
    if groups.get("day") and groups.get("day2"):
        return None  # a span has both its ends
    before = match.string[max(0, match.start() - LOOK_BACK) : match.start()]
    for bound, words in around.items():
        if bound in dates and re.search(dates[bound], words):
            return bound
        if f"{bound}_before" in dates and re.search(dates[f"{bound}_before"], before):
            return bound
    return None


@cache
def _patterns(language: Language, which: str) -> list[Sought]:
    dates = language.tables["dates"]
    pieces = dates["pieces"]
    braces = re.compile(r"\{(" + "|".join(pieces) + r")\}")
    return [sought(braces.sub(lambda m: pieces[m[1]], text)) for text in dates.get(which, ())]


@cache
def _months(language: Language) -> dict[str, int]:
    """Month names of CLDR in dictionary form, and those that the language's own table adds."""
    locale = Locale(language.code)
    widths = ("wide", "abbreviated")
    added: dict[str, int] = language.tables["dates"].get("month_names", {})
    return added | {
        name.lower().rstrip("."): number
        for context in ("format", "stand-alone")
        for width in widths
        for number, name in locale.months[context][width].items()
    }


@lru_cache(maxsize=MONTHS_KEPT)
def _month(word: str | None, language: Language) -> int | None:
    """The month's number; one letter may be wrong in a name of five letters or more."""
    if not word:
        return None
    months = _months(language)
    lemmas = {*language.analyse(word), word}
    for lemma in sorted(lemmas, key=len, reverse=True):
        if lemma in months:
            return months[lemma]
    for lemma in sorted(lemmas, key=len, reverse=True):
        for name, number in months.items():
            if len(name) > SHORTEST_MISSPELT and one_edit_apart(lemma, name):
                return number
    return None


def one_edit_apart(left: str, right: str) -> bool:
    """Whether one letter added, lost, changed, or two neighbours swapped turn one into the other."""
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    begin = 0
    while begin < min(len(left), len(right)) and left[begin] == right[begin]:
        begin += 1
    rest_left, rest_right = left[begin:], right[begin:]
    return (
        rest_left[1:] == rest_right
        or rest_left == rest_right[1:]
        or rest_left[1:] == rest_right[1:]
        or (rest_left[:2] == rest_right[1::-1] and rest_left[2:] == rest_right[2:])
    )


def _span(groups: dict[str, str | None], language: Language, assumed: int | None) -> DaySpan | None:
    if groups.get("iso"):
        return _checked(str(groups["iso"]))
    if groups.get("decade"):
        decade = str(groups["decade"]).rjust(3, "9").rjust(4, "1")  # "90" is 1990, "2000" is 2000
        return DaySpan(f"{decade[:3]}X", date(int(decade), 1, 1), date(int(decade) + 9, 12, 31))
    year = int(groups["year"] or 0) if groups.get("year") else assumed
    if year is None:
        return None
    if groups.get("year2_short"):
        return _checked(f"{year}", f"{year // 100}{groups['year2_short']}")
    year2 = groups.get("year2")
    if year2 and not (groups.get("month2") or groups.get("month_number2")):
        return _checked(f"{year}", year2)
    part = _part_of_year(groups, language, year)
    if part is not None:
        return part
    month = int(groups["month_number"] or 0) if groups.get("month_number") else None
    if groups.get("month"):
        month = _month(groups["month"], language)
        if month is None:
            return None
    month2 = _month(groups.get("month2"), language) if groups.get("month2") else month
    if groups.get("month_number2"):
        month2 = int(groups["month_number2"] or 0)
    if groups.get("month2") and month2 is None:
        return None
    if month is None:
        names = ("months", "months_word", "quarter", "quarters", "half", "season")
        return None if any(groups.get(name) for name in names) else _checked(f"{year}")
    day, day2 = groups.get("day") or _number(groups.get("day_word"), language), groups.get("day2")
    start = f"{year}-{month:02}" + (f"-{int(day):02}" if day else "")
    if day2:
        return _checked(start, f"{year2 or year}-{month2:02}-{int(day2):02}")
    return _checked(start, f"{year}-{month2:02}") if month2 != month else _checked(start)


def _part_of_year(groups: dict[str, str | None], language: Language, year: int) -> DaySpan | None:
    """The first months or quarters, a quarter, a half, or a season of a year."""
    if groups.get("season"):
        seasons = language.tables["dates"]["seasons"]
        season = next(int(n) for stem, n in seasons.items() if str(groups["season"]) == stem)
        return _checked(f"{year}-{season}")
    if groups.get("quarters"):
        count = _number(groups["quarters"], language)
        return _months_span(year, 1, MONTHS_IN_QUARTER * count) if count in {2, 3} else None
    if groups.get("months") or groups.get("months_word"):
        count = _number(groups.get("months") or groups["months_word"], language)
        if count is None or not 0 < count <= 12:  # noqa: PLR2004 - months in a year
            return None
        span = _months_span(year, 1, count)
        return DaySpan(span.edtf, span.first, span.last, f"P{count}M")
    for name, months in (("quarter", MONTHS_IN_QUARTER), ("half", MONTHS_IN_HALF)):
        number = _number(groups.get(name), language)
        if number is not None and 0 < number <= 12 // months:
            return _months_span(year, months * (number - 1) + 1, months)
    return None


def _months_span(year: int, month: int, count: int) -> DaySpan:
    last = month + count - 1
    edtf = f"{year}-{month:02}/{year}-{last:02}" if count > 1 else f"{year}-{month:02}"
    return DaySpan(edtf, date(year, month, 1), date(year, last, monthrange(year, last)[1]))


def _number(word: str | None, language: Language) -> int | None:
    if not word:
        return None
    digits = re.search(r"\d+", word)
    if digits:
        return int(digits.group())
    if word in ROMAN:
        return ROMAN[word]
    numbers = language.tables["numbers"]
    for stem, number in (numbers["ordinals"] | numbers["words"]).items():
        if word.startswith(stem):
            return int(number)
    return None


def _checked(start: str, end: str | None = None) -> DaySpan | None:
    """The span from one EDTF date to another; None when a calendar has no such day."""
    try:
        first, last = _days(start)[0], _days(end or start)[1]
    except ValueError:
        return None
    if last < first:
        return None
    return DaySpan(f"{start}/{end}" if end and end != start else start, first, last)


def _days(edtf: str) -> tuple[date, date]:
    parts = [int(part) for part in edtf.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 0
    if len(parts) > 2:  # noqa: PLR2004 - year, month, day
        day = date(year, month, parts[2])
        return day, day
    if month in SEASONS:
        first, last = SEASONS[month]
        return date(year, first, 1), date(year, last, monthrange(year, last)[1])
    if month:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)
