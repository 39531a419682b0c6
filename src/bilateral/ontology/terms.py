"""All terms of a graph: what the ontology says of each, how the graph uses it, and where first.

Examples come from the first pages of the graph, so that a graph of ten thousand pages is described
as soon as one of ten.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from bilateral.namespaces import compact, expand, turtle_prefixes
from bilateral.network.ties import labels_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bilateral.query.graph import Graph

PAGES = 3
AT_ONCE = 500
CHAR = re.compile(r"#char=([0-9]{1,15}),([0-9]{1,15})$")
KINDS = {"owl:Class": "class", "owl:ObjectProperty": "property", "owl:DatatypeProperty": "property",
         "skos:ConceptScheme": "scheme", "skos:Concept": "concept"}  # fmt: skip
TERMS = "SELECT ?s ?p ?o { GRAPH graph:%s { ?s ?p ?o } FILTER (ISIRI(?s)) }"
SHAPES = """
SELECT DISTINCT ?class ?path ?value { GRAPH graph:ontology {
  ?shape sh:targetClass ?class ; sh:property ?property . ?property sh:path ?path .
  OPTIONAL { ?property sh:class|sh:datatype ?value } } FILTER (ISIRI(?path)) }
"""
COUNTED = """
SELECT ?term ?n { <https://w3id.org/bilateral/graph/catalogue#dataset>
  void:classPartition|void:propertyPartition ?part .
  ?part void:class|void:property ?term ; void:entities|void:triples ?n }
"""
COUNTS = (
    "SELECT (?o AS ?term) (COUNT(DISTINCT ?s) AS ?n) { ?s a ?o } GROUP BY ?o",
    "SELECT (?p AS ?term) (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
)
OF_CONCEPTS = """
SELECT (?concept AS ?term) (COUNT(*) AS ?n) { ?concept skos:inScheme ?scheme . ?thing ?p ?concept
  FILTER (?p NOT IN (skos:broader, rdf:subject, rdf:object)) } GROUP BY ?concept
"""
SOURCES = f"SELECT ?source {{ ?source a bil:Source }} ORDER BY ?source LIMIT {PAGES}"
SAID = """
SELECT ?g ?s ?p ?o { ?g a bil:Passage ; nif:referenceContext %s . GRAPH ?g { ?s ?p ?o } }
"""
WORDS = """
SELECT ?g ?text ?translation { ?g a bil:Passage ; nif:referenceContext %s ; nif:anchorOf ?text .
  OPTIONAL { ?g bil:translation ?translation } }
"""
DERIVED = """
SELECT ?g ?s ?p ?o ?rule { ?why rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
  prov:wasGeneratedBy ?rule ; prov:wasDerivedFrom ?g . ?g nif:referenceContext %s }
"""
OF_TEXT = """
SELECT DISTINCT ?s ?p ?o { GRAPH graph:sources {
  { ?s nif:referenceContext %(source)s } UNION { ?s dcterms:isPartOf %(source)s }
  UNION { ?s prov:used %(source)s } UNION { %(source)s a ?kind . BIND (%(source)s AS ?s) }
  ?s ?p ?o } }
"""
NAMED = "SELECT ?s ?p ?o { VALUES ?s { %s } GRAPH graph:lexicon { ?s ?p ?o } }"
# Predicates that say little of a thing: an example of its class is better with another.
PLAIN = ("rdf:type", "rdfs:label", "bil:notBefore", "bil:notAfter", "dcterms:date")


class Statement(NamedTuple):
    """A statement, and where it stands: a passage, or the passages that a rule derives it from."""

    subject: Any
    predicate: Any
    object: Any
    passage: str = ""
    rule: str = ""


class Part(NamedTuple):
    """A term of an example: its IRI and names, or its text with the language of it."""

    iri: str
    names: dict[str, str]
    text: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A statement of the graph with the words behind it."""

    subject: Part
    predicate: Part
    object: Part
    passage: str = ""
    text: str = ""
    language: str = ""
    translation: str = ""
    rule: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Term:
    """A class, property, scheme, or concept; `others` belong to other vocabularies."""

    iri: str
    kind: str
    labels: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)
    parents: list[str] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    matches: list[tuple[str, str]] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    uses: int = 0
    below: int = 0
    example: Example | None = None

    @property
    def own(self) -> bool:
        """Whether the term is ours."""
        return self.iri.startswith((expand("bil:"), expand("concept:")))


