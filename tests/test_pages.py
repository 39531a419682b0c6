"""Pages of things: structured data that says what the graph says, parts, links, and hostile graphs."""

from __future__ import annotations

import json
import re

import httpx
import pyoxigraph as ox
import pytest
import rdflib

from bilateral.namespaces import expand, graph, node

from .serving import bilateral_server

HTML = {"accept": "text/html"}
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
SCHEMA = expand("schema:")
STARTS, ENDS = expand("bil:notBefore"), expand("bil:notAfter")


@pytest.fixture(scope="module")
def address(built):
    with bilateral_server(built) as running:
        yield running


@pytest.fixture(scope="module")
def store(built):
    found = ox.Store()
    found.bulk_load(path=str(built / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    return found


def things(store, prefix):
    held = {q.subject for q in store.quads_for_pattern(None, None, node("bil:Derivation"))}
    named = (q.subject for q in store.quads_for_pattern(None, node("rdfs:label"), None))
    labelled = (q.subject for q in store.quads_for_pattern(None, node("skos:prefLabel"), None))
    iris = {t.value for t in (*named, *labelled) if isinstance(t, ox.NamedNode) and t not in held}
    return sorted(iri for iri in iris if iri.startswith(expand(prefix)) and "#" not in iri)


def structured(address, iri, lang="en", **more):
    path = iri.removeprefix("https://w3id.org/bilateral")
    reply = httpx.get(address + path, params={"lang": lang, **more}, headers=HTML, timeout=60)
    assert reply.status_code == 200, reply.text
    (block,) = BLOCK.findall(reply.text)
    return json.loads(block), reply


def triples(document):
    """What two readers make of a document, without any network; both must agree."""
    text = json.dumps(document)
    # Where no context is to be fetched, rdflib reads JSON-LD as it stands.
    read = rdflib.Graph().parse(data=text, format="json-ld")
    found = list(ox.parse(text, format=ox.RdfFormat.JSON_LD))
    assert len(read) == len({quad.triple for quad in found})
    return [quad.triple for quad in found]


def above(store, term):
    """The terms of schema.org that the ontology has at or above a term."""
    found, waiting = {term}, [term]
    while waiting:
        subject = ox.NamedNode(waiting.pop())
        for name in ("rdfs:subClassOf", "rdfs:subPropertyOf", "skos:closeMatch"):
            for quad in store.quads_for_pattern(subject, node(name), None, graph("ontology")):
                if quad.object.value not in found:
                    found.add(quad.object.value)
                    waiting.append(quad.object.value)
    return found


def is_said(store, triple):
    """Whether the graph, with the ontology's alignment, says a triple of the structured data."""
    subject, predicate, value = triple.subject, triple.predicate.value, triple.object
    if predicate == expand("rdf:type"):
        kinds = store.quads_for_pattern(subject, node("rdf:type"), None)
        return any(value.value in above(store, quad.object.value) for quad in kinds)
    for quad in store.quads_for_pattern(subject, None, None):
        if predicate not in above(store, quad.predicate.value):
            if quad.predicate != node("dcterms:date") or not isinstance(value, ox.Literal):
                continue
            parts = quad.object.value.split("/")
            wanted = {STARTS: parts[0], ENDS: parts[1] if len(parts) > 1 else None}
            if any(
                predicate in above(store, end) and value.value == part
                for end, part in wanted.items()
            ):
                return True
        elif quad.object == value:
            return True
    return False


@pytest.mark.parametrize("prefix", ["id:", "concept:", "source:"])
def test_structured_data_says_nothing_that_the_graph_does_not_say(address, store, prefix):
    iris = things(store, prefix)
    assert iris
    for iri in iris if prefix != "concept:" else iris[::6]:
        document, _ = structured(address, iri)
        page, _ = document["@graph"]
        for triple in triples(document):
            about_page = isinstance(triple.subject, ox.BlankNode)
            quoted = "#char=" in getattr(triple.subject, "value", "")
            assert about_page or quoted or is_said(store, triple), str(triple)
        # The words are the page's citations, and word for word those of the source.
        for quote in page.get("citation", []):
            passage = ox.NamedNode(quote["@id"])
            told = {q.object for q in store.quads_for_pattern(passage, node("nif:anchorOf"), None)}
            told |= {
                q.object for q in store.quads_for_pattern(passage, node("bil:translation"), None)
            }
            texts = {ox.Literal(t["@value"], language=t["@language"]) for t in quote["text"]}
            assert texts == told
            assert iri != quote["@id"]


@pytest.mark.parametrize("lang", ["en", "ka", "az"])
def test_names_come_in_every_language_whatever_the_page_speaks(address, lang):
    document, reply = structured(address, expand("id:socar"), lang)
    page, thing = document["@graph"]
    assert page["inLanguage"] == lang == reply.headers["content-language"]
    assert page["mainEntity"] == {"@id": expand("id:socar")}
    assert {name["@language"] for name in thing["name"]} == {"en", "ka", "az"}
    assert thing["@type"] == ["Corporation", expand("bil:Company")]
    assert {"@id": expand("wd:Q1622293")} in thing["sameAs"]


def test_a_vague_date_stays_vague(address):
    """A memorandum of November 2008 does not begin on the first and end on the thirtieth."""
    _, thing = structured(address, expand("id:georgia-azerbaijan-memorandum-2008-11"))[0]["@graph"]
    assert thing["startDate"] == ["2008-11"]
    assert "endDate" not in thing
    _, thing = structured(address, expand("id:aitf-exhibition-2010-04-15-to-2010-04-17"))[0][
        "@graph"
    ]
    assert (thing["startDate"], thing["endDate"]) == (["2010-04-15"], ["2010-04-17"])
    assert thing["@type"][0] == "ExhibitionEvent"


def test_what_is_derived_is_no_structured_data(address):
    _, thing = structured(address, expand("id:azerbaijan"))[0]["@graph"]
    assert "memberOf" not in thing


def test_every_page_of_a_thing_shows_its_links_and_how_to_cite_and_load_it(address):
    for lang, heading in (
        ("en", "In open data"),
        ("ka", "ღია მონაცემებში"),
        ("az", "Açıq məlumatlarda"),
    ):
        _, reply = structured(address, expand("id:socar"), lang)
        assert f"<h2>{heading}</h2>" in reply.text
        assert 'href="http://www.wikidata.org/entity/Q1622293"' in reply.text
        assert "ROR records" in reply.text
        assert 'rel="license"' in reply.text
        for form in ("turtle", "jsonld", "trig", "ntriples", "rdfxml"):
            assert f'href="?format={form}"' in reply.text


def test_a_hub_is_shown_in_parts_that_make_up_the_whole(address, store):
    azerbaijan = node("id:azerbaijan")
    said = {q.graph_name.value for q in store.quads_for_pattern(None, None, azerbaijan)}
    said |= {q.graph_name.value for q in store.quads_for_pattern(azerbaijan, None, None)}
    passages = {name for name in said if "#char=" in name}
    shown, number = set(), 1
    while True:
        document, reply = structured(address, azerbaijan.value, page=number)
        quotes = {quote["@id"] for quote in document["@graph"][0].get("citation", [])}
        assert len(quotes) <= 20
        assert not quotes & shown
        shown |= quotes
        if 'rel="next"' not in reply.headers["link"]:
            break
        number += 1
        assert f"?page={number}" in reply.headers["link"]
    assert number > 1
    assert shown == passages
    path = f"{address}/id/azerbaijan?page="
    assert httpx.get(f"{path}{number + 1}", headers=HTML).status_code == 404
    for wrong in ("0", "-1", "x", "١", "9" * 30):
        assert httpx.get(path + wrong, headers=HTML).status_code == 400


EVIL = '</script><script>alert(1)</script><!--<script>\u2028&amp;"\\'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A graph whose names and passages would end the element that they stand in, and a huge hub."""
    file = tmp_path_factory.mktemp("hostile") / "graph.nq"
    label, party = node("rdfs:label"), node("bil:party")
    hub, city = node("id:hub"), node("id:city")
    home = graph("lexicon")
    quads = [
        ox.Quad(city, label, ox.Literal(EVIL, language="en"), home),
        ox.Quad(city, node("rdf:type"), node("bil:City"), home),
        ox.Quad(city, node("rdf:type"), ox.NamedNode("javascript:alert(1)"), home),
        ox.Quad(hub, label, ox.Literal("Hub", language="en"), home),
        ox.Quad(node("bil:City"), node("rdfs:subClassOf"), node("schema:City"), graph("ontology")),
        ox.Quad(node("schema:City"), node("rdfs:subClassOf"), node("bil:City"), graph("ontology")),
    ]
    quads.append(
        ox.Quad(party, node("rdfs:subPropertyOf"), node("schema:participant"), graph("ontology"))
    )
    quads.append(ox.Quad(label, node("skos:closeMatch"), node("schema:name"), graph("ontology")))
    for number in range(3_000):
        passage = ox.NamedNode(f"{expand('source:x')}#char={number},{number + 1}")
        quads.append(ox.Quad(node(f"id:thing-{number}"), party, hub, passage))
        quads.append(
            ox.Quad(
                passage, node("nif:anchorOf"), ox.Literal(EVIL, language="ka"), graph("sources")
            )
        )
    full = ox.NamedNode(f"{expand('source:x')}#char=9999,99999")
    quads += [ox.Quad(node(f"id:other-{n}"), party, city, full) for n in range(5_000)]
    quads.append(
        ox.Quad(full, node("nif:anchorOf"), ox.Literal("all", language="ka"), graph("sources"))
    )
    file.write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS))
    with bilateral_server(file) as running:
        yield running


def test_no_name_ends_the_element_that_it_stands_in(hostile):
    document, reply = structured(hostile, expand("id:city"))
    assert document["@graph"][1]["name"] == [{"@value": EVIL, "@language": "en"}]
    assert "<script>alert" not in reply.text
    assert reply.text.count("<script") == reply.text.count("</script>") == 1
    assert 'href="javascript:' not in reply.text
    assert "script-src" not in reply.headers["content-security-policy"]
    assert triples(document)


def test_a_huge_hub_has_small_pages(hostile):
    document, reply = structured(hostile, expand("id:hub"), page=150)
    assert len(reply.content) < 60_000
    assert "2981–3000 / 3000" in reply.text
    assert len(document["@graph"][0]["citation"]) == 20
    assert len(document["@graph"][1]["@reverse"]["participant"]) == 20


def test_a_passage_that_says_too_much_is_cut_and_says_so(hostile):
    document, reply = structured(hostile, expand("id:city"))
    assert "There are more statements than fit here." in reply.text
    assert reply.text.count("<li>") == 500
    assert len(document["@graph"][1]["@reverse"]["participant"]) == 500
    assert len(reply.content) < 200_000
