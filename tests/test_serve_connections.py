"""Connections as clients use and misuse them: in a row, in advance, in pieces, half closed."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from urllib.parse import quote

import pytest

from .serving import bilateral_process, bilateral_server, children

ASK = "/sparql?query=ASK%7B%7D"
TRUE = b'{"head":{},"boolean":true}'
CROSS = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
LONG = quote("SELECT * { ?s ?p ?o } LIMIT 9000")


@pytest.fixture(scope="module")
def address(built):
    with bilateral_server(built, "--workers", "2", "--request-seconds", "5") as running:
        yield running


class Client:
    """A connection of its own; reads answers as HTTP frames them."""

    def __init__(self, address):
        host, _, port = address.removeprefix("http://").rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=20)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())

    def get(self, path, fields="", version="1.1", method="GET"):
        self.send(f"{method} {path} HTTP/{version}\r\nHost: x\r\n{fields}\r\n")

    def answer(self, *, head=False):
        """The status, the header, and the body of the next answer."""
        status = int(self.file.readline().split()[1])
        fields = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode().partition(":")
            assert name.lower() not in fields, f"{name} comes twice"
            fields[name.lower()] = value.strip()
        empty = head or status in {100, 204, 304}
        body = b"" if empty else self.file.read(int(fields["content-length"]))
        return status, fields, body

    def is_closed(self):
        return self.file.read(1) == b""


def test_one_connection_takes_many_requests_in_a_row(address):
    with Client(address) as client:
        for number in range(20):
            client.get(f"{ASK}%23{number}")
            assert client.answer()[::2] == (200, TRUE)
            client.get(ASK)
            assert client.answer()[::2] == (200, TRUE)
            client.get("/nope")
            assert client.answer()[0] == 404


def test_requests_sent_in_advance_are_answered_in_their_order(address):
    asked = [f'SELECT ("{number}" AS ?x) {{}} # {time.time()}' for number in range(30)]
    with Client(address) as client:
        # Some in one packet, some cut anywhere.
        text = "".join(
            f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n"
            for query in asked
        )
        client.send(text[:1500])
        for start in range(1500, len(text), 701):
            time.sleep(0.002)
            client.send(text[start : start + 701])
        for number in range(30):
            assert client.answer()[::2] == (200, f"x\r\n{number}\r\n".encode())


def test_what_follows_a_heavy_query_waits_for_it_and_nobody_else_does(address):
    with Client(address) as first, Client(address) as second:
        slow = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?b ?f FILTER (?c = ?f) }")
        first.get(f"/sparql?query={slow}")
        first.get(ASK)
        second.get(ASK)
        assert second.answer()[::2] == (200, TRUE)
        assert first.answer()[0] in {200, 503}
        assert first.answer()[::2] == (200, TRUE)


@pytest.mark.parametrize(
    ("version", "fields", "closed"),
    [("1.1", "", False), ("1.1", "Connection: close\r\n", True), ("1.0", "", True)],
)
def test_a_connection_ends_when_its_client_wants_it_to(version, fields, closed, address):
    for path in (ASK, f"{ASK}%23{time.time()}", "/nope", "/static/style.css"):
        with Client(address) as client:
            client.get(path, fields, version)
            assert client.answer()[0] in {200, 404}
            if closed:
                assert client.is_closed()
            else:
                client.get(ASK)
                assert client.answer()[0] == 200


def test_head_has_the_header_of_get_and_no_body(address):
    for path in (ASK, f"/sparql?query={LONG}", "/sparql", "/sparql?query=nonsense", "/questions"):
        with Client(address) as client:
            client.get(path, method="HEAD")
            asked = client.answer(head=True)
            client.get(path)
            got = client.answer()
            for answer in (asked, got):
                answer[1].pop("date")
            assert asked[:2] == got[:2]
            assert len(got[2]) == int(asked[1]["content-length"])


def test_a_body_in_chunks_is_put_together(address):
    kind = "Content-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n"
    with Client(address) as client:
        for _ in range(2):
            client.send(f"POST /sparql HTTP/1.1\r\nHost: x\r\n{kind}\r\n")
            for part in ("A", "SK", " {", "} # ", "x" * 3000):
                client.send(f"{len(part):x}\r\n{part}\r\n")
            client.send("0\r\n\r\n")
            assert client.answer()[::2] == (200, TRUE)
        # One too long is refused while the rest of it comes, and the rest is no request.
        client.send(f"POST /sparql HTTP/1.1\r\nHost: x\r\n{kind}\r\n")
        for _ in range(40):
            client.send("2710\r\n" + "x" * 10_000 + "\r\n")
        client.send("0\r\n\r\n")
        assert client.answer()[0] == 413
        client.get(ASK)
        assert client.answer()[::2] == (200, TRUE)


@pytest.mark.parametrize("expected", ["100-continue", "100-Continue"])
def test_a_client_that_asks_whether_to_go_on_is_told_at_once(expected, address):
    with Client(address) as client:
        client.send("POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
                    f"Content-Length: 6\r\nExpect: {expected}\r\n\r\n")  # fmt: skip
        assert client.answer() == (100, {}, b"")
        client.send("ASK {}")
        assert client.answer()[::2] == (200, TRUE)
        client.get(ASK)
        assert client.answer()[::2] == (200, TRUE)


def test_a_header_of_any_size_harms_nobody(address):
    with Client(address) as client:
        client.get(ASK, f"Accept: {'text/x, ' * 2000}*/*\r\n")
        assert client.answer()[0] == 200
        client.get(ASK, "".join(f"X-{number}: {'y' * 100}\r\n" for number in range(300)))
        assert client.answer()[0] == 200


@pytest.mark.parametrize(
    "piece", ["y" * 10_000, "X: y\r\n" * 1000], ids=["one field", "many fields"]
)
@pytest.mark.parametrize("start", ["GET / HTTP/1.1\r\nHost: x\r\nX: ", "GET /sparql?query="])
def test_a_header_without_an_end_is_refused_before_it_fills_the_memory(start, piece, address):
    with Client(address) as client:
        client.send(start)
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 100_000_000:
                client.send(piece)
                sent += len(piece)
        assert sent < 20_000_000
        with contextlib.suppress(ConnectionError):
            assert client.file.readline().split()[1] in {b"400", b"431"}
    with Client(address) as client:
        # As much as a request may hold is taken.
        client.get(f"{ASK}%23{'x' * 65_000}", f"X: {'y' * 60_000}\r\n")
        assert client.answer()[::2] == (200, TRUE)
        client.get(f"{ASK}%23{'x' * 70_000}")
        status, _, body = client.answer()
        assert status == 414
        assert b"POST" in body
        assert client.is_closed()


@pytest.mark.parametrize(
    "text",
    ["nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01",
     "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
     "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     "GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\x00: b\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_request_is_refused_and_hung_up(text, address):
    with Client(address) as client:
        client.send(text.encode("latin-1"))
        first = client.file.readline()
        assert first == b"" or first.split()[1] in {b"400", b"501", b"505"}
        client.file.read()
        assert client.is_closed()


def test_a_slow_client_gets_a_long_answer_whole_and_delays_nobody(address):
    with Client(address) as slow, Client(address) as fast:
        for number in range(8):
            slow.get(f"/sparql?query={LONG}%23{number}", "Accept: text/csv\r\n")
        sizes = []
        for _ in range(8):
            # What is not taken fills the buffers: the server holds the rest back.
            time.sleep(0.1)
            fast.get(f"{ASK}%23{time.time()}")
            assert fast.answer()[::2] == (200, TRUE)
            sizes.append(len(slow.answer()[2]))
        assert sizes == [sizes[0]] * 8
        assert sizes[0] > 500_000


def test_a_request_of_single_bytes_is_a_request(address):
    with Client(address) as client:
        for byte in f"GET {ASK} HTTP/1.1\r\nHost: x\r\n\r\n":
            client.send(byte)
            time.sleep(0.001)
        assert client.answer()[::2] == (200, TRUE)


@pytest.mark.parametrize("query", ["ASK%7B%7D%23half", LONG], ids=["short", "long"])
def test_who_has_said_all_may_still_listen(query, address):
    with Client(address) as client:
        client.get(f"/sparql?query={query}")
        client.socket.shutdown(socket.SHUT_WR)
        # A half-closed connection is answered, or closed at once; it is never left open.
        first = client.file.readline()
        assert first in {b"", b"HTTP/1.1 200 OK\r\n"}
        client.file.read()
        assert client.is_closed()


def test_line_ends_alone_do_not_hold_a_connection(built):
    options = ("--workers", "1", "--request-seconds", "1")
    with bilateral_server(built, *options) as address, Client(address) as client:
        client.get(ASK)
        assert client.answer()[0] == 200
        client.send("\r\n")
        start = time.perf_counter()
        assert client.is_closed()
        assert time.perf_counter() - start < 5


def test_a_connection_outlives_the_worker_that_is_killed_under_its_query(built):
    options = ("--workers", "2", "--query-seconds", "1", "--cache-mb", "0")
    with bilateral_process(built, *options) as (address, process):
        (parent,) = children(process.pid)
        with Client(address) as heavy, Client(address) as light:
            lost = []
            done = threading.Event()

            def asking():
                number = 0
                while not done.is_set():
                    number += 1
                    light.get(f"{ASK}%23{number}")
                    if light.answer()[::2] != (200, TRUE):
                        lost.append(number)

            asker = threading.Thread(target=asking)
            asker.start()
            before = set(children(parent))
            for number in range(2):
                heavy.get(f"/sparql?query={CROSS}%23{number}")
                heavy.get(ASK)
                status, _, body = heavy.answer()
                assert status == 503
                assert b"longer than 1 seconds" in body
                assert heavy.answer()[::2] == (200, TRUE)
            done.set()
            asker.join()
            assert lost == []
            assert set(children(parent)) != before
