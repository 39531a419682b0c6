"""SERVICE clauses: what is sent to the endpoint, and that nothing but speed depends on it."""

from __future__ import annotations

import json
import os
import re
from urllib.parse import parse_qs

import httpx
import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from bilateral.build import build
from bilateral.cli import main
from bilateral.errors import LimitError, RemoteError, UsageError
from bilateral.query.federation import federated
from bilateral.query.graph import Graph, open_graph
from bilateral.query.question import read_questions
from bilateral.query.settings import Settings

from .serving import bilateral_server, oxigraph_server
from .test_remote import reply, serve
from .wikidata import WIKIDATA, asking

__all__ = ["serve"]
LIVE = [question for question in read_questions() if question.offline]
OURS = """
<urn:a> <urn:same> <urn:A> ; <urn:name> "a" . <urn:b> <urn:same> <urn:B> ; <urn:name> "b" .
<urn:c> <urn:same> <urn:C> ; <urn:age> 3 . <urn:d> <urn:same> _:nobody .
"""
THEIRS = """
<urn:A> <urn:size> 1 , 2 . <urn:B> <urn:size> 3 . <urn:D> <urn:size> 4 .
<urn:A> <urn:near> <urn:B> . <urn:E> <urn:near> <urn:A> .
"""


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("theirs")
    (folder / "theirs.ttl").write_text(THEIRS, encoding="utf-8")
    with oxigraph_server(folder / "theirs.ttl", folder / "store") as address:
        yield address


@pytest.fixture(scope="module")
def ours():
    store = ox.Store()
    store.load(OURS.encode(), format=ox.RdfFormat.TURTLE)
    return store


def rows(found):
    return sorted(tuple(str(row[v]) for v in found.variables) for row in found)


# With what joins sent along, or without, a query means the same.
QUERIES = [
    "{ ?x <urn:same> ?y SERVICE <E> { ?y <urn:size> ?n } }",
    "{ ?x <urn:same> ?y . FILTER(?x != <urn:a>) SERVICE <E> { ?y <urn:size> ?n } }",
    "{ ?x <urn:same> ?y . FILTER(?n > 1) SERVICE <E> { ?y <urn:size> ?n } }",
    "{ ?x <urn:same> ?y . FILTER NOT EXISTS { ?x <urn:age> ?n } SERVICE <E> { ?y <urn:size> ?n } }",
    "{ ?x <urn:same> ?y OPTIONAL { ?x <urn:age> ?n } SERVICE <E> { ?y <urn:size> ?n } }",
    "{ { ?x <urn:same> ?y } UNION { ?x <urn:age> ?n } SERVICE <E> { ?y <urn:size> ?n } }",
    "{ SERVICE <E> { ?y <urn:size> ?n } ?x <urn:same> ?y }",
    "{ ?x <urn:same> ?y SERVICE <E> { ?y <urn:size> ?n } SERVICE <E> { ?y <urn:near> ?z } }",
    "{ ?x <urn:same> ?y OPTIONAL { SERVICE <E> { ?y <urn:size> ?n } } }",
    "{ ?x <urn:same> ?y SERVICE <E> { SELECT ?y (SUM(?m) AS ?n) { ?y <urn:size> ?m } GROUP BY ?y } }",
    "{ ?x <urn:same> ?y SERVICE <E> { SELECT * { ?y <urn:size> ?n } ORDER BY DESC(?n) LIMIT 2 } }",
    "{ ?x <urn:same> ?y SERVICE <E> { OPTIONAL { ?y <urn:size> ?n } } }",
    "{ ?x <urn:none> ?y SERVICE <E> { ?y <urn:size> ?n } }",
    "{ ?x <urn:same> ?q SERVICE <E> { ?y <urn:size> ?n } }",
    "{ VALUES (?x ?y) { (<urn:a> <urn:A>) (<urn:z> UNDEF) } SERVICE <E> { ?y <urn:size> ?n } }",
    "{ BIND(<urn:A> AS ?y) SERVICE <E> { ?y <urn:size> ?n } }",
    "{ ?x <urn:same> ?y MINUS { ?x <urn:age> ?n } SERVICE <E> { ?y <urn:size> ?n } }",
    "{ ?x <urn:same> ?y SERVICE SILENT <http://127.0.0.1:9/> { ?y <urn:size> ?n } }",
    "{ ?x <urn:same> ?y . { SELECT ?y { ?x <urn:same> ?y } LIMIT 1 } SERVICE <E> { ?y <urn:size> ?n } }",
    "{ ?x <urn:same>/<urn:nothing>? ?y SERVICE <E> { { ?y <urn:size> ?n } UNION { ?z <urn:near> ?y } } }",
]  # fmt: skip


@pytest.mark.parametrize("pattern", QUERIES)
def test_what_joins_is_sent_along_and_changes_no_answer(pattern, ours, theirs):
    settings = Settings(private_services=True, retries=1)
    query = f"SELECT * WHERE {pattern}".replace("<E>", f"<{theirs}>")
    plain = rows(ours.query(federated(query, settings)))
    assert rows(ours.query(federated(query, settings, ours.query))) == plain


def sent(server):
    return [parse_qs(body)["query"][0] for _, body in server.seen]


NOTHING = json.dumps({"head": {"vars": ["y", "n"]}, "results": {"bindings": []}}).encode()


def test_an_endpoint_is_sent_what_joins_and_no_more(ours, serve):
    server = serve(reply(200, NOTHING))
    settings = Settings(private_services=True)
    query = f"SELECT * {{ ?x <urn:same> ?y ; <urn:name> ?name SERVICE <{server.url}> {{ ?y <urn:size> ?n }} }}"
    federated(query, settings, ours.query)
    (asked,) = sent(server)
    assert set(re.findall(r"\((<[^>]*>)\)", asked)) == {"<urn:A>", "<urn:B>"}


