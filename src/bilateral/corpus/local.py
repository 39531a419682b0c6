"""A corpus on one machine: pages read in several processes, their parts merged on disk.

No process holds more than a few pages, and nothing holds the graph: memory does not grow with the
corpus. What is written is `graph.nq`, sorted, each line once, and the reports.
"""

from __future__ import annotations

import heapq
import json
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import asdict
from itertools import islice
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from bilateral.corpus.parts import Failure, Given, common_lines, first_of_each, part_of
from bilateral.corpus.summary import Summary
from bilateral.errors import BuildError, ProblemsFound, UsageError
from bilateral.graphs import one_label
from bilateral.publish import MARK, replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

BATCH = 24  # pages of a part: what is known of the world is loaded once for all of them
PAGES = (".txt", ".html", ".htm")
OPEN_FILES = 200  # parts that are merged at a time


def build_corpus(
    paths: Iterable[Path],
    out: Path,
    progress: Callable[[str], None] = lambda _: None,
    *,
    jobs: int = 1,
    keep_going: bool = False,
) -> dict[str, Any]:
    """The report of a graph made of many pages in `jobs` processes, and written into `out`.

    Raises ProblemsFound at the first page that fails, and writes nothing, unless `keep_going`.
    """
    kept, failures = first_of_each(map(str, paths))
    pages: list[dict[str, Any]] = []
    started = time.monotonic()
    with replacing(out.absolute(), MARK) as work:
        files = [_written(work / "part-00000.nq", common_lines())]
        if failures and not keep_going:
            raise _stopped(failures[0])
        done = 0
        for read, failed in _parts(_batches(kept), jobs, work):
            pages += read
            failures += failed
            if failed and not keep_going:
                raise _stopped(failed[0])
            done += len(read) + len(failed)
            rate = done / max(time.monotonic() - started, 0.001)
            left = (len(kept) - done) / rate
            progress(f"{done} of {len(kept)} pages, {rate:.0f} a second, {left:.0f} s left")
        progress("merging")
        files += sorted(work.glob("part-*.nq"))[1:]
        summary = Summary()
        merged = _written(
            work / "part-merged.nq", summary.counting(one_label(_merged(files, work)))
        )
        # How much there is shows only at the end; where its lines belong is among the others.
        with merged.open(encoding="utf-8") as lines:
            _written(work / "graph.nq", heapq.merge(lines, sorted(summary.lines())))
        for file in work.glob("part-*.nq"):
            file.unlink()
        report = {
            "quads": summary.quads,
            "graphs": summary.graphs,
            "sources": sorted(pages, key=lambda row: str(row["id"])),
            "failures": sorted(map(asdict, failures), key=lambda row: str(row["path"])),
        }
        text = json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True)
        (work / MARK).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    return report


def pages_of(given: Iterable[Path]) -> list[Path]:
    """The pages that paths name: files, folders of sources, and all pages in other folders.

    Raises UsageError for a folder that has none.
    """
    found: list[Path] = []
    for path in given:
        if not path.is_dir() or (path / "source.yaml").exists():
            found.append(path)
            continue
        inside = [p.parent for p in path.rglob("source.yaml")]
        inside += [
            p
            for p in path.rglob("*")
            if p.suffix in PAGES and not (p.parent / "source.yaml").exists()
        ]
        if not inside:
            what = f"there is no page in {path}"
            raise UsageError(what, f"Pages are files that end with {', '.join(PAGES)}.")
        found += sorted(inside)
    return found


def _stopped(failure: Failure) -> ProblemsFound:
    remedy = f"{failure.remedy} To read the other pages all the same: --keep-going."
    return ProblemsFound(failure.what, remedy, file=failure.path)


def _batches(paths: list[str]) -> Iterator[list[str]]:
    rest = iter(paths)
    while batch := list(islice(rest, BATCH)):
        yield batch


Told = tuple[list[dict[str, Any]], list[Failure]]


def _write_part(paths: list[str], target: str) -> Told:
    """In a worker: read pages, write their lines, and tell of each page."""
    part = part_of(Given(path) for path in paths)
    with open(target, "w", encoding="utf-8", newline="\n") as file:  # noqa: PTH123 - sent as text
        file.writelines(part.lines)
    return part.pages, part.failures


def _parts(batches: Iterator[list[str]], jobs: int, work: Path) -> Iterator[Told]:
    """Tell of each batch as it is done; no more of them are under way than processes can take."""
    targets = (str(work / f"part-{number:05d}.nq") for number in range(1, 10**9))
    if jobs == 1:
        for batch in batches:
            yield _write_part(batch, next(targets))
        return
    # A fork would take locks along that threads of pyoxigraph hold, and wait for them for ever.
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        running: set[Future[Told]] = set()
        try:
            while True:
                for batch in islice(batches, 2 * jobs - len(running)):
                    running.add(pool.submit(_write_part, batch, next(targets)))
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        except BrokenProcessPool as broken:
            what = "a process that read pages was ended from outside, or ran out of memory"
            raise BuildError(what, "Use fewer --jobs.") from broken
        finally:
            pool.shutdown(cancel_futures=True)


def _written(path: Path, lines: Iterable[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="\n") as target:
        target.writelines(lines)
    return path


def _merged(files: list[Path], work: Path) -> Iterator[str]:
    """The lines of sorted files, sorted, each once."""
    while len(files) > OPEN_FILES:
        some, files = files[:OPEN_FILES], files[OPEN_FILES:]
        files.append(_written(work / f"part-m{len(files):05d}.nq", _merged(some, work)))
    last = ""
    with ExitStack() as opened:
        handles = [opened.enter_context(file.open(encoding="utf-8")) for file in files]
        for line in heapq.merge(*handles):
            if line != last:
                yield line
            last = line
