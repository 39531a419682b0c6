"""Graphs on disk and graphs sent to a server: what is asked of them is what the file would answer."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from bilateral.cli import main
from bilateral.errors import BuildError, RemoteError, UsageError
from bilateral.query.engines import Oxigraph
from bilateral.query.graph import open_graph
from bilateral.query.outline import counts_repeats, outline
from bilateral.query.stores import load_store, opened_store, send

from .serving import bilateral_server, free_port, wait_for
from .test_questions import NAMES, VALUES
from .wikidata import asking

TWICE = """<urn:a> <urn:p> <urn:b> <urn:g> .
<urn:a> <urn:p> <urn:b> <urn:h> .
<urn:a> <urn:p> _:same <urn:h> .
_:same <urn:q> "x" <urn:h> .
"""


@pytest.fixture(scope="module")
def disk(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("disk") / "store"
    load_store([built], folder)
    return folder


def rows(answer):
    return sorted(tuple(str(term) for term in row.values()) for row in answer.terms())


@pytest.mark.parametrize("name", NAMES)
def test_a_store_on_disk_gives_the_same_rows(name, disk, graph, wikidata):
    values = VALUES.get(name, {})
    there, here = asking(open_graph(disk), wikidata), asking(graph, wikidata)
    assert rows(there.ask(name, **values)) == rows(here.ask(name, **values))


def test_a_statement_told_twice_counts_once(tmp_path):
    file = tmp_path / "twice.nq"
    file.write_text(TWICE, encoding="utf-8")
    query = "SELECT (COUNT(*) AS ?n) WHERE { <urn:a> <urn:p> ?o }"
    assert load_store([file], tmp_path / "store") == 4
    for where in (file, tmp_path / "store"):
        assert next(iter(open_graph(where).sparql(query)))["n"] == 2
    # A blank node is the same node in its graph and in the union.
    joined = "ASK { <urn:a> <urn:p> ?b . GRAPH <urn:h> { ?b <urn:q> 'x' } }"
    assert bool(open_graph(tmp_path / "store").query(joined))


@pytest.mark.parametrize(
    ("query", "counted"),
    [
        ("SELECT ?s { ?s ?p ?o }", True),
        ("SELECT REDUCED ?s { ?s ?p ?o }", True),
        ("SELECT DISTINCT ?s { ?s ?p ?o }", False),
        ("select distinct ?s { ?s ?p ?o } LIMIT 3", False),
        ("ASK { ?s ?p ?o }", False),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3", True),
        ("SELECT DISTINCT ?s { { SELECT ?s { ?s ?p ?o } LIMIT 3 } }", True),
        ("SELECT DISTINCT (COUNT(*) AS ?n) { ?s ?p ?o }", True),
        ("SELECT DISTINCT ?s (SUM(?o) AS ?n) { ?s ?p ?o } GROUP BY ?s", True),
        ("SELECT DISTINCT ?s (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o } GROUP BY ?s", False),
        ("SELECT DISTINCT ?s { ?s ?p 'COUNT(?x) LIMIT 3' }", False),
        ("SELECT DISTINCT ?s FROM <urn:g> { ?s ?p ?o }", True),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", True),
        ("nothing that is SPARQL", True),
    ],
)
def test_what_counts_repeats_is_known_from_the_query(query, counted):
    assert counts_repeats(outline(query)) is counted


def test_the_union_is_made_only_when_a_query_could_tell():
    store = ox.Store()
    store.load(TWICE.encode(), format=ox.RdfFormat.N_QUADS)
    engine = Oxigraph(store)
    assert len(list(engine.query("SELECT DISTINCT ?o { <urn:a> <urn:p> ?o }"))) == 2
    assert next(store.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is None
    assert len(list(engine.query("SELECT ?o { <urn:a> <urn:p> ?o }"))) == 2
    assert next(store.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is not None


def test_a_store_of_another_program_is_told_from_ours(tmp_path):
    store = ox.Store(str(tmp_path / "other"))
    store.load(TWICE.encode(), format=ox.RdfFormat.N_QUADS)
    store.flush()
    del store
    with pytest.raises(BuildError, match="lacks the union"):
        opened_store(tmp_path / "other")


def test_a_broken_store_is_told_in_two_lines(disk, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(disk, broken)
    (broken / "CURRENT").write_text("MANIFEST-999999\n")
    done = CliRunner().invoke(main, ["ask", "pipelines", "--graph", str(broken)])
    assert done.exit_code == 1
    assert "cannot be read" in done.stderr
    assert "bilateral load" in done.stderr


def test_nothing_is_half_written(tmp_path):
    bad = tmp_path / "bad.nq"
    bad.write_text("<urn:a> <urn:p> <urn:b> <urn:g> .\nnot RDF\n", encoding="utf-8")
    good = tmp_path / "good.nq"
    good.write_text(TWICE, encoding="utf-8")
    with pytest.raises(BuildError, match="no N-Quads"):
        load_store([bad], tmp_path / "store")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.nq", "good.nq"]
    load_store([good], tmp_path / "store")
    with pytest.raises(BuildError):
        load_store([bad], tmp_path / "store", replace=True)
    assert len(opened_store(tmp_path / "store")) == 7
    with pytest.raises(UsageError, match="not empty"):
        load_store([good], tmp_path / "store")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="not empty"):
        load_store([good], tmp_path / "mine", replace=True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["out"], "where to load"),
        (["x.nq", "--store", "s", "--endpoint", "http://127.0.0.1/"], "two places"),
        (["nowhere.nq", "--store", "s"], "no file"),
        (["nowhere.nq", "--endpoint", "ftp://x"], "not the address"),
    ],
)
def test_misuse_is_told_in_two_lines(arguments, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["load", *arguments])
    assert done.exit_code in {1, 2}
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2


def test_a_server_of_others_is_loaded_by_updates(built, graph, tmp_path):
    program = Path(sys.executable).with_name("oxigraph")
    port = free_port()
    process = subprocess.Popen(
        [program, "serve", "--location", tmp_path / "db", "--bind", f"127.0.0.1:{port}",
         "--union-default-graph"],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        update = f"http://127.0.0.1:{port}/update"
        done = CliRunner().invoke(main, ["load", str(built), "--endpoint", update])
        assert done.exit_code == 0, done.stderr
        remote = open_graph(f"http://127.0.0.1:{port}/query")
        assert rows(remote.ask("pipelines")) == rows(graph.ask("pipelines"))
        count = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
        assert rows(remote.sparql(count)) == rows(graph.sparql(count))
    finally:
        process.terminate()
        process.wait(30)


class Refusing(BaseHTTPRequestHandler):
    """Takes one update and refuses the second."""

    taken = 0

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        type(self).taken += 1
        self.send_response(204 if self.taken == 1 else 500)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_a_server_that_refuses_is_told_with_what_had_been_sent(tmp_path, monkeypatch):
    monkeypatch.setattr("bilateral.query.stores.BATCH", 3)
    file = tmp_path / "twice.nq"
    file.write_text(TWICE, encoding="utf-8")
    server = HTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with pytest.raises(RemoteError, match="3 quads had been sent"):
        send([file], f"http://127.0.0.1:{server.server_port}/update")
    server.shutdown()
    server.server_close()


def test_a_store_on_disk_is_served(disk, graph):
    with bilateral_server(disk, "--query-seconds", "2") as address:
        answer = httpx.get(f"{address}/questions/pipelines", headers={"Accept": "text/csv"})
        assert len(answer.text.splitlines()) == len(graph.ask("pipelines")) + 1
        count = {
            "query": "PREFIX bil: <https://w3id.org/bilateral/ontology#> SELECT (COUNT(*) AS ?n) { ?s bil:participant ?o }"
        }
        found = httpx.get(f"{address}/sparql", params=count).json()["results"]["bindings"]
        assert found[0]["n"]["value"] == str(next(iter(graph.sparql(count["query"])))["n"])
        # A worker that is stopped leaves the store to the next.
        heavy = {"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"}
        assert httpx.get(f"{address}/sparql", params=heavy, timeout=20).status_code == 503
        assert httpx.get(f"{address}/sparql", params=count).status_code == 200
        assert httpx.get(f"{address}/id/socar").status_code == 200
