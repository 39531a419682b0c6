"""Dated copies of what outside sources say: `graph/snapshots/<name>/<date>.nq`.

`graph/snapshots.yaml` describes each source. A build takes the newest file of each, with no
network; a file says nothing of our own IRIs, save what describes the snapshot itself.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pyoxigraph as ox

from bilateral.errors import BuildError, SnapshotError, UsageError
from bilateral.folders import folder
from bilateral.namespaces import expand, graph, node
from bilateral.templates import typed
from bilateral.yamlfile import Record, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SPARQL, TABLE = "sparql", "table"
LANGUAGES = ("en", "ka", "az")
COMMON = ("kind", "title", "prefix", "source", "licence", "attribution", "note")
KEYS = {
    SPARQL: (*COMMON, "endpoint", "page", "pause", "properties"),
    TABLE: (*COMMON, "item", "columns"),
}
REQUIRED = {
    SPARQL: ("title", "prefix", "source", "licence", "attribution", "endpoint", "properties"),
    TABLE: ("title", "prefix", "source", "licence", "attribution", "item", "columns"),
}
DATED = re.compile(r"\d{4}-\d{2}-\d{2}")
PAGE, PAUSE_S = 20, 1


@dataclass(frozen=True, slots=True)
class Outside:
    """An outside source: how its entities are known among the mappings, and what is copied.

    `properties` are those asked of an endpoint, `columns` those of a table, each with what is
    said of it in `graph/snapshots.yaml`.
    """

    name: str
    kind: str
    title: dict[str, str]
    prefix: str
    source: str
    licence: str
    attribution: str
    endpoint: str = ""
    page: int = PAGE
    pause: int = PAUSE_S
    item: str = ""
    properties: dict[str, Record] = field(default_factory=dict)
    columns: dict[str, Record] = field(default_factory=dict)

    @property
    def home(self) -> ox.NamedNode:
        """The name of the snapshot's graph."""
        return graph(f"snapshot/{self.name}")

    @property
    def place(self) -> Path:
        """The folder of its files."""
        return folder("graph") / "snapshots" / self.name

    def files(self) -> list[Path]:
        """Its dated files, the oldest first. Raises SnapshotError for a file with another name."""
        found = sorted(self.place.glob("*.nq"))
        for path in found:
            if not is_date(path.stem):
                what = "the file's name is no date"
                raise SnapshotError(what, "Name it YYYY-MM-DD.nq.", file=str(path))
        return found

    def file_of(self, date: str) -> Path:
        """Its file of a day. Raises UsageError where there is none."""
        days = [path.stem for path in self.files()]
        if date not in days:
            what = f"there is no snapshot of {self.name} of '{date}'"
            remedy = f"There are: {', '.join(days)}." if days else "There is none of any day."
            raise UsageError(what, remedy)
        return self.place / f"{date}.nq"


def outside_sources() -> dict[str, Outside]:
    """The outside sources by their names. Raises SnapshotError."""
    path = folder("graph") / "snapshots.yaml"
    described = read_yaml(path, SnapshotError)
    if not isinstance(described, Record):
        what = "this is no list of outside sources"
        raise SnapshotError(what, "Write `name:` and under it what it is.", file=str(path), line=1)
    return {name: _outside(name, about, path) for name, about in described.items()}


def outside_named(name: str) -> Outside:
    """The outside source of that name. Raises UsageError where there is none."""
    known = outside_sources()
    if name not in known:
        what = f"there is no outside source named '{name}'"
        raise UsageError(what, f"Known: {', '.join(known)}; graph/snapshots.yaml describes them.")
    return known[name]


def _outside(name: str, about: Any, path: Path) -> Outside:  # noqa: ANN401 - any YAML value
    def fail(what: str, remedy: str, line: int) -> NoReturn:
        complete = f"'{name}' {what}"
        raise SnapshotError(complete, remedy, file=str(path), line=line)

    if not isinstance(about, Record) or about.get("kind") not in KEYS:
        line = about.line if isinstance(about, Record) else 1
        fail("is of no kind that is known", f"Write kind: {' or '.join(KEYS)}.", line)
    kind, line = about["kind"], about.line
    if unknown := sorted(set(about) - set(KEYS[kind])):
        fail(f"has the unknown key {unknown[0]}", f"Known: {', '.join(KEYS[kind])}.", line)
    if missing := [key for key in REQUIRED[kind] if not about.get(key)]:
        fail(f"lacks {', '.join(missing)}", f"Add {missing[0]}.", line)
    listed = about.get("properties") or about.get("columns")
    if not isinstance(listed, Record) or not all(isinstance(v, Record) for v in listed.values()):
        fail("lists nothing to copy", "Write each with what it is: `name: {…}`.", line)
    if set(about["title"]) != set(LANGUAGES):
        fail("has no title in every language", f"Give it in {', '.join(LANGUAGES)}.", line)
    fields = {key: value for key, value in about.items() if key != "note"}
    return Outside(name=name, **fields)


def is_date(text: str) -> bool:
    """Whether a text is a day of the calendar, as YYYY-MM-DD."""
    try:
        return bool(DATED.fullmatch(text)) and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def newest_quads() -> Iterator[ox.Quad]:
    """The newest snapshot of each outside source, and what its properties are called.

    Raises SnapshotError with file and line where one cannot be read.
    """
    for outside in outside_sources().values():
        yield from _property_names(outside)
        for path in outside.files()[-1:]:
            yield from read_snapshot(outside, path)