def read_terms(graph: Graph) -> dict[str, Term]:
    """Every term of the ontology and the concepts, and every other that the graph uses."""
    found: dict[str, Term] = {}
    for name in ("ontology", "concepts"):
        _take(_rows(graph, TERMS % name), found)
    for iri, count in _uses(graph):
        term = found.get(iri) or found.setdefault(iri, Term(iri, _kind_of(iri, graph)))
        term.uses = max(term.uses, count)
    for term in found.values():
        for parent in term.parents:
            if parent in found:
                found[parent].children.append(term.iri)
    for term in found.values():
        if term.kind == "class":
            term.below = sum(found[iri].uses for iri in set(_below(term.iri, found)))
    sample = Sample(graph)
    _find_ends(found, sample, graph)
    _exemplify(found, sample, graph)
    for term in found.values():
        for listed in (term.parents, term.children, term.subjects, term.values):
            listed.sort()
        term.matches.sort()
    return dict(sorted(found.items()))


def _find_ends(found: dict[str, Term], sample: Sample, graph: Graph) -> None:
    """What has a property and what its values are: as the shapes ask, and as the pages have it."""
    for row in _rows(graph, SHAPES):
        if term := found.get(row["path"].value):
            _add(term.subjects, row["class"].value)
            if row["value"] is not None:
                _add(term.values, row["value"].value)
    for iri, (subjects, values) in sample.ends().items():
        if term := found.get(iri):
            for kind in subjects:
                _add(term.subjects, kind)
            for kind in values:
                _add(term.values, kind)


def terms_from(data: list[dict[str, Any]]) -> dict[str, Term]:
    """Terms that were sent as JSON of their fields."""
    found = {}
    for given in data:
        example = given["example"]
        if example is not None:
            parts = {name: Part(*example[name]) for name in ("subject", "predicate", "object")}
            example = Example(**{**example, **parts})
        matches = [(how, iri) for how, iri in given["matches"]]
        found[given["iri"]] = Term(**{**given, "matches": matches, "example": example})
    return found


def _rows(graph: Graph, query: str) -> Iterator[Any]:
    result: Any = graph.engine.query(turtle_prefixes() + query)
    yield from result


def _add(items: list[str], item: str) -> None:
    if item not in items:
        items.append(item)


def _take(rows: Iterable[Any], found: dict[str, Term]) -> None:
    triples = [(row["s"].value, compact(row["p"].value), row["o"]) for row in rows]
    for subject, predicate, value in triples:
        kind = KINDS.get(compact(getattr(value, "value", ""))) if predicate == "rdf:type" else None
        if kind:
            found[subject] = Term(subject, kind)
    for subject, predicate, _ in triples:
        if predicate in {"rdfs:label", "skos:prefLabel"}:
            # Terms of others, as we call them.
            found.setdefault(subject, Term(subject, "property"))
    for subject, predicate, value in triples:
        if subject in found:
            _say(found[subject], predicate, value)


def _say(term: Term, predicate: str, value: Any) -> None:  # noqa: ANN401 - an RDF term
    iri = value.value if isinstance(value, ox.NamedNode) else ""
    match predicate:
        case "rdfs:label" | "skos:prefLabel":
            _name(term.labels, value)
        case "skos:definition":
            _name(term.definitions, value)
        case "rdfs:subClassOf" | "rdfs:subPropertyOf" | "skos:broader" | "skos:inScheme" if iri:
            _add(term.parents, iri)
        case "skos:closeMatch" | "skos:exactMatch" | "owl:equivalentClass" if iri:
            term.matches.append((predicate, iri))


