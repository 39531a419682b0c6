"""Numbers, multipliers, ordinals, and durations as a page writes them.

A number keeps its digits as written; a decimal comma becomes a point, and signs between thousands
are dropped. Whether "12.345" is twelve thousand or twelve and a fraction depends on what follows:
before a multiplier (million) the sign is a decimal one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from bilateral.sought import sought

if TYPE_CHECKING:
    from bilateral.language import Language

GROUPED = r"\d{1,3}(?:[  .,']\d{3})+(?:[.,]\d+)?(?![\d])"
PLAIN = r"\d+(?:[.,]\d+)?"
GROUPS = re.compile(r"\d{1,3}(?:[ .,']\d{3})+")
ENDING = re.compile(r"-([^\W\d_]+)")
DIGITS = re.compile(r"\d+")
WORDS_KEPT = 20_000
LONGEST_MULTIPLIER = 16
# XSD lets a processor stop at 18 digits of a decimal; Oxigraph does, and more are no amount.
MOST_SIGNS = 19
ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a folded sentence: its offsets, its decimal digits, its power of ten, its sign.

    Its roles are those of its own case ending, as in "up to 60".
    """

    begin: int
    end: int
    digits: str
    power: int
    sign: str = ""
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Counted:
    """An ordinal (its number) or a duration (its xsd:duration) in a folded sentence."""

    begin: int
    end: int
    value: str


def find_numbers(folded: str, language: Language) -> list[Number]:
    """All numbers with the multiplier that follows, in order."""
    found = []
    decimal = language.tables["numbers"].get("decimal")
    pattern = _numbers(language)
    last = 0
    for run in DIGITS.finditer(folded):
        # A number begins where its digits do; to look there is faster than to search.
        match = pattern.match(folded, run.start()) if run.start() >= last else None
        if match is None:
            continue
        last = match.end()
        text, end, power = match.group(), match.end(), 0
        roles: frozenset[str] = frozenset()
        for exponent, multiplier in _multipliers(language):
            following = multiplier.match(folded, end)
            if following:
                power, end = exponent, following.end()
                roles = frozenset().union(*language.analyse(following.group().strip()).values())
                break
        ending = ENDING.match(folded, end)
        if ending and language.is_ending(ending[1]):
            roles, end = language.analyse_ending(ending[1]), ending.end()
        digits = _digits(text, scaled=power > 0, decimal=decimal)
        if len(digits) > MOST_SIGNS:
            continue
        sign = _sign(folded, match.start())
        found.append(Number(match.start(), end, digits, power, sign, roles))
    return _joined(found, folded)


def find_number_words(folded: str, language: Language) -> list[Number]:
    """The numbers that are written as words ("three sessions"), in order."""
    if "word_endings" not in language.tables["numbers"]:
        return []
    words = language.tables["numbers"]["words"]
    matches = _words(language).finditer(folded)
    return [Number(m.start(), m.end(), str(words[m["word"]]), 0) for m in matches]


@cache
def _words(language: Language) -> re.Pattern[str]:
    table = language.tables["numbers"]
    words = "|".join(sorted((w for w, n in table["words"].items() if n > 1), key=len, reverse=True))
    endings = "|".join(table["word_endings"])
    return re.compile(rf"(?<![\w-])(?P<word>{words})(?:{endings})(?= )")


def _sign(folded: str, begin: int) -> str:
    """A plus or minus that touches the number and nothing before it: a hyphen that does is none."""
    sign = folded[begin - 1 : begin]
    before = folded[begin - 2 : begin - 1]
    return sign if sign in {"+", "-"} and (not before or before in " (:") else ""


def multiplier_before(folded: str, end: int, language: Language) -> int:
    """The power of ten of the multiplier that ends at an offset, 0 where none does."""
    for power, pattern in _multipliers(language):
        for match in pattern.finditer(folded, max(0, end - LONGEST_MULTIPLIER), end):
            if not folded[match.end() : end].strip(" ."):
                return power
    return 0


def _joined(numbers: list[Number], folded: str) -> list[Number]:
    """The numbers, with those that continue one another made one: 510 million 300 thousand."""
    joined: list[Number] = []
    for number in numbers:
        last = joined[-1] if joined else None
        goes_on = (
            last and last.power > number.power > 0 and not folded[last.end : number.begin].strip()
        )
        if last and goes_on:
            value = Decimal(last.digits) + Decimal(number.digits).scaleb(number.power - last.power)
            digits = f"{value.normalize():f}"
            joined[-1] = replace(last, end=number.end, digits=digits, roles=number.roles)
        else:
            joined.append(number)
    return joined


