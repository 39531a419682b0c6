"""Other RDF: sorted N-Quads, and RDF 1.2, where the passage reifies what it says.

In RDF 1.2 `<passage> rdf:reifies <<( s p o )>>` says what a passage's named graph says here; a
derived statement's reason is a reifier too. Tests read all of it back with pyoxigraph.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from bilateral.export.quads import place_of
from bilateral.namespaces import expand, prefixes
from bilateral.ntriples import is_iri

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bilateral.export.quads import Quads

DEFAULT = "DEFAULT"
REIFIES = f"<{expand('rdf:')}reifies>"
# What no serialiser has to escape in a prefixed name.
LOCAL = re.compile(r"[A-Za-z_](?:[\w-]*[\w])?", re.ASCII)

Row = tuple[str, str, str]


def nquads(quads: Quads) -> Iterator[str]:
    """The lines of N-Quads, sorted: those of a build's `graph.nq`."""
    for s, p, o, g in quads.sorted():
        yield f"{s} {p} {o} .\n" if g == DEFAULT else f"{s} {p} {o} {g} .\n"


class Reified:
    """The graph in RDF 1.2: every statement once, with what says it as its reifiers."""

    def __init__(self, quads: Quads) -> None:
        self.quads = quads
        self.parts = [f"<{expand(f'rdf:{name}')}>" for name in ("subject", "predicate", "object")]
        self.spaces = {space: name for name, space in prefixes().items()}

    def ntriples(self) -> Iterator[str]:
        """The lines of N-Triples 1.2."""
        for subject, rows in groupby(self._statements(), key=lambda row: row[0]):
            told = list(rows)
            for s, p, o in self._reasoned([(s, p, o) for s, p, o, _ in told]):
                yield f"{s} {p} {o} .\n"
            for _, p, o, passages in told:
                for passage in passages:
                    yield f"{passage} {REIFIES} <<( {subject} {p} {o} )>> .\n"

    def turtle(self) -> Iterator[str]:
        """Turtle 1.2, the union of all graphs, with the passages behind each statement."""
        yield from self._prefixes()
        for _, rows in groupby(self._statements(), key=lambda row: row[0]):
            yield from self._block(list(rows), "")

    def trig(self) -> Iterator[str]:
        """TriG 1.2: what passages say in the default graph, all other graphs as they are."""
        yield from self._prefixes()
        for name in self.quads.graphs():
            if name != DEFAULT:
                yield f"\nGRAPH {self._short(name)} {{\n"
            indent = "" if name == DEFAULT else "  "
            yield from self._blocks(name, (), indent)
            if name != DEFAULT:
                yield "}\n"
        for name, *_ in self.quads.passages():
            yield from self._blocks(name, (name,), "")

    def _blocks(self, name: str, passages: tuple[str, ...], indent: str) -> Iterator[str]:
        told = ((s, p, o, passages) for s, p, o in self.quads.graph(name))
        for _, rows in groupby(told, key=lambda row: row[0]):
            yield from self._block(list(rows), indent)

    def _statements(self) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
        for s, p, o, graphs in self.quads.statements():
            yield s, p, o, tuple(name for name in graphs if place_of(name))

    def _reasoned(self, rows: list[Row]) -> Iterator[Row]:
        """What is said with one subject, where RDF 1.1's three terms for a statement are one."""
        found = {p: o for _, p, o in rows if p in self.parts}
        whole = len(found) == len(self.parts) and is_iri(found[self.parts[1]])
        whole = whole and not found[self.parts[0]].startswith('"')
        if whole:
            yield rows[0][0], REIFIES, f"<<( {' '.join(found[part] for part in self.parts)} )>>"
        for s, p, o in rows:
            if not (whole and found.get(p) == o):
                yield s, p, o

    def _block(
        self, rows: list[tuple[str, str, str, tuple[str, ...]]], indent: str
    ) -> Iterator[str]:
        passages = {(p, o): names for _, p, o, names in rows}
        told = self._reasoned([(s, p, o) for s, p, o, _ in rows])
        lines = []
        for _, predicate, value in told:
            by = "".join(f" ~ {self._short(n)}" for n in passages.get((predicate, value), ()))
            lines.append(f"{self._verb(predicate)} {self._shown(value)}{by}")
        joined = f" ;\n{indent}    ".join(lines)
        yield f"{indent}{self._short(rows[0][0])} {joined} .\n"

    def _verb(self, predicate: str) -> str:
        return "a" if predicate == f"<{expand('rdf:type')}>" else self._short(predicate)

    def _shown(self, term: str) -> str:
        """An object: short where it is an IRI, also in a literal's datatype or a triple term."""
        if term.startswith("<<("):
            return term
        if not term.startswith('"'):
            return self._short(term)
        text, mark, datatype = term.rpartition("^^")
        return f"{text}^^{self._short(datatype)}" if mark and datatype.endswith(">") else term

    def _short(self, term: str) -> str:
        """An IRI as a prefixed name where nothing in it must be escaped."""
        if not is_iri(term):
            return term
        end = max(term.rfind(mark) for mark in "#/:") + 1
        name = self.spaces.get(term[1:end])
        return (
            f"{name}:{term[end:-1]}" if name and LOCAL.fullmatch(term, end, len(term) - 1) else term
        )

    def _prefixes(self) -> Iterable[str]:
        return (f"PREFIX {name}: <{space}>\n" for name, space in sorted(prefixes().items()))
