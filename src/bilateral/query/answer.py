"""Answers in Python: rows of dates, decimals, texts with their language, and IRIs with labels."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, Any, Self, overload

import pyoxigraph as ox

from bilateral.errors import UsageError
from bilateral.namespaces import compact, expand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import networkx as nx
    import pandas as pd

    from bilateral.network.picture import Picture
    from bilateral.query.evidence import Evidence
    from bilateral.query.graph import Graph
    from bilateral.query.question import Question

SHOWN_ROWS = 50
NUMBERS: dict[str, Callable[[str], Any]] = {
    "integer": int, "int": int, "long": int, "nonNegativeInteger": int, "decimal": Decimal,
    "double": float, "float": float, "boolean": lambda text: text in {"true", "1"},
    "date": dt.date.fromisoformat, "dateTime": dt.datetime.fromisoformat,
}  # fmt: skip
XSD = "http://www.w3.org/2001/XMLSchema#"


class Text(str):
    """A text and its language, "" where it has none."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, value: str, language: str = "") -> Self:
        """The text with its language."""
        made = super().__new__(cls, value)
        made.language = language
        return made


class Iri(str):
    """An IRI; `label` is its name in the answer's language, `curie` its short form."""

    __slots__ = ("_label_of",)
    _label_of: Callable[[str], str]

    def __new__(cls, value: str, label_of: Callable[[str], str] = compact) -> Self:
        """The IRI with the function that knows its label."""
        made = super().__new__(cls, value)
        made._label_of = label_of
        return made

    @property
    def label(self) -> str:
        """Its name, or its CURIE where the graph has none."""
        return self._label_of(self)

    @property
    def curie(self) -> str:
        """The IRI shortened by a prefix of ours."""
        return compact(str(self))


