"""What strangers, hostile graphs, and dying processes do to the server, and what it does then."""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import os
import signal
import socket
import time
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest

from bilateral.ontology.page import code
from bilateral.query.formats import ROWS
from bilateral.serve.cut import shortened

from .serving import bilateral_process, bilateral_server, children

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DIRECT = {"content-type": "application/sparql-query"}
HALF = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 9\r\n\r\nASK"


@pytest.fixture(scope="module")
def address(built):
    with bilateral_server(built) as running:
        yield running


@pytest.fixture(scope="module")
def small(built):
    """A server of two workers with small limits."""
    with bilateral_server(
        built, "--workers", "2", "--query-seconds", "3", "--queue-length", "8", "--max-rows", "20",
    ) as running:  # fmt: skip
        yield running


def ask(address, query, **more):
    return httpx.get(f"{address}/sparql", params={"query": query, **more}, timeout=20)


def sent(address, text):
    """A connection of its own on which a text has been sent, and which takes little at a time."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    channel = socket.socket()
    channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    channel.connect((host, int(port)))
    channel.sendall(text.encode())
    return channel


def get(query, fields=""):
    return f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n{fields}\r\n"


def within(seconds, true):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


# ---------------------------------------------------------------- answers that are kept


def test_an_answer_is_kept_for_the_host_that_was_asked(address):
    for host in ("one.example", "two.example"):
        for accept in ("text/turtle", "application/json"):
            query = {} if accept == "text/turtle" else {"query": "SELECT (<x> AS ?y) {}"}
            reply = httpx.get(f"{address}/sparql", params=query,
                              headers={"host": host, "accept": accept})  # fmt: skip
            assert host in reply.text


def test_of_a_field_that_comes_twice_the_first_counts_for_what_is_kept_too(address):
    query = "SELECT ?twice { ?s ?twice ?o } LIMIT 1"
    twice = "Accept: text/csv\r\nAccept: application/json\r\nConnection: close\r\n"
    with sent(address, get(query, twice)) as channel:
        assert b"text/csv" in channel.recv(9999)
    # The very address: httpx would write blanks in another way.
    one = "Accept: application/json\r\nConnection: close\r\n"
    with sent(address, get(query, one)) as channel:
        assert b"application/sparql-results+json" in channel.recv(9999)


def test_an_answer_kept_twice_counts_once():
    from starlette.responses import Response  # noqa: PLC0415

    from bilateral.serve.protocol import Endpoint  # noqa: PLC0415

    endpoint = Endpoint(None, None)
    for _ in range(200):
        endpoint._keep((b"same",), Response(b"x" * 100_000), 8_000_000)  # noqa: SLF001
    for number in range(50):
        endpoint._keep((b"%d" % number,), Response(b"x" * 100_000), 8_000_000)  # noqa: SLF001
    assert len(endpoint.kept) == 51
    assert endpoint.size == sum(len(k[0]) + len(r.body) for k, r in endpoint.kept.items())


# ---------------------------------------------------------------- queries


@pytest.mark.parametrize(
    "body", ["SELECT " + "a." * 20_000, "SELECT * " + "{" * 240_000], ids=["dots", "braces"]
)
def test_a_query_that_takes_long_to_read_holds_nobody_up(body, address):
    def send():
        return httpx.post(f"{address}/sparql", content=body, headers=DIRECT, timeout=30)

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        reply = pool.submit(send)
        time.sleep(0.1)
        start = time.perf_counter()
        assert httpx.get(f"{address}/static/style.css").status_code == 200
        assert time.perf_counter() - start < 1
    assert reply.result().status_code in {400, 403, 503}
    assert reply.result().json()["remedy"]


@pytest.mark.parametrize(
    "query",
    ["PREFIX:<http://example.org/>SELECT * { ?s ?p ?o }", "VERSION '1.2' SELECT * { ?s ?p ?o }",
     "SELECT * { ?s ?p ?o } LIMIT " + "0" * 4400 + "1", "\\u0053ELECT * { ?s ?p ?o }"],
)  # fmt: skip
def test_a_query_that_is_read_in_another_way_is_limited_or_refused_with_words(query, small):
    for accept in ("application/json", "text/html"):
        reply = httpx.get(f"{small}/sparql", params={"query": query}, headers={"accept": accept})
        assert reply.status_code in {200, 400}
        if accept == "application/json":
            told = reply.json()
            assert told.get("remedy") or len(told["results"]["bindings"]) <= 20


def test_rows_without_values_are_counted(small):
    for form, rows in (("json", "{}"), ("xml", "<result>"), ("csv", "\n"), ("tsv", "\n")):
        reply = ask(small, "SELECT ?u { ?s ?p ?o }", format=form)
        assert "20" in reply.headers["bilateral-cut"]
        assert reply.text.count(rows) == 20 + (rows == "\n")


@pytest.mark.parametrize("form", ROWS, ids=lambda form: form.name)
def test_an_answer_is_cut_where_a_row_ends_whatever_its_texts_hold(form):
    texts = ["},{", '\\"},{\\"x\\":', "a\\r\\nb\\n\\nc", "<result>", "\\t", "\\\\", '\\"\\"q,', ""]
    pairs = " ".join(f'("{text}" "{text}b")' for text in texts)
    store = ox.Store()
    for query in (
        f"SELECT ?x ?y {{ VALUES (?x ?y) {{ {pairs} }} }}",
        "SELECT ?u { VALUES ?x { 1 2 3 4 5 6 7 8 } }",
        "SELECT ?x ?u { VALUES ?x { UNDEF 2 3 UNDEF UNDEF 6 7 8 } }",
    ):
        for most in range(1, 8):
            whole, first = (
                store.query(f"{query} LIMIT {n}").serialize(format=form.writer)
                for n in (most + 1, most)
            )
            assert shortened(whole, form.name, most) == first
            assert shortened(first, form.name, most) is None


def test_a_cut_answer_is_computed_once(graph):
    from bilateral.serve.jobs import Desk  # noqa: PLC0415

    desk = Desk(graph.engine.store)
    asked = []

    class Store:
        def query(self, query, **more):
            asked.append(query)
            return graph.engine.store.query(query, **more)

    desk.store = Store()
    job = {"do": "query", "query": "SELECT * { ?s ?p ?o }", "format": "json", "max_rows": 5}
    header, body = desk.answer(job)
    assert header["cut"]
    assert len(json.loads(body)["results"]["bindings"]) == 5
    assert len(asked) == 1


def test_a_page_reads_no_more_of_a_graph_than_it_shows(graph):
    from bilateral.serve.jobs import Desk  # noqa: PLC0415

    desk = Desk(graph.engine.store)
    read = []

    class Store:
        def query(self, query, **more):
            for triple in graph.engine.store.query(query, **more):
                read.append(triple)
                yield triple

    desk.store = Store()
    job = {"do": "table", "query": "CONSTRUCT WHERE { ?s ?p ?o }", "max_rows": 5}
    header, body = desk.answer(job)
    assert header["cut"]
    assert len(json.loads(body)["rows"]) == 5
    assert len(read) == 6


def test_a_page_answers_over_the_dataset_and_within_the_rows_of_the_protocol(small):
    page = {"accept": "text/html"}
    count = "SELECT (COUNT(*) AS ?n) {} { ?s ?p ?o }"
    derived = "https://w3id.org/bilateral/graph/derived"
    reply = httpx.get(f"{small}/sparql", headers=page,
                      params={"query": count.replace("{}", f"FROM <{derived}>")})  # fmt: skip
    assert reply.status_code == 200
    assert "<td>" in reply.text
    nothing = "http://example.org/nothing"
    reply = httpx.get(f"{small}/sparql", headers=page,
                      params={"query": count.replace("{}", ""), "default-graph-uri": nothing})  # fmt: skip
    assert "<td>0</td>" in reply.text
    assert f'name="default-graph-uri" value="{nothing}"' in reply.text
    reply = httpx.get(f"{small}/sparql", headers=page, params={"query": "SELECT * { ?s ?p ?o }"})
    assert reply.text.count("<tr>") == 21


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/sparql?query=ASK%7B%7D", "application/sparql-results+json, text/html;q=0.1", "application/sparql-results+json"),
        ("/sparql?query=ASK%7B%7D", "text/html;q=0.5, */*", "application/sparql-results+json"),
        ("/sparql?query=ASK%7B%7D", "text/html, application/xml;q=0.9, */*;q=0.8", "text/html"),
        ("/sparql?query=ASK%7B%7D", "text/html;q=0, */*", "application/sparql-results+json"),
        ("/id/socar", "text/turtle, text/html;q=0.1", "text/turtle"),
        ("/id/socar", "text/turtle;q=0.5, text/html", "text/html"),
        ("/questions", "application/json, text/html;q=0.1", "application/json"),
        ("/questions/agreements", "text/csv, text/html;q=0.1", "text/csv"),
    ],
)  # fmt: skip
def test_a_page_is_for_who_likes_it_best(path, accept, kind, address):
    reply = httpx.get(address + path, headers={"accept": accept})
    assert reply.headers["content-type"].partition(";")[0] == kind


def test_the_rdf_about_a_thing_is_cut_and_says_so(small):
    reply = httpx.get(f"{small}/id/georgia", headers={"accept": "application/n-triples"})
    assert len(reply.text.splitlines()) == 20
    assert "20" in reply.headers["bilateral-cut"]
    reply = httpx.get(f"{small}/id/kulevi", headers={"accept": "application/n-triples"})
    assert "bilateral-cut" not in reply.headers


@pytest.mark.parametrize(
    "path",
    ["/questions/sources?page=%C2%B2", "/questions/sources?limit=%C2%B2", "/source/%3E",
     "/questions/sources?page=" + "9" * 5000, "/questions/sources?page=" + "9" * 30,
     "/source/a%20b/passages.css", "/id/%3E"],
)  # fmt: skip
def test_an_address_of_nothing_is_told(path, address):
    for accept in ("text/html", "application/json", "text/turtle"):
        reply = httpx.get(address + path, headers={"accept": accept})
        # A page shows the beginning of an answer, whichever part is asked for.
        fine = {200} if accept == "text/html" and path.startswith("/questions") else set()
        assert reply.status_code in {400, 404, 406} | fine, reply.text


def test_what_strangers_ask_about_is_not_remembered(monkeypatch):
    import asyncio  # noqa: PLC0415

    from bilateral.namespaces import expand  # noqa: PLC0415
    from bilateral.serve import pages  # noqa: PLC0415

    class Asked:
        path_params: dict = {}  # noqa: RUF012

    async def dereferenced(_, iri, *__):
        return iri

    monkeypatch.setattr(pages, "_dereferenced", dereferenced)
    sizes = []
    for name in ("a", "b", "c"):
        Asked.path_params = {"kind": "id", "name": name}
        assert asyncio.run(pages.thing(Asked)) == expand("id:") + name
        assert asyncio.run(pages.source(Asked)) == expand("source:") + name
        sizes.append(expand.cache_info().currsize)
    assert sizes[0] == sizes[2]


# ---------------------------------------------------------------- processes that die


def test_a_worker_that_was_killed_while_idle_is_replaced_unseen(built):
    with bilateral_process(built, "--workers", "3") as (address, process):
        (parent,) = children(process.pid)
        workers = children(parent)
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        for number in range(6):
            assert ask(address, f"ASK {{}} # {number}").status_code == 200
        within(5, lambda: len(children(parent)) == 3)
        assert not set(children(parent)) & set(workers)


def test_a_worker_that_was_killed_while_it_answered_is_not_said_to_have_lacked_memory(built):
    with bilateral_process(built, "--workers", "1") as (address, process):
        (parent,) = children(process.pid)
        (worker,) = children(parent)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            reply = pool.submit(ask, address, CROSS)
            time.sleep(0.5)
            os.kill(worker, signal.SIGKILL)
        assert reply.result().status_code == 503
        assert "unexpectedly" in reply.result().json()["error"]
        assert ask(address, "ASK {}").status_code == 200


def test_the_process_that_holds_the_graph_is_started_again(built):
    with bilateral_process(built, "--workers", "2", "--queue-seconds", "20") as (address, process):
        (parent,) = children(process.pid)
        os.kill(parent, signal.SIGKILL)
        time.sleep(0.2)
        for number in range(4):
            assert ask(address, f"ASK {{}} # {number}").status_code == 200
        assert children(process.pid) != [parent]


def test_a_server_whose_graph_is_lost_ends_with_two_lines(tmp_path):
    graph = tmp_path / "graph.nq"
    graph.write_text("<urn:a> <urn:b> <urn:c> <urn:d> .\n", encoding="utf-8")
    with bilateral_process(graph, "--workers", "1") as (_, process):
        graph.unlink()
        (parent,) = children(process.pid)
        os.kill(parent, signal.SIGKILL)
        assert process.wait(20) not in {0, None}
        assert len(process.stderr.read().strip().splitlines()) == 2


@pytest.mark.parametrize("doing", ["a query", "half a request", "a slow reader"])
def test_the_server_ends_soon_whatever_is_going_on(doing, built):
    with bilateral_process(built, "--workers", "2", "--query-seconds", "60") as (address, process):
        started = children(process.pid)
        started += [worker for parent in started for worker in children(parent)]
        pairs = "SELECT * { ?s ?p ?o . ?o ?q ?r } LIMIT 9000"
        text = {"a query": get(CROSS), "half a request": HALF, "a slow reader": get(pairs)}[doing]
        with sent(address, text):
            time.sleep(1)
            process.terminate()
            assert process.wait(8) in {0, -signal.SIGTERM}
        within(2, lambda: not any(os.path.exists(f"/proc/{pid}") for pid in started))  # noqa: PTH110


# ---------------------------------------------------------------- clients that leave or linger


def test_clients_that_hang_up_leave_no_query_and_no_turn_behind(small):
    for number in range(8):
        sent(small, get(f"{CROSS} # {number}")).close()
    time.sleep(0.2)
    start = time.perf_counter()
    assert ask(small, "ASK {} # light").status_code == 200
    assert time.perf_counter() - start < 1.5


def test_who_sends_half_a_request_is_hung_up(built):
    with bilateral_server(built, "--workers", "1", "--request-seconds", "1") as address:
        for text in (HALF, "GET /sparql HTTP/1.1\r\nA: ", ""):
            with sent(address, text) as channel:
                channel.settimeout(5)
                assert channel.recv(99) == b""
        whole = get("ASK {}")
        with sent(address, whole) as channel:
            # A client that rests between two whole requests is welcome.
            time.sleep(1.5)
            channel.sendall(whole.encode())
            time.sleep(0.5)
            assert channel.recv(9999).count(b"HTTP/1.1 200") == 2


def test_who_does_not_take_an_answer_is_hung_up(built):
    with bilateral_server(built, "--workers", "1", "--reply-seconds", "1") as address:
        query = "SELECT * { ?s ?p ?o . ?o ?q ?r } LIMIT 9000"
        with sent(address, get(query)) as channel:
            time.sleep(3)
            channel.settimeout(5)
            size = 0
            with contextlib.suppress(ConnectionResetError):
                while part := channel.recv(1 << 16):
                    size += len(part)
            assert size < 7_000_000


def test_more_connections_than_may_be_are_sent_away(built):
    with bilateral_server(built, "--workers", "1", "--connections", "3") as address:
        held = [sent(address, "") for _ in range(3)]
        time.sleep(0.2)
        reply = ask(address, "ASK {}")
        assert reply.status_code == 503
        assert reply.headers["retry-after"]
        for channel in held:
            channel.close()
        within(3, lambda: ask(address, "ASK {}").status_code == 200)


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("name", "value"),
    [("workers", -1), ("max_rows", -5), ("query_seconds", 0), ("memory_mb", -5), ("retries", 0),
     ("query_seconds", float("nan")), ("queue_seconds", float("inf")), ("workers", 10**6)],
)  # fmt: skip
def test_a_setting_out_of_its_range_is_told_wherever_it_comes_from(name, value):
    from bilateral.errors import UsageError  # noqa: PLC0415
    from bilateral.query.settings import settings_from  # noqa: PLC0415

    with pytest.raises(UsageError, match=f"--{name.replace('_', '-')}"):
        settings_from({name: value}, {})
    with pytest.raises(UsageError, match=f"BILATERAL_{name.upper()}"):
        settings_from({}, {f"BILATERAL_{name.upper()}": str(value)})


@pytest.mark.parametrize(
    "options", [("--port", "99999"), ("--memory-mb", "-5"), ("--workers", "x")]
)
def test_a_wrong_option_gives_no_traceback(options, built):
    from click.testing import CliRunner  # noqa: PLC0415

    from bilateral.cli import main  # noqa: PLC0415

    done = CliRunner().invoke(main, ["serve", "--graph", str(built), *options])
    assert done.exit_code == 2
    assert "Traceback" not in done.output
    assert options[0] in done.output


def test_an_address_of_six_bytes_is_told_in_brackets(built):
    try:
        with socket.socket(socket.AF_INET6) as free:
            free.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6")
    with bilateral_server(built, "--host", "::1", "--workers", "1") as address:
        assert address.startswith("http://[::1]:")
        assert ask(address, "ASK {}").status_code == 200


# ---------------------------------------------------------------- hostile graphs

EVIL = (
    "\\\"><script>alert(1)</script><img src=x onerror=alert(2)>\\u202E'&{{7*7}}\\u001B[31m\\u009B"
)
BASE = "https://w3id.org/bilateral/"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
NIF = "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A server of a graph whose every term wants to be more than text."""
    passage, source = f"<{BASE}source/s#char=0,5>", f"<{BASE}source/s>"
    evil, other = f"<{BASE}id/evil>", f"<{BASE}id/a%22%3E%3Cscript%3E#'onmouseover='alert(1)>"
    lines = [
        f'{evil} <{LABEL}> "{EVIL}"@en {passage}',
        f'{evil} <{LABEL}> "{"x" * 10_000}"@ka {passage}',
        f"{evil} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <javascript:alert(1)> {passage}",
        f"{evil} <http://example.org/p'%22> <javascript:alert('1')> {passage}",
        f"{evil} <http://example.org/q> <data:text/html,x> {passage}",
        f'{evil} <http://example.org/q> "{EVIL}" {passage}',
        f"{evil} <http://example.org/q> {other} {passage}",
        f"{evil} <http://example.org/q> _:b {passage}",
        f'{evil} <http://example.org/q> "1" <{BASE}source/s#char=abc,5>',
        f'<{BASE}source/s#char=abc,5> <{NIF}anchorOf> "t"@ka',
        f'{passage} <{NIF}anchorOf> "{EVIL}"@ka',
        f'{passage} <{BASE}ontology#translation> "{EVIL}"',
        f"{passage} <{NIF}referenceContext> {source}",
        f"{passage} <http://www.w3.org/2005/11/its/rdf#taIdentRef> <javascript:alert(3)>",
        f'{source} <{NIF}isString> "<script>alert(1)</script>{EVIL}"@ka',
        f'{source} <http://purl.org/dc/terms/title> "{EVIL}"@en',
        f"<{BASE}source/s#char=a,b> <{NIF}referenceContext> {source}",
        f"<{BASE}source/s#char=9,2> <{NIF}referenceContext> {source}",
        f"<{BASE}source/s#char=2,99999> <{NIF}referenceContext> {source}",
        f"<{BASE}ontology#Evil> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2002/07/owl#Class> <{BASE}graph/ontology>",
        f'<{BASE}ontology#Evil> <{LABEL}> "{EVIL}"@en <{BASE}graph/ontology>',
    ]
    graph = tmp_path_factory.mktemp("hostile") / "graph.nq"
    graph.write_text("".join(f"{line} .\n" for line in lines), encoding="utf-8")
    with bilateral_server(graph, "--workers", "1") as running:
        yield running


