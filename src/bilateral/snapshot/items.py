"""Which things of an outside source are ours, by the mappings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bilateral.errors import UsageError
from bilateral.links import read_mappings
from bilateral.namespaces import compact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bilateral.snapshots import Outside

SAME = "skos:exactMatch"


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """A thing out there: its IRI, and the id (id:socar) and English name of what it is of ours."""

    iri: str
    id: str
    label: str


def mapped_items(outside: Outside, wanted: Iterable[str] = ()) -> list[Item]:
    """The source's items that are mapped to entities of ours, in order; of `wanted` only.

    Raises UsageError where nothing is mapped, or something that is wanted is not.
    """
    found = sorted(
        Item(m.object, compact(m.subject), m.subject_label)
        for m in read_mappings()
        if m.predicate_id == SAME
        and not m.negative
        and m.object_id.partition(":")[0] == outside.prefix
    )
    if not found:
        what = f"no entity is mapped to {outside.title['en']}"
        raise UsageError(what, "Map some first: `bilateral link`.")
    ids = {name if ":" in name else f"id:{name}" for name in wanted}
    if missing := sorted(ids - {item.id for item in found}):
        what = f"'{missing[0]}' is not mapped to {outside.title['en']}"
        remedy = f"Mapped are: {', '.join(item.id for item in found)}."
        raise UsageError(what, remedy)
    return [item for item in found if not ids or item.id in ids]
