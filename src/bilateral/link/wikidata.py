"""Candidates from Wikidata, or from any Wikibase: its query service, and its search."""

from __future__ import annotations

import json
import time
import urllib.request
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyoxigraph as ox

from bilateral.errors import BilateralError, RemoteError
from bilateral.link.model import Candidate
from bilateral.link.plan import plan
from bilateral.link.score import judged, spellings
from bilateral.namespaces import compact, expand
from bilateral.query.web import AGENT, Web, start_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bilateral.link.model import Entity
    from bilateral.link.plan import Service
    from bilateral.query.remote import Client

PREFIXES = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
SAME_NAME = (
    PREFIXES
    + """
SELECT DISTINCT ?item ?name { VALUES ?name { %s } ?item rdfs:label|skos:altLabel ?name }
"""
)
NAMES = (
    PREFIXES
    + """
SELECT ?item ?about ?name {
  VALUES ?item { %s }
  VALUES ?about { rdfs:label skos:altLabel <%s> }
  ?item ?about ?name .
  FILTER (LANG(?name) IN (%s))
}
"""
)
CLAIMS = """
SELECT DISTINCT ?item ?claim ?other {
  VALUES ?item { %s }
  ?item ?claim ?other .
  FILTER (ISIRI(?other) && STRSTARTS(STR(?claim), "%s") && STRSTARTS(STR(?other), "%s"))
}
"""
TYPES = (
    PREFIXES
    + """
SELECT ?type ?name ?above ?aboveName {
  VALUES ?type { %s }
  OPTIONAL { ?type rdfs:label ?name FILTER (LANG(?name) = "en") }
  OPTIONAL {
    ?type <%s> ?above .
    OPTIONAL { ?above rdfs:label ?aboveName FILTER (LANG(?aboveName) = "en") }
  }
}
"""
)


