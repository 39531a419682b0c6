"""`bilateral ask` and `bilateral sparql` as a person types them, and as a program reads them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from bilateral.cli import main
from bilateral.query.question import question_paths, read_questions

from .conftest import ROOT
from .serving import oxigraph_server
from .wikidata import WIKIDATA

PARTIES = "SELECT ?agreement ?party { ?agreement bil:party ?party } ORDER BY ?agreement ?party"
PAIRS = "CONSTRUCT WHERE { ?agreement bil:party ?party }"


@pytest.fixture
def run(built):
    def runner(*arguments, stdin=None, graph=True):
        given = [*map(str, arguments), *(["--graph", str(built)] if graph else [])]
        return CliRunner().invoke(main, given, input=stdin)

    return runner


def commands():
    """Every command with its path, groups and questions too."""
    for name, command in main.commands.items():
        yield [name], command
    ask = main.commands["ask"]
    for name in question_paths():
        yield ["ask", name], ask.get_command(None, name)


COMMANDS = list(commands())


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[" ".join(p) for p, _ in COMMANDS])
def test_every_command_s_help_ends_with_an_example_that_runs(
    path, command, built, tmp_path, wikidata, monkeypatch
):
    monkeypatch.setenv("BILATERAL_MIRRORS", f"{WIKIDATA}={wikidata}")
    monkeypatch.setenv("BILATERAL_PRIVATE_SERVICES", "1")
    shown = CliRunner().invoke(main, [*path, "--help"])
    assert shown.exit_code == 0
    text, _, tail = command.help.rpartition("Example:")
    assert text
    assert "\\b" not in shown.output
    examples = [line.strip() for line in tail.splitlines() if line.strip()]
    assert examples
    assert all(line.startswith("bilateral ") for line in examples)
    (tmp_path / "out").symlink_to(built)
    (tmp_path / "georgia-armenia.txt").write_text(
        "საქართველო და სომხეთი თანამშრომლობენ ტურიზმის სფეროში.", encoding="utf-8"
    )
    (tmp_path / "georgia-armenia.jsonl").write_text(
        '{"quote": "სომხეთი", "entities": ["armenia"]}', encoding="utf-8"
    )
    (tmp_path / "pages").mkdir()
    shutil.copy(tmp_path / "georgia-armenia.txt", tmp_path / "pages")
    for example in examples:
        words = shlex.split(example.replace("--port 8000", "--port 0"))[1:]
        if words[0] == "serve":
            served(words, tmp_path)
            continue
        os.chdir(tmp_path)
        try:
            given = None
            for part in example.split(" | "):
                done = CliRunner().invoke(main, shlex.split(part)[1:], input=given)
                assert done.exit_code == 0, (part, done.output)
                given = done.stdout
        finally:
            os.chdir(ROOT)


def served(words, folder):
    process = subprocess.Popen([sys.executable, "-m", "bilateral", *words], cwd=folder,
                               stderr=subprocess.PIPE, text=True)  # fmt: skip
    try:
        assert "Serving at http://" in process.stderr.readline()
    finally:
        process.terminate()
        process.wait(10)
        process.stderr.close()


def test_ask_lists_every_question_in_every_language(run):
    for lang in ("en", "ka", "az"):
        shown = run("ask", "--lang", lang, graph=False).stdout
        for question in read_questions():
            assert question.name in shown
            assert question.summary[lang] in shown
    listed = json.loads(run("ask", "-o", "json", graph=False).stdout)
    assert {entry["name"] for entry in listed} == set(question_paths())


def test_a_question_is_answered_as_a_table_in_the_language_asked_for(run):
    for lang, words in (("en", "Trade turnover"), ("ka", "სავაჭრო ბრუნვა"), ("az", "Ticarət dövriyyəsi")):  # fmt: skip
        shown = run("ask", "trade-turnover", "--country", "azerbaijan", "--lang", lang)
        assert shown.exit_code == 0
        assert set(words.split()) <= set(shown.stdout.split())
        assert "708.1" in shown.stdout
        assert "\x1b[" not in shown.stdout


def test_explain_shows_the_passage_behind_each_row(run):
    shown = run("ask", "agreement-parties", "--explain").stdout
    assert "2008 წლის ნოემბერში" in shown
    assert "In November 2008" in " ".join(shown.split())
    assert "source:georgia-azerbaijan#char=376,576" in shown
    rows = json.loads(run("ask", "agreement-parties", "--explain", "-o", "json").stdout)
    assert all(row["passages"] for row in rows)
    for row in rows:
        for passage in row["passages"]:
            begin, end = passage["char"]
            assert end - begin == len(passage["text"])


def test_explain_of_a_derived_row_names_the_rule_and_the_passages_under_it(run):
    rows = json.loads(run("ask", "implied-totals", "--explain", "-o", "json").stdout)
    assert rows
    assert any(p["derived_by"] for row in rows for p in row["passages"])


READERS = {
    "json": lambda data: len(list(ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON))),
    "xml": lambda data: len(list(ox.parse_query_results(data, format=ox.QueryResultsFormat.XML))),
    "tsv": lambda data: len(list(ox.parse_query_results(data, format=ox.QueryResultsFormat.TSV))),
    "csv": lambda data: len(list(csv.reader(io.StringIO(data.decode())))) - 1,
    "markdown": lambda data: data.count(b"\n") - 2,
}


@pytest.mark.parametrize("output", READERS)
def test_rows_are_written_in_every_form(output, run, graph):
    done = run("sparql", PARTIES, "-o", output)
    assert done.exit_code == 0
    assert done.stderr == ""
    assert READERS[output](done.stdout_bytes) == len(graph.sparql(PARTIES))


@pytest.mark.parametrize(
    ("output", "form"),
    [("turtle", ox.RdfFormat.TURTLE), ("ttl", ox.RdfFormat.TURTLE), ("ntriples", ox.RdfFormat.N_TRIPLES),
     ("trig", ox.RdfFormat.TRIG), ("jsonld", ox.RdfFormat.JSON_LD), ("json", ox.RdfFormat.JSON_LD),
     ("rdfxml", ox.RdfFormat.RDF_XML), ("table", ox.RdfFormat.TURTLE)],
)  # fmt: skip
def test_graphs_are_written_in_every_form(output, form, run, graph):
    done = run("sparql", PAIRS, "-o", output)
    assert len(list(ox.parse(done.stdout_bytes, format=form))) == len(graph.sparql(PAIRS))


def test_a_yes_is_a_yes(run):
    assert run("sparql", "ASK { id:socar ?p ?o }").stdout == "yes\n"
    assert run("sparql", "ASK { id:nobody ?p ?o }").stdout == "no\n"
    assert json.loads(run("sparql", "ASK { id:socar ?p ?o }", "-o", "json").stdout)["boolean"]


def test_a_query_comes_from_a_file_or_from_standard_input(run, tmp_path):
    path = tmp_path / "query.rq"
    path.write_text(PARTIES, encoding="utf-8")
    answers = {
        run("sparql", PARTIES, "-o", "csv").stdout,
        run("sparql", path, "-o", "csv").stdout,
        run("sparql", "-", "-o", "csv", stdin=PARTIES).stdout,
    }
    assert len(answers) == 1


def test_show_prints_a_query_that_runs_elsewhere(run, graph):
    shown = run("ask", "agreements", "--show").stdout
    assert len(graph.sparql(shown)) == len(graph.ask("agreements"))


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ask", "trade-turnovr"], 2, "Did you mean: trade-turnover"),
        (["ask", "agreements", "--kid", "x"], 2, "Did you mean kind"),
        (["ask", "agreements", "--lang", "fr"], 2, "Allowed: en, ka, az"),
        (["ask", "trade-turnover", "--country", "azerbaijn"], 2, "Did you mean: Azerbaijan"),
        (["ask", "mentions"], 2, "needs a value for entity"),
        (["ask", "timeline", "--since", "soon"], 2, "a year (2010)"),
        (["ask", "agreements", "-o", "turtle"], 2, "Use -o with one of: table"),
        (["ask", "agreements", "--explain", "-o", "csv"], 2, "--explain cannot be written as csv"),
        (["sparql", "no-such-file.rq"], 2, "neither a query nor a file"),
        (["sparql", "DROP ALL"], 1, "read only"),
        (["sparql", "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"], 1, "Allowed: "),
        (["sparql", "SELECT * FROM <http://example.org/> { ?s ?p ?o }"], 1, "no such graph"),
        (["ask", "agreements", "--endpoint", "nonsense"], 2, "http://"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_two_lines(arguments, code, words, run):
    done = run(*arguments)
    assert done.exit_code == code
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 2
    assert words in done.stderr


SYNTAX = {
    "SELECT ?s {\n  ?s bil:party\n}": (3, 1, "unexpected '}'"),
    "SELECT ?s { ?s bil:party ?o": (1, 28, "'}' is missing"),
    "SELECT ?s { ?s foo:p ?o }": (1, 16, "the prefix foo: is not declared"),
    "SELECT ?s { ?s foo:p ?o ; bil:party ?x }": (1, 16, "the prefix foo: is not declared"),
    "SELCT ?s { ?s ?p ?o }": (1, 1, "did you mean SELECT"),
    "SELECT ?s { ?s ?p ?o } LIMIT ten": (1, 30, "unexpected 'ten'"),
    "SELECT ?s { ?s ?p ?o . FILTER (?o > ) }": (1, 37, "unexpected ')'"),
    "SELECT ?s { ?s ?p 'open }": (1, 19, "a string is not closed"),
    "SELECT ?s { ?s ?p ?o } ORDR BY ?s": (1, 24, "did you mean ORDER"),
    "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }": (1, 1, "neither grouped by nor aggregated"),
    "# a comment: SELECT\nSELECT ?s { ?s ?p ?o } }": (2, 24, "unexpected '}'"),
    'SELECT ?s { ?s ?p "თბილისი"@ka ?x ?y ?z }': (1, 32, "unexpected '?x'"),
}


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
@pytest.mark.parametrize("query", SYNTAX)
def test_a_syntax_error_shows_line_column_and_a_caret(query, engine, run):
    line, column, words = SYNTAX[query]
    done = run("sparql", query, "--engine", engine)
    if engine == "rdflib" and done.exit_code == 0:
        pytest.skip("rdflib takes this for SPARQL (peers.md 1.2)")
    assert done.exit_code == 1
    told = done.stderr.splitlines()
    if engine == "oxigraph":
        assert told[0].startswith(f"Error: line {line}, column {column}: ")
        assert words in told[0]
        assert told[1] == "  " + query.splitlines()[line - 1]
        assert told[2].index("^") == column + 1
    else:
        assert re.match(r"Error: (line \d+, column \d+: |rdflib cannot answer)", told[0])


def test_completion_offers_questions_and_parameters_and_their_values():
    def complete(words, place):
        environment = os.environ | {"_BILATERAL_COMPLETE": "bash_complete", "COMP_WORDS": words,
                                    "COMP_CWORD": str(place), "PYTHONPATH": str(ROOT / "src")}  # fmt: skip
        done = subprocess.run([sys.executable, "-c", "from bilateral.cli import main; main(prog_name='bilateral')"],
                              env=environment, capture_output=True, text=True, check=False)  # fmt: skip
        return {line.partition(",")[2] for line in done.stdout.splitlines()}

    assert {"trade-turnover", "trade-change"} <= complete("bilateral ask trade", 2)
    assert "--country" in complete("bilateral ask trade-turnover --c", 3)
    assert complete("bilateral ask trade-turnover --lang ", 4) == {"en", "ka", "az"}


@pytest.fixture(scope="module")
def endpoint(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("endpoint") / "store"
    with oxigraph_server(built / "graph.nq", folder, "--union-default-graph") as address:
        yield address


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "trade-turnover", "--country", "azerbaijan", "-o", "csv"],
        ["ask", "trade-turnover", "--country", "Azərbaycan", "--lang", "ka"],
        ["ask", "agreement-parties", "--explain", "-o", "json"],
        ["ask", "network-as-rdf", "-o", "ntriples"],
        ["sparql", PARTIES, "-o", "markdown"],
        ["sparql", "ASK { id:socar ?p ?o }"],
        ["show", "socar", "-o", "json"],
        ["show", "სოკარი"],
    ],
    ids=" ".join,
)
def test_every_command_works_on_a_remote_store(arguments, run, endpoint):
    here = run(*arguments)
    there = run(*arguments, "--endpoint", endpoint, graph=False)
    assert there.exit_code == 0, there.output
    if arguments[-1] == "ntriples":
        assert sorted(there.stdout.splitlines()) == sorted(here.stdout.splitlines())
    else:
        assert there.stdout == here.stdout


def test_a_pipe_that_closes_is_no_error(built):
    command = f"{shlex.quote(sys.executable)} -m bilateral ask entities --graph {built} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False,
                          env=os.environ | {"PYTHONPATH": str(ROOT / "src")})  # fmt: skip
    assert "Traceback" not in done.stderr
    assert done.stdout
