"""What the page of an IRI shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyoxigraph as ox

from bilateral.errors import UsageError
from bilateral.namespaces import expand, node, whole
from bilateral.query.show import card_of, text_of

if TYPE_CHECKING:
    from bilateral.query.formats import Form
    from bilateral.query.graph import Graph
    from bilateral.serve.structured import Structured

DATASET = ox.NamedNode(expand("graph:") + "catalogue#dataset")
LONGEST = 1_500  # letters of an address that a crawler may have to take
PLACES = 20  # passages of one page

Reply = tuple[dict[str, Any], bytes]


def card(graph: Graph, store: ox.Store, structured: Structured, job: dict[str, Any]) -> Reply:
    """What an HTML page about an IRI shows: a part of what is said of it, and its links."""
    iri, part, lang = job["iri"], job["part"], job["lang"]
    subject = node_of(iri)
    said = store.quads_for_pattern(subject, None, None, None)
    named = store.quads_for_pattern(None, None, subject, None)
    held = store.quads_for_pattern(None, None, None, subject)
    if all(next(quads, None) is None for quads in (said, named, held)):
        return {"status": 404, **nothing(iri)}, b""
    found = card_of(iri, graph, lang, part, PLACES)
    if part > found["parts"]:
        what = f"what is said of <{iri}> has {found['parts']} pages, and no page {part}"
        remedy = "Start at the first page."
        return {"status": 404, "error": what, "remedy": remedy, "text": f"{what}\n  {remedy}"}, b""
    found["kinds"] = graph.labels(map(whole, found["types"]), lang)
    licence = store.quads_for_pattern(DATASET, ox.NamedNode(expand("dcterms:license")), None, None)
    terms = (quad.object for quad in licence)
    found["licence"] = next((term.value for term in terms if isinstance(term, ox.NamedNode)), None)
    found["matches"] = graph.labels({whole(link["match"]) for link in found["links"]}, lang)
    places = dict.fromkeys(s["passage"] for s in found["statements"] if s["text"] is not None)
    found["structured"] = structured.page(iri, list(places), lang)
    return {"status": 200}, json.dumps(found).encode()


def text(graph: Graph, structured: Structured, job: dict[str, Any]) -> Reply:
    """A source's text, with its passages and its name."""
    found = text_of(job["iri"], graph, job["lang"])
    if found is None:
        return {"status": 404, **nothing(job["iri"])}, b""
    found["structured"] = structured.page(job["iri"], [], job["lang"])
    return {"status": 200}, json.dumps(found).encode()


def pages(store: ox.Store, slugs: list[str], begin: int, most: int) -> tuple[list[str], int]:
    """Addresses of pages of concepts, sources, and entities (`slugs`), and how many there are.

    Those from `begin` on, which may lie before the first: then there are so many fewer.
    """
    first = sorted(
        f"/{kind}/{quote(iri.removeprefix(expand(f'{kind}:')))}"
        for kind, name in (("concept", "skos:Concept"), ("source", "bil:Source"))
        for quad in store.quads_for_pattern(None, node("rdf:type"), node(name), ox.DefaultGraph())
        if isinstance(quad.subject, ox.NamedNode)
        and (iri := quad.subject.value).startswith(expand(f"{kind}:"))
        and len(iri) <= LONGEST
    )
    end, start = max(0, begin + most), max(0, begin)
    later = slugs[max(0, start - len(first)) : max(0, end - len(first))]
    paths = [*first[start:end], *(f"/id/{quote(slug)}" for slug in later)]
    return paths, len(first) + len(slugs)


def header_of(form: Form, *, cut: bool, lasting: bool) -> dict[str, Any]:
    """The header of an answer; one that is lasting is the same another time."""
    return {"status": 200, "type": form.content_type, "cut": cut, "lasting": lasting}


def nothing(iri: str) -> dict[str, str]:
    """What is told of an IRI that the graph does not have."""
    what = f"the graph says nothing of <{iri}>"
    return {"error": what, "remedy": "Ask /questions/entities for what there is.", "text": what}


def node_of(iri: str) -> ox.NamedNode:
    """The node of an IRI. Raises UsageError for what is none."""
    try:
        return ox.NamedNode(iri)
    except ValueError as wrong:
        what = f"'{iri}' is no IRI"
        raise UsageError(what, "Give an absolute IRI.") from wrong
