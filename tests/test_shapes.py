"""The fast validator finds what the reference finds."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
import shacl_rust
from pyshacl import validate

from bilateral.build import assemble

from .conftest import ROOT

SHAPES = (ROOT / "ontology" / "shapes.ttl").read_text(encoding="utf-8")
PREFIX = """PREFIX bil: <https://w3id.org/bilateral/ontology#>
PREFIX id: <https://w3id.org/bilateral/id/>
PREFIX concept: <https://w3id.org/bilateral/concept/>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX sdmx-measure: <http://purl.org/linked-data/sdmx/2009/measure#>
"""
BROKEN = {
    "office without a state": "id:x a bil:Office .",
    "two values": "id:x a bil:Observation ; sdmx-measure:obsValue 1.0 , 2.0 .",
    "days out of order": 'id:x dcterms:date "2010"^^<http://id.loc.gov/datatypes/edtf/EDTF> ;'
    ' bil:notBefore "2010-12-31"^^xsd:date ; bil:notAfter "2010-01-01"^^xsd:date .',
    "signatory that is a project": "id:x a bil:Protocol ; bil:signatory id:y . id:y a bil:Project .",
    "term as text": 'id:x a bil:Memorandum ; bil:term "five years" .',
    "coordinates without a source": "id:x geo:hasGeometry id:y ."
    ' id:y geo:asWKT "POINT(1 2)"^^geo:wktLiteral .',
    "latitude before longitude, with a comma": "id:x geo:hasGeometry id:y ."
    ' id:y dcterms:source "z"@en ; geo:asWKT "POINT(1, 2)"^^geo:wktLiteral .',
    "country code of a city": 'id:x a bil:City ; bil:countryCode "GE" ; bil:countryNumber "268" .',
    "label twice": 'id:x a bil:City ; rdfs:label "a"@en , "b"@en , "c"@ka , "d"@az .',
}


def fast(turtle):
    report = shacl_rust.validate(turtle, SHAPES)
    return {(r["focusNode"].strip("<>"), (r.get("resultPath") or "").strip("<>"),
             r["sourceConstraintComponent"].strip("<>").rsplit("#", 1)[-1])
            for r in report["results"]}  # fmt: skip


def reference(turtle):
    data = rdflib.Graph().parse(data=turtle, format="turtle")
    _, report, _ = validate(data, shacl_graph=rdflib.Graph().parse(data=SHAPES, format="turtle"))
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    return {
        (str(report.value(r, sh.focusNode)), str(report.value(r, sh.resultPath) or ""),
         str(report.value(r, sh.sourceConstraintComponent)).rsplit("#", 1)[-1])
        for r in report.objects(None, sh.result)
    }  # fmt: skip


@pytest.mark.parametrize("turtle", BROKEN.values(), ids=BROKEN)
def test_both_validators_find_the_same(turtle):
    found = fast(PREFIX + turtle)
    assert found
    assert found == reference(PREFIX + turtle)


def test_both_validators_accept_the_real_graph():
    triples = {q.triple for q in assemble([]).quads}
    turtle = ox.serialize(triples, format=ox.RdfFormat.TURTLE).decode()
    assert fast(turtle) == set() == reference(turtle)
