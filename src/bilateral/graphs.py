"""Extractions as RDF: a named graph for each passage, and the graphs that belong to no passage.

What a page says is written as lines of N-Quads, from which quads are read where they are needed:
a corpus needs the lines alone, and a line costs a tenth of what a quad costs.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral.coordinates import coordinates
from bilateral.gazetteer import city_position, country_numbers, currency_labels
from bilateral.namespaces import compact, expand, graph, node
from bilateral.templates import typed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bilateral.knowledge import Knowledge
    from bilateral.lexicon import Entry
    from bilateral.model import Extraction, Proposal

LANGUAGES = ("en", "ka", "az")
GEORGIAN = re.compile(r"[\u10D0-\u10FA]")
TYPE = "rdf:type"
# What no literal of N-Quads holds as it is (canonical N-Triples, 4); most texts hold none of it.
ESCAPED = re.compile(r'["\\\x00-\x1f\x7f\ufffe\uffff]')
DESCRIBED = 5_000  # entities whose lines are kept; a page names a hundred

Fact = tuple[str, str, str]  # a subject as N-Triples writes it, a predicate's CURIE, a value


def knowledge_quads(knowledge: Knowledge) -> Iterator[ox.Quad]:
    """The ontology with its shapes, and the concept schemes, each in its graph."""
    for name, triples in (("ontology", knowledge.ontology), ("concepts", knowledge.concepts)):
        home = graph(name)
        for t in triples:
            yield ox.Quad(t.subject, t.predicate, t.object, home)


def quads_of(extraction: Extraction, knowledge: Knowledge) -> Iterator[ox.Quad]:
    """All that one source says (a graph a passage), and what is known of how it says it."""
    lines = "".join(lines_of(extraction, knowledge))
    yield from ox.parse(lines.encode(), format=ox.RdfFormat.N_QUADS)


def lines_of(extraction: Extraction, knowledge: Knowledge) -> Iterator[str]:
    """The same as N-Quads, a line a quad; a line may come more than once."""
    source = extraction.source.id
    for s in extraction.statements:
        passage = _span(source, s.begin, s.end)
        yield f"{s.subject} {s.predicate} {s.object} {passage} .\n"
    home = _iri("graph:sources")
    yield from _in(home, _source(extraction))
    yield from _in(home, _sections(extraction))
    yield from _in(home, _passages(extraction))
    yield from _mentions(extraction, home)
    yield from _entities(extraction, knowledge)
    yield from _in(str(graph("concepts")), _currencies(extraction, knowledge))


def one_label(lines: Iterable[str]) -> Iterator[str]:
    """The same sorted lines, but of several labels that pages give one thing, one for a language.

    A page calls what the lexicon lacks by its own words, and another page by others; the first
    in the order of signs stays, whichever pages there are.
    """
    named, home = f" {_iri('rdfs:label')} ", f" {_iri('graph:lexicon')} .\n"
    before = ""
    seen: set[str] = set()
    for line in lines:
        subject, label, value = line.partition(named)
        if label and line.endswith(home):
            if subject != before:
                before, seen = subject, set()
            language = value.removesuffix(home).rpartition("@")[2]
            if language in seen:
                continue
            seen.add(language)
        yield line


def _in(home: str, facts: Iterable[Fact]) -> Iterator[str]:
    for subject, predicate, value in facts:
        yield f"{subject} {_iri(predicate)} {value} {home} .\n"


@lru_cache(maxsize=20_000)
def _iri(curie: str) -> str:
    return str(node(curie))


def _span(source: str, begin: int, end: int) -> str:
    """The address of a span of a source's text (RFC 5147, code points, end exclusive)."""
    return f"{_iri('source:' + source)[:-1]}#char={begin},{end}>"


def _text(text: str, language: str) -> str:
    if ESCAPED.search(text):
        return str(ox.Literal(text, language=language))
    return f'"{text}"@{language}'


def _number(number: int) -> str:
    return f'"{number}"^^{_iri("xsd:nonNegativeInteger")}'


def _source(extraction: Extraction) -> Iterator[Fact]:
    source = extraction.source
    iri, meta = _iri("source:" + source.id), source.metadata
    yield iri, TYPE, _iri("bil:Source")
    yield iri, "nif:isString", str(ox.Literal(source.page.text))
    yield iri, "dcterms:language", str(ox.Literal(source.page.language.code))
    yield iri, "bil:sha256", str(ox.Literal(source.sha256))
    for name, value in (("bil:reporter", source.reporter), ("bil:partner", source.partner)):
        if value:
            yield iri, name, _iri(value)
    titles = meta.get("title") or dict.fromkeys(LANGUAGES, source.id)
    for language, title in titles.items():
        yield iri, "dcterms:title", _text(title, language)
        yield iri, "rdfs:label", _text(title, language)
    if meta.get("publisher"):
        yield iri, "dcterms:publisher", _iri("id:" + meta["publisher"])
    if meta.get("address"):
        yield iri, "schema:url", str(ox.NamedNode(meta["address"]))
    rights = meta.get("rights") or {}
    for language, text in ({"en": rights} if isinstance(rights, str) else rights).items():
        yield iri, "dcterms:rights", _text(text, language)
    if meta.get("replaces"):
        yield iri, "dcterms:replaces", str(node("source:" + meta["replaces"]))
    if meta.get("undated"):
        yield iri, "bil:undated", str(typed("true", "boolean"))
    if meta.get("latest_event"):
        edtf = ox.Literal(meta["latest_event"], datatype=node("edtf:EDTF"))
        yield iri, "bil:latestEvent", str(edtf)
    if source.review is not None:
        yield _review(extraction), TYPE, _iri("bil:Review")
        yield _review(extraction), "prov:used", iri


