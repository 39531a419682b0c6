"""What reading one language needs, from `graph/languages/<language>.yaml`.

*Folding* maps quotation marks, dashes, blanks, and capital letters to one sign each without
changing the length of the text, so that an offset into the folded text is an offset into the page
as received. *Analysis* gives the dictionary forms that a word may stand for, with the role that
its ending says.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from bilateral.errors import LanguageError
from bilateral.folders import folder
from bilateral.yamlfile import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHORTEST_STEM = 2
LATIN_WITH_MARKS = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
ANALYSES_KEPT = 20_000  # word forms; more than a language has in daily use


@dataclass(frozen=True, slots=True)
class Ending:
    """A case ending: what it is replaced with in the dictionary form, and the role it gives.

    It is none after the letters of `not_after`.
    """

    text: str
    restores: tuple[str, ...]
    role: str
    not_after: tuple[str, ...] = ()


class Language:
    """The tables of one language, compiled."""

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self.code: str = tables["language"]
        self.country: str | None = tables.get("country")
        self.capitals: bool = bool(tables.get("capitals"))
        self.tables = tables
        self._letters = re.compile(tables["letters"])
        signs = {ord(sign): to for to, kinds in tables["fold"].items() for sign in kinds}
        plain = _plain_letters() if tables.get("plain_letters") else {}
        self._signs = plain | {sign: to for sign, to in signs.items() if len(to) == 1}
        self._signed = re.compile("[" + re.escape("".join(map(chr, self._signs))) + "]")
        self._pairs: list[str] = tables["fold_pairs"]
        by_ending: dict[str, list[Ending]] = {}
        plurals = tuple(tables.get("plural_endings", ()))
        for text, restores, role, *not_after in tables["endings"]:
            ending = Ending(text, tuple(restores), role, tuple(not_after))
            by_ending.setdefault(text, []).append(ending)
            if plurals and text.startswith(plurals):
                by_ending[text].append(Ending(text, tuple(restores), "plural"))
        self._endings = by_ending
        self._longest_ending = max(map(len, by_ending), default=0)
        self._particles: list[str] = tables["particles"]
        self.dictionary_ends: tuple[str, ...] = tuple(tables["dictionary_ends"])
        self._syncope: list[tuple[str, str]] = [tuple(pair) for pair in tables["syncope"]]
        self._role_sets: dict[frozenset[str], frozenset[str]] = {}
        self.analyse = lru_cache(maxsize=ANALYSES_KEPT)(self._analysed)
        self.is_ending = lru_cache(maxsize=ANALYSES_KEPT)(self._is_ending)

    def fold(self, text: str) -> str:
        """The text with one sign for each kind of quotation mark, dash, and blank; same length."""
        folded = text.lower()
        if len(folded) != len(text):  # a few capitals become two letters
            folded = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
        if self._signed.search(folded):  # a tenth of what to translate costs
            folded = folded.translate(self._signs)
        for pair in self._pairs:
            folded = folded.replace(pair, '"' * len(pair))
        return folded

    def share_of_letters(self, text: str) -> float:
        """The share, 0 to 1, of the text's letters that this language is written in."""
        signs = _signs_of(text)
        letters = sum(count for sign, count in signs.items() if sign.isalpha())
        own = sum(count for sign, count in signs.items() if self._letters.match(sign))
        return own / letters if letters else 0.0

    def _is_ending(self, text: str) -> bool:
        """Whether the text is a case ending, as written after a hyphen (NATO-სთან)."""
        return any(form in self._endings for form in self._without_particles(text, shortest=1))

    def _analysed(self, word: str) -> dict[str, frozenset[str]]:
        """The dictionary forms a folded word may stand for, each with its possible roles."""
        found: dict[str, set[str]] = {}
        for form in self._without_particles(word):
            for lemma, role in self._lemmas(form):
                found.setdefault(lemma, set()).add(role)
        for lemma, roles in list(found.items()):
            for full, short in self._syncope:
                if short in lemma:
                    found.setdefault(lemma.replace(short, full), set()).update(roles)
        return {lemma: self._kept(frozenset(roles)) for lemma, roles in found.items()}

    def _kept(self, roles: frozenset[str]) -> frozenset[str]:
        """The same roles, as the one set that all words with these roles share."""
        return self._role_sets.setdefault(roles, roles)

    def analyse_ending(self, ending: str) -> frozenset[str]:
        """The roles that an ending written after a hyphen says (SOCAR-ი: nom)."""
        forms = self._without_particles(ending, shortest=1)
        return frozenset(e.role for form in forms for e in self._endings.get(form, ()))

    def _without_particles(self, word: str, shortest: int = SHORTEST_STEM + 1) -> Iterator[str]:
        yield word
        for particle in self._particles:
            if word.endswith(particle) and len(word) - len(particle) >= shortest:
                yield word.removesuffix(particle)

    def _lemmas(self, form: str) -> Iterator[tuple[str, str]]:
        for length in range(min(self._longest_ending, len(form) - SHORTEST_STEM) + 1):
            cut = len(form) - length
            for ending in self._endings.get(form[cut:], ()):
                if ending.not_after and form[:cut].endswith(ending.not_after):
                    continue
                for restored in ending.restores:
                    yield form[:cut] + restored, ending.role


@lru_cache(maxsize=2)
def _signs_of(text: str) -> Counter[str]:
    # Each language asks for its share of the same page.
    return Counter(text)


@cache
def _plain_letters() -> dict[int, str]:
    """Latin letters with marks, and the letter that each is without them."""
    found = {}
    for code in LATIN_WITH_MARKS:
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if base.isascii() and base.isalpha():
            found[code] = base
    return found


@cache
def languages() -> dict[str, Language]:
    """All languages that pages can be read in, by code."""
    return {
        path.stem: Language(read_yaml(path, LanguageError))
        for path in sorted((folder("graph") / "languages").glob("*.yaml"))
    }
