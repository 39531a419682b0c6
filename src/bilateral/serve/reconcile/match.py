"""Candidates for queries: entities whose names, classes, and properties fit what is asked.

A score, from 0 to 100, follows from its features: how alike the names are, and how well the given
properties fit. `match` is said only of a candidate whose name is the very one asked for, in whichever
script and spelling of capitals, where nothing speaks against it and no other is as good: a wrong
match is worse than none.
"""

from __future__ import annotations

import re
from collections import Counter
from heapq import nsmallest
from typing import TYPE_CHECKING, Any, NamedTuple

from rapidfuzz.distance import OSA

from bilateral.folding import folded
from bilateral.likeness import Names
from bilateral.namespaces import expand
from bilateral.serve.reconcile.register import ANY, INVERSE, id_of, other_end, slug_of

if TYPE_CHECKING:
    from bilateral.serve.reconcile.asked import Query
    from bilateral.serve.reconcile.words import Words

# Statements looked at for one property of one thing, and for all that have it.
VALUES, HAVING = 50, 3_000
RATED = 20  # candidates by name or by properties of which the properties are looked at
# How much of a score the properties are, and what one is worth of which the graph says nothing.
SHARE, UNKNOWN = 0.3, 0.5
# From here on a value is the one that was meant, or may be.
SAME, LIKE = 0.9, 0.75
OF_ANOTHER_CLASS = 0.9
SHORTEST = 3  # letters; two are a country's code, and any word
APART = 5.0  # points between two candidates of which one is the better
MONTH = re.compile(r"\d{4}(-\d\d)?")


class Rated(NamedTuple):
    """A candidate: its score, what it is, whether it may be a match, and what explains the score."""

    score: float
    thing: int
    sure: bool
    features: dict[str, float | bool]


