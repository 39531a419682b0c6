"""What a build leaves: the graph in the usual forms and the reports, all at once or not at all.

Everything is written into a folder beside the result and swapped in when it is whole, so that a
failed or interrupted build leaves the last one as it was. The bytes depend on the graph alone.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.errors import BuildError
from bilateral.namespaces import prefixes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MARK = "report.json"  # a folder that has one is a result of ours


def publish(
    quads: Iterable[ox.Quad],
    report: dict[str, Any],
    summary: str,
    out: Path,
    views: Callable[[], Mapping[str, str]] | None = None,
) -> list[Path]:
    """The files written into `out`; `views` gives the texts of the network's files, by name.

    Without it the graph and the reports are written, and nothing to look at.

    Raises BuildError when that folder is not ours to replace.
    """
    out = out.absolute()
    _refuse_foreign(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        what = f"cannot write beside '{out}': {error.strerror}"
        raise BuildError(what, "Choose another folder with --out.") from error
    try:
        ordered = sorted(quads, key=_order)
        trig = _write(ordered, report, summary, work)
        if views is not None:
            from bilateral.explorer.pack import explorer_html  # noqa: PLC0415 - not for a graph alone

            page = explorer_html(trig, ordered)
            (work / "explorer.html").write_text(page, encoding="utf-8", newline="\n")
            # Last: they are made beside all else, and by now they are most likely there.
            for name, text in views().items():
                (work / name).write_text(text, encoding="utf-8", newline="\n")
        work.chmod(0o755)
        _swap(work, out)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return sorted(out.iterdir())


def _refuse_foreign(out: Path) -> None:
    if out.exists() and not out.is_dir():
        what = f"'{out}' is a file"
        raise BuildError(what, "Choose a folder with --out.")
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).exists():
        what = f"'{out}' has files that no build of ours made"
        raise BuildError(what, "Choose an empty or new folder with --out.")


def _order(quad: ox.Quad) -> tuple[str, str, str, str]:
    return (
        str(quad.graph_name),
        str(quad.subject),
        str(quad.predicate),
        str(quad.object),
    )


def _write(quads: list[ox.Quad], report: dict[str, Any], summary: str, folder: Path) -> str:
    """Write graph and reports; the graph as TriG."""
    lines = sorted({f"{quad} .\n" for quad in quads})
    (folder / "graph.nq").write_text("".join(lines), encoding="utf-8", newline="\n")
    triples = sorted({q.triple for q in quads}, key=str)
    names = prefixes()
    for name, data, form in (
        ("graph.trig", quads, ox.RdfFormat.TRIG),
        ("graph.ttl", triples, ox.RdfFormat.TURTLE),
        ("graph.jsonld", quads, ox.RdfFormat.JSON_LD),
    ):
        (folder / name).write_bytes(ox.serialize(data, format=form, prefixes=names) or b"")
    text = json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / MARK).write_text(text, encoding="utf-8", newline="\n")
    (folder / "report.md").write_text(summary, encoding="utf-8", newline="\n")
    return (folder / "graph.trig").read_text(encoding="utf-8")


def _swap(work: Path, out: Path) -> None:
    """Put `work` in the place of `out`; between the two renames the old one has another name."""
    old = out.with_name(f".{out.name}-old-{os.getpid()}")
    steps: list[Callable[[], object]] = []
    if out.exists():
        out.rename(old)
        steps.append(lambda: old.rename(out))
    try:
        work.rename(out)
    except OSError:
        for undo in steps:
            undo()
        raise
    shutil.rmtree(old, ignore_errors=True)
