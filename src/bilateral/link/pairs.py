"""What the options of `bilateral link` mean: which source, which pairs; and answers on paper."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bilateral.errors import UsageError
from bilateral.knowledge import load_knowledge
from bilateral.language import languages as known_languages
from bilateral.link.decisions import Decider
from bilateral.link.entities import described, entities_named, linked, unlinked
from bilateral.link.plan import plan
from bilateral.link.reconcile import reconciler
from bilateral.link.search import search
from bilateral.link.wikidata import Wikibase, site
from bilateral.links import begin_file, links_path, read_mappings
from bilateral.namespaces import compact, expand
from bilateral.query.printing import printable
from bilateral.query.remote import Client
from bilateral.query.web import Web
from bilateral.sources import stored_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from bilateral.knowledge import Knowledge
    from bilateral.link.model import Entity, Found
    from bilateral.link.search import Source
    from bilateral.query.graph import Graph


def start(
    texts: Sequence[str],
    graph: Graph,
    given: dict[str, Any],
    all_languages: tuple[str, ...],
    told: Callable[[str], None],
    progress: Callable[[int, int], None],
) -> tuple[list[Entity], Source, Iterator[Found]]:
    """What is looked for, where, and its candidates as they come; fills in the threshold."""
    languages = given["languages"] or all_languages
    given["threshold"] = plan().threshold if given["threshold"] is None else given["threshold"]
    mappings = read_mappings(_file(given))
    source = source_of(graph, given, languages, told)
    iris = entities_named(texts, graph) or unlinked(graph, mappings, source.prefix)
    outside = linked(mappings, source.prefix)
    entities = described(iris, graph, _knowledge(), outside, languages)
    return entities, source, search(entities, source, mappings, given["threshold"], progress)


def source_of(
    graph: Graph, given: dict[str, Any], languages: tuple[str, ...], told: Callable[[str], None]
) -> Source:
    """The service that the options name. Raises UsageError for one that there is not."""
    name, settings = given["service"], graph.settings
    bounds: dict[str, Any] = {
        "seconds": settings.service_seconds,
        "megabytes": settings.service_mb,
        "attempts": settings.retries,
        "public_only": not settings.private_services,
        "named": True,
        "told": told,
    }
    if name.startswith(("http://", "https://")):
        return reconciler(Web(name, kind="reconciliation service", **bounds))
    service = plan().services.get(name)
    if service is None:
        what = f"no service is called '{name}'"
        remedy = f"Use {', '.join(plan().services)}, or an address that starts with https://."
        raise UsageError(what, remedy)
    client = Client(given["endpoint"] or service.endpoint, page_rows=settings.page_rows, **bounds)
    address = given["search"]
    if not address and not given["endpoint"]:
        # Who names another query service is not helped by Wikidata's search.
        address = service.search
    elif address and "{text}" not in address:
        what = f"the address '{address}' of the search has no place for the text"
        raise UsageError(what, "Write {text} where the text goes, and {language} and {limit}.")
    web = Web(site(address), kind="search", **bounds) if address else None
    return Wikibase(service, client, languages, web, address or "")


def _knowledge() -> Knowledge:
    knowledge = load_knowledge()
    for language in known_languages().values():
        knowledge.lexicon(language)
    return knowledge


def _file(given: dict[str, Any]) -> Path:
    """The file of mappings that the options name, begun where there is none."""
    path: Path = given["links"] or links_path()
    if given["links"] and not path.exists():
        begin_file(path)
    return path


def decider_of(given: dict[str, Any], home: str) -> Decider:
    """Who decides, by the options."""
    return Decider(_file(given), given["author"] or getpass.getuser(), home)


def decided(graph: Graph, given: dict[str, Any]) -> list[dict[str, str]]:
    """The rows that --accept, --reject, and --forget write or take out, once they are."""
    homes = {m.object_id.partition(":")[0]: m.object_source for m in read_mappings(links_path())}
    knowledge = _knowledge()
    rows = []
    for decision, done in (("forget", "forgotten"), ("reject", "rejected"), ("accept", "accepted")):
        for text in given[decision]:
            name, target = _pair(text, decision, given["service"])
            (iri,) = entities_named([name], graph)
            decider = decider_of(given, homes.get(target.partition(":")[0], ""))
            (entity,) = described([iri], graph, knowledge, {}, ("en", "ka", "az"))
            match decision:
                case "forget":
                    written = decider.forget(entity.id, target)
                case "reject":
                    _known(iri, name, graph, knowledge)
                    written = [decider.reject(entity, target, why=given["why"])]
                case _:
                    _known(iri, name, graph, knowledge)
                    match = f"skos:{given['match']}Match"
                    written = [decider.accept(entity, target, match=match, why=given["why"])]
            rows += [{"decision": done, **asdict(row)} for row in written]
    return rows


def _pair(text: str, option: str, service: str) -> tuple[str, str]:
    """The two sides of ENTITY=ID; an item's bare number belongs to the service."""
    name, sign, target = text.partition("=")
    if not (sign and name and target):
        what = f"--{option} '{text}' is no pair"
        raise UsageError(what, "Write ENTITY=ID, such as georgia=wd:Q230.")
    if target.startswith(("http://", "https://", "<")):
        target = compact(target.strip("<>"))
    elif ":" not in target and service in plan().services:
        target = f"{plan().services[service].prefix}:{target}"
    prefix, colon, rest = target.partition(":")
    if not (colon and rest) or prefix in {"http", "https"}:
        what = f"'{text}' names no id with a known prefix"
        remedy = "Use a prefix of ontology/context.jsonld, such as wd:Q230, or add one there."
        raise UsageError(what, remedy)
    expand(target)
    return name, target


