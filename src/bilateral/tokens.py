"""The tokens of a sentence, and the names that stand in them.

What one form of a word gives by itself (its dictionary forms, what it was meant to be if it is
misspelt, the names that it is or begins) is worked out once and kept, for as many forms as a
language has in use. Longer names are followed word by word, so what a sentence costs does not
depend on how many names there are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

from bilateral.dates import one_edit_apart

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bilateral.language import Language
    from bilateral.lexicon import Entry

SHORTEST_MISSPELT = 7
SHORTEST_GLUED = 6
ABBREVIATION = 6  # letters; what is longer is no abbreviation, however it is written
FORMS_KEPT = 20_000  # a page has some hundred forms, and most of them are on every page
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+(?:[.,]\d+)*|\"+|%|\S")
NOM = frozenset({"nom"})

Lemmas = dict[str, frozenset[str]]
# Where a name ends that was found (tokens after the first), the entry, the roles of its ending; and
# before these, what names are ordered by: which of the first word's keys it begins with, its number.
Place = tuple[int, int, int, "Entry", frozenset[str]]


@dataclass(slots=True, eq=False)
class Step:
    """A place in the names, word by word: the entries that end here, and the words that go on."""

    ends: list[tuple[int, Entry]] = field(default_factory=list)
    words: dict[str, Step] = field(default_factory=dict)
    prefixes: list[tuple[str, Step]] = field(default_factory=list)

    def after(self, word: str) -> Step:
        """The place that a word leads to, made where there is none; * stands for any ending."""
        if not word.endswith("*"):
            return self.words.setdefault(word, Step())
        prefix = word[:-1]
        for known, step in self.prefixes:
            if known == prefix:
                return step
        step = Step()
        self.prefixes.append((prefix, step))
        return step


@dataclass(slots=True, eq=False)
class Word:
    """One form of a word: its dictionary forms with their roles, and the names that begin with it.

    `names` are those that it is by itself; `steps` are places from which longer ones go on.
    """

    text: str
    lemmas: Lemmas
    keys: tuple[str, ...]  # the form itself and its dictionary forms
    names: list[Place]
    steps: list[tuple[int, Step]]


@dataclass(slots=True, eq=False)
class Token:
    """A word or sign of a folded sentence with the dictionary forms it may stand for."""

    begin: int
    end: int
    text: str
    lemmas: Lemmas
    word: Word
    written: str = ""  # as the page has it, where the language writes names with capitals


@dataclass(slots=True, eq=False)
class Found:
    """An entry found at tokens `first` to `last` (inclusive) with the roles of its ending."""

    first: int
    last: int
    entry: Entry
    roles: frozenset[str]


@dataclass(slots=True, eq=False)
class Scan:
    """A sentence with its capitals and quotation marks folded, its tokens, and the names in them."""

    folded: str
    tokens: list[Token]
    found: list[Found]


class Names:
    """The names of a lexicon, found in the tokens of a sentence."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._first: dict[str, Step] = {}
        self._prefixes: dict[str, list[tuple[str, Step]]] = {}
        self._count = 0
        self._known: set[str] = set()
        self._longest = 0
        # Known words by what is left of them without one letter, to find misspelt ones.
        self._nearly: dict[str, tuple[str, ...]] = {}
        self._mended: set[str] = set()
        limits = language.tables.get("misspelt", {})
        self._shortest = {
            named: int(limits.get("names" if named else "words", SHORTEST_MISSPELT))
            for named in (True, False)
        }
        self._words = lru_cache(maxsize=FORMS_KEPT)(self._words_of)

    def add(self, name: str, entry: Entry, *, misspelt: bool) -> None:
        """Make the entry findable under a name, with one wrong letter too where `misspelt`."""
        words = _with_stars(WORD.findall(self._language.fold(name)))
        shortest = self._shortest[(entry.value or "").startswith("id:")]
        for word in words:
            self._known.add(word)
            self._longest = max(self._longest, len(word))
            if misspelt and len(word) >= shortest and not word.endswith("*"):
                self._mend(word)
        step = self._beginning(words[0])
        for word in words[1:]:
            step = step.after(word)
        step.ends.append((self._count, entry))
        self._count += 1
        self._words.cache_clear()

    def _mend(self, word: str) -> None:
        if word in self._mended:
            return
        self._mended.add(word)
        for shorter in {word[:i] + word[i + 1 :] for i in range(len(word))}:
            self._nearly[shorter] = (*self._nearly.get(shorter, ()), word)

    def _beginning(self, word: str) -> Step:
        if not word.endswith("*"):
            return self._first.setdefault(word, Step())
        alike = self._prefixes.setdefault(word[:3], [])
        for known, step in alike:
            if known == word[:-1]:
                return step
        alike.append((word[:-1], Step()))
        return alike[-1][1]

    def tokens(self, folded: str, sentence: str = "") -> list[Token]:
        """The tokens of a folded sentence; glued words come apart, misspelt ones are mended.

        With the sentence as the page has it, names must be written as names where the language
        has capital letters.
        """
        found: list[Token] = []
        spans = [(m.start(), m.end(), m.group()) for m in WORD.finditer(folded)]
        position, last = 0, len(spans) - 1
        while position <= last:
            begin, end, text = spans[position]
            position += 1
            ending = ""
            if position < last and spans[position][2] == "-":
                ending = self._ending_after(end, *spans[position : position + 2])
                position += 2 if ending else 0
            words = self._words(text, ending)
            end += len(ending) + 1 if ending else 0
            if len(words) == 1:
                (word,) = words
                found.append(Token(begin, end, text, word.lemmas, word))
                continue
            left, right = words
            middle = begin + len(left.text)
            found.append(Token(begin, middle, left.text, left.lemmas, left))
            found.append(Token(middle, end, right.text, right.lemmas, right))
        if sentence and self._language.capitals:
            for token in found:
                token.written = sentence[token.begin : token.end]
        return found

    def _ending_after(
        self, end: int, hyphen: tuple[int, int, str], following: tuple[int, int, str]
    ) -> str:
        """A case ending that is attached with a hyphen: NATO-სთან, 30%-ით."""
        begin, _, text = following
        touching = hyphen[0] == end and begin == end + 1
        return text if touching and self._language.is_ending(text) else ""

    def find(self, tokens: Sequence[Token]) -> Iterator[Found]:
        """Every entry whose name stands in the tokens, also inside longer names."""
        for first, token in enumerate(tokens):
            places = token.word.names
            if token.word.steps:
                longer = [
                    place
                    for rank, step in token.word.steps
                    for place in self._follow(step, rank, tokens, first, first)
                ]
                if longer:
                    places = sorted([*places, *longer], key=itemgetter(0, 1))
            for _, _, more, entry, roles in places:
                if entry.written and not _is_written(
                    entry.written, tokens[first : first + more + 1]
                ):
                    continue
                if entry.form and any(
                    t.text != word
                    for t, word in zip(tokens[first : first + more + 1], entry.form, strict=True)
                ):
                    continue
                if not (first and entry.starts):
                    yield Found(first, first + more, entry, roles)

    def _follow(
        self, step: Step, rank: int, tokens: Sequence[Token], first: int, position: int
    ) -> Iterator[Place]:
        """The names that go on from a place with the tokens after a position."""
        position += 1
        if position == len(tokens):
            return
        word = tokens[position].word
        steps = [(key, step.words[key]) for key in word.keys if key in step.words]
        if step.prefixes:
            text = word.text
            steps += [(p + "*", after) for p, after in step.prefixes if text.startswith(p)]
        for key, after in steps:
            for number, entry in after.ends:
                yield (
                    rank,
                    number,
                    position - first,
                    entry,
                    self._roles(word.text, word.lemmas, key),
                )
            if after.words or after.prefixes:
                yield from self._follow(after, rank, tokens, first, position)

    def _roles(self, text: str, lemmas: Lemmas, key: str) -> frozenset[str]:
        """The roles that a form has where it stands for a name's last word."""
        if not key.endswith("*"):
            return lemmas.get(key, NOM)
        roles = frozenset(role for roles in lemmas.values() for role in roles)
        said = roles - {"nom", "stem"}
        # A word is its own dictionary form only where it ends like one.
        return roles if not said or text.endswith(self._language.dictionary_ends) else said

    def _words_of(self, text: str, ending: str) -> list[Word]:
        """The word that a form is, or the two that it was glued of."""
        if ending:
            roles = self._language.analyse_ending(ending)
            ends = self._language.tables["hyphenated_ends"]
            lemmas = {text + end: roles for end in ends}
        else:
            lemmas = self._language.analyse(text)
        return [self._word(*part) for part in self._parts(text, lemmas)]

    def _word(self, text: str, lemmas: Lemmas) -> Word:
        keys = tuple(dict.fromkeys((text, *lemmas)))
        steps = [
            (rank, key, self._first[key]) for rank, key in enumerate(keys) if key in self._first
        ]
        steps += [
            (len(keys), prefix + "*", step)
            for prefix, step in self._prefixes.get(text[:3], ())
            if text.startswith(prefix)
        ]
        names: list[Place] = [
            (rank, number, 0, entry, self._roles(text, lemmas, key))
            for rank, key, step in steps
            for number, entry in step.ends
        ]
        names.sort(key=itemgetter(0, 1))
        longer = [(rank, step) for rank, _, step in steps if step.words or step.prefixes]
        return Word(text, lemmas, keys, names, longer)

    def _parts(self, text: str, lemmas: Lemmas) -> list[tuple[str, Lemmas]]:
        known = self._known
        if (
            len(text) < SHORTEST_GLUED
            or not known.isdisjoint(lemmas)
            or text in known
            or any(text.startswith(prefix) for prefix, _ in self._prefixes.get(text[:3], ()))
        ):
            return [(text, lemmas)]
        for cut in range(len(text) - 3, max(SHORTEST_GLUED, len(text) - self._longest) - 1, -1):
            left, right = text[:cut], text[cut:]
            if right in known and not known.isdisjoint(self._language.analyse(left)):
                return [(part, self._language.analyse(part)) for part in (left, right)]
        mended = dict(lemmas)
        for lemma, roles in lemmas.items():
            for intended in self._intended(lemma):
                mended[intended] = mended.get(intended, frozenset()) | roles
        return [(text, mended)]

    def _intended(self, lemma: str) -> Iterator[str]:
        """The known words that are one letter away from a misspelt one."""
        if not SHORTEST_MISSPELT - 1 <= len(lemma) <= self._longest + 1:
            return
        shorter = {lemma[:i] + lemma[i + 1 :] for i in range(len(lemma))}
        candidates = {word for part in (lemma, *shorter) for word in self._nearly.get(part, ())}
        longest = max(self._shortest.values())  # any known word will do here, not names alone
        candidates |= {w for w in shorter if w in self._known and len(w) >= longest}
        yield from sorted(word for word in candidates if one_edit_apart(word, lemma))


def way_of_writing(name: str) -> str:
    """How a name is written in a language with capital letters: "ALL" capitals, or as a "Name"."""
    letters = [sign for sign in name if sign.isalpha()]
    short = len(letters) <= ABBREVIATION and all(map(str.isupper, letters))
    return "ALL" if short else "Name"


def _is_written(way: str, tokens: Sequence[Token]) -> bool:
    """Whether the page writes the words as a name: who is no WHO, and turkey is no state."""
    words = [t.written for t in tokens if t.written[:1].isalpha()]
    if not words:
        return True
    return all(map(str.isupper, words)) if way == "ALL" else words[0][0].isupper()


def _with_stars(words: list[str]) -> list[str]:
    """Words with a following * attached to them again (the tokenizer takes it for a sign)."""
    joined: list[str] = []
    for word in words:
        if word == "*" and joined:
            joined[-1] += "*"
        else:
            joined.append(word)
    return joined
