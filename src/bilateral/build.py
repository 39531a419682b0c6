"""The whole way from pages to the published graph."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bilateral.catalogue import catalogue
from bilateral.check import PROBLEM, Problem, check
from bilateral.derive import derive
from bilateral.errors import ProblemsFound, SourceError
from bilateral.extract import extract
from bilateral.graphs import knowledge_quads, linkable, one_label, quads_of
from bilateral.knowledge import load_knowledge
from bilateral.links import check_subjects, link_quads, read_mappings, record_mappings
from bilateral.namespaces import expand, graph, node
from bilateral.network.background import NetworkFiles
from bilateral.publish import publish
from bilateral.report import report_of, summary_of
from bilateral.snapshots import newest_quads
from bilateral.sources import read_source, stored_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pyoxigraph as ox

    from bilateral.model import Extraction


@dataclass(frozen=True, slots=True)
class Build:
    """A graph in memory: its quads, the extractions it is made of, and what its checks found."""

    lines: Mapping[str, ox.Quad]  # by their text as N-Quads, without full stops
    extractions: tuple[Extraction, ...]
    problems: tuple[Problem, ...]

    @property
    def quads(self) -> tuple[ox.Quad, ...]:
        """All quads, each once."""
        return tuple(self.lines.values())


def assemble(
    pages: Iterable[Path],
    progress: Callable[[str], None] = lambda _: None,
    stated: Callable[[list[ox.Quad]], object] = lambda _: None,
) -> Build:
    """The graph of the pages (of all stored sources when none is given), with its findings.

    `stated` is given all that is said and derived, before it is checked.
    """
    knowledge = load_knowledge()
    mappings = read_mappings()
    given = list(pages)
    extractions: dict[str, Extraction] = {}
    for path in given or stored_sources():
        progress(f"reading {path}")
        source = read_source(Path(path), knowledge.lexicon)
        if source.id in extractions:
            what = f"two pages have the id '{source.id}'"
            raise SourceError(what, "Rename one of the files.", file=str(path))
        extractions[source.id] = extract(source, knowledge)
    quads = list(knowledge_quads(knowledge))
    for extraction in extractions.values():
        quads += quads_of(extraction, knowledge)
    if len(extractions) > 1:
        quads = _named_once(quads)
    progress("deriving")
    quads += derive(quads)
    said = list(quads)
    linked = linkable(extractions.values(), knowledge)
    if not given:
        # What only another page speaks of is no mistake when that page is not among those given.
        check_subjects(mappings, {*linked, *map(expand, knowledge.named())})
    # Each row of the mappings is checked as it is read.
    records = record_mappings(entry for entry in linked.values() if entry)
    quads += link_quads([*mappings, *records], linked)
    # What others say is neither derived from nor checked: it is theirs.
    quads += newest_quads()
    lines = {str(quad): quad for quad in quads}
    lines |= catalogue(lines)
    stated(list(lines.values()))
    progress("checking")
    problems = check(said)
    return Build(lines, tuple(extractions.values()), tuple(problems))


def _named_once(quads: list[ox.Quad]) -> list[ox.Quad]:
    """The quads, with one label in a language for what several pages name in their own words."""
    label, home = node("rdfs:label"), graph("lexicon")
    names = {q: f"{q} .\n" for q in quads if q.predicate == label and q.graph_name == home}
    kept = set(one_label(sorted(names.values())))
    return [quad for quad in quads if quad not in names or names[quad] in kept]


def build(
    pages: Iterable[Path],
    out: Path,
    progress: Callable[[str], None] = lambda _: None,
    *,
    views: bool = True,
) -> Build:
    """The graph of the pages, published in `out`, with what shows it unless `views` is false.

    Raises ProblemsFound, and writes nothing, when a check finds a problem.
    """
    with NetworkFiles() if views else nullcontext() as network:
        made = assemble(pages, progress, network.give if network else lambda _: None)
        bad = [p for p in made.problems if p.severity == PROBLEM]
        if bad:
            raise problems_found(bad)
        progress(f"writing {out}")
        report = report_of(made)
        publish(made.lines, report, summary_of(report), out, network.take if network else None)
    return made


def problems_found(problems: list[Problem]) -> ProblemsFound:
    """The error that tells of problems: the first one in full, and how many there are."""
    first = problems[0]
    more = f" (and {len(problems) - 1} more: bilateral check)" if len(problems) > 1 else ""
    where = f" in {first.passage}" if first.passage else ""
    what = f"{first.rule}: {first.detail}: {first.subject}{where}{more}"
    return ProblemsFound(what, first.remedy, file=first.file, passage=first.passage)