def _review(extraction: Extraction) -> str:
    return f"{_iri('source:' + extraction.source.id)[:-1]}#review>"


def _section(extraction: Extraction, number: int) -> str:
    return f"{_iri('source:' + extraction.source.id)[:-1]}#section-{number + 1}>"


def _sections(extraction: Extraction) -> Iterator[Fact]:
    source = extraction.source
    language = source.page.language.code
    for number, section in enumerate(extraction.sections):
        iri = _section(extraction, number)
        yield iri, TYPE, _iri("bil:Section")
        yield iri, "dcterms:isPartOf", _iri("source:" + source.id)
        yield iri, "rdfs:label", _text(section.label, language)
        translated = source.translate(section.label)
        if translated:
            yield iri, "rdfs:label", _text(translated, "en")
        yield iri, "nif:beginIndex", _number(section.begin)
        yield iri, "nif:endIndex", _number(section.section_end)
        if section.empty:
            yield iri, "bil:empty", str(typed("true", "boolean"))


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
    context = _iri("source:" + source.id)
    for begin, end in sorted({*sentences, *makers}):
        iri = _span(source.id, begin, end)
        first, last = bisect_left(begins, begin), bisect_right(begins, end)
        covered = [s for s in extraction.sentences[first:last] if s.end <= end]
        yield iri, TYPE, _iri("bil:Passage")
        yield iri, "nif:beginIndex", _number(begin)
        yield iri, "nif:endIndex", _number(end)
        yield iri, "nif:anchorOf", _text(source.page.text[begin:end], language)
        yield iri, "nif:referenceContext", context
        yield iri, "prov:wasDerivedFrom", context
        translation = " ".join(s.translation for s in covered if s.translation)
        if translation:
            yield iri, "bil:translation", _text(translation, "en")
        if covered and covered[-1].section is not None:
            yield iri, "bil:section", _section(extraction, covered[-1].section)
        for maker in sorted(makers.get((begin, end), ())):
            by = _review(extraction) if maker == "review" else _iri("rule:" + maker)
            yield iri, "prov:wasGeneratedBy", by
        if (begin, end) not in makers and ends.isdisjoint(s.end for s in covered):
            yield iri, "bil:yieldsNothing", str(typed("true", "boolean"))
    for maker in sorted({s.by for s in extraction.statements} - {"review"}):
        yield _iri("rule:" + maker), TYPE, _iri("bil:Rule")
        yield _iri("rule:" + maker), "rdfs:label", _text(maker, "en")


def _mentions(extraction: Extraction, home: str) -> Iterator[str]:
    """The lines of who is named where: most of what a page gives, so they are made in one piece."""
    source = extraction.source
    language = source.page.language.code
    begins = [s.begin for s in extraction.sentences]
    names = ("rdf:type", "nif:beginIndex", "nif:endIndex", "nif:anchorOf", "nif:referenceContext",
             "itsrdf:taIdentRef", "bil:inPassage", "bil:case")  # fmt: skip
    kind, begin, end, words, within, means, inside, case = map(_iri, names)
    mention, context = _iri("bil:Mention"), _iri("source:" + source.id)
    mention_kind = f"{kind} {mention} {home} .\n"
    number = f'"^^{_iri("xsd:nonNegativeInteger")} {home} .\n'
    in_page = f"{within} {context} {home} .\n"
    span = f"{context[:-1]}#char="
    for m in extraction.mentions:
        iri = f"{span}{m.begin},{m.end}>"
        yield (
            f"{iri} {mention_kind}"
            f'{iri} {begin} "{m.begin}{number}'
            f'{iri} {end} "{m.end}{number}'
            f"{iri} {words} {_text(m.text, language)} {home} .\n"
            f"{iri} {in_page}"
            f"{iri} {means} <{m.target}> {home} .\n"
        )
        holding = extraction.sentences[bisect_right(begins, m.begin) - 1]
        if m.end <= holding.end and (holding.begin != m.begin or holding.end != m.end):
            yield f"{iri} {inside} {span}{holding.begin},{holding.end}> {home} .\n"
        if m.case:
            yield f"{iri} {case} {_iri('concept:case-' + m.case)} {home} .\n"


