"""A corpus on Spark: the same function over the pages of any path that Spark reads.

    spark-submit --master 'local[*]' -m bilateral.corpus.spark PAGES OUT

or, where `spark-submit` cannot take a module, `python -m bilateral.corpus.spark PAGES OUT`.

OUT gets `graph/own` and `graph/shared` (N-Quads in parts), `catalogue` (N-Quads), `pages` and
`failures` (JSON Lines). The lines of all parts are those that `bilateral build --jobs` writes of
the same pages. What belongs to one page alone is written where it was read; only what several
pages may say is compared.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from bilateral.corpus.parts import Failure, Given, common_lines, first_of_each, part_of
from bilateral.corpus.summary import Summary
from bilateral.namespaces import expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyspark.sql import DataFrame, Row, SparkSession

BATCH = 24  # pages read at a time
OWN, SHARED, TOLD, PAGE, FAILURE = "own", "shared", "told", "page", "failure"
SCHEMA = "kind string, value string"


def run(session: SparkSession, pages: str, out: str, partitions: int = 0) -> dict[str, int]:
    """How many pages were read and failed, and how many quads were written into `out`."""
    files = (
        session.read.format("binaryFile")
        .option("recursiveFileLookup", "true")
        .option("pathGlobFilter", "*.{txt,html,htm}")
        .load(pages)
    )
    paths = [row.path for row in files.select("path").collect()]
    kept, left_out = first_of_each(paths)
    left_out += _empty(files.inputFiles(), paths)
    if len(kept) < len(paths):
        wanted = session.createDataFrame([(path,) for path in kept], "path string")
        files = files.join(wanted, "path", "left_semi")
    cores = session.sparkContext.defaultParallelism
    parts = partitions or max(cores, min(len(kept) // BATCH, 64 * cores))
    read = files.select("path", "content").repartition(parts, "path")
    rows = session.createDataFrame(read.rdd.mapPartitions(_rows), SCHEMA).persist(_disk())
    try:
        return _write(session, rows, left_out, out)
    finally:
        rows.unpersist()


def _empty(listed: Iterable[str], read: Iterable[str]) -> list[Failure]:
    """A failure for each file that Spark lists and does not give away: one without a byte."""

    def plain(address: str) -> str:
        return re.sub(r"^(\w+):/+", r"\1:/", unquote(address))

    given = {plain(path) for path in read}
    missing = sorted({plain(path) for path in listed} - given)
    remedy = "Save the page's text into the file, as UTF-8."
    return [Failure(path, "the page is empty", remedy) for path in missing]


def _disk() -> Any:  # noqa: ANN401 - a storage level
    from pyspark import StorageLevel  # noqa: PLC0415 - only Spark's own machine has it

    return StorageLevel.DISK_ONLY


def _rows(files: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """In a worker: what pages give, as rows of a kind and a text."""
    rest = iter(files)
    while batch := list(islice(rest, BATCH)):
        part = part_of(Given(row.path, bytes(row.content)) for row in batch)
        yield from _divided(part.lines, [row["id"] for row in part.pages])
        for row in part.pages:
            yield PAGE, json.dumps(row, ensure_ascii=False, sort_keys=True)
        for failure in part.failures:
            yield FAILURE, _shown(failure)


def _divided(lines: list[str], ids: list[str]) -> Iterator[tuple[str, str]]:
    """Lines that only these pages can have, in one text with their counts, and all others."""
    mine = tuple(f"<{expand('source:')}{name}{end}" for name in ids for end in "#>")
    summary = Summary()
    own: list[str] = []
    subjects: list[str] = []
    for line in lines:
        graph = line[line.rindex(" <") + 1 :]
        if line.startswith(mine):
            subjects.append(line)
            own.append(line)
        elif graph.startswith(mine):
            own.append(line)
            yield TOLD, line[:-3]
        else:
            yield SHARED, line[:-3]
    for _ in summary.counting(subjects):
        pass
    if own:
        yield OWN, "".join(own)[:-1]
        yield "count", json.dumps(summary.told())


def _write(
    session: SparkSession, rows: DataFrame, left_out: list[Failure], out: str
) -> dict[str, int]:
    common = [(SHARED, line[:-3]) for line in common_lines()]
    known = session.createDataFrame(common, SCHEMA)
    shared = _named_once(rows.filter(rows.kind == SHARED).union(known).select("value").distinct())
    rows.filter(rows.kind == OWN).select("value").write.text(f"{out}/graph/own")
    shared.selectExpr("concat(value, ' .')").write.text(f"{out}/graph/shared")
    rows.filter(rows.kind == PAGE).select("value").write.text(f"{out}/pages")
    again = session.createDataFrame([(_shown(failure),) for failure in left_out], "value string")
    failed = rows.filter(rows.kind == FAILURE).select("value").union(again)
    failed.coalesce(1).write.text(f"{out}/failures")
    summary = Summary()
    for row in rows.filter(rows.kind == "count").select("value").toLocalIterator():
        summary.add(json.loads(row.value))
    told = rows.filter(rows.kind == TOLD).select("value")
    # What several pages say of one thing is one statement: counted once, in order.
    for _ in summary.counting(f"{row.value} .\n" for row in _ordered(told.union(shared))):
        pass
    lines = [(line[:-1],) for line in summary.lines()]
    session.createDataFrame(lines, "value string").coalesce(1).write.text(f"{out}/catalogue")
    return {
        "pages": rows.filter(rows.kind == PAGE).count(),
        "failures": failed.count(),
        "quads": summary.quads,
    }


def _named_once(lines: DataFrame) -> DataFrame:
    """What `graphs.one_label` does, of lines in no order."""
    label, home = f" <{expand('rdfs:label')}> ", f" <{expand('graph:lexicon')}>"
    parted = lines.selectExpr(
        "value",
        f"CASE WHEN contains(value, '{label}') AND endswith(value, '{home}') THEN"
        f" concat(substring_index(value, '{label}', 1), ' ', substring_index(value, '@', -1))"
        " ELSE value END AS thing",
    )
    return parted.groupBy("thing").agg({"value": "min"}).selectExpr("`min(value)` AS value")


def _ordered(lines: DataFrame) -> Any:  # noqa: ANN401 - an iterator of rows
    return lines.sort("value").toLocalIterator(prefetchPartitions=True)


def _shown(failure: Failure) -> str:
    row = {"path": failure.path, "what": failure.what, "remedy": failure.remedy}
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def main() -> None:
    """Read PAGES and write OUT, in the session that spark-submit gives or in one of our own."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - the extra [spark]

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pages", help="a folder, a pattern, or an address of pages")
    parser.add_argument("out", help="a new folder, or an address to write to")
    parser.add_argument("--master", help="where to run: local[*], spark://…, yarn")
    parser.add_argument("--partitions", type=int, default=0, help="parts to read the pages in")
    asked = parser.parse_args()
    # Else Spark's workers are the first python3 of the path, which need not have this package.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("bilateral")
    if asked.master:
        builder = builder.master(asked.master)
    session = builder.getOrCreate()
    try:
        told = run(session, asked.pages, asked.out, asked.partitions)
    finally:
        session.stop()
    told_in_words = "{pages} pages, {quads} quads, {failures} pages failed\n"
    sys.stdout.write(told_in_words.format(**told))
    sys.exit(3 if told["failures"] else 0)


if __name__ == "__main__":
    main()
