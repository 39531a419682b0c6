"""Everything that is said of one entity, each statement with the words that make it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.namespaces import compact, expand, turtle_prefixes
from bilateral.query.evidence import passages_of
from bilateral.query.names import iri_named
from bilateral.query.printing import printable

if TYPE_CHECKING:
    from bilateral.query.evidence import Passage
    from bilateral.query.graph import Graph

LANGUAGES = ("en", "ka", "az")
CHAR = re.compile(r"#char=([0-9]{1,9}),([0-9]{1,9})$")
# Where something is said of an entity: passages, and the graph of what is derived.
SAYING = 'FILTER (CONTAINS(STR(?g), "#char=") || ?g = graph:derived)'
PLACES = """
SELECT DISTINCT ?g {
  { GRAPH ?g { %(iri)s ?p ?o } } UNION { GRAPH ?g { ?s ?p %(iri)s } }
  %(where)s
}
"""
STATEMENTS = """
SELECT ?s ?p ?o ?g {
  %(where)s
  { GRAPH ?g { %(iri)s ?p ?o } BIND (%(iri)s AS ?s) }
  UNION
  { GRAPH ?g { ?s ?p %(iri)s } BIND (%(iri)s AS ?o) }
  FILTER (?p NOT IN (rdf:subject, rdf:predicate, rdf:object) && ?o != bil:Derivation)
}
ORDER BY ?g ?s ?p ?o %(limit)s
"""
# A named graph's own page shows what it holds, the beginning of it where it is long.
HELD = """
SELECT ?s ?p ?o ?g { GRAPH %(iri)s { ?s ?p ?o } BIND (%(iri)s AS ?g) } ORDER BY ?s ?p ?o LIMIT 300
"""
SIZE = "SELECT (COUNT(*) AS ?n) { GRAPH %(iri)s { ?s ?p ?o } }"
LINKS = """
SELECT ?match ?outside ?name ?confidence ?reason {
  GRAPH graph:links {
    ?mapping owl:annotatedSource %(iri)s ; owl:annotatedProperty ?match ; owl:annotatedTarget ?outside .
    %(iri)s ?match ?outside .
    OPTIONAL { ?mapping sssom:object_label ?name }
    OPTIONAL { ?mapping sssom:confidence ?confidence }
    OPTIONAL { ?mapping rdfs:comment ?reason }
  }
}
ORDER BY ?outside ?match
"""
# Statements of one part. What a passage says is a fraction of it; what is derived may be more.
MOST = 500
SOURCE = """
SELECT ?text ?title { %(iri)s nif:isString ?text . OPTIONAL { %(iri)s dcterms:title ?title } }
"""
SPANS = """
SELECT ?span ?thing ?silent {
  ?span nif:referenceContext|prov:wasDerivedFrom %(iri)s .
  OPTIONAL { ?span itsrdf:taIdentRef ?thing }
  OPTIONAL { ?span bil:yieldsNothing ?silent }
}
"""


def card_of(
    entity: str, graph: Graph, language: str, part: int = 1, places: int | None = None
) -> dict[str, Any]:
    """What the graph says of an entity named by id, IRI, or name.

    With `places`, only what so many passages say, and only those of that `part`: `parts` counts the
    parts, `places` the passages in all, and `cut` tells whether a part has too many statements.
    Raises UsageError, with suggestions, when the graph has no such entity.
    """
    subject = iri_named(entity, graph.engine)
    (size,) = _rows(graph, SIZE % {"iri": subject})
    held = int(size["n"].value)
    known: list[str] = []
    asked: dict[str, Any] = {"iri": subject, "where": SAYING, "limit": ""}
    if places and not held:
        known = _places(_rows(graph, PLACES % asked))
        shown = " ".join(f"<{iri}>" for iri in known[(part - 1) * places : part * places])
        asked |= {"where": f"VALUES ?g {{ {shown} }}", "limit": f"LIMIT {MOST + 1}"}
    rows = _rows(graph, (HELD if held else STATEMENTS) % asked)
    cut = bool(places) and not held and len(rows) > MOST
    rows = rows[:MOST] if cut else rows
    found = passages_of(
        {row["g"].value for row in rows if "#char=" in row["g"].value}, graph.engine
    )
    terms = {
        t.value
        for row in rows
        for t in (row["s"], row["p"], row["o"])
        if isinstance(t, ox.NamedNode)
    }
    names = graph.labels({*terms, subject.value}, language)
    statements = [_statement(row, found, names) for row in rows]
    statements.sort(
        key=lambda s: (*_order(s["passage"]), s["subject"], s["predicate"], s["object"])
    )
    kinds = _rows(graph, f"SELECT DISTINCT ?kind {{ {subject} a ?kind }}")
    return {
        "id": compact(subject.value),
        "iri": subject.value,
        "types": sorted(compact(row["kind"].value) for row in kinds),
        "labels": {
            code: graph.labels([subject.value], code).get(subject.value) or _plain(subject.value)
            for code in LANGUAGES
        },
        "statements": statements,
        "links": [_link(row) for row in _rows(graph, LINKS % {"iri": subject})],
        "cut": cut,
        "places": len(known),
        "parts": max(1, -(-len(known) // places)) if places else 1,
        "holds": held,
    }


def _places(rows: list[Any]) -> list[str]:
    """Graphs in the order of their sources; what is derived at the end."""
    return sorted((row["g"].value for row in rows), key=_order)


def _order(place: str) -> tuple[bool, str, int, int]:
    source, _, _ = place.partition("#")
    span = CHAR.search(place)
    return (False, source, int(span[1]), int(span[2])) if span else (True, source, 0, 0)


def text_of(iri: str, graph: Graph, language: str) -> dict[str, Any] | None:
    """A source's title, its text, and the spans of it that the graph knows; None for no source.

    A span is a passage, a mention (with the thing it names), or a sentence that yields nothing.
    """
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        return None
    source = _rows(graph, SOURCE % {"iri": node})
    if not source:
        return None
    titles = {row["title"].language: row["title"].value for row in source if row["title"]}
    rows = _rows(graph, SPANS % {"iri": node})
    things = {row["thing"].value for row in rows if row["thing"]}
    names = graph.labels(things, language)
    spans: dict[str, dict[str, Any]] = {}
    for row in rows:
        # A graph of somebody else may hold any IRI; only offsets make a span.
        if place := CHAR.search(row["span"].value):
            thing = row["thing"].value if row["thing"] else None
            spans[row["span"].value] = {
                "begin": int(place[1]),
                "end": int(place[2]),
                "thing": thing,
                "label": names.get(thing) if thing else None,
                "silent": row["silent"] is not None,
            }
    return {
        "iri": iri,
        "title": titles.get(language) or next(iter(titles.values()), compact(iri)),
        "text": source[0]["text"].value,
        "language": source[0]["text"].language or "ka",
        "spans": sorted(spans.values(), key=lambda s: (s["begin"], -s["end"])),
    }


def _rows(graph: Graph, query: str) -> list[Any]:
    result: Any = graph.engine.query(turtle_prefixes() + query)
    return list(result)


def _statement(row: Any, found: dict[str, Passage], names: dict[str, str]) -> dict[str, Any]:  # noqa: ANN401
    passage = found.get(row["g"].value)
    statement = {
        "subject": _name(row["s"], names),
        "predicate": _name(row["p"], names),
        "object": _name(row["o"], names),
        "iris": [
            getattr(row[key], "value", "") if isinstance(row[key], ox.NamedNode) else None
            for key in "spo"
        ],
        "passage": row["g"].value,
    }
    return statement | {
        "order": _order(row["g"].value),
        "char": [passage.begin, passage.end] if passage else [],
        "text": passage.text if passage else None,
        "language": passage.language if passage else "",
        "translation": passage.translation if passage else None,
        "by": list(passage.rules) if passage else [],
        "derived": row["g"].value == expand("graph:derived"),
    }


def _link(row: Any) -> dict[str, Any]:  # noqa: ANN401
    texts = {key: row[key].value if row[key] else None for key in ("name", "confidence", "reason")}
    iri = row["outside"].value
    return {"match": compact(row["match"].value), "id": compact(iri), "iri": iri} | texts


def _name(term: Any, names: dict[str, str]) -> str:  # noqa: ANN401 - any RDF term
    if isinstance(term, ox.NamedNode):
        return names.get(term.value) or _plain(term.value)
    return str(term.value)


def _plain(iri: str) -> str:
    # Terms of other vocabularies have no label here; their local names are English words.
    name = compact(iri)
    return " ".join(re.findall(r"[A-Za-z][a-z]*|\d+", name.partition(":")[2])).lower() or name


def print_card(card: dict[str, Any]) -> None:
    """Print what is said of an entity, a passage at a time."""
    from rich.console import Console  # noqa: PLC0415 - only this command needs it
    from rich.text import Text  # noqa: PLC0415

    def said(text: str, style: str = "") -> Text:
        return Text(printable(text), style)

    console = Console(highlight=False, soft_wrap=False)
    console.print(said(card["labels"]["en"], style="bold"), said(f"  {card['id']}", style="dim"))
    console.print(said(" · ".join(card["labels"][code] for code in ("ka", "az"))))
    kinds = ", ".join(kind.partition(":")[2] for kind in card["types"])
    console.print(said(kinds, style="italic"))
    last: object = None
    for statement in card["statements"]:
        if statement["passage"] != last:
            last = statement["passage"]
            console.print()
            if statement["derived"]:
                console.print(said("Derived, not stated by a page:", style="dim"))
            elif statement["text"] is not None:
                console.print(said(f"“{' '.join(statement['text'].split())}”"))
                if statement["translation"]:
                    console.print(said(statement["translation"], style="cyan"))
                by = ", ".join(name.partition(":")[2] or name for name in statement["by"])
                begin, end = statement["char"]
                console.print(said(f"char={begin},{end} · {by}", style="dim"))
        line = f"  {statement['subject']} — {statement['predicate']} → {statement['object']}"
        console.print(said(line, style="bold"))
    if card["links"]:
        console.print(said("\nIn open data:", style="dim"))
        found: dict[str, list[str]] = {}
        for link in card["links"]:
            found.setdefault(link["id"], []).append(link["match"].partition(":")[2])
        for name, matches in found.items():
            console.print(said(f"  {name}  ({', '.join(matches)})"))
    if card["holds"] > len(card["statements"]):
        console.print(f"\nThe first {len(card['statements'])} of {card['holds']} statements.")
    if not card["statements"]:
        console.print("\nNo passage says anything of it; it is only named.")
