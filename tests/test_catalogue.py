"""VoID and DCAT: every number is the one that SPARQL gives, every file is as it is described."""

from __future__ import annotations

import hashlib

import httpx
import pyoxigraph as ox
import pytest

from bilateral.build import assemble, build
from bilateral.catalogue import catalogue, files
from bilateral.check import check
from bilateral.errors import SourceError
from bilateral.namespaces import expand, graph, node, turtle_prefixes
from bilateral.query.engines import Oxigraph, Rdflib

from .serving import bilateral_server

CATALOGUE = expand("graph:catalogue")
DATASET, PASSAGES = f"{CATALOGUE}#dataset", f"{CATALOGUE}#passages"
PARTS = (
    f"SELECT ?part {{ <{DATASET}> void:subset ?part FILTER NOT EXISTS {{ ?part a void:Linkset }} }}"
)
OURS = "^https://w3id[.]org/bilateral/(id/|concept/|ontology#)"
NUMBERS = {
    "void:triples": "(COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?p ?o",
    "void:distinctSubjects": "(COUNT(DISTINCT ?s) AS ?n)",
    "void:distinctObjects": "(COUNT(DISTINCT ?o) AS ?n)",
    "void:properties": "(COUNT(DISTINCT ?p) AS ?n)",
    "void:classes": "(COUNT(DISTINCT ?o) AS ?n)",
}


@pytest.fixture(scope="module")
def engines(built):
    store = ox.Store()
    store.bulk_load(path=str(built / "graph.nq"))
    return {"oxigraph": Oxigraph(store), "rdflib": Rdflib(ox.parse(path=str(built / "graph.nq")))}


@pytest.fixture(scope="module", params=["oxigraph", "rdflib"])
def engine(request, engines):
    return engines[request.param]


@pytest.fixture(scope="module")
def void(built):
    store = ox.Store()
    store.bulk_load(path=str(built / "void.ttl"))
    return store


def rows(store, query):
    return list(store.query(turtle_prefixes() + query))


def number(engine, query):
    (row,) = engine.query(turtle_prefixes() + query)
    return int(row["n"].value)


def pattern(part):
    """Where the statements of a part stand."""
    if part == DATASET:
        return "?s ?p ?o"
    if part == PASSAGES:
        return 'GRAPH ?g { ?s ?p ?o } FILTER (CONTAINS(STR(?g), "#char="))'
    return f"GRAPH <{part}> {{ ?s ?p ?o }}"


def counted(engine, part, name):
    where = pattern(part)
    if name == "void:classes":
        where += " FILTER (?p = rdf:type && ISIRI(?o))"
    closing = " }" if name == "void:triples" else ""
    return number(engine, f"SELECT {NUMBERS[name]} WHERE {{ {where} }}{closing}")


def said(store, part, name):
    (row,) = rows(store, f"SELECT ?n {{ <{part}> {name} ?n }}")
    return int(row["n"].value)


def parts_of(store):
    return [DATASET, *(row["part"].value for row in rows(store, PARTS))]


def test_every_part_is_described(void):
    names = {part.rpartition("/")[2] for part in parts_of(void)}
    assert names >= {"catalogue#dataset", "catalogue#passages", "catalogue", "concepts", "derived",
                     "lexicon", "ontology", "sources"}  # fmt: skip


@pytest.mark.parametrize("name", [n for n in NUMBERS if n != "void:distinctObjects"])
def test_the_numbers_of_every_part_are_those_that_sparql_gives(name, engine, void):
    for part in parts_of(void):
        assert said(void, part, name) == counted(engine, part, name), part


def test_objects_are_counted_as_rdf_terms(built, engines, void):
    for part in parts_of(void):
        assert said(void, part, "void:distinctObjects") == counted(
            engines["rdflib"], part, "void:distinctObjects"
        )
    # Oxigraph keeps numbers by value: "7"^^xsd:integer and "7"^^xsd:nonNegativeInteger are one.
    terms = {quad.object for quad in ox.parse(path=str(built / "graph.nq"))}
    numbers = {t for t in terms if isinstance(t, ox.Literal) and t.datatype.value.endswith("eger")}
    values = {int(t.value) for t in numbers}
    same = len(terms) - len(numbers) + len(values)
    assert counted(engines["oxigraph"], DATASET, "void:distinctObjects") == same
    for part in (PASSAGES, expand("graph:concepts"), expand("graph:lexicon")):
        assert said(void, part, "void:distinctObjects") == counted(
            engines["oxigraph"], part, "void:distinctObjects"
        )


