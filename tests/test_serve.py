"""The server as its clients meet it: forms, pages, limits, refusals; real processes, real sockets."""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest

from bilateral.query.formats import GRAPHS, ROWS
from bilateral.query.question import read_questions

from .serving import bilateral_server

ID = "https://w3id.org/bilateral/id/"
SOURCE = "https://w3id.org/bilateral/source/georgia-azerbaijan"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
SOCAR = f"SELECT ?name {{ <{ID}socar> {LABEL} ?name }}"
PAIRS = "CONSTRUCT { ?s ?p ?o } WHERE { ?s <https://w3id.org/bilateral/ontology#party> ?o ; ?p ?o }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
PATH = "SELECT (COUNT(*) AS ?n) { ?a (<urn:x>|!<urn:x>)* ?b . ?c (<urn:x>|!<urn:x>)* ?d }"
READ = {".json": ox.QueryResultsFormat.JSON, ".xml": ox.QueryResultsFormat.XML}


@pytest.fixture(scope="module")
def address(built):
    with bilateral_server(built) as running:
        yield running


@pytest.fixture(scope="module")
def strict(built):
    """A server with small limits, two workers, a short queue, and no memory of answers."""
    with bilateral_server(
        built, "--query-seconds", "1", "--workers", "2", "--queue-length", "2", "--queue-seconds",
        "0.5", "--max-rows", "20", "--body-kb", "4", "--memory-mb", "1000", "--cache-mb", "0",
    ) as running:  # fmt: skip
        yield running


@pytest.fixture
def ask(address):
    def send(query, accept="", method="GET", **more):
        headers = {"accept": accept} if accept else {}
        return httpx.request(method, f"{address}/sparql", params={"query": query, **more},
                             headers=headers, timeout=30)  # fmt: skip

    return send


# ---------------------------------------------------------------- forms


