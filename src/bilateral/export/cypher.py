"""A Cypher script that can be run again: a constraint, then MERGE in batches."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

from bilateral.export.graphs import COMMON, Property, labels_of, lines_of, naming_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bilateral.export.graphs import Line
    from bilateral.export.things import Column, Thing, Things

AT_ONCE = 500
FILE = "graph.cypher"
NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
# What a string may not hold as it is: its quotation mark, the escape, and what ends lines.
SPECIAL = re.compile(r"['\\\x00-\x1f\x7f-\x9f\u2028\u2029]")
HEAD = """// Bilateral as a property graph. It may be run again: nothing is made twice.
// cypher-shell -u neo4j -f {file}
CREATE CONSTRAINT bilateral_iri IF NOT EXISTS FOR (n:{common}) REQUIRE n.iri IS UNIQUE;
"""
NODES = """UNWIND [
{rows}
] AS row
MERGE (n:{common} {{iri: row.iri}})
SET n{labels}, n += row.properties;
"""
LINES = """UNWIND [
{rows}
] AS row
MATCH (a:{common} {{iri: row.start}})
MATCH (b:{common} {{iri: row.end}})
MERGE (a)-[r:{kind}{key}]->(b)
SET r += row.properties;
"""


def write_cypher(things: Things, folder: Path) -> dict[str, int]:
    """How many nodes and relationships the script makes that is written into a folder."""
    with (folder / FILE).open("w", encoding="utf-8", newline="\n") as out:
        out.write(HEAD.format(file=FILE, common=COMMON))
        columns = things.columns(lambda _: ("",)).get("", {})
        return {
            "nodes": _write_nodes(things, columns, out),
            "relationships": _write_lines(things, out),
        }


def _write_nodes(things: Things, columns: dict[str, Column], out: IO[str]) -> int:
    count, waiting = 0, dict[tuple[str, ...], list[str]]()
    for thing in things.all():
        labels = labels_of(thing, things)
        rows = waiting.setdefault(labels, [])
        rows.append(
            f"  {{iri: {_string(thing.iri.strip('<>'))}, properties: {_map(_of(thing, columns))}}}"
        )
        count += 1
        if len(rows) == AT_ONCE:
            _flush_nodes(labels, waiting.pop(labels), out)
    for labels in sorted(waiting):
        _flush_nodes(labels, waiting[labels], out)
    return count


def _flush_nodes(labels: tuple[str, ...], rows: list[str], out: IO[str]) -> None:
    named = "".join(f":{_name(label)}" for label in labels)
    out.write(NODES.format(rows=",\n".join(rows), common=COMMON, labels=named))


def _of(thing: Thing, columns: dict[str, Column]) -> Iterator[tuple[str, Property]]:
    for name, values in sorted(thing.properties.items()):
        column = columns[name]
        yield name, Property(tuple(value.text for value in values), column.kind, column.many)


def _write_lines(things: Things, out: IO[str]) -> int:
    count, waiting = 0, dict[tuple[str, tuple[str, ...]], list[str]]()
    for line in _lines(things):
        rows = waiting.setdefault((line.kind, line.key), [])
        ends = f"start: {_string(line.start.strip('<>'))}, end: {_string(line.end.strip('<>'))}"
        rows.append(f"  {{{ends}, properties: {_map(line.properties.items())}}}")
        count += 1
        if len(rows) == AT_ONCE:
            key = (line.kind, line.key)
            _flush_lines(*key, waiting.pop(key), out)
    for kind, names in sorted(waiting):
        _flush_lines(kind, names, waiting[kind, names], out)
    return count


def _lines(things: Things) -> Iterator[Line]:
    for thing in things.all():
        yield from lines_of(thing, things)
    for naming in things.namings():
        yield naming_line(naming)


def _flush_lines(kind: str, key: tuple[str, ...], rows: list[str], out: IO[str]) -> None:
    told = ", ".join(f"{_name(name)}: row.properties.{_name(name)}" for name in key)
    shown = f" {{{told}}}" if told else ""
    out.write(LINES.format(rows=",\n".join(rows), common=COMMON, kind=_name(kind), key=shown))


def _map(properties: Iterable[tuple[str, Property]]) -> str:
    return "{" + ", ".join(f"{_name(name)}: {_shown(given)}" for name, given in properties) + "}"


def _shown(given: Property) -> str:
    values = [_value(text, given.kind) for text in given.values]
    return f"[{', '.join(values)}]" if given.many else values[0]


def _value(text: str, kind: str) -> str:
    match kind:
        case "integer":
            return str(int(text))
        case "number":
            return repr(float(text)).replace("e+", "e")
        case "boolean":
            return text
        case "date" | "duration":
            return f"{kind}({_string(text)})"
        case "point":
            return f"point({text})"
    return _string(text)


def _string(text: str) -> str:
    return "'" + SPECIAL.sub(_escaped, text) + "'"


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    return f"\\{character}" if character in "'\\" else f"\\u{ord(character):04x}"


def _name(name: str) -> str:
    return name if NAME.fullmatch(name) else "`" + name.replace("`", "``") + "`"
