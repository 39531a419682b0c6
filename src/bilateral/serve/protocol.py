"""`/sparql`: the query side of the SPARQL 1.1 Protocol (W3C Recommendation of 2013-03-21)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import anyio
from starlette.requests import Request
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
    from bilateral.serve.pool import Pool

METHODS = "GET, HEAD, OPTIONS, POST"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
UPDATE = "application/sparql-update"
HTML = "text/html"
OK = 200
# The header fields that an answer depends on.
DECISIVE = (b"accept", b"content-type", b"accept-language")


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
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise RequestError(too_long)
        parts.append(part)
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


def forms_of(query: str) -> tuple[Form, ...]:
    """The forms that a query's answer can take."""
    form = outline(query).form
    if form in {"CONSTRUCT", "DESCRIBE"}:
        return GRAPHS
    return ROWS[:2] if form == "ASK" else ROWS


def wants_html(request: Request) -> bool:
    """Whether the client is a browser that would rather read a page."""
    accept = request.headers.get("accept", "")
    return (
        HTML in accept
        and negotiated(accept, (Form("html", (HTML,), GRAPHS[0].writer),)) is not None
    )


async def prepared(query: str, settings: Settings) -> str:
    """The query, checked, with its SERVICE clauses answered. Raises RefusedError or RemoteError."""
    asked = outline(query)
    if asked.form == "UPDATE":
        what = "this is an update; the graph is read only"
        raise RequestError(wrong(400, what, "Send SELECT, ASK, CONSTRUCT, or DESCRIBE."))
    if not asked.services:
        return query
    refuse(asked, allowed_services(settings), None)
    return await anyio.to_thread.run_sync(federated, query, settings)


async def answered(
    pool: Pool, job: dict[str, Any], form: Form, headers: dict[str, str]
) -> Response:
    """The reply of a worker as a response."""
    header, body = await pool.run(job)
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
        heads = dict(scope["headers"])
        key = (scope["query_string"], body, *(heads.get(name, b"") for name in DECISIVE))
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
        pool, settings = request.app.state.pool, request.app.state.settings
        if request.method == "OPTIONS":
            allowed = {"Allow": METHODS, "Access-Control-Allow-Methods": METHODS,
                       "Access-Control-Allow-Headers": "Accept, Content-Type"}  # fmt: skip
            return Response(None, 204, {**OPEN, **allowed}), False
        try:
            asked = asked_of(request, settings, body)
            if asked.query is None or (wants_html(request) and not asked.format):
                if wants_html(request):
                    return await self.page(request, asked), False
                return description(request, asked), True
            query = await prepared(asked.query, settings)
            form = form_for(request.headers.get("accept", ""), asked.format, forms_of(query))
            job = {
                "do": "query",
                "query": query,
                "form": form.name,
                "max_rows": settings.max_rows,
                "default_graphs": asked.default_graphs,
                "named_graphs": asked.named_graphs,
                "base": str(request.url.replace(query="")),
                **reading(query, settings.max_rows),
            }
            reply = await answered(pool, job, form, {})
        except RequestError as bad:
            return bad.reply, False
        except BilateralError as error:
            return failure_of(error), False
        outlined = outline(asked.query)
        same = reply.status_code == OK and not outlined.volatile and not outlined.services
        return reply, same

    def _keep(self, key: tuple[bytes, ...], reply: Response, most: int) -> None:
        size = len(reply.body) + sum(map(len, key))
        if size > most // 8:
            return
        self.kept[key] = reply
        self.size += size
        while self.size > most:
            old, dropped = self.kept.popitem(last=False)
            self.size -= len(dropped.body) + sum(map(len, old))


def description(request: Request, asked: Asked) -> Response:
    """The service's description of itself (SPARQL 1.1 Service Description)."""
    from bilateral.serve.description import described_service  # noqa: PLC0415 - rarely asked for

    form = form_for(request.headers.get("accept", ""), asked.format, GRAPHS)
    body = described_service(str(request.url.replace(query="")), request.app.state, form)
    return Response(body, 200, {**OPEN, **SAFE, "Content-Type": form.media_types[0]})
