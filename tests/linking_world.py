"""A small Wikidata on the loopback interface: a real SPARQL server, a search, a reconciliation service."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

from bilateral.folding import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parent / "linking"
WD, WDT = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/direct/"
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
ALIAS = ox.NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")
DESCRIPTION = ox.NamedNode("http://schema.org/description")
LANGUAGES = ("en", "ka", "az")


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the tables."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    head, *rest = [line.split("\t") for line in lines if not line.startswith("#")]
    return [dict(zip(head, line, strict=True)) for line in rest]


def triples() -> Iterator[ox.Quad]:
    """The tables as Wikidata writes such things in RDF."""
    for kind in rows("types.tsv"):
        it = ox.NamedNode(WD + kind["id"])
        yield ox.Quad(it, LABEL, ox.Literal(kind["name"], language="en"))
        for above in kind["under"].split():
            yield ox.Quad(it, ox.NamedNode(WDT + "P279"), ox.NamedNode(WD + above))
    for item in rows("items.tsv"):
        it = ox.NamedNode(WD + item["id"])
        for code in LANGUAGES:
            if item[code]:
                yield ox.Quad(it, LABEL, ox.Literal(item[code], language=code))
            for more in filter(None, item[f"{code}_more"].split("|")):
                yield ox.Quad(it, ALIAS, ox.Literal(more, language=code))
        if item["description"]:
            yield ox.Quad(it, DESCRIPTION, ox.Literal(item["description"], language="en"))
        for claim, column in (("P31", "types"), ("P17", "country"), ("P527", "others")):
            for other in item[column].split():
                yield ox.Quad(it, ox.NamedNode(WDT + claim), ox.NamedNode(WD + other))


def names_of(item: dict[str, str], code: str) -> list[str]:
    """All names of an item in a language."""
    return [n for n in (item[code], *item[f"{code}_more"].split("|")) if n]


class Services(ThreadingHTTPServer):
    """Wikidata's search at /w/api.php and a reconciliation service at /reconcile."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.items = rows("items.tsv")
        self.types = {kind["id"]: kind["name"] for kind in rows("types.tsv")}
        self.asked: list[str] = []
        base = f"http://127.0.0.1:{self.server_port}"
        self.search = f"{base}/w/api.php?action=wbsearchentities&search={{text}}&language={{language}}&limit={{limit}}"
        self.reconcile = f"{base}/reconcile"

    def hits(self, text: str, codes: tuple[str, ...], limit: int) -> list[dict[str, str]]:
        """Items, a name of which begins with the text, as Wikidata's search finds them."""
        wanted = folded(text)
        found = [
            item
            for item in self.items
            if any(folded(n).startswith(wanted) for code in codes for n in names_of(item, code))
        ]
        return found[:limit]


class Handler(BaseHTTPRequestHandler):
    server: Services

    def do_GET(self):
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.server.asked.append(self.path)
        if parts.path == "/w/api.php":
            codes = tuple(dict.fromkeys((asked["language"], "en")))
            hits = self.server.hits(asked["search"], codes, int(asked["limit"]))
            self.answer({"search": [{"id": item["id"], "label": item["en"]} for item in hits]})
        else:
            self.answer(
                {
                    "versions": ["0.1", "0.2"],
                    "name": "test",
                    "identifierSpace": WD,
                    "schemaSpace": WDT,
                }
            )

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.server.asked.append(body)
        queries = json.loads(parse_qs(body)["queries"][0])
        answers = {}
        for key, query in queries.items():
            hits = self.server.hits(query["query"], LANGUAGES, query["limit"])
            answers[key] = {"result": [self.hit(item) for item in hits]}
        self.answer(answers)

    def hit(self, item):
        kinds = [{"id": i, "name": self.server.types[i]} for i in item["types"].split()]
        return {"id": item["id"], "name": item["en"], "description": item["description"],
                "type": kinds, "score": 50, "match": False}  # fmt: skip

    def answer(self, data):
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def started() -> Services:
    """The services, running."""
    server = Services()
    Thread(target=server.serve_forever, daemon=True).start()
    return server