def _entities(extraction: Extraction, knowledge: Knowledge) -> Iterator[str]:
    """Types and names of every entity that the page yields."""
    used = _used(extraction)
    home = _iri("graph:lexicon")
    for proposal in extraction.proposals:
        if proposal.iri in used:
            used.discard(proposal.iri)
            yield from _in(home, _proposed(proposal))
    for iri in sorted(used):
        entry = _entry(iri, extraction, knowledge)
        if entry is not None:
            yield _described(iri, entry)


@lru_cache(maxsize=DESCRIBED)
def _described(iri: str, entry: Entry) -> str:
    """The lines of what the lexicon has of an entity, the same on every page that names it."""
    return "".join(_in(_iri("graph:lexicon"), _entity(iri, entry)))


def _entity(iri: str, entry: Entry) -> Iterator[Fact]:
    subject = f"<{iri}>"
    for kind in entry.types:
        yield subject, TYPE, _iri("bil:" + kind)
    for language, label in entry.labels:
        yield subject, "rdfs:label", _text(label, language)
    own = {label for _, label in entry.labels}
    for name in entry.names:
        if name not in own:
            tag = "ka" if GEORGIAN.search(name) else "en"
            yield subject, "skos:altLabel", _text(name, tag)
    if entry.origin:
        yield subject, "dcterms:source", _text(entry.origin, "en")
    if "Country" in entry.types and entry.code:
        yield subject, "bil:countryCode", str(ox.Literal(entry.code))
        yield subject, "bil:countryNumber", str(ox.Literal(country_numbers()[entry.code]))
    yield from _position(iri, entry)


def _position(iri: str, entry: Entry) -> Iterator[Fact]:
    """Where a place lies: GeoNames knows its cities, our own file the others."""
    slug = compact(iri).partition(":")[2]
    found = None
    if "City" in entry.types:
        found = city_position(dict(entry.labels)["en"], entry.code, entry.geoname)
    found = found or coordinates().get(slug)
    if found is None:
        return
    # No name under id: would do: whatever stands there is an entity that people look for.
    geometry = f"<{graph('lexicon').value}#geometry-{slug}>"
    point = f"POINT({found.longitude} {found.latitude})"
    yield f"<{iri}>", "geo:hasGeometry", geometry
    yield geometry, "geo:asWKT", str(ox.Literal(point, datatype=node("geo:wktLiteral")))
    yield geometry, "dcterms:source", _text(found.source, "en")


def linkable(extractions: Iterable[Extraction], knowledge: Knowledge) -> dict[str, Entry | None]:
    """The IRIs of all that a mapping may be of, entities and concepts, with their entries if any."""
    concepts = (curie for curie in knowledge.labels if curie.startswith("concept:"))
    found: dict[str, Entry | None] = dict.fromkeys(map(expand, concepts))
    for extraction in extractions:
        for iri in _used(extraction):
            found[iri] = found.get(iri) or _entry(iri, extraction, knowledge)
    return found


def _entry(iri: str, extraction: Extraction, knowledge: Knowledge) -> Entry | None:
    lexicon = knowledge.lexicon(extraction.source.page.language)
    return lexicon.entries.get(compact(iri)) or lexicon.city(compact(iri))


def _currencies(extraction: Extraction, knowledge: Knowledge) -> Iterator[Fact]:
    """The currencies of the world that the page counts in and no concept scheme of ours has."""
    unit = expand("sdmx-attribute:unitMeasure")
    used = {s.object.value for s in extraction.statements if s.predicate.value == unit}
    for iri in sorted(used):
        short = compact(iri)
        labels = currency_labels(short.partition(":")[2].upper())
        if labels is None or knowledge.label(short, "en"):
            continue
        subject = f"<{iri}>"
        yield subject, TYPE, _iri("skos:Concept")
        for language, label in labels.items():
            yield subject, "skos:prefLabel", _text(label, language)
        yield subject, "skos:notation", str(ox.Literal(short.partition(":")[2].upper()))
        yield subject, "dcterms:source", _text("CLDR", "en")
        yield subject, "skos:inScheme", _iri("concept:units-scheme")
        yield subject, "skos:topConceptOf", _iri("concept:units-scheme")


def _used(extraction: Extraction) -> set[str]:
    """The IRIs of all entities in statements, mentions, and metadata."""
    entities = expand("id:")
    used = {m.target for m in extraction.mentions}
    for s in extraction.statements:
        used.add(s.subject.value)
        if isinstance(s.object, ox.NamedNode):
            used.add(s.object.value)
    used = {iri for iri in used if iri.startswith(entities)}
    source = extraction.source
    used |= {expand(v) for v in (source.reporter, source.partner) if v}
    if source.metadata.get("publisher"):
        used.add(expand("id:" + source.metadata["publisher"]))
    return used


def _proposed(proposal: Proposal) -> Iterator[Fact]:
    subject = f"<{proposal.iri}>"
    yield subject, TYPE, f"<{proposal.type}>"
    english = proposal.labels.get("en") or compact(proposal.iri).partition(":")[2]
    for language in LANGUAGES:
        yield subject, "rdfs:label", _text(proposal.labels.get(language) or english, language)
    if proposal.named:
        yield subject, "bil:proposed", str(typed("true", "boolean"))
