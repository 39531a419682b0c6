"""The catalogue graph: what the data set holds, in VoID and DCAT."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral.namespaces import expand, graph, node
from bilateral.templates import typed

if TYPE_CHECKING:
    from collections.abc import Iterator


def catalogue(quads: list[ox.Quad]) -> Iterator[ox.Quad]:
    """VoID counts (triples, entities, classes, properties) and partitions of the data set."""
    home = graph("catalogue")
    dataset = ox.NamedNode(expand("graph:") + "catalogue#dataset")
    classes: Counter[str] = Counter()
    predicates: Counter[str] = Counter()
    entities = set()
    prefix = expand("id:")
    for quad in quads:
        predicates[quad.predicate.value] += 1
        if quad.predicate.value == expand("rdf:type") and isinstance(quad.object, ox.NamedNode):
            classes[quad.object.value] += 1
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(prefix):
            entities.add(quad.subject.value)
    facts: list[tuple[ox.NamedNode, str, ox.NamedNode | ox.Literal]] = [
        (dataset, "rdf:type", node("void:Dataset")),
        (dataset, "rdf:type", node("dcat:Dataset")),
        (dataset, "dcterms:title", ox.Literal("Bilateral", language="en")),
        (dataset, "dcterms:license", ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")),
        (dataset, "void:uriSpace", ox.Literal(prefix)),
        (dataset, "void:vocabulary", ox.NamedNode(expand("bil:"))),
        (dataset, "void:triples", typed(str(len(quads)), "integer")),
        (dataset, "void:entities", typed(str(len(entities)), "integer")),
        (dataset, "void:classes", typed(str(len(classes)), "integer")),
        (dataset, "void:properties", typed(str(len(predicates)), "integer")),
    ]
    for kind, counts, of, number in (
        ("class", classes, "void:class", "void:entities"),
        ("property", predicates, "void:property", "void:triples"),
    ):
        for position, (iri, count) in enumerate(sorted(counts.items())):
            part = ox.NamedNode(f"{dataset.value}-{kind}-{position + 1}")
            facts += [
                (dataset, f"void:{kind}Partition", part),
                (part, of, ox.NamedNode(iri)),
                (part, number, typed(str(count), "integer")),
            ]
    for subject, predicate, value in facts:
        yield ox.Quad(subject, node(predicate), value, home)