class Matcher:
    """The candidates for queries. What it works out for one query of a batch serves the next."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.register = words.register
        self._texts: dict[str, tuple[list[set[int]], Names]] = {}
        self._values: dict[tuple[int, str], set[str]] = {}

    def candidates(self, query: Query) -> list[dict[str, Any]]:
        """The candidates for a query, best first."""
        named = self._by_name(query) if query.text else self._by_properties(query)
        rated = [self._rated(query, *one) for one in named]
        rated.sort(key=lambda one: (-one.score, self.register.slugs[one.thing]))
        match = False
        if rated and rated[0].sure:
            rival = rated[1].score if len(rated) > 1 and rated[1].sure else 0.0
            match = rated[0].score - rival >= APART
        shown = [self._shown(one) for one in rated[: query.limit]]
        return [one | {"match": match and place == 0} for place, one in enumerate(shown)]

    def _shown(self, one: Rated) -> dict[str, Any]:
        return {
            "id": self.register.slugs[one.thing],
            "name": self.words.label(self.register.iri(one.thing)),
            "description": self.words.description(one.thing),
            "type": self.words.types(one.thing),
            "score": one.score,
            "features": [{"id": name, "value": value} for name, value in one.features.items()],
        }

    def _allowed(self, query: Query) -> frozenset[int] | None:
        if not query.types or query.strict == "should":
            return None
        sets = [self.register.members(kind) for kind in query.types]
        return frozenset.intersection(*sets) if query.strict == "all" else frozenset().union(*sets)

    def _by_name(self, query: Query) -> list[tuple[int, float, int | None]]:
        """Things with the likeness and the place of their name; no place where the id was given."""
        only = self._allowed(query)
        hits = self.register.names.alike(query.text, only)
        found: dict[int, tuple[float, int | None]] = {
            hit.thing: (hit.likeness, hit.name) for hit in hits
        }
        number = self.register.number(query.text)
        if number is not None and (only is None or number in only):
            found[number] = (1.0, None)
        most = max(RATED, 2 * query.limit)
        best = nsmallest(most, found.items(), key=lambda one: (-one[1][0], one[0]))
        return [(number, *how) for number, how in best]

    def _by_properties(self, query: Query) -> list[tuple[int, float, int | None]]:
        """The things that have most of the values that a query without a name asks for."""
        only = self._allowed(query)
        counts: Counter[int] = Counter()
        for prop, values in query.properties:
            for value in values:
                counts.update(self._tied(prop, value) or self._with_text(prop, value))
        kept = ((n, count) for n, count in counts.items() if only is None or n in only)
        best = nsmallest(RATED, kept, key=lambda one: (-one[1], one[0]))
        return [(number, 1.0, None) for number, _ in best]

    def _tied(self, prop: str, value: Any) -> set[int]:  # noqa: ANN401 - JSON
        """The things that a property ties to the thing of ours that a value names."""
        register = self.register
        targets = [n for key in _keys(value) if (n := register.number(key)) is not None]
        if not targets:
            name = value.get("name", "") if isinstance(value, dict) else str(value)
            targets = [hit.thing for hit in register.names.alike(name) if hit.likeness >= SAME]
        back = prop.removeprefix(INVERSE) if prop.startswith(INVERSE) else INVERSE + prop
        ends = (
            register.thing(other_end(quad, register.iri(target)))
            for target in targets
            for quad in register.values(target, prop if prop == expand(ANY) else back, HAVING)
        )
        return {number for number in ends if number is not None}

    def _with_text(self, prop: str, value: Any) -> set[int]:  # noqa: ANN401 - JSON
        """The things of which a property has such a text, of those that are looked at."""
        if prop not in self._texts:
            having: dict[str, set[int]] = {}
            for quad in self.register.uses(prop, HAVING):
                if (number := self.register.thing(quad.subject)) is not None:
                    for key in self.words.told(quad.object):
                        having.setdefault(key, set()).add(number)
            names = Names()
            for place, key in enumerate(having):
                names.add(key, place)
            names.finish()
            self._texts[prop] = list(having.values()), names
        sets, names = self._texts[prop]
        near = [
            hit for key in _keys(value)[-1:] for hit in names.alike(key) if hit.likeness >= SAME
        ]
        return {number for hit in near for number in sets[hit.thing]}

    def _rated(self, query: Query, number: int, near: float, place: int | None) -> Rated:
        """A candidate with its score, and the features that explain it."""
        register = self.register
        features: dict[str, float | bool] = {}
        if query.text:
            features |= {"name": round(100 * near, 2), "exact": near == 1}
            features |= {"identifier": True} if place is None else {}
            features |= {"other_spelling": True} if place in register.spelled else {}
        fits = not query.types or any(number in register.members(kind) for kind in query.types)
        if query.types:
            features["type"] = fits
        worth: list[float] = []
        against = False
        for prop, values in query.properties:
            told = self._agreement(number, prop, values)
            worth.append(UNKNOWN if told is None else told)
            if told is not None:
                against = against or told < LIKE
                features[f"property:{id_of(prop)}"] = round(100 * told, 2)
        features["mentions"] = register.mentions[number]
        share = (SHARE if query.text else 1.0) if worth else 0.0
        score = 100 * ((1 - share) * near + share * sum(worth) / max(1, len(worth)))
        telling = place not in register.spelled or len(folded(query.text)) >= SHORTEST
        sure = bool(query.text) and near == 1 and telling and fits and not against
        score = round(score if fits else score * OF_ANOTHER_CLASS, 2)
        return Rated(score, number, sure, features)

    def _told(self, number: int, prop: str) -> set[str]:
        """What the values of a thing's property may be called."""
        if (number, prop) not in self._values:
            thing = self.register.iri(number)
            quads = self.register.values(number, prop, VALUES)
            told = {key for quad in quads for key in self.words.told(other_end(quad, thing))}
            self._values[number, prop] = told
        return self._values[number, prop]

    def _agreement(self, number: int, prop: str, values: tuple[Any, ...]) -> float | None:
        """How well the values of a thing's property fit those given; None where nothing tells."""
        told = self._told(number, prop)
        fit = sum(_fit(value, told) for value in values) / len(values) if told else None
        # That things are not tied to each other is no sign that they are others.
        return None if prop == expand(ANY) and fit is not None and fit < LIKE else fit


def _fit(value: Any, told: set[str]) -> float:  # noqa: ANN401 - JSON
    keys = _keys(value)
    if not told.isdisjoint(keys):
        return 1.0
    if isinstance(value, (int, float)):
        return float(any(_is_number(key, value) for key in told))
    # A year or a month is told by every date in it.
    if MONTH.fullmatch(keys[0]):
        return float(any(key.startswith(f"{keys[0]}-") for key in told))
    likeness = OSA.normalized_similarity
    near = (likeness(key, other, score_cutoff=LIKE) for key in keys[1:] for other in told)
    return max(near, default=0.0)


def _keys(value: Any) -> list[str]:  # noqa: ANN401 - JSON
    """What a given value may be called: an id or a text, and folded texts."""
    if isinstance(value, dict):
        return [slug_of(value["id"]), *([folded(value["name"])] if value.get("name") else [])]
    if isinstance(value, bool):
        return [str(value).lower()]
    text = str(value)
    return [slug_of(text), folded(text)]


def _is_number(text: str, value: float) -> bool:
    try:
        return float(text) == value
    except ValueError:
        return False
