"""One polite client for every outside service: time-outs, retries, and a bound on what comes back.

SPARQL endpoints (query/remote.py), search addresses, and reconciliation services (link/) share it.
"""

from __future__ import annotations

import email.utils
import http.client
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bilateral import __version__
from bilateral.errors import LimitError, RefusedError, RemoteError
from bilateral.query.line import Line

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message

# A name and a way to ask: without one, public endpoints refuse (sparqlwrapper#237).
AGENT = f"bilateral/{__version__} (+https://w3id.org/bilateral)"
RETRIED = frozenset({429, 502, 503, 504})
CHUNK = 65_536
LONGEST_WAIT_S = 60.0


class _RetryLaterError(Exception):
    """A reply that asks to come back; `wait_s` is None where it does not say when."""

    def __init__(self, error: RemoteError, wait_s: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whole."""

    body: bytes
    kind: str
    headers: Message


@dataclass(frozen=True, slots=True)
class Web:
    """Asks one address: with an agent, time-outs, retries, and a bound on what comes back.

    `seconds` bounds a request as a whole, `megabytes` its answer. `public_only` refuses addresses
    that are private, loopback, link-local (as cloud metadata is), or reserved, after the name is
    resolved and again on each redirect; with `named` the address's own host may be any.
    """

    address: str
    seconds: float = 60.0
    megabytes: int = 256
    attempts: int = 3
    public_only: bool = False
    named: bool = False
    told: Callable[[str], None] = lambda _: None
    kind: str = "server"

    def reply(
        self,
        request: urllib.request.Request,
        refused: Callable[[int, str], Exception | None] = lambda *_: None,
    ) -> Reply:
        """The whole reply to a request, asked again where the address is busy.

        `refused` is given the status and the words of a refusal, and may have a better error for
        it. Raises RemoteError, LimitError, or RefusedError.
        """
        import stamina  # noqa: PLC0415 - only what asks elsewhere needs it

        # We tell of each new try ourselves; stamina would write to the log too.
        stamina.instrumentation.set_on_retry_hooks([])
        asked = 0

        def wait(error: Exception) -> bool | float:
            nonlocal asked
            if not isinstance(error, _RetryLaterError):
                return False
            asked += 1
            if asked < self.attempts:
                self.told(f"{error.error.what}; asking again")
            return True if error.wait_s is None else error.wait_s

        try:
            for attempt in stamina.retry_context(
                on=wait, attempts=self.attempts, timeout=None, wait_initial=0.2, wait_max=5.0
            ):
                with attempt:
                    return self._ask(request, refused)
        except _RetryLaterError as last:
            raise last.error from last
        raise AssertionError  # pragma: no cover - retry_context returns or raises

    def _ask(
        self, request: urllib.request.Request, refused: Callable[[int, str], Exception | None]
    ) -> Reply:
        deadline = time.monotonic() + self.seconds
        line = Line(self.address, self.seconds, public_only=self.public_only, named=self.named)
        # A server that sends a byte now and then never runs into a socket's own time-out.
        timer = threading.Timer(self.seconds, line.hang_up)
        timer.daemon = True
        timer.start()
        try:
            return self._received(line, request, deadline, refused)
        except (http.client.HTTPException, OSError, ValueError) as failure:
            reason = getattr(failure, "reason", failure)
            if isinstance(reason, RefusedError):
                raise reason from failure
            late = time.monotonic() >= deadline
            raise self._failure(TimeoutError() if late else reason) from failure
        finally:
            timer.cancel()
            line.close()

    def _received(
        self,
        line: Line,
        request: urllib.request.Request,
        deadline: float,
        refused: Callable[[int, str], Exception | None],
    ) -> Reply:
        try:
            with line.open(request) as response:
                body = self._body(response, deadline)
                return Reply(body, response.headers.get_content_type(), response.headers)
        except urllib.error.HTTPError as refusal:
            raise self._refusal(refusal, refused) from refusal

    def _body(self, response: http.client.HTTPResponse, deadline: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        while chunk := response.read1(CHUNK):
            parts.append(chunk)
            size += len(chunk)
            if size > self.megabytes * 1_000_000:
                raise self.too_much()
            if time.monotonic() > deadline:
                raise TimeoutError
        if time.monotonic() > deadline:
            # Hung up on: what has come looks like all there is.
            raise TimeoutError
        announced = response.headers.get("Content-Length")
        if announced and announced.isdigit() and size < int(announced):
            raise cut_off(self.address, f"{size} of {announced} bytes came")
        return b"".join(parts)

    def too_much(self) -> LimitError:
        """The error that tells of an answer beyond the bound."""
        what = f"{self.address} answers with more than {self.megabytes} MB"
        return LimitError(what, "Ask for less: add a LIMIT or a FILTER.")

    def _refusal(
        self, reply: urllib.error.HTTPError, refused: Callable[[int, str], Exception | None]
    ) -> Exception:
        with reply:
            text = " ".join(reply.read(2000).decode("utf-8", "replace").split())[:300]
        what = f"{self.address} answered {reply.code} {reply.reason}"
        what += f": {text}" if text and "<html" not in text.lower() else ""
        if reply.code in RETRIED:
            wait_s = _wait_of(reply.headers.get("Retry-After"))
            error = RemoteError(what, "The endpoint is busy; ask again later.")
            if wait_s is not None and wait_s > LONGEST_WAIT_S:
                return RemoteError(what, f"It asks to come back in {wait_s:.0f} seconds.")
            return _RetryLaterError(error, wait_s)
        better = refused(reply.code, what)
        return better or RemoteError(what, "Check the address, and whether it needs a password.")

    def _failure(self, reason: object) -> Exception:
        if isinstance(reason, TimeoutError):
            what = f"{self.address} did not answer within {self.seconds:g} seconds"
            return RemoteError(what, "Ask for less, or allow it more time: docs/limits.md.")
        if isinstance(reason, http.client.IncompleteRead):
            return cut_off(self.address, f"{len(reason.partial)} bytes came")
        what = f"{self.address} cannot be reached: {reason}"
        error = RemoteError(what, f"Check the address and that a {self.kind} runs there.")
        return _RetryLaterError(error) if isinstance(reason, ConnectionError) else error


def _wait_of(header: str | None) -> float | None:
    if not header:
        return None
    if header.strip().isascii() and header.strip().isdigit():
        return float(header.strip()[:9])
    try:
        then = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, then.timestamp() - time.time())


def cut_off(address: str, detail: str) -> RemoteError:
    """The error that tells of an answer that is not whole."""
    what = f"{address} broke off its answer: {detail}"
    return RemoteError(what, "The server ran out of time or memory; ask for less, or ask again.")


def start_of(body: bytes) -> str:
    """The first words of an answer that is not what was asked for."""
    return " ".join(body[:120].decode("utf-8", "replace").split())
