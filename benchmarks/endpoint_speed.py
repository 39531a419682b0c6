"""`bilateral serve` beside rdflib-endpoint and Oxigraph's own server: same graph, same queries.

Needs `wrk` (Debian: apt-get install wrk) and the programs of `benchmarks/peers.txt` in `.venv-peers`;
`make bench` makes the latter. All servers run on loopback, one after the other is asked, in rounds.
Exits with 3 when a bound is missed.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from results import Measure, write

from bilateral.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".venv-peers" / "bin"
OURS = Path(sys.executable).parent / "bilateral"
ROUNDS, SECONDS, CONNECTIONS = 3, 3, 8
LIMIT_S, STOP_S, NEXT_MS = 2.0, 0.5, 100
CLIENTS, MINUTE_S = 200, 60
PREFIXES = (
    "PREFIX bil: <https://w3id.org/bilateral/ontology#> PREFIX id: <https://w3id.org/bilateral/id/> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
)
QUERIES = [
    "SELECT ?a ?p WHERE { ?a bil:party ?p } ORDER BY ?a ?p",
    "SELECT ?l WHERE { id:socar rdfs:label ?l }",
    "ASK { id:georgia ?p ?o }",
    "SELECT ?t (COUNT(*) AS ?n) WHERE { ?s a ?t } GROUP BY ?t ORDER BY DESC(?n) ?t LIMIT 10",
    'SELECT ?s ?d WHERE { ?s bil:notBefore ?d FILTER(STR(?d) >= "2010-01-01") } ORDER BY ?d ?s',
]
RUNAWAY = {
    "cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "unbounded path": "SELECT (COUNT(*) AS ?n) { ?a (<urn:x>|!<urn:x>)* ?b . ?c (<urn:x>|!<urn:x>)* ?d }",
}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def running(command: list[str | Path], port: int, path: str) -> Iterator[str]:
    """The address of a server once it answers."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}{path}"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                ask(address, "ASK {}")
                break
            time.sleep(0.1)
        else:
            sys.exit(f"{command[0]} does not answer")
        yield address
    finally:
        process.terminate()
        process.wait(20)


