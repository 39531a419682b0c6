"""The command `bilateral export`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bilateral.errors import BuildError
from bilateral.query.commands import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bilateral.export.quads import Quads

FORMATS = ("neo4j", "cypher", "gephi", "csv", "nquads", "rdf12")
MARK = "export.json"  # a folder that has one is an export of ours


@click.command("export")
@click.argument("form", metavar="FORMAT", type=click.Choice(FORMATS))
@click.option("--graph", "graph_path", type=click.Path(path_type=Path), default=Path("out"),
              show_default=True, help="A build's folder, or an RDF file.")  # fmt: skip
@click.option("--endpoint", help="Export what this SPARQL endpoint has instead.", metavar="URL")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder to write.")
def export(form: str, graph_path: Path, endpoint: str | None, out: Path) -> None:
    """Write the graph as files of other tools, into a folder.

    neo4j: CSV for neo4j-admin, with the command · cypher: a script that may be run again · gephi:
    GEXF with dates, and tables · csv: a table for each class, and all statements with their words,
    as a data package · nquads: sorted N-Quads · rdf12: RDF 1.2, where the passage reifies what it
    says. docs/exports.md tells what stands where.

    \b
    Example:
      bilateral export csv --out tables
    """
    import sqlite3  # noqa: PLC0415

    from bilateral.publish import replacing  # noqa: PLC0415 - only when something is written

    try:
        with replacing(out.absolute(), MARK) as work:
            if form == "gephi":
                from bilateral.export.gephi import write_gephi  # noqa: PLC0415 - networkx is slow

                counts = write_gephi(opened(graph_path, endpoint, "oxigraph"), work)
            else:
                counts = _written(form, graph_path, endpoint, work)
            text = json.dumps({"format": form, "counts": counts}, indent=1, sort_keys=True)
            (work / MARK).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    except (OSError, sqlite3.Error) as failure:
        what = f"cannot write '{out}': {getattr(failure, 'strerror', None) or failure}"
        raise BuildError(what, "Make room there, or choose another folder with --out.") from failure
    names = ", ".join(f"{count} {name}" for name, count in sorted(counts.items())[:MOST])
    more = "" if len(counts) <= MOST else f", and {len(counts) - MOST} more: {out / MARK}"
    click.echo(f"The export is in {out}: {names}{more}", err=True)


MOST = 4


def _written(form: str, path: Path, endpoint: str | None, work: Path) -> dict[str, int]:
    from bilateral.export.quads import Quads  # noqa: PLC0415
    from bilateral.query.graph import read_quads  # noqa: PLC0415

    # On the disk that the result goes to: there must be room there anyway.
    database = work / ".quads"
    quads = Quads(database)
    try:
        if endpoint:
            from bilateral.export.remote import remote_quads  # noqa: PLC0415

            quads.load(remote_quads(opened(path, endpoint, "oxigraph")))
        else:
            quads.load(read_quads(path))
        return WRITERS[form](quads, work)
    finally:
        quads.close()
        database.unlink(missing_ok=True)


def _neo4j(quads: Quads, folder: Path) -> dict[str, int]:
    from bilateral.export.neo4j import write_neo4j  # noqa: PLC0415
    from bilateral.export.things import Things  # noqa: PLC0415

    return write_neo4j(Things(quads), folder)


def _cypher(quads: Quads, folder: Path) -> dict[str, int]:
    from bilateral.export.cypher import write_cypher  # noqa: PLC0415
    from bilateral.export.things import Things  # noqa: PLC0415

    return write_cypher(Things(quads), folder)


def _csv(quads: Quads, folder: Path) -> dict[str, int]:
    from bilateral.export.tables import write_tables  # noqa: PLC0415
    from bilateral.export.things import Things  # noqa: PLC0415

    return write_tables(Things(quads), folder)


def _nquads(quads: Quads, folder: Path) -> dict[str, int]:
    from bilateral.export.rdf import nquads  # noqa: PLC0415

    return {"graph.nq": _lines(folder / "graph.nq", nquads(quads))}


def _rdf12(quads: Quads, folder: Path) -> dict[str, int]:
    from bilateral.export.rdf import Reified  # noqa: PLC0415

    made = Reified(quads)
    files = {"graph.nt": made.ntriples(), "graph.ttl": made.turtle(), "graph.trig": made.trig()}
    return {name: _lines(folder / name, lines) for name, lines in files.items()}


def _lines(path: Path, lines: Iterable[str]) -> int:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        count = 0
        for count, line in enumerate(lines, start=1):  # noqa: B007 - how many there were
            file.write(line)
    return count


WRITERS: dict[str, Callable[[Quads, Path], dict[str, int]]] = {
    "neo4j": _neo4j, "cypher": _cypher, "csv": _csv, "nquads": _nquads, "rdf12": _rdf12,
}  # fmt: skip
