"""What a corpus holds, counted as its sorted lines go by: a VoID description of the whole.

The catalogue of one build also describes each part of it; it needs the graph in memory.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from bilateral.namespaces import expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Summary:
    """Counts of quads, of statements (each once, in however many graphs), classes, properties."""

    def __init__(self) -> None:
        self.quads = 0
        self.triples = 0
        self.subjects = 0
        self.entities = 0
        self.classes: Counter[str] = Counter()
        self.properties: Counter[str] = Counter()
        self._graphs: set[int] = set()
        self._type = f"<{expand('rdf:type')}>"
        self._entity = f"<{expand('id:')}"

    @property
    def graphs(self) -> int:
        """The number of named graphs."""
        return len(self._graphs)

    def counting(self, lines: Iterable[str]) -> Iterator[str]:
        """The same lines, counted; they must be sorted, each once."""
        before = subject_before = ""
        for line in lines:
            triple, _, graph = line[:-3].rpartition(" ")
            self.quads += 1
            self._graphs.add(hash(graph))
            if triple != before:
                before = triple
                subject, predicate, value = triple.split(" ", 2)
                self.triples += 1
                self.properties[predicate] += 1
                if predicate == self._type and value.startswith("<"):
                    self.classes[value] += 1
                if subject != subject_before:
                    subject_before = subject
                    self.subjects += 1
                    self.entities += subject.startswith(self._entity)
            yield line

    def told(self) -> dict[str, Any]:
        """The counts as plain data, for `add`."""
        return {
            "quads": self.quads,
            "triples": self.triples,
            "subjects": self.subjects,
            "entities": self.entities,
            "classes": self.classes,
            "properties": self.properties,
        }

    def add(self, told: dict[str, Any]) -> None:
        """Add the counts of other lines, none of whose subjects these have."""
        for name in ("quads", "triples", "subjects", "entities"):
            setattr(self, name, getattr(self, name) + told[name])
        self.classes.update(told["classes"])
        self.properties.update(told["properties"])

    def lines(self) -> Iterator[str]:
        """The description, as lines of the catalogue graph."""
        home = f"<{expand('graph:catalogue')}>"
        dataset = f"<{expand('graph:catalogue')}#dataset>"

        def said(subject: str, predicate: str, value: str | int) -> str:
            number = f'"{value}"^^<{expand("xsd:integer")}>'
            shown = number if isinstance(value, int) else value
            return f"{subject} <{expand(predicate)}> {shown} {home} .\n"

        yield said(dataset, "rdf:type", f"<{expand('void:Dataset')}>")
        yield said(dataset, "void:triples", self.triples)
        yield said(dataset, "void:distinctSubjects", self.subjects)
        yield said(dataset, "void:entities", self.entities)
        yield said(dataset, "void:classes", len(self.classes))
        yield said(dataset, "void:properties", len(self.properties))
        for kind, counts, of, number in (
            ("class", self.classes, "void:class", "void:entities"),
            ("property", self.properties, "void:property", "void:triples"),
        ):
            for position, (iri, count) in enumerate(sorted(counts.items()), 1):
                part = f"{dataset[:-1]}-{kind}-{position}>"
                yield said(dataset, f"void:{kind}Partition", part)
                yield said(part, of, iri)
                yield said(part, number, count)
