"""`/reconcile`: the Reconciliation API over HTTP, in each of our languages at an address of its own."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from bilateral import __version__
from bilateral.errors import BilateralError
from bilateral.namespaces import expand
from bilateral.query.question import LANGUAGES
from bilateral.serve import pages
from bilateral.serve.protocol import FORM, OK, RequestError, body_of, fields_of, number_of, run
from bilateral.serve.reconcile.asked import ALL, GIVE, MOST, USUAL
from bilateral.serve.replies import OPEN, POLICY, SAFE, failure, failure_of, wrong

if TYPE_CHECKING:
    from starlette.requests import Request

VERSIONS = ("0.1", "0.2")
METHODS = "GET, HEAD, OPTIONS, POST"
PREVIEW = {"width": 430, "height": 240}
LONGEST = 2_000  # characters of a prefix or an id
# A function's name, and no more: it is written into a script.
CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,99}", re.ASCII)
# Anybody's page may show a preview in a frame, also one of a program that is no website.
FRAMED = POLICY.replace("; frame-ancestors 'none'", "")
KINDS = ("entity", "property", "type")


async def reconcile(request: Request) -> Response:
    """The answer to any request of the Reconciliation API."""
    if request.method == "OPTIONS":
        allowed = {"Allow": METHODS, "Access-Control-Allow-Methods": METHODS,
                   "Access-Control-Allow-Headers": "Accept, Content-Type"}  # fmt: skip
        return Response(None, 204, {**OPEN, **allowed})
    parts = [part for part in request.path_params.get("rest", "").split("/") if part]
    lang = parts.pop(0) if parts and parts[0] in LANGUAGES else pages.language_of(request)
    try:
        fields = await _fields(request)
        answer = await _answer(request, parts, lang, fields)
    except RequestError as bad:
        return bad.reply
    except BilateralError as error:
        return failure_of(error)
    return answer if isinstance(answer, Response) else _json(answer, fields.get("callback", ""))


async def _answer(
    request: Request, parts: list[str], lang: str, fields: dict[str, str]
) -> Response | dict[str, Any]:
    job: dict[str, Any] = {"lang": lang}
    match parts:
        case [] if "queries" in fields:
            most = request.app.state.settings.batch_queries
            job |= {"what": "queries", "text": fields["queries"], "most": most}
        case [] if "extend" in fields:
            job |= {"what": "extend", "text": fields["extend"]}
        case [] if request.method != "POST":
            return await _manifest(request, lang)
        case []:
            what = "the request has neither `queries` nor `extend`"
            raise RequestError(wrong(400, what, "Send one of them as a field of a form."))
        case ["suggest", of] if of in KINDS:
            job |= {"what": "suggest", "of": of, "prefix": _text(fields, "prefix"),
                    "type": _text(fields, "type"), "skip": number_of(fields.get("cursor", ""), "cursor", 0),
                    "limit": min(MOST, number_of(fields.get("limit", ""), "limit") or USUAL)}  # fmt: skip
        case ["flyout", of] if of in KINDS:
            found = await _asked(
                request, job | {"what": "flyout", "of": of, "id": _text(fields, "id")}
            )
            html = pages.fragment("flyout.html", about=found)
            return {"id": fields.get("id", ""), "html": html}
        case ["properties"]:
            limit = min(MOST, number_of(fields.get("limit", ""), "limit") or MOST)
            job |= {"what": "propose", "type": _text(fields, "type"), "limit": limit}
        case ["preview"]:
            found = await _asked(request, job | {"what": "preview", "id": _text(fields, "id")})
            reply = pages.page(request, "preview.html", in_language=lang, about=found)
            reply.headers["Content-Security-Policy"] = FRAMED
            return reply
        case ["about"]:
            return await _about(request, pages.language_of(request), fields)
        case _:
            what = f"there is nothing at {request.url.path}"
            remedy = "Start at /reconcile: its manifest names all there is."
            raise RequestError(wrong(404, what, remedy))
    return await _asked(request, job)  # type: ignore[no-any-return]


async def _fields(request: Request) -> dict[str, str]:
    settings = request.app.state.settings
    # A batch of names in Georgian, percent-encoded, is longer than any query.
    room = replace(settings, body_kb=settings.batch_kb)
    if len(request.scope["query_string"]) > room.body_kb * 1000:
        what = f"the request is longer than {room.body_kb} kB"
        raise RequestError(wrong(413, what, "Send fewer queries at a time, by POST."))
    fields = fields_of(request.scope["query_string"])
    if request.method == "POST":
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != FORM:
            raise RequestError(wrong(415, "the queries are no form", f"Send them as {FORM}."))
        fields += fields_of(await body_of(request, room))
    # Of a field that comes twice the first counts, as everywhere here.
    return dict(reversed(fields))


async def _asked(request: Request, job: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    header, body = await run(request, {"do": "reconcile", **job})
    if header["status"] != OK:
        raise RequestError(failure(header["status"], header))
    return json.loads(body)


def _json(answer: dict[str, Any], callback: str) -> Response:
    body = json.dumps(answer)
    if not callback:
        return Response(body, OK, {**OPEN, **SAFE}, "application/json")
    if not CALLBACK.fullmatch(callback):
        return wrong(400, "the callback is no function's name", "Leave it out: any page may ask.")
    # A comment first: no other kind of file begins so.
    script = f"/**/{callback}({body});"
    return Response(script, OK, {**OPEN, **SAFE}, "application/javascript")


def _text(fields: dict[str, str], name: str) -> str:
    text = fields.get(name, "")
    if len(text) > LONGEST:
        what = f"`{name}` is longer than {LONGEST} characters"
        raise RequestError(wrong(400, what, "Send less of it."))
    return text


async def _manifest(request: Request, lang: str) -> dict[str, Any]:
    base, words = _base(request), pages.texts(lang)
    here = f"/reconcile/{lang}"
    kinds = await _kinds(request, lang)
    suggest = {
        kind: {"service_url": base, "service_path": f"{here}/suggest/{kind}",
               "flyout_service_url": base, "flyout_service_path": f"{here}/flyout/{kind}?id=${{id}}"}
        for kind in KINDS
    }  # fmt: skip
    settings = [
        {"name": "limit", "type": "number", "default": 0,
         "label": words["values_most"], "help_text": words["values_most_help"]},
        {"name": "lang", "type": "select", "default": lang,
         "label": words["language"], "help_text": words["values_language_help"],
         "choices": [{"value": code, "name": words[f"in_{code}"]} for code in (*LANGUAGES, ALL)]},
        {"name": "give", "type": "select", "default": GIVE[0],
         "label": words["values_give"], "help_text": words["values_give_help"],
         "choices": [{"value": give, "name": words[f"give_{give}"]} for give in GIVE]},
    ]  # fmt: skip
    return {
        "versions": list(VERSIONS),
        "name": f"{words['title']} ({lang})",
        "identifierSpace": expand("id:"),
        "schemaSpace": expand("bil:"),
        "documentation": f"{base}/reconcile/about?lang={lang}",
        "logo": f"{base}/static/icon.svg",
        "serviceVersion": __version__,
        "defaultTypes": kinds,
        "view": {"url": f"{base}/id/{{{{id}}}}"},
        "feature_view": {"url": f"{base}/reconcile/about?lang={lang}#{{{{id}}}}"},
        "preview": {"url": f"{base}{here}/preview?id={{{{id}}}}", **PREVIEW},
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": base, "service_path": f"{here}/properties"},
            "property_settings": settings,
        },
        "batchSize": request.app.state.settings.batch_queries,
    }


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


async def _kinds(request: Request, lang: str) -> list[dict[str, Any]]:
    return await _asked(request, {"what": "kinds", "lang": lang})  # type: ignore[no-any-return]


async def _about(request: Request, lang: str, fields: dict[str, str]) -> Response:
    """A page about the service, where a name can be tried."""
    name, kind = _text(fields, "name").strip(), _text(fields, "type")
    found = None
    if name:
        query = {"query": name} | ({"type": kind} if kind else {})
        text = json.dumps({"tried": query})
        job = {"what": "queries", "lang": lang, "text": text, "most": 1}
        found = (await _asked(request, job))["tried"]["result"]
    return pages.page(
        request, "reconcile.html", in_language=lang, address=f"{_base(request)}/reconcile/{lang}",
        kinds=await _kinds(request, lang), name=name, kind=kind, found=found,
        settings=request.app.state.settings,
    )  # fmt: skip
