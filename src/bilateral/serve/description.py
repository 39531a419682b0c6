"""The service description of the endpoint, in RDF (W3C Recommendation of 2013-03-21)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.namespaces import expand
from bilateral.query.federation import allowed_services
from bilateral.query.formats import GRAPHS, ROWS, graph_bytes

if TYPE_CHECKING:
    from bilateral.query.formats import Form

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
# The names of the formats in the W3C's list of file formats.
W3C = {
    "json": "SPARQL_Results_JSON", "xml": "SPARQL_Results_XML", "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV", "turtle": "Turtle", "ntriples": "N-Triples", "trig": "TriG",
    "jsonld": "JSON-LD", "rdfxml": "RDF_XML",
}  # fmt: skip


def described_service(endpoint: str, state: Any, form: Form) -> bytes:  # noqa: ANN401 - the app's
    """The description in one of the graph forms."""
    service, dataset = ox.NamedNode(endpoint), ox.NamedNode(expand("graph:catalogue"))
    default = ox.BlankNode("default")
    a = ox.NamedNode(expand("rdf:type"))

    def sd(name: str) -> ox.NamedNode:
        return ox.NamedNode(SD + name)

    triples = [
        ox.Triple(service, a, sd("Service")),
        ox.Triple(service, sd("endpoint"), service),
        ox.Triple(service, sd("supportedLanguage"), sd("SPARQL11Query")),
        ox.Triple(service, sd("feature"), sd("UnionDefaultGraph")),
        ox.Triple(service, sd("feature"), sd("BasicFederatedQuery")),
        ox.Triple(service, sd("defaultDataset"), dataset),
        ox.Triple(dataset, a, sd("Dataset")),
        ox.Triple(dataset, sd("defaultGraph"), default),
        ox.Triple(default, a, sd("Graph")),
    ]
    triples += [
        ox.Triple(service, sd("resultFormat"), ox.NamedNode(FORMATS + W3C[f.name]))
        for f in (*ROWS, *GRAPHS)
    ]
    triples += [
        ox.Triple(service, ox.NamedNode(expand("rdfs:seeAlso")), ox.NamedNode(other))
        for other in sorted(allowed_services(state.settings))
    ]
    return graph_bytes(triples, form)
