"""Extractions as RDF: a named graph for each passage, and the graphs that belong to no passage."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral.coordinates import coordinates
from bilateral.gazetteer import city_position, country_numbers
from bilateral.namespaces import compact, expand, graph, node, passage_iri
from bilateral.templates import typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bilateral.knowledge import Knowledge
    from bilateral.lexicon import Entry
    from bilateral.model import Extraction, Proposal

LANGUAGES = ("en", "ka", "az")
GEORGIAN = re.compile(r"[\u10D0-\u10FA]")
TYPE = "rdf:type"


def knowledge_quads(knowledge: Knowledge) -> Iterator[ox.Quad]:
    """The ontology with its shapes, and the concept schemes, each in its graph."""
    for name, triples in (("ontology", knowledge.ontology), ("concepts", knowledge.concepts)):
        home = graph(name)
        for t in triples:
            yield ox.Quad(t.subject, t.predicate, t.object, home)


def quads_of(extraction: Extraction, knowledge: Knowledge) -> Iterator[ox.Quad]:
    """All that one source says (a graph a passage), and what is known of how it says it."""
    source = extraction.source
    for s in extraction.statements:
        yield ox.Quad(s.subject, s.predicate, s.object, passage_iri(source.id, s.begin, s.end))
    home = graph("sources")
    yield from _in(home, _source(extraction))
    yield from _in(home, _sections(extraction))
    yield from _in(home, _passages(extraction))
    yield from _in(home, _mentions(extraction))
    yield from _in(graph("lexicon"), _entities(extraction, knowledge))


Fact = tuple[ox.NamedNode, str, "ox.NamedNode | ox.Literal"]


def _in(home: ox.NamedNode, facts: Iterable[Fact]) -> Iterator[ox.Quad]:
    for subject, predicate, value in facts:
        yield ox.Quad(subject, node(predicate), value, home)


def _source(extraction: Extraction) -> Iterator[Fact]:
    source = extraction.source
    iri, meta = node("source:" + source.id), source.metadata
    yield iri, TYPE, node("bil:Source")
    yield iri, "nif:isString", ox.Literal(source.page.text)
    yield iri, "dcterms:language", ox.Literal(source.page.language.code)
    yield iri, "bil:sha256", ox.Literal(source.sha256)
    for name, value in (("bil:reporter", source.reporter), ("bil:partner", source.partner)):
        if value:
            yield iri, name, node(value)
    titles = meta.get("title") or dict.fromkeys(LANGUAGES, source.id)
    for language, title in titles.items():
        yield iri, "dcterms:title", ox.Literal(title, language=language)
        yield iri, "rdfs:label", ox.Literal(title, language=language)
    if meta.get("publisher"):
        yield iri, "dcterms:publisher", node("id:" + meta["publisher"])
    if meta.get("address"):
        yield iri, "schema:url", ox.NamedNode(meta["address"])
    if meta.get("undated"):
        yield iri, "bil:undated", typed("true", "boolean")
    if meta.get("latest_event"):
        edtf = ox.Literal(meta["latest_event"], datatype=node("edtf:EDTF"))
        yield iri, "bil:latestEvent", edtf
    if source.review is not None:
        yield _review(extraction), TYPE, node("bil:Review")
        yield _review(extraction), "prov:used", iri


def _review(extraction: Extraction) -> ox.NamedNode:
    return ox.NamedNode(expand("source:" + extraction.source.id) + "#review")


def _section_iri(extraction: Extraction, number: int) -> ox.NamedNode:
    return ox.NamedNode(f"{expand('source:' + extraction.source.id)}#section-{number + 1}")


def _sections(extraction: Extraction) -> Iterator[Fact]:
    source = extraction.source
    language = source.page.language.code
    for number, section in enumerate(extraction.sections):
        iri = _section_iri(extraction, number)
        yield iri, TYPE, node("bil:Section")
        yield iri, "dcterms:isPartOf", node("source:" + source.id)
        yield iri, "rdfs:label", ox.Literal(section.label, language=language)
        translated = source.translate(section.label)
        if translated:
            yield iri, "rdfs:label", ox.Literal(translated, language="en")
        yield iri, "nif:beginIndex", typed(str(section.begin), "nonNegativeInteger")
        yield iri, "nif:endIndex", typed(str(section.section_end), "nonNegativeInteger")
        if section.empty:
            yield iri, "bil:empty", typed("true", "boolean")


def _passages(extraction: Extraction) -> Iterator[Fact]:
    """Every sentence, and every longer span that a statement needs."""
    source = extraction.source
    makers: dict[tuple[int, int], set[str]] = {}
    for s in extraction.statements:
        makers.setdefault((s.begin, s.end), set()).add(s.by)
    sentences = {(s.begin, s.end) for s in extraction.sentences}
    begins = [s.begin for s in extraction.sentences]
    ends = {end for _, end in makers}
    language = source.page.language.code
    for begin, end in sorted({*sentences, *makers}):
        iri = passage_iri(source.id, begin, end)
        first, last = bisect_left(begins, begin), bisect_right(begins, end)
        covered = [s for s in extraction.sentences[first:last] if s.end <= end]
        yield iri, TYPE, node("bil:Passage")
        yield iri, "nif:beginIndex", typed(str(begin), "nonNegativeInteger")
        yield iri, "nif:endIndex", typed(str(end), "nonNegativeInteger")
        words = source.page.text[begin:end]
        yield iri, "nif:anchorOf", ox.Literal(words, language=language)
        yield iri, "nif:referenceContext", node("source:" + source.id)
        yield iri, "prov:wasDerivedFrom", node("source:" + source.id)
        translation = " ".join(s.translation for s in covered if s.translation)
        if translation:
            yield iri, "bil:translation", ox.Literal(translation, language="en")
        if covered and covered[-1].section is not None:
            yield iri, "bil:section", _section_iri(extraction, covered[-1].section)
        for maker in sorted(makers.get((begin, end), ())):
            by = _review(extraction) if maker == "review" else node("rule:" + maker)
            yield iri, "prov:wasGeneratedBy", by
        if (begin, end) not in makers and ends.isdisjoint(s.end for s in covered):
            yield iri, "bil:yieldsNothing", typed("true", "boolean")
    for maker in sorted({s.by for s in extraction.statements} - {"review"}):
        yield node("rule:" + maker), TYPE, node("bil:Rule")
        yield node("rule:" + maker), "rdfs:label", ox.Literal(maker, language="en")


def _mentions(extraction: Extraction) -> Iterator[Fact]:
    source = extraction.source
    language = source.page.language.code
    begins = [s.begin for s in extraction.sentences]
    for m in extraction.mentions:
        iri = ox.NamedNode(passage_iri(source.id, m.begin, m.end).value)
        yield iri, TYPE, node("bil:Mention")
        yield iri, "nif:beginIndex", typed(str(m.begin), "nonNegativeInteger")
        yield iri, "nif:endIndex", typed(str(m.end), "nonNegativeInteger")
        yield iri, "nif:anchorOf", ox.Literal(m.text, language=language)
        yield iri, "nif:referenceContext", node("source:" + source.id)
        yield iri, "itsrdf:taIdentRef", ox.NamedNode(m.target)
        holding = extraction.sentences[bisect_right(begins, m.begin) - 1]
        if m.end <= holding.end and (holding.begin, holding.end) != (m.begin, m.end):
            passage = passage_iri(source.id, holding.begin, holding.end)
            yield iri, "bil:inPassage", passage
        if m.case:
            yield iri, "bil:case", node("concept:case-" + m.case)


def _entities(extraction: Extraction, knowledge: Knowledge) -> Iterator[Fact]:
    """Types and names of every entity that the page yields."""
    lexicon = knowledge.lexicon(extraction.source.page.language)
    used = _used(extraction)
    for proposal in extraction.proposals:
        if proposal.iri in used:
            used.discard(proposal.iri)
            yield from _proposed(proposal)
    for iri in sorted(used):
        entry = lexicon.entries.get(compact(iri)) or lexicon.city(compact(iri))
        if entry is None:
            continue
        subject = ox.NamedNode(iri)
        for kind in entry.types:
            yield subject, TYPE, node("bil:" + kind)
        for language, label in entry.labels:
            yield subject, "rdfs:label", ox.Literal(label, language=language)
        own = {label for _, label in entry.labels}
        for name in entry.names:
            if name not in own:
                tag = "ka" if GEORGIAN.search(name) else "en"
                yield subject, "skos:altLabel", ox.Literal(name, language=tag)
        if entry.origin:
            yield subject, "dcterms:source", ox.Literal(entry.origin, language="en")
        yield from _country_codes(subject, entry)
        yield from _position(subject, entry)


def _country_codes(subject: ox.NamedNode, entry: Entry) -> Iterator[Fact]:
    if "Country" in entry.types and entry.code:
        yield subject, "bil:countryCode", ox.Literal(entry.code)
        yield subject, "bil:countryNumber", ox.Literal(country_numbers()[entry.code])


def _position(subject: ox.NamedNode, entry: Entry) -> Iterator[Fact]:
    """Where a place lies: GeoNames knows its cities, our own file the others."""
    slug = compact(subject.value).partition(":")[2]
    found = None
    if "City" in entry.types:
        found = city_position(dict(entry.labels)["en"], entry.code)
    found = found or coordinates().get(slug)
    if found is None:
        return
    # No name under id: would do: whatever stands there is an entity that people look for.
    geometry = ox.NamedNode(f"{graph('lexicon').value}#geometry-{slug}")
    point = f"POINT({found.longitude} {found.latitude})"
    yield subject, "geo:hasGeometry", geometry
    yield geometry, "geo:asWKT", ox.Literal(point, datatype=node("geo:wktLiteral"))
    yield geometry, "dcterms:source", ox.Literal(found.source, language="en")


def _used(extraction: Extraction) -> set[str]:
    """The IRIs of all entities in statements, mentions, and metadata."""
    entities = expand("id:")
    used = {m.target for m in extraction.mentions if m.target.startswith(entities)}
    for s in extraction.statements:
        used |= {
            term.value
            for term in (s.subject, s.object)
            if isinstance(term, ox.NamedNode) and term.value.startswith(entities)
        }
    source = extraction.source
    used |= {expand(v) for v in (source.reporter, source.partner) if v}
    if source.metadata.get("publisher"):
        used.add(expand("id:" + source.metadata["publisher"]))
    return used


def _proposed(proposal: Proposal) -> Iterator[Fact]:
    subject = ox.NamedNode(proposal.iri)
    yield subject, TYPE, ox.NamedNode(proposal.type)
    english = proposal.labels.get("en") or compact(proposal.iri).partition(":")[2]
    for language in LANGUAGES:
        label = proposal.labels.get(language) or english
        yield subject, "rdfs:label", ox.Literal(label, language=language)
    if proposal.named:
        yield subject, "bil:proposed", typed("true", "boolean")
