"""JSON-LD that people can read: names from `ontology/context.jsonld`, and those used inside.

Written by hand, for speed and for its promise: expanded again, a document gives the same quads,
literal for literal. What the context would read otherwise is written in full.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from bilateral.errors import UsageError
from bilateral.folders import folder
from bilateral.namespaces import expand, prefixes
from bilateral.ntriples import STRING, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

XSD = expand("xsd:")
TYPE = f"<{expand('rdf:type')}>"
DEFAULT = str(ox.DefaultGraph())
# A JSON number is read as its canonical form, so only what has that form is written as one.
WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")
WHOLE_TYPES = frozenset({f"{XSD}integer", f"{XSD}nonNegativeInteger"})
NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)


@cache
def context() -> dict[str, Any]:
    """The whole context."""
    path = folder("ontology") / "context.jsonld"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["@context"]
    return found


class _Key(NamedTuple):
    """How a property is written: the name, what its values are taken for, the name without that."""

    name: str
    kind: str
    plain: str


class _ClashError(Exception):
    """An IRI would be read as a name of the context: that name must go."""


class Writer:
    """Writes quads as nodes, and keeps which names of the context they need."""

    def __init__(self, without: frozenset[str] = frozenset()) -> None:
        self.without = without
        self.used: set[str] = set()
        self.spaces = {space: name for name, space in prefixes().items() if name not in without}
        self.terms: dict[str, tuple[str, str]] = {}
        for name, entry in context().items():
            if name.startswith("@") or name in prefixes() or name in without:
                continue
            more: dict[str, str] = entry if isinstance(entry, dict) else {"@id": entry}
            kind = more.get("@type") or more.get("@container", "")
            taken = kind if not kind or kind.startswith("@") else expand(kind)
            self.terms[expand(more["@id"])] = (name, taken)
        self.iris: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.keys: dict[str, _Key] = {}

    def iri(self, value: str) -> str:
        """An IRI as a CURIE where a prefix fits, else as it is."""
        known = self.iris.get(value)
        if known is None:
            known = self.iris[value] = self._iri(value)
        return known

    def _iri(self, value: str) -> str:
        end = len(value)
        while (end := max(value.rfind(mark, 0, end) for mark in "/#:")) > 0:
            name = self.spaces.get(value[: end + 1])
            if name and not value.startswith("//", end + 1):
                self.used.add(name)
                return f"{name}:{value[end + 1 :]}"
        scheme, _, rest = value.partition(":")
        if not rest.startswith("//") and scheme in context() and scheme not in self.without:
            raise _ClashError(scheme)
        return value

    def name(self, value: str) -> str:
        """A class or property by the context's name for it, by its own where it is ours."""
        known = self.names.get(value)
        if known is None:
            known = self.names[value] = self._name(value)
        return known

    def _name(self, value: str) -> str:
        if value in self.terms:
            name = self.terms[value][0]
            self.used.add(name)
            return name
        own = value.removeprefix(context()["@vocab"])
        if own != value and NAME.fullmatch(own) and own not in context():
            return own
        return self.iri(value)

    def key(self, predicate: str) -> _Key:
        """How a property is written; the property as N-Triples has it."""
        iri = predicate[1:-1]
        name = self.name(iri)
        kind = self.terms[iri][1] if iri in self.terms else ""
        plain = self.iri(iri) if kind == "@language" else name
        known = self.keys[predicate] = _Key(name, kind, plain)
        return known

    def node(self, term: str) -> str:
        """A subject, an object, or a graph's name."""
        if term.startswith("<") and not term.startswith("<<("):
            return self.iri(term[1:-1])
        if term.startswith("_:"):
            return term
        what = "JSON-LD has no statements about statements (RDF 1.2)"
        raise UsageError(what, "Ask for Turtle or N-Triples.")

    def value(self, term: str, kind: str) -> Any:  # noqa: ANN401 - any JSON value
        """An object, where the property takes its values for `kind`."""
        if not term.startswith('"'):
            return self.node(term) if kind == "@id" else {"@id": self.node(term)}
        text, language, datatype = value_of(term)
        if language:
            return {"@value": text, "@language": language}
        if datatype == STRING:
            return {"@value": text} if kind else text
        shown: Any = int(text) if datatype in WHOLE_TYPES and WHOLE.fullmatch(text) else text
        if datatype == f"{XSD}boolean" and text in {"true", "false"}:
            shown = text == "true"
        return shown if datatype == kind else {"@value": shown, "@type": self.iri(datatype)}

    def nodes(self, statements: Iterable[str]) -> Iterator[dict[str, Any]]:
        """The node objects of triples (N-Triples without full stops) sorted by subject."""
        last = ""
        node: dict[str, Any] = {}
        for statement in statements:
            subject, predicate, term = statement.split(" ", 2)
            if subject != last:
                if node:
                    yield _typed_first(node)
                last, node = subject, {"@id": self.node(subject)}
            key = self.keys.get(predicate) or self.key(predicate)
            if predicate == TYPE and not term.startswith('"'):
                shown = self.name(term[1:-1]) if term.startswith("<") else term
                _put(node, "@type", shown)
            elif key.kind != "@language":
                _put(node, key.name, self.value(term, key.kind))
            elif term.startswith('"') and (value := value_of(term)).language:
                _put(node.setdefault(key.name, {}), value.language, value.text)
            else:
                _put(node, key.plain, self.value(term, ""))
        if node:
            yield _typed_first(node)

    def context(self) -> dict[str, Any]:
        """The part of the context that was used."""
        whole, needed = context(), set(self.used)
        for name in self.used:
            entry = whole[name]
            for iri in entry.values() if isinstance(entry, dict) else (entry,):
                needed.add(iri.partition(":")[0])
        shown = {name: self._entry(whole[name]) for name in whole if name in needed - self.without}
        return {"@version": whole["@version"], "@vocab": whole["@vocab"], **shown}

    def _entry(self, entry: Any) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(entry, dict):
            return {key: self._entry(value) for key, value in entry.items()}
        # A prefix that had to go stands in no definition either.
        return expand(entry) if entry.partition(":")[0] in self.without else entry


