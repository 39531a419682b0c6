"""Snapshots of tables that others publish: CSV, TSV, or the properties of GeoJSON."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, NoReturn

import pyoxigraph as ox

from bilateral.errors import SnapshotError
from bilateral.namespaces import node, slug
from bilateral.templates import typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bilateral.snapshots import Outside
    from bilateral.yamlfile import Record

NOTHING = frozenset({"", "-", "--", "n/a", "unknown"})
SEPARATORS = {".csv": ",", ".tsv": "\t"}
NUMBER = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?")
YEAR = re.compile(r"\d{4}")
# Routes stand in the cells of such tables.
LONGEST_CELL = 10_000_000


def read_tables(outside: Outside, paths: Iterable[Path], items: Iterable[str]) -> set[ox.Triple]:
    """What the tables say of the items, by the columns of `graph/snapshots.yaml`.

    Raises SnapshotError with file and line where a table or a cell is wrong, or no item is in any.
    """
    wanted = set(items)
    found: set[ox.Triple] = set()
    paths = list(paths)
    for path in paths:
        for number, row in _rows(path):
            if outside.item not in row:
                what = f"the table has no column '{outside.item}'"
                raise SnapshotError(what, _columns(row), file=str(path), line=number)
            if row[outside.item] in wanted:
                found.update(_said(outside, row, path, number))
    if not found:
        what = f"none of the {len(wanted)} mapped items is in the table"
        remedy = f"Items are found by the column '{outside.item}'."
        raise SnapshotError(what, remedy, file=", ".join(map(str, paths)))
    return found


def _columns(row: dict[str, str]) -> str:
    return f"It has: {', '.join(map(str, row))}; graph/snapshots.yaml names what is read."


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with the lines on which they end, from 1; of GeoJSON, one a feature."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as wrong:
        what = wrong.strerror or "the file cannot be read"
        raise SnapshotError(what, "Give the table's path.", file=str(path)) from wrong
    except UnicodeDecodeError as wrong:
        what = "the file is not UTF-8"
        raise SnapshotError(what, "Save it as UTF-8.", file=str(path)) from wrong
    if path.suffix in SEPARATORS:
        csv.field_size_limit(LONGEST_CELL)
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=SEPARATORS[path.suffix])
        try:
            for row in reader:
                if None in row or None in row.values():
                    what = "the line has more or fewer cells than the first"
                    remedy = "Correct the line."
                    raise SnapshotError(what, remedy, file=str(path), line=reader.line_num)
                yield reader.line_num, row
        except csv.Error as wrong:
            what = f"this is no table: {wrong}"
            raise SnapshotError(
                what, "Correct the line.", file=str(path), line=reader.line_num
            ) from wrong
        return
    for feature in _features(text, path):
        about = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(about, dict):
            what = "a feature has no properties"
            raise SnapshotError(what, "Give GeoJSON with properties.", file=str(path))
        yield 1, {key: "" if value is None else str(value) for key, value in about.items()}


def _features(text: str, path: Path) -> list[Any]:
    remedy = "Give a .csv or .tsv with a head, or GeoJSON."
    try:
        features = json.loads(text)["features"]
    except json.JSONDecodeError as wrong:
        what = f"this is neither a table nor GeoJSON: {wrong.msg}"
        raise SnapshotError(what, remedy, file=str(path), line=wrong.lineno) from wrong
    except (KeyError, TypeError) as wrong:
        what = "this is JSON, but no GeoJSON: it has no features"
        raise SnapshotError(what, remedy, file=str(path)) from wrong
    except RecursionError as wrong:
        what = "this is JSON nested too deep to be GeoJSON"
        raise SnapshotError(what, remedy, file=str(path)) from wrong
    return features if isinstance(features, list) else []


def _said(outside: Outside, row: dict[str, str], path: Path, number: int) -> Iterator[ox.Triple]:
    subject = ox.NamedNode(row[outside.item])
    for column, about in outside.columns.items():
        if column not in row:
            what = f"the table has no column '{column}'"
            raise SnapshotError(what, _columns(row), file=str(path), line=number)
        value = row[column].strip()
        if value.lower() in NOTHING:
            continue
        prop = node(about["property"])
        if not about.keys() & {"unit", "in"}:
            yield ox.Triple(subject, prop, _term(value, column, about, path, number))
            continue
        unit = about.get("in") or row.get(about["unit"], "").strip()
        if not unit:
            what = f"the amount in '{column}' has no unit in '{about['unit']}'"
            raise SnapshotError(what, _columns(row), file=str(path), line=number)
        key = slug(row[outside.item].rsplit("/", 1)[-1])
        part = ox.NamedNode(f"{outside.home.value}#{key}-{slug(column)}")
        yield ox.Triple(subject, prop, part)
        yield ox.Triple(part, node("rdf:type"), node("schema:PropertyValue"))
        amount = _term(value, column, about, path, number)
        yield ox.Triple(part, node("schema:value"), amount)
        yield ox.Triple(part, node("schema:unitText"), ox.Literal(unit))


def _term(
    value: str, column: str, about: Record, path: Path, number: int
) -> ox.NamedNode | ox.Literal:
    def odd(what: str, remedy: str) -> NoReturn:
        place = f"'{value}' in '{column}' {what}"
        raise SnapshotError(place, remedy, file=str(path), line=number)

    if "values" in about:
        meant = about["values"].get(value.lower())
        if meant is None:
            known = ", ".join(map(str, about["values"]))
            odd("is not described", f"Known: {known}; add it to graph/snapshots.yaml.")
        return node(meant)
    match about.get("as", "text"):
        case "decimal":
            if not NUMBER.fullmatch(value):
                odd("is no number", "Correct it, or read the column as text.")
            return typed(value.replace(",", ""), "decimal")
        case "gYear":
            if not YEAR.fullmatch(value):
                odd("is no year", "Correct it, or read the column as text.")
            return typed(value, "gYear")
        case _:
            language = about.get("language")
            return ox.Literal(value, language=language) if language else ox.Literal(value)
