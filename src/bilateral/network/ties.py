"""The network of a graph: things and the ties between them.

What counts as a tie is decided in one place, the saved question `ties` (queries/network/ties.rq;
docs/network.md tells why). An agreement of four parties is one thing with four ties.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.namespaces import compact, expand, turtle_prefixes
from bilateral.query.answer import label_query
from bilateral.query.evidence import evidence_of_statements
from bilateral.query.question import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bilateral.query.evidence import Passage
    from bilateral.query.graph import Graph

QUESTION = "ties"
AT_ONCE = 500
ORGANISATIONS = "SELECT ?kind { ?kind rdfs:subClassOf* bil:Actor }"


@dataclass(frozen=True, slots=True)
class Tie:
    """One statement between two things: who, which relation, to whom, when, and where it is said.

    The dates and fields are those of the thing that has the tie; `derived` says that it is
    computed, not stated.
    """

    thing: str
    relation: str
    end: str
    date: str | None
    not_before: str | None
    not_after: str | None
    fields: tuple[str, ...]
    derived: bool
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """All things with their classes, all ties, and the names of both in each language.

    Things and ties are in the order of their IRIs, so that all that is made of them repeats.
    """

    things: Mapping[str, tuple[str, ...]]
    ties: tuple[Tie, ...]
    labels: Mapping[str, Mapping[str, str]]
    organisations: frozenset[str]

    def label(self, iri: str, language: str = LANGUAGES[0]) -> str:
        """The name of a thing, relation, class, or field; its CURIE where it has none."""
        names = self.labels.get(iri, {})
        return names.get(language) or names.get(LANGUAGES[0]) or compact(iri)


def read_network(graph: Graph, *, of: str | None = None, evidence: bool = True) -> Network:
    """The network of a graph, or of one thing in it.

    With `evidence` each tie has its passages. Raises what asking a question raises.
    """
    answer = graph.ask(QUESTION, **({"of": of} if of else {}))
    rows: dict[tuple[Any, Any, Any], list[dict[str, Any]]] = {}
    kinds: dict[str, set[str]] = {}
    for row in answer.terms():
        rows.setdefault((row["thing"], row["relation"], row["end"]), []).append(row)
        kinds.setdefault(row["thing"].value, set()).add(row["thingKind"].value)
        kinds.setdefault(row["end"].value, set()).add(row["endKind"].value)
    found = evidence_of_statements(rows, graph.engine) if evidence else {}
    ties = [
        _tie(statement, same, found[statement].passages if evidence else ())
        for statement, same in rows.items()
    ]
    ties.sort(key=lambda tie: (tie.thing, tie.relation, tie.end))
    wanted = {
        *kinds,
        *(kind for names in kinds.values() for kind in names),
        *(tie.relation for tie in ties),
        *(field for tie in ties for field in tie.fields),
    }
    actors: Any = graph.engine.query(turtle_prefixes() + ORGANISATIONS)
    acting = {row["kind"].value for row in actors}
    return Network(
        things={iri: tuple(sorted(kinds[iri])) for iri in sorted(kinds)},
        ties=tuple(ties),
        labels=labels_of(wanted, graph),
        organisations=frozenset(iri for iri, names in kinds.items() if names & acting),
    )


def _tie(
    statement: tuple[Any, Any, Any], rows: list[dict[str, Any]], passages: tuple[Passage, ...]
) -> Tie:
    def first(name: str) -> str | None:
        return min((row[name].value for row in rows if row[name] is not None), default=None)

    fields = sorted({row["field"].value for row in rows if row["field"] is not None})
    derived = all(row["derived"] == ox.Literal(True) for row in rows)
    thing, relation, end = (term.value for term in statement)
    return Tie(thing, relation, end, first("date"), first("notBefore"), first("notAfter"),
               tuple(fields), derived, passages)  # fmt: skip


def labels_of(iris: Iterable[str], graph: Graph) -> dict[str, dict[str, str]]:
    """The names of some IRIs in every language."""
    wanted = sorted(iris)
    found: dict[str, dict[str, str]] = {}
    for first in range(0, len(wanted), AT_ONCE):
        result: Any = graph.engine.query(label_query(wanted[first : first + AT_ONCE]))
        for row in result:
            if isinstance(row["name"], ox.Literal):
                language = row["name"].language or LANGUAGES[0]
                found.setdefault(row["thing"].value, {})[language] = row["name"].value
    return found


def kinds_of(iris: Iterable[str], graph: Graph) -> dict[str, tuple[str, ...]]:
    """The classes of ours that some IRIs have."""
    wanted, own = sorted(iris), expand("bil:")
    found: dict[str, set[str]] = {}
    for first in range(0, len(wanted), AT_ONCE):
        values = " ".join(f"<{iri}>" for iri in wanted[first : first + AT_ONCE])
        query = f"SELECT ?thing ?kind {{ VALUES ?thing {{ {values} }} ?thing a ?kind }}"
        result: Any = graph.engine.query(turtle_prefixes() + query)
        for row in result:
            if isinstance(row["kind"], ox.NamedNode) and row["kind"].value.startswith(own):
                found.setdefault(row["thing"].value, set()).add(row["kind"].value)
    return {iri: tuple(sorted(kinds)) for iri, kinds in found.items()}
