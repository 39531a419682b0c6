"""What things, classes, properties, and values are called, in the language of the service."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral.folding import folded
from bilateral.likeness import LONGEST
from bilateral.namespaces import node
from bilateral.query.question import LANGUAGES
from bilateral.serve.reconcile.register import DEFAULT, INVERSE, NAMES, id_of, slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bilateral.serve.reconcile.register import Register

MOST_NAMES = 60
TOLD_APART = 4  # parts of a description


class Words:
    """The words of one answer; each is looked up once."""

    def __init__(self, register: Register, lang: str) -> None:
        self.register = register
        self.lang = lang
        self._labels: dict[str, str] = {}
        self._told: dict[str, tuple[str, ...]] = {}

    def label(self, iri: str) -> str:
        """What an IRI is called, in another language where it has no name in this one."""
        if iri not in self._labels:
            names: dict[str, str] = {}
            for text, language in self._names(iri):
                names.setdefault(language, text)
            order = (self.lang, *LANGUAGES, "", *sorted(names))
            self._labels[iri] = next((names[code] for code in order if names.get(code)), id_of(iri))
        return self._labels[iri]

    def name_of(self, prop: str) -> str:
        """What a property is called; an inverse one points back."""
        name = self.label(prop.removeprefix(INVERSE))
        return f"← {name}" if prop.startswith(INVERSE) else name

    def description(self, number: int) -> str:
        """What tells namesakes apart: the classes of a thing, and its other names."""
        iri = self.register.iri(number)
        shown = {folded(self.label(iri))}
        parts = [self.label(kind) for kind in self.register.classes[number]]
        for text, _ in self._names(iri):
            if len(parts) < TOLD_APART and folded(text) not in shown:
                shown.add(folded(text))
                parts.append(text)
        return " · ".join(parts)

    def types(self, number: int) -> list[dict[str, str]]:
        """The classes of a thing, as the API names them."""
        kinds = self.register.classes[number]
        return [{"id": id_of(kind), "name": self.label(kind)} for kind in kinds]

    def told(self, value: object) -> tuple[str, ...]:
        """All that a value may be called: an IRI's ids and names, a literal's text; folded too."""
        if isinstance(value, ox.Literal):
            text = value.value[:LONGEST]
            return text, folded(text)
        iri = value.value if isinstance(value, ox.NamedNode) else str(value)
        if iri not in self._told:
            ids = {slug_of(iri), iri, id_of(iri)}
            self._told[iri] = tuple(sorted(ids | {folded(text) for text, _ in self._names(iri)}))
        return self._told[iri]

    def _names(self, iri: str) -> Iterator[tuple[str, str]]:
        """Names with their languages, labels first, in a fixed order."""
        subject = ox.NamedNode(iri)
        for name in NAMES:
            quads = self.register.store.quads_for_pattern(subject, node(name), None, DEFAULT)
            texts = [quad.object for quad in islice(quads, MOST_NAMES)]
            yield from sorted(
                (text.value, text.language or "") for text in texts if isinstance(text, ox.Literal)
            )
