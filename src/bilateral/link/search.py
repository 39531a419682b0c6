"""The way from entities to judged candidates, a batch at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bilateral.link.plan import plan
from bilateral.link.score import judged
from bilateral.links import encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bilateral.link.model import Candidate, Entity, Found
    from bilateral.links import Mapping


class Source(Protocol):
    """Where candidates come from."""

    @property
    def prefix(self) -> str:
        """The prefix of its ids."""

    @property
    def home(self) -> str:
        """Its own address."""

    def page(self, curie: str) -> str:
        """The address at which a person reads of a candidate."""

    def candidates(self, entities: list[Entity]) -> Iterator[list[Candidate]]:
        """The candidates of each entity. Raises RemoteError, LimitError, or RefusedError."""


def search(
    entities: list[Entity],
    source: Source,
    mappings: Iterable[Mapping],
    threshold: float | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Iterator[Found]:
    """Each entity with its candidates; what was decided before is left out.

    Neither a pair said not to be the same is among them, nor what is the same as another of ours.
    """
    no: set[tuple[str, str]] = set()
    taken: dict[str, str] = {}
    for mapping in mappings:
        if mapping.negative:
            no.add((mapping.subject_id, mapping.object_id))
        elif mapping.predicate_id == "skos:exactMatch":
            taken[mapping.object_id] = mapping.subject_id
    size = plan().at_once
    for start in range(0, len(entities), size):
        batch = entities[start : start + size]
        progress(start, len(entities))
        for entity, candidates in zip(batch, source.candidates(batch), strict=True):
            left = [
                one
                for one in candidates
                if (entity.id, encoded(one.id)) not in no
                and taken.get(encoded(one.id), entity.id) == entity.id
            ]
            yield judged(entity, left, threshold)
    progress(len(entities), len(entities))
