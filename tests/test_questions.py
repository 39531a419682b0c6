"""Every saved question: its header, its golden result, and the same rows from every engine.

`BILATERAL_WRITE_GOLDEN=1 python -m pytest tests/test_questions.py` writes the golden results anew;
read the difference before you keep it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from rdflib.plugins.sparql import prepareQuery

from bilateral.cli import main
from bilateral.errors import QuestionError, UsageError
from bilateral.query.graph import open_graph
from bilateral.query.outline import bound, outline
from bilateral.query.parameters import terms_of
from bilateral.query.printing import serialized, shown_columns
from bilateral.query.question import (
    columns,
    question_named,
    question_paths,
    read_question,
    read_questions,
)
from bilateral.snapshots import outside_named

from .serving import oxigraph_server
from .wikidata import WIKIDATA, asking, naming

GOLDEN = Path(__file__).parent / "golden" / "questions"
FOLDERS = {"then-and-now", "agreements", "energy", "transport", "trade", "investment", "tourism", "organisations",
           "events", "network", "provenance", "gaps", "open-data"}  # fmt: skip
# What is asked of the questions that need a value, and of some that take one.
VALUES = {
    "agreements-of-an-actor": {"actor": "georgia"},
    "dated-things-by-year": {"country": "romania"},
    "investments": {"country": "azerbaijan"},
    "mentions": {"entity": "socar"},
    "neighbours": {"entity": "baku-tbilisi-kars-railway"},
    "page-mentions": {"source": "source:georgia-azerbaijan"},
    "page-passages": {"source": "source:georgia-azerbaijan"},
    "page-sections": {"source": "source:georgia-azerbaijan"},
    "page-text": {"source": "source:georgia-azerbaijan"},
    "passage": {"passage": "source:georgia-azerbaijan#char=376,576"},
    "passage-statements": {"passage": "source:georgia-azerbaijan#char=376,576"},
    "passages-about": {"thing": "socar", "other": "georgia-azerbaijan-memorandum-2008-11"},
    "routes-through": {"place": "tbilisi"},
    "said-of": {"entity": "agri"},
    "rule-reason": {"rule": "rule:place-from-name"},
    "shortest-path": {"from": "hungary", "to": "georgia"},
    "statement-passages": {
        "subject": "georgia-azerbaijan-memorandum-2008-11",
        "property": "bil:party",
        "object": "socar",
    },
    "statement-reasons": {"subject": "btc-pipeline", "property": "bil:via", "object": "tbilisi"},
    "statements-about": {"thing": "socar"},
    "timeline": {"since": "2010", "until": "2010-12-31"},
    "trade-turnover": {"country": "azerbaijan", "lang": "ka"},
    "undated-things": {"field": "concept:energy"},
    "wikidata-live": {"entity": "guam"},
}
# Each value that may be left out leaves fewer rows than none, and some.
NARROWING = [
    ("actors", "kind", "Ministry"), ("agreement-parties", "agreement", "georgia-azerbaijan-agreement-2011"),
    ("agreement-subjects", "agreement", "georgia-azerbaijan-protocol-2010-04-29"),
    ("agreements", "kind", "Memorandum"), ("agreements-of-an-actor", "actor", "romania"),
    ("derivations", "rule", "rule:previous-value"), ("entities", "kind", "Pipeline"),
    ("events-at", "place", "tbilisi"), ("evidence", "object", "socar"), ("evidence", "property", "bil:party"),
    ("evidence", "subject", "agri"), ("fields-of-cooperation", "field", "concept:energy"),
    ("members", "of", "guam"), ("relations", "actor", "romania"), ("routes-through", "place", "turkey"),
    ("spellings", "entity", "socar"), ("supply-chain", "commodity", "concept:natural-gas"),
    ("timeline", "since", "2011"), ("timeline", "until", "2008"), ("undertakings", "kind", "Pipeline"),
    ("undertakings", "kind", "Project"), ("what-is-not-said", "kind", "Event"),
    ("dated-things", "since", "2011"), ("dated-things", "until", "2008"),
    ("dated-things", "field", "concept:energy"), ("dated-things-by-year", "field", "concept:energy"),
    ("dated-things-parts", "since", "2011"), ("dated-things-parts", "until", "2008"),
    ("undated-things", "field", "concept:energy"), ("ties", "of", "socar"),
    ("links", "entity", "socar"), ("not-the-same", "entity", "georgia"), ("unlinked", "kind", "Ministry"),
    ("wikidata-live", "entity", "guam"), ("reported-figures", "undertaking", "btc-pipeline"), ("outside-statements", "entity", "nabucco"),
    ("passages-about", "other", "georgia-azerbaijan-memorandum-2008-11"),
]  # fmt: skip
QUESTIONS = read_questions()
NAMES = [question.name for question in QUESTIONS]


FEDERATED = [question.name for question in QUESTIONS if question.offline]


def rows(answer):
    return sorted(tuple(str(term) for term in row.values()) for row in answer.terms())


@pytest.fixture(scope="module")
def graph(graph, wikidata):
    """The built graph; federated questions ask what stands in for Wikidata."""
    return asking(graph, wikidata)


@pytest.fixture(scope="module")
def reference(reference, wikidata):
    return asking(reference, wikidata)


@pytest.fixture(scope="module")
def remote(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("remote") / "store"
    with oxigraph_server(built / "graph.nq", folder, "--union-default-graph") as address:
        yield open_graph(address)


def test_there_are_questions_of_every_kind():
    assert len(QUESTIONS) >= 40
    assert {question.folder for question in QUESTIONS} == FOLDERS
    assert len({question.competency for question in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_a_question_has_its_golden_result(name, graph):
    values = VALUES.get(name, {})
    question = question_named(name)
    query = bound(question.query, terms_of(question, values, graph.engine))
    form = "tsv" if question.form == "SELECT" else "ntriples"
    found = serialized(graph.query(query), form).decode()
    if form == "ntriples":
        found = "".join(sorted(found.splitlines(keepends=True)))
    path = GOLDEN / f"{name}.{'tsv' if form == 'tsv' else 'nt'}"
    if os.environ.get("BILATERAL_WRITE_GOLDEN"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")
    needed = {p.name: values[p.name] for p in question.parameters if p.required}
    assert len(graph.ask(name, **needed)) >= question.least_rows


@pytest.mark.parametrize("name", NAMES)
def test_rdflib_gives_the_same_rows(name, graph, reference):
    values = VALUES.get(name, {})
    assert rows(reference.ask(name, **values)) == rows(graph.ask(name, **values))


@pytest.mark.parametrize("name", NAMES)
def test_a_remote_store_gives_the_same_rows(name, graph, remote, wikidata):
    values = VALUES.get(name, {})
    # The remote store asks other endpoints by itself.
    there = remote.answer_to(naming(question_named(name), wikidata), values)
    assert rows(there) == rows(graph.ask(name, **values))


@pytest.mark.parametrize("question", QUESTIONS, ids=NAMES)
def test_a_question_runs_as_it_stands(question, graph):
    assert prepareQuery(question.query)
    graph.sparql(question.query)


@pytest.mark.parametrize("name", FEDERATED)
def test_a_federated_question_has_one_of_the_same_shape_without_network(name, graph):
    live = question_named(name)
    copy = question_named(live.offline)
    assert not copy.offline
    assert copy.parameters == live.parameters
    assert copy.view == live.view
    assert graph.ask(name).columns == graph.ask(live.offline).columns
    assert len(graph.ask(name)) > 0
    # But for where it is asked, it is the same query.
    there = live.query.partition("SELECT")[2].replace(f"SERVICE <{WIKIDATA}>", "GRAPH <home>")
    home = f"<{outside_named('wikidata').home.value}>"
    assert there == copy.query.partition("SELECT")[2].replace(home, "<home>")


@pytest.mark.parametrize("question", QUESTIONS, ids=NAMES)
def test_a_question_follows_the_conventions(question):
    words = {token.text.upper() for token in outline(question.query).tokens if token.kind == "word"}
    assert "SERVICE" not in words or "federat" in question.description["en"].lower()
    assert "LIMIT" not in words or "ORDER" in words
    projected = question.query.partition("WHERE")[0]
    views = [v for k, v in question.view.items() if k not in {"type", "chart"}]
    columns = [c for v in views for c in (v if isinstance(v, list) else [v])]
    assert (
        all(re.search(rf"\?{column}\b", projected) for column in columns)
        or question.form != "SELECT"
    )
    shows_labels = re.search(r"\?\w+Label\b", projected) is not None
    assert not shows_labels or "lang" in {p.name for p in question.parameters}
    # Case folding breaks Georgian and Azerbaijani; ?gYear arithmetic breaks rdflib.
    assert not words & {"UCASE", "LCASE"}
    assert re.search(r"[\u10D0-\u10FA]", question.summary["ka"])
    assert not re.search(r"[\u10D0-\u10FA]", question.summary["az"] + question.summary["en"])


@pytest.mark.parametrize(("name", "parameter", "value"), NARROWING)
def test_a_value_narrows_the_answer(name, parameter, value, graph):
    required = {p.name for p in question_named(name).parameters if p.required}
    needed = {key: given for key, given in VALUES.get(name, {}).items() if key in required}
    assert 0 < len(graph.ask(name, **needed, **{parameter: value})) < len(graph.ask(name, **needed))


def test_every_value_that_may_be_left_out_is_tried():
    tried = {(name, parameter) for name, parameter, _ in NARROWING}
    for question in QUESTIONS:
        left_out = {(question.name, p.name) for p in question.parameters if not p.default}
        needed = {(question.name, p.name) for p in question.parameters if p.required}
        # This page has figures with one partner only, and a copy is tried by its federated twin.
        twins = {(name.removesuffix("-live"), value) for name, value in tried if name in FEDERATED}
        few = {(question.name, "country"), (question.name, "partner")}
        assert left_out - needed - tried - twins <= few


@pytest.mark.parametrize("lang", ["ka", "az"])
@pytest.mark.parametrize("name", NAMES)
def test_no_label_falls_back_to_english_or_is_missing(name, lang, graph):
    question = question_named(name)
    if "lang" not in {p.name for p in question.parameters}:
        pytest.skip("shows no labels")
    for row in graph.ask(name, **VALUES.get(name, {}) | {"lang": lang}).terms():
        for column, term in row.items():
            # A page's headings are in its own language and in English.
            if column.endswith("Label") and column != "sectionLabel":
                assert (term is None) == (row.get(column.removesuffix("Label")) is None)
                assert getattr(term, "language", None) in {lang, None}


def test_the_document_lists_the_questions_as_their_headers_do():
    printed = CliRunner().invoke(main, ["ask", "-o", "markdown"]).stdout
    path = Path(__file__).parent.parent / "docs" / "questions.md"
    document = path.read_text(encoding="utf-8")
    intro = document.partition("\n## ")[0].rstrip("\n")
    if os.environ.get("BILATERAL_WRITE_GOLDEN"):
        path.write_text(f"{intro}\n{printed}", encoding="utf-8")
    assert f"{intro}\n{printed}" == path.read_text(encoding="utf-8")


def test_every_column_has_a_name_in_every_language(graph):
    for question in QUESTIONS:
        if question.form != "SELECT":
            continue
        answer = graph.sparql(question.query)
        answer.question = question
        for column in shown_columns(answer):
            assert set(columns()[column.removesuffix("Label")]) == {"en", "ka", "az"}, question.name


def test_labels_come_in_the_language_asked_for(graph):
    for lang, name in (("en", "Memorandum"), ("ka", "მემორანდუმი"), ("az", "Memorandum")):
        kinds = {row.kindLabel for row in graph.ask("agreements", lang=lang)}
        assert name in kinds


def test_a_passage_says_what_its_named_graph_holds(graph):
    for row in graph.sparql(
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), '#char=')) } GROUP BY ?g"
    ):
        said = graph.ask("passage-statements", passage=row.g)
        assert (
            len(
                {
                    tuple(str(t) for k, t in r.items() if not k.endswith("Label"))
                    for r in said.terms()
                }
            )
            == row.n
        )


HEADER = """#+ summary: {en: What?, ka: რა?, az: Nə?}
#+ description: Something.
#+ tags: [gaps]
#+ x-params:
#+   thing: {type: iri, required: false, help: A thing.}
#+ x-view: table
#+ x-expect: {rows: ≥ 0}
#+ x-competency-question: CQ99