def test_entities_are_those_of_the_pattern(engine, void):
    (row,) = rows(
        void, f"SELECT ?r ?s {{ <{DATASET}> void:uriRegexPattern ?r ; void:uriSpace ?s }}"
    )
    written = str(row["r"])
    query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o FILTER REGEX(STR(?s), {written}) }}"
    assert said(void, DATASET, "void:entities") == number(engine, query)
    query = query.replace(f"REGEX(STR(?s), {written})", f"STRSTARTS(STR(?s), {row['s']})")
    assert said(void, DATASET, "void:entities") == number(engine, query)


@pytest.mark.parametrize("part", [DATASET, PASSAGES], ids=["whole", "passages"])
def test_partitions_are_those_that_sparql_gives_and_sum_up(part, engine, void):
    where = pattern(part)
    queries = {
        ("class", "entities"): "SELECT (?o AS ?of) (COUNT(DISTINCT ?s) AS ?n) "
        f"{{ {where} FILTER (?p = rdf:type) }} GROUP BY ?o",
        ("property", "triples"): "SELECT (?p AS ?of) (COUNT(*) AS ?n) "
        f"{{ SELECT DISTINCT ?s ?p ?o {{ {where} }} }} GROUP BY ?p",
    }  # fmt: skip
    for (kind, name), query in queries.items():
        found = {r["of"].value: int(r["n"].value) for r in engine.query(turtle_prefixes() + query)}
        told = {
            row["of"].value: int(row["n"].value)
            for row in rows(void, f"SELECT ?of ?n {{ <{part}> void:{kind}Partition ?x . "
                                  f"?x void:{kind} ?of ; void:{name} ?n }}")
        }  # fmt: skip
        assert told == found
        total = {"class": "void:classes", "property": "void:properties"}[kind]
        assert len(told) == said(void, part, total)
        if kind == "property":
            assert sum(told.values()) == said(void, part, "void:triples")