def test_much_is_sent_in_parts_and_nothing_not_at_all(serve):
    store = ox.Store()
    store.extend(
        ox.Quad(ox.NamedNode(f"urn:x{n}"), ox.NamedNode("urn:same"), ox.NamedNode(f"urn:y{n}"))
        for n in range(450)
    )
    server = serve(reply(200, NOTHING))
    settings = Settings(private_services=True)
    federated(
        f"SELECT * {{ ?x <urn:same> ?y SERVICE <{server.url}> {{ ?y <urn:size> ?n }} }}",
        settings,
        store.query,
    )
    assert len(server.seen) == 3
    server.seen.clear()
    federated(
        f"SELECT * {{ ?x <urn:no> ?y SERVICE <{server.url}> {{ ?y <urn:size> ?n }} }}",
        settings,
        store.query,
    )
    assert server.seen == []


def test_a_mirror_is_asked_in_the_place_of_an_endpoint(ours, theirs):
    settings = Settings(private_services=True, mirrors=f"https://far.example/sparql={theirs}")
    query = (
        "SELECT * { ?x <urn:same> ?y SERVICE <https://far.example/sparql> { ?y <urn:size> ?n } }"
    )
    assert len(rows(ours.query(federated(query, settings, ours.query)))) == 3
    with pytest.raises(UsageError, match="ADDRESS=ADDRESS"):
        federated(query, Settings(mirrors="https://far.example/sparql"))


@pytest.mark.parametrize("question", LIVE, ids=lambda question: question.name)
def test_without_network_the_shell_names_the_question_to_ask_instead(question, built):
    done = CliRunner().invoke(main, ["ask", question.name, "--graph", str(built)])
    assert done.exit_code == 1
    what, remedy = done.stderr.splitlines()
    assert "cannot be reached" in what
    assert remedy == f"  The newest copy needs no network: bilateral ask {question.offline}"
    assert CliRunner().invoke(main, ["ask", question.offline, "--graph", str(built)]).exit_code == 0
    with pytest.raises(RemoteError, match=question.offline):
        open_graph(built).ask(question.name)


@pytest.mark.usefixtures("own_folders")
def test_a_copy_answers_as_wikidata_did(wikidata, tmp_path):
    done = CliRunner().invoke(main, ["snapshot", "wikidata", "--endpoint", wikidata])
    assert done.exit_code == 0, done.stderr
    build([], tmp_path / "out", views=False)
    graph = asking(open_graph(tmp_path / "out"), wikidata)
    for question in LIVE:
        for lang in ("en", "ka"):
            live, copy = graph.ask(question.name, lang=lang), graph.ask(question.offline, lang=lang)
            assert len(live) > 0
            assert live.terms() == copy.terms()


def test_the_server_asks_too(wikidata, built):
    os.environ["BILATERAL_MIRRORS"], kept = (
        f"{WIKIDATA}={wikidata}",
        os.environ["BILATERAL_MIRRORS"],
    )
    try:
        with bilateral_server(built, "--private-services") as address:
            reply = httpx.get(
                f"{address}/questions/wikidata-members-live", headers={"accept": "text/csv"}
            )
            assert reply.status_code == 200, reply.text
            assert reply.text.count("\n") == 10
            page = httpx.get(
                f"{address}/questions/wikidata-live?entity=guam", headers={"accept": "text/html"}
            )
            assert page.status_code == 200, page.text
            assert "example class" in page.text
            query = next(q for q in LIVE if q.name == "wikidata-members-live").query
            answer = httpx.get(
                f"{address}/sparql", params={"query": query}, headers={"accept": "text/csv"}
            )
            assert answer.text.count("\n") == 10
        with bilateral_server(built, "--private-services", "--max-rows", "5") as address:
            refused = httpx.get(f"{address}/questions/wikidata-members-live")
            assert refused.status_code == 503
            assert "more than 5 rows would be joined" in refused.text
    finally:
        os.environ["BILATERAL_MIRRORS"] = kept


def test_the_server_names_the_question_to_ask_instead(built):
    with bilateral_server(built) as address:
        reply = httpx.get(f"{address}/questions/wikidata-live")
        assert reply.status_code == 502
        assert reply.json()["remedy"].endswith("bilateral ask wikidata")
        page = httpx.get(f"{address}/questions/wikidata-live", headers={"accept": "text/html"})
        assert page.status_code == 502
        assert "bilateral ask wikidata" in page.text


def test_an_explanation_asks_nobody_again(built, wikidata):
    # The engine would ask the endpoint's own address, which is not there.
    answer = asking(open_graph(built), wikidata).ask("wikidata-members-live")
    assert len(answer.evidence) == len(answer) > 0


def test_a_graph_that_joins_too_much_is_told():
    def ask(_):
        what = "too much"
        raise LimitError(what, "Ask for less.")

    with pytest.raises(LimitError):
        federated(f"SELECT * {{ ?x ?p ?y SERVICE <{WIKIDATA}> {{ ?y ?q ?n }} }}", Settings(), ask)


def test_rdflib_asks_in_the_same_way(built, wikidata):
    graphs = [
        asking(open_graph(built, engine=engine), wikidata) for engine in ("oxigraph", "rdflib")
    ]
    assert isinstance(graphs[0], Graph)
    first, second = (sorted(map(str, g.ask("wikidata-members-live").terms())) for g in graphs)
    assert first == second
