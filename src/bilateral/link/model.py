"""What is linked, and what it may be elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entity:
    """One of our things: its id in the file of mappings, its names by language, and what is near.

    `kinds` are its classes with all that they are kinds of, the narrowest first. `countries` and
    `neighbours` are the outside ids of the states and other things that it has to do with.
    """

    id: str
    label: str
    names: dict[str, tuple[str, ...]]
    kinds: tuple[str, ...]
    countries: frozenset[str] = frozenset()
    neighbours: frozenset[str] = frozenset()


@dataclass(slots=True)
class Candidate:
    """A thing elsewhere: its id (prefixed), names by language, types, and claims.

    `types` are names of types by id; `claims` the items that it has to do with, of which
    `countries` are those of its country. None stands for what the service does not tell.
    """

    id: str
    label: str
    description: str = ""
    names: dict[str, list[str]] = field(default_factory=dict)
    types: dict[str, str] | None = None
    countries: frozenset[str] | None = None
    claims: frozenset[str] | None = None
    theirs: float | None = None  # the service's own score, from 0 to 100

    def name(self, text: str, language: str) -> None:
        """Note one of its names."""
        known = self.names.setdefault(language, [])
        if text not in known:
            known.append(text)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: what it is about, how much it gives, and why."""

    about: str
    gives: float
    why: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with its score and the parts that the score is the sum of."""

    candidate: Candidate
    score: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An entity with its candidates, the best first, and whether the first one is proposed."""

    entity: Entity
    judged: tuple[Judged, ...]
    proposed: bool
