"""What a worker does with a job: it answers a query, a saved question, or asks about an IRI.

Every reply is a header (a dictionary) and a body. `status` is that of HTTP.
"""

from __future__ import annotations

import json
import traceback
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.catalogue import served
from bilateral.errors import (
    BilateralError,
    LimitError,
    QuerySyntaxError,
    RefusedError,
    RemoteError,
    UsageError,
)
from bilateral.explorer.names import named, packed, patterns
from bilateral.folding import folded
from bilateral.namespaces import expand
from bilateral.query.answer import Answer
from bilateral.query.engines import Oxigraph
from bilateral.query.evidence import evidence_of
from bilateral.query.federation import listed_services
from bilateral.query.formats import GRAPHS, ROWS, Form, graph_bytes
from bilateral.query.graph import Graph
from bilateral.query.outline import (
    FORMS as QUERY_FORMS,
)
from bilateral.query.outline import (
    bound,
    limited,
    outline,
    page_of,
    refuse,
    with_prefixes,
)
from bilateral.query.parameters import terms_of
from bilateral.query.printing import cell_text, shown_columns
from bilateral.query.question import LANGUAGES, read_questions
from bilateral.query.settings import Settings
from bilateral.query.show import card_of, text_of
from bilateral.query.syntax import checked
from bilateral.serve.cut import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bilateral.query.evidence import Evidence

FEW = 5000  # quads that are enough to warm up with

Reply = tuple[dict[str, Any], bytes]
FORMS = {form.name: form for form in (*ROWS, *GRAPHS)}


class Desk:
    """The graph with what answering needs."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self.questions = {question.name: question for question in read_questions()}
        self.about: dict[str, Any] = {
            "quads": len(store),
            "graphs": sum(1 for _ in store.named_graphs()),
        }
        self.graph = Graph(Oxigraph(store), Settings())

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
        served("http://localhost", ())
        for form in ("json", "turtle", "trig", "jsonld"):
            query = "ASK {}" if form == "json" else "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1"
            self.do_query({"query": query, "form": form, "max_rows": 1})

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

    def do_read(self, job: dict[str, Any]) -> Reply:
        """What a long query asks for, read here so that reading it holds nobody else up."""
        return {"status": 200}, json.dumps(reading(job["query"], job["max_rows"])).encode()

    def do_query(self, job: dict[str, Any]) -> Reply:
        """A SPARQL query over the dataset that the job names."""
        query, form, most = job["query"], FORMS[job["form"]], job["max_rows"]
        # The server has read the query before it gives it away; nobody reads it twice.
        read = job if "kind" in job else reading(query, most)
        result = self._result(query, read, self._dataset(job, read["graphs"]))
        if isinstance(result, ox.QuerySolutions):
            body = _bytes(result.serialize(format=form.writer))  # type: ignore[arg-type]
            # One row more than may be sent was asked for: that tells whether there are more.
            short = shortened(body, form.name, most)
            return (
                ({"status": 200}, body) if short is None else ({"status": 200, "cut": True}, short)
            )
        if isinstance(result, ox.QueryBoolean):
            return {"status": 200}, _bytes(result.serialize(format=form.writer))  # type: ignore[arg-type]
        triples = list(islice(result, most + 1))
        return _header(cut=len(triples) > most), graph_bytes(triples[:most], form)

    def _result(self, query: str, read: dict[str, Any], dataset: dict[str, Any]) -> Any:  # noqa: ANN401
        kind = read["kind"]
        try:
            result = self.store.query(read["first"], **dataset)
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
                "default_graph": [_node(iri) for iri in default],
                "named_graphs": [_node(iri) for iri in named],
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
        try:
            result = self._result(complete, read, self._dataset(job, read["graphs"]))
        except QuerySyntaxError as wrong:
            # The declarations are one line above the person's own first line.
            line = max(1, (wrong.line or 1) - (complete != query))
            raise QuerySyntaxError(
                wrong.what, wrong.remedy, query=query, line=line, column=wrong.column
            ) from wrong
        if not isinstance(result, (ox.QuerySolutions, ox.QueryBoolean)):
            result = list(islice(result, most + 1))

        def labels(iris: Iterable[str]) -> dict[str, str]:
            return self.graph.labels(iris, lang)

        def explain(answer: Answer) -> list[Evidence]:
            return evidence_of(complete, answer.terms()[:most], read["kind"], self.graph.engine)

        answer = Answer(result, labels, explain, question, lang)
        rows = answer.terms()
        columns = shown_columns(answer)
        cells = [[_cell(row, name, answer) for name in columns] for row in rows[:most]]
        passages = [
            [{"iri": p.iri, "text": p.text, "translation": p.translation, "derived": p.derived_by}
             for p in found.passages]
            for found in (answer.evidence if job.get("explain") else [])
        ]  # fmt: skip
        content = {"columns": columns, "rows": cells, "passages": passages}
        return _header(cut=len(rows) > most), json.dumps(content).encode()

    def do_about(self, job: dict[str, Any]) -> Reply:
        """The RDF about an IRI: its statements, those that point to it, or a whole named graph."""
        form, iri, most = FORMS[job["form"]], job["iri"], job["max_rows"]
        node, ontology = _node(iri), ox.NamedNode(expand("graph:ontology"))
        if iri in {expand("bil:").rstrip("#"), ontology.value}:
            node = ontology
        held = self.store.quads_for_pattern(None, None, None, node)
        around = chain(
            self.store.quads_for_pattern(node, None, None, None),
            self.store.quads_for_pattern(None, None, node, None),
        )
        quads = around if iri.startswith(expand("id:")) else held
        # A statement that several passages make is one triple, and a quad for each of them.
        parts = self._some(quads, form, most + 1) or self._some(around, form, most + 1)
        if not parts:
            return {"status": 404, **_nothing(iri)}, b""
        shown = sorted(parts[:most], key=str)
        if "address" in job:
            more = served(job["address"], job["files"])
            quads = (ox.Quad(t.subject, t.predicate, t.object, node) for t in more)
            shown += quads if form.name == "trig" else more
        return _header(cut=len(parts) > most), graph_bytes(shown, form)

    def _some(self, quads: Iterable[ox.Quad], form: Form, most: int) -> list[Any]:
        """The first of some quads, each once; in a form without names, their triples."""
        found: dict[Any, None] = {}
        for quad in quads:
            if form.name == "trig" and self._is_repeated(quad):
                continue
            found[quad if form.name == "trig" else quad.triple] = None
            if len(found) == most:
                break
        return list(found)

    def _is_repeated(self, quad: ox.Quad) -> bool:
        """Whether the default graph only repeats what a named graph says."""
        default = ox.DefaultGraph()
        if quad.graph_name != default:
            return False
        said = self.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return any(other.graph_name != default for other in said)

    def do_card(self, job: dict[str, Any]) -> Reply:
        """What an HTML page about an IRI shows."""
        node = _node(job["iri"])
        said = self.store.quads_for_pattern(node, None, None, None)
        named = self.store.quads_for_pattern(None, None, node, None)
        held = self.store.quads_for_pattern(None, None, None, node)
        if all(next(quads, None) is None for quads in (said, named, held)):
            return {"status": 404, **_nothing(job["iri"])}, b""
        return {"status": 200}, json.dumps(card_of(job["iri"], self.graph, job["lang"])).encode()

    def do_text(self, job: dict[str, Any]) -> Reply:
        """A source's text, with its passages and its name."""
        text = text_of(job["iri"], self.graph, job["lang"])
        if text is None:
            return {"status": 404, **_nothing(job["iri"])}, b""
        return {"status": 200}, json.dumps(text).encode()

    def do_names(self, _: dict[str, Any]) -> Reply:
        """The names that the explorer's search knows, without other spellings."""
        quads = (
            quad
            for predicate in patterns()
            for quad in self.store.quads_for_pattern(None, predicate, None)
        )
        return {"status": 200}, json.dumps(packed(named(quads))).encode()


