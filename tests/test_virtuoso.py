"""Every saved question on Debian's Virtuoso, a SPARQL 1.1 server that others often have.

Virtuoso is not needed: without it these tests are skipped. In it the default graph is the union of
all graphs, its own among them.
"""

from __future__ import annotations

import re
import shutil

import pytest

from bilateral.query.graph import open_graph
from bilateral.query.question import question_named

from .serving import virtuoso_server
from .test_questions import NAMES, VALUES

pytestmark = pytest.mark.skipif(
    not (shutil.which("virtuoso-t") and shutil.which("isql-vt")),
    reason="Virtuoso is not installed: apt-get install virtuoso-opensource-7",
)


@pytest.fixture(scope="module")
def virtuoso(built, tmp_path_factory):
    with virtuoso_server(built / "graph.nq", tmp_path_factory.mktemp("virtuoso") / "db") as address:
        yield open_graph(address)


def rows(answer):
    return sorted(
        tuple("" if term is None else as_stored(term) for term in row.values())
        for row in answer.terms()
    )


def as_stored(term):
    """A term as Virtuoso gives it back: booleans are 0 and 1 there, durations are months."""
    text = {"true": "1", "false": "0"}.get(term.value, term.value)
    duration = re.fullmatch(r"P(\d+)([YM])", text)
    return str(int(duration[1]) * {"Y": 12, "M": 1}[duration[2]]) if duration else text


@pytest.mark.parametrize("name", NAMES)
def test_virtuoso_gives_the_same_rows(name, virtuoso, graph):
    values = VALUES.get(name, {})
    assert rows(virtuoso.ask(name, **values)) == rows(graph.ask(name, **values))


@pytest.mark.parametrize("name", NAMES)
def test_virtuoso_gives_the_same_labels(name, virtuoso, graph):
    if "lang" not in {p.name for p in question_named(name).parameters}:
        pytest.skip("shows no labels")
    values = VALUES.get(name, {}) | {"lang": "ka"}
    assert rows(virtuoso.ask(name, **values)) == rows(graph.ask(name, **values))


@pytest.mark.parametrize("name", NAMES)
def test_a_question_runs_as_it_stands(name, virtuoso):
    virtuoso.sparql(question_named(name).query)


def test_blank_nodes_of_virtuoso_can_be_read(virtuoso):
    path = "<http://www.w3.org/ns/shacl#path>"
    found = virtuoso.sparql(f"SELECT ?x {{ ?x {path} ?path }} ORDER BY ?path LIMIT 1")
    assert [type(row["x"]).__name__ for row in found.terms()] == ["BlankNode"]
