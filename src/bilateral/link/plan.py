"""How candidates are looked for and judged: `graph/linking.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from bilateral.errors import LinkError
from bilateral.folders import folder
from bilateral.folding import folded
from bilateral.yamlfile import read_yaml

# Where the head of an English noun phrase ends: "city in Turkey", "ministry of health (Georgia)".
AFTER_HEAD = re.compile(r"\s*(?:[,(]|\b(?:of|in|for|at|from|by|with|on)\b)")


@dataclass(frozen=True, slots=True)
class Service:
    """An outside service of the file: where it is asked, and what its properties are called."""

    name: str
    title: str
    prefix: str
    home: str
    page: str
    search: str
    endpoint: str
    instance_of: str
    subclass_of: str
    country: str
    claims: str
    description: str
    any_language: str


@dataclass(frozen=True, slots=True)
class Kinds:
    """The outside types that fit one of our classes."""

    heads: frozenset[str]
    ids: frozenset[str]
    ruled_out: frozenset[str]

    def fit(self, item: str, name: str) -> bool:
        """Whether an outside type, by its id or its English name, fits."""
        if item in self.ids or folded(name) in self.heads:
            return True
        # "Port city in Turkey" is a city; "former country" is no country.
        head = folded(AFTER_HEAD.split(name, maxsplit=1)[0]).split()
        ends = (" ".join(head[start:]) for start in range(len(head)))
        return self.ruled_out.isdisjoint(head) and any(end in self.heads for end in ends)


@dataclass(frozen=True, slots=True)
class Plan:
    """All of the file."""

    services: dict[str, Service]
    at_once: int
    candidates: int
    pause_seconds: float
    weights: dict[str, float]
    threshold: float
    shown: float
    margin: float
    same_word: float
    other_name: float
    bracketed: float
    unknown_name: float
    small_words: frozenset[str]
    types: dict[str, Kinds]


@cache
def plan() -> Plan:
    """The file's content. Raises LinkError where something is missing or of the wrong type."""
    path = folder("graph") / "linking.yaml"
    data = read_yaml(path, LinkError)
    try:
        return Plan(
            services={n: _service(n, s) for n, s in data["services"].items()},
            at_once=int(data["at_once"]),
            candidates=int(data["candidates"]),
            pause_seconds=float(data["pause_seconds"]),
            weights={name: float(data["weights"][name]) for name in PARTS},
            threshold=float(data["threshold"]),
            shown=float(data["shown"]),
            margin=float(data["margin"]),
            same_word=float(data["same_word"]),
            other_name=float(data["other_name"]),
            bracketed=float(data["bracketed"]),
            unknown_name=float(data["unknown_name"]),
            small_words=frozenset(folded(word) for word in data["small_words"]),
            types={name: _kinds(kinds, data) for name, kinds in data["types"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        what = f"the file lacks, or has in another form: {wrong}"
        raise LinkError(what, "Restore it from the repository.", file=str(path)) from wrong


PARTS = ("name", "type", "country", "neighbours")


def _service(name: str, data: dict[str, Any]) -> Service:
    return Service(name=name, **{key: str(value) for key, value in data.items()})


def _kinds(kinds: dict[str, Any], data: dict[str, Any]) -> Kinds:
    heads = frozenset(map(folded, kinds["heads"]))
    return Kinds(heads, frozenset(kinds["ids"]), frozenset(map(folded, data["ruled_out"])))
