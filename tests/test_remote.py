"""Remote endpoints as they are: busy, wrong, cut off, endless; each ends in words that help."""

from __future__ import annotations

import json
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stamina

from bilateral.errors import LimitError, QuerySyntaxError, RefusedError, RemoteError
from bilateral.query.line import is_public
from bilateral.query.remote import Client
from bilateral.query.web import AGENT

JSON = "application/sparql-results+json"
ROWS = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [
    {"x": {"type": "literal", "value": "one"}}]}}).encode()  # fmt: skip
SELECT = "SELECT ?x { ?x ?y ?z }"


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, replies):
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies = list(replies)
        self.seen = []
        self.url = f"http://127.0.0.1:{self.server_port}/sparql"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        self.server.seen.append((dict(self.headers), body))
        reply = (
            self.server.replies.pop(0) if len(self.server.replies) > 1 else self.server.replies[0]
        )
        reply(self)

    def do_GET(self):
        self.do_POST()

    def log_message(self, *_):
        pass


def reply(status=200, body=ROWS, kind=JSON, **headers):
    def send(handler):
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        length = headers.pop("length", len(body))
        if length is not None:
            handler.send_header("Content-Length", str(length))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def endless(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" " * 65536)
    except OSError:
        pass


def drip(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    try:
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


@pytest.fixture
def serve():
    running = []

    def start(*replies):
        server = Server(replies)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        running.append(server)
        return server

    stamina.set_testing(True, attempts=3, cap=True)
    yield start
    stamina.set_testing(False)
    for server in running:
        server.shutdown()
        server.server_close()


def values(result):
    return [row["x"].value for row in result]


def test_an_endpoint_is_asked_politely(serve):
    server = serve(reply())
    assert values(Client(server.url).query(SELECT)) == ["one"]
    headers, body = server.seen[0]
    assert headers["User-Agent"] == AGENT
    assert JSON in headers["Accept"]
    assert "SELECT" in body


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_endpoint_is_asked_again(status, serve):
    told = []
    server = serve(
        reply(status, b"busy", "text/plain"), reply(status, b"busy", "text/plain"), reply()
    )
    assert values(Client(server.url, told=told.append).query(SELECT)) == ["one"]
    assert len(server.seen) == 3
    assert len(told) == 2


@pytest.mark.parametrize("when", ["1", "date"])
def test_it_comes_back_when_the_endpoint_says(when, serve):
    stamina.set_testing(False)
    after = formatdate(time.time() + 2, usegmt=True) if when == "date" else when
    server = serve(reply(429, b"", "text/plain", Retry_After=after), reply())
    start = time.monotonic()
    assert values(Client(server.url).query(SELECT)) == ["one"]
    assert time.monotonic() - start > 0.7


def test_a_wait_that_is_too_long_is_told(serve):
    server = serve(reply(429, b"", "text/plain", Retry_After="3600"))
    with pytest.raises(RemoteError, match="3600 seconds"):
        Client(server.url).query(SELECT)
    assert len(server.seen) == 1


BAD = {
    "always busy": ([reply(503, b"busy", "text/plain")], RemoteError, "503"),
    "500": ([reply(500, b"stack", "text/plain")], RemoteError, "500"),
    "403": ([reply(403, b"forbidden", "text/plain")], RemoteError, "403"),
    "200 with HTML": ([reply(200, b"<html>rate limit</html>", "text/html")], RemoteError, "not with results"),
    "200 with a message": ([reply(200, b"please wait", "text/plain")], RemoteError, "please wait"),
    "JSON that is no result": ([reply(200, b'{"a": 1}')], RemoteError, "broke off"),
    "half a body": ([reply(200, ROWS[:30])], RemoteError, "broke off"),
    "fewer bytes than announced": ([reply(200, ROWS, length=5000)], RemoteError, "broke off"),
    "cut off in the rows": ([reply(200, ROWS.replace(b"]}}", b""), length=None)], RemoteError, "broke off"),
    "rows where a graph was asked for": ([reply()], RemoteError, "not with results"),
    "a yes where rows were asked for": ([reply(200, b'{"head": {}, "boolean": true}')], RemoteError, "another kind"),
    "an odd Retry-After": ([reply(429, b"", "text/plain", Retry_After="soon")], RemoteError, "429"),
    "a query it cannot read": ([reply(400, b"Parse error", "text/plain")], QuerySyntaxError, "Parse error"),
    "Virtuoso out of time": ([reply(200, ROWS, X_SQL_State="S1TAT")], LimitError, "before it was done"),
}  # fmt: skip


@pytest.mark.parametrize(("replies", "error", "words"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_said(replies, error, words, serve):
    server = serve(*replies)
    query = (
        "CONSTRUCT WHERE { ?s ?p ?o }"
        if "graph" in words or replies == BAD["rows where a graph was asked for"][0]
        else SELECT
    )
    with pytest.raises(error) as raised:
        Client(server.url).query(query)
    assert words in str(raised.value)
    assert len(str(raised.value).splitlines()) >= 2


def test_an_endless_answer_ends(serve):
    with pytest.raises(LimitError, match="more than 1 MB"):
        Client(serve(endless).url, megabytes=1).query(SELECT)


def test_a_slow_answer_ends(serve):
    start = time.monotonic()
    with pytest.raises(RemoteError, match="within"):
        Client(serve(drip).url, seconds=0.5, attempts=1).query(SELECT)
    assert time.monotonic() - start < 2


def test_nobody_there_is_told(serve):
    server = serve(reply())
    server.shutdown()
    server.server_close()
    with pytest.raises(RemoteError, match="cannot be reached"):
        Client(server.url).query(SELECT)
    with pytest.raises(RemoteError, match="cannot be reached"):
        Client("http://no-such-host.invalid/").query(SELECT)
    with pytest.raises(RefusedError, match="http://"):
        Client("file:///etc/passwd").query(SELECT)


def test_pages_of_an_ordered_query_are_put_together(serve):
    def page(handler):
        _, body = handler.server.seen[-1]
        from urllib.parse import parse_qs  # noqa: PLC0415

        query = parse_qs(body)["query"][0]
        limit, offset = (int(n) for n in query.split("LIMIT ")[1].split(" OFFSET "))
        rows = [{"x": {"type": "literal", "value": str(n)}} for n in range(25)][
            offset : offset + limit
        ]
        reply(200, json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": rows}}).encode())(
            handler
        )

    server = serve(page)
    client = Client(server.url, page_rows=10)
    assert values(client.query(f"{SELECT} ORDER BY ?x")) == [str(n) for n in range(25)]
    assert len(server.seen) == 3


def test_a_redirect_to_a_private_address_is_refused(serve):
    target = serve(reply())
    server = serve(reply(302, b"", "text/plain", Location=target.url))
    with pytest.raises((RefusedError, RemoteError)):
        Client(server.url, public_only=True).query(SELECT)
    assert server.seen == []
    assert target.seen == []


def test_a_host_that_a_person_names_may_be_private_and_nothing_that_it_leads_to(serve):
    assert values(Client(serve(reply()).url, public_only=True, named=True).query(SELECT)) == ["one"]
    target = serve(reply())
    server = serve(reply(302, b"", "text/plain", Location=target.url))
    with pytest.raises(RefusedError, match="not public"):
        Client(server.url, public_only=True, named=True, attempts=1).query(SELECT)
    assert len(server.seen) == 1
    assert target.seen == []


def test_a_redirect_leads_to_no_other_scheme(serve, tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_bytes(ROWS)
    for target in (
        f"file://{secret}",
        "ftp://127.0.0.1:1/x",
        "data:application/json,{}",
        "http://[::1",
    ):
        server = serve(reply(302, b"", "text/plain", Location=target))
        with pytest.raises((RefusedError, RemoteError)):
            Client(server.url, attempts=1).query(SELECT)


def test_a_server_that_ignores_offset_does_not_page_for_ever(serve):
    server = serve(reply())
    with pytest.raises(RemoteError, match="again and again"):
        Client(server.url, page_rows=1).query(f"{SELECT} ORDER BY ?x")
    assert len(server.seen) == 2


def test_headers_that_drip_run_into_the_time_limit(serve):
    def dripping(handler):
        try:
            for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100:
                handler.wfile.write(bytes([byte]))
                handler.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    start = time.monotonic()
    with pytest.raises(RemoteError, match="within"):
        Client(serve(dripping).url, seconds=0.5, attempts=1).query(SELECT)
    assert time.monotonic() - start < 2


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("10.1.2.3", False),
     ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
     ("0.0.0.0", False), ("::1", False), ("fe80::1", False), ("fd00::1", False), ("::ffff:10.0.0.1", False),
     ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("224.0.0.1", False), ("240.0.0.1", False),
     ("fe80::1%eth0", False)],
)  # fmt: skip
def test_only_public_addresses_are_public(address, public):
    assert is_public(address) is public