@pytest.mark.parametrize("form", ROWS, ids=lambda form: form.name)
def test_rows_come_in_every_form(form, ask):
    for reply in (ask(SOCAR, form.media_types[0]), ask(SOCAR, "", format=form.name)):
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith(form.media_types[0])
        if form.name != "csv":
            assert len(list(ox.parse_query_results(reply.content, format=form.writer))) == 3
        else:
            assert reply.text.splitlines()[0] == "name"


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
def test_graphs_come_in_every_form(form, ask):
    reply = ask(PAIRS, form.media_types[0])
    assert reply.headers["content-type"].startswith(form.media_types[0])
    assert len(list(ox.parse(reply.content, format=form.writer))) > 5


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv;q=0, */*;q=0.1", "application/sparql-results+json"),
        ("image/png, text/tab-separated-values;q=0.2", "text/tab-separated-values"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv;q=0.9;charset=utf-8, application/json;q=0.3", "text/csv"),
    ],
)
def test_the_form_follows_the_client_s_wish(accept, kind, ask):
    reply = ask(SOCAR, accept)
    assert reply.headers["content-type"].partition(";")[0] == kind
    assert "accept" in reply.headers["vary"].lower()


def test_a_form_that_there_is_not_is_406(ask):
    assert ask(SOCAR, "image/png").status_code == 406
    assert ask(SOCAR, "text/turtle").status_code == 406
    assert ask(SOCAR, "", format="turtle").status_code == 406
    assert ask(PAIRS, "text/csv").status_code == 406


def test_the_ways_of_the_protocol_give_the_same_answer(address):
    url = f"{address}/sparql"
    got = httpx.get(url, params={"query": SOCAR})
    form = httpx.post(url, data={"query": SOCAR})
    direct = httpx.post(url, content=SOCAR, headers={"content-type": "application/sparql-query"})
    head = httpx.head(url, params={"query": SOCAR})
    assert got.content == form.content == direct.content
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == str(len(got.content))
    options = httpx.options(url)
    assert options.status_code == 204
    assert options.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    for method in ("PUT", "DELETE", "PATCH"):
        assert httpx.request(method, url).status_code == 405


def test_an_iri_with_an_escaped_blank_arrives_as_it_was_sent(address):
    # rdflib-endpoint decodes twice, and fails here.
    query = 'ASK { BIND (<http://example.org/a%20b> AS ?x) FILTER (STR(?x) = "http://example.org/a%20b") }'
    for reply in (
        httpx.get(f"{address}/sparql", params={"query": query}),
        httpx.post(f"{address}/sparql", data={"query": query}),
    ):
        assert reply.json()["boolean"] is True


def test_the_dataset_may_be_named(ask, address):
    passage = f"{SOURCE}#char=376,576"
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    whole = int(ask(count).json()["results"]["bindings"][0]["n"]["value"])
    part = ask(count, **{"default-graph-uri": passage})
    assert 0 < int(part.json()["results"]["bindings"][0]["n"]["value"]) < whole
    graphs = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    named = ask(graphs, **{"named-graph-uri": passage}).json()["results"]["bindings"]
    assert [row["g"]["value"] for row in named] == [passage]
    empty = ask("ASK { ?s ?p ?o }", **{"default-graph-uri": "http://example.org/none"})
    assert empty.json()["boolean"] is False
    both = httpx.get(f"{address}/sparql", params=[("query", count), *(("default-graph-uri", g) for g in (
        passage, "https://w3id.org/bilateral/graph/links"))])  # fmt: skip
    assert both.status_code == 200


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"params": {"query": "SELECT * { ?s ?p }"}}, 400),
        ({"params": {"query": ""}}, 400),
        ({"params": [("query", SOCAR), ("query", SOCAR)]}, 400),
        ({"params": {"query": SOCAR, "default-graph-uri": "not an iri"}}, 400),
        ({"method": "POST", "data": {"nothing": "1"}}, 400),
        ({"method": "POST", "content": b"\xff\xfe", "headers": {"content-type": "application/sparql-query"}}, 400),
        ({"method": "POST", "content": SOCAR, "headers": {"content-type": "text/plain"}}, 415),
        ({"method": "POST", "content": SOCAR}, 415),
        ({"method": "POST", "content": "DROP ALL", "headers": {"content-type": "application/sparql-update"}}, 403),
        ({"method": "POST", "data": {"update": "DROP ALL"}}, 403),
        ({"params": {"query": "DROP ALL"}}, 400),
        ({"params": {"query": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"}}, 400),
    ],
)  # fmt: skip
def test_a_wrong_request_has_its_status_and_says_what_to_do(request_, status, address):
    request_ = {"method": "GET", **request_}
    reply = httpx.request(url=f"{address}/sparql", **request_)
    assert reply.status_code == status, reply.text
    assert reply.json()["error"]
    assert reply.json()["remedy"]


def test_a_syntax_error_names_line_and_column_with_a_caret(ask):
    reply = ask("SELECT ?s\nWHERE {\n  ?s ?p \n}")
    assert reply.status_code == 400
    told = reply.json()
    assert (told["line"], told["column"]) == (4, 1)
    lines = told["text"].splitlines()
    assert any(line.strip() == "^" for line in lines), told["text"]


# ---------------------------------------------------------------- questions


def test_every_question_is_an_operation(address):
    document = httpx.get(f"{address}/openapi.json").json()
    for question in read_questions():
        operation = document["paths"][f"/questions/{question.name}"]
        assert operation["get"]["summary"] == question.summary["en"]
        needed = [p for p in operation["get"]["parameters"] if p.get("required")]
        reply = httpx.get(f"{address}/questions/{question.name}")
        # Nothing beyond this machine is reached from a test: test_federation.py stands in for it.
        expected = 400 if needed else 502 if question.offline else 200
        assert reply.status_code == expected, reply.text


def test_a_question_answers_like_the_shell(address, graph):
    reply = httpx.get(
        f"{address}/questions/trade-turnover", params={"country": "azerbaijan", "lang": "ka"}
    )
    rows = list(ox.parse_query_results(reply.content, format=ox.QueryResultsFormat.JSON))
    asked = graph.ask("trade-turnover", country="azerbaijan", lang="ka")
    assert [row["indicatorLabel"].value for row in rows] == [r.indicatorLabel for r in asked]
    assert reply.headers["content-language"] == "ka"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("trade-turnovr", 404, "trade-turnover"),
        ("trade-turnover?contry=x", 400, "country"),
        ("trade-turnover?country=azerbaijn", 400, "Azerbaijan"),
        ("trade-turnover?lang=fr", 400, "en, ka, az"),
        ("trade-turnover?limit=0", 400, "limit"),
        ("mentions", 400, "entity"),
    ],
)
def test_a_wrong_question_or_value_is_told(path, status, words, address):
    reply = httpx.get(f"{address}/questions/{path}")
    assert reply.status_code == status
    assert words in reply.text


def test_pages_of_an_answer_follow_each_other(address):
    seen, next_ = [], "/questions/entities?limit=10"
    while next_:
        reply = httpx.get(address + next_, headers={"accept": "text/csv"})
        seen += reply.text.splitlines()[1:]
        link = reply.headers.get("link", "")
        next_ = link.partition("<")[2].partition(">")[0]
    whole = httpx.get(f"{address}/questions/entities", headers={"accept": "text/csv"})
    assert seen == whole.text.splitlines()[1:]
    assert len(seen) > 30


# ---------------------------------------------------------------- pages and IRIs


@pytest.mark.parametrize(
    "path",
    ["/id/socar", "/concept/usd", "/rule/meeting", "/graph/lexicon", "/source/georgia-azerbaijan",
     "/ontology", "/void"],
)  # fmt: skip
def test_an_iri_gives_rdf_or_a_page(path, address):
    for accept, form in (("text/turtle", ox.RdfFormat.TURTLE), ("application/ld+json", ox.RdfFormat.JSON_LD)):  # fmt: skip
        reply = httpx.get(address + path, headers={"accept": accept})
        assert reply.status_code == 200, (path, reply.text)
        assert reply.headers["content-type"].startswith(accept)
        assert len(list(ox.parse(reply.content, format=form))) > 0
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    page = httpx.get(address + path, headers={"accept": browser})
    assert page.status_code == 200
    if path != "/void":
        assert page.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("lang", ["en", "ka", "az"])
def test_a_page_shows_the_words_behind_each_statement_in_the_reader_s_language(lang, address):
    page = httpx.get(f"{address}/id/socar", headers={"accept": "text/html"}, params={"lang": lang})
    assert f'<html lang="{lang}"' in page.text
    assert "2008 წლის ნოემბერში" in page.text
    assert "In November 2008" in page.text
    assert "#char=376,576" in page.text


def test_a_page_speaks_the_browser_s_language(address):
    headers = {"accept": "text/html", "accept-language": "fr, ka;q=0.8, en;q=0.5"}
    page = httpx.get(f"{address}/id/socar", headers=headers)
    assert page.headers["content-language"] == "ka"
    assert "accept-language" in page.headers["vary"].lower()


def test_a_passage_is_lit_up_in_its_page(address):
    page = httpx.get(f"{address}/source/georgia-azerbaijan", headers={"accept": "text/html"})
    assert 'id="char=376,576"' in page.text
    css = httpx.get(f"{address}/source/georgia-azerbaijan/passages.css")
    assert '[id="char=376,576"]:target' in css.text


@pytest.mark.parametrize("path", ["/id/nobody", "/nope", "/nope/nope", "/source/none", "/static/x.css",
                                  "/static/../app.py", "/id/", "/id/a%20b<script>"])  # fmt: skip
def test_what_there_is_not_is_404(path, address):
    for accept in ("text/html", "text/turtle", "*/*"):
        reply = httpx.get(address + path, headers={"accept": accept})
        assert reply.status_code in {400, 404}, (path, accept, reply.text)
        assert "html" not in reply.headers["content-type"] or "<script>" not in reply.text


