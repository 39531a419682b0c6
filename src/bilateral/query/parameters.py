"""The values of a question's parameters: from a person's text to a term of the right type."""

from __future__ import annotations

import datetime as dt
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.errors import UsageError
from bilateral.namespaces import compact, expand, prefixes
from bilateral.query.names import iri_named
from bilateral.query.question import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bilateral.query.engines import Engine
    from bilateral.query.question import Parameter, Question

INTEGER = re.compile(r"[+-]?[0-9]{1,18}")


def terms_of(
    question: Question, values: Mapping[str, Any], engine: Engine
) -> dict[str, ox.NamedNode | ox.Literal]:
    """The terms that a question's variables are bound to, by variable.

    Raises UsageError for a parameter that the question lacks, a value of the wrong type, and a
    required value that is missing; it says which, and what is allowed.
    """
    known = {parameter.name: parameter for parameter in question.parameters}
    for name in values:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            remedy = f"Did you mean {near[0]}? " if near else ""
            takes = f"It takes: {', '.join(known)}." if known else "It takes none."
            what = f"'{question.name}' has no parameter '{name}'"
            raise UsageError(what, remedy + takes)
    terms = {}
    for parameter in question.parameters:
        value = values.get(parameter.name)
        value = parameter.default if value is None or value == "" else value
        if value is not None:
            terms[parameter.variable] = term_of(value, parameter, engine)
        elif parameter.required:
            what = f"'{question.name}' needs a value for {parameter.name}: {parameter.help}"
            remedy = (
                f"Give --{parameter.name} (in Python: {parameter.name}=…); {_allowed(parameter)}."
            )
            raise UsageError(what, remedy)
    return terms


def term_of(value: Any, parameter: Parameter, engine: Engine) -> ox.NamedNode | ox.Literal:  # noqa: ANN401
    """The term of a value. Raises UsageError when it is of the wrong type."""
    if isinstance(value, (ox.NamedNode, ox.Literal)):
        return value
    text = value.isoformat() if isinstance(value, dt.date) else str(value).strip()
    match parameter.type:
        case "iri":
            return _iri(text, parameter, engine)
        case "class":
            return _class(text, parameter, engine)
        case "date":
            return _date(text, parameter)
        case "integer":
            if not INTEGER.fullmatch(text):
                raise _wrong(text, parameter)
            return ox.Literal(int(text))
        case "lang":
            if text not in (parameter.allowed or LANGUAGES):
                raise _wrong(text, parameter)
            return ox.Literal(text)
        case _:
            if parameter.allowed and text not in parameter.allowed:
                raise _wrong(text, parameter)
            return ox.Literal(text)


def _iri(text: str, parameter: Parameter, engine: Engine) -> ox.NamedNode:
    if not parameter.allowed:
        return iri_named(text, engine)
    for curie in parameter.allowed:
        if text.strip("<>") in {curie, curie.partition(":")[2], expand(curie)}:
            return ox.NamedNode(expand(curie))
    raise _wrong(text, parameter)


def _class(text: str, parameter: Parameter, engine: Engine) -> ox.NamedNode:
    prefix, colon, local = text.partition(":")
    iri = prefixes()[prefix] + local if colon and prefix in prefixes() else text.strip("<>")
    iri = iri if "://" in iri else expand("bil:") + text
    try:
        node = ox.NamedNode(iri)
    except ValueError as wrong:
        raise _wrong(text, parameter) from wrong
    if bool(engine.query(f"ASK {{ {node} a <{expand('owl:Class')}> }}")):
        return node
    asked = f"SELECT ?c {{ ?c a <{expand('owl:Class')}> }} ORDER BY ?c"
    names = [compact(row["c"].value).partition(":")[2] for row in engine.query(asked)]  # type: ignore[union-attr]
    near = get_close_matches(text, names, n=3, cutoff=0.5) or names
    what = f"'{text}' is no class of the ontology ({parameter.name})"
    raise UsageError(what, f"Did you mean: {', '.join(near)}?")


def _date(text: str, parameter: Parameter) -> ox.Literal:
    # A year or a month means its first day; `until` parameters say so in their help.
    full = text + "-01-01"[{4: 0, 7: 3}.get(len(text), 6) :]
    try:
        day = dt.date.fromisoformat(full)
    except ValueError as wrong:
        raise _wrong(text, parameter) from wrong
    return ox.Literal(day.isoformat(), datatype=ox.NamedNode(expand("xsd:date")))


def _wrong(text: str, parameter: Parameter) -> UsageError:
    what = f"{parameter.name} is '{text}', which is no {parameter.type} it takes"
    return UsageError(what, f"{_allowed(parameter)[0].upper()}{_allowed(parameter)[1:]}.")


def _allowed(parameter: Parameter) -> str:
    if parameter.allowed:
        short = (value.partition(":")[2] or value for value in parameter.allowed)
        return f"allowed: {', '.join(short)}"
    forms = {
        "iri": "an id (azerbaijan), an IRI, or a name in any language",
        "class": "a class of the ontology, such as Agreement",
        "date": "a day (2010-09-14), a month (2010-09), or a year (2010)",
        "integer": "a whole number",
        "lang": f"allowed: {', '.join(LANGUAGES)}",
        "string": "any text",
    }
    return forms[parameter.type]