def _known(iri: str, name: str, graph: Graph, knowledge: Knowledge) -> None:
    """Nothing for what every build knows; else raises UsageError.

    What only a page proposes that is not stored would stop the build of the stored pages.
    """
    if compact(iri) in {*knowledge.named(), *knowledge.labels}:
        return
    stored = {f"source:{path.name}" for path in stored_sources()}
    result: Any = graph.engine.query(f"SELECT ?s {{ ?s a <{expand('bil:Source')}> }}")
    if {compact(row["s"].value) for row in result} <= stored:
        return
    what = f"'{name}' is not in the lexicon: only this page speaks of it"
    raise UsageError(what, "Give it an entry in graph/lexicon/entities first.")


def as_json(found: Found, source: Source) -> dict[str, Any]:
    """An entity with its candidates, for a program."""
    return {
        "id": found.entity.id,
        "label": found.entity.label,
        "proposed": found.judged[0].candidate.id if found.proposed else None,
        "candidates": [
            {
                "id": j.candidate.id,
                "iri": expand(j.candidate.id),
                "label": j.candidate.label,
                "description": j.candidate.description,
                "types": j.candidate.types or {},
                "page": source.page(j.candidate.id),
                "score": j.score,
                "parts": [asdict(part) for part in j.parts],
            }
            for j in found.judged
        ],
    }


def table(seen: list[Found]) -> None:
    """Print each entity with its best candidates, and what their scores are made of."""
    from rich.console import Console  # noqa: PLC0415 - slow, and programs do without
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=False)
    for one in seen:
        head = f"{one.entity.label}   {one.entity.id}"
        console.print(Text(printable(head), "bold"))
        if not one.judged:
            console.print(Text("  nothing found", "dim"))
        for place, j in enumerate(one.judged[:3]):
            mark = "=" if place == 0 and one.proposed else "?"
            said = f"  {mark} {j.score:.2f}  {j.candidate.id}  {j.candidate.label}"
            about = f": {j.candidate.description}" if j.candidate.description else ""
            console.print(Text(printable(said + about)))
            for part in j.parts:
                line = f"         {part.about} {part.gives:+.2f}  {part.why}"
                console.print(Text(printable(line), "dim"))
    proposed = sum(one.proposed for one in seen)
    console.print(
        Text(f"{len(seen)} looked for, {proposed} proposed (=). bilateral link --review decides.")
    )
