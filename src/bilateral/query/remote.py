"""Any remote SPARQL 1.1 endpoint, through SPARQLWrapper: the only module that imports it.

SPARQLWrapper 2.0.0 has no time-out by default, no retries, and trusts the status of a reply
(sparqlwrapper#138, #243, #250); our own client (query/web.py) sends what it makes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.errors import LimitError, QuerySyntaxError, RemoteError
from bilateral.query.formats import GRAPHS, ROWS, form_named, written
from bilateral.query.outline import outline, page_of
from bilateral.query.web import AGENT, Web, cut_off, start_of

if TYPE_CHECKING:
    import urllib.request
    from collections.abc import Callable

    from bilateral.query.engines import Result

# Virtuoso answers 200 with no or fewer rows when its time is up, and says so here only.
PARTIAL = "X-SQL-State"
VIRTUOSO_YES = "__ASK_RETVAL"
# Virtuoso calls a blank node nodeID://b1, which is no label of one.
VIRTUOSO_NODE = re.compile(rb'("type": "bnode", "value": "|<bnode>)nodeID://')
ROW_ACCEPT = "application/sparql-results+json, application/sparql-results+xml;q=0.8"
GRAPH_ACCEPT = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"


@dataclass(frozen=True, slots=True)
class Client:
    """Asks one endpoint: with an agent, time-outs, retries, and a check of what comes back.

    `seconds` bounds a request as a whole, `megabytes` its answer. `public_only` refuses addresses
    that are private, loopback, link-local (as cloud metadata is), or reserved, after the name is
    resolved and again on each redirect; with `named` the endpoint's own host may be any.
    """

    endpoint: str
    seconds: float = 60.0
    megabytes: int = 256
    attempts: int = 3
    page_rows: int = 10_000
    public_only: bool = False
    named: bool = False
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
                raise self._web.too_much()
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
            raise cut_off(self.endpoint, str(wrong)) from wrong

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
        raise cut_off(self.endpoint, "it answered another kind of question")

    def _reply(self, query: str, form: str) -> tuple[bytes, Any]:
        def refused(status: int, what: str) -> Exception | None:
            if status != 400:  # noqa: PLR2004
                return None
            return QuerySyntaxError(what, "Correct the query.", query=query, line=1, column=1)

        reply = self._web.reply(_request(self.endpoint, query, form), refused)
        if reply.headers.get(PARTIAL, "").startswith("S1T"):
            what = f"{self.endpoint} stopped before it was done"
            raise LimitError(what, "Ask for less, or ask an endpoint with more time.")
        named = form_named(reply.kind, ROWS if form in {"SELECT", "ASK"} else GRAPHS)
        if named is None:
            begins = start_of(reply.body)
            what = f"{self.endpoint} answered with {reply.kind}, not with results: {begins}"
            remedy = "Check the address: it must be the endpoint itself, not its web page."
            raise RemoteError(what, remedy)
        return reply.body, named.writer

    @property
    def _web(self) -> Web:
        return Web(
            self.endpoint,
            seconds=self.seconds,
            megabytes=self.megabytes,
            attempts=self.attempts,
            public_only=self.public_only,
            named=self.named,
            told=self.told,
            kind="SPARQL server",
        )


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


def _rows(reply: tuple[bytes, Any], endpoint: str) -> ox.QuerySolutions | ox.QueryBoolean:
    body, kind = VIRTUOSO_NODE.sub(rb"\1", reply[0]), reply[1]
    try:
        # Read once to see that it is whole: a server out of time may answer 200 and half a table.
        _read_through(body, kind)
        return ox.parse_query_results(body, format=kind)
    except (SyntaxError, ValueError) as wrong:
        raise cut_off(endpoint, str(wrong)) from wrong


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
        raise cut_off(endpoint, "a yes or no came where rows were asked for")
    return list(found.variables), list(found)


def _boolean(yes: bool) -> ox.QueryBoolean:  # noqa: FBT001 - the answer itself
    written = json.dumps({"head": {}, "boolean": yes})
    made = ox.parse_query_results(written, format=ox.QueryResultsFormat.JSON)
    assert isinstance(made, ox.QueryBoolean)  # noqa: S101 - written two lines above
    return made
