"""Everything that is said of one entity, each statement with the words that make it."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.errors import UsageError
from bilateral.namespaces import compact, expand, node, romanised

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LABELS = ("rdfs:label", "skos:altLabel", "skos:prefLabel")
LANGUAGES = ("en", "ka", "az")


def open_quads(folder: Path, progress: Callable[[str], None]) -> ox.Store:
    """The graph of a build's folder, or, where there is none, of the stored sources."""
    store = ox.Store()
    file = folder / "graph.nq"
    if file.exists():
        store.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
        return store
    from bilateral.build import assemble  # noqa: PLC0415 - only when nothing is built yet

    store.extend(assemble([], progress).quads)
    return store


def card_of(entity: str, store: ox.Store, language: str) -> dict[str, Any]:
    """What the graph says of an entity named by id, IRI, or name.

    Raises UsageError, with suggestions, when the graph has no such entity.
    """
    subject = _entity(entity, store)
    statements: list[dict[str, Any]] = []
    for quad in [
        *store.quads_for_pattern(subject, None, None, None),
        *store.quads_for_pattern(None, None, subject, None),
    ]:
        name = str(quad.graph_name).strip("<>")
        if "#char=" in name or name == expand("graph:derived"):
            statement = _statement(quad, store, language)
            if statement is not None:
                statements.append(statement)
    statements.sort(key=lambda s: (s["char"], s["subject"], s["predicate"], s["object"]))
    kinds = sorted(
        {
            compact(q.object.value)
            for q in store.quads_for_pattern(subject, node("rdf:type"), None, None)
            if isinstance(q.object, ox.NamedNode)
        }
    )
    return {
        "id": compact(subject.value),
        "iri": subject.value,
        "types": kinds,
        "labels": {code: _label(subject, store, code) for code in LANGUAGES},
        "statements": statements,
    }


def _statement(quad: ox.Quad, store: ox.Store, language: str) -> dict[str, Any] | None:
    derivation = expand("bil:Derivation")
    if quad.predicate.value == expand("rdf:type") and str(quad.object).strip("<>") == derivation:
        return None
    if quad.predicate.value in {expand(f"rdf:{x}") for x in ("subject", "predicate", "object")}:
        return None
    graph_name = str(quad.graph_name).strip("<>")
    passage = ox.NamedNode(graph_name)
    char = graph_name.partition("#char=")[2]
    return {
        "subject": _label(quad.subject, store, language),
        "predicate": _label(quad.predicate, store, language),
        "object": _label(quad.object, store, language),
        "passage": graph_name,
        "char": [int(part) for part in char.split(",")] if char else [],
        "text": _value(passage, "nif:anchorOf", store),
        "translation": _value(passage, "bil:translation", store),
        "by": sorted(
            compact(q.object.value)
            for q in store.quads_for_pattern(passage, node("prov:wasGeneratedBy"), None, None)
            if isinstance(q.object, ox.NamedNode)
        ),
        "derived": not char,
    }


def _value(subject: ox.NamedNode, predicate: str, store: ox.Store) -> str | None:
    quads = list(store.quads_for_pattern(subject, node(predicate), None, None))
    return quads[0].object.value if quads else None  # type: ignore[union-attr]


def _label(term: Any, store: ox.Store, language: str) -> str:  # noqa: ANN401 - any RDF term
    if isinstance(term, ox.Literal):
        return str(term.value)
    labels = {
        q.object.language: q.object.value
        for predicate in ("rdfs:label", "skos:prefLabel")
        for q in store.quads_for_pattern(term, node(predicate), None, None)
        if isinstance(q.object, ox.Literal)
    }
    name = compact(term.value)
    # Terms of other vocabularies have no label here; their local names are English words.
    plain = " ".join(re.findall(r"[A-Za-z][a-z]*|\d+", name.partition(":")[2])).lower()
    return str(labels.get(language) or labels.get("en") or plain or name)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", romanised(text.casefold()))
    return "".join(c for c in plain if c.isalnum())


def _entity(entity: str, store: ox.Store) -> ox.NamedNode:
    for iri in (entity, expand("id:") + entity, expand("id:") + entity.removeprefix("id:")):
        try:
            candidate = ox.NamedNode(iri)
        except ValueError:
            continue
        if next(store.quads_for_pattern(candidate, None, None, None), None) is not None:
            return candidate
    names: dict[str, set[str]] = {}
    shown: dict[str, str] = {}
    for predicate in LABELS:
        for quad in store.quads_for_pattern(None, node(predicate), None, None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                key = _folded(quad.object.value)
                names.setdefault(key, set()).add(quad.subject.value)
                shown.setdefault(key, quad.object.value)
    wanted = _folded(entity)
    ids = expand("id:")
    found = sorted(names.get(wanted, ()), key=lambda iri: (not iri.startswith(ids), iri))
    if found:
        return ox.NamedNode(found[0])
    near = get_close_matches(wanted, names, n=3, cutoff=0.6)
    near += [key for key in names if len(wanted) > 3 and wanted in key and key not in near][:3]  # noqa: PLR2004
    what = f"the graph has nothing named '{entity}'"
    remedy = (
        "Did you mean: " + ", ".join(shown[key] for key in near[:4]) + "?"
        if near
        else "Give an id, an IRI, or a name; `bilateral stats` shows what there is."
    )
    raise UsageError(what, remedy)


def print_card(card: dict[str, Any]) -> None:
    """Print what is said of an entity, a passage at a time."""
    from rich.console import Console  # noqa: PLC0415 - only this command needs it
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=False)
    console.print(Text(card["labels"]["en"], style="bold"), Text(f"  {card['id']}", style="dim"))
    console.print(Text(" · ".join(card["labels"][code] for code in ("ka", "az"))))
    kinds = ", ".join(kind.partition(":")[2] for kind in card["types"])
    console.print(Text(kinds, style="italic"))
    last: object = None
    for statement in card["statements"]:
        if statement["passage"] != last:
            last = statement["passage"]
            console.print()
            if statement["derived"]:
                console.print(Text("Derived, not stated by a page:", style="dim"))
            else:
                console.print(Text(f"“{' '.join((statement['text'] or '').split())}”"))
                if statement["translation"]:
                    console.print(Text(statement["translation"], style="cyan"))
                by = ", ".join(name.partition(":")[2] or name for name in statement["by"])
                begin, end = statement["char"]
                console.print(Text(f"char={begin},{end} · {by}", style="dim"))
        line = f"  {statement['subject']} — {statement['predicate']} → {statement['object']}"
        console.print(Text(line, style="bold"))
    if not card["statements"]:
        console.print("\nNo passage says anything of it; it is only named.")
