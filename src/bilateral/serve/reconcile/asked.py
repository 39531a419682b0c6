"""Requests of the Reconciliation API, read and held to the specification."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from bilateral.errors import TooLargeError, UsageError
from bilateral.query.question import LANGUAGES
from bilateral.serve.reconcile.register import term_of

USUAL, MOST = 10, 100  # candidates of a query
# Bounds of one query: types, properties, values of a property, letters of a text.
MOST_PARTS, LONGEST_TEXT = 20, 10_000
MOST_CELLS = 10_000  # values of one extension
STRICT = ("any", "all", "should")
GIVE = ("values", "count", "sources")
ALL = "all"
SHOWN = 40  # letters of a stranger's text in a message
REMEDY = "Send what version 0.2 of the specification describes."


@dataclass(frozen=True, slots=True)
class Query:
    """A query of a batch: classes and properties are IRIs, values as they were given."""

    text: str
    types: tuple[str, ...]
    strict: str
    limit: int
    properties: tuple[tuple[str, tuple[Any, ...]], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A property that is asked for: its id as given, its IRI, and how it is wanted."""

    id: str
    iri: str
    limit: int
    give: str
    lang: str


def object_of(text: str, name: str) -> dict[str, Any]:
    """The JSON object in a field of a request. Raises UsageError for anything else."""
    try:
        value = json.loads(text, parse_constant=_no_number)
    except RecursionError as deep:
        what = f"the JSON in `{name}` is nested too deep"
        raise UsageError(what, REMEDY) from deep
    except ValueError as wrong:
        what = f"`{name}` is no JSON: {str(wrong)[:SHOWN]}"
        raise UsageError(what, REMEDY) from wrong
    if not isinstance(value, dict):
        _refuse(f"`{name}` is no JSON object")
    return value


def _no_number(text: str) -> NoReturn:
    what = f"{text} is no number of JSON"
    raise ValueError(what)


def _refuse(what: str, remedy: str = REMEDY) -> NoReturn:
    raise UsageError(what, remedy)


def batch_of(text: str, most: int) -> dict[str, Query]:
    """The queries of a batch. Raises UsageError, naming the query, and TooLargeError."""
    queries = object_of(text, "queries")
    if len(queries) > most:
        what = f"{len(queries)} queries were sent"
        raise TooLargeError(what, f"Send at most {most} at a time.")
    return {key: _query(f"the query '{key[:SHOWN]}'", given) for key, given in queries.items()}


def _query(its: str, given: Any) -> Query:  # noqa: ANN401 - JSON
    if not isinstance(given, dict):
        _refuse(f"{its} is no JSON object")
    text = given.get("query", "")
    if not isinstance(text, str):
        _refuse(f"{its} has a `query` that is no text")
    if len(text) > LONGEST_TEXT:
        _refuse(f"{its} has a name of {len(text)} letters", f"Send at most {LONGEST_TEXT}.")
    strict = given.get("type_strict", STRICT[0])
    if strict not in STRICT:
        _refuse(f"{its} has a `type_strict` other than {', '.join(STRICT)}")
    limit = given.get("limit", USUAL)
    if isinstance(limit, bool) or not isinstance(limit, (int, float)) or not limit >= 1:
        _refuse(f"{its} has a `limit` that is no number from 1")
    properties = given.get("properties") or []
    if not isinstance(properties, list) or len(properties) > MOST_PARTS:
        _refuse(f"{its} has `properties` that are no list of at most {MOST_PARTS}")
    if "query" not in given and not properties:
        _refuse(f"{its} has neither a `query` nor `properties`")
    pairs = tuple(_property(its, one) for one in properties)
    return Query(text.strip(), _types(its, given), strict, int(min(limit, MOST)), pairs)


def _types(its: str, given: dict[str, Any]) -> tuple[str, ...]:
    kinds = given.get("type") or []
    kinds = [kinds] if isinstance(kinds, (str, dict)) else kinds
    if not isinstance(kinds, list) or len(kinds) > MOST_PARTS:
        _refuse(f"{its} has a `type` that is no list of at most {MOST_PARTS}")
    names = [kind.get("id") if isinstance(kind, dict) else kind for kind in kinds]
    if not all(isinstance(name, str) for name in names):
        _refuse(f"{its} has a `type` that is no text")
    return tuple(term_of(str(name)) for name in names)


def _property(its: str, given: Any) -> tuple[str, tuple[Any, ...]]:  # noqa: ANN401 - JSON
    if not isinstance(given, dict) or not isinstance(given.get("pid"), str) or "v" not in given:
        _refuse(f"{its} has a property without `pid` and `v`")
    values = given["v"] if isinstance(given["v"], list) else [given["v"]]
    if not 0 < len(values) <= MOST_PARTS:
        _refuse(f"{its} has a property with no value, or more than {MOST_PARTS}")
    for value in values:
        plain = isinstance(value, (str, int, float)) and len(str(value)) <= LONGEST_TEXT
        entity = isinstance(value, dict) and isinstance(value.get("id"), str)
        if not plain and not (entity and isinstance(value.get("name", ""), str)):
            _refuse(f"{its} has a property with a value that is no text, number, or entity")
    return term_of(given["pid"]), tuple(values)


def extension_of(text: str) -> tuple[list[str], list[Column]]:
    """The entities and properties of an extension. Raises UsageError, and TooLargeError."""
    asked = object_of(text, "extend")
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        _refuse("`extend` has no list of `ids`")
    if not isinstance(properties, list):
        _refuse("`extend` has no list of `properties`")
    if len(ids) * len(properties) > MOST_CELLS:
        what = f"{len(properties)} properties of {len(ids)} entities are asked for"
        raise TooLargeError(what, f"Ask for at most {MOST_CELLS} at a time.")
    return ids, [_column(one) for one in properties]


def _column(one: Any) -> Column:  # noqa: ANN401 - JSON
    if not isinstance(one, dict) or not isinstance(one.get("id"), str):
        _refuse("`extend` has a property without an `id`")
    its, remedy = f"the property '{one['id'][:SHOWN]}'", "See `property_settings` in the manifest."
    settings = one.get("settings") or {}
    if not isinstance(settings, dict):
        _refuse(f"{its} has settings that are no object", remedy)
    limit, give, lang = (settings.get(name) for name in ("limit", "give", "lang"))
    try:
        number = int(limit or 0)
    except (TypeError, ValueError, OverflowError) as wrong:
        what = f"{its} has a `limit` that is no number"
        raise UsageError(what, remedy) from wrong
    if give not in (None, "", *GIVE):
        _refuse(f"{its} has a `give` other than {', '.join(GIVE)}", remedy)
    if lang not in (None, "", ALL, *LANGUAGES):
        _refuse(f"{its} has a `lang` other than {', '.join((*LANGUAGES, ALL))}", remedy)
    return Column(one["id"], term_of(one["id"]), max(0, number), give or GIVE[0], lang or "")