class Row(Mapping[str, Any]):
    """One row of an answer: `row["country"]` or `row.country`; None where nothing is bound.

    A value becomes a Python value when it is asked for: an answer of many rows costs no more than
    the engine's own.
    """

    __slots__ = ("_answer", "_terms")

    def __init__(self, terms: Any, answer: Answer) -> None:  # noqa: ANN401 - a solution, or a dictionary
        self._terms = terms
        self._answer = answer

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - a value of any type
        if name not in self._answer.columns:
            raise KeyError(name)
        return self._answer.value_of(self._terms[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._answer.columns)

    def __len__(self) -> int:
        return len(self._answer.columns)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a value of any type
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __repr__(self) -> str:
        return f"Row({dict(self)!r})"


class Answer(Sequence[Row]):
    """The answer to a query: a sequence of rows.

    SELECT gives a row a solution, CONSTRUCT and DESCRIBE a row a triple (subject, predicate,
    object), ASK one row with `answer`; `bool(graph.sparql("ASK …"))` is what it says. Values are
    converted when the rows are first looked at, labels when one is first asked for.
    """

    def __init__(
        self,
        result: Any,  # noqa: ANN401 - any of the engines' results
        labels: Callable[[Iterable[str]], Mapping[str, str]],
        explain: Callable[[Answer], list[Evidence]],
        question: Question | None = None,
        lang: str = "en",
    ) -> None:
        self._labels = labels
        self._explain = explain
        self.question = question
        self.lang = lang
        self.graph: Graph | None = None
        self.truth: bool | None = None
        self.triples: list[ox.Triple] | None = None
        self.solutions: list[Any] = []
        if isinstance(result, ox.QuerySolutions):
            self.columns = [variable.value for variable in result.variables]
            self.solutions = list(result)
        elif isinstance(result, ox.QueryBoolean):
            self.columns = ["answer"]
            self.truth = bool(result)
        else:
            self.columns = ["subject", "predicate", "object"]
            self.triples = list(result)

    def terms(self) -> list[dict[str, Any]]:
        """The rows as RDF terms."""
        if self.truth is not None:
            return [{"answer": ox.Literal(self.truth)}]
        if self.triples is not None:
            return [
                {"subject": t.subject, "predicate": t.predicate, "object": t.object}
                for t in self.triples
            ]
        return [{name: row[name] for name in self.columns} for row in self.solutions]

    @cached_property
    def _rows(self) -> list[Any]:
        # The engine's own solutions are rows already; the two other forms are few or cheap.
        return self.solutions if self.truth is None and self.triples is None else self.terms()

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The labels of all IRIs in the answer."""
        return self._labels(
            {t.value for row in self.terms() for t in row.values() if isinstance(t, ox.NamedNode)}
        )

    @cached_property
    def evidence(self) -> list[Evidence]:
        """For each row, the passages behind it."""
        return self._explain(self)

    def label_of(self, iri: str) -> str:
        """The label of an IRI of the answer, or its CURIE."""
        return self.labels.get(iri) or compact(str(iri))

    def value_of(self, term: Any) -> Any:  # noqa: ANN401 - any RDF term to any Python value
        """The Python value of a term."""
        if term is None:
            return None
        if isinstance(term, ox.NamedNode):
            return Iri(term.value, self.label_of)
        if isinstance(term, ox.Literal):
            if term.language:
                return Text(term.value, term.language)
            iri = term.datatype.value
            convert = NUMBERS.get(iri.removeprefix(XSD)) if iri.startswith(XSD) else None
            try:
                return convert(term.value) if convert else Text(term.value)
            except (ValueError, ArithmeticError):
                return Text(term.value)
        return str(term)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, slice):
            return [Row(terms, self) for terms in self._rows[index]]
        return Row(self._rows[index], self)

    def __iter__(self) -> Iterator[Row]:
        return map(Row, self._rows, repeat(self))

    def __len__(self) -> int:
        if self.truth is not None:
            return 1
        return len(self.triples) if self.triples is not None else len(self.solutions)

    def __bool__(self) -> bool:
        return self.truth if self.truth is not None else len(self) > 0

    def __repr__(self) -> str:
        name = f"{self.question.name}: " if self.question else ""
        return f"<Answer {name}{len(self)} rows of {', '.join(self.columns)}>"

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a data frame. Raises UsageError where pandas is not installed."""
        try:
            import pandas as pd  # noqa: PLC0415 - only when it is there
        except ImportError as missing:
            what = "pandas is not installed"
            raise UsageError(what, "Install it: pip install pandas.") from missing
        return pd.DataFrame([dict(row) for row in self], columns=self.columns)

    def to_networkx(self) -> nx.MultiDiGraph:
        """The rows as a directed graph of the things they relate, with labels.

        A question's view names the columns; else the first two columns of IRIs are taken, and of
        triples subject and object. Raises UsageError where there are no two.
        """
        import networkx as nx  # noqa: PLC0415 - slow, and only drawing needs it

        view = self.question.view if self.question else {}
        iris = [c for c in self.columns if any(isinstance(row[c], Iri) for row in self)]
        ends = [view["source"], view["target"]] if {"source", "target"} <= view.keys() else iris[:2]
        if self.triples is not None:
            ends = ["subject", "object"]
        if len(ends) < 2:  # noqa: PLR2004 - an edge has two ends
            what = "the answer has no two columns of things to draw edges between"
            raise UsageError(what, "Ask a question that relates things: `bilateral ask network`.")
        network = nx.MultiDiGraph()
        for row in self:
            source, target = row[ends[0]], row[ends[1]]
            if not (isinstance(source, Iri) and isinstance(target, Iri)):
                continue
            for thing in (source, target):
                network.add_node(str(thing), label=thing.label)
            about = {
                name: value.label if isinstance(value, Iri) else value
                for name, value in row.items()
                if name not in ends and value is not None
            }
            network.add_edge(str(source), str(target), **about)
        return network

    def draw(self, lang: str = "en") -> Picture:
        """The answer as a picture; see `bilateral.draw`."""
        from importlib import import_module  # noqa: PLC0415 - what draws stands above what asks

        made: Picture = import_module("bilateral.network.notebook").draw(self, lang=lang)
        return made

    def _repr_html_(self) -> str:
        """The first rows as an HTML table, for notebooks."""
        title = html.escape(self.question.summary["en"]) if self.question else ""
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{self._cell(v)}</td>" for v in row.values()) + "</tr>"
            for row in self[:SHOWN_ROWS]
        )
        more = len(self) - SHOWN_ROWS
        note = f"<p>… and {more} rows more</p>" if more > 0 else ""
        caption = f"<caption>{title}</caption>" if title else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"

    @staticmethod
    def _cell(value: Any) -> str:  # noqa: ANN401 - any value of a row
        if isinstance(value, Iri) and value.startswith(("http://", "https://")):
            href, label = html.escape(value, quote=True), html.escape(value.label)
            return f'<a href="{href}">{label}</a>'
        if isinstance(value, Text) and value.language:
            return f'<span lang="{html.escape(value.language)}">{html.escape(value)}</span>'
        return "" if value is None else html.escape(str(value))


def label_query(iris: Iterable[str]) -> str:
    """A query for all labels of some IRIs."""
    values = " ".join(f"<{iri}>" for iri in sorted(iris))
    names = f"<{expand('rdfs:label')}>|<{expand('skos:prefLabel')}>"
    return f"SELECT ?thing ?name {{ VALUES ?thing {{ {values} }} ?thing {names} ?name }}"