SELECT ?p WHERE { ?_thing_iri ?p ?o }
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("#+ tags: [gaps]", "#+ tags: [gap]", 3, "unknown tags"),
        ("#+ tags: [gaps]", "#+ tags [gaps]", 3, ""),
        ("#+ tags: [gaps]", "#+\ttags: [gaps]", 3, "no tab"),
        ("#+ tags: [gaps]", "#+ tags: [gaps]\n#+ tgas: [gaps]", 4, "unknown key 'tgas'"),
        ("#+ tags: [gaps]", "#+ tags: [gaps]\n#+ tags: [gaps]", 4, "given twice"),
        ("#+ tags: [gaps]\n", "", 1, "lacks tags"),
        ("x-view: table", "x-view: pie", 6, "no view is 'pie'"),
        ("x-view: table", "x-view: {type: graph, source: nobody}", 6, "no ?nobody"),
        ("≥ 0", "many", 7, "x-expect"),
        ("type: iri", "type: uri", 5, "lacks a type"),
        ("required: false", "required: true", 5, "has no example"),
        ("ka: რა?, ", "", 1, "lacks a language"),
        ("{ ?_thing_iri ?p ?o }", "{ ?s ?p ?o }", 1, "does not use ?_thing_iri"),
        ("?p ?o }", "?p ?_other_iri }", 10, "in no x-params"),
        ("SELECT ?p", "SELECT ?_thing_iri", 10, "where no term can"),
        (
            "{ ?_thing_iri ?p ?o }",
            "{ ?_thing_iri ?p ?o FILTER BOUND(?_thing_iri) }",
            10,
            "no term can",
        ),
        ("#+ x-view: table", "\n#+ x-view: table", 7, "broken off"),
    ],
)
def test_a_header_that_cannot_be_read_stops_with_file_and_line(old, new, line, words, own_folders):
    assert old in HEADER
    path = own_folders / "queries" / "gaps" / "odd.rq"
    path.write_text(HEADER.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(QuestionError) as raised:
        read_question(path)
    assert words in str(raised.value)
    assert str(raised.value).startswith(f"{path}:{line}:")
    path.unlink()


@pytest.mark.parametrize(
    "name", ["gaps/odd.sparql", "odd.rq", "gaps/Odd_One.rq", "gaps/deep/odd.rq"]
)
def test_a_question_in_the_wrong_place_is_not_passed_over(name, own_folders):
    path = own_folders / "queries" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEADER, encoding="utf-8")
    with pytest.raises(QuestionError, match=r"odd|Odd"):
        question_paths()


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("trade-turnovr", {}, "trade-turnover"),
        ("turnover", {}, "trade-turnover"),
        ("trade-turnover", {"contry": "x"}, "Did you mean country"),
        ("trade-turnover", {"country": "azerbaijn"}, "Did you mean: Azerbaijan"),
        ("trade-turnover", {"lang": "fr"}, "Allowed: en, ka, az"),
        ("mentions", {}, "needs a value for entity"),
        ("timeline", {"since": "soon"}, "no date"),
        ("agreements", {"kind": "Memorandun"}, "Memorandum"),
        ("rules", {"lang": "en"}, "It takes none"),
    ],
)
def test_a_wrong_name_or_value_says_what_is_allowed(name, values, words, graph):
    with pytest.raises(UsageError) as raised:
        graph.ask(name, **values)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    "value",
    ["azerbaijan", "id:azerbaijan", "https://w3id.org/bilateral/id/azerbaijan", "Azerbaijan",
     "აზერბაიჯანი", "Azərbaycan", "AZERBAIJAN", ox.NamedNode("https://w3id.org/bilateral/id/azerbaijan")],
)  # fmt: skip
def test_an_entity_may_be_named_in_many_ways(value, graph):
    assert len(graph.ask("trade-turnover", country=value)) == 6


def test_a_value_is_bound_as_a_term_and_never_runs(graph):
    query = "SELECT ?x { ?x rdfs:label ?_name_string }".replace(
        "rdfs:label", "<http://www.w3.org/2000/01/rdf-schema#label>"
    )
    for text in (
        '" } DELETE { ?s ?p ?o } #',
        "\\",
        '"""',
        "\n",
        "?x",
        "<urn:x>",
        "' || true",
        "\u10d0\U0001f600",
    ):
        filled = bound(query, {"_name_string": ox.Literal(text)})
        assert len(graph.sparql(filled)) == 0
