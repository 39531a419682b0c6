"""Each saved question as a REST operation: `/questions/<name>?country=azerbaijan`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from bilateral.errors import BilateralError, RemoteError
from bilateral.query.formats import ROWS, forms_of
from bilateral.query.question import LANGUAGES
from bilateral.serve import pages
from bilateral.serve.openapi import document
from bilateral.serve.protocol import (
    FORM,
    RequestError,
    answered,
    body_of,
    fields_of,
    form_of,
    number_of,
    wants_html,
)
from bilateral.serve.replies import OPEN, SAFE, failure_of, wrong

if TYPE_CHECKING:
    from starlette.requests import Request

    from bilateral.query.question import Question

# What every operation takes beside the question's own parameters.
OWN = ("format", "explain", "page", "limit")


async def questions(request: Request) -> Response:
    """The list of questions, as a page or as JSON."""
    known = request.app.state.questions.values()
    if wants_html(request, ROWS):
        return pages.questions_page(request, list(known))
    listed = [
        {"name": q.name, "folder": q.folder, "summary": q.summary, "tags": q.tags,
         "address": f"/questions/{q.name}"}
        for q in known
    ]  # fmt: skip
    return JSONResponse(listed, headers={**OPEN, **SAFE})


async def openapi(request: Request) -> Response:
    """The OpenAPI document."""
    server = str(request.base_url).rstrip("/")
    body = document(list(request.app.state.questions.values()), server)
    return JSONResponse(body, headers={**OPEN, **SAFE})


async def question(request: Request) -> Response:
    """The answer to a question, as a page or in any of the forms of SPARQL results."""
    state = request.app.state
    name = request.path_params["name"]
    asked = state.questions.get(name)
    try:
        if asked is None:
            return _unknown(name)
        values = await _values(request)
        own = {key: values.pop(key, "") for key in OWN}
        if wants_html(request, forms_of(asked.form)) and not own["format"]:
            return await pages.question_page(request, asked, values, explain=own["explain"] != "0")
        return await _answer(request, asked, values, own)
    except RequestError as bad:
        return bad.reply
    except RemoteError as error:
        return failure_of(asked.unreached(error) if asked else error)
    except BilateralError as error:
        return failure_of(error)


def _unknown(name: str) -> Response:
    from bilateral.errors import UsageError  # noqa: PLC0415
    from bilateral.query.question import question_named  # noqa: PLC0415

    try:
        question_named(name)
    except UsageError as error:
        return wrong(404, error.what, error.remedy)
    return wrong(404, f"'{name}' is new", "Start the server again: it reads questions once.")


async def _values(request: Request) -> dict[str, str]:
    fields = fields_of(request.scope["query_string"])
    if request.method == "POST":
        if request.headers.get("content-type", "").partition(";")[0].strip() != FORM:
            raise RequestError(wrong(415, "the values are no form", f"Send them as {FORM}."))
        fields += fields_of(await body_of(request, request.app.state.settings))
    return dict(fields)


async def _answer(
    request: Request, asked: Question, values: dict[str, str], own: dict[str, str]
) -> Response:
    state = request.app.state
    limit = number_of(own["limit"], "limit") or asked.pagination
    page = number_of(own["page"], "page") or (1 if limit else 0)
    most = min(limit or state.settings.max_rows, state.settings.max_rows)
    job: dict[str, Any] = {
        "do": "ask",
        "name": asked.name,
        "values": values,
        **form_of(request, own["format"]),
        "max_rows": most,
        "page": page,
    }
    reply = await answered(request, job, {})
    if page and "Bilateral-Cut" in reply.headers:
        address = request.url.include_query_params(page=page + 1)
        reply.headers["Link"] = f'<{address.path}?{address.query}>; rel="next"'
    if (language := values.get("lang")) in LANGUAGES:
        reply.headers["Content-Language"] = str(language)
    return reply
