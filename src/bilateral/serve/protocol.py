"""`/sparql`: the query side of the SPARQL 1.1 Protocol (W3C Recommendation of 2013-03-21)."""

from __future__ import annotations

import asyncio
from binascii import a2b_qp
from collections import OrderedDict
from collections.abc import Sized
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_to_bytes

import anyio
import pyoxigraph as ox
from starlette.datastructures import URL
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bilateral.errors import BilateralError, LimitError, QueryError
from bilateral.query.federation import allowed_services, federated
from bilateral.query.formats import GRAPHS, ROWS, Form, form_for, negotiated
from bilateral.query.outline import outline, refuse
from bilateral.serve.replies import OPEN, SAFE, failure, failure_of, no_way, wrong

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from bilateral.query.federation import Ask
    from bilateral.query.settings import Settings
    from bilateral.serve.pool import Reply

PATHS = ("/sparql", "/sparql/")
METHODS = ("GET", "HEAD", "OPTIONS", "POST")
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
UPDATE = "application/sparql-update"
HTML = Form("html", ("text/html",), GRAPHS[0].writer)
OK = 200
DIGITS, SHOWN = 9, 40  # digits of a number, letters of what is none
# How long a client is trusted to be there while it waits; nearly all answers take less.
PATIENCE_S = 0.03
# What of a job says which dataset is asked.
DATASET = ("default_graphs", "named_graphs", "base")
# The header fields that an answer depends on.
DECISIVE = (b"host", b"accept", b"content-type", b"accept-language")
Key = tuple[Sized, ...]


class RequestError(Exception):
    """A request that is wrong by itself; carries the reply."""

    def __init__(self, reply: Response) -> None:
        super().__init__()
        self.reply = reply


class Asked(NamedTuple):
    """What a request asks: the query, the dataset, and a format by name if it gives one."""

    query: str | None
    default_graphs: list[str]
    named_graphs: list[str]
    format: str


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


def number_of(text: str, name: str, least: int = 1) -> int:
    """The number in a field, 0 where it is empty. Raises RequestError (400) for none of at least that."""
    # Digits of other scripts are digits to Python too, and no number is longer than that.
    short = text.isascii() and text.isdecimal() and len(text) <= DIGITS
    if text and not (short and int(text) >= least):
        remedy = f"Give {name} as a number from {least}."
        raise RequestError(wrong(400, f"{name} is '{text[:SHOWN]}'", remedy))
    return int(text or 0)


def fields_of(text: bytes) -> list[tuple[str, str]]:
    """The fields of a form. Raises RequestError (400) where it is not UTF-8."""
    parts = (part.partition(b"=") for part in text.replace(b"+", b" ").split(b"&") if part)
    try:
        text.decode("ascii")
        return [(unquoted(name).decode(), unquoted(value).decode()) for name, _, value in parts]
    except UnicodeDecodeError as bad:
        raise RequestError(wrong(400, "the request is not UTF-8", "Encode it as UTF-8.")) from bad


def unquoted(text: bytes) -> bytes:
    """The text with its %XX as the bytes they name, as `urllib.parse` has it, ten times faster.

    But for its sign, this is quoted-printable, which the standard library reads in C. Each sign then
    takes two bytes fewer, unless it is no escape or stands before a line's end: then urllib reads.
    """
    if b"%" not in text:
        return text
    printable = text.replace(b"=", b"=3D").replace(b"%", b"=")
    read = a2b_qp(printable)
    if len(read) + 2 * printable.count(b"=") != len(printable) or b"\n" in text or b"\r" in text:
        return unquote_to_bytes(text)
    return read


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


def wants_html(request: Request, forms: tuple[Form, ...]) -> bool:
    """Whether the client would rather read a page than any of the forms: it is a browser."""
    accept = request.headers.get("accept", "")
    return HTML.media_types[0] in accept and negotiated(accept, (HTML, *forms)) is HTML


def _gone() -> Response:
    return wrong(400, "the client has gone", "Send the request again, and wait for its answer.")


async def run(request: Request, job: dict[str, Any]) -> Reply:
    """The reply of a worker to a job, with its SERVICE clauses answered.

    It is given up when the client hangs up. Raises RequestError when it does, RefusedError,
    RemoteError, and what the pool raises.
    """
    header, body = await _run(request, job)
    if header.get("services"):
        settings = request.app.state.settings
        dataset = {key: job[key] for key in DATASET if key in job}

        def ask(query: str) -> ox.QuerySolutions | ox.QueryBoolean:
            # Called in the thread that waits for other endpoints.
            part = {**dataset, "do": "query", "query": query, "format": "json",
                    "max_rows": settings.max_rows}  # fmt: skip
            found, rows = anyio.from_thread.run(_run, request, part)
            if found["status"] != OK:
                raise QueryError(found["error"], found["remedy"])
            if found["cut"]:
                what = f"more than {settings.max_rows} rows would be joined with another endpoint's"
                raise LimitError(what, "Ask for less before the SERVICE: add a FILTER.")
            return ox.parse_query_results(rows, format=ox.QueryResultsFormat.JSON)

        first = await anyio.to_thread.run_sync(_federated, body.decode(), settings, ask)
        header, body = await _run(request, {**job, "first": first})
    return header, body


def _federated(query: str, settings: Settings, ask: Ask) -> str:
    refuse(outline(query), allowed_services(settings), None)
    return federated(query, settings, ask)


