"""What a worker does with a job: it answers a query, a saved question, or asks about an IRI.

Every reply is a header (a dictionary) and a body. `status` is that of HTTP.
"""

from __future__ import annotations

import json
import traceback
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from bilateral.catalogue import served
from bilateral.errors import (
    BilateralError,
    FormError,
    LimitError,
    QuerySyntaxError,
    RefusedError,
    RemoteError,
    TooLargeError,
    UsageError,
)
from bilateral.explorer.names import named, packed, patterns
from bilateral.folding import folded
from bilateral.ontology.terms import read_terms
from bilateral.query.answer import Answer
from bilateral.query.engines import Oxigraph
from bilateral.query.evidence import evidence_of
from bilateral.query.federation import listed_services
from bilateral.query.formats import GRAPHS, form_for, forms_of, graph_bytes
from bilateral.query.graph import Graph
from bilateral.query.outline import (
    FORMS as QUERY_FORMS,
)
from bilateral.query.outline import (
    bound,
    limited,
    outline,
    page_of,
    plain,
    with_prefixes,
)
from bilateral.query.parameters import terms_of
from bilateral.query.printing import cell_text, shown_columns
from bilateral.query.question import LANGUAGES, read_questions
from bilateral.query.settings import Settings
from bilateral.query.syntax import checked
from bilateral.serve import things
from bilateral.serve.about import statements_about
from bilateral.serve.cut import shortened
from bilateral.serve.reconcile.answers import reconciled
from bilateral.serve.reconcile.register import Register
from bilateral.serve.structured import Structured
from bilateral.serve.things import Reply, header_of, node_of, nothing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bilateral.query.evidence import Evidence

FEW = 5000  # quads that are enough to warm up with


class Reading(NamedTuple):
    """What must be known of a query before it is asked; `first` is the query with a limit of rows."""

    kind: str
    first: str
    graphs: tuple[str, ...] = ()
    services: bool = False
    volatile: bool = False


