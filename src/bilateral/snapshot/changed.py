"""What changed out there between two snapshots, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.namespaces import compact, expand
from bilateral.query.printing import printable
from bilateral.snapshot.items import mapped_items
from bilateral.snapshots import changes, read_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bilateral.snapshots import Outside


def described(outside: Outside, old: Path, new: Path) -> dict[str, Any]:
    """The changes between two snapshots: by item, each with its property and its values.

    Values are written as in N-Triples; `names` has labels of the IRIs among them.
    """
    items = {item.iri: item for item in mapped_items(outside)}
    names = _labels(outside, (old, new))
    found: list[dict[str, Any]] = []
    for change in changes(outside, old, new):
        item = items.get(change.subject)
        found.append({
            "entity": item.id if item else None,
            "item": change.subject,
            "label": item.label if item else names.get(change.subject),
            "property": compact(change.property),
            "property_label": names.get(change.property),
            "gone": list(change.gone),
            "new": list(change.new),
        })  # fmt: skip
    used = {
        value.strip("<>") for change in found for side in ("gone", "new") for value in change[side]
    }
    return {
        "name": outside.name,
        "from": old.stem,
        "to": new.stem,
        "changes": found,
        "names": {iri: name for iri, name in sorted(names.items()) if iri in used},
    }


def _labels(outside: Outside, paths: Iterable[Path]) -> dict[str, str]:
    """English labels: of properties from the description, of things from the snapshots."""
    found = {expand(curie): about["en"] for curie, about in outside.properties.items()}
    for path in paths:
        for quad in read_snapshot(outside, path):
            if quad.predicate.value == expand("rdfs:label") and isinstance(quad.object, ox.Literal):
                if quad.object.language in {"en", None}:
                    found[str(quad.subject).strip("<>")] = quad.object.value
    return found


def lines_of(found: dict[str, Any]) -> Iterator[str]:
    """The changes as lines for people."""
    if not found["changes"]:
        yield f"{found['name']}: nothing changed from {found['from']} to {found['to']}."
        return
    yield f"{found['name']}: from {found['from']} to {found['to']}"
    last = None
    for change in found["changes"]:
        if change["item"] != last:
            yield ""
            name = printable(change["label"] or compact(change["item"]))
            yield f"{name}   {change['entity'] or compact(change['item'])}"
            last = change["item"]
        prop = change["property_label"] or change["property"]
        for mark, side in (("-", "gone"), ("+", "new")):
            for value in change[side]:
                yield f"  {mark} {printable(prop)}: {_shown(value, found['names'])}"


def _shown(value: str, names: dict[str, str]) -> str:
    if value.startswith("<"):
        iri = value.strip("<>")
        return printable(f"{names[iri]} ({compact(iri)})" if iri in names else compact(iri))
    (quad,) = ox.parse(f"<urn:x> <urn:x> {value} .", format=ox.RdfFormat.N_TRIPLES)
    literal = quad.object
    assert isinstance(literal, ox.Literal)  # noqa: S101 - what is no IRI here is one
    return printable(f"{literal.value} ({literal.language})" if literal.language else literal.value)
