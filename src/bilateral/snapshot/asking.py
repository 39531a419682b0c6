"""Asking an endpoint for what a snapshot holds: in pages, politely, never losing what has come.

What has come stands in a part file beside the snapshots. It says after each page which items are
done, so that a run that was stopped, or failed, is gone on with by the next.
"""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.errors import BilateralError, BuildError, RemoteError, SnapshotError
from bilateral.folders import folder
from bilateral.namespaces import expand
from bilateral.snapshots import is_ours, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from bilateral.query.remote import Client
    from bilateral.snapshots import Outside

PART = "unfinished.part"
DONE, OF = "# done ", "# of "
ITEMS, PROPERTIES = (
    re.compile(rf"VALUES\s+\?{name}\s*\{{[^}}]*\}}") for name in ("item", "property")
)
COLUMNS = {"subject", "predicate", "object"}


@dataclass(slots=True)
class Part:
    """What has come so far, and the items that are done."""

    path: Path
    key: str
    triples: set[ox.Triple]
    done: set[str]

    def keep(self, triples: Sequence[ox.Triple], items: Sequence[str], home: ox.NamedNode) -> None:
        """Add a page. Raises BuildError where it cannot be written."""
        lines = [f"{t.subject} {t.predicate} {t.object} {home} ." for t in triples]
        page = "".join(f"{line}\n" for line in (*sorted(lines), DONE + " ".join(items)))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new = not self.path.exists()
            with self.path.open("a", encoding="utf-8", newline="\n") as file:
                # In one piece: whatever is after the last "done" is not read again.
                file.write(f"{OF}{self.key}\n{page}" if new else page)
        except OSError as wrong:
            what = f"cannot write '{self.path}': {wrong.strerror}"
            remedy = "Run it where graph/ may be written, as in a checkout."
            raise BuildError(what, remedy) from wrong
        self.triples.update(triples)
        self.done.update(items)


def ask_for(
    outside: Outside,
    items: Sequence[str],
    client: Client,
    told: Callable[[str], None],
    progress: Callable[[str], None],
    only: str = "",
) -> Part:
    """All that the endpoint says of the items, a page after the other.

    `only` tells runs for some of the items apart, so that none takes over what another left.

    Raises the client's errors with how much is kept, and RemoteError where nothing is said.
    """
    query = _query(outside)
    part = _part(outside, f"{client.endpoint} {query} {only}", told)
    left = [iri for iri in items if iri not in part.done]
    if part.done:
        told(f"going on: {len(items) - len(left)} of {len(items)} items have come before")
    for start in range(0, len(left), outside.page):
        page = left[start : start + outside.page]
        if start:
            time.sleep(outside.pause)
        progress(f"asking {outside.title['en']}: {len(items) - len(left) + start} of {len(items)}")
        try:
            triples = _triples(client, query, page, told)
        except BilateralError as failure:
            count = len(items) - len(left) + start
            kept = f"{count} of {len(items)} items are kept: the same command goes on from there."
            failure.remedy = f"{failure.remedy} {kept}" if count else failure.remedy
            raise
        part.keep(triples, page, outside.home)
    wanted = set(items)
    if not any(getattr(t.subject, "value", "") in wanted for t in part.triples):
        part.path.unlink(missing_ok=True)
        what = f"{client.endpoint} says nothing of any of the {len(items)} items"
        raise RemoteError(what, "Check that it is the right endpoint; nothing is changed.")
    return part


def query_file(outside: Outside) -> Path:
    """The file of the query that a source is asked by."""
    return folder("graph") / "snapshots" / f"{outside.name}.rq"


def _query(outside: Outside) -> str:
    """The source's query with its properties, and an example in the place of the items."""
    path = query_file(outside)
    try:
        query = path.read_text(encoding="utf-8")
    except OSError as wrong:
        what = wrong.strerror or "the query cannot be read"
        raise SnapshotError(what, "Write what to ask the source.", file=str(path)) from wrong
    for pattern, name in ((ITEMS, "item"), (PROPERTIES, "property")):
        if not pattern.search(query):
            what = f"the query has no `VALUES ?{name} {{ … }}`"
            raise SnapshotError(what, "Its content is put in there.", file=str(path), line=1)
    query = "\n".join(line for line in query.splitlines() if not line.startswith("#"))
    return PROPERTIES.sub(lambda _: _values("property", map(expand, outside.properties)), query)


def _values(name: str, iris: Iterable[str]) -> str:
    return f"VALUES ?{name} {{ {' '.join(str(ox.NamedNode(iri)) for iri in iris)} }}"


def _triples(
    client: Client, query: str, items: Sequence[str], told: Callable[[str], None]
) -> list[ox.Triple]:
    found: Any = client.query(ITEMS.sub(lambda _: _values("item", items), query))
    if not {variable.value for variable in found.variables} >= COLUMNS:
        what = f"{client.endpoint} answers without the columns {', '.join(sorted(COLUMNS))}"
        raise RemoteError(what, "Check that it is a SPARQL endpoint that answers the question.")
    triples, odd = [], 0
    for row in found:
        subject, predicate, value = row["subject"], row["predicate"], row["object"]
        # An unknown value is a blank node out there: it says nothing that could be compared.
        if not isinstance(subject, ox.NamedNode) or not isinstance(
            value, (ox.NamedNode, ox.Literal)
        ):
            continue
        if is_ours(subject):
            odd += 1
            continue
        triples.append(ox.Triple(subject, predicate, value))
    if odd:
        told(f"left out: {odd} statements of theirs about things of ours")
    return triples


def _part(outside: Outside, asked: str, told: Callable[[str], None]) -> Part:
    """What earlier runs have left, where they asked the same."""
    path = outside.place / PART
    key = hashlib.sha256(asked.encode()).hexdigest()
    part = Part(path, key, set(), set())
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return part
    except OSError as wrong:
        what = wrong.strerror or "the file cannot be read"
        raise SnapshotError(what, "Delete it to begin anew.", file=str(path)) from wrong
    # Not splitlines: a label may hold other characters that end lines.
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1].removesuffix("\n")
    if not lines or lines[0].strip() != OF + key:
        told(f"beginning anew: {path.name} is of another question or endpoint")
        path.unlink()
        return part
    whole = [n for n, line in enumerate(lines) if line.startswith(DONE) and line.endswith("\n")]
    kept = lines[: whole[-1] + 1] if whole else lines[:1]
    try:
        part.triples = {q.triple for q in ox.parse("".join(kept), format=ox.RdfFormat.N_QUADS)}
    except SyntaxError as wrong:
        what = f"this is not N-Quads: {wrong.msg}"
        raise SnapshotError(
            what, "Delete the file to begin anew.", file=str(path), line=wrong.lineno
        ) from wrong
    part.done = {iri for n in whole for iri in lines[n].removeprefix(DONE).split()}
    if "".join(kept) != text:
        # Whatever was being written when the run was stopped is asked for again.
        write_whole(path, "".join(kept))
    return part
