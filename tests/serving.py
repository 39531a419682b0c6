"""Servers for tests: our own and Oxigraph's, real processes on the loopback interface."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
W3C = ROOT.parent / "shared" / "w3c" / "sparql" / "sparql11"


@contextlib.contextmanager
def bilateral_server(graph: Path, *options: str) -> Iterator[str]:
    """The address of `bilateral serve` on a graph."""
    with bilateral_process(graph, *options) as (address, _):
        yield address


@contextlib.contextmanager
def bilateral_process(graph: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of `bilateral serve` on a graph, and its process, which may be ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bilateral", "serve", "--graph", str(graph), "--port", "0", *options],
        stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    try:
        line = process.stderr.readline()
        address = re.search(r"http://[\d.:\[\]]+", line)
        assert address, line + process.stderr.read()
        yield address[0], process
    finally:
        process.terminate()
        process.wait(10)
        process.stderr.close()


def children(pid: int) -> list[int]:
    """The processes that a process has started and that have not ended."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        # A process may end between the listing and the reading.
        with contextlib.suppress(OSError):
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(entry.name))
    return found


@contextlib.contextmanager
def oxigraph_server(graph: Path, folder: Path, *options: str) -> Iterator[str]:
    """The address of the SPARQL endpoint of Oxigraph's own server, loaded with a graph."""
    program = Path(sys.executable).parent / "oxigraph"
    subprocess.run(
        [program, "load", "--location", folder, "--file", graph], check=True, capture_output=True
    )
    port = free_port()
    process = subprocess.Popen(
        [program, "serve-read-only", "--location", folder, "--bind", f"127.0.0.1:{port}", *options],
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.terminate()
        process.wait(10)


VIRTUOSO_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
TransactionFile = {folder}/virtuoso.trx
ErrorLogFile = {folder}/virtuoso.log
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {graph}
NumberOfBuffers = 10000
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
[SPARQL]
DefaultQuery = SELECT * {{}} LIMIT 1
"""


@contextlib.contextmanager
def virtuoso_server(graph: Path, folder: Path) -> Iterator[str]:
    """The address of the SPARQL endpoint of Debian's Virtuoso, loaded with a graph of N-Quads."""
    folder.mkdir(parents=True)
    http, sql = free_port(), free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(VIRTUOSO_INI.format(folder=folder, graph=graph.parent, sql=sql, http=http))
    process = subprocess.Popen(
        ["virtuoso-t", "+configfile", ini, "+foreground", "+wait"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{http}/sparql", 600)
        load = f"ld_dir('{graph.parent}', '{graph.name}', 'urn:none'); rdf_loader_run();"
        subprocess.run(
            ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"],
            check=True, capture_output=True,
        )  # fmt: skip
        yield f"http://127.0.0.1:{http}/sparql"
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(address: str, times: int = 200) -> None:
    """Return once a server answers at the address, or after that many twentieths of a second."""
    for _ in range(times):
        with contextlib.suppress(httpx.TransportError):
            httpx.get(address)
            return
        time.sleep(0.05)
