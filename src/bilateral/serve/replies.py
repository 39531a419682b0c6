"""What every reply has in common: its headers, and how an error is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from bilateral.serve.jobs import described, status_of
from bilateral.serve.pool import BusyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bilateral.errors import BilateralError

# No script, no frame, nothing from elsewhere: every page is text and one style sheet.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFE = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# Anybody's page may ask: the graph is public and read only.
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Bilateral-Row-Limit, Bilateral-Cut, Retry-After, Link",
    "Vary": "Accept",
}
TOO_MANY = 429
RETRY_AFTER_S = "1"


def failure(
    status: int, about: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    """An error as JSON: `error` says what is wrong, `remedy` what to do, `text` both."""
    body = json.dumps(
        {key: value for key, value in about.items() if key != "status"}, ensure_ascii=False
    )
    more = {"Retry-After": RETRY_AFTER_S} if status in {TOO_MANY, 503} else {}
    return Response(
        body.encode() + b"\n",
        status,
        {**OPEN, **SAFE, **more, **(headers or {})},
        "application/json",
    )


def failure_of(error: BilateralError) -> Response:
    """The reply to an error of ours."""
    status = TOO_MANY if isinstance(error, BusyError) else status_of(error)
    return failure(status, described(error))


def no_way(method: str, path: str, allowed: Iterable[str]) -> Response:
    """The reply to a method that an address does not know."""
    listed = ", ".join(allowed)
    what = f"{method} is not a way to ask {path}"
    return wrong(405, what, f"Use one of: {listed}.", {"Allow": listed})


def wrong(
    status: int, what: str, remedy: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The reply to a request that is wrong by itself."""
    return failure(
        status, {"error": what, "remedy": remedy, "text": f"{what}\n  {remedy}"}, headers
    )
