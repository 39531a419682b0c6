"""`/sparql`: the query side of the SPARQL 1.1 Protocol (W3C Recommendation of 2013-03-21)."""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bilateral.errors import BilateralError
from bilateral.query.federation import allowed_services, federated
from bilateral.query.formats import GRAPHS, ROWS, Form, form_named, negotiated
from bilateral.query.outline import outline, refuse
from bilateral.serve.jobs import reading
from bilateral.serve.replies import OPEN, SAFE, failure, failure_of, wrong

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Receive, Scope, Send

    from bilateral.query.settings import Settings
    from bilateral.serve.pool import Reply

METHODS = "GET, HEAD, OPTIONS, POST"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
UPDATE = "application/sparql-update"
HTML = Form("html", ("text/html",), GRAPHS[0].writer)
OK = 200
# Longer queries are read by a worker: reading one takes as long as answering a short one.
SHORT = 4_000
# How long a client is trusted to be there while it waits; nearly all answers take less.
PATIENCE_S = 0.03
# The header fields that an answer depends on.
DECISIVE = (b"host", b"accept", b"content-type", b"accept-language")


class RequestError(Exception):
    """A request that is wrong by itself; carries the reply."""

    def __init__(self, reply: Response) -> None:
        super().__init__()
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: the query, the dataset, and a format by name if it gives one."""

    query: str | None
    default_graphs: list[str] = field(default_factory=list)
    named_graphs: list[str] = field(default_factory=list)
    format: str = ""


async def body_of(request: Request, settings: Settings) -> bytes:
    """The request's body. Raises RequestError (413) when it is longer than it may be."""
    most = settings.body_kb * 1000
    too_long = wrong(
        413, f"the request is longer than {settings.body_kb} kB", "Send a shorter query."
    )
    if int(request.headers.get("content-length") or 0) > most:
        raise RequestError(too_long)
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > most:
                raise RequestError(too_long)
            parts.append(part)
    except ClientDisconnect as gone:
        raise RequestError(_gone()) from gone
    return b"".join(parts)


def fields_of(text: bytes) -> list[tuple[str, str]]:
    """The fields of a form. Raises RequestError (400) where it is not UTF-8."""
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict")
    except (UnicodeDecodeError, ValueError) as bad:
        raise RequestError(wrong(400, "the request is not UTF-8", "Encode it as UTF-8.")) from bad


def asked_of(request: Request, settings: Settings, body: bytes) -> Asked:
    """What a request asks. Raises RequestError."""
    fields = fields_of(request.scope["query_string"])
    direct: str | None = None
    if request.method == "POST":
        kind, _, parameters = request.headers.get("content-type", "").partition(";")
        kind = kind.strip().lower()
        charset = parameters.lower().partition("charset=")[2].strip(' "')
        if kind == UPDATE:
            raise RequestError(_no_update())
        if kind not in {FORM, DIRECT} or (charset and charset not in {"utf-8", "utf8"}):
            what = f"a query cannot be sent as {request.headers.get('content-type') or 'nothing'}"
            raise RequestError(wrong(415, what, f"Send it as {FORM} or {DIRECT}, in UTF-8."))
        if kind == FORM:
            fields += fields_of(body)
        else:
            try:
                direct = body.decode("utf-8")
            except UnicodeDecodeError as bad:
                raise RequestError(wrong(400, "the query is not UTF-8", "Send UTF-8.")) from bad
    elif len(request.scope["query_string"]) > settings.body_kb * 1000:
        raise RequestError(
            wrong(413, f"the request is longer than {settings.body_kb} kB", "POST it.")
        )
    named: dict[str, list[str]] = {}
    for key, value in fields:
        named.setdefault(key, []).append(value)
    if "update" in named:
        raise RequestError(_no_update())
    queries = named.get("query", []) + ([direct] if direct is not None else [])
    if len(queries) > 1:
        raise RequestError(wrong(400, "more than one query was sent", "Send one at a time."))
    if not queries and request.method == "POST":
        raise RequestError(wrong(400, "no query was sent", "Send it in the field `query`."))
    return Asked(
        queries[0] if queries else None,
        named.get("default-graph-uri", []),
        named.get("named-graph-uri", []),
        (named.get("format") or [""])[0],
    )


