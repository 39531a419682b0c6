"""What a worker does with a job: it answers a query, a saved question, or asks about an IRI.

Every reply is a header (a dictionary) and a body. `status` is that of HTTP.
"""

from __future__ import annotations

import csv
import io
import json
import traceback
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.errors import (
    BilateralError,
    LimitError,
    QuerySyntaxError,
    RefusedError,
    RemoteError,
    UsageError,
)
from bilateral.explorer.names import named, packed, patterns
from bilateral.namespaces import expand
from bilateral.query.engines import Oxigraph
from bilateral.query.formats import GRAPHS, ROWS, Form, graph_bytes
from bilateral.query.graph import Graph
from bilateral.query.names import folded
from bilateral.query.outline import bound, limited, outline, page_of, refuse
from bilateral.query.parameters import terms_of
from bilateral.query.printing import cell_text, shown_columns
from bilateral.query.question import read_questions
from bilateral.query.settings import Settings
from bilateral.query.show import card_of, text_of
from bilateral.query.syntax import checked

if TYPE_CHECKING:
    from collections.abc import Iterable

FEW = 5000  # quads that are enough to warm up with

Reply = tuple[dict[str, Any], bytes]
FORMS = {form.name: form for form in (*ROWS, *GRAPHS)}
# The least that tells a row in each form; literals escape it, so it is never counted too seldom.
ROW_MARKS = {"json": b'"type":', "xml": b"<result>", "csv": b"\n", "tsv": b"\n"}


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
        for form in ("json", "turtle", "trig"):
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
            return {"status": status_of(full), **described(full)}, b""
        except Exception:  # noqa: BLE001 - this is the edge
            # The outermost edge: one request fails, and the log says why.
            traceback.print_exc()
            broken = BilateralError("the server failed", "Tell those who run it: its log says why.")
            return {"status": 500, **described(broken)}, b""

    def do_query(self, job: dict[str, Any]) -> Reply:
        """A SPARQL query over the dataset that the job names."""
        query, form, most = job["query"], FORMS[job["form"]], job["max_rows"]
        # The server has read the query before it gives it away; nobody reads it twice.
        read = job if "kind" in job else reading(query, most)
        dataset = self._dataset(job)
        if read["graphs"] and not dataset:
            refuse(outline(query), None, {g for g in read["graphs"] if self._has(g)})
        if job.get("base"):
            dataset["base_iri"] = job["base"]
        if read["kind"] == "SELECT":
            return self._rows(query, read["first"], dataset, form, most)
        result = self._result(query, dataset)
        if isinstance(result, ox.QueryBoolean):
            return {"status": 200}, _bytes(result.serialize(format=form.writer))  # type: ignore[arg-type]
        triples: list[ox.Triple] = []
        for triple in result:
            if len(triples) == most:
                return {"status": 200, "cut": True}, graph_bytes(triples, form)
            triples.append(triple)
        return {"status": 200}, graph_bytes(triples, form)

    def _rows(
        self, query: str, first: str, dataset: dict[str, Any], form: Form, most: int
    ) -> Reply:
        # One row more than may be sent tells whether there are more; counting is left to bytes.
        body = self._written(first, query, dataset, form)
        if body.count(ROW_MARKS[form.name]) <= most or _rows_in(body, form) <= most:
            return {"status": 200}, body
        cut = limited(outline(query), most)
        return {"status": 200, "cut": True}, self._written(cut, query, dataset, form)

    def _written(self, query: str, original: str, dataset: dict[str, Any], form: Form) -> bytes:
        result: Any = self._result(query, dataset, original)
        return _bytes(result.serialize(format=form.writer))

    def _result(self, query: str, dataset: dict[str, Any], original: str = "") -> Any:  # noqa: ANN401
        try:
            return self.store.query(query, **dataset)
        except SyntaxError as wrong:
            raise checked(original or query, wrong) from wrong
        except (OSError, RuntimeError, ValueError) as wrong:
            raise UsageError(str(wrong), "Correct the query.") from wrong

    def _dataset(self, job: dict[str, Any]) -> dict[str, Any]:
        """The dataset that the protocol names; it comes before the query's own FROM."""
        default, named = job.get("default_graphs") or [], job.get("named_graphs") or []
        if not default and not named:
            return {}
        # A graph that the dataset lacks is an empty graph: asking for it fetches nothing.
        return {
            "default_graph": [_node(iri) for iri in default],
            "named_graphs": [_node(iri) for iri in named],
        }

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
        lang = job.get("lang", "en")
        if "name" in job:
            answer = self.graph.answer_to(self.questions[job["name"]], job["values"])
        else:
            asked = outline(job["query"])
            refuse(asked, (), {g for g in asked.graphs if self._has(g)})
            query = limited(asked, job["max_rows"] + 1) if asked.form == "SELECT" else job["query"]
            answer = self.graph.sparql(query, lang=lang)
        rows = answer.terms()
        cut = len(rows) > job["max_rows"]
        rows = rows[: job["max_rows"]]
        columns = shown_columns(answer)
        cells = [[_cell(row, name, answer) for name in columns] for row in rows]
        evidence = answer.evidence if job.get("explain") else []
        passages = [
            [{"iri": p.iri, "text": p.text, "translation": p.translation, "derived": p.derived_by}
             for p in found.passages]
            for found in evidence[: len(rows)]
        ]  # fmt: skip
        content = {"columns": columns, "rows": cells, "passages": passages}
        return {"status": 200, "cut": cut}, json.dumps(content).encode()

    def do_about(self, job: dict[str, Any]) -> Reply:
        """The RDF about an IRI: its statements, those that point to it, or a whole named graph."""
        form, iri = FORMS[job["form"]], job["iri"]
        node = _node(iri)
        quads = list(self.store.quads_for_pattern(None, None, None, node))
        union = ox.DefaultGraph()
        if iri in {expand("bil:").rstrip("#"), expand("graph:ontology")}:
            quads = list(
                self.store.quads_for_pattern(
                    None, None, None, ox.NamedNode(expand("graph:ontology"))
                )
            )
        if not quads or iri.startswith(expand("id:")):
            quads = [
                *self.store.quads_for_pattern(node, None, None, None),
                *self.store.quads_for_pattern(None, None, node, None),
            ]
        # The default graph says the same again, unless the file had no named graphs.
        quads = [q for q in quads if q.graph_name != union] or quads
        if not quads:
            return {"status": 404, **_nothing(iri)}, b""
        parts: Iterable[Any] = quads if form.name == "trig" else {q.triple for q in quads}
        return {"status": 200}, graph_bytes(sorted(parts, key=str), form)

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
    """What a worker must know of a query: its form, its FROMs, and itself with a limit of rows."""
    asked = outline(query)
    first = limited(asked, most + 1) if asked.form == "SELECT" else query
    return {"kind": asked.form, "graphs": asked.graphs, "first": first}


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


def _rows_in(body: bytes, form: Form) -> int:
    """The exact number of rows of a result."""
    if form.name == "xml":
        return body.count(b"<result>")
    if form.name == "tsv":
        return body.count(b"\n") - 1
    if form.name == "csv":
        return sum(1 for _ in csv.reader(io.StringIO(body.decode(), newline=""))) - 1
    return len(json.loads(body)["results"]["bindings"])
