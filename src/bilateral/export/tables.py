"""CSV: a table for each class, one of all statements with their words, and a data package.

`datapackage.json` (Frictionless Data Package) tells the type of each column. Text that a
spreadsheet would take for a formula is given an apostrophe before it.
"""

from __future__ import annotations

import csv
import json
import re
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any

from bilateral.export.quads import place_of
from bilateral.namespaces import compact, expand
from bilateral.network.files import cell
from bilateral.ntriples import is_iri, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bilateral.export.things import Column, Thing, Things

BETWEEN = " | "
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]{,79}")
NAMES_FIRST = re.compile("label_|prefLabel_|title_")
TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "date": "date",
         "duration": "duration", "point": "string", "string": "string"}  # fmt: skip
STATEMENT = {
    "subject": "uri", "subject_label": "string", "predicate": "uri", "predicate_label": "string",
    "object": "string", "object_label": "string", "object_type": "string",
    "object_language": "string", "passage": "uri", "source": "uri", "begin": "integer",
    "end": "integer", "quote": "string", "translation": "string", "rules": "string",
    "derived": "boolean", "because": "string",
}  # fmt: skip


class Table:
    """A CSV file with the types of its columns."""

    def __init__(self, folder: Path, name: str, columns: dict[str, str]) -> None:
        self.columns = columns
        self.path = folder / f"{name}.csv"
        self.rows = 0
        self.file: IO[str] = self.path.open("x", encoding="utf-8", newline="")
        self.writer = csv.writer(self.file, lineterminator="\r\n")
        self.writer.writerow(map(cell, columns))

    def write(self, row: Iterable[str]) -> None:
        """Add a row; text is made safe, what has another type is what it is."""
        cells = zip(row, self.columns.values(), strict=True)
        texts = ("string", "uri")
        self.writer.writerow(cell(text) if kind in texts else text for text, kind in cells)
        self.rows += 1

    def described(self, key: str = "") -> dict[str, Any]:
        """The table as a data package tells of it, once all rows are written."""
        self.file.close()
        fields: list[dict[str, Any]] = [
            {"name": name, "type": "string", "format": "uri"} if kind == "uri"
            else {"name": name, "type": kind}
            for name, kind in self.columns.items()
        ]  # fmt: skip
        schema = {"fields": fields, "missingValues": [""], **({"primaryKey": [key]} if key else {})}
        return {
            "name": self.path.stem.lower(),
            "path": self.path.name,
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": self.path.stat().st_size,
            "schema": schema,
        }


class _Kind:
    """How the things of a class stand in its table."""

    def __init__(self, columns: dict[str, Column], ties: Iterable[str], things: Things) -> None:
        self.things = things
        ordered = sorted(columns, key=lambda name: (not NAMES_FIRST.match(name), name))
        taken = {"iri", "passages"}
        self.columns = {"iri": "uri"}
        self.properties = []
        for name in ordered:
            shown = _free(name, taken)
            self.properties.append(name)
            column = columns[name]
            self.columns[shown] = "string" if column.many else TYPES[column.kind]
        self.ties = list(ties)
        for predicate in self.ties:
            shown = _free(things.name(predicate), taken)
            self.columns[shown] = "string"
            self.columns[_free(f"{shown}_label", taken)] = "string"
        self.columns["passages"] = "string"

    def row(self, thing: Thing) -> Iterator[str]:
        """A thing's row."""
        yield thing.iri.strip("<>")
        for name in self.properties:
            yield BETWEEN.join(value.text for value in thing.properties.get(name, ()))
        for predicate in self.ties:
            ends = [tie.end for tie in thing.ties if tie.predicate == predicate]
            yield _listed(ends)
            yield BETWEEN.join(map(self.things.label, ends))
        yield _listed(sorted(thing.evidence, key=_in_page_order))


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _listed(terms: Iterable[str]) -> str:
    return " ".join(term.strip("<>") for term in terms)


def _in_page_order(passage: str) -> tuple[str, int, int]:
    return place_of(passage) or (passage, 0, 0)


def write_tables(things: Things, folder: Path) -> dict[str, int]:
    """How many rows each table has that is written into a folder."""
    columns, ties = things.columns(), things.ties()
    kinds = {kind: _Kind(columns[kind], ties[kind], things) for kind in columns}
    tables = {kind: Table(folder, file_name(kind), kinds[kind].columns) for kind in columns}
    for thing in things.all():
        for kind in thing.kinds:
            tables[kind].write(kinds[kind].row(thing))
    statements = Table(folder, "statements", STATEMENT)
    for row in _statements(things):
        statements.write(row)
    described = [tables[kind].described("iri") for kind in sorted(tables)]
    _describe(folder, [*described, statements.described()])
    return {table.path.name: table.rows for table in (*tables.values(), statements)}


def file_name(name: str) -> str:
    """A class's or a relationship's name as a file's: itself, but for the strange and the long."""
    if PLAIN.fullmatch(name):
        return name
    return f"{re.sub(r'[^A-Za-z0-9_-]', '_', name)[:60]}-{sha256(name.encode()).hexdigest()[:12]}"


def _statements(things: Things) -> Iterator[list[str]]:
    """Every statement of a passage in the order of the pages, then what is derived."""
    for name, source, begin, end in things.quads.passages():
        said = [
            name.strip("<>"), source.strip("<>"), str(begin), str(end),
            things.text(name, "nif:anchorOf"), things.text(name, "bil:translation"),
            BETWEEN.join(map(things.label, things.quads.values(name, "prov:wasGeneratedBy"))),
            "false", "",
        ]  # fmt: skip
        for statement in things.quads.graph(name):
            yield [*_terms(statement, things), *said]
    for statement, evidence in things.derivations():
        rules = BETWEEN.join(map(things.label, evidence.rules))
        said = ["", "", "", "", "", "", rules, "true", _listed(evidence.because)]
        yield [*_terms(statement, things), *said]


def _terms(statement: tuple[str, str, str], things: Things) -> list[str]:
    subject, predicate, term = statement
    value = value_of(term)
    kind = "IRI" if is_iri(term) else compact(value.datatype or expand("rdf:langString"))
    label = things.label(term) if is_iri(term) else ""
    return [subject.strip("<>"), things.label(subject), predicate.strip("<>"),
            things.label(predicate), value.text, label, kind, value.language]  # fmt: skip


def _describe(folder: Path, resources: list[dict[str, Any]]) -> None:
    package = {
        "profile": "tabular-data-package",
        "name": "bilateral",
        "title": "Bilateral: what foreign ministries say of relations between states",
        "homepage": expand("id:").removesuffix("id/"),
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=1)
    (folder / "datapackage.json").write_text(f"{text}\n", encoding="utf-8", newline="\n")