def test_linksets_are_those_that_sparql_gives(engine, void):
    found = rows(void, "SELECT * { ?set a void:Linkset ; void:linkPredicate ?p ; void:triples ?n ;"
                       " void:objectsTarget ?target . ?target void:uriSpace ?space }")  # fmt: skip
    assert len(found) > 5
    for row in found:
        query = (
            f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT ?s ?o {{ ?s {row['p']} ?o "
            f"FILTER (STRSTARTS(STR(?o), {row['space']}) && REGEX(STR(?s), '{OURS}')) }} }}"
        )
        assert int(row["n"].value) == number(engine, query), row["set"]


# ---------------------------------------------------------------- graphs made for the purpose


def quads(*lines):
    text = turtle_prefixes() + "\n".join(f"GRAPH {g} {{ {t} }}" for g, t in lines)
    return list(ox.parse(text, format=ox.RdfFormat.TRIG))


def whole(given):
    lines = {str(quad): quad for quad in given}
    lines |= catalogue(lines)
    return list(lines.values())


def told(made, part, name):
    (n,) = (q.object.value for q in made if q.subject.value == part and q.predicate == node(name))
    return int(n)


def test_what_two_passages_say_is_counted_once():
    made = whole(quads(("<https://w3id.org/bilateral/source/a#char=0,5>", "id:x bil:party id:y"),
                       ("<https://w3id.org/bilateral/source/a#char=6,9>", "id:x bil:party id:y , id:z"),
                       ("graph:derived", "id:x bil:party id:z")))  # fmt: skip
    assert told(made, PASSAGES, "void:triples") == 2
    assert told(made, expand("graph:derived"), "void:triples") == 1
    others = {q.triple for q in made if q.graph_name != graph("catalogue")}
    assert len(others) == 2
    assert told(made, DATASET, "void:triples") == len({q.triple for q in made})


def test_links_to_open_data_are_sets_of_links():
    made = whole(quads(
        ("graph:links", "id:a skos:exactMatch <http://www.wikidata.org/entity/Q1>"),
        ("graph:links", "id:b skos:exactMatch <http://www.wikidata.org/entity/Q2>"),
        ("graph:links", "id:b skos:closeMatch <http://dbpedia.org/resource/B>"),
        ("graph:links", "id:b skos:exactMatch <https://nowhere.example/b>"),
        ("<https://w3id.org/bilateral/graph/snapshot/x>",
         "<http://www.wikidata.org/entity/Q1> owl:sameAs <http://dbpedia.org/resource/A>"),
    ))  # fmt: skip
    links = f"{CATALOGUE}#links-"
    assert told(made, f"{links}wikidata-skos-exactMatch", "void:triples") == 2
    assert told(made, f"{links}dbpedia-skos-closeMatch", "void:triples") == 1
    kind = (node("rdf:type"), node("void:Linkset"))
    sets = [q.subject for q in made if (q.predicate, q.object) == kind]
    assert len(sets) == 2
    assert told(made, "https://w3id.org/bilateral/graph/snapshot/x", "void:triples") == 1


def test_the_catalogue_counts_itself_whatever_numbers_the_data_holds():
    objects, right = node("void:distinctObjects"), 0
    for size in range(40):
        numbers = " , ".join(str(n) for n in range(size * 7)) or '"none"'
        made = whole(quads(("graph:lexicon", f"id:a schema:value {numbers}")))
        own = [q for q in made if q.graph_name == graph("catalogue")]
        assert told(made, CATALOGUE, "void:triples") == len(own)
        assert told(made, DATASET, "void:properties") == len({q.predicate for q in made})
        for part, of in ((DATASET, made), (CATALOGUE, own)):
            # Where no number counts itself right, there is none.
            if any(q.predicate == objects and q.subject.value == part for q in own):
                assert told(made, part, "void:distinctObjects") == len({q.object for q in of})
                right += 1
    assert right > 20


def test_an_empty_graph_has_a_description_too():
    made = whole([])
    assert told(made, DATASET, "void:triples") == len(made)
    assert told(made, DATASET, "void:entities") == 0


def test_strange_names_do_not_break_it():
    strange = '<urn:a:b#c%20d> <http://example.org/%22quoted%22?a=b&c=d> "a \\"b\\"\\nc"@en'
    made = whole(quads(("<urn:graph>", strange), ("<urn:graph>", f"<urn:a> a <{'urn:x' * 400}>")))
    assert told(made, PASSAGES, "void:triples") == 2
    parts = [q.subject for q in made if q.predicate == node("void:property")]
    assert len(parts) == len(set(parts))


def test_a_page_s_own_rights_go_before_ours():
    own = 'source:a a bil:Source ; dcterms:rights "© a"@en . source:b a bil:Source'
    made = whole(quads(("graph:sources", own)))
    rights = {q.subject.value: q.object for q in made
              if q.predicate == node("dcterms:rights") and q.subject.value.startswith(expand("source:"))}  # fmt: skip
    assert rights[expand("source:a")] == ox.Literal("© a", language="en")
    assert rights[expand("source:b")] == ox.NamedNode(f"{CATALOGUE}#page-rights")


@pytest.mark.parametrize("written", ["rights: © a page", "rights: {en: © a page}"])
def test_a_page_tells_its_rights_in_its_metadata(written, own_folders):
    folder = own_folders / "graph" / "sources" / "georgia-azerbaijan"
    metadata = folder / "source.yaml"
    metadata.write_text(f"{metadata.read_text(encoding='utf-8')}{written}\n", encoding="utf-8")
    page = node("source:georgia-azerbaijan")
    rights = [q.object for q in assemble([folder]).quads
              if q.subject == page and q.predicate == node("dcterms:rights")]  # fmt: skip
    assert rights == [ox.Literal("© a page", language="en")]


@pytest.mark.parametrize(
    "written", ["rights: 5", "rights: [a]", "rights: {en: 5}", "rights: {5: a}"]
)
def test_rights_that_are_no_text_are_told(written, own_folders):
    folder = own_folders / "graph" / "sources" / "georgia-azerbaijan"
    metadata = folder / "source.yaml"
    metadata.write_text(f"{metadata.read_text(encoding='utf-8')}{written}\n", encoding="utf-8")
    with pytest.raises(SourceError, match="rights"):
        assemble([folder])


def test_the_description_has_its_shape(built):
    given = list(ox.parse(path=str(built / "graph.nq")))
    assert check(given) == []
    lacking = [q for q in given if q.predicate != node("dcat:mediaType")]
    assert any("media type" in problem.detail for problem in check(lacking))
    lacking = [q for q in given if q.predicate != node("void:distinctSubjects")]
    assert any("number of subjects" in problem.detail for problem in check(lacking))


def test_people_read_it_in_three_languages(void):
    for name in ("dcterms:title", "dcterms:description"):
        for row in rows(
            void, f"SELECT ?x (COUNT(DISTINCT LANG(?t)) AS ?n) {{ ?x {name} ?t }} GROUP BY ?x"
        ):
            assert row["n"].value == "3", row["x"]


# ---------------------------------------------------------------- files


def described(void):
    query = ("SELECT ?url ?size ?sum { ?x a dcat:Distribution ; dcat:downloadURL ?url ;"
             " dcat:byteSize ?size ; spdx:checksum/spdx:checksumValue ?sum }")  # fmt: skip
    return {r["url"].value.rpartition("/")[2]: (int(r["size"].value), r["sum"].value)
            for r in rows(void, query)}  # fmt: skip


def test_files_are_as_described(built, void):
    found = described(void)
    assert set(found) == set(files())
    for name, (size, digest) in found.items():
        content = (built / name).read_bytes()
        assert (size, digest) == (len(content), hashlib.sha256(content).hexdigest())


def test_void_ttl_holds_the_catalogue_graph(built, void):
    own = {q.triple for q in ox.parse(path=str(built / "graph.nq"))
           if q.graph_name == graph("catalogue")}  # fmt: skip
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in own)
    assert {q.triple for q in store} <= {q.triple for q in void}


def test_a_build_of_the_graph_alone_names_no_file_that_is_not_there(tmp_path):
    build([], tmp_path / "out", views=False)
    store = ox.Store()
    store.bulk_load(path=str(tmp_path / "out" / "void.ttl"))
    assert set(described(store)) == {p.name for p in (tmp_path / "out").glob("graph.*")}
    assert not rows(store, "SELECT * { ?x dcat:distribution ?f FILTER NOT EXISTS { ?f a dcat:Distribution } }")  # fmt: skip


def test_it_is_the_same_every_time():
    assert set(assemble([]).lines) == set(assemble([]).lines)


# ---------------------------------------------------------------- served


@pytest.fixture(scope="module")
def address(built):
    with bilateral_server(built) as running:
        yield running


@pytest.mark.parametrize("path", ["/void", "/.well-known/void"])
@pytest.mark.parametrize("form", ["turtle", "jsonld", "trig", "ntriples", "rdfxml"])
def test_the_server_says_where_it_answers(path, form, address):
    reply = httpx.get(f"{address}{path}", params={"format": form})
    assert reply.status_code == 200
    kind = ox.RdfFormat.from_media_type(reply.headers["content-type"])
    store = ox.Store()
    store.load(reply.content, format=kind, base_iri=address)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    (row,) = rows(store, f"SELECT ?e ?n {{ <{DATASET}> void:sparqlEndpoint ?e ; void:triples ?n . "
                         "?s dcat:endpointURL ?e ; dcat:servesDataset ?d }")  # fmt: skip
    assert row["e"].value == f"{address}/sparql"
    asked = httpx.get(row["e"].value, params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"},
                      headers={"accept": "text/csv"})  # fmt: skip
    assert asked.text.split()[1] == row["n"].value


def test_the_dumps_are_served(built, address):
    reply = httpx.get(f"{address}/void", headers={"accept": "application/n-triples"})
    store = ox.Store()
    store.load(reply.content, format=ox.RdfFormat.N_TRIPLES)
    dumps = [r["d"].value for r in rows(store, f"SELECT ?d {{ <{DATASET}> void:dataDump ?d }}")]
    here = [dump for dump in dumps if dump.startswith(address)]
    assert len(here) == 4
    for dump in here:
        name = dump.rpartition("/")[2]
        sent = httpx.get(dump)
        assert sent.content == (built / name).read_bytes()
        assert sent.headers["content-type"].startswith(files()[name])
        assert sent.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("name", ["report.json", "explorer.html", "..%2fgraph.nq", "%2e%2e", "x",
                                  "graph.nq%00", "graph.nq/"])  # fmt: skip
def test_nothing_else_is_served_as_a_dump(name, address):
    assert httpx.get(f"{address}/dump/{name}").status_code == 404


def test_a_graph_without_a_description_has_none_to_serve(tmp_path):
    path = tmp_path / "small.nq"
    path.write_text("<urn:a> <urn:b> <urn:c> <urn:d> .\n", encoding="utf-8")
    with bilateral_server(path) as running:
        assert httpx.get(f"{running}/void").status_code == 404
