"""Any remote SPARQL 1.1 endpoint, through SPARQLWrapper: the only module that imports it.

SPARQLWrapper 2.0.0 has no time-out by default, no retries, and trusts the status of a reply
(sparqlwrapper#138, #243, #250); this client adds them.
"""

from __future__ import annotations

import email.utils
import http.client
import json
import re
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral import __version__
from bilateral.errors import LimitError, QuerySyntaxError, RefusedError, RemoteError
from bilateral.query.formats import GRAPHS, ROWS, form_named, written
from bilateral.query.line import Line
from bilateral.query.outline import outline, page_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bilateral.query.engines import Result

# A name and a way to ask: without one, public endpoints refuse (sparqlwrapper#237).
AGENT = f"bilateral/{__version__} (+https://w3id.org/bilateral)"
RETRIED = frozenset({429, 502, 503, 504})
CHUNK = 65_536
LONGEST_WAIT_S = 60.0
# Virtuoso answers 200 with no or fewer rows when its time is up, and says so here only.
PARTIAL = "X-SQL-State"
VIRTUOSO_YES = "__ASK_RETVAL"
# Virtuoso calls a blank node nodeID://b1, which is no label of one.
VIRTUOSO_NODE = re.compile(rb'("type": "bnode", "value": "|<bnode>)nodeID://')
ROW_ACCEPT = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
GRAPH_ACCEPT = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"


