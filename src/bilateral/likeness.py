"""Names that are alike: how much two are, and an index that finds those like a given one.

Names are compared folded (`folding`), word by word and letter by letter: a slip of the keyboard, words
in another order, and a word more or less cost a part of the likeness. A number is no word with a slip:
2010 is not nearly 2011.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from heapq import nlargest
from math import log
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import OSA

from bilateral.folding import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

LONGEST = 300  # letters of a name that are looked at
MOST_WORDS = 30
# From these lengths on a word may have one slip, or two.
ONE_SLIP, TWO_SLIPS = 4, 9
# Words this much alike are taken for one word.
LIKE = 0.7
NEARLY = 0.99
OTHER_NUMBER = 0.8
# Bounds of one search: words like a word, places where words stand, names compared in full.
MOST_LIKE, MOST_PLACES, MOST_COMPARED = 20, 2_000, 30
MOST_BEGUN = 500
# Words in buckets are found by their first or last letters, of which one slip leaves one side whole.
SHORT_KEY, LONG_KEY, LONG_WORD = 2, 3, 7


def alike(left: str, right: str, weight: Callable[[str], float] = len) -> float:
    """How alike two folded names are, from 0 to 1; 1 only where all letters are the same.

    `weight` says how much a word counts; without it, as much as it has letters.
    """
    if left.replace(" ", "") == right.replace(" ", ""):
        return 1.0
    lefts, rights = left.split(), right.split()
    whole = sum(weight(w) for w in lefts) + sum(weight(w) for w in rights)
    if not lefts or not rights or not whole:
        return 0.0
    shared, rest = 0.0, list(rights)
    for word in lefts:
        near, other = max(((_same(word, other), other) for other in rest), default=(0.0, ""))
        if near:
            shared += near * (weight(word) + weight(other))
            rest.remove(other)
    letters = OSA.normalized_similarity(left, right)
    likeness = max(letters, shared / whole)
    if {w for w in lefts if w.isdecimal()} != {w for w in rights if w.isdecimal()}:
        likeness *= OTHER_NUMBER
    return min(likeness, NEARLY)


def _same(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if any(map(str.isdecimal, word)) or any(map(str.isdecimal, other)):
        return 0.0
    near = OSA.normalized_similarity(word, other)
    return near if near >= LIKE else 0.0


class Found(NamedTuple):
    """A thing that has a name like the one that was sought."""

    likeness: float
    thing: int
    name: int


class Names:
    """Names of things (numbers), found by likeness or by how they begin.

    Made in time and memory proportional to the names; a search is bounded whatever there is.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.things = array("I")
        self._places: dict[str, array[int]] = {}
        self._whole: dict[str, array[int]] = {}
        self._near: dict[str, list[str]] = {}
        self._sorted: list[str] = []

    def add(self, name: str, thing: int) -> int | None:
        """The place of a name of a thing, taken in; None for one without letters. Then `finish`."""
        text = folded(name[:LONGEST])
        if not text:
            return None
        place = len(self.texts)
        self.texts.append(text)
        self.things.append(thing)
        for word in set(text.split()):
            self._places.setdefault(word, array("I")).append(place)
        self._whole.setdefault(text.replace(" ", ""), array("I")).append(place)
        return place

    def finish(self) -> None:
        """Make ready for searching."""
        self._sorted = sorted(self._places)
        for word in self._sorted:
            for key in _keys(
                word, {SHORT_KEY} | {LONG_KEY} if len(word) in {6, 7} else _sizes(word)
            ):
                self._near.setdefault(key, []).append(word)
        for word, places in self._places.items():
            if len(places) > MOST_PLACES:
                # Where only some can be looked at, the shortest names are the likeliest.
                by_length = sorted(places, key=lambda place: len(self.texts[place]))
                self._places[word] = array("I", by_length)

    def __len__(self) -> int:
        return len(self.texts)

    def weight(self, word: str) -> float:
        """How much a word tells: the fewer names have it, the more."""
        return log(1 + (1 + len(self.texts)) / (1 + len(self._places.get(word, ()))))

    def alike(self, name: str, only: Container[int] | None = None) -> list[Found]:
        """The things with names most like the name, best first, each once; of `only` where given."""
        text = folded(name[:LONGEST])
        words = list(dict.fromkeys(text.split()))[:MOST_WORDS]
        found: dict[int, Found] = {}
        for place in self._candidates(text, words, only):
            thing = self.things[place]
            likeness = alike(text, self.texts[place], self.weight)
            if thing not in found or likeness > found[thing].likeness:
                found[thing] = Found(likeness, thing, place)
        return sorted(found.values(), key=lambda hit: (-hit.likeness, hit.thing))

    def _candidates(self, text: str, words: list[str], only: Container[int] | None) -> list[int]:
        """Where names stand that are worth comparing in full."""
        whole = self._whole.get(text.replace(" ", ""), ())
        exact = [place for place in whole if only is None or self.things[place] in only]
        told = {word: self.weight(word) for word in words}
        near = [
            (told[word] * self.weight(other) * likeness**2, other)
            for word in words
            for likeness, other in self._like(word)
        ]
        scores: dict[int, float] = {}
        room = MOST_PLACES
        for score, word in sorted(near, reverse=True):
            for place in self._places[word][:room]:
                if only is None or self.things[place] in only:
                    scores[place] = scores.get(place, 0.0) + score
            room -= len(self._places[word])
            if room <= 0:
                break
        sought = sum(told.values())

        def share(place: int) -> float:
            # A long name has each word of a short one; what else it says speaks against it.
            return scores[place] / (sought + len(self.texts[place]) / 4)

        best = nlargest(MOST_COMPARED, scores, key=share)
        return list(dict.fromkeys([*exact[:MOST_COMPARED], *best]))

    def _like(self, word: str) -> list[tuple[float, str]]:
        """The words of names that a word may be, with how alike they are."""
        if len(word) < ONE_SLIP or any(map(str.isdecimal, word)):
            return [(1.0, word)] if word in self._places else []
        slips = 2 if len(word) >= TWO_SLIPS else 1
        seen = {
            other
            for key in _keys(word, {LONG_KEY if len(word) >= LONG_WORD else SHORT_KEY})
            for other in self._near.get(key, ())
        }
        found = [
            (1 - far / max(len(word), len(other)), other)
            for other in seen
            if (far := OSA.distance(word, other, score_cutoff=slips)) <= slips
        ]
        return nlargest(MOST_LIKE, found)

    def beginning(self, text: str, only: Container[int] | None = None) -> list[Found]:
        """The things with a name, or words of one, that begin so; those whose name does come first.

        All words but the last must stand in the name as they are.
        """
        key = folded(text[:LONGEST])
        *complete, last = key.split()[-MOST_WORDS:] or [""]
        found: dict[int, Found] = {}
        for place in self._begun(complete, last):
            name, thing = self.texts[place], self.things[place]
            if only is not None and thing not in only:
                continue
            words = name.split()
            if all(w in words for w in complete) and any(w.startswith(last) for w in words):
                rank = (2 if name.startswith(key) else 1) / (1 + len(name))
                if thing not in found or rank > found[thing].likeness:
                    found[thing] = Found(rank, thing, place)
        first = [hit for hit in found.values() if self.texts[hit.name].startswith(key)]
        rest = [hit for hit in found.values() if not self.texts[hit.name].startswith(key)]
        return [hit for part in (first, rest) for hit in sorted(part, reverse=True)]

    def _begun(self, complete: list[str], last: str) -> Iterator[int]:
        if complete:
            rarest = max(complete, key=self.weight)
            yield from self._places.get(rarest, array("I"))[:MOST_PLACES]
            return
        room = MOST_PLACES
        begin = bisect_left(self._sorted, last)
        for word in self._sorted[begin : begin + MOST_BEGUN]:
            if not word.startswith(last) or room <= 0:
                return
            yield from self._places[word][:room]
            room -= len(self._places[word])


def _sizes(word: str) -> set[int]:
    return {SHORT_KEY} if len(word) < LONG_WORD else {LONG_KEY}


def _keys(word: str, sizes: set[int]) -> Iterator[str]:
    for size in sizes:
        yield f"{size}<{word[:size]}"
        yield f"{size}>{word[-size:]}"
