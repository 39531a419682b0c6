"""The network's files, made by a process beside the build.

networkx, numpy, and pyvis take longer to import than a page takes to read. The process imports
them while the build reads, and lays out while the build checks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyoxigraph as ox

from bilateral.errors import BuildError
from bilateral.folders import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterable

WORKER = "bilateral.network.worker"
LAST_LINES = 3


class NetworkFiles:
    """Starts with the build, is given the graph, and then hands over the files.

    Leaving the context ends the process, also when the build fails.
    """

    def __enter__(self) -> Self:
        """Start the process."""
        path = os.pathsep.join(
            part for part in (str(PACKAGE.parent), os.environ.get("PYTHONPATH")) if part
        )
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            # -P: no module of the folder that the build happens to run in.
            [sys.executable, "-P", "-m", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
        )
        self._exchange: threading.Thread | None = None
        self._replies: tuple[bytes, bytes] = (b"", b"")
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        if self._process.poll() is None:
            self._process.kill()
        if self._exchange is not None:
            self._exchange.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def give(self, quads: Iterable[ox.Quad]) -> None:
        """Send the graph, and go on without waiting."""
        data = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""

        def exchange() -> None:
            self._replies = self._process.communicate(data)

        self._exchange = threading.Thread(target=exchange, name="network-files", daemon=True)
        self._exchange.start()

    def take(self) -> dict[str, str]:
        """The texts of the files, by name. Raises BuildError where the process failed."""
        if self._exchange is not None:
            self._exchange.join()
        out, told = self._replies
        if self._process.returncode != 0:
            lines = told.decode(errors="replace").strip().splitlines()[-LAST_LINES:]
            what = f"the network's files could not be made: {' '.join(lines)}"
            remedy = f"Run it alone: {Path(sys.executable).name} -m {WORKER} < out/graph.nq"
            raise BuildError(what, remedy)
        files: dict[str, str] = json.loads(out)
        return files