def _no_update() -> Response:
    what = "updates are refused: the graph is read only"
    return wrong(403, what, "Send a query; the graph changes by building it anew.")


def form_for(accept: str, name: str, forms: tuple[Form, ...]) -> Form:
    """The form to answer in. Raises RequestError (406) when there is none that the client takes."""
    form = form_named(name, forms) if name else negotiated(accept, forms)
    if form is None:
        offered = ", ".join(f.media_types[0] for f in forms)
        what = f"the answer cannot be written as {name or accept}"
        raise RequestError(wrong(406, what, f"Accept one of: {offered}."))
    return form


def forms_of(kind: str) -> tuple[Form, ...]:
    """The forms that the answer to a query of a kind can take."""
    if kind in {"CONSTRUCT", "DESCRIBE"}:
        return GRAPHS
    return ROWS[:2] if kind == "ASK" else ROWS


def wants_html(request: Request, forms: tuple[Form, ...]) -> bool:
    """Whether the client would rather read a page than any of the forms: it is a browser."""
    accept = request.headers.get("accept", "")
    return HTML.media_types[0] in accept and negotiated(accept, (HTML, *forms)) is HTML


def _gone() -> Response:
    return wrong(400, "the client has gone", "Send the request again, and wait for its answer.")


async def run(request: Request, job: dict[str, Any]) -> Reply:
    """The reply of a worker to a job, given up when the client hangs up.

    Raises RequestError when it does, and what the pool raises.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    watch: asyncio.Task[None] | None = None
    gone = False

    async def watched() -> None:
        nonlocal gone
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone = True
        if task:
            task.cancel()

    def begin() -> None:
        nonlocal watch
        watch = loop.create_task(watched())

    timer = loop.call_later(PATIENCE_S, begin)
    try:
        return await request.app.state.pool.run(job)  # type: ignore[no-any-return]
    except asyncio.CancelledError:
        if not gone or not task:
            raise
        task.uncancel()
        raise RequestError(_gone()) from None
    finally:
        timer.cancel()
        if watch:
            watch.cancel()


async def prepared(request: Request, query: str, most: int) -> dict[str, Any]:
    """What a worker needs of a query, checked, with its SERVICE clauses answered.

    Raises RefusedError, RemoteError, or RequestError.
    """
    settings = request.app.state.settings
    if len(query) <= SHORT:
        read = reading(query, most)
    else:
        header, body = await run(request, {"do": "read", "query": query, "max_rows": most})
        if header["status"] != OK:
            raise RequestError(failure(header["status"], header))
        read = json.loads(body)
    if read["kind"] == "UPDATE":
        what = "this is an update; the graph is read only"
        raise RequestError(wrong(400, what, "Send SELECT, ASK, CONSTRUCT, or DESCRIBE."))
    if read["services"]:
        # What is sent on has its limit already: what other endpoints answer is not read again.
        read["first"] = await anyio.to_thread.run_sync(_federated, read["first"], settings)
        read["query"] = read["first"]
    return {"query": query, **read}


def _federated(query: str, settings: Settings) -> str:
    refuse(outline(query), allowed_services(settings), None)
    return federated(query, settings)


async def answered(
    request: Request, job: dict[str, Any], form: Form, headers: dict[str, str]
) -> Response:
    """The reply of a worker as a response."""
    header, body = await run(request, job)
    if header["status"] != OK:
        return failure(header["status"], header)
    more = {**OPEN, **headers, "Bilateral-Row-Limit": str(job["max_rows"])}
    if header.get("cut"):
        more["Bilateral-Cut"] = f"the answer ends at the limit of {job['max_rows']}"
    kind = form.media_types[0]
    more["Content-Type"] = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    return Response(body, OK, more)


class Endpoint:
    """`/sparql` as an ASGI application, which answers what it has answered before at once.

    `page` makes the page that a browser is shown.
    """

    def __init__(self, page: Callable[[Request, Asked], Awaitable[Response]]) -> None:
        self.page = page
        self.kept: OrderedDict[tuple[bytes, ...], Response] = OrderedDict()
        self.size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        state = scope["app"].state
        method = scope["method"]
        body = b""
        request: Request | None = None
        if method == "POST":
            request = Request(scope, receive)
            try:
                body = await body_of(request, state.settings)
            except RequestError as bad:
                await bad.reply(scope, receive, send)
                return
        key = _key(scope, body)
        if (known := self.kept.get(key)) is not None and method != "OPTIONS":
            self.kept.move_to_end(key)
            await known(scope, receive, send)
            return
        reply, lasting = await self._asked(request or Request(scope, receive), body)
        if lasting and method != "OPTIONS":
            self._keep(key, reply, state.settings.cache_mb * 1_000_000)
        await reply(scope, receive, send)

    async def _asked(self, request: Request, body: bytes) -> tuple[Response, bool]:
        """The answer to a protocol request, and whether it would be the same another time.

        Where there is no query, the answer is the service description.
        """
        settings = request.app.state.settings
        if request.method == "OPTIONS":
            allowed = {"Allow": METHODS, "Access-Control-Allow-Methods": METHODS,
                       "Access-Control-Allow-Headers": "Accept, Content-Type"}  # fmt: skip
            return Response(None, 204, {**OPEN, **allowed}), False
        try:
            asked = asked_of(request, settings, body)
            html = wants_html(request, (*ROWS, *GRAPHS))
            if asked.query is None or (html and not asked.format):
                if html:
                    return await self.page(request, asked), False
                return description(request, asked), True
            read = await prepared(request, asked.query, settings.max_rows)
            accept = request.headers.get("accept", "")
            form = form_for(accept, asked.format, forms_of(read["kind"]))
            job = {
                "do": "query",
                "form": form.name,
                "max_rows": settings.max_rows,
                **dataset_of(request, asked),
                **read,
            }
            reply = await answered(request, job, form, {})
        except RequestError as bad:
            return bad.reply, False
        except BilateralError as error:
            return failure_of(error), False
        same = reply.status_code == OK and not read["volatile"] and not read["services"]
        return reply, same

    def _keep(self, key: tuple[bytes, ...], reply: Response, most: int) -> None:
        size = len(reply.body) + sum(map(len, key))
        if size > most // 8:
            return
        # Two requests for the same may have missed it at once.
        if (before := self.kept.pop(key, None)) is not None:
            self.size -= len(before.body) + sum(map(len, key))
        self.kept[key] = reply
        self.size += size
        while self.size > most:
            old, dropped = self.kept.popitem(last=False)
            self.size -= len(dropped.body) + sum(map(len, old))


def _key(scope: Scope, body: bytes) -> tuple[bytes, ...]:
    """All that an answer depends on: the address, which is its base too, the header, the body."""
    # Of a field that comes twice the first counts, here as where it is read.
    heads = dict(reversed(scope["headers"]))
    place = f"{scope['method'] == 'POST'} {scope['scheme']} {scope['server']} {scope['path']}"
    fields = (heads.get(name, b"") for name in DECISIVE)
    return (place.encode(), scope["query_string"], body, *fields)


def dataset_of(request: Request, asked: Asked) -> dict[str, Any]:
    """The part of a job that names what a query is about."""
    return {
        "default_graphs": asked.default_graphs,
        "named_graphs": asked.named_graphs,
        "base": str(request.url.replace(query="")),
    }


def description(request: Request, asked: Asked) -> Response:
    """The service's description of itself (SPARQL 1.1 Service Description)."""
    from bilateral.serve.description import described_service  # noqa: PLC0415 - rarely asked for

    form = form_for(request.headers.get("accept", ""), asked.format, GRAPHS)
    body = described_service(str(request.url.replace(query="")), request.app.state, form)
    return Response(body, 200, {**OPEN, **SAFE, "Content-Type": form.media_types[0]})
