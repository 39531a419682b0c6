"""Graphs too large to be read anew each time: Oxigraph stores on disk, and endpoints to load.

A store on disk is a folder of Oxigraph's own. Ours have the union of all graphs in their default
graph, which other programs' do not; see `query/engines.py` for why it is needed.
"""

from __future__ import annotations

import shutil
import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral.errors import BuildError, RemoteError, UsageError

if TYPE_CHECKING:
    import urllib.request
    from collections.abc import Callable, Iterable

SIGN = "CURRENT"  # the file that RocksDB, Oxigraph's storage, never is without
SPARK = "graph/*/part-*.txt"  # what corpus/spark.py writes, in the names that Spark gives
REMEDY = "Give .nq, .trig, .ttl, .nt, .jsonld or .rdf files, or a folder that a build left."
BATCH = 5_000  # quads in one update: about a megabyte


def is_store(folder: Path) -> bool:
    """Whether a folder is an Oxigraph store on disk."""
    return (folder / SIGN).is_file()


def opened_store(folder: Path) -> ox.Store:
    """A store on disk, to read only. Any number of processes may read it at once.

    Raises BuildError for a store that is broken, or lacks the union of its graphs.
    """
    remedy = f"Load the graph anew: `bilateral load graph.nq --store {folder} --replace`."
    try:
        store = ox.Store.read_only(str(folder))
        union = next(store.quads_for_pattern(None, None, None, ox.DefaultGraph()), None)
    except (OSError, RuntimeError) as wrong:
        what = f"the store in {folder} cannot be read: {wrong}"
        raise BuildError(what, remedy) from wrong
    if union is None and next(store.named_graphs(), None) is not None:
        what = f"the store in {folder} lacks the union of its graphs: another program made it"
        raise BuildError(what, remedy)
    return store


def files_of(paths: Iterable[Path]) -> list[tuple[Path, ox.RdfFormat]]:
    """The RDF files that paths name, with their forms; a folder stands for its graph, or its parts.

    Raises UsageError for what is no RDF file.
    """
    found: list[tuple[Path, ox.RdfFormat]] = []
    for path in paths:
        if path.is_dir():
            whole = path / "graph.nq"
            files = [whole] if whole.is_file() else sorted(path.glob(SPARK))
            files = files or sorted(path.rglob("*.nq"))
        else:
            files = [path] if path.is_file() else []
        if not files:
            what = f"there is no graph in {path}" if path.is_dir() else f"there is no file {path}"
            raise UsageError(what, REMEDY)
        for file in files:
            parts = file.suffix == ".txt" and path.is_dir()
            form = ox.RdfFormat.N_QUADS if parts else ox.RdfFormat.from_extension(file.suffix[1:])
            if form is None:
                what = f"'{file.name}' is no RDF file that can be read"
                raise UsageError(what, REMEDY)
            found.append((file, form))
    return found


def load_store(
    paths: Iterable[Path],
    folder: Path,
    progress: Callable[[str], None] = lambda _: None,
    *,
    replace: bool = False,
) -> int:
    """The number of quads loaded into a new store on disk, its default graph the union of them all.

    It is made beside its place and put there when it is whole. Memory does not grow with the
    graph. Raises UsageError where there is something already and `replace` is not set.
    """
    files = files_of(paths)
    folder = folder.absolute()
    if folder.exists() and not (replace and is_store(folder)) and any(folder.iterdir()):
        what = f"{folder} is not empty"
        remedy = "Choose another folder, or --replace the store." if is_store(folder) else ""
        raise UsageError(what, remedy or "It is no store: choose an empty or new folder.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        count = _filled(work, files, progress)
        if folder.exists():
            shutil.rmtree(folder)
        work.chmod(0o755)
        work.rename(folder)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return count


def _filled(
    folder: Path, files: list[tuple[Path, ox.RdfFormat]], progress: Callable[[str], None]
) -> int:
    """The number of quads put into a new store in a folder; it is closed at the end."""
    store = ox.Store(str(folder))
    for file, form in files:
        progress(f"loading {file}")
        _load(store, file, form)
    progress("writing the union of all graphs")
    told = (quad for quad in store if quad.graph_name != ox.DefaultGraph())
    # From the store, not from the files again: a blank node must stay the same node.
    store.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in told)
    progress("putting it in order")
    store.optimize()
    store.flush()
    return sum(1 for quad in store if quad.graph_name != ox.DefaultGraph())


def _load(store: ox.Store, file: Path, form: ox.RdfFormat) -> None:
    try:
        store.bulk_load(path=str(file), format=form)
    except (SyntaxError, ValueError) as wrong:
        what = f"this is no {form.name}: {wrong}"
        raise BuildError(what, "Build it anew, or correct the line.", file=str(file)) from wrong


def send(
    paths: Iterable[Path],
    address: str,
    progress: Callable[[str], None] = lambda _: None,
    *,
    seconds: float = 60.0,
    attempts: int = 3,
) -> int:
    """The number of quads sent to an endpoint that takes SPARQL 1.1 updates, as INSERT DATA.

    A statement that the store has is not changed by being sent again, so what was broken off is
    simply done anew. Raises RemoteError with the number of quads that had been sent.
    """
    from bilateral.query.web import Web  # noqa: PLC0415 - only what asks elsewhere needs it

    files = files_of(paths)
    web = Web(address, seconds=seconds, attempts=attempts, told=progress, kind="SPARQL server")
    sent = 0
    for file, form in files:
        try:
            quads = ox.parse(path=str(file), format=form)
            while batch := list(islice(quads, BATCH)):
                try:
                    web.reply(_update(address, batch))
                except RemoteError as wrong:
                    what = f"{wrong.what}; {sent} quads had been sent"
                    raise RemoteError(what, wrong.remedy) from wrong
                sent += len(batch)
                progress(f"{sent} quads sent")
        except SyntaxError as wrong:
            what = f"this is no {form.name}: {wrong}; {sent} quads had been sent"
            raise BuildError(what, "Build it anew, or correct the line.", file=str(file)) from wrong
    return sent


def _update(address: str, quads: list[ox.Quad]) -> urllib.request.Request:
    import urllib.request  # noqa: PLC0415

    from bilateral.query.web import AGENT  # noqa: PLC0415

    parts = []
    for quad in quads:
        triple = f"{quad.subject} {quad.predicate} {quad.object} ."
        named = isinstance(quad.graph_name, ox.NamedNode)
        parts.append(f"GRAPH {quad.graph_name} {{ {triple} }}" if named else triple)
    body = "INSERT DATA {\n" + "\n".join(parts) + "\n}"
    headers = {"Content-Type": "application/sparql-update", "User-Agent": AGENT}
    return urllib.request.Request(  # noqa: S310 - Web's line refuses all but http and https
        address, body.encode(), headers, method="POST"
    )
