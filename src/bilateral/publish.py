"""What a build leaves: the graph in the usual forms and the reports, all at once or not at all.

Everything is written into a folder beside the result and swapped in when it is whole, so that a
failed or interrupted build leaves the last one as it was. The bytes depend on the graph alone.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.catalogue import published
from bilateral.errors import BuildError
from bilateral.jsonld import document_of
from bilateral.namespaces import graph, prefixes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TRIG, TURTLE = ox.RdfFormat.TRIG, ox.RdfFormat.TURTLE
MARK = "report.json"  # a folder that has one is a result of ours


def publish(
    lines: Mapping[str, ox.Quad],
    report: dict[str, Any],
    summary: str,
    out: Path,
    views: Callable[[], Mapping[str, str]] | None = None,
) -> list[Path]:
    """The files written into `out`, of quads by their text as N-Quads without full stops.

    `views` gives the texts of the network's files, by name. Without it the graph, its description,
    and the reports are written, and nothing to look at.

    Raises BuildError when that folder is not ours to replace.
    """
    out = out.absolute()
    with replacing(out, MARK) as work:
        ordered = {line: lines[line] for line in sorted(lines)}
        graphs = _by_graph(ordered)
        trig = _write(ordered, graphs, work)
        text = json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True)
        _text(work / MARK, f"{text}\n")
        _text(work / "report.md", summary)
        if views is not None:
            from bilateral.explorer.pack import explorer_html  # noqa: PLC0415 - not for a graph alone

            quads = chain.from_iterable(part.values() for part in graphs.values())
            page = explorer_html(trig, quads)
            _text(work / "explorer.html", page)
            # Last: they are made beside all else, and by now they are most likely there.
            for name, content in views().items():
                _text(work / name, content)
        own = graphs.get(str(graph("catalogue")), {})
        (work / "void.ttl").write_bytes(published(own, sorted(work.iterdir())))
    return sorted(out.iterdir())


@contextmanager
def replacing(out: Path, mark: str) -> Iterator[Path]:
    """A folder to write into, which takes the place of `out` where nothing goes wrong.

    Raises BuildError when that folder is not ours to replace: ours have a file named `mark`.
    """
    _refuse_foreign(out, mark)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        what = f"cannot write beside '{out}': {error.strerror}"
        raise BuildError(what, "Choose another folder with --out.") from error
    try:
        yield work
        work.chmod(0o755)
        _swap(work, out)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _refuse_foreign(out: Path, mark: str) -> None:
    if out.exists() and not out.is_dir():
        what = f"'{out}' is a file"
        raise BuildError(what, "Choose a folder with --out.")
    if out.is_dir() and any(out.iterdir()) and not (out / mark).exists():
        what = f"'{out}' has files that no build of ours made"
        raise BuildError(what, "Choose an empty or new folder with --out.")


def _by_graph(lines: Mapping[str, ox.Quad]) -> dict[str, dict[str, ox.Quad]]:
    """The quads of each graph by their triples, graphs sorted, triples in the order given."""
    found: dict[str, dict[str, ox.Quad]] = {}
    for line, quad in lines.items():
        triple, _, name = line.rpartition(" ")
        found.setdefault(name, {})[triple] = quad
    return dict(sorted(found.items(), key=lambda item: item[0].strip("<>")))


def _write(
    lines: Mapping[str, ox.Quad], graphs: dict[str, dict[str, ox.Quad]], folder: Path
) -> str:
    """Write the graph, its lines in order, in its forms; what it is as TriG."""
    _text(folder / "graph.nq", "".join(f"{line} .\n" for line in lines))
    union = {line.rpartition(" ")[0]: quad for line, quad in lines.items()}
    names = prefixes()
    for name, data, form in (
        ("graph.trig", chain.from_iterable(part.values() for part in graphs.values()), TRIG),
        ("graph.ttl", (quad.triple for quad in union.values()), TURTLE),
    ):
        (folder / name).write_bytes(ox.serialize(data, format=form, prefixes=names) or b"")
    _text(folder / "graph.jsonld", document_of({n: list(part) for n, part in graphs.items()}))
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
