"""How well a candidate fits: by names across scripts, type, country, and neighbours."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bilateral.folding import folded
from bilateral.link.model import Found, Judged, Part
from bilateral.link.plan import plan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bilateral.link.model import Candidate, Entity

BRACKETED = re.compile(r"\(([^()]*)\)")
SMALL = 0.1  # what a word that tells no two names apart still counts
UNKNOWN = ""  # the language of a name of which none is told


def judged(
    entity: Entity, candidates: Iterable[Candidate], threshold: float | None = None
) -> Found:
    """The candidates with their scores, the best first, and whether the first is proposed.

    It is where its score reaches the threshold and no other one is as good.
    """
    rated = sorted(
        (_judged(entity, candidate) for candidate in candidates),
        key=lambda j: (-j.score, j.candidate.id),
    )
    least = plan().threshold if threshold is None else threshold
    clear = len(rated) < 2 or rated[0].score - rated[1].score >= plan().margin  # noqa: PLR2004
    proposed = bool(rated) and rated[0].score >= least and clear
    seen = [j for j in rated if j.score >= min(least, plan().shown)]
    return Found(entity, tuple(seen[: plan().candidates]), proposed)


def _judged(entity: Entity, candidate: Candidate) -> Judged:
    weights = plan().weights
    rated = (
        ("name", *_name(entity, candidate)),
        ("type", *_type(entity, candidate)),
        ("country", *_country(entity, candidate)),
        ("neighbours", *_neighbours(entity, candidate)),
    )
    parts = tuple(Part(about, round(weights[about] * value, 3), why) for about, value, why in rated)
    score = min(1.0, max(0.0, sum(part.gives for part in parts)))
    return Judged(candidate, round(score, 3), parts)


def _name(entity: Entity, candidate: Candidate) -> tuple[float, str]:
    """How well the names fit: half by the language that fits best, half by all of them.

    A thing with our name in three languages is more surely ours than one with it in one.
    """
    best = {
        language: _best(names, candidate.names[language], candidate.label)
        for language, names in entity.names.items()
        if candidate.names.get(language)
    }
    if not best:
        # A service that tells no languages, or a candidate that has none of ours.
        ours = [name for names in entity.names.values() for name in names]
        theirs = [name for names in candidate.names.values() for name in names]
        if not ours or not theirs:
            return 0.0, "no names"
        value, our, their = _best(ours, theirs, candidate.label)
        return value, f"{our} / {their} {value:.2f}"
    known = [value for value, _, _ in best.values()]
    unknown = plan().unknown_name * max(known) * (len(entity.names) - len(known))
    value = (max(known) + (sum(known) + unknown) / len(entity.names)) / 2
    said = [f"{code} {our} / {their} {share:.2f}" for code, (share, our, their) in best.items()]
    return value, "; ".join(said)


def _best(ours: Iterable[str], theirs: list[str], label: str) -> tuple[float, str, str]:
    """The two names that are most alike; the first of theirs, or their label, is worth most."""
    pairs = [
        (
            likeness(our, their) * (1.0 if their in {theirs[0], label} else plan().other_name),
            our,
            their,
        )
        for our in ours
        for their in theirs
    ]
    return max(pairs)


def likeness(one: str, other: str) -> float:
    """How like two names are, from 0 to 1: the share of words that they have in common.

    A name with a bracket is three names: with it, without it, and, worth less, what it holds.
    """
    return max(
        _words_in_common(a, b) * worth * as_much
        for a, worth in _readings(one)
        for b, as_much in _readings(other)
    )


def spellings(name: str) -> list[str]:
    """The name, and where it has a bracket, what stands outside and inside of it."""
    inside = BRACKETED.findall(name)
    outside = " ".join(BRACKETED.sub(" ", name).split())
    return list(dict.fromkeys(filter(None, [name, *([outside, *inside] if inside else [])])))


@lru_cache(maxsize=20_000)
def _readings(name: str) -> tuple[tuple[tuple[str, ...], float], ...]:
    inside = BRACKETED.findall(name)
    found = [
        (tuple(folded(s).split()), plan().bracketed if s in inside else 1.0)
        for s in spellings(name)
    ]
    return tuple((words, worth) for words, worth in found if words) or ((("",), 0.0),)


def _words_in_common(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    if "".join(ours) == "".join(theirs):
        return 1.0
    left = list(theirs)
    common = 0.0
    for word in ours:
        if not left:
            break
        share, match = max((_same(word, other), other) for other in left)
        if share:
            left.remove(match)
            common += share * min(_weight(word), _weight(match))
    both = sum(map(_weight, ours)) + sum(map(_weight, theirs))
    return 2 * common / both


def _weight(word: str) -> float:
    return SMALL if word in plan().small_words else 1.0


@lru_cache(maxsize=100_000)
def _same(one: str, other: str) -> float:
    """How like two words are; 0 where they are two words rather than one in two spellings."""
    if one == other:
        return 1.0
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - only linking needs it

    share = ratio(one, other) / 100
    return share if share >= plan().same_word else 0.0


def _type(entity: Entity, candidate: Candidate) -> tuple[float, str]:
    known = [kind for kind in entity.kinds if kind in plan().types]
    if not known or not candidate.types:
        return 0.0, "not known"
    # The narrowest class decides: a gas pipeline is no other undertaking.
    kinds = plan().types[known[0]]
    for item, name in candidate.types.items():
        if kinds.fit(item, name):
            return 1.0, f"{known[0]} / {name or item}"
    names = ", ".join(name or item for item, name in list(candidate.types.items())[:3])
    return -1.0, f"{known[0]} / {names}"


def _country(entity: Entity, candidate: Candidate) -> tuple[float, str]:
    if not entity.countries or not candidate.countries:
        return 0.0, "not known"
    common = sorted(entity.countries & candidate.countries)
    if common:
        return 1.0, ", ".join(common)
    return -1.0, f"{', '.join(sorted(entity.countries))} / {', '.join(sorted(candidate.countries))}"


def _neighbours(entity: Entity, candidate: Candidate) -> tuple[float, str]:
    others = entity.neighbours - entity.countries
    if not others or not candidate.claims:
        return 0.0, "not known"
    common = sorted(others & candidate.claims)
    return len(common) / len(others), f"{len(common)} of {len(others)}"