class _RetryLaterError(Exception):
    """A reply that asks to come back; `wait_s` is None where it does not say when."""

    def __init__(self, error: RemoteError, wait_s: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Client:
    """Asks one endpoint: with an agent, time-outs, retries, and a check of what comes back.

    `seconds` bounds a request as a whole, `megabytes` its answer. `public_only` refuses addresses
    that are private, loopback, link-local (as cloud metadata is), or reserved, after the name is
    resolved and again on each redirect.
    """

    endpoint: str
    seconds: float = 60.0
    megabytes: int = 256
    attempts: int = 3
    page_rows: int = 10_000
    public_only: bool = False
    told: Callable[[str], None] = lambda _: None

    def query(self, query: str) -> Result:
        """The endpoint's answer, all pages of it.

        Raises RemoteError, QuerySyntaxError, LimitError, or RefusedError.
        """
        asked = outline(query)
        if asked.form != "SELECT" or asked.sliced or not asked.ordered:
            return self._answer(query, asked.form)
        # Only an ordered query has pages that fit together.
        body = self._reply(page_of(asked, 0, self.page_rows), asked.form)
        rows = _solutions(body, self.endpoint)[1]
        if len(rows) < self.page_rows:
            return _rows(body, self.endpoint)
        last, size = body[0], len(body[0])
        while True:
            page = self._reply(page_of(asked, len(rows), self.page_rows), asked.form)
            size += len(page[0])
            if page[0] == last:
                what = f"{self.endpoint} gives the same page again and again"
                raise RemoteError(what, "It ignores OFFSET: give the query a LIMIT of its own.")
            if size > self.megabytes * 1_000_000:
                raise self._too_much()
            last = page[0]
            more = _solutions(page, self.endpoint)[1]
            rows += more
            if len(more) < self.page_rows:
                variables = _solutions(body, self.endpoint)[0]
                return _rows((written(variables, rows), ox.QueryResultsFormat.JSON), self.endpoint)

    def _answer(self, query: str, form: str) -> Result:
        body, kind = self._reply(query, form)
        if isinstance(kind, ox.QueryResultsFormat):
            return self._fitting(_rows((body, kind), self.endpoint), form)
        try:
            return [quad.triple for quad in ox.parse(body, format=kind)]
        except SyntaxError as wrong:
            raise _cut_off(self.endpoint, str(wrong)) from wrong

    def _fitting(self, found: Result, form: str) -> Result:
        truth = isinstance(found, ox.QueryBoolean)
        if truth == (form == "ASK"):
            return found
        solutions: Any = found
        if not truth and [v.value for v in getattr(found, "variables", ())] == [VIRTUOSO_YES]:
            # Virtuoso 7 answers ASK with a table: of one row for yes, of none for no.
            yes = any(True for _ in solutions)
            return _boolean(yes)
        # Not kept by the traceback: pyoxigraph's solutions must end in the thread that began them.
        del found, solutions
        raise _cut_off(self.endpoint, "it answered another kind of question")

    def _reply(self, query: str, form: str) -> tuple[bytes, Any]:
        import stamina  # noqa: PLC0415 - only remote stores need it

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
                    return self._ask(query, form)
        except _RetryLaterError as last:
            raise last.error from last
        raise AssertionError  # pragma: no cover - retry_context returns or raises

    def _ask(self, query: str, form: str) -> tuple[bytes, Any]:
        deadline = time.monotonic() + self.seconds
        line = Line(self.endpoint, self.seconds, public_only=self.public_only)
        # A server that sends a byte now and then never runs into a socket's own time-out.
        timer = threading.Timer(self.seconds, line.hang_up)
        timer.daemon = True
        timer.start()
        try:
            body, kind = self._received(line, query, form, deadline)
        except (http.client.HTTPException, OSError, ValueError) as failure:
            reason = getattr(failure, "reason", failure)
            if isinstance(reason, RefusedError):
                raise reason from failure
            late = time.monotonic() >= deadline
            raise self._failure(TimeoutError() if late else reason) from failure
        finally:
            timer.cancel()
            line.close()
        named = form_named(kind, ROWS if form in {"SELECT", "ASK"} else GRAPHS)
        if named is None:
            start = " ".join(body[:120].decode("utf-8", "replace").split())
            what = f"{self.endpoint} answered with {kind}, not with results: {start}"
            remedy = "Check the address: it must be the endpoint itself, not its web page."
            raise RemoteError(what, remedy)
        return body, named.writer

    def _received(self, line: Line, query: str, form: str, deadline: float) -> tuple[bytes, str]:
        try:
            with line.open(_request(self.endpoint, query, form)) as response:
                body = self._body(response, deadline)
                if response.headers.get(PARTIAL, "").startswith("S1T"):
                    what = f"{self.endpoint} stopped before it was done"
                    raise LimitError(what, "Ask for less, or ask an endpoint with more time.")
                return body, response.headers.get_content_type()
        except urllib.error.HTTPError as refusal:
            raise self._refusal(refusal, query) from refusal

    def _body(self, response: http.client.HTTPResponse, deadline: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        while chunk := response.read1(CHUNK):
            parts.append(chunk)
            size += len(chunk)
            if size > self.megabytes * 1_000_000:
                raise self._too_much()
            if time.monotonic() > deadline:
                raise TimeoutError
        if time.monotonic() > deadline:
            # Hung up on: what has come looks like all there is.
            raise TimeoutError
        announced = response.headers.get("Content-Length")
        if announced and announced.isdigit() and size < int(announced):
            raise _cut_off(self.endpoint, f"{size} of {announced} bytes came")
        return b"".join(parts)

    def _too_much(self) -> LimitError:
        what = f"{self.endpoint} answers with more than {self.megabytes} MB"
        return LimitError(what, "Ask for less: add a LIMIT or a FILTER.")

    def _refusal(self, reply: urllib.error.HTTPError, query: str) -> Exception:
        with reply:
            text = " ".join(reply.read(2000).decode("utf-8", "replace").split())[:300]
        what = f"{self.endpoint} answered {reply.code} {reply.reason}"
        what += f": {text}" if text and "<html" not in text.lower() else ""
        if reply.code in RETRIED:
            wait_s = _wait_of(reply.headers.get("Retry-After"))
            error = RemoteError(what, "The endpoint is busy; ask again later.")
            if wait_s is not None and wait_s > LONGEST_WAIT_S:
                return RemoteError(what, f"It asks to come back in {wait_s:.0f} seconds.")
            return _RetryLaterError(error, wait_s)
        if reply.code == 400:  # noqa: PLR2004
            return QuerySyntaxError(what, "Correct the query.", query=query, line=1, column=1)
        return RemoteError(what, "Check the address, and whether it needs a password.")

    def _failure(self, reason: object) -> Exception:
        if isinstance(reason, TimeoutError):
            what = f"{self.endpoint} did not answer within {self.seconds:g} seconds"
            return RemoteError(what, "Ask for less, or allow it more time: docs/limits.md.")
        if isinstance(reason, http.client.IncompleteRead):
            return _cut_off(self.endpoint, f"{len(reason.partial)} bytes came")
        what = f"{self.endpoint} cannot be reached: {reason}"
        error = RemoteError(what, "Check the address and that a SPARQL server runs there.")
        return _RetryLaterError(error) if isinstance(reason, ConnectionError) else error


def _request(endpoint: str, query: str, form: str) -> urllib.request.Request:
    from SPARQLWrapper import POST, SPARQLWrapper  # noqa: PLC0415 - slow, and only remote needs it

    wrapper = SPARQLWrapper(endpoint, agent=AGENT)
    wrapper.setMethod(POST)
    wrapper.setOnlyConneg(True)
    wrapper.queryString = query
    wrapper.queryType = form or "SELECT"
    accept = ROW_ACCEPT if form in {"SELECT", "ASK"} else GRAPH_ACCEPT
    wrapper.addCustomHttpHeader("Accept", accept)
    made: urllib.request.Request = wrapper._createRequest()  # noqa: SLF001 - its public way has no opener of one's own
    return made


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


def _rows(reply: tuple[bytes, Any], endpoint: str) -> ox.QuerySolutions | ox.QueryBoolean:
    body, kind = VIRTUOSO_NODE.sub(rb"\1", reply[0]), reply[1]
    try:
        # Read once to see that it is whole: a server out of time may answer 200 and half a table.
        _read_through(body, kind)
        return ox.parse_query_results(body, format=kind)
    except (SyntaxError, ValueError) as wrong:
        raise _cut_off(endpoint, str(wrong)) from wrong


def _read_through(body: bytes, kind: Any) -> None:  # noqa: ANN401 - one of pyoxigraph's formats
    found = ox.parse_query_results(body, format=kind)
    try:
        if isinstance(found, ox.QuerySolutions):
            for _ in found:
                pass
    finally:
        # A traceback keeps the names of its frames, and may be thrown away by another thread; but
        # pyoxigraph's solutions must end in the thread that began them.
        del found


def _solutions(
    reply: tuple[bytes, Any], endpoint: str
) -> tuple[list[ox.Variable], list[ox.QuerySolution]]:
    found = _rows(reply, endpoint)
    if isinstance(found, ox.QueryBoolean):
        raise _cut_off(endpoint, "a yes or no came where rows were asked for")
    return list(found.variables), list(found)


def _boolean(yes: bool) -> ox.QueryBoolean:  # noqa: FBT001 - the answer itself
    written = json.dumps({"head": {}, "boolean": yes})
    made = ox.parse_query_results(written, format=ox.QueryResultsFormat.JSON)
    assert isinstance(made, ox.QueryBoolean)  # noqa: S101 - written two lines above
    return made


def _cut_off(endpoint: str, detail: str) -> RemoteError:
    what = f"{endpoint} broke off its answer: {detail}"
    return RemoteError(what, "The server ran out of time or memory; ask for less, or ask again.")
