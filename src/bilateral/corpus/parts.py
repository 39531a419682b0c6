"""A part of a corpus: some pages in, the N-Quads of what they say out, and a row for each page.

Nothing that is stated, derived, linked, or checked here looks beyond one page, so it does not
matter which pages a part has: the lines of all parts together, each once, are those of one build of
all pages. A page that cannot be read, or whose statements a check finds wrong, gives no lines but
a failure with its reason, and its neighbours are none the worse for it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.check import PROBLEM, check
from bilateral.derive import derive
from bilateral.errors import BilateralError
from bilateral.extract import extract
from bilateral.graphs import knowledge_quads, lines_of, linkable, one_label
from bilateral.knowledge import load_knowledge
from bilateral.links import link_quads, read_mappings, record_mappings
from bilateral.report import counts_of
from bilateral.snapshots import newest_quads
from bilateral.sources import Source, id_of, read_source, source_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bilateral.knowledge import Knowledge
    from bilateral.model import Extraction


@dataclass(frozen=True, slots=True)
class Given:
    """A page to read: where it is, and its bytes where they are at hand already."""

    path: str
    data: bytes | None = None

    def source(self) -> Source:
        """The page as a source. Raises SourceError."""
        lexicon = _knowledge().lexicon
        if self.data is None:
            return read_source(Path(self.path), lexicon)
        return source_of(self.data, Path(self.path), lexicon)


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that gave nothing, and why."""

    path: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Part:
    """What some pages give: lines of N-Quads (each once, sorted), a row a page, and failures."""

    lines: list[str]
    pages: list[dict[str, Any]]
    failures: list[Failure]

    def rows(self) -> list[dict[str, Any]]:
        """All pages, read or failed, as plain data."""
        return [*self.pages, *map(asdict, self.failures)]


def part_of(given: Iterable[Given]) -> Part:
    """What these pages give."""
    read: list[tuple[Given, Extraction]] = []
    failures: list[Failure] = []
    for page in given:
        try:
            read.append((page, extract(page.source(), _knowledge())))
        except BilateralError as error:
            failures.append(Failure(page.path, error.what, error.remedy))
        except Exception as error:  # noqa: BLE001 - whatever a page does, the others are read
            what = f"reading it failed: {type(error).__name__}: {error}"
            failures.append(Failure(page.path, what, "Report it, with the page."))
    lines, wrong = _checked(read)
    failed = {failure.path for failure in wrong}
    pages = [
        {"path": page.path, **counts_of(extraction)}
        for page, extraction in read
        if page.path not in failed
    ]
    return Part(sorted(lines), pages, [*failures, *wrong])


def _checked(read: Sequence[tuple[Given, Extraction]]) -> tuple[set[str], list[Failure]]:
    """The lines of pages that pass every check, and the failures of those that do not."""
    if not read:
        return set(), []
    said = {line for _, extraction in read for line in lines_of(extraction, _knowledge())}
    text = "".join(one_label(sorted(said)))
    quads = list(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS))
    known = _known()
    quads += derive([*known, *quads])
    problems = [p for p in check([*known, *quads]) if p.severity == PROBLEM]
    if not problems:
        quads += _links([extraction for _, extraction in read])
        return {f"{quad} .\n" for quad in quads}, []
    if len(read) == 1:
        first = problems[0]
        what = f"{first.rule}: {first.detail}: {first.subject}"
        return set(), [Failure(read[0][0].path, what, first.remedy)]
    # Which page it is shows when each is checked by itself.
    lines: set[str] = set()
    failures: list[Failure] = []
    for one in read:
        more, wrong = _checked([one])
        lines |= more
        failures += wrong
    return lines, failures


def _links(extractions: list[Extraction]) -> Iterable[ox.Quad]:
    linked = linkable(extractions, _knowledge())
    records = record_mappings(entry for entry in linked.values() if entry)
    return link_quads([*_mappings(), *records], linked)


@cache
def _mappings() -> tuple[Any, ...]:
    return tuple(read_mappings())


@cache
def _knowledge() -> Knowledge:
    return load_knowledge()


@cache
def _known() -> tuple[ox.Quad, ...]:
    return tuple(knowledge_quads(_knowledge()))


def common_lines() -> list[str]:
    """The lines that belong to no page: ontology, concepts, and copies of outside data; sorted."""
    return sorted({f"{quad} .\n" for quad in (*_known(), *newest_quads())})


def first_of_each(paths: Iterable[str]) -> tuple[list[str], list[Failure]]:
    """The pages whose ids differ, in order of their paths, and a failure for each repeated id."""
    kept: dict[str, str] = {}
    failures: list[Failure] = []
    for path in sorted(set(paths)):
        other = kept.setdefault(_id(path), path)
        if other != path:
            what = f"its id '{_id(path)}' is that of {other}"
            failures.append(Failure(path, what, "Rename one of the files."))
    return list(kept.values()), failures


def _id(path: str) -> str:
    return id_of(Path(path))