@pytest.mark.parametrize(
    "path",
    ["/id/evil", "/source/s", "/source/s/passages.css", "/ontology", "/id/a%22%3E%3Cscript%3E",
     "/sparql?query=" + quote("SELECT * { ?s ?p ?o }"), "/?plain=1&lang=%22%3E%3Cscript%3E",
     "/sparql?query=" + quote("CONSTRUCT WHERE { ?s ?p ?o }"), "/questions?a=%22%3E%3Cscript%3E",
     "/sparql?default-graph-uri=%22%3E%3Cscript%3E&query=" + quote("SELECT * { ?s ?p ?o }"),
     "/questions/entities"],
)  # fmt: skip
def test_a_hostile_graph_stays_text_in_every_page(path, hostile):
    reply = httpx.get(hostile + path, headers={"accept": "text/html"})
    assert reply.status_code in {200, 400, 404}, reply.text
    # The page of terms has a script of its own, and its policy lets no other one run.
    text = reply.text.replace(f"<script>{code()}</script>", "").lower()
    for mark in ("<script", "<img", 'href="javascript', 'href="data', "'onmouseover", ">49", "{{"):
        assert mark not in text.replace("{{7*7}}", ""), mark
    assert "default-src 'none'" in reply.headers["content-security-policy"]


def test_a_table_for_a_terminal_holds_no_control_characters():
    from bilateral.query.printing import cell_text  # noqa: PLC0415

    class Labelled:
        labels = {"urn:x": "na\x1b]0;evil\x07me\x9b31m"}  # noqa: RUF012

    assert cell_text(ox.NamedNode("urn:x"), Labelled) == "na]0;evilme31m"
    assert cell_text(ox.Literal("a\x1b[2J\r\tb\nc\x7f"), Labelled) == "a[2J\tb\nc"