@pytest.mark.parametrize("path", ["/", "/questions", "/questions/agreements", "/id/socar", "/ontology",
                                  "/sparql", "/source/georgia-azerbaijan", "/id/nobody"])  # fmt: skip
def test_pages_hold_no_script_and_forbid_it(path, address):
    page = httpx.get(address + path, headers={"accept": "text/html"}, params={"plain": "1"})
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    # Data in JSON-LD is no script: no browser runs it.
    assert "<script" not in page.text.replace('<script type="application/ld+json">', "")
    assert " style=" not in page.text
    assert page.headers["x-content-type-options"] == "nosniff"


def test_a_hostile_query_is_shown_as_text(address):
    evil = 'SELECT ("<script>alert(1)</script>" AS ?x) ("<img src=x onerror=alert(1)>" AS ?y) {}'
    page = httpx.get(f"{address}/sparql", params={"query": evil}, headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "&lt;script&gt;" in page.text
    assert "<script" not in page.text
    assert "<img" not in page.text
    link = 'SELECT (IRI("javascript:alert(1)") AS ?x) {}'
    page = httpx.get(f"{address}/sparql", params={"query": link}, headers={"accept": "text/html"})
    assert 'href="javascript' not in page.text


# ---------------------------------------------------------------- limits and refusals


def timed(function):
    start = time.perf_counter()
    reply = function()
    return reply, time.perf_counter() - start


@pytest.mark.parametrize("query", [CROSS, PATH], ids=["cross product", "unbounded path"])
def test_a_runaway_query_is_stopped_and_the_next_is_answered_at_once(query, strict):
    reply, took = timed(lambda: httpx.get(f"{strict}/sparql", params={"query": query}, timeout=20))
    assert reply.status_code == 503
    assert "longer than 1 seconds" in reply.json()["error"]
    assert 1.0 <= took < 1.5
    reply, took = timed(lambda: httpx.get(f"{strict}/sparql", params={"query": SOCAR}))
    assert reply.status_code == 200
    assert took < 0.3


def test_a_greedy_query_is_stopped_by_its_memory(built):
    # Sorting a cross product holds it in memory.
    greedy = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?d ?f"
    with bilateral_server(built, "--memory-mb", "100", "--query-seconds", "30") as address:
        reply = httpx.get(f"{address}/sparql", params={"query": greedy}, timeout=40)
        assert reply.status_code == 503, reply.text[:300]
        assert "MB" in reply.json()["error"]
        assert httpx.get(f"{address}/sparql", params={"query": SOCAR}).status_code == 200


def test_a_light_query_is_not_delayed_by_a_heavy_one_while_a_worker_is_free(strict):
    heavy = threading.Thread(
        target=lambda: httpx.get(f"{strict}/sparql", params={"query": CROSS}, timeout=20)
    )
    heavy.start()
    time.sleep(0.2)
    for _ in range(5):
        reply, took = timed(lambda: httpx.get(f"{strict}/sparql", params={"query": SOCAR}))
        assert reply.status_code == 200
        assert took < 0.3
    heavy.join()


def test_more_than_the_queue_holds_is_429_with_retry_after(strict):
    def send(_):
        return httpx.get(f"{strict}/sparql", params={"query": CROSS}, timeout=20)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(send, range(8)))
    codes = sorted(reply.status_code for reply in replies)
    assert set(codes) == {429, 503}
    assert codes.count(429) >= 4
    for reply in replies:
        if reply.status_code == 429:
            assert int(reply.headers["retry-after"]) >= 1
    assert httpx.get(f"{strict}/sparql", params={"query": SOCAR}).status_code == 200


