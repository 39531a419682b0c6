"""A stand-in for Wikidata: its shape and the mapped items' identifiers, with statements made up here."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING

from bilateral.query.federation import listed_services
from bilateral.query.graph import Graph
from bilateral.snapshot.items import mapped_items
from bilateral.snapshots import outside_named

from .serving import oxigraph_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bilateral.query.question import Question

WIKIDATA = next(address for address, name in listed_services().items() if name == "Wikidata")
# No such host: what a test does not stand in for is asked as if there were no network.
NOWHERE = f"{WIKIDATA}=http://wikidata.invalid/"

# What the query service calls a value that Wikidata knows to be unknown.
UNKNOWN = "http://www.wikidata.org/.well-known/genid/"
HEAD = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix wd: <http://www.wikidata.org/entity/> .
@prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
wd:example-class rdfs:label "example class"@en , "კლასი"@ka , "sinif"@az .
wd:example-heir rdfs:label "example successor"@en .
"""


def made_up() -> str:
    """Turtle that says of each mapped item what a test can know."""
    items = mapped_items(outside_named("wikidata"))
    by_id = {item.id: item.iri for item in items}
    lines = [HEAD]
    for item in items:
        name = item.iri.rsplit("/", 1)[-1]
        lines.append(f'<{item.iri}> rdfs:label "{name}"@en ; wdt:P31 wd:example-class .')
    for entity in ("guam", "bsec", "socar"):
        iri = by_id[f"id:{entity}"]
        lines.append(f'<{iri}> wdt:P576 "1900-01-01T00:00:00Z"^^xsd:dateTime .')
        lines.append(
            f"<{iri}> wdt:P1366 wd:example-heir ; wdt:P571 _:{entity} ; wdt:P856 <{UNKNOWN}1> ."
        )
    lines += [
        f"<{by_id['id:' + state]}> wdt:P463 <{by_id['id:' + body]}> ."
        for state in ("georgia", "azerbaijan", "romania")
        for body in ("guam", "bsec", "united-nations")
    ]
    return "\n".join(lines)


@contextlib.contextmanager
def wikidata_server(folder: Path) -> Iterator[str]:
    """The address of an Oxigraph server that holds what is made up here."""
    data = folder / "wikidata.ttl"
    data.write_text(made_up(), encoding="utf-8")
    with oxigraph_server(data, folder / "wikidata-store") as address:
        yield address


def asking(graph: Graph, address: str) -> Graph:
    """The same graph, with the stand-in in the place of Wikidata."""
    settings = dataclasses.replace(
        graph.settings, mirrors=f"{WIKIDATA}={address}", private_services=True
    )
    return Graph(graph.engine, settings, remote=graph.remote)


def naming(question: Question, address: str) -> Question:
    """The question with the stand-in's address in it, for a store that asks it by itself."""
    return dataclasses.replace(question, query=question.query.replace(WIKIDATA, address))
