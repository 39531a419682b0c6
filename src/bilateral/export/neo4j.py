"""CSV for `neo4j-admin database import`: a file for each class, one for each type of relationship.

The importer reads what a header says: `:ID`, `:LABEL`, `:START_ID`, `:END_ID`, `:TYPE`, and the
types of the other columns. `import.sh` is the command for the files of the folder.
"""

from __future__ import annotations

import csv
from itertools import chain
from typing import IO, TYPE_CHECKING

from bilateral.export.graphs import SORTS, TIE, labels_of, lines_of, naming_line
from bilateral.export.tables import file_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bilateral.export.graphs import Line
    from bilateral.export.things import Column, Things

# A character that no text has: quotations have commas, semicolons, and bars.
BETWEEN, BETWEEN_NAME = "\x1f", "U+001F"
TYPES = {"integer": "long", "number": "double", "boolean": "boolean", "date": "date",
         "duration": "duration", "point": "point{crs:WGS-84}", "string": "string"}  # fmt: skip
COMMAND = """#!/bin/sh
# Makes a new Neo4j database (5 or newer) of the files beside this one: sh import.sh [DATABASE]
cd "$(dirname "$0")" || exit 1
exec neo4j-admin database import full "${{1:-neo4j}}" \\
  --id-type=string --array-delimiter={delimiter} --multiline-fields=true \\
{files}
"""


class _File:
    def __init__(self, path: Path, header: Iterable[str]) -> None:
        self.path = path
        self.rows = 0
        self.file: IO[str] = path.open("x", encoding="utf-8", newline="")
        # With both characters in its line ends, the writer quotes values that hold either.
        self.writer = csv.writer(self.file, lineterminator="\r\n")
        self.writer.writerow(header)

    def write(self, row: Iterable[str]) -> None:
        self.writer.writerow(row)
        self.rows += 1


def write_neo4j(things: Things, folder: Path) -> dict[str, int]:
    """How many rows each file has that is written into a folder."""
    columns = _of_first_kind(things)
    nodes = {
        kind: _File(folder / f"nodes-{file_name(kind)}.csv", _header(columns[kind]))
        for kind in columns
    }
    lines: dict[str, _File] = {}
    for thing in things.all():
        # A node of several classes stands in one file only, with all its labels.
        kind = thing.kinds[0]
        labels = BETWEEN.join(map(_clean, labels_of(thing, things)))
        values = (thing.properties.get(name, ()) for name in columns[kind])
        cells = (BETWEEN.join(_clean(value.text) for value in found) for found in values)
        nodes[kind].write((thing.iri.strip("<>"), labels, *cells))
        for line in lines_of(thing, things):
            _write(line, lines, folder)
    for naming in things.namings():
        _write(naming_line(naming), lines, folder)
    files = [*nodes.values(), *(lines[kind] for kind in sorted(lines))]
    for file in files:
        file.file.close()
    _write_command(folder, nodes.values(), files[len(nodes) :])
    return {file.path.name: file.rows for file in files}


def _of_first_kind(things: Things) -> dict[str, dict[str, Column]]:
    """The columns of each file: of the things whose first class it is."""
    return things.columns(lambda thing: thing.kinds[:1])


def _header(columns: dict[str, Column]) -> list[str]:
    named = (f"{name}:{TYPES[column.kind]}{'[]' * column.many}" for name, column in columns.items())
    return ["iri:ID", ":LABEL", *named]


def _write(line: Line, files: dict[str, _File], folder: Path) -> None:
    sort = SORTS.get(line.kind, TIE)
    if line.kind not in files:
        typed = (f"{name}:{TYPES[kind]}{'[]' * many}" for name, (kind, many) in sort.items())
        path = folder / f"relationships-{file_name(line.kind)}.csv"
        files[line.kind] = _File(path, [":START_ID", ":END_ID", ":TYPE", *typed])
    found = (line.properties.get(name) for name in sort)
    cells = (BETWEEN.join(map(_clean, given.values)) if given else "" for given in found)
    files[line.kind].write((line.start.strip("<>"), line.end.strip("<>"), line.kind, *cells))


def _clean(text: str) -> str:
    """Text without the two characters that end a value or a file for the importer."""
    return text.replace(BETWEEN, "\ufffd").replace("\0", "\ufffd")


def _write_command(folder: Path, nodes: Iterable[_File], lines: Iterable[_File]) -> None:
    options = chain(
        (f"  --nodes={file.path.name}" for file in nodes),
        (f"  --relationships={file.path.name}" for file in lines),
    )
    text = COMMAND.format(delimiter=BETWEEN_NAME, files=" \\\n".join(options))
    (folder / "import.sh").write_text(text, encoding="utf-8", newline="\n")