@dataclass(slots=True)
class Wikibase:
    """A Wikibase: without `search`, only its query service is asked.

    `template` is the address of the search, with {text}, {language}, and {limit} to fill in.
    """

    service: Service
    client: Client
    languages: tuple[str, ...]
    search: Web | None = None
    template: str = ""
    _types: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """The prefix of its items."""
        return self.service.prefix

    @property
    def home(self) -> str:
        """Its own address, for the file of mappings."""
        return self.service.home

    def page(self, curie: str) -> str:
        """The address at which a person reads of an item."""
        return self.service.page.replace("{id}", curie.partition(":")[2])

    def candidates(self, entities: list[Entity]) -> Iterator[list[Candidate]]:
        """The candidates of each entity: first by its very names, then by search.

        Nobody is asked to search for what is found by its name. A search that fails is told once
        all that is known already is given.
        """
        items = self._by_name(entities)
        known = self._described({item for found in items.values() for item in found})
        failure: BilateralError | None = None
        for entity in entities:
            found = [known[item] for item in sorted(items[entity.id]) if item in known]
            if self.search is not None and failure is None and not judged(entity, found).proposed:
                try:
                    more = self._searched(entity) - known.keys()
                    known |= self._described(more)
                    found += [known[item] for item in sorted(more) if item in known]
                except BilateralError as error:
                    failure = error
            yield found
        if failure is not None:
            raise failure

    def _by_name(self, entities: list[Entity]) -> dict[str, set[str]]:
        wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
        for entity in entities:
            for language, names in entity.names.items():
                for spelling in (s for name in names for s in spellings(name)):
                    wanted[spelling, language].add(entity.id)
                    wanted[spelling, self.service.any_language].add(entity.id)
        literals = " ".join(str(ox.Literal(n, language=code)) for n, code in sorted(wanted))
        found: dict[str, set[str]] = {entity.id: set() for entity in entities}
        if literals:
            for row in self._rows(SAME_NAME % literals):
                for owner in wanted.get((row["name"].value, row["name"].language), ()):
                    if item := self._item(row["item"]):
                        found[owner].add(item)
        return found

    def _item(self, term: Any) -> str | None:  # noqa: ANN401 - any RDF term
        """An item's id; None for what is no item, such as a property of the same name."""
        if not isinstance(term, ox.NamedNode):
            return None
        prefix, _, name = compact(term.value).partition(":")
        return f"{prefix}:{name}" if prefix == self.prefix and name[:1] == "Q" else None

    def _searched(self, entity: Entity) -> set[str]:
        found: dict[str, None] = {}
        for language, names in entity.names.items():
            for text in dict.fromkeys(s for name in names[:2] for s in spellings(name)):
                for item in self._search(text, language):
                    found.setdefault(item)
        return set(list(found)[: plan().candidates * len(self.languages)])

    def _search(self, text: str, language: str) -> list[str]:
        assert self.search is not None  # noqa: S101 - asked for by who has looked
        address = self.template
        for name, value in (
            ("text", text),
            ("language", language),
            ("limit", str(plan().candidates)),
        ):
            address = address.replace(f"{{{name}}}", quote(value, safe=""))
        headers = {"User-Agent": AGENT, "Accept": "application/json"}
        time.sleep(plan().pause_seconds)
        data = json_of(self.search, urllib.request.Request(address, headers=headers))  # noqa: S310 - Line sees to the scheme
        hits = data.get("search") if isinstance(data, dict) else None
        if not isinstance(hits, list):
            said = data.get("error", {}) if isinstance(data, dict) else {}
            info = said.get("info") if isinstance(said, dict) else None
            what = f"{self.search.address} answered without results: {info or 'no list of hits'}"
            raise RemoteError(
                what, "Check the address of the search: it must be that of a Wikibase."
            )
        ids = [hit.get("id") for hit in hits if isinstance(hit, dict)]
        return [
            f"{self.prefix}:{i}"
            for i in ids
            if isinstance(i, str) and i[:1] == "Q" and i[1:].isdigit()
        ]

    def _described(self, items: Iterable[str]) -> dict[str, Candidate]:
        """The items with what is needed to judge them, a bounded number at a time."""
        ordered = sorted(items)
        found: dict[str, Candidate] = {}
        for start in range(0, len(ordered), plan().at_once):
            found |= self._some(ordered[start : start + plan().at_once])
        return found

    def _some(self, items: list[str]) -> dict[str, Candidate]:
        found = {item: Candidate(item, item) for item in items}
        values = " ".join(str(ox.NamedNode(expand(item))) for item in items)
        every = (*self.languages, self.service.any_language)
        languages = ", ".join(f'"{code}"' for code in every)
        for row in self._rows(NAMES % (values, self.service.description, languages)):
            one = found.get(compact(row["item"].value))
            if one is None:
                continue
            text, language = row["name"].value, row["name"].language
            if row["about"].value == self.service.description:
                one.description = text if language == "en" else one.description or text
                continue
            one.name(text, language)
            if row["about"].value.endswith("#label") and (language == "en" or one.label == one.id):
                one.label = text
        for one in found.values():
            # A name for every language is written in Latin letters, as English is.
            for text in one.names.pop(self.service.any_language, ()):
                one.name(text, "en")
        self._claim(found, values)
        return {item: one for item, one in found.items() if one.names}

    def _claim(self, found: dict[str, Candidate], values: str) -> None:
        claims: dict[str, dict[str, set[str]]] = {item: defaultdict(set) for item in found}
        space = expand(f"{self.prefix}:")
        for row in self._rows(CLAIMS % (values, self.service.claims, space)):
            item = compact(row["item"].value)
            if item in claims:
                name = row["claim"].value.removeprefix(self.service.claims)
                claims[item][name].add(compact(row["other"].value))
        kinds = {kind for of in claims.values() for kind in of.get(self.service.instance_of, ())}
        self._learn(kinds - self._types.keys())
        for item, of in claims.items():
            one = found[item]
            every = [
                self._types.get(kind, {}) for kind in sorted(of.get(self.service.instance_of, ()))
            ]
            one.types = {kind: name for types in every for kind, name in types.items()}
            one.countries = frozenset(of.get(self.service.country, ()))
            one.claims = frozenset(other for others in of.values() for other in others)

    def _learn(self, kinds: set[str]) -> None:
        """Note the names of types and of those right above them."""
        if not kinds:
            return
        values = " ".join(str(ox.NamedNode(expand(kind))) for kind in sorted(kinds))
        self._types |= {kind: {kind.partition(":")[2]: ""} for kind in kinds}
        for row in self._rows(TYPES % (values, self.service.claims + self.service.subclass_of)):
            of = self._types.get(compact(row["type"].value))
            if of is None:
                continue
            for key, name in (("type", "name"), ("above", "aboveName")):
                if row[key]:
                    item = compact(row[key].value).partition(":")[2]
                    of[item] = row[name].value if row[name] else of.get(item, "")

    def _rows(self, query: str) -> list[Any]:
        result: Any = self.client.query(query)
        return list(result)


def json_of(web: Web, request: urllib.request.Request) -> Any:  # noqa: ANN401 - any JSON value
    """The JSON that a service answers. Raises RemoteError for anything else."""
    reply = web.reply(request)
    # Some services still send JSON as JavaScript.
    if not reply.kind.endswith(("json", "javascript")):
        what = f"{web.address} answered with {reply.kind}, not with JSON: {start_of(reply.body)}"
        raise RemoteError(
            what, "Check the address: it must be the service itself, not its web page."
        )
    try:
        return json.loads(reply.body)
    except ValueError as wrong:
        what = f"{web.address} broke off its answer: {wrong}"
        raise RemoteError(what, "Ask again; what was decided is kept.") from wrong


def site(address: str) -> str:
    """An address without what is asked for."""
    return address.partition("?")[0]
