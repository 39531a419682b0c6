"""Candidates from any service that speaks the Reconciliation API (0.1 or 0.2).

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bilateral.errors import LinkError, RemoteError
from bilateral.link.model import Candidate
from bilateral.link.plan import plan
from bilateral.link.score import UNKNOWN, spellings
from bilateral.link.wikidata import json_of
from bilateral.namespaces import prefixes
from bilateral.query.web import AGENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bilateral.link.model import Entity
    from bilateral.query.web import Web

VERSIONS = frozenset({"0.1", "0.2"})
HEADERS = {"User-Agent": AGENT, "Accept": "application/json"}


@dataclass(slots=True)
class Reconciler:
    """A reconciliation service, with what its manifest says."""

    web: Web
    prefix: str
    space: str
    name: str
    view: str

    @property
    def home(self) -> str:
        """Its own address, for the file of mappings."""
        return self.web.address

    def page(self, curie: str) -> str:
        """The address at which a person reads of an entity of the service."""
        name = curie.partition(":")[2]
        return self.view.replace("{{id}}", name) if self.view else self.space + name

    def candidates(self, entities: list[Entity]) -> Iterator[list[Candidate]]:
        """The candidates of each entity: one query for each of its languages, all in one request."""
        queries: dict[str, dict[str, Any]] = {}
        for number, entity in enumerate(entities):
            for language, names in entity.names.items():
                key = f"q{number}-{language}"
                # Without its bracket, which a service would take for words to find.
                text = [*spellings(names[0]), ""][1] or names[0]
                queries[key] = {"query": text, "limit": plan().candidates}
        time.sleep(plan().pause_seconds)
        answers = self._asked(queries) if queries else {}
        for number, entity in enumerate(entities):
            found: dict[str, Candidate] = {}
            for language in entity.names:
                for hit in _hits(answers.get(f"q{number}-{language}"), self.web.address):
                    self._note(hit, found)
            yield list(found.values())

    def _asked(self, queries: dict[str, dict[str, Any]]) -> dict[str, Any]:
        body = urlencode({"queries": json.dumps(queries, ensure_ascii=False)}).encode()
        headers = HEADERS | {"Content-Type": "application/x-www-form-urlencoded"}
        request = urllib.request.Request(self.web.address, data=body, headers=headers)  # noqa: S310 - Line sees to the scheme
        answers = json_of(self.web, request)
        if not isinstance(answers, dict) or not queries.keys() & answers.keys():
            what = f"{self.web.address} answered none of the queries"
            raise RemoteError(what, "Check that the service speaks version 0.2 of the API.")
        return answers

    def _note(self, hit: dict[str, Any], found: dict[str, Candidate]) -> None:
        name = str(hit["id"]).removeprefix(self.space)
        one = found.setdefault(
            name, Candidate(f"{self.prefix}:{name}", str(hit.get("name") or name))
        )
        one.name(str(hit.get("name") or name), UNKNOWN)
        one.description = one.description or str(hit.get("description") or "")
        types = [t if isinstance(t, dict) else {"id": t} for t in hit.get("type") or ()]
        known = {str(t.get("id")): str(t.get("name") or "") for t in types}
        one.types = (one.types or {}) | known or None
        if isinstance(hit.get("score"), (int, float)):
            one.theirs = max(one.theirs or 0.0, float(hit["score"]))


def _hits(answer: Any, address: str) -> list[dict[str, Any]]:  # noqa: ANN401 - any JSON value
    if answer is None:
        return []
    hits = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(hits, list):
        what = f"{address} answered a query with something that is no list of results"
        raise RemoteError(what, "Check that the service speaks version 0.2 of the API.")
    return [hit for hit in hits if isinstance(hit, dict) and hit.get("id")]


def reconciler(web: Web) -> Reconciler:
    """The service at an address. Raises RemoteError for none, LinkError for unknown identifiers."""
    manifest = json_of(web, urllib.request.Request(web.address, headers=HEADERS))  # noqa: S310 - Line sees to the scheme
    space = manifest.get("identifierSpace") if isinstance(manifest, dict) else None
    if not isinstance(space, str):
        what = f"{web.address} has no manifest of a reconciliation service"
        raise RemoteError(what, "Give the address that the service itself documents.")
    versions = manifest.get("versions") or sorted(VERSIONS)
    if not VERSIONS & set(versions):
        what = f"{web.address} speaks version {', '.join(map(str, versions))} of the API only"
        raise RemoteError(
            what, f"Give the address of a service of version {' or '.join(sorted(VERSIONS))}."
        )
    prefix = next((p for p, ns in prefixes().items() if ns == space), None)
    if prefix is None:
        what = f"the identifiers of {web.address} begin with {space}, which has no prefix"
        remedy = "Give it one in ontology/context.jsonld, and in the head of graph/links.sssom.tsv."
        raise LinkError(what, remedy)
    view = manifest.get("view")
    url = view.get("url") if isinstance(view, dict) else ""
    name = str(manifest.get("name") or web.address)
    return Reconciler(web, prefix, space, name, url if isinstance(url, str) else "")
