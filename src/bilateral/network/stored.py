"""An answer that was written as SPARQL JSON, read again to be drawn."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bilateral.errors import UsageError
from bilateral.query.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bilateral.query.graph import Graph


def answer_from_json(text: str, graph: Graph, language: str) -> Answer:
    """The answer in a text of SPARQL 1.1 Query Results JSON; its labels come from the graph.

    Raises UsageError where the text is something else.
    """
    try:
        json.loads(text)
        result = ox.parse_query_results(text, format=ox.QueryResultsFormat.JSON)
    except (ValueError, SyntaxError) as wrong:
        what = f"standard input is no SPARQL result in JSON: {wrong}"
        raise UsageError(what, "Write one with `bilateral sparql -o json`.") from wrong

    def labels(iris: Iterable[str]) -> dict[str, str]:
        return graph.labels(iris, language)

    return Answer(result, labels, lambda _: [])