class Desk:
    """The graph with what answering needs. `whole` is a store that has the union of its graphs."""

    def __init__(self, store: ox.Store, *, whole: bool = False) -> None:
        self.questions = {question.name: question for question in read_questions()}
        self.about: dict[str, Any] = {
            "quads": len(store),
            "graphs": sum(1 for _ in store.named_graphs()),
        }
        # What is read of the graph once, whichever store is open.
        self.register, self.structured = Register(store), Structured(store)
        self.open(store, whole=whole)

    def open(self, store: ox.Store, *, whole: bool = False) -> None:
        """Answer from this store."""
        engine = Oxigraph(store, whole=whole)
        # Before the first fork, so that all workers share it.
        engine.unite()
        self.store = store
        self.graph = Graph(engine, Settings())
        self.register.store = self.structured.store = store

    def warm(self) -> None:
        """Import and compute, before the first fork, what every worker needs."""
        # A worker can open no file, so whatever is imported or read late is imported and read here;
        # over a little of the graph, for all of a large one would take minutes.
        few = ox.Store()
        few.extend(islice(self.store, FEW))
        Desk(few).try_a_question()
        folded("")
        patterns()
        listed_services()
        self.register.read()
        self.structured.read()
        served("http://localhost", ())
        Desk(few).do_terms({})
        for form in ("json", "turtle", "trig", "jsonld"):
            query = "ASK {}" if form == "json" else "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1"
            self.do_query({"query": query, "format": form, "max_rows": 1})

    def try_a_question(self) -> None:
        """Answer any question that needs no values, with its evidence."""
        for question in self.questions.values():
            if not any(parameter.required for parameter in question.parameters):
                job = {"name": question.name, "values": {}, "max_rows": 3, "explain": True}
                self.do_table(job | {"lang": "en"})
                break

    def answer(self, job: dict[str, Any]) -> Reply:
        """The reply to a job; an error is a reply too."""
        try:
            return getattr(self, f"do_{job['do']}")(job)  # type: ignore[no-any-return]
        except BilateralError as error:
            return {"status": status_of(error), **described(error)}, b""
        except MemoryError:
            full: BilateralError = LimitError(
                "the query took more memory than it may", "Ask for less."
            )
            # What the query filled may be held on to: such a worker serves nobody else.
            return {"status": status_of(full), "spent": True, **described(full)}, b""
        except Exception:  # noqa: BLE001 - this is the edge
            # The outermost edge: one request fails, and the log says why.
            traceback.print_exc()
            broken = BilateralError("the server failed", "Tell those who run it: its log says why.")
            return {"status": 500, **described(broken)}, b""

    def do_query(self, job: dict[str, Any]) -> Reply:
        """A SPARQL query over the dataset that the job names, in the form that the client wants."""
        query, most = job["query"], job["max_rows"]
        read = reading(query, most)
        form = form_for(job.get("accept", ""), job.get("format", ""), forms_of(read.kind))
        if read.services and "first" not in job:
            return _elsewhere(read)
        result = self._result(query, read, job)
        if isinstance(result, ox.QuerySolutions):
            body = _bytes(result.serialize(format=form.writer))  # type: ignore[arg-type]
            # One row more than may be sent was asked for: that tells whether there are more.
            short = shortened(body, form.name, most)
            cut, body = (False, body) if short is None else (True, short)
        elif isinstance(result, ox.QueryBoolean):
            cut, body = False, _bytes(result.serialize(format=form.writer))  # type: ignore[arg-type]
        else:
            triples = list(islice(result, most + 1))
            cut, body = len(triples) > most, graph_bytes(triples[:most], form)
        return header_of(form, cut=cut, lasting=not (read.volatile or read.services)), body

    def _result(self, query: str, read: Reading, job: dict[str, Any]) -> Any:  # noqa: ANN401
        kind = read.kind
        dataset = self._dataset(job, read.graphs)
        try:
            # `first` comes with the job where the server has put other endpoints' answers into it.
            result = self.store.query(job.get("first", read.first), **dataset)
        except SyntaxError as wrong:
            raise checked(query, wrong) from wrong
        except (OSError, RuntimeError, ValueError) as wrong:
            raise UsageError(str(wrong), "Correct the query.") from wrong
        # Where we read a query in another way than the engine, no limit of ours holds.
        if kind not in QUERY_FORMS or (kind == "SELECT") != isinstance(result, ox.QuerySolutions):
            what = "this server cannot tell whether that is SELECT, ASK, CONSTRUCT, or DESCRIBE"
            raise UsageError(what, "Leave a blank after each word, and use SPARQL 1.1.")
        return result

    def _dataset(self, job: dict[str, Any], graphs: Iterable[str]) -> dict[str, Any]:
        """The dataset that the protocol names; it comes before the query's own FROM (`graphs`)."""
        default, named = job.get("default_graphs") or [], job.get("named_graphs") or []
        dataset: dict[str, Any] = {"base_iri": job["base"]} if job.get("base") else {}
        if default or named:
            # A graph that the dataset lacks is an empty graph: asking for it fetches nothing.
            return dataset | {
                "default_graph": [node_of(iri) for iri in default],
                "named_graphs": [node_of(iri) for iri in named],
            }
        if lacking := next((iri for iri in graphs if not self._has(iri)), None):
            what = f"FROM <{lacking}> is refused: the dataset has no such graph, and fetches none"
            remedy = "Name a graph of the dataset: SELECT DISTINCT ?g { GRAPH ?g {} }."
            raise RefusedError(what, remedy)
        return dataset

    def _has(self, iri: str) -> bool:
        try:
            pattern = self.store.quads_for_pattern(None, None, None, ox.NamedNode(iri))
        except ValueError:
            return False
        return next(pattern, None) is not None

    def do_ask(self, job: dict[str, Any]) -> Reply:
        """A saved question, as bytes in the form the client wants."""
        question = self.questions[job["name"]]
        terms = terms_of(question, job["values"], self.graph.engine)
        query = bound(question.query, terms)
        asked = outline(query)
        if job.get("page") and asked.form == "SELECT" and not asked.sliced:
            # One row more than the page tells whether there is a next one.
            query = page_of(asked, (job["page"] - 1) * job["max_rows"], job["max_rows"] + 1)
        return self.do_query({**job, "query": query})

    def do_table(self, job: dict[str, Any]) -> Reply:
        """A saved question, or a query, as cells for an HTML page, with evidence when asked for."""
        lang, most = job.get("lang", LANGUAGES[0]), job["max_rows"]
        question = self.questions[job["name"]] if "name" in job else None
        query = job.get("query", "")
        if question:
            values = job["values"]
            query = bound(question.query, terms_of(question, values, self.graph.engine))
            lang = str(values.get("lang") or LANGUAGES[0])
        complete = with_prefixes(query)
        read = reading(complete, most)
        if read.services and "first" not in job:
            return _elsewhere(read)
        try:
            result = self._result(complete, read, job)
        except QuerySyntaxError as wrong:
            # The declarations are one line above the person's own first line.
            line = max(1, (wrong.line or 1) - (complete != query))
            raise QuerySyntaxError(
                wrong.what, wrong.remedy, query=query, line=line, column=wrong.column
            ) from wrong
        if not isinstance(result, (ox.QuerySolutions, ox.QueryBoolean)):
            result = list(islice(result, most + 1))

        def explain(found: Answer) -> list[Evidence]:
            # `first` has other endpoints' answers in it: no engine asks them.
            asked = job.get("first", complete)
            return evidence_of(asked, found.terms()[:most], read.kind, self.graph.engine)

        answer = Answer(result, lambda iris: self.graph.labels(iris, lang), explain, question, lang)
        rows = answer.terms()
        columns = shown_columns(answer)
        cells = [[_cell(row, name, answer) for name in columns] for row in rows[:most]]
        passages = [
            [{"iri": p.iri, "text": p.text, "language": p.language, "translation": p.translation,
              "derived": p.derived_by}
             for p in found.passages]
            for found in (answer.evidence if job.get("explain") else [])
        ]  # fmt: skip
        content = {"columns": columns, "rows": cells, "passages": passages}
        return {"status": 200, "cut": len(rows) > most}, json.dumps(content).encode()

    def do_about(self, job: dict[str, Any]) -> Reply:
        """The RDF about an IRI: its statements, those that point to it, or a whole named graph."""
        form = form_for(job.get("accept", ""), job.get("format", ""), GRAPHS)
        node, most, named = node_of(job["iri"]), job["max_rows"], form.name == "trig"
        parts = statements_about(self.store, node, most, named=named)
        if not parts:
            return {"status": 404, **nothing(job["iri"])}, b""
        shown = sorted(parts[:most], key=str)
        if "address" in job:
            more = served(job["address"], job["files"])
            quads = (ox.Quad(t.subject, t.predicate, t.object, node) for t in more)
            shown += quads if named else more
        return header_of(form, cut=len(parts) > most, lasting=True), graph_bytes(shown, form)

    def do_card(self, job: dict[str, Any]) -> Reply:
        """What an HTML page about an IRI shows."""
        return things.card(self.graph, self.store, self.structured, job)

    def do_text(self, job: dict[str, Any]) -> Reply:
        """A source's text, with its passages and its name."""
        return things.text(self.graph, self.structured, job)

    def do_reconcile(self, job: dict[str, Any]) -> Reply:
        """An answer of the Reconciliation API."""
        found = reconciled(job, self.register, self.graph)
        if found is None:
            return {"status": 404, **nothing(job["id"])}, b""
        return {"status": 200}, json.dumps(found).encode()

    def do_pages(self, job: dict[str, Any]) -> Reply:
        """Some of the addresses of pages of things, and how many there are."""
        paths, total = things.pages(self.store, self.register.slugs, job["begin"], job["most"])
        return {"status": 200, "total": total}, json.dumps(paths).encode()

    def do_terms(self, _: dict[str, Any]) -> Reply:
        """Every term with its use and an example, for the page of the ontology."""
        terms = [asdict(term) for term in read_terms(self.graph).values()]
        return {"status": 200}, json.dumps(terms).encode()

    def do_names(self, _: dict[str, Any]) -> Reply:
        """The names that the explorer's search knows, without other spellings."""
        quads = (
            quad
            for predicate in patterns()
            for quad in self.store.quads_for_pattern(None, predicate, None)
        )
        return {"status": 200}, json.dumps(packed(named(quads))).encode()


