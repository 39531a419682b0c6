"""JSON-LD: names that people read, and back again exactly the same quads, in three readers."""

from __future__ import annotations

import json
import os

import httpx
import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from bilateral.errors import UsageError
from bilateral.jsonld import context, document
from bilateral.knowledge import load_knowledge
from bilateral.namespaces import compact, expand, node, prefixes

from .conftest import ROOT
from .serving import bilateral_server

FILE = ROOT / "ontology" / "context.jsonld"
WRITE = "BILATERAL_WRITE_GOLDEN"
QUADS = ox.RdfFormat.N_QUADS


def by_pyld(text):
    """The quads that pyld reads."""
    written = jsonld.to_rdf(json.loads(text), {"format": "application/n-quads"})
    return canonical(ox.parse(written, format=QUADS))


def by_oxigraph(text):
    return canonical(ox.parse(text, format=ox.RdfFormat.JSON_LD))


def by_rdflib(text):
    rdflib.NORMALIZE_LITERALS = False
    try:
        dataset = rdflib.Dataset()
        dataset.parse(data=text, format="json-ld")
        return canonical(ox.parse(dataset.serialize(format="nquads"), format=QUADS))
    finally:
        rdflib.NORMALIZE_LITERALS = True


def canonical(quads):
    """Quads with blank nodes named by what is said of them."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


READERS = {"pyoxigraph": by_oxigraph, "pyld": by_pyld, "rdflib": by_rdflib}


@pytest.mark.parametrize("reader", READERS)
def test_the_whole_graph_comes_back_quad_by_quad(reader, built):
    text = (built / "graph.jsonld").read_text(encoding="utf-8")
    given = canonical(ox.parse(path=str(built / "graph.nq")))
    assert READERS[reader](text) == given


def test_names_are_readable_and_the_context_is_inside(built):
    text = (built / "graph.jsonld").read_text(encoding="utf-8")
    memorandum = next(
        line for line in text.splitlines()
        if '"@id": "id:georgia-azerbaijan-memorandum-2008-11"' in line and '"party"' in line
    )  # fmt: skip
    said = json.loads(memorandum.strip(" ,"))
    assert said["@type"] == "Memorandum"
    assert "id:socar" in said["party"]
    assert said["notBefore"] == "2008-11-01"
    assert said["term"] == "P5Y"
    inside = json.loads(text)["@context"]
    assert inside["party"] == {"@id": "bil:party", "@type": "@id"}
    assert "http" not in memorandum


def test_a_document_holds_only_the_names_that_it_uses():
    made = json.loads(document([ox.Triple(node("id:a"), node("bil:party"), node("id:b"))]))
    assert set(made["@context"]) == {"@version", "@vocab", "bil", "id", "party"}
    assert made["@graph"] == [{"@id": "id:a", "party": "id:b"}]


# ---------------------------------------------------------------- the context


def own_terms():
    """What the context must say of each class and property of the ontology."""
    own = expand("bil:")
    kinds: dict[str, str] = {}
    types: dict[str, set[str]] = {}
    paths = {}
    for triple in load_knowledge().ontology:
        predicate, value = compact(triple.predicate.value), triple.object
        if predicate == "rdf:type" and isinstance(triple.subject, ox.NamedNode):
            # Some are of a second kind too, as symmetric properties are.
            if triple.subject.value.startswith(own) and "Symmetric" not in value.value:
                kinds[triple.subject.value.removeprefix(own)] = compact(value.value)
        elif predicate == "sh:path" and isinstance(value, ox.NamedNode):
            paths[triple.subject] = value.value
    for triple in load_knowledge().ontology:
        if compact(triple.predicate.value) == "sh:datatype" and triple.subject in paths:
            types.setdefault(paths[triple.subject], set()).add(compact(triple.object.value))
    return kinds, types


def test_the_context_has_every_term_of_the_ontology():
    kinds, types = own_terms()
    known = json.loads(FILE.read_text(encoding="utf-8"))["@context"]
    lacking = {}
    for name, kind in kinds.items():
        if name not in known:
            lacking[name] = {
                "owl:Class": f"bil:{name}",
                "owl:ObjectProperty": {"@id": f"bil:{name}", "@type": "@id"},
                "owl:DatatypeProperty": {"@id": f"bil:{name}", "@type": next(iter(types.get(expand("bil:") + name, {""})))},
            }[kind]  # fmt: skip
    if lacking and os.environ.get(WRITE):
        rows = [f"    {json.dumps(n)}: {json.dumps(v)}" for n, v in sorted(lacking.items())]
        text = FILE.read_text(encoding="utf-8").removesuffix("\n  }\n}\n")
        FILE.write_text(",\n".join([text, *rows]) + "\n  }\n}\n", encoding="utf-8")
    assert lacking == {}, f"Add these to ontology/context.jsonld, or set {WRITE}=1."


def test_the_context_says_of_each_term_what_the_ontology_says():
    kinds, types = own_terms()
    for name, kind in kinds.items():
        entry = context()[name]
        iri = entry["@id"] if isinstance(entry, dict) else entry
        assert iri == f"bil:{name}"
        taken = entry.get("@type") if isinstance(entry, dict) else None
        if kind == "owl:ObjectProperty":
            assert taken == "@id", name
        elif kind == "owl:Class":
            assert taken is None, name
        else:
            assert taken != "@id", name
        shaped = types.get(expand("bil:") + name, set()) - {"xsd:string", "rdf:langString"}
        if shaped:
            assert {taken} == shaped, name


def test_the_context_has_a_name_for_all_that_the_graph_says(built):
    own = {"ontology", "catalogue", "links"}
    used = set()
    for quad in ox.parse(path=str(built / "graph.nq")):
        home = quad.graph_name.value.removeprefix(expand("graph:"))
        if home in own or home.startswith("snapshot/"):
            continue
        used.add(quad.predicate.value)
        if compact(quad.predicate.value) == "rdf:type":
            used.add(quad.object.value)
    named = {
        expand(entry["@id"] if isinstance(entry, dict) else entry)
        for name, entry in context().items()
        if name not in prefixes() and not name.startswith("@")
    }
    assert used - named == {expand("rdf:type")}


def test_the_context_is_one_that_pyld_takes():
    whole = {"@context": context(), "@id": "id:x", "party": "id:y", "label": {"ka": "ა"}}
    (expanded,) = jsonld.expand(whole)
    assert expanded[expand("bil:party")] == [{"@id": expand("id:y")}]
    assert expanded[expand("rdfs:label")] == [{"@language": "ka", "@value": "ა"}]


# ---------------------------------------------------------------- strange quads


IRIS = st.sampled_from([
    "https://w3id.org/bilateral/id/a", "https://w3id.org/bilateral/id/", "https://w3id.org/bilateral/id//b",
    "https://w3id.org/bilateral/ontology#party", "https://w3id.org/bilateral/ontology#label",
    "https://w3id.org/bilateral/ontology#source", "https://w3id.org/bilateral/ontology#a:b",
    "https://w3id.org/bilateral/ontology#", "https://w3id.org/bilateral/ontology#@type",
    "https://w3id.org/bilateral/ontology#new-one", "https://w3id.org/bilateral/ontology#never",
    "geo:41.7,44.8", "id:x", "source:y", "schema:Thing", "label:x", "party:z", "urn:x:y", "mailto:a@b.ge",
    "https://schema.org/name", "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "http://purl.org/dc/terms/date",
    "http://example.org/%22a%22?b=c#d", "https://sws.geonames.org/1/", "https://www.iso.org/obp/ui/#iso:code:3166:GE",
])  # fmt: skip
NODES = IRIS.map(ox.NamedNode)
TYPES = st.sampled_from([
    f"http://www.w3.org/2001/XMLSchema#{name}"
    for name in ("string", "integer", "nonNegativeInteger", "decimal", "double", "boolean", "date", "duration")
] + ["http://id.loc.gov/datatypes/edtf/EDTF", "geo:odd", "urn:type"])  # fmt: skip
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.sampled_from(["1", "-1", "01", "+1", "-0", "1.0", "1e3", "99999999999999999999", "true", "1",
                     "false", "TRUE", "@id", "id:a", "_:a", "</script>", "2008-11-01", "\u2028", "\\"]),
)  # fmt: skip
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    st.builds(lambda t, d: ox.Literal(t, datatype=ox.NamedNode(d)), TEXTS, TYPES),
    st.builds(
        lambda t, g: ox.Literal(t, language=g), TEXTS, st.sampled_from(["ka", "en-gb", "az"])
    ),
)
GRAPHS = st.one_of(st.just(ox.DefaultGraph()), NODES)
QUAD = st.builds(ox.Quad, NODES, NODES, st.one_of(NODES, LITERALS), GRAPHS)


@settings(max_examples=400, deadline=None)
@given(st.lists(QUAD, min_size=1, max_size=12))
def test_strange_quads_come_back(quads):
    assert by_oxigraph(document(sorted(quads, key=str))) == canonical(quads)


def is_double(quad):
    """Whether pyld rewrites it: it writes any text of that type as a canonical number."""
    return getattr(getattr(quad.object, "datatype", None), "value", "").endswith("#double")


@settings(max_examples=150, deadline=None)
@given(st.lists(QUAD.filter(lambda quad: not is_double(quad)), min_size=1, max_size=8))
def test_strange_quads_come_back_from_pyld(quads):
    assert by_pyld(document(sorted(quads, key=str))) == canonical(quads)


def test_blank_nodes_and_lists_come_back():
    turtle = "[] a [] ; <urn:p> ( 1 'a'@ka <urn:x> ) ; <http://www.w3.org/2000/01/rdf-schema#label> 'a' , _:b , 'b'@en ."  # fmt: skip
    triples = [q.triple for q in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]
    given = canonical(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    text = document(sorted(triples, key=str))
    assert by_oxigraph(text) == by_pyld(text) == given


def test_statements_about_statements_are_refused():
    inner = ox.Triple(node("id:a"), node("bil:party"), node("id:b"))
    with pytest.raises(UsageError, match="statements about statements") as caught:
        document([ox.Triple(node("id:c"), node("rdf:object"), inner)])
    assert len(str(caught.value).splitlines()) == 2


def test_an_empty_document_is_one():
    assert json.loads(document([]))["@graph"] == []


# ---------------------------------------------------------------- served


@pytest.fixture(scope="module")
def address(built):
    with bilateral_server(built) as running:
        yield running


@pytest.mark.parametrize("path", ["/id/socar", "/concept/usd", "/graph/lexicon", "/ontology",
                                  "/source/georgia-azerbaijan"])  # fmt: skip
def test_an_iri_s_document_says_what_its_turtle_says(path, address):
    told = {}
    for form in ("jsonld", "ntriples"):
        reply = httpx.get(f"{address}{path}", params={"format": form})
        kind = ox.RdfFormat.from_media_type(reply.headers["content-type"])
        told[form] = canonical(ox.parse(reply.content, format=kind))
    assert told["jsonld"] == told["ntriples"]
    text = httpx.get(f"{address}{path}", params={"format": "jsonld"}).text
    assert by_pyld(text) == told["ntriples"]


def test_the_context_is_served_for_others(address):
    reply = httpx.get(f"{address}/context.jsonld")
    assert reply.headers["content-type"] == "application/ld+json"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.json() == {"@context": context()}
