"""A gold file: the facts that a careful reader takes from a page, one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from bilateral.errors import GoldError

if TYPE_CHECKING:
    from pathlib import Path

    from bilateral.evaluate.kinds import Kinds

PLAIN_KEYS = ("entities", "date", "value", "unit", "mult")
COMMON_KEYS = ("quote", "occurrence", "relation", "never", "optional", "type", "note")
FIGURE_KEYS = ("value", "unit", "mult")
AS_IN_PAGE = "="  # "=words" stands for what these words of the quote name


@dataclass(frozen=True, slots=True)
class Gold:
    """One line of a gold file: where its quote stands in the page, and what it says.

    A quote that stands in the page several times, without `occurrence`, means any of its places.
    """

    line: int
    places: tuple[tuple[int, int], ...]
    relation: str | None
    never: bool
    optional: bool
    says: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GoldFile:
    """A gold file's lines, and the kinds of facts that it has all of, so that more is wrong."""

    lines: tuple[Gold, ...]
    complete: frozenset[str]


def read_gold(path: Path, text: str, kinds: Kinds) -> GoldFile:
    """The gold file for a page of that text.

    Raises GoldError, with file and line, for what is no JSON, has an unknown key or relation, or
    quotes what the page does not have.
    """
    try:
        received = path.read_bytes().decode("utf-8")
    except OSError as error:
        what = error.strerror or "the gold file cannot be read"
        raise GoldError(what, "Give the path of a JSON Lines file.", file=str(path)) from error
    except UnicodeDecodeError as error:
        what = f"byte {error.start} is not UTF-8"
        raise GoldError(what, "Save the file as UTF-8.", file=str(path)) from error
    lines: list[Gold] = []
    complete: set[str] = set()
    # Not splitlines(): a quote may hold the separators that JSON leaves as they are (U+2028).
    for number, row in enumerate(received.split("\n"), start=1):
        if not row.strip():
            continue
        try:
            record = _record(row)
            if set(record) == {"complete"}:
                complete |= _complete(record["complete"], kinds)
            else:
                lines.append(_gold(record, number, text, kinds))
        except GoldError as error:
            raise GoldError(error.what, error.remedy, file=str(path), line=number) from error
    return GoldFile(tuple(lines), frozenset(complete))


def _record(row: str) -> dict[str, Any]:
    try:
        record = json.loads(row)
    except (ValueError, RecursionError) as error:
        what = f"this is not JSON: {error}"
        raise GoldError(what, "Write one JSON object a line.") from error
    if isinstance(record, dict) and set(record) == {"complete"}:
        return record
    if not isinstance(record, dict) or not isinstance(record.get("quote"), str):
        what = "the line is not an object with a 'quote'"
        raise GoldError(what, 'Write it like: {"quote": "…", "date": "2010-04"}.')
    return record


def _complete(given: object, kinds: Kinds) -> set[str]:
    names = given if isinstance(given, list) else [given]
    strange = [name for name in names if name not in kinds.names]
    if strange:
        what = f"'complete' names {strange[0]!r}, which is no kind that is compared"
        raise GoldError(what, f"Known: {', '.join(kinds.names)}.")
    return set(names)


def _gold(record: dict[str, Any], number: int, text: str, kinds: Kinds) -> Gold:
    relation = record.get("relation")
    fields: tuple[str, ...] = PLAIN_KEYS
    if relation is not None:
        kind = kinds.statement(relation) if isinstance(relation, str) else None
        if kind is None:
            what = f"the relation {relation!r} is not one that is compared"
            known = ", ".join(sorted(kinds.statements))
            raise GoldError(what, f"Known: {known}, or a property of the ontology (bil:party).")
        fields = ("entities", *kind.fields, *FIGURE_KEYS)
    unknown = sorted(set(record) - {*COMMON_KEYS, *fields})
    if unknown:
        what = f"the line has the unknown key {', '.join(unknown)}"
        raise GoldError(what, f"Known here: {', '.join((*COMMON_KEYS, *fields))}.")
    _check_values(record)
    places = _places(record["quote"], record.get("occurrence"), text)
    says = {k: v for k, v in record.items() if k in {*fields, "type"}}
    if not says and not (relation and record.get("never")):
        what = "the line says nothing of its quote"
        raise GoldError(what, f"Give it one of: {', '.join(fields)}.")
    return Gold(
        number, places, relation, bool(record.get("never")), bool(record.get("optional")), says
    )


def _check_values(record: dict[str, Any]) -> None:
    value = record.get("value")
    if value is not None:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if isinstance(value, bool) or not number.is_finite():
            what = f"the value {value!r} is not a number"
            raise GoldError(what, 'Write the digits with a point: "708.1".')
    mult = record.get("mult", 0)
    if not isinstance(mult, int) or isinstance(mult, bool) or not 0 <= mult <= 12:  # noqa: PLR2004
        what = f"the power of ten {mult!r} is not a whole number from 0 to 12"
        raise GoldError(what, "Write 6 for millions, 3 for thousands.")
    if ("unit" in record or "mult" in record) and value is None:
        what = "the line has a unit or a power of ten but no value"
        raise GoldError(what, 'Give the value too: "value": "708.1".')
    for key, found in record.items():
        members = found if isinstance(found, list) else [found]
        if key not in {"never", "optional", "occurrence", "mult"} and not all(
            m is None or (isinstance(m, (str, int, float)) and not isinstance(m, bool))
            for m in members
        ):
            what = f"'{key}' is neither a text, a number, nor a list of them"
            raise GoldError(what, 'Write "…", or ["…", "…"].')
    for key in ("never", "optional"):
        if not isinstance(record.get(key, False), bool):
            what = f"'{key}' is neither true nor false"
            raise GoldError(what, "Write true, or leave it out.")


def _places(quote: str, occurrence: object, text: str) -> tuple[tuple[int, int], ...]:
    """Where the quote stands in the page."""
    places = []
    begin = text.find(quote) if quote else -1
    while begin >= 0:
        places.append((begin, begin + len(quote)))
        begin = text.find(quote, begin + 1)
    if not places:
        what = f"the page has no such words: {quote[:60]}"
        raise GoldError(what, "Copy the quote from the page exactly as it stands.")
    if occurrence is None:
        return tuple(places)
    if not isinstance(occurrence, int) or isinstance(occurrence, bool) or occurrence < 1:
        what = f"the occurrence {occurrence!r} is not a whole number from 1"
        raise GoldError(what, "Leave it out where the page has the words once.")
    if occurrence > len(places):
        what = f"the page has these words only {len(places)} times: {quote[:60]}"
        raise GoldError(what, "Correct the occurrence.")
    return (places[occurrence - 1],)
