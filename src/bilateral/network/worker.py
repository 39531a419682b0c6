"""Reads a graph as N-Quads from standard input; writes the network's files as one JSON object."""

from __future__ import annotations

import gc
import json
import os
import sys


def main() -> None:
    """Import what is slow, and wait for the graph."""
    gc.disable()  # it ends before there is anything worth collecting
    import pyoxigraph as ox  # noqa: PLC0415

    from bilateral.network.outputs import outputs, prepare  # noqa: PLC0415
    from bilateral.query.engines import Oxigraph  # noqa: PLC0415
    from bilateral.query.graph import Graph  # noqa: PLC0415

    prepare()
    store = ox.Store()
    store.bulk_load(sys.stdin.buffer.read(), format=ox.RdfFormat.N_QUADS)
    json.dump(outputs(Graph(Oxigraph(store))), sys.stdout)
    sys.stdout.flush()
    # What is left is to give memory back, piece by piece, while the build waits.
    os._exit(0)


if __name__ == "__main__":
    main()