def reading(query: str, most: int) -> dict[str, Any]:
    """What must be known of a query before it is asked, and itself with a limit of rows (`first`).

    Raises RefusedError for what is never asked.
    """
    asked = outline(query)
    if asked.form != "UPDATE":
        refuse(asked, None, None)
    try:
        first = limited(asked, most + 1) if asked.form == "SELECT" else query
    except ValueError as wrong:
        # Python converts no number of thousands of digits.
        what = "the query's LIMIT has too many digits"
        raise UsageError(what, f"Give one of at most {most}.") from wrong
    return {"kind": asked.form, "graphs": asked.graphs, "first": first,
            "services": bool(asked.services), "volatile": asked.volatile}  # fmt: skip


def _header(*, cut: bool) -> dict[str, Any]:
    return {"status": 200, "cut": True} if cut else {"status": 200}


def status_of(error: BilateralError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, LimitError):
        return 503
    if isinstance(error, RemoteError):
        return 502
    return 403 if isinstance(error, RefusedError) else 400


def described(error: BilateralError) -> dict[str, Any]:
    """An error as a header's fields."""
    about: dict[str, Any] = {"error": error.what, "remedy": error.remedy, "text": str(error)}
    if isinstance(error, QuerySyntaxError):
        about |= {"line": error.line, "column": error.column, "source": error.source}
    return about


def _nothing(iri: str) -> dict[str, str]:
    what = f"the graph says nothing of <{iri}>"
    return {"error": what, "remedy": "Ask /questions/entities for what there is.", "text": what}


def _cell(row: dict[str, Any], name: str, answer: Any) -> dict[str, Any]:  # noqa: ANN401
    thing = row.get(name.removesuffix("Label"), row[name])
    literal = isinstance(row[name], ox.Literal)
    return {
        "text": cell_text(row[name], answer),
        "iri": thing.value if isinstance(thing, ox.NamedNode) else None,
        "lang": row[name].language if literal else None,
    }


def _node(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as wrong:
        what = f"'{iri}' is no IRI"
        raise UsageError(what, "Give an absolute IRI.") from wrong


def _bytes(data: bytes | None) -> bytes:
    return data or b""
