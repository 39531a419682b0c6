"""A graph to ask: `open_graph()`, then `ask` a saved question or `sparql` one of your own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.errors import BuildError, QueryError, QuerySyntaxError, RemoteError, UsageError
from bilateral.query.answer import Answer, label_query
from bilateral.query.engines import Oxigraph, Rdflib
from bilateral.query.evidence import Evidence, evidence_of
from bilateral.query.federation import allowed_services, federated
from bilateral.query.outline import bound, outline, refuse, with_prefixes
from bilateral.query.parameters import terms_of
from bilateral.query.question import LANGUAGES, question_named
from bilateral.query.settings import Settings, settings_from
from bilateral.query.stores import is_store, opened_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from bilateral.query.engines import Engine, Result
    from bilateral.query.question import Question

ENGINES = ("oxigraph", "rdflib")


class Graph:
    """A graph behind one of the engines."""

    def __init__(
        self, engine: Engine, settings: Settings | None = None, *, remote: bool = False
    ) -> None:
        self.engine = engine
        self.settings = settings or settings_from({})
        self.remote = remote

    def ask(self, name: str, **parameters: Any) -> Answer:  # noqa: ANN401 - of each one's type
        """The answer to a saved question.

        Values may be ids ("azerbaijan"), IRIs, names, dates, numbers; `lang` is the language of
        the labels. Raises UsageError for an unknown question or parameter.
        """
        return self.answer_to(question_named(name), parameters)

    def answer_to(self, question: Question, parameters: Mapping[str, Any]) -> Answer:
        """The answer to a question that has been read."""
        terms = terms_of(question, parameters, self.engine)
        language = str(parameters.get("lang") or LANGUAGES[0])
        try:
            answer = self.sparql(bound(question.query, terms), lang=language)
        except RemoteError as error:
            raise question.unreached(error) from error
        answer.question = question
        return answer

    def sparql(self, query: str, *, lang: str = LANGUAGES[0], **values: Any) -> Answer:  # noqa: ANN401
        """The answer to a SPARQL query. `values` bind variables to terms: `who=ox.NamedNode(…)`.

        Raises QuerySyntaxError with line and column, and RefusedError for updates and for a
        SERVICE that is not on the list.
        """
        if values:
            query = bound(query, {name: _term(value) for name, value in values.items()})
        result, asked = self._asked(query)

        def explain(answer: Answer) -> list[Evidence]:
            return evidence_of(asked, answer.terms(), outline(asked).form, self.engine)

        def labels(iris: Iterable[str]) -> dict[str, str]:
            return self.labels(iris, lang)

        answer = Answer(result, labels, explain, lang=lang)
        answer.graph = self
        return answer

    def query(self, query: str) -> Result:
        """The engine's own answer, as pyoxigraph's types, which `serialize` themselves.

        Prefixes of the graph that the query uses without declaring them are declared.
        """
        return self._asked(query)[0]

    def _asked(self, query: str) -> tuple[Result, str]:
        """The engine's answer, and the query that it answered: no SERVICE reaches our engines."""
        complete = with_prefixes(query)
        try:
            filled = self._filled(complete)
            return self.engine.query(filled), filled
        except QuerySyntaxError as wrong:
            if complete == query:
                raise
            # The declarations are one line above the person's own first line.
            place = max(1, (wrong.line or 1) - 1)
            raise QuerySyntaxError(
                wrong.what, wrong.remedy, query=query, line=place, column=wrong.column
            ) from wrong

    def _filled(self, query: str) -> str:
        asked = outline(query)
        if self.remote:
            refuse(asked, None, None)
        elif asked.form == "UPDATE" or asked.services or asked.graphs:
            refuse(asked, allowed_services(self.settings), self._graphs(asked.graphs))
            if asked.services:
                query = federated(query, self.settings, self.engine.query)
        return query

    def _graphs(self, named: Iterable[str]) -> set[str]:
        found = set()
        for graph in named:
            try:
                node = ox.NamedNode(graph)
            except ValueError:
                continue
            if bool(self.engine.query(f"ASK {{ GRAPH {node} {{ ?s ?p ?o }} }}")):
                found.add(graph)
        return found

    def labels(self, iris: Iterable[str], lang: str = LANGUAGES[0]) -> dict[str, str]:
        """The labels of some IRIs, in a language, or in English where there is none in it."""
        iris = list(iris)
        if not iris:
            return {}
        found: dict[str, dict[str, str]] = {}
        result: Any = self.engine.query(label_query(iris))
        for row in result:
            if isinstance(row["name"], ox.Literal):
                language = row["name"].language or ""
                found.setdefault(row["thing"].value, {})[language] = row["name"].value
        return {
            iri: names.get(lang) or names.get(LANGUAGES[0]) or next(iter(names.values()))
            for iri, names in found.items()
        }


