"""The saved questions as an OpenAPI 3.1 document, made from their headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bilateral import __version__
from bilateral.query.formats import GRAPHS, ROWS

if TYPE_CHECKING:
    from bilateral.query.question import Parameter, Question

FORMATS = {"date": "date", "iri": "iri", "class": "iri"}
ERRORS = {
    "400": "A parameter is unknown, missing, or of the wrong type.",
    "406": "The answer cannot be written in what the client accepts.",
    "429": "Too many requests; see Retry-After.",
    "503": "The query took longer, or more memory, than it may.",
}


def document(questions: list[Question], server: str) -> dict[str, Any]:
    """The document; each question is one operation."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bilateral",
            "version": __version__,
            "summary": "What foreign ministries' pages say, each statement tied to its words.",
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": server}],
        "paths": {f"/questions/{q.name}": _path(q) for q in questions},
    }


def _path(question: Question) -> dict[str, Any]:
    forms = GRAPHS if question.form in {"CONSTRUCT", "DESCRIBE"} else ROWS
    kinds = {form.media_types[0]: {"schema": {"type": "string"}} for form in forms}
    operation = {
        "operationId": question.name,
        "summary": question.summary["en"],
        "description": question.description["en"],
        "tags": list(question.tags),
        "parameters": [
            *(_parameter(p) for p in question.parameters),
            {"name": "format", "in": "query", "schema": {"enum": [f.name for f in forms]},
             "description": "The form of the answer, instead of the Accept header."},
            {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1},
             "description": "Rows of one page."},
            {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1},
             "description": "Which page, from 1; the Link header names the next."},
        ],
        "responses": {
            "200": {"description": "The answer.", "content": kinds},
            **{code: {"description": text, "content": {"application/json": {}}} for code, text in ERRORS.items()},
        },
        "x-view": dict(question.view),
        "x-competency-question": question.competency,
        "x-summary": dict(question.summary),
    }  # fmt: skip
    return {question.method.lower(): operation}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer" if parameter.type == "integer" else "string"}
    if parameter.type in FORMATS:
        schema["format"] = FORMATS[parameter.type]
    if parameter.allowed:
        schema["enum"] = list(parameter.allowed)
    if parameter.default:
        schema["default"] = parameter.default
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.help,
        "schema": schema,
        **({"example": parameter.example} if parameter.example else {}),
    }