def test_a_client_that_leaves_takes_its_query_along(strict):
    for _ in range(3):
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{strict}/sparql", params={"query": CROSS}, timeout=0.2)
    time.sleep(0.3)
    reply, took = timed(lambda: httpx.get(f"{strict}/sparql", params={"query": SOCAR}))
    assert reply.status_code == 200
    assert took < 0.3


def test_a_long_answer_is_cut_and_says_so(strict):
    whole = "SELECT * { ?s ?p ?o }"
    for accept in ("application/sparql-results+json", "text/csv", "text/tab-separated-values",
                   "application/sparql-results+xml"):  # fmt: skip
        reply = httpx.get(f"{strict}/sparql", params={"query": whole}, headers={"accept": accept})
        assert reply.headers["bilateral-row-limit"] == "20"
        assert "20" in reply.headers["bilateral-cut"]
    reply = httpx.get(f"{strict}/sparql", params={"query": whole})
    assert len(reply.json()["results"]["bindings"]) == 20
    reply = httpx.get(f"{strict}/sparql", params={"query": f"{whole} LIMIT 20"})
    assert "bilateral-cut" not in reply.headers
    reply = httpx.get(f"{strict}/sparql", params={"query": "CONSTRUCT WHERE { ?s ?p ?o }"},
                      headers={"accept": "application/n-triples"})  # fmt: skip
    assert len(reply.text.splitlines()) == 20
    assert "bilateral-cut" in reply.headers
    named = httpx.get(f"{strict}/questions/entities")
    assert "bilateral-cut" in named.headers


