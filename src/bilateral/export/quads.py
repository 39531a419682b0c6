"""All quads in a temporary database, so that a graph of any size is exported in the same memory.

SQLite keeps them on disk, sorted, term for term as they were written: Oxigraph's own store would
keep numbers by value.
"""

from __future__ import annotations

import re
import sqlite3
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from bilateral.namespaces import expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pyoxigraph as ox

AT_ONCE = 10_000
CACHE_KB = 32_000
PASSAGE = re.compile(r"<(.*)#char=([0-9]{1,15}),([0-9]{1,15})>")
TABLES = """
CREATE TABLE quad (s TEXT, p TEXT, o TEXT, g TEXT, PRIMARY KEY (s, p, o, g)) WITHOUT ROWID;
CREATE TABLE graph (g TEXT PRIMARY KEY, source TEXT, first INTEGER, last INTEGER) WITHOUT ROWID;
"""


class Statement(NamedTuple):
    """A triple as N-Triples terms, and the graphs that hold it, in order."""

    subject: str
    predicate: str
    object: str
    graphs: tuple[str, ...]


class Quads:
    """The quads of a graph, and ways through them."""

    def __init__(self, path: Path) -> None:
        self.base = sqlite3.connect(path, isolation_level=None)
        # A half-written one is thrown away, so nothing needs to be safe on disk.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE",
                       f"cache_size=-{CACHE_KB}"):  # fmt: skip
            self.base.execute(f"PRAGMA {pragma}")
        self.base.executescript(TABLES)
        self.about = lru_cache(maxsize=4096)(self._about)

    def close(self) -> None:
        """Let the database go; its file is the folder's."""
        self.about.cache_clear()
        self.base.close()

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Take quads in, and make ready to go through them."""
        insert = "INSERT OR IGNORE INTO quad VALUES (?, ?, ?, ?)"
        self.base.execute("BEGIN")
        rows = ((str(q.subject), str(q.predicate), str(q.object), str(q.graph_name)) for q in quads)
        self.base.executemany(insert, rows)
        self.base.execute("CREATE INDEX by_graph ON quad (g, s, p, o)")
        names = self.base.execute("SELECT DISTINCT g FROM quad").fetchall()
        self.base.executemany(
            "INSERT INTO graph VALUES (?, ?, ?, ?)", (_place(g) for (g,) in names)
        )
        self.base.execute("COMMIT")

    def sorted(self) -> Iterator[tuple[str, str, str, str]]:
        """All quads in the order of their text: subject, predicate, object, graph."""
        yield from self.base.execute("SELECT s, p, o, g FROM quad ORDER BY s, p, o, g")

    def statements(self) -> Iterator[Statement]:
        """All triples, each once, with the graphs that hold it, in the order of their text."""
        for (s, p, o), same in groupby(self.sorted(), key=lambda row: row[:3]):
            yield Statement(s, p, o, tuple(g for _, _, _, g in same))

    def graph(self, name: str) -> Iterator[tuple[str, str, str]]:
        """The triples of a graph, in order."""
        yield from self.base.execute(
            "SELECT s, p, o FROM quad WHERE g = ? ORDER BY s, p, o", (name,)
        )

    def graphs(self) -> list[str]:
        """The names of the graphs that are no passages, in order."""
        found = self.base.execute("SELECT g FROM graph WHERE source IS NULL ORDER BY g")
        return [name for (name,) in found]

    def passages(self) -> Iterator[tuple[str, str, int, int]]:
        """The graphs that are passages, with source and offsets, in the order of the pages."""
        yield from self.base.execute(
            "SELECT g, source, first, last FROM graph WHERE source IS NOT NULL"
            " ORDER BY source, first, last"
        )

    def subjects(self, start: str) -> Iterator[str]:
        """The subjects that begin with some text, in order."""
        query = "SELECT DISTINCT s FROM quad WHERE s >= ? AND s < ? ORDER BY s"
        for (subject,) in self.base.execute(query, (start, start + "\U0010ffff")):
            yield subject

    def _about(self, subject: str) -> tuple[tuple[str, str, str], ...]:
        """What is said with a subject: predicate, object, graph; kept for a while."""
        query = "SELECT p, o, g FROM quad WHERE s = ? ORDER BY p, o, g"
        return tuple(self.base.execute(query, (subject,)))

    def values(self, subject: str, *predicates: str) -> list[str]:
        """The objects of a subject with some predicates (CURIEs), each once."""
        wanted = {f"<{expand(name)}>" for name in predicates}
        return list(dict.fromkeys(o for p, o, _ in self.about(subject) if p in wanted))


def place_of(graph: str) -> tuple[str, int, int] | None:
    """The source and the offsets of a passage's graph; None for other graphs."""
    found = PASSAGE.fullmatch(graph)
    return (f"<{found[1]}>", int(found[2]), int(found[3])) if found else None


def _place(graph: str) -> tuple[str, str | None, int | None, int | None]:
    return (graph, *(place_of(graph) or (None, None, None)))