@cache
def _numbers(language: Language) -> re.Pattern[str]:
    """Where a number may begin: not inside a word, but after a currency that is glued to it."""
    glued = language.tables["numbers"].get("glued_before", ())
    starts = "".join(rf"|(?<=\b{currency})" for currency in glued)
    return re.compile(rf"(?:(?<![\w.,/-]){starts}){GROUPED}|(?:(?<![\w.,/]){starts}){PLAIN}")


def _digits(text: str, *, scaled: bool, decimal: str | None = None) -> str:
    groups = re.split(r"[ ']", text)
    if len(groups) > 1:
        return _digits("".join(groups), scaled=True, decimal=decimal)
    if decimal and GROUPS.fullmatch(
        text.partition(decimal)[0]
    ):  # 12,345.6 where a point is decimal
        other = "," if decimal == "." else "."
        return text.replace(other, "").replace(decimal, ".")
    if decimal and text.count(decimal) == 1 and len(set(re.findall(r"[.,]", text))) == 1:
        return text.replace(decimal, ".")
    signs = re.findall(r"[.,]", text)
    if len(set(signs)) > 1:  # 1.234,5: the last sign is the decimal one
        whole, fraction = re.split(rf"\{signs[-1]}", text)
        return re.sub(r"[.,]", "", whole) + "." + fraction
    if len(signs) > 1 or (signs and not scaled and GROUPS.fullmatch(text) and text[0] != "0"):
        return re.sub(r"[.,]", "", text)
    return text.replace(",", ".")


def multiplier_in(words: str, language: Language) -> int:
    """The power of ten that folded words say ("in million dollars": 6); 0 where they say none."""
    for exponent, pattern in _multipliers(language):
        if re.search(rf"(?<!\w){pattern.pattern}", words):
            return exponent
    return 0


@cache
def _multipliers(language: Language) -> list[tuple[int, re.Pattern[str]]]:
    table = language.tables["numbers"]["multipliers"]
    return [(power, re.compile(rf"\s*(?:{'|'.join(forms)})")) for power, forms in table.items()]


def find_ordinals(folded: str, language: Language) -> list[Counted]:
    """All ordinals, in order: მე-10, 10-ე, მეათე, X."""
    table = language.tables["numbers"]
    found = []
    for match in sought(table["ordinal_pattern"]).matches(folded):
        groups = match.groupdict()
        value = groups["number"] or groups["number2"]
        if groups["roman"]:
            value = str(_roman(groups["roman"]))
        elif groups["word"]:
            value = _ordinal_word(groups["word"], language)
        if value:
            found.append(Counted(match.start(), match.end(), str(int(value))))
    return found


@lru_cache(maxsize=WORDS_KEPT)
def _ordinal_word(word: str, language: Language) -> str | None:
    ordinals = language.tables["numbers"]["ordinals"]
    for form in (word, *language.analyse(word)):
        number = ordinals.get(form) or ordinals.get(form[:-1])
        if number:
            return str(number)
    return None


def _roman(text: str) -> int:
    values = [ROMAN_VALUES[sign] for sign in text]
    following = [*values[1:], 0]
    return sum(-v if v < n else v for v, n in zip(values, following, strict=True))


def find_durations(folded: str, language: Language) -> list[Counted]:
    """All durations as xsd:duration (XML Schema part 2, 3.2.6): "five-year" is P5Y."""
    words = language.tables["numbers"]["words"]
    found: list[Counted] = []
    for pattern in language.tables["numbers"]["durations"]:
        for match in sought(rf"(?<!\w){pattern}").matches(folded):
            groups = match.groupdict()
            unit = next(name for name in ("Y", "M", "D", "H") if groups.get(name))
            count = groups.get("number") or words.get(str(groups.get("word")).rstrip("-"))
            if count and not any(f.begin < match.end() and match.start() < f.end for f in found):
                time = "T" if unit == "H" else ""
                found.append(Counted(match.start(), match.end(), f"P{time}{count}{unit}"))
    return sorted(found, key=lambda counted: counted.begin)
