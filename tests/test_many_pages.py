"""Several pages in one graph: what they share is one, what each says stays its own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bilateral.build import build
from bilateral.query.graph import open_graph

# Invented, all of it: two pages of one ministry and one of the other side.
PAGES = {
    "georgia-turkey": """საქართველო – თურქეთი

2009 წელს თურქეთთან სავაჭრო ბრუნვამ 1 128,4 მლნ აშშ დოლარი შეადგინა, რაც მთლიანი ბრუნვის 20%-ია.
2009 წელს ექსპორტი თურქეთში 226.1 მლნ აშშ დოლარს გაუტოლდა.
2007 წლის 21 ნოემბერს საქართველოსა და თურქეთს შორის ქ. თბილისში გაფორმდა შეთანხმება.
""",
    "georgia-turkey-later": """საქართველო – თურქეთი

2009 წელს თურქეთთან სავაჭრო ბრუნვამ 1130 მლნ აშშ დოლარი შეადგინა.
2009 წელს ექსპორტი თურქეთში 226.1 მლნ აშშ დოლარს გაუტოლდა.
2007 წლის ნოემბერში საქართველოსა და თურქეთს შორის გაფორმდა შეთანხმება.
""",
    "georgia-armenia": """საქართველო – სომხეთი

2009 წელს სომხეთთან სავაჭრო ბრუნვამ 300 მლნ აშშ დოლარი შეადგინა.
2009 წელს თბილისში სუამ-ის შეხვედრა გაიმართა.
""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    pages = tmp_path_factory.mktemp("pages")
    paths = []
    for name, text in PAGES.items():
        paths.append(pages / f"{name}.ka.txt")
        paths[-1].write_text(text, encoding="utf-8")
    build(paths, pages / "out", views=False)
    return pages / "out"


@pytest.fixture(scope="module", params=["oxigraph", "rdflib"])
def graph(folder, request):
    return open_graph(folder, engine=request.param)


def found(graph, name, *columns, **values):
    return [tuple(row[c] for c in columns) for row in graph.ask(name, **values)]


def test_figures_of_two_pages_stand_beside_each_other(graph):
    rows = graph.ask("figures-compared")
    shown = [(str(r["indicator"]).rsplit("/")[-1], r["value"], r["otherValue"]) for r in rows]
    assert shown == [
        ("export", Decimal("226.1"), Decimal("226.1")),
        ("trade-turnover", Decimal("1128.4"), Decimal(1130)),
    ]
    assert all(str(r["source"]) != str(r["otherSource"]) for r in rows)
    assert all(r["words"] in PAGES["georgia-turkey"] for r in rows)
    assert all(r["otherWords"] in PAGES["georgia-turkey-later"] for r in rows)


def test_a_question_shows_where_they_disagree(graph):
    assert found(graph, "disagreements", "value", "otherValue") == [
        (Decimal("1128.4"), Decimal(1130))
    ]
    assert found(graph, "disagreements", "value", partner="turkey") == [(Decimal("1128.4"),)]
    assert found(graph, "disagreements", "value", partner="armenia") == []
    assert found(graph, "disagreements", "value", least=1) == []


def test_what_one_page_states_is_not_reckoned_with_what_another_states(graph):
    # A fifth of 1,128.4 and of nothing else: not of the other page's 1,130, nor of Armenia's 300.
    rows = graph.ask("implied-totals")
    assert [(r["computedTotal"], r["value"]) for r in rows] == [(Decimal(5642), Decimal("1128.4"))]


def test_what_several_pages_name_is_one_thing(graph):
    shared = dict(found(graph, "in-several-sources", "thingLabel", "sources"))
    assert shared["Georgia"] == 3
    assert shared["Tbilisi"] == 2
    assert "Armenia" not in shared


def test_agreements_that_may_be_one_are_shown_and_not_merged(graph):
    rows = graph.ask("agreements-told-twice")
    assert {(str(r["date"]), str(r["otherDate"])) for r in rows} == {("2007-11-21", "2007-11")}
    assert {str(r["agreement"]) == str(r["otherAgreement"]) for r in rows} == {False}


def test_what_two_pages_name_in_other_words_has_one_label(graph):
    # Offices are named by each page's own words; the check of labels lets none have two.
    twice = """
        SELECT ?thing ?language (COUNT(DISTINCT ?label) AS ?labels) WHERE {
          GRAPH <https://w3id.org/bilateral/graph/lexicon> { ?thing rdfs:label ?label }
          BIND (LANG(?label) AS ?language)
        } GROUP BY ?thing ?language HAVING (COUNT(DISTINCT ?label) > 1)
    """
    assert len(graph.sparql(twice)) == 0