def ask(address: str, query: str) -> tuple[int, float]:
    """The status of the answer to a query, and the seconds that it took."""
    start = time.perf_counter()
    request = urllib.request.Request(f"{address}?query={quote(query)}", headers={"Accept": "*/*"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310 - loopback
            reply.read()
            status = reply.status
    except urllib.error.HTTPError as refusal:
        status = refusal.code
    return status, time.perf_counter() - start


def throughput(address: str, queries: Path, salt: str) -> float:
    """Requests answered a second. Ends the run where a request is not answered with 200."""
    host, _, path = address.removeprefix("http://").partition("/")
    script = str(Path(__file__).parent / "endpoint.lua")
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", script, f"http://{host}", "--",
         f"/{path}", str(queries), salt],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    if "Non-2xx" in done.stdout or not (
        rate := re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    ):
        sys.exit(f"{address}: {done.stdout}")
    return float(rate[1])


def speeds(graph: Path, folder: Path) -> list[Measure]:
    """Requests a second of the three servers, rounds alternated."""
    queries = folder / "queries.txt"
    queries.write_text("".join(quote(PREFIXES + q) + "\n" for q in QUERIES), encoding="ascii")
    store = folder / "store"
    subprocess.run([PEERS / "oxigraph", "load", "--location", store, "--file", graph],
                   check=True, capture_output=True)  # fmt: skip
    ports = [free_port() for _ in range(3)]
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(
            running([OURS, "serve", "--graph", graph, "--port", str(ports[0])], ports[0], "/sparql")
        )
        oxigraph = stack.enter_context(
            running(
                [
                    PEERS / "oxigraph",
                    "serve-read-only",
                    "--location",
                    store,
                    "--union-default-graph",
                    "--bind",
                    f"127.0.0.1:{ports[1]}",
                ],
                ports[1],
                "/query",
            )
        )
        endpoint = stack.enter_context(running(
            [PEERS / "rdflib-endpoint", "serve", "--host", "127.0.0.1", "--port", str(ports[2]),
             "--store", "Oxigraph", graph], ports[2], "/"))  # fmt: skip
        found: dict[str, list[float]] = {}
        for turn in range(ROUNDS):
            for kind in ("repeated", "fresh"):
                for name, address in (("ours", ours), ("oxigraph", oxigraph), ("rdflib", endpoint)):
                    salt = f"{turn}-" if kind == "fresh" else ""
                    rate = throughput(address, queries, salt)
                    found.setdefault(f"{name} {kind}", []).append(rate)
    measures = []
    for kind, words in (("repeated", "queries that come again"), ("fresh", "no query comes twice")):
        values = found[f"ours {kind}"]
        for peer, named, least in (
            ("rdflib", "rdflib-endpoint", 5),
            ("oxigraph", "`oxigraph serve`", 0.6),
        ):
            measure = Measure(words, values, "req/s", named, found[f"{peer} {kind}"])
            measures.append(Measure(words, values, "req/s", named, measure.other, f"≥ {least} ×",
                                    measure.ratio >= least))  # fmt: skip
    return measures


def runaways(graph: Path) -> list[Measure]:
    """How long after its limit a query is stopped, and how soon the next one is answered."""
    port = free_port()
    command = [OURS, "serve", "--graph", graph, "--port", str(port), "--query-seconds", str(LIMIT_S),
               "--cache-mb", "0"]  # fmt: skip
    measures = []
    with running(command, port, "/sparql") as address:
        light = [ask(address, PREFIXES + QUERIES[1])[1] * 1000 for _ in range(20)]
        for name, query in RUNAWAY.items():
            late, after = [], []
            for _ in range(ROUNDS):
                status, took = ask(address, query)
                late.append((took - LIMIT_S) if status == 503 else 1e9)  # noqa: PLR2004 - stopped
                after.append(ask(address, PREFIXES + QUERIES[1])[1] * 1000)
            measures.append(Measure(f"{name}: stopped after its limit of {LIMIT_S:g} s", late, "s",
                                    bound="≤ 0.5 s", held=max(late) <= STOP_S))  # fmt: skip
            measures.append(Measure(f"{name}: the next light query", after, "ms", "a light query alone",
                                    light, f"≤ {NEXT_MS} ms", max(after) <= NEXT_MS))  # fmt: skip
    return measures


async def _client(number: int, port: int, until: float, codes: Counter[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    turn = 0
    while time.monotonic() < until:
        turn += 1
        # Every fiftieth client asks what takes a second or so; nobody asks the same twice.
        query = QUERIES[turn % len(QUERIES)] if number % 50 else (
            "SELECT (COUNT(*) AS ?n) { ?a rdfs:label ?b . ?c rdfs:label ?d FILTER (STR(?b) < STR(?d)) }")  # fmt: skip
        target = f"/sparql?query={quote(PREFIXES + query + f' # {number} {turn}')}"
        writer.write(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            await reader.readexactly(int(length[1]) if length else 0)
        except (OSError, EOFError):
            codes["lost"] += 1
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            continue
        code = head.split()[1].decode()
        codes[code if code != "429" or b"retry-after" in head.lower() else "429 unannounced"] += 1
    writer.close()


def crowd(graph: Path) -> list[Measure]:
    """What becomes of the requests of 200 clients in a minute."""
    port = free_port()
    codes: Counter[str] = Counter()

    async def all_clients() -> None:
        until = time.monotonic() + MINUTE_S
        await asyncio.gather(*(_client(n, port, until, codes) for n in range(CLIENTS)))

    with running([OURS, "serve", "--graph", graph, "--port", str(port)], port, "/sparql"):
        asyncio.run(all_clients())
    fine = codes["200"] + codes["429"]
    lost = sum(codes.values()) - fine
    words = f"{CLIENTS} clients for {MINUTE_S} s: requests answered"
    return [
        Measure(words, [float(codes["200"])], ""),
        Measure(f"{words} with 429 and Retry-After", [float(codes["429"])], ""),
        Measure(f"{words}: lost otherwise", [float(lost)], "", bound="0", held=lost == 0),
    ]


def main() -> None:
    if not shutil.which("wrk"):
        sys.exit("wrk is missing\n  Install it: apt-get install wrk")
    if not (PEERS / "rdflib-endpoint").exists():
        sys.exit("the peers are missing\n  Run `make bench`, which installs them.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build([], folder / "out")
        graph = folder / "out" / "graph.nq"
        measures = [*speeds(graph, folder), *runaways(graph), *crowd(graph)]
    write("Endpoint", "endpoint_speed.py", ("pyoxigraph", "starlette", "uvicorn"), measures)


if __name__ == "__main__":
    main()
