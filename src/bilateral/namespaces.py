"""IRIs: prefixes (from `ontology/context.jsonld`), expansion, compaction, and minting."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache, lru_cache

import pyoxigraph as ox

from bilateral.errors import OntologyError
from bilateral.folders import folder

# Letters that Unicode decomposition leaves whole, as ASCII; not names or facts but spelling.
LETTERS = str.maketrans({"ə": "a", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae"})

LONGEST_KEPT = 300
NAMES_KEPT = 20_000  # of those that a process has seen: pages bring new ones without end


@cache
def prefixes() -> dict[str, str]:
    """All prefixes with their namespaces."""
    path = folder("ontology") / "context.jsonld"
    context = json.loads(path.read_text(encoding="utf-8"))["@context"]
    return {
        key: value
        for key, value in context.items()
        if isinstance(value, str) and value.endswith(("/", "#", ":")) and not key.startswith("@")
    }


@lru_cache(maxsize=NAMES_KEPT)
def expand(curie: str) -> str:
    """The IRI of a CURIE such as "bil:party"."""
    prefix, _, name = curie.partition(":")
    try:
        return prefixes()[prefix] + name
    except KeyError as error:
        what = f"'{curie}' has the unknown prefix '{prefix}'"
        remedy = "Use a prefix of ontology/context.jsonld, or add it there."
        raise OntologyError(what, remedy) from error


def compact(iri: str) -> str:
    """The CURIE of an IRI, or the IRI itself where no prefix fits."""
    # Strangers send IRIs of any length; only those of a usual length are kept.
    return _compacted(iri) if len(iri) <= LONGEST_KEPT else _compacted.__wrapped__(iri)


@lru_cache(maxsize=50_000)
def _compacted(iri: str) -> str:
    fitting = [(len(ns), name) for name, ns in prefixes().items() if iri.startswith(ns)]
    if not fitting:
        return iri
    length, name = max(fitting)
    return f"{name}:{iri[length:]}"


def whole(name: str) -> str:
    """The IRI that `compact` was given: of a CURIE, or of an IRI that no prefix fits."""
    prefix, _, rest = name.partition(":")
    return prefixes()[prefix] + rest if prefix in prefixes() else name


@lru_cache(maxsize=NAMES_KEPT)
def node(curie: str) -> ox.NamedNode:
    """The RDF node of a CURIE."""
    return ox.NamedNode(expand(curie))


def graph(name: str) -> ox.NamedNode:
    """The name of one of the graphs that belong to no passage."""
    return node(f"graph:{name}")


@cache
def turtle_prefixes() -> str:
    """Prefix declarations to put before a piece of Turtle or SPARQL."""
    return "".join(f"PREFIX {name}: <{ns}>\n" for name, ns in sorted(prefixes().items()))


@lru_cache(maxsize=NAMES_KEPT)
def slug(text: str) -> str:
    """The text as lower-case ASCII words joined by hyphens; Georgian letters are romanised."""
    if not text.isascii():
        text = romanised(text).lower().translate(LETTERS)
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def romanised(text: str) -> str:
    """Georgian letters by the national system of romanisation of 2002; others as they are."""
    return text.translate(_romanisation())


@cache
def _romanisation() -> dict[int, str]:
    path = folder("graph") / "languages" / "romanisation.json"
    return str.maketrans(json.loads(path.read_text(encoding="utf-8"))["letters"])
