"""All that extraction knows before it sees a page: classes, concepts, names, words, rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral.errors import OntologyError
from bilateral.folders import folder
from bilateral.lexicon import Lexicon, load_lexicon
from bilateral.namespaces import compact, expand, romanised
from bilateral.rules import RuleBook, load_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bilateral.language import Language

LABELS = ("rdfs:label", "skos:prefLabel")


@dataclass(slots=True)
class Knowledge:
    """The ontology's classes with what each is a kind of, labels, and lexica and rules."""

    ontology: list[ox.Triple]
    concepts: list[ox.Triple]
    superclasses: dict[str, frozenset[str]]
    labels: dict[str, dict[str, str]]
    forms: dict[str, dict[str, str]]
    case_names: frozenset[str]
    _lexica: dict[str, Lexicon] = field(default_factory=dict)
    _rules: dict[str, RuleBook] = field(default_factory=dict)

    def lexicon(self, language: Language) -> Lexicon:
        """The lexicon of a language, loaded once."""
        if language.code not in self._lexica:
            self._lexica[language.code] = load_lexicon(language, self.superclasses)
        return self._lexica[language.code]

    def rules(self, language: Language) -> RuleBook:
        """The rules of a language, loaded once."""
        if language.code not in self._rules:
            self._rules[language.code] = RuleBook(load_rules(language.code))
        return self._rules[language.code]

    def label(self, curie: str | None, language: str) -> str | None:
        """The label of a class, concept, or lexicon entity in a language, or None."""
        if not curie:
            return None
        known = self.labels.get(curie)
        if known:
            return known.get(language)
        for lexicon in self._lexica.values():
            entry = lexicon.entries.get(curie)
            if entry:
                return dict(entry.labels).get(language)
        return None

    def named(self) -> Iterator[str]:
        """The CURIEs of all that the lexica in use have a name for."""
        for lexicon in self.lexica():
            yield from lexicon.entries
            yield from lexicon.cities

    def lexica(self) -> Iterable[Lexicon]:
        """The lexica in use."""
        return self._lexica.values()

    def following(self, curie: str | None, language: str) -> str | None:
        """The form of a concept's label that follows a state's name, where a language has one."""
        return self.forms.get(curie or "", {}).get(language)

    @staticmethod
    def romanised(text: str) -> str:
        """Georgian text in Latin letters (national system of romanisation)."""
        return romanised(text)


def load_knowledge() -> Knowledge:
    """The knowledge of this installation. Raises the error of the file that is wrong."""
    base = folder("ontology")
    ontology = [*_triples(base / "bilateral.ttl"), *_triples(base / "shapes.ttl")]
    concepts = [t for p in sorted((base / "concepts").glob("*.ttl")) for t in _triples(p)]
    labels: dict[str, dict[str, str]] = {}
    forms: dict[str, dict[str, str]] = {}
    tables = {expand(name): labels for name in LABELS} | {expand("skos:hiddenLabel"): forms}
    for triple in (*ontology, *concepts):
        subject, label = triple.subject, triple.object
        table = tables.get(triple.predicate.value)
        if table is None or not isinstance(subject, ox.NamedNode):
            continue
        if isinstance(label, ox.Literal) and label.language:
            table.setdefault(compact(subject.value), {})[label.language] = label.value
    cases = frozenset(
        key.removeprefix("concept:case-") for key in labels if key.startswith("concept:case-")
    )
    return Knowledge(ontology, concepts, _superclasses(ontology), labels, forms, cases)


def _triples(path: Path) -> list[ox.Triple]:
    try:
        # Blank nodes get names from their own content, so that every build names them alike
        # (RDF Dataset Canonicalization, RDFC-1.0).
        parsed = ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
        dataset = ox.Dataset(parsed)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return [quad.triple for quad in dataset]
    except FileNotFoundError as error:
        what = "the file is missing"
        raise OntologyError(what, "Restore it from the repository.", file=str(path)) from error
    except SyntaxError as error:
        what = f"this is not Turtle: {error.msg}"
        remedy = "Correct the Turtle there."
        raise OntologyError(what, remedy, file=str(path), line=error.lineno) from error


def _superclasses(ontology: list[ox.Triple]) -> dict[str, frozenset[str]]:
    """For each own class (local name) the local names of itself and all it is a kind of."""
    own = expand("bil:")
    parents: dict[str, set[str]] = {}
    classes = {
        t.subject.value  # type: ignore[union-attr]
        for t in ontology
        if t.predicate.value == expand("rdf:type") and t.object == ox.NamedNode(expand("owl:Class"))
    }
    for t in ontology:
        named = isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode)
        if t.predicate.value == expand("rdfs:subClassOf") and named:
            parents.setdefault(t.subject.value, set()).add(t.object.value)  # type: ignore[union-attr]

    def line(iri: str) -> set[str]:
        return {iri}.union(*(line(parent) for parent in parents.get(iri, ()) if parent != iri))

    return {
        iri.removeprefix(own): frozenset(
            above.removeprefix(own) for above in line(iri) if above.startswith(own)
        )
        for iri in sorted(classes)
        if iri.startswith(own)
    }
