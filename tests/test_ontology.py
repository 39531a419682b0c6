"""The ontology page: every term, each with an example that the graph holds and the page says."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import httpx
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from markupsafe import escape

from bilateral.cli import main
from bilateral.knowledge import load_knowledge
from bilateral.namespaces import compact, expand, turtle_prefixes
from bilateral.ontology.page import anchor, page_html, texts
from bilateral.ontology.terms import read_terms
from bilateral.query.engines import Oxigraph
from bilateral.query.graph import Graph

from .serving import bilateral_server

LANGUAGES = ("en", "ka", "az")
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)> \"'&{{ 7 * 7 }}"


@pytest.fixture(scope="module")
def terms(graph):
    return read_terms(graph)


@pytest.fixture(scope="module")
def page(built):
    return (built / "ontology.html").read_text(encoding="utf-8")


class Reader(HTMLParser):
    """The ids, links, and loaded addresses of a page, and whether its elements are closed."""

    VOID = ("meta", "input", "link", "br", "img")

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loaded, self.open = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        if "src" in given or (tag == "link" and given.get("rel") == "stylesheet"):
            self.loaded.append(given)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def read(page):
    return Reader(page)


def own_terms():
    knowledge = load_knowledge()
    kinds = {expand(name) for name in ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty",
                                       "skos:Concept", "skos:ConceptScheme")}  # fmt: skip
    return {
        t.subject.value
        for t in (*knowledge.ontology, *knowledge.concepts)
        if t.predicate.value == expand("rdf:type") and t.object.value in kinds
    }


def test_every_term_of_ours_is_on_the_page_at_its_own_address(read):
    wanted = own_terms()
    assert len(wanted) > 400
    assert {anchor(iri) for iri in wanted} <= set(read.ids)
    # https://w3id.org/bilateral/ontology#party is #party of the page.
    assert {iri.partition("#")[2] for iri in wanted if "#" in iri} <= set(read.ids)


def test_ids_are_unique_and_links_lead_somewhere(read):
    assert len(read.ids) == len(set(read.ids))
    inside = {link[1:] for link in read.links if link.startswith("#")}
    assert inside <= set(read.ids)
    assert not read.open
    assert all(re.match(r"#|https?://|\?lang=", link) for link in read.links)


def test_every_term_has_its_names_in_three_languages(terms):
    for iri in own_terms():
        assert set(terms[iri].labels) == set(LANGUAGES), iri


def test_classes_properties_and_schemes_are_defined_in_three_languages(terms):
    for iri in own_terms():
        term = terms[iri]
        if term.kind != "concept" or term.definitions:
            assert set(term.definitions) == set(LANGUAGES), iri
            assert len(set(term.definitions.values())) == 3, iri


def test_names_and_definitions_are_in_the_letters_of_their_language(terms):
    for iri in own_terms():
        term = terms[iri]
        for text in (term.labels["ka"], term.definitions.get("ka", "")):
            plain = re.sub(r"\b[A-Z0-9-]{2,}\b|xsd:\w+|EDTF", "", text)
            assert re.search(r"[ა-ჰ]", text) or not re.search(r"[A-Za-z]{3,}", plain), (iri, text)
        for language in ("en", "az"):
            for text in (term.labels[language], term.definitions.get(language, "")):
                assert not re.search(r"[Ⴀ-ჿ]", re.sub(r"[(„“].*?[)”“]", "", text)), (iri, text)


def test_every_term_that_is_used_has_an_example(terms):
    lacking = [iri for iri in own_terms() if terms[iri].uses and not terms[iri].example]
    assert lacking == []
    with_words = [t for t in terms.values() if t.own and t.example and t.example.text]
    assert len(with_words) > 150


def test_an_example_is_in_the_graph_and_its_words_are_the_page_s(terms, built):
    store = ox.Store()
    store.bulk_load(path=str(built / "graph.nq"))
    words = {q.subject.value: q.object.value for q in
             store.quads_for_pattern(None, ox.NamedNode(expand("nif:anchorOf")), None)}  # fmt: skip
    checked = 0
    for term in terms.values():
        if not term.own or not term.example:
            continue
        example = term.example
        said = [q for q in store.quads_for_pattern(
            ox.NamedNode(example.subject.iri), ox.NamedNode(example.predicate.iri), None)
            if example.object.iri in {"", getattr(q.object, "value", "")}]  # fmt: skip
        assert said, term.iri
        if example.text:
            assert " ".join(words[example.passage].split()) == example.text
            if example.rule:
                derived = {q.graph_name.value for q in said}
                assert expand("graph:derived") in derived
            elif example.passage in {q.graph_name.value for q in said}:
                checked += 1
        shown = {example.subject.iri, example.predicate.iri, example.object.iri}
        kinds = {q.object.value for iri in shown if iri for q in store.quads_for_pattern(
            ox.NamedNode(iri), ox.NamedNode(expand("rdf:type")), None)
            if isinstance(q.object, ox.NamedNode)}  # fmt: skip
        below = {term.iri, *children_of(term.iri, terms)}
        assert below & (shown | kinds), term.iri
    assert checked > 100


def children_of(iri, terms):
    for child in terms[iri].children:
        yield child
        yield from children_of(child, terms)


def test_the_numbers_are_those_of_the_graph(terms, graph):
    def counted(query):
        (row,) = graph.engine.query(turtle_prefixes() + query)
        return int(row["n"].value)

    for name in ("bil:City", "bil:Observation", "bil:Mention", "skos:Concept"):
        query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a {name} }}"
        assert terms[expand(name)].uses == counted(query)
    for name in ("bil:party", "dcterms:date", "nif:anchorOf", "bil:status"):
        assert terms[expand(name)].uses == counted(f"SELECT (COUNT(*) AS ?n) {{ ?s {name} ?o }}")
    usd = "SELECT (COUNT(*) AS ?n) { ?s sdmx-attribute:unitMeasure concept:usd }"
    assert terms[expand("concept:usd")].uses == counted(usd)


def test_shapes_and_pages_tell_what_a_property_is_said_of(terms):
    party = terms[expand("bil:party")]
    assert expand("bil:Agreement") in party.subjects
    assert {expand("bil:Company"), expand("bil:Ministry")} <= set(party.values)
    assert terms[expand("bil:notBefore")].values == [expand("xsd:date")]


def test_a_graph_without_a_description_is_counted():
    store = ox.Store()
    trig = (
        turtle_prefixes() + "GRAPH graph:ontology { bil:party a owl:ObjectProperty ; rdfs:label 'party'@en }"
        " GRAPH <https://w3id.org/bilateral/source/a#char=0,3> { id:x bil:party id:y }"
    )  # fmt: skip
    store.load(trig.encode(), format=ox.RdfFormat.TRIG)
    found = read_terms(Graph(Oxigraph(store)))
    assert found[expand("bil:party")].uses == 1
    assert found[expand("bil:party")].example.object.iri == expand("id:y")
    assert page_html(found)
    assert page_html({})


def test_the_file_needs_nothing_beside_it(page, read):
    assert read.loaded == []
    assert not re.search(r"url\((?!\"data:)", page)
    assert "@import" not in page
    assert page.startswith("<!DOCTYPE html>")
    assert "'unsafe" not in page


def test_every_word_of_the_page_is_in_three_languages():
    for key, words in texts().items():
        assert set(words) == set(LANGUAGES), key
        assert re.search(r"[ა-ჰ]", words["ka"]), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_writes_what_a_build_leaves(lang, built, page, tmp_path):
    file = tmp_path / "page.html"
    done = CliRunner().invoke(
        main, ["ontology", "-o", str(file), "--lang", lang, "--graph", str(built)]
    )
    assert done.exit_code == 0, done.output
    written = file.read_text(encoding="utf-8")
    assert f'<html lang="{lang}">' in written
    if lang == "en":
        assert written == page
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_place_that_cannot_be_written_is_told_in_two_lines(built, tmp_path):
    file = tmp_path / "none" / "page.html"
    done = CliRunner().invoke(main, ["ontology", "-o", str(file), "--graph", str(built)])
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 2


def test_hostile_labels_are_text():
    literal = ox.Literal(HOSTILE, language="en")
    store = ox.Store()
    store.load(
        (turtle_prefixes() + f"GRAPH graph:ontology {{ bil:evil a owl:Class ; rdfs:label {literal} ;"
         f" skos:definition {literal} ; rdfs:subClassOf <javascript:alert(1)> }}"
         f" GRAPH <https://w3id.org/bilateral/source/a#char=0,3> {{ id:x a bil:evil ; rdfs:comment {literal} }}"
         " GRAPH graph:sources { source:a a bil:Source . <https://w3id.org/bilateral/source/a#char=0,3>"
         f" a bil:Passage ; nif:referenceContext source:a ; nif:anchorOf {literal} }}").encode(),
        format=ox.RdfFormat.TRIG,
    )  # fmt: skip
    made = page_html(read_terms(Graph(Oxigraph(store))))
    assert made.count("<script") == 1
    assert "<img" not in made
    assert 'href="javascript' not in made
    assert str(escape(HOSTILE)) in made
    assert "49" not in re.sub(r"<style>.*?</style>", "", made, flags=re.DOTALL)


# ---------------------------------------------------------------- served


@pytest.fixture(scope="module")
def address(built):
    with bilateral_server(built) as running:
        yield running


def asked(address, **params):
    return httpx.get(f"{address}/ontology", params=params, headers={"accept": "text/html"})


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_server_gives_the_page_in_each_language(lang, address):
    reply = asked(address, lang=lang)
    assert reply.status_code == 200
    assert reply.headers["content-language"] == lang
    assert f'<html lang="{lang}">' in reply.text
    found = Reader(reply.text)
    assert {"party", "Observation", "concept:usd"} <= set(found.ids)
    assert any(link.startswith("/id/") for link in found.links)
    assert any(link.startswith("/source/georgia-azerbaijan#char=") for link in found.links)


def test_the_policy_allows_the_page_s_own_script_and_style_only(address):
    reply = asked(address)
    policy = reply.headers["content-security-policy"]
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", reply.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "<script" not in asked(address, plain="1").text


def test_what_is_no_browser_gets_rdf(address):
    reply = httpx.get(f"{address}/ontology", headers={"accept": "text/turtle"})
    found = {q.subject.value for q in ox.parse(reply.content, format=ox.RdfFormat.TURTLE)
             if isinstance(q.subject, ox.NamedNode)}  # fmt: skip
    assert expand("bil:party") in found
    page = httpx.get(f"{address}/ontology?format=jsonld", headers={"accept": "text/html"})
    assert json.loads(page.text)["@graph"]
    assert compact(expand("bil:party")) == "bil:party"
