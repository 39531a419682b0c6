"""The statements about an IRI, as a server gives them to who asks for its address."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.namespaces import expand

if TYPE_CHECKING:
    from collections.abc import Iterable


def statements_about(store: ox.Store, node: ox.NamedNode, most: int, *, named: bool) -> list[Any]:
    """What is said with an IRI and of it, or all of the graph of that name; one more than `most`.

    Each is there once: a quad where the form has graphs' names (`named`), else its triple.
    """
    ontology = ox.NamedNode(expand("graph:ontology"))
    if node.value in {expand("bil:").rstrip("#"), ontology.value}:
        node = ontology
    held = store.quads_for_pattern(None, None, None, node)
    around = chain(
        store.quads_for_pattern(node, None, None, None),
        store.quads_for_pattern(None, None, node, None),
    )
    quads = around if node.value.startswith(expand("id:")) else held
    # A statement that several passages make is one triple, and a quad for each of them.
    found = _some(store, quads, most + 1, named=named)
    return found or _some(store, around, most + 1, named=named)


def _some(store: ox.Store, quads: Iterable[ox.Quad], most: int, *, named: bool) -> list[Any]:
    found: dict[Any, None] = {}
    for quad in quads:
        if named and _is_repeated(store, quad):
            continue
        found[quad if named else quad.triple] = None
        if len(found) == most:
            break
    return list(found)


def _is_repeated(store: ox.Store, quad: ox.Quad) -> bool:
    """Whether the default graph only repeats what a named graph says."""
    default = ox.DefaultGraph()
    if quad.graph_name != default:
        return False
    said = store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
    return any(other.graph_name != default for other in said)