async def _run(request: Request, job: dict[str, Any]) -> Reply:
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


async def answered(request: Request, job: dict[str, Any], headers: dict[str, str]) -> Response:
    """The reply of a worker as a response."""
    return response(job, await run(request, job), headers)


def response(job: dict[str, Any], reply: Reply, headers: dict[str, str]) -> Response:
    """A reply to a job as a response."""
    header, body = reply
    if header["status"] != OK:
        return failure(header["status"], header)
    made = Response(body)
    made.raw_headers += _fields(header["type"], header["cut"], job["max_rows"])
    for name, value in headers.items():
        made.headers[name] = value
    return made


@lru_cache
def _fields(kind: str, cut: bool, most: int) -> list[tuple[bytes, bytes]]:  # noqa: FBT001 - cached
    fields = {**OPEN, "Content-Type": kind, "Bilateral-Row-Limit": str(most)}
    if cut:
        fields["Bilateral-Cut"] = f"the answer ends at the limit of {most}"
    return [(name.lower().encode("latin-1"), fields[name].encode("latin-1")) for name in fields]


class Endpoint:
    """`/sparql` before all other addresses of an application, which it goes to without a detour.

    It answers what it has answered before at once. `page` makes the page that a browser is shown.
    """

    def __init__(self, app: ASGIApp, page: Callable[[Request, Asked], Awaitable[Response]]) -> None:
        self.app = app
        self.page = page
        self.kept: OrderedDict[Key, Response] = OrderedDict()
        self.size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope.get("path") not in PATHS:
            await self.app(scope, receive, send)
            return
        reply = await self._reply(Request(scope, receive))
        await reply(scope, receive, send)

    async def _reply(self, request: Request) -> Response:
        settings = request.app.state.settings
        method = request.method
        if method == "OPTIONS":
            allowed = {"Allow": ", ".join(METHODS), "Access-Control-Allow-Methods": ", ".join(METHODS),
                       "Access-Control-Allow-Headers": "Accept, Content-Type"}  # fmt: skip
            return Response(None, 204, {**OPEN, **allowed})
        if method not in METHODS:
            return no_way(method, request.scope["path"], METHODS)
        body = b""
        if method == "POST":
            try:
                body = await body_of(request, settings)
            except RequestError as bad:
                return bad.reply
        key = _key(request.scope, body)
        if (known := self.kept.get(key)) is not None:
            self.kept.move_to_end(key)
            return known
        reply, lasting = await self._asked(request, body)
        if lasting:
            self._keep(key, reply, settings.cache_mb * 1_000_000)
        return reply

    async def _asked(self, request: Request, body: bytes) -> tuple[Response, bool]:
        """The answer to a protocol request, and whether it would be the same another time.

        Where there is no query, the answer is the service description.
        """
        settings = request.app.state.settings
        try:
            asked = asked_of(request, settings, body)
            html = wants_html(request, (*ROWS, *GRAPHS))
            if asked.query is None or (html and not asked.format):
                if html:
                    return await self.page(request, asked), False
                return description(request, asked), True
            job = {
                "do": "query",
                "query": asked.query,
                "max_rows": settings.max_rows,
                **form_of(request, asked.format),
                **dataset_of(request, asked),
            }
            reply = await run(request, job)
            return response(job, reply, {}), reply[0].get("lasting", False)
        except RequestError as bad:
            return bad.reply, False
        except BilateralError as error:
            return failure_of(error), False

    def _keep(self, key: Key, reply: Response, most: int) -> None:
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


def _key(scope: Scope, body: bytes) -> Key:
    """All that an answer depends on: the address, which is its base too, the header, the body."""
    # Of a field that comes twice the first counts, here as where it is read.
    heads = dict(reversed(scope["headers"]))
    place = (scope["method"] == "POST", scope["scheme"], scope["server"], scope["path"])
    return (place, scope["query_string"], body, *[heads.get(name, b"") for name in DECISIVE])


def form_of(request: Request, name: str) -> dict[str, Any]:
    """The part of a job that says in which form its answer is wanted."""
    return {"accept": request.headers.get("accept", ""), "format": name}


def dataset_of(request: Request, asked: Asked) -> dict[str, Any]:
    """The part of a job that names what a query is about."""
    return {
        "default_graphs": asked.default_graphs,
        "named_graphs": asked.named_graphs,
        "base": address_of(request),
    }


def address_of(request: Request) -> str:
    """The address that was asked, without the query."""
    scope = request.scope
    return _address(scope["scheme"], scope["server"], scope["path"], request.headers.get("host"))


@lru_cache(maxsize=64)
def _address(scheme: str, server: tuple[str, int], path: str, host: str | None) -> str:
    headers = [] if host is None else [(b"host", host.encode("latin-1"))]
    return str(URL(scope={"scheme": scheme, "server": server, "path": path, "headers": headers}))


def description(request: Request, asked: Asked) -> Response:
    """The service's description of itself (SPARQL 1.1 Service Description)."""
    from bilateral.serve.description import described_service  # noqa: PLC0415 - rarely asked for

    form = form_for(request.headers.get("accept", ""), asked.format, GRAPHS)
    body = described_service(address_of(request), request.app.state, form)
    return Response(body, 200, {**OPEN, **SAFE, "Content-Type": form.media_types[0]})
