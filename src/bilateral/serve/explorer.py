"""The explorer as the server gives it: its page, its files, and what its page asks for."""

from __future__ import annotations

import asyncio
import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from bilateral.errors import BilateralError
from bilateral.explorer.names import names_json, unpacked
from bilateral.explorer.payload import payload_json
from bilateral.explorer.shell import POLICY, STATIC, served
from bilateral.serve.replies import SAFE, failure_of, wrong

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Scope

OK = 200
HEADERS = {**SAFE, "Content-Security-Policy": POLICY}


class Files(StaticFiles):
    """The explorer's own files; a browser asks each time whether they are still the same."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with the headers that all replies have."""
        response = await super().get_response(path, scope)
        response.headers.update({**HEADERS, "Cache-Control": "no-cache"})
        return response


def page() -> Response:
    """The explorer's page."""
    return Response(served(), OK, HEADERS, "text/html; charset=utf-8")


@cache
def _payload() -> tuple[bytes, str]:
    body = payload_json().encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:16]}"'


async def payload(request: Request) -> Response:
    """The words, questions, kinds, and tables of the explorer's page."""
    body, tag = _payload()
    return _tagged(request, body, tag)


async def names(request: Request) -> Response:
    """The names that the explorer's search knows; they are put together once."""
    state = request.app.state
    known = getattr(state, "names", None)
    if known is None:
        try:
            header, body = await state.pool.run({"do": "names"})
        except BilateralError as error:
            return failure_of(error)
        if header["status"] != OK:
            return wrong(header["status"], header["error"], header["remedy"])
        text = await asyncio.to_thread(lambda: names_json(unpacked(json.loads(body))))
        known = state.names = (
            text.encode(),
            f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"',
        )
    return _tagged(request, *known)


def _tagged(request: Request, body: bytes, tag: str) -> Response:
    headers = {**SAFE, "Cache-Control": "no-cache", "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(None, 304, headers)
    return Response(body, OK, headers, "application/json")