def _name(names: dict[str, str], value: Any) -> None:  # noqa: ANN401 - an RDF term
    if isinstance(value, ox.Literal):
        language = value.language or ""
        names[language] = min(value.value, names.get(language, value.value))


def _uses(graph: Graph) -> Iterator[tuple[str, int]]:
    """How often each term is used: as the data set's description says, or counted."""
    counted = list(_rows(graph, COUNTED))
    queries = (OF_CONCEPTS,) if counted else (*COUNTS, OF_CONCEPTS)
    for row in (*counted, *(row for query in queries for row in _rows(graph, query))):
        if isinstance(row["term"], ox.NamedNode):
            yield row["term"].value, int(row["n"].value)


def _kind_of(iri: str, graph: Graph) -> str:
    used = bool(graph.engine.query(f"ASK {{ ?s <{expand('rdf:type')}> <{iri}> }}"))
    return "class" if used else "property"


class Sample:
    """What the first pages say, in their order, with all that is known of what they name."""

    def __init__(self, graph: Graph) -> None:
        self.words: dict[str, tuple[Any, Any]] = {}
        self.statements: list[Statement] = []
        said, derived, text = [], [], []
        for row in _rows(graph, SOURCES):
            source = row["source"]
            for r in _rows(graph, WORDS % source):
                self.words[r["g"].value] = (r["text"], r["translation"])
            said += [
                Statement(r["s"], r["p"], r["o"], r["g"].value) for r in _rows(graph, SAID % source)
            ]
            derived += [Statement(r["s"], r["p"], r["o"], r["g"].value, r["rule"].value)
                        for r in _rows(graph, DERIVED % source)]  # fmt: skip
            text += [
                Statement(r["s"], r["p"], r["o"])
                for r in _rows(graph, OF_TEXT % {"source": source})
            ]
        self.statements += [*sorted(said, key=_place), *sorted(derived, key=_place)]
        self.statements += sorted(
            text, key=lambda row: _place(row._replace(passage=_iri(row.subject)))
        )
        named = sorted(
            {_iri(t) for row in self.statements for t in (row.subject, row.object)} - {""}
        )
        for first in range(0, len(named), AT_ONCE):
            values = " ".join(f"<{iri}>" for iri in named[first : first + AT_ONCE])
            rows = [Statement(r["s"], r["p"], r["o"]) for r in _rows(graph, NAMED % values)]
            self.statements += sorted(rows, key=_place)
        anchor = expand("nif:anchorOf")
        self.spans = {_iri(r.subject): r.object for r in text if r.predicate.value == anchor}
        self.kinds: dict[str, set[str]] = {}
        for row in self.statements:
            if row.predicate.value == expand("rdf:type"):
                self.kinds.setdefault(_iri(row.subject), set()).add(_iri(row.object))

    def ends(self) -> dict[str, tuple[set[str], set[str]]]:
        """For each property the classes of its subjects, and the classes or types of its values."""
        found: dict[str, tuple[set[str], set[str]]] = {}
        for row in self.statements:
            subjects, values = found.setdefault(row.predicate.value, (set(), set()))
            subjects |= self.kinds.get(_iri(row.subject), set())
            if isinstance(row.object, ox.Literal):
                values.add(row.object.datatype.value)
            elif _iri(row.object).startswith(expand("concept:")):
                values.add(expand("skos:Concept"))
            else:
                values |= self.kinds.get(_iri(row.object), set())
        return found


def _iri(term: Any) -> str:  # noqa: ANN401 - an RDF term
    return term.value if isinstance(term, ox.NamedNode) else ""


def _place(row: Statement) -> tuple[Any, ...]:
    found = CHAR.search(row.passage)
    begin, end = (int(found[1]), int(found[2])) if found else (0, 0)
    source = row.passage.partition("#")[0]
    return (source, begin, end, str(row.subject), str(row.predicate), str(row.object))


