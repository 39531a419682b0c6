"""The catalogue graph: what the data set holds, in VoID and DCAT.

What no count can say stands in `ontology/catalogue.ttl`; the counts are those of the graph, the
catalogue itself included, so that they are what SPARQL gives on it.

All is counted over the statements as N-Triples, which a build writes anyway: to hash and compare a
text takes a fraction of the time that a term takes.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral import __version__
from bilateral.errors import OntologyError
from bilateral.folders import folder
from bilateral.namespaces import compact, expand, graph, prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

EXAMPLES = 3
NAME = re.compile(r"[\w.:-]+", re.ASCII)
# A statement as N-Triples without its full stop: no term but the last has a blank in it.
Fact = tuple[str, str, str]


@cache
def _iri(curie: str) -> str:
    return f"<{expand(curie)}>"


@dataclass(slots=True)
class Tally:
    """The distinct statements of a graph, or of a union of graphs, and what is counted of them."""

    triples: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)
    properties: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)

    def add(self, triples: Iterable[str]) -> None:
        """Count statements, those that are there already once."""
        kind = _iri("rdf:type")
        new = set(triples) - self.triples
        self.triples |= new
        parts = [triple.split(" ", 2) for triple in new]
        self.subjects.update(subject for subject, _, _ in parts)
        self.objects.update(value for _, _, value in parts)
        self.properties.update(predicate for _, predicate, _ in parts)
        self.classes.update(o for _, p, o in parts if p == kind and o.startswith("<"))

    def joined(self, other: Tally) -> Tally:
        """The counts of both, statements of both once."""
        twice = tally_of(self.triples & other.triples)
        return Tally(
            self.triples | other.triples,
            self.subjects | other.subjects,
            self.objects | other.objects,
            self.properties + other.properties - twice.properties,
            self.classes + other.classes - twice.classes,
        )

    def about(self, *predicates: str) -> Iterator[Fact]:
        """The statements with one of some predicates."""
        wanted = {_iri(predicate) for predicate in predicates}
        if wanted & self.properties.keys():
            for triple in self.triples:
                subject, predicate, value = triple.split(" ", 2)
                if predicate in wanted:
                    yield subject, predicate, value


def tally_of(triples: Iterable[str]) -> Tally:
    """The counts of some statements."""
    tally = Tally()
    tally.add(triples)
    return tally


def catalogue(lines: Iterable[str]) -> dict[str, ox.Quad]:
    """The quads of the catalogue graph of these (as N-Quads without full stops), by their text."""
    parts = _parts(lines)
    whole = Tally()
    for tally in parts.values():
        whole = whole.joined(tally)
    links = _links(parts)
    fixed = {*_described(parts, links), *_linksets(links), *_sources(parts), *_sayings(parts)}
    triples = _with_itself(parts, whole, fixed)
    text = "".join(f"{triple} .\n" for triple in sorted(triples))
    name = graph("catalogue")
    parsed = ox.parse(text, format=ox.RdfFormat.N_TRIPLES)
    quads = (ox.Quad(t.subject, t.predicate, t.object, name) for t in parsed)
    return {str(quad): quad for quad in quads}


def _with_itself(parts: dict[str, Tally], whole: Tally, fixed: set[Fact]) -> set[str]:
    """The statements of a catalogue that counts itself too."""
    made, home = _named("dataset"), _iri("graph:catalogue")
    own_objects = tuple(f"{part} {_iri('void:distinctObjects')} " for part in (made, home))
    for objects_too in (True, False):
        own, known = Tally(), None
        # It is made again until its statements stay the same but for the numbers in them. Then the
        # numbers are right too, but for those of the objects: the numbers themselves are objects.
        while known != (found := (own.subjects, own.properties, own.classes)):
            known = found
            facts = fixed.union(_counts(parts | {home: own}, whole.joined(own)))
            triples = {" ".join(fact) for fact in facts}
            triples = {t for t in triples if objects_too or not t.startswith(own_objects)}
            own = tally_of(triples)
        triples = {t for t in triples if not t.startswith(own_objects)}
        if not objects_too:
            break
        # There may be no numbers that count themselves right; then these two are left out.
        if counts := _own_objects(whole.objects, tally_of(triples).objects):
            pairs = zip(own_objects, counts, strict=True)
            return triples.union(start + _number(count) for start, count in pairs)
    return triples


def _own_objects(others: set[str], own: set[str]) -> tuple[int, int] | None:
    """How many objects the whole and the catalogue have, with those two numbers themselves."""
    everything = others | own

    def fits(whole: int, part: int) -> bool:
        both = {_number(whole), _number(part)}
        counted = (len(everything) + len(both - everything), len(own) + len(both - own))
        return counted == (whole, part)

    steps = [(len(everything) + more, len(own) + few) for more, few in product(range(3), repeat=2)]
    return next((pair for pair in steps if fits(*pair)), None)


def _number(count: int) -> str:
    return f'"{count}"^^{_iri("xsd:integer")}'


@cache
def _named(name: str) -> str:
    return f"<{expand('graph:')}catalogue#{name}>"


def _parts(quads: Iterable[str]) -> dict[str, Tally]:
    """The counts of each part: of each graph, and of all passages together."""
    ours, passages = _iri("graph:").removesuffix(">"), _named("passages")
    found: dict[str, set[str]] = {}
    for quad in quads:
        triple, _, name = quad.rpartition(" ")
        found.setdefault(name, set()).add(triple)
    parts: dict[str, Tally] = {}
    for name, triples in sorted(found.items()):
        parts.setdefault(name if name.startswith(ours) else passages, Tally()).add(triples)
    parts.pop(_iri("graph:catalogue"), None)
    return parts


@cache
def _statics() -> tuple[Fact, ...]:
    path = folder("ontology") / "catalogue.ttl"
    try:
        parsed = list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE))
    except FileNotFoundError as error:
        what = "the file is missing"
        raise OntologyError(what, "Restore it from the repository.", file=str(path)) from error
    except SyntaxError as error:
        what = f"this is not Turtle: {error.msg}"
        remedy = "Correct the Turtle there."
        raise OntologyError(what, remedy, file=str(path), line=error.lineno) from error
    return tuple((str(t.subject), str(t.predicate), str(t.object)) for t in parsed)


def _said(predicate: str, value: str | None = None) -> list[tuple[str, str]]:
    """What the file says with a predicate: subjects and objects."""
    wanted = _iri(predicate)
    return [(s, o) for s, p, o in _statics() if p == wanted and value in {None, o}]


def _described(parts: dict[str, Tally], links: Links) -> Iterator[Fact]:
    """What the file says, but for graphs, targets of links, and files that are not there."""
    datasets = {name for name, _ in _said("rdf:type", _iri("void:Dataset"))}
    there = {*parts, _named("dataset"), _iri("graph:catalogue"), *(target for target, _ in links)}
    yield from _but_for((datasets - there) | _network())


def _but_for(absent: set[str]) -> Iterator[Fact]:
    hidden = absent | {_named("linkset"), _named("service")}
    return (fact for fact in _statics() if hidden.isdisjoint((fact[0], fact[2])))


def _network() -> set[str]:
    """The data set of the network with its files: not every build leaves them."""
    name = _named("network")
    return {name, *(file for whole, file in _said("dcat:distribution") if whole == name)}


Links = dict[tuple[str, str], set[str]]


def _links(parts: dict[str, Tally]) -> Links:
    """The links from things of ours to other data sets, by data set and predicate."""
    wanted = [predicate for _, predicate in _said("void:linkPredicate")]
    spaces = [(f"<{o.strip(chr(34))}", s) for s, o in _said("void:uriSpace")]
    ours = tuple(_iri(f"{name}:").removesuffix(">") for name in ("bil", "id", "concept"))
    copies = _iri("graph:snapshot/").removesuffix(">")
    found: Links = {}
    for name, tally in parts.items():
        if name.startswith(copies):
            continue
        for start, predicate, end in tally.about(*(compact(p.strip("<>")) for p in wanted)):
            target = next((s for space, s in spaces if end.startswith(space)), None)
            if target not in {None, _named("dataset")} and start.startswith(ours):
                key = (str(target), predicate)
                found.setdefault(key, set()).add(f"{start} {predicate} {end}")
    return found


def _linksets(links: Links) -> Iterator[Fact]:
    for (target, predicate), triples in links.items():
        end = target.strip("<>").partition("#")[2]
        name = _named(f"links-{end}-{_local(predicate)}")
        yield name, _iri("rdf:type"), _iri("void:Linkset")
        yield name, _iri("void:subjectsTarget"), _named("dataset")
        yield name, _iri("void:objectsTarget"), target
        yield name, _iri("void:linkPredicate"), predicate
        yield _named("dataset"), _iri("void:subset"), name
        yield from _numbers(name, tally_of(triples))


def _sources(parts: dict[str, Tally]) -> Iterator[Fact]:
    """Each page that the data set is made of, with its rights; and the states it is about."""
    made, build, tally = _named("dataset"), _named("build"), parts.get(_iri("graph:sources"))
    yield made, _iri("prov:wasGeneratedBy"), build
    yield _named("software"), _iri("schema:softwareVersion"), f'"{__version__}"'
    if tally is None:
        return
    owned = {page for page, _, _ in tally.about("dcterms:rights")}
    for page, _, kind in tally.about("rdf:type"):
        if kind == _iri("bil:Source"):
            yield _named("passages"), _iri("dcterms:source"), page
            yield made, _iri("prov:wasDerivedFrom"), page
            yield build, _iri("prov:used"), page
            if page not in owned:
                yield page, _iri("dcterms:rights"), _named("page-rights")
    for _, _, state in tally.about("bil:reporter", "bil:partner"):
        yield _named("passages"), _iri("dcterms:spatial"), state


def _sayings(parts: dict[str, Tally]) -> Iterator[Fact]:
    """What can be read off what the pages say: fields, the days they speak of, examples."""
    made, tally = _named("dataset"), parts.get(_named("passages"))
    if tally is None:
        return
    for _, _, concept in tally.about("bil:field"):
        yield made, _iri("dcat:theme"), concept
    entities = _iri("id:").removesuffix(">")
    said = Counter(triple.partition(" ")[0] for triple in tally.triples)
    for _, thing in sorted((-n, s) for s, n in said.items() if s.startswith(entities))[:EXAMPLES]:
        yield made, _iri("void:exampleResource"), thing
    first = [day for _, _, day in tally.about("bil:notBefore")]
    last = [day for _, _, day in tally.about("bil:notAfter")]
    if first and last:
        yield made, _iri("dcterms:temporal"), _named("period")
        yield _named("period"), _iri("rdf:type"), _iri("dcterms:PeriodOfTime")
        yield _named("period"), _iri("dcat:startDate"), min(first)
        yield _named("period"), _iri("dcat:endDate"), max(last)


def _counts(parts: dict[str, Tally], whole: Tally) -> Iterator[Fact]:
    made, entities = _named("dataset"), _iri("id:").removesuffix(">")
    yield from _numbers(made, whole)
    named = sum(subject.startswith(entities) for subject in whole.subjects)
    yield made, _iri("void:entities"), _number(named)
    spaces = set(prefixes().values())
    for term in (*whole.properties, *whole.classes):
        space = term[1 : max(term.rfind("#"), term.rfind("/")) + 1]
        if space in spaces:
            yield made, _iri("void:vocabulary"), f"<{space}>"
    yield from _partitions(made, whole, "")
    for name, tally in parts.items():
        yield made, _iri("void:subset"), name
        yield name, _iri("rdf:type"), _iri("void:Dataset")
        yield from _numbers(name, tally)
        if name == _named("passages"):
            yield from _partitions(name, tally, "passages-")


def _numbers(part: str, tally: Tally) -> Iterator[Fact]:
    yield part, _iri("void:triples"), _number(len(tally.triples))
    yield part, _iri("void:distinctSubjects"), _number(len(tally.subjects))
    yield part, _iri("void:distinctObjects"), _number(len(tally.objects))
    yield part, _iri("void:properties"), _number(len(tally.properties))
    yield part, _iri("void:classes"), _number(len(tally.classes))


def _partitions(part: str, tally: Tally, before: str) -> Iterator[Fact]:
    for kind, counts, number in (
        ("class", tally.classes, "void:entities"),
        ("property", tally.properties, "void:triples"),
    ):
        for term, count in counts.items():
            name = _named(f"{before}{kind}-{_local(term)}")
            yield part, _iri(f"void:{kind}Partition"), name
            yield name, _iri(f"void:{kind}"), term
            yield name, _iri(number), _number(count)


@cache
def _local(term: str) -> str:
    """A name for an IRI in a fragment: its CURIE, or what tells it from all others."""
    iri = term.strip("<>")
    curie = compact(iri)
    if curie != iri and NAME.fullmatch(curie):
        return curie.replace(":", "-")
    return hashlib.sha256(iri.encode()).hexdigest()[:16]


def files() -> dict[str, str]:
    """The files that the catalogue knows by their names, with the media type of each."""
    kinds, start = dict(_said("dcat:mediaType")), len(_named("")) - 1
    register = "https://www.iana.org/assignments/media-types/"
    return {name[start:-1]: kind.strip("<>").removeprefix(register) for name, kind in kinds.items()}


def served(address: str, names: Iterable[str]) -> list[ox.Triple]:
    """What the catalogue of a graph has besides where it is served: its endpoint, and its files."""
    service, made, endpoint = _named("service"), _named("dataset"), f"<{address}/sparql>"
    facts = [fact for fact in _statics() if service in {fact[0], fact[2]}]
    whole = {file.rpartition("/")[2].strip(">") for _, file in _said("void:dataDump")}
    facts += [
        (service, _iri("dcat:endpointURL"), endpoint),
        (service, _iri("dcat:endpointDescription"), f"<{address}/openapi.json>"),
        (made, _iri("void:sparqlEndpoint"), endpoint),
        *(
            (made, _iri("void:dataDump"), f"<{address}/dump/{name}>")
            for name in names
            if name in whole
        ),
    ]
    text = "".join(f"{' '.join(fact)} .\n" for fact in facts)
    return [t.triple for t in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)]


def published(triples: Iterable[str], files: Iterable[Path]) -> bytes:
    """The catalogue's statements as Turtle, with the size and digest of each of its files."""
    facts, there = set(triples), set[str]()
    known = {file for file, _ in _said("rdf:type", _iri("dcat:Distribution"))}
    for path in files:
        name = _named(path.name)
        if name in known:
            there.add(name)
            facts.update(map(" ".join, _file(name, path.read_bytes())))
    network = _network()
    if there & network:
        there.add(_named("network"))
        absent = {file for file in known if file not in there}
        parts = (f for f in _but_for(absent) if not network.isdisjoint((f[0], f[2])))
        facts.update(map(" ".join, parts))
    text = "".join(f"{fact} .\n" for fact in sorted(facts))
    used = {name: space for name, space in prefixes().items() if f"<{space}" in text}
    written = (t.triple for t in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    return ox.serialize(written, format=ox.RdfFormat.TURTLE, prefixes=used) or b""


def _file(name: str, content: bytes) -> Iterator[Fact]:
    digest, value = f"{name[:-1]}-sha256>", hashlib.sha256(content).hexdigest()
    whole = _iri("xsd:nonNegativeInteger")
    yield name, _iri("dcat:byteSize"), f'"{len(content)}"^^{whole}'
    yield name, _iri("spdx:checksum"), digest
    yield digest, _iri("rdf:type"), _iri("spdx:Checksum")
    yield digest, _iri("spdx:algorithm"), _iri("spdx:checksumAlgorithm_sha256")
    yield _iri("spdx:checksumAlgorithm_sha256"), _iri("rdf:type"), _iri("spdx:ChecksumAlgorithm")
    yield digest, _iri("spdx:checksumValue"), f'"{value}"^^{_iri("xsd:hexBinary")}'
