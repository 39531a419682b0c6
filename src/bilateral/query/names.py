"""Finding what a person names: by id, CURIE, IRI, or a name in any language and spelling."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral.errors import UsageError
from bilateral.folding import folded
from bilateral.namespaces import expand, prefixes, turtle_prefixes

if TYPE_CHECKING:
    from bilateral.query.engines import Engine

SHORTEST_PART = 4
ALL_NAMES = """
SELECT DISTINCT ?thing ?name { ?thing rdfs:label|skos:prefLabel|skos:altLabel ?name }
"""


def iri_named(text: str, engine: Engine, *, namespace: str = "id") -> ox.NamedNode:
    """What the text names in the graph. Raises UsageError, with suggestions, for nothing."""
    prefix, colon, local = text.partition(":")
    candidates = [expand(f"{namespace}:") + text, text.strip("<>")]
    if colon and prefix in prefixes():
        candidates.insert(0, prefixes()[prefix] + local)
    for iri in candidates:
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            continue
        known = (
            f"{{ {node} ?p ?o }} UNION {{ ?s ?q {node} }} UNION {{ GRAPH {node} {{ ?x ?y ?z }} }}"
        )
        if bool(engine.query(f"ASK {{ {known} }}")):
            return node
    return _by_name(text, engine)


def _key(text: str) -> str:
    # "Baku–Supsa", "Baku Supsa", and "BakuSupsa" are one name to a person who types it.
    return folded(text).replace(" ", "")


def _by_name(text: str, engine: Engine) -> ox.NamedNode:
    names: dict[str, set[str]] = {}
    shown: dict[str, str] = {}
    for row in engine.query(turtle_prefixes() + ALL_NAMES):  # type: ignore[union-attr]
        if isinstance(row["thing"], ox.NamedNode):
            key = _key(row["name"].value)
            names.setdefault(key, set()).add(row["thing"].value)
            shown[key] = min(shown.get(key, row["name"].value), row["name"].value)
    wanted = _key(text)
    ids = expand("id:")
    if found := sorted(names.get(wanted, ()), key=lambda iri: (not iri.startswith(ids), iri)):
        return ox.NamedNode(found[0])
    near = get_close_matches(wanted, sorted(names), n=3, cutoff=0.6)
    if len(wanted) >= SHORTEST_PART:
        near += [key for key in sorted(names) if wanted in key and key not in near][:3]
    remedy = (
        "Did you mean: " + ", ".join(shown[key] for key in near[:4]) + "?"
        if near
        else "Give an id, an IRI, or a name; `bilateral ask entities` lists what there is."
    )
    what = f"the graph has nothing named '{text}'"
    raise UsageError(what, remedy)