def reading(query: str, most: int) -> Reading:
    """What must be known of a query before it is asked.

    Raises UsageError for an update, and RefusedError for what no engine can read.
    """
    if found := plain(query, most + 1):
        return Reading(*found)
    asked = outline(query)
    if asked.form == "UPDATE":
        what = "this is an update; the graph is read only"
        raise UsageError(what, "Send SELECT, ASK, CONSTRUCT, or DESCRIBE.")
    try:
        first = limited(asked, most + 1) if asked.form == "SELECT" else query
    except ValueError as wrong:
        # Python converts no number of thousands of digits.
        what = "the query's LIMIT has too many digits"
        raise UsageError(what, f"Give one of at most {most}.") from wrong
    return Reading(asked.form, first, asked.graphs, bool(asked.services), asked.volatile)


def _elsewhere(read: Reading) -> Reply:
    """A query that the server has to ask other endpoints about first: no worker reaches any."""
    return {"status": 200, "services": True}, read.first.encode()


def status_of(error: BilateralError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, LimitError):
        return 503
    if isinstance(error, RemoteError):
        return 502
    if isinstance(error, FormError):
        return 406
    if isinstance(error, TooLargeError):
        return 413
    return 403 if isinstance(error, RefusedError) else 400


def described(error: BilateralError) -> dict[str, Any]:
    """An error as a header's fields."""
    about: dict[str, Any] = {"error": error.what, "remedy": error.remedy, "text": str(error)}
    if isinstance(error, QuerySyntaxError):
        about |= {"line": error.line, "column": error.column, "source": error.source}
    return about


def _cell(row: dict[str, Any], name: str, answer: Any) -> dict[str, Any]:  # noqa: ANN401
    thing = row.get(name.removesuffix("Label"), row[name])
    literal = isinstance(row[name], ox.Literal)
    return {
        "text": cell_text(row[name], answer),
        "iri": thing.value if isinstance(thing, ox.NamedNode) else None,
        "lang": row[name].language if literal else None,
    }


def _bytes(data: bytes | None) -> bytes:
    return data or b""
