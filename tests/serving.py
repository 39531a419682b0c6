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
    process = subprocess.Popen(
        [sys.executable, "-m", "bilateral", "serve", "--graph", str(graph), "--port", "0", *options],
        stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    try:
        line = process.stderr.readline()
        address = re.search(r"http://[\d.:]+", line)
        assert address, line + process.stderr.read()
        yield address[0]
    finally:
        process.terminate()
        process.wait(10)
        process.stderr.close()


@contextlib.contextmanager
def oxigraph_server(graph: Path, folder: Path, *options: str) -> Iterator[str]:
    """The address of the SPARQL endpoint of Oxigraph's own server, loaded with a graph."""
    program = Path(sys.executable).parent / "oxigraph"
    subprocess.run(
        [program, "load", "--location", folder, "--file", graph], check=True, capture_output=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [program, "serve-read-only", "--location", folder, "--bind", f"127.0.0.1:{port}", *options],
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/")
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.terminate()
        process.wait(10)
