"""The one projection to ties: what is asked of one thing is what is asked of all."""

from __future__ import annotations

import pytest


def statements(rows):
    return {tuple(str(term) for term in row.values()) for row in rows.terms()}


@pytest.fixture(scope="module")
def ties(graph):
    return graph.ask("ties")


def test_the_ties_of_one_thing_are_those_that_the_whole_has_of_it(graph, ties):
    every = list(ties.terms())
    things = {row[end].value for row in every for end in ("thing", "end")}
    assert len(things) > 80
    for iri in sorted(things):
        own = {
            tuple(str(term) for term in row.values())
            for row in every
            if iri in {row["thing"].value, row["end"].value}
        }
        assert statements(graph.ask("ties-of", of=iri)) == own
        assert statements(graph.ask("ties", of=iri)) == own


def test_ties_are_counted_as_they_are_listed(graph, ties):
    every = {(row["thing"].value, row["relation"].value, row["end"].value) for row in ties.terms()}
    for name in ("georgia", "socar", "guam", "agri"):
        iri = f"https://w3id.org/bilateral/id/{name}"
        ends = [{thing, end} - {iri} for thing, _, end in every if iri in {thing, end}]
        counted = {
            row["kind"].value: int(row["ties"].value)
            for row in graph.ask("tie-kinds", of=iri).terms()
        }
        assert sum(counted.values()) >= len(ends)


def test_an_agreement_of_four_signatories_is_one_thing_with_four_ties(graph):
    declaration = "georgia-azerbaijan-declaration-2010-09-14"
    signed = [
        row for row in graph.ask("ties-of", of=declaration) if row.relation.endswith("signatory")
    ]
    assert len({row.end for row in signed}) == 4
    assert len({row.thing for row in signed}) == 1