def _typed_first(node: dict[str, Any]) -> dict[str, Any]:
    kinds = node.pop("@type", None)
    return node if kinds is None else {"@id": node.pop("@id"), "@type": kinds, **node}


def _put(node: dict[str, Any], key: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
    if key not in node:
        node[key] = value
    elif isinstance(node[key], list):
        node[key].append(value)
    else:
        node[key] = [node[key], value]


def document(statements: Iterable[ox.Quad] | Iterable[ox.Triple]) -> str:
    """The document of quads or triples, sorted by graph and subject: a node on each line."""
    graphs: dict[str, list[str]] = {}
    for statement in statements:
        triple = statement.triple if isinstance(statement, ox.Quad) else statement
        name = str(statement.graph_name) if isinstance(statement, ox.Quad) else DEFAULT
        graphs.setdefault(name, []).append(str(triple))
    return document_of(graphs)


def document_of(graphs: Mapping[str, Sequence[str]]) -> str:
    """The document of the triples of graphs, both as N-Triples has them, triples sorted."""
    without: frozenset[str] = frozenset()
    while True:
        writer = Writer(without)
        try:
            lines = list(_lines(graphs, writer))
            break
        except _ClashError as clash:
            without |= {str(clash)}
    return f'{{"@context": {shown(writer.context())},\n"@graph": [\n{"".join(lines)}]}}\n'


def shown(names: dict[str, Any]) -> str:
    """A context as JSON, a name on each line."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    return "{\n" + ",\n".join(f" {encode(key)}: {encode(v)}" for key, v in names.items()) + "\n}"


def _lines(graphs: Mapping[str, Sequence[str]], writer: Writer) -> Iterator[str]:
    encode = json.JSONEncoder(ensure_ascii=False).encode
    comma = ""
    for node in writer.nodes(graphs.get(DEFAULT, ())):
        yield f"{comma}{encode(node)}\n"
        comma = ","
    for name, triples in graphs.items():
        if name != DEFAULT:
            yield f'{comma}{{"@id": {encode(writer.node(name))}, "@graph": [\n'
            nodes = [encode(node) for node in writer.nodes(triples)]
            yield " " + "\n,".join(nodes) + "\n]}\n"
            comma = ","