def open_graph(
    where: str | Path = "out",
    *,
    engine: str = ENGINES[0],
    settings: Settings | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Graph:
    """A graph to ask.

    `where` is a build's folder, an RDF file (N-Quads, TriG, Turtle …), a store on disk that
    `bilateral load` made, or the address of a SPARQL endpoint. Where no build is in the default folder, the stored sources are read.

    Raises UsageError when there is no such file, BuildError when it is no RDF.
    """
    settings = settings or settings_from({})
    if str(where).startswith(("http://", "https://")):
        from bilateral.query.remote import Client  # noqa: PLC0415 - only for remote stores

        client = Client(
            str(where),
            seconds=settings.endpoint_seconds,
            megabytes=settings.endpoint_mb,
            attempts=settings.retries,
            page_rows=settings.page_rows,
            told=progress,
        )
        return Graph(client, settings, remote=True)
    store = open_store(Path(where), progress)
    if engine == ENGINES[0]:
        return Graph(Oxigraph(store, whole=is_store(Path(where))), settings)
    if engine == ENGINES[1]:
        return Graph(Rdflib(store), settings)
    what = f"there is no engine '{engine}'"
    raise UsageError(what, f"Use one of: {', '.join(ENGINES)}.")


def open_store(where: Path, progress: Callable[[str], None] = lambda _: None) -> ox.Store:
    """The quads of a build's folder, of an RDF file, or of a store on disk (to read only)."""
    if is_store(where):
        return opened_store(where)
    store = ox.Store()
    file = file_of(where)
    if file is None:
        store.extend(read_quads(where, progress))
        return store
    form = form_of(file)
    try:
        store.bulk_load(path=str(file), format=form)
    except SyntaxError as wrong:
        raise _no_rdf(file, form, wrong) from wrong
    return store


def read_quads(where: Path, progress: Callable[[str], None] = lambda _: None) -> Iterator[ox.Quad]:
    """The quads of a build's folder or of an RDF file, one after the other, terms as written."""
    file = file_of(where)
    if file is None:
        from bilateral.build import assemble  # noqa: PLC0415 - only when nothing is built yet

        progress("no graph in out: reading the stored sources")
        yield from assemble([], progress).quads
        return
    form = form_of(file)
    try:
        yield from ox.parse(path=str(file), format=form)
    except SyntaxError as wrong:
        raise _no_rdf(file, form, wrong) from wrong


def file_of(where: Path) -> Path | None:
    """The RDF file of a graph; None where nothing is built yet in the default folder."""
    file = where / "graph.nq" if where.is_dir() else where
    if file.exists():
        return file
    if where != Path("out"):
        what = f"there is no graph in {where}"
        raise UsageError(what, "Build one: `bilateral build --out FOLDER`.")
    return None


def form_of(file: Path) -> ox.RdfFormat:
    """The format of an RDF file, by its name."""
    suffix = file.suffix.removeprefix(".")
    form = ox.RdfFormat.from_extension(suffix)
    if form is None:
        what = f"'.{suffix}' is no RDF file that can be read"
        raise UsageError(what, "Give a .nq, .trig, .ttl, .nt, .jsonld or .rdf file.")
    return form


def _no_rdf(file: Path, form: ox.RdfFormat, wrong: SyntaxError) -> BuildError:
    what = f"this is no {form.name}: {wrong}"
    return BuildError(what, "Build it anew, or correct the line.", file=str(file))


def _term(value: Any) -> ox.NamedNode | ox.Literal:  # noqa: ANN401 - a term or a plain value
    if isinstance(value, (ox.NamedNode, ox.Literal)):
        return value
    if isinstance(value, (str, int, float, bool)):
        return ox.Literal(value)
    what = f"{value!r} is no RDF term"
    raise QueryError(what, "Give a pyoxigraph NamedNode or Literal, a text, or a number.")