def _exemplify(found: dict[str, Term], sample: Sample, graph: Graph) -> None:
    chosen = _chosen(sample)
    for iri, term in found.items():
        if iri not in chosen and (row := _elsewhere(term, graph)):
            chosen[iri] = row
    for iri in found:
        below = (chosen[child] for child in _below(iri, found) if child in chosen)
        if iri not in chosen and (row := next(below, None)):
            chosen[iri] = row
    wanted = {_iri(t) for row in chosen.values() for t in row[:3]} | {
        r.rule for r in chosen.values()
    }
    names = labels_of(wanted - {""}, graph)
    for iri, row in chosen.items():
        if iri in found:
            found[iri].example = _example(row, names, sample)


def _chosen(sample: Sample) -> dict[str, Statement]:
    """The statement of the sample that shows each term."""
    chosen: dict[str, Statement] = {}
    for row in sample.statements:
        chosen.setdefault(row.predicate.value, row)
        if (value := _iri(row.object)).startswith(expand("concept:")):
            chosen.setdefault(value, row)
    plain = {expand(name) for name in PLAIN}
    said = [row for row in sample.statements if row.passage and row.predicate.value not in plain]
    # A class is shown by what a page says of a thing of it, or to it, and only else by other things.
    for rows, end in ((said, 0), (said, 2), (sample.statements, 0), (sample.statements, 2)):
        for row in rows:
            for kind in sample.kinds.get(_iri(row[end]), ()):
                chosen.setdefault(kind, row)
    return chosen


def _elsewhere(term: Term, graph: Graph) -> Statement | None:
    """A statement with a term of ours that is used, but not on the first pages."""
    if not term.uses or not term.own:
        return None
    iri = f"<{term.iri}>"
    where = {"class": f"?s a {iri} ; ?p ?o . FILTER (?p NOT IN (rdf:type, rdfs:label))",
             "property": f"?s {iri} ?o . BIND ({iri} AS ?p)",
             "concept": f"?s ?p {iri} . BIND ({iri} AS ?o)"}.get(term.kind)  # fmt: skip
    if where is None:
        return None
    rows = _rows(graph, f"SELECT ?s ?p ?o {{ {where} }} ORDER BY ?s ?p ?o LIMIT 1")
    return next((Statement(row["s"], row["p"], row["o"]) for row in rows), None)


def _below(iri: str, found: dict[str, Term]) -> Iterator[str]:
    for child in sorted(found[iri].children) if iri in found else ():
        yield child
        yield from _below(child, found)


def _example(row: Statement, names: dict[str, dict[str, str]], sample: Sample) -> Example:
    ends = (row.passage, _iri(row.subject), _iri(row.object))
    passage = next((iri for iri in ends if iri in sample.words), "")
    text, translation = sample.words.get(passage, (None, None))
    subject, predicate, value = (_part(term, names, sample) for term in row[:3])
    return Example(
        subject,
        predicate,
        value,
        passage=passage,
        text=" ".join(text.value.split()) if text is not None else "",
        language=(text.language or "") if text is not None else "",
        translation=translation.value if translation is not None else "",
        rule=names.get(row.rule, {"en": compact(row.rule)}) if row.rule else {},
    )


def _part(term: Any, names: dict[str, dict[str, str]], sample: Sample) -> Part:  # noqa: ANN401
    if not isinstance(term, ox.NamedNode):
        language = getattr(term, "language", None) or ""
        return Part("", {}, " ".join(str(term.value).split()), language)
    if term.value in names:
        return Part(term.value, names[term.value])
    # A span of a page is shown by its words.
    text = sample.spans.get(term.value)
    if text is not None:
        return Part(term.value, {}, " ".join(text.value.split()), text.language or "")
    return Part(term.value, {}, compact(term.value))
