"""What a worker answers to the requests of the Reconciliation API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bilateral.query.show import card_of
from bilateral.serve.reconcile.asked import batch_of, extension_of
from bilateral.serve.reconcile.extend import extended, proposed, suggestions
from bilateral.serve.reconcile.match import Matcher
from bilateral.serve.reconcile.register import id_of, term_of
from bilateral.serve.reconcile.words import Words

if TYPE_CHECKING:
    from bilateral.query.graph import Graph
    from bilateral.serve.reconcile.register import Register

PREVIEWED = 2  # passages


def reconciled(job: dict[str, Any], register: Register, graph: Graph) -> Any:  # noqa: ANN401 - JSON
    """The answer to a request, as JSON; None for an entity that there is not.

    Raises UsageError for a request that is wrong, TooLargeError for one that is too large.
    """
    words = Words(register, job["lang"])
    match job["what"]:
        case "kinds":
            return [_kind(words, kind) for kind in _highest(register)]
        case "queries":
            matcher = Matcher(words)
            queries = batch_of(job["text"], job["most"])
            return {key: {"result": matcher.candidates(one)} for key, one in queries.items()}
        case "suggest":
            begin, end = job["skip"], job["skip"] + job["limit"]
            found = suggestions(words, job["of"], job["prefix"], job["type"])
            return {"result": found[begin:end]}
        case "extend":
            return extended(words, *extension_of(job["text"]))
        case "propose":
            return {"type": job["type"], "limit": job["limit"],
                    "properties": proposed(words, job["type"])[: job["limit"]]}  # fmt: skip
        case "preview":
            return _preview(words, graph, job["id"])
        case _:
            return _flyout(words, job["of"], job["id"])


def _highest(register: Register) -> list[str]:
    """The classes of the graph that stand below no other of them."""
    kinds = set(register.kinds())
    return sorted(kind for kind in kinds if register.above(kind) & kinds == {kind})


def _kind(words: Words, kind: str) -> dict[str, Any]:
    return {"id": id_of(kind), "name": words.label(kind)}


def _preview(words: Words, graph: Graph, entity: str) -> dict[str, Any] | None:
    number = words.register.number(entity)
    if number is None:
        return None
    iri = words.register.iri(number)
    card = card_of(iri, graph, words.lang, 1, PREVIEWED)
    said = next((s for s in card["statements"] if s["text"]), None)
    return {
        "iri": iri,
        "name": words.label(iri),
        "names": [name for code, name in card["labels"].items() if code != words.lang],
        "types": [one["name"] for one in words.types(number)],
        "mentions": words.register.mentions[number],
        "text": said["text"] if said else None,
        "language": said["language"] if said else "",
        "translation": said["translation"] if said else None,
    }


def _flyout(words: Words, what: str, name: str) -> dict[str, Any] | None:
    register = words.register
    if what == "entity":
        number = register.number(name)
        if number is None:
            return None
        return {"name": words.label(register.iri(number)), "text": words.description(number)}
    iri = term_of(name)
    if iri not in (register.kinds() if what == "type" else register.known):
        return None
    found = suggestions(words, what, id_of(iri), "")
    about = next((one for one in found if one["id"] == id_of(iri)), {})
    return {"name": about.get("name", name), "text": about.get("description", "")}