def test_a_limit_inside_a_subquery_or_a_word_is_not_the_query_s(strict):
    query = 'SELECT ?x { { SELECT ?x { ?x ?y ?z } LIMIT 100 } FILTER ("LIMIT 5" != "") } # LIMIT 7'
    reply = httpx.get(f"{strict}/sparql", params={"query": query})
    assert len(reply.json()["results"]["bindings"]) == 20


def test_a_large_request_is_413(strict):
    long = f"SELECT * {{ ?s ?p {json.dumps('x' * 5000)} }}"
    assert httpx.get(f"{strict}/sparql", params={"query": long}).status_code == 413
    assert httpx.post(f"{strict}/sparql", data={"query": long}).status_code == 413

    def parts():
        for _ in range(100):
            yield b"x" * 1000

    reply = httpx.post(f"{strict}/sparql", content=parts(),
                       headers={"content-type": "application/sparql-query"})  # fmt: skip
    assert reply.status_code == 413


SERVICE = "SELECT * {{ SERVICE {} {{ ?s ?p ?o }} }}"


@pytest.mark.parametrize(
    "query",
    [
        SERVICE.format("<http://127.0.0.1:9/>"),
        SERVICE.format("SILENT <http://169.254.169.254/latest>"),
        SERVICE.format("<https://query.wikidata.org/sparql/../x>"),
        SERVICE.format("?where"),
        "PREFIX e: <http://127.0.0.1:9/> " + SERVICE.format("e:x"),
        "BASE <http://127.0.0.1:9/> " + SERVICE.format("<x>"),
        SERVICE.format("<http://\\u0031\\u0032\\u0037.0.0.1:9/>"),
        "SELECT * { FILTER EXISTS { sErViCe<http://127.0.0.1:9/>{} } }",
        "SELECT * FROM <http://127.0.0.1:9/data.ttl> { ?s ?p ?o }",
        "SELECT * FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }",
        "CONSTRUCT FROM <http://127.0.0.1:9/> WHERE { ?s ?p ?o }",
        "DESCRIBE <urn:x> FROM <http://127.0.0.1:9/>",
        "SELECT (EXISTS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } AS ?x) {}",
        "SELECT * { ?s ?p ?o } VALUES ?x { 1 } # } \n" .replace("VALUES", "HAVING (EXISTS { SERVICE <http://127.0.0.1:9/> {} }) VALUES"),
    ],
)  # fmt: skip
def test_what_would_reach_outside_is_refused(query, ask):
    reply = ask(query)
    assert reply.status_code in {400, 403}, reply.text
    assert reply.json()["remedy"]


@pytest.mark.parametrize(
    "query",
    [
        "ASK {} # SERVICE <http://127.0.0.1/> {}",
        'ASK { FILTER ("SERVICE <http://127.0.0.1/> { }" != "LOAD <x>") }',
        "ASK { <urn:service> ?service ?load FILTER (?service != <urn:FROM>) } ",
        "PREFIX service: <urn:s:> ASK { ?x service:from ?y }",
        f"SELECT * FROM <{SOURCE}#char=376,576> {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED <{SOURCE}#char=376,576> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "ASK { FILTER (1 <2 && 3> 2) }",
    ],
)
def test_words_that_only_look_like_it_are_not_refused(query, ask):
    reply = ask(query)
    assert reply.status_code == 200, reply.text


