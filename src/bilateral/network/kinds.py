"""The kinds of things that pictures tell apart: `explorer/kinds.yaml`, shared with the explorer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from bilateral.errors import QuestionError
from bilateral.folders import PACKAGE
from bilateral.namespaces import expand, turtle_prefixes
from bilateral.yamlfile import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bilateral.query.graph import Graph

PARENTS = "SELECT ?kind ?above { ?kind rdfs:subClassOf+ ?above }"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its classes, the class that names it, its outline, colour token, and icon's path."""

    id: str
    label: str
    classes: frozenset[str]
    shape: str
    color: str
    icon: str


@cache
def kinds() -> tuple[Kind, ...]:
    """All kinds in the order in which they are tried; the last one fits everything."""
    path = PACKAGE / "explorer" / "kinds.yaml"
    return tuple(
        Kind(
            record["id"],
            expand(record["label"]),
            frozenset(map(expand, record["classes"])),
            record["shape"],
            record["color"],
            record["icon"],
        )
        for record in read_yaml(path, QuestionError)
    )


class Kinds:
    """Tells a thing's kind by its classes and what the graph's ontology says is above them."""

    def __init__(self, graph: Graph) -> None:
        self._above: dict[str, set[str]] = {}
        rows: Any = graph.engine.query(turtle_prefixes() + PARENTS)
        for row in rows:
            self._above.setdefault(row["kind"].value, set()).add(row["above"].value)

    def of(self, classes: Iterable[str]) -> Kind:
        """The first kind that one of the classes, or one above it, belongs to."""
        own = {iri for name in classes for iri in (name, *self._above.get(name, ()))}
        return next((kind for kind in kinds() if own & kind.classes), kinds()[-1])