def _property_names(outside: Outside) -> Iterator[ox.Quad]:
    """Labels of outside properties, and the term of ours under which each falls."""
    home = graph("links")
    for curie, about in outside.properties.items():
        for language in LANGUAGES:
            label = ox.Literal(about[language], language=language)
            yield ox.Quad(node(curie), node("rdfs:label"), label, home)
        if "under" in about:
            for iri in (curie, *about.get("also", ())):
                yield ox.Quad(node(iri), node("rdfs:subPropertyOf"), node(about["under"]), home)


def read_snapshot(outside: Outside, path: Path) -> list[ox.Quad]:
    """The quads of a snapshot's file. Raises SnapshotError with file and line."""
    try:
        quads = list(ox.parse(path.read_bytes(), format=ox.RdfFormat.N_QUADS))
    except OSError as wrong:
        what = wrong.strerror or "the file cannot be read"
        raise SnapshotError(what, _anew(outside), file=str(path)) from wrong
    except SyntaxError as wrong:
        what = f"this is not N-Quads: {wrong.msg}"
        raise SnapshotError(what, _anew(outside), file=str(path), line=wrong.lineno) from wrong
    home = outside.home
    for quad in quads:
        if quad.graph_name != home:
            what, line = f"a line is not of the graph {home.value}", _line_of(quad, path)
            raise SnapshotError(what, _anew(outside), file=str(path), line=line)
        if is_ours(quad.subject) and not described_by(quad.subject, home):
            what, line = f"a snapshot says something of ours: {quad.subject}", _line_of(quad, path)
            raise SnapshotError(what, "Take the line out.", file=str(path), line=line)
    return quads


def _anew(outside: Outside) -> str:
    return f"Delete the file, and make it anew: bilateral snapshot {outside.name}."


def _line_of(quad: ox.Quad, path: Path) -> int:
    lines = path.read_bytes().decode().split("\n")
    start = f"{quad.subject} {quad.predicate} "
    return next((n for n, line in enumerate(lines, 1) if line.startswith(start)), 1)


def is_ours(term: Any) -> bool:  # noqa: ANN401 - any RDF term
    """Whether a term lies in the space of this project's own names."""
    return isinstance(term, ox.NamedNode) and term.value.startswith(expand("id:")[: -len("id/")])


def described_by(subject: Any, home: ox.NamedNode) -> bool:  # noqa: ANN401 - any RDF term
    """Whether a subject is a snapshot's graph, or a node inside it."""
    value = getattr(subject, "value", "")
    return value == home.value or bool(value.startswith(f"{home.value}#"))


def write_snapshot(
    outside: Outside, date: str, triples: Iterable[ox.Triple], derived_from: Iterable[str]
) -> Path:
    """The file of a snapshot: the triples and what describes them, in order, all or nothing.

    Raises BuildError where the file cannot be written.
    """
    home = outside.home
    quads = {ox.Quad(t.subject, t.predicate, t.object, home) for t in triples}
    facts: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        ("rdf:type", node("bil:Snapshot")),
        ("dcterms:issued", typed(date, "date")),
        ("dcterms:source", ox.NamedNode(outside.source)),
        ("dcterms:license", ox.NamedNode(outside.licence)),
        ("schema:creditText", ox.Literal(outside.attribution, language="en")),
    ]
    for language, title in outside.title.items():
        facts.append(("rdfs:label", ox.Literal(title, language=language)))
    facts += [("prov:wasDerivedFrom", ox.NamedNode(address)) for address in derived_from]
    lines = [str(quad) for quad in quads]
    lines += [str(ox.Quad(home, node(predicate), value, home)) for predicate, value in facts]
    path = outside.place / f"{date}.nq"
    write_whole(path, "".join(f"{line} .\n" for line in sorted(lines)))
    return path


def write_whole(path: Path, text: str) -> None:
    """Write a file beside its place, then put it there. Raises BuildError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as wrong:
        what = f"cannot write in '{path.parent}': {wrong.strerror}"
        raise BuildError(what, "Run it where graph/ may be written, as in a checkout.") from wrong
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@dataclass(frozen=True, slots=True)
class Change:
    """What is said of one thing by one property in one snapshot and not in another."""

    subject: str
    property: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


def changes(outside: Outside, old: Path, new: Path) -> list[Change]:
    """What changed between two snapshots, by thing and property."""
    before, after = _statements(outside, old), _statements(outside, new)
    found = []
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key, set()), after.get(key, set())
        if was != now:
            found.append(Change(*key, tuple(sorted(was - now)), tuple(sorted(now - was))))
    return found


def _statements(outside: Outside, path: Path) -> dict[tuple[str, str], set[str]]:
    """The terms that a snapshot gives for each subject and property, written as in N-Triples."""
    found: dict[tuple[str, str], set[str]] = {}
    for quad in read_snapshot(outside, path):
        if quad.subject != outside.home:
            key = (str(quad.subject).strip("<>"), quad.predicate.value)
            found.setdefault(key, set()).add(str(quad.object))
    return found