class Elsewhere(BaseHTTPRequestHandler):
    """An endpoint elsewhere: redirects, answers, or answers nonsense, as its path says."""

    asked: list[str] = []  # noqa: RUF012 - one per test run is enough

    def do_POST(self):
        Elsewhere.asked.append(self.path)
        self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            return
        body = (
            b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"urn:x"}}]}}'
        )
        kind = "application/sparql-results+json"
        if self.path == "/html":
            body, kind = b"<html>rate limited</html>", "text/html"
        if self.path == "/half":
            body = body[:40]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - the base class's name

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def elsewhere():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_listed_service_is_asked_and_joined(built, elsewhere):
    with bilateral_server(built, "--services", f"{elsewhere}/ok", "--private-services") as address:
        query = f"SELECT ?s ?x {{ SERVICE <{elsewhere}/ok> {{ ?s ?p ?o }} BIND (STR(?s) AS ?x) }}"
        (row,) = httpx.get(f"{address}/sparql", params={"query": query}).json()["results"][
            "bindings"
        ]
        assert row["x"]["value"] == "urn:x"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [("html", 502, "not with results"), ("half", 502, "broke off"), ("redirect", 502, "")],
)
def test_a_listed_service_that_misbehaves_is_told(path, status, words, built, elsewhere):
    where = f"{elsewhere}/{path}"
    with bilateral_server(
        built, "--services", where, "--private-services", "--retries", "1"
    ) as address:
        reply = httpx.get(
            f"{address}/sparql", params={"query": SERVICE.format(f"<{where}>")}, timeout=20
        )
        assert reply.status_code == status, reply.text
        assert words in reply.text


def test_a_listed_service_at_a_private_address_is_refused_after_it_is_resolved(built, elsewhere):
    port = elsewhere.rpartition(":")[2]
    Elsewhere.asked.clear()
    for host in ("127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "2130706433"):
        where = f"http://{host}:{port}/ok"
        with bilateral_server(built, "--services", where) as address:
            query = SERVICE.format(f"<{where}>")
            reply = httpx.get(f"{address}/sparql", params={"query": query}, timeout=20)
            assert reply.status_code in {403, 502}, reply.text
    assert Elsewhere.asked == []


def test_a_taken_port_and_a_missing_graph_are_told_in_two_lines(built, tmp_path):
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    def run(*options):
        done = subprocess.run([sys.executable, "-m", "bilateral", "serve", *options], timeout=30,
                              capture_output=True, text=True, check=False)  # fmt: skip
        return done.returncode, done.stderr.strip().splitlines()

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, lines = run("--graph", str(built), "--port", str(taken.getsockname()[1]))
        assert code == 1
        assert "--port" in lines[-1]
        assert len(lines) == 2
    (tmp_path / "bad.nq").write_text("no quads", encoding="utf-8")
    for graph in ("none.nq", "bad.nq"):
        code, lines = run("--graph", str(tmp_path / graph), "--port", "0")
        assert code in {1, 2}
        assert len(lines) == 2, lines


def test_the_server_leaves_no_process_behind(built):
    others = workers()
    with bilateral_server(built) as address:
        httpx.get(f"{address}/sparql", params={"query": SOCAR})
        running = workers() - others
        assert running
    for _ in range(50):
        if not workers() & running:
            return
        time.sleep(0.1)
    pytest.fail("workers outlive the server")


def workers():
    found = set()
    for entry in Path("/proc").iterdir():
        # A process may end between the listing and the reading.
        with contextlib.suppress(OSError):
            if b"bilateral.serve.worker" in (entry / "cmdline").read_bytes():
                found.add(entry.name)
    return found


def test_every_setting_is_documented():
    from dataclasses import fields  # noqa: PLC0415

    from bilateral.query.settings import Settings  # noqa: PLC0415

    from .conftest import ROOT  # noqa: PLC0415

    text = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    for setting in fields(Settings):
        assert f"| `{setting.name}` |" in text


def test_an_address_is_quoted_once(address):
    page = httpx.get(f"{address}/questions/agreements", headers={"accept": "text/html"})
    assert quote("%") not in page.text.partition("<main")[0]
