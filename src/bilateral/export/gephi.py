"""For Gephi: the network as GEXF 1.3, and as the two tables that its spreadsheet import takes."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from bilateral.network.files import cell, gexf, thing_rows, tie_rows
from bilateral.network.layout import positions
from bilateral.network.measures import EXACT, measure, simple_graph
from bilateral.network.ties import read_network

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from bilateral.query.graph import Graph

# Gephi's own names of columns, and ours.
NODES = {"Id": "iri", "Label": "label_en"}
EDGES = {"Source": "source", "Target": "target", "Label": "relation_label"}


def write_gephi(graph: Graph, folder: Path) -> dict[str, int]:
    """How many nodes and edges the files have that are written into a folder."""
    network = read_network(graph)
    simple, _ = simple_graph(network)
    places = positions(simple) if len(simple) <= EXACT else None
    things, ties = thing_rows(network, measure(network), places), tie_rows(network)
    text = gexf(network, things)
    (folder / "network.gexf").write_text(text, encoding="utf-8", newline="\n")
    days = {tie.thing: _days(tie.not_before, tie.not_after) for tie in network.ties}
    nodes = [_renamed(row, NODES) | {"Timeset": days.get(row["iri"], "")} for row in things]
    edges = [
        _renamed(row, EDGES) | {"Id": str(number), "Type": "Directed", "Weight": "1",
                                "Timeset": _days(row["not_before"], row["not_after"])}
        for number, row in enumerate(ties)
    ]  # fmt: skip
    _write(folder / "nodes.csv", [*NODES, "Timeset"], nodes)
    _write(folder / "edges.csv", ["Id", *EDGES, "Type", "Weight", "Timeset"], edges)
    return {"nodes": len(nodes), "edges": len(edges)}


def _days(first: str | None, last: str | None) -> str:
    """A span of days as Gephi's tables have it."""
    return f"<[{first}, {last}]>" if first and last else ""


def _renamed(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    back = {ours: theirs for theirs, ours in names.items()}
    return {back.get(name, name): value for name, value in row.items()}


def _write(path: Path, first: list[str], rows: Iterable[dict[str, Any]]) -> None:
    given = list(rows)
    columns = list(dict.fromkeys([*first, *(given[0] if given else ())]))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows({name: cell(value) for name, value in row.items()} for row in given)
