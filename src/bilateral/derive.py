"""Derived statements: named SPARQL rules run to a fixed point, each result with its reasons.

A rule of `ontology/derivations/` selects ?subject ?predicate ?object and the passages that bear
the result out (?passage, ?passage2). What it finds goes into the `derived` graph, with a
`bil:Derivation` that names the rule and the passages.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral.errors import OntologyError
from bilateral.namespaces import expand, graph, node
from bilateral.queryfile import QueryFile, read_queries

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_ROUNDS = 20  # a rule set that has not settled by then feeds itself
HEADER = ("Title", "Reason")

Triple = tuple[ox.NamedNode, ox.NamedNode, "ox.NamedNode | ox.Literal"]


def derive(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The quads of the `derived` graph that follow from these, in order."""
    store = ox.Store()
    store.extend(quads)
    home = graph("derived")
    rules = read_queries("derivations", HEADER)
    reasons: dict[tuple[str, Triple], set[ox.NamedNode]] = {}
    for _ in range(MOST_ROUNDS):
        grown = False
        for rule in rules:
            for triple, passages in _run(rule, store):
                known = reasons.setdefault((rule.name, triple), set())
                grown = grown or not passages <= known or not known
                known |= passages
        for _, triple in reasons:
            store.add(ox.Quad(*triple, home))
        if not grown:
            break
    else:
        what = f"the derivations have not settled after {MOST_ROUNDS} rounds"
        remedy = "Find the rule that makes new things of its own results."
        raise OntologyError(what, remedy, file="ontology/derivations")
    return _quads(rules, reasons, home)


def _run(rule: QueryFile, store: ox.Store) -> Iterable[tuple[Triple, set[ox.NamedNode]]]:
    try:
        rows = store.query(rule.query, use_default_graph_as_union=True)
    except SyntaxError as error:
        what = f"the derivation is not SPARQL: {error.msg}"
        raise OntologyError(what, "Correct the query.", file=str(rule.path)) from error
    names = [variable.value for variable in rows.variables]  # type: ignore[union-attr]
    passages = [name for name in names if name.startswith("passage")]
    for row in rows:  # type: ignore[union-attr]
        triple = (row["subject"], row["predicate"], row["object"])
        if any(term is None for term in triple):
            continue
        yield triple, {row[name] for name in passages if row[name] is not None}


def _quads(
    rules: list[QueryFile],
    reasons: dict[tuple[str, Triple], set[ox.NamedNode]],
    home: ox.NamedNode,
) -> list[ox.Quad]:
    quads = set()
    used = {name for name, _ in reasons}
    for rule in rules:
        if rule.name in used:
            subject = node("rule:" + rule.name)
            for predicate, value in (
                ("rdf:type", node("bil:Rule")),
                ("rdfs:label", ox.Literal(rule.header["Title"], language="en")),
                ("rdfs:comment", ox.Literal(rule.header["Reason"], language="en")),
            ):
                quads.add(ox.Quad(subject, node(predicate), value, home))
    for (name, triple), passages in reasons.items():
        digest = hashlib.sha256(" ".join([name, *map(str, triple)]).encode()).hexdigest()[:16]
        subject = ox.NamedNode(expand("id:") + "derivation-" + digest)
        quads.add(ox.Quad(*triple, home))
        facts = [
            ("rdf:type", node("bil:Derivation")),
            ("rdf:subject", triple[0]),
            ("rdf:predicate", triple[1]),
            ("rdf:object", triple[2]),
            ("prov:wasGeneratedBy", node("rule:" + name)),
            *(("prov:wasDerivedFrom", passage) for passage in passages),
        ]
        for predicate, value in facts:
            quads.add(ox.Quad(subject, node(predicate), value, home))
    return sorted(quads, key=str)
