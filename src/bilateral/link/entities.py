"""Our side: what in a graph can be linked, with its names, classes, country, and neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.link.model import Entity
from bilateral.links import OWN
from bilateral.namespaces import compact, expand, turtle_prefixes
from bilateral.query.names import iri_named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bilateral.knowledge import Knowledge
    from bilateral.links import Mapping
    from bilateral.query.graph import Graph

# Named by the lexicon, or proposed by a page: what a page only states of a thing has no name of its own.
NAMED = """
SELECT DISTINCT ?thing {
  GRAPH graph:lexicon {
    { ?thing dcterms:source ?names . ?thing rdfs:label ?label } UNION { ?thing bil:proposed true }
    UNION { ?thing a bil:Office }
  }
}
"""
NAMES = """
SELECT ?thing ?about ?name {
  VALUES ?thing { %s }
  VALUES ?about { rdfs:label skos:prefLabel skos:altLabel }
  ?thing ?about ?name .
}
ORDER BY ?thing ?name
"""
KINDS = "SELECT DISTINCT ?thing ?kind { VALUES ?thing { %s } ?thing a ?kind }"
# What a passage says of the thing and of another one, in one statement.
TIES = """
SELECT DISTINCT ?thing ?other {
  VALUES ?thing { %s }
  GRAPH ?passage { { ?thing ?p ?other } UNION { ?other ?p ?thing } }
  FILTER (ISIRI(?other) && CONTAINS(STR(?passage), "#char="))
}
"""
POSTS = "SELECT ?thing ?other { VALUES ?thing { %s } ?thing org:postIn ?other }"
# Classes whose states are those that a passage names with them; an organisation's are its members,
# which outside data do not call its country.
LANDED = frozenset({"Undertaking", "Office"})


def entities_named(texts: Iterable[str], graph: Graph) -> list[str]:
    """The IRIs of what the texts name. Raises UsageError for what the graph does not have."""
    return [iri_named(text, graph.engine).value for text in texts]


def unlinked(graph: Graph, mappings: Iterable[Mapping], prefix: str) -> list[str]:
    """The IRIs of all named things that no mapping says to be the same as one of that prefix."""
    done = linked(mappings, prefix)
    iris = (row["thing"].value for row in _rows(graph, NAMED))
    return sorted(iri for iri in iris if iri not in done)


def linked(mappings: Iterable[Mapping], prefix: str) -> dict[str, str]:
    """The outside id of each thing (IRI) that has one of that prefix."""
    return {
        m.subject: m.object_id
        for m in mappings
        if not m.negative
        and m.predicate_id in {"skos:exactMatch", "owl:sameAs"}
        and m.object_id.startswith(f"{prefix}:")
    }


def described(
    iris: Iterable[str],
    graph: Graph,
    knowledge: Knowledge,
    outside: dict[str, str],
    languages: Collection[str],
) -> list[Entity]:
    """The things of those IRIs; `outside` gives the outside ids of what is linked already."""
    iris = list(iris)
    values = " ".join(str(ox.NamedNode(iri)) for iri in iris)
    names: dict[str, dict[str, list[str]]] = {iri: {} for iri in iris}
    named = _rows(graph, NAMES % values)
    for row in sorted(named, key=lambda row: row["about"].value.endswith("altLabel")):
        language = row["name"].language
        if language in languages:
            names[row["thing"].value].setdefault(language, []).append(row["name"].value)
    kinds: dict[str, set[str]] = {iri: set() for iri in iris}
    for row in _rows(graph, KINDS % values):
        if row["kind"].value.startswith(expand("bil:")):
            kinds[row["thing"].value].add(compact(row["kind"].value).partition(":")[2])
    ties: dict[str, set[str]] = {iri: set() for iri in iris}
    for query in (TIES, POSTS):
        for row in _rows(graph, query % values):
            ties[row["thing"].value].add(row["other"].value)
    states = _states(knowledge)
    labels = graph.labels(iris)
    found = []
    for iri in iris:
        line = _line(kinds[iri], knowledge)
        home = states.get(_code(compact(iri), knowledge))
        lands = {home} if home else set()
        if not home and not LANDED.isdisjoint(line):
            lands = ties[iri] & set(states.values())
        found.append(
            Entity(
                id=own_id(iri),
                label=labels.get(iri, own_id(iri)),
                names={code: tuple(dict.fromkeys(texts)) for code, texts in names[iri].items()},
                kinds=line,
                countries=frozenset(outside[land] for land in lands if land in outside),
                neighbours=frozenset(outside[o] for o in ties[iri] - lands if o in outside),
            )
        )
    return found


def own_id(iri: str) -> str:
    """What the file of mappings calls a thing."""
    prefix, _, name = compact(iri).partition(":")
    return f"{OWN if prefix == 'id' else prefix}:{name}"


def _line(kinds: set[str], knowledge: Knowledge) -> tuple[str, ...]:
    """The classes and all that they are kinds of, the narrowest first."""
    above = {kind: knowledge.superclasses.get(kind, frozenset()) for kind in kinds}
    every = kinds.union(*above.values()) if above else kinds
    depth = {kind: len(knowledge.superclasses.get(kind, ())) for kind in every}
    return tuple(sorted(every, key=lambda kind: (-depth[kind], kind)))


def _states(knowledge: Knowledge) -> dict[str, str]:
    """The IRIs of states and territories by their ISO 3166 code."""
    return {
        entry.code: expand(entry.value or "")
        for lexicon in knowledge.lexica()
        for entry in lexicon.entries.values()
        if "Country" in entry.types and entry.code
    }


def _code(curie: str, knowledge: Knowledge) -> str:
    for lexicon in knowledge.lexica():
        entry = lexicon.entries.get(curie) or lexicon.city(curie)
        if entry and "Country" not in entry.types:
            return entry.code
    return ""


def _rows(graph: Graph, query: str) -> list[Any]:
    result: Any = graph.engine.query(turtle_prefixes() + query)
    return list(result)
