"""The command as a user meets it: answers, errors in two lines, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from bilateral.cli import main

from .conftest import ROOT

PAGE = "საქართველო და თურქეთი თანამშრომლობენ ტურიზმის სფეროში."


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture
def page(tmp_path):
    def write(content):
        path = tmp_path / "page.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize("command", ["build", "check", "show", "stats"])
def test_every_command_has_help_with_an_example(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"bilateral {command}" in result.output.split("Example:")[1]


def test_build_says_what_it_found_and_where_it_lies(page, tmp_path):
    result = run("build", page(PAGE), "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "statements" in result.stdout
    assert "graph.nq" in result.stdout
    assert (tmp_path / "out" / "graph.nq").exists()


def test_build_answers_a_program_in_json(page, tmp_path):
    result = run("build", page(PAGE), "--out", tmp_path / "out", "-o", "json")
    (source,) = json.loads(result.stdout)["sources"]
    assert source["statements"] == len(source["claims"])


def test_check_finds_no_problem_in_the_stored_sources():
    result = run("check")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("name", ["socar", "SOCAR", "id:socar", "სოკარი",
                                  "https://w3id.org/bilateral/id/socar"])  # fmt: skip
def test_show_finds_an_entity_by_any_of_its_names(name, built):
    result = run("show", name, "--graph", built, "-o", "json")
    card = json.loads(result.stdout)
    assert card["id"] == "id:socar"
    said = card["statements"][0]
    assert said["text"].startswith("2008 წლის ნოემბერში")
    assert said["translation"].startswith("In November 2008")


def test_show_suggests_on_a_typo(built):
    result = run("show", "socra", "--graph", built)
    assert result.exit_code == 2
    assert "Did you mean" in result.stderr


def test_show_prints_georgian_and_english(built):
    result = run("show", "agri", "--graph", built)
    assert result.exit_code == 0
    assert "შეკუმშული აირის" in result.stdout
    assert "compressed" in result.stdout


def test_stats_counts():
    result = run("stats")
    assert result.exit_code == 0
    assert "statements" in result.stdout
    assert json.loads(run("stats", "-o", "json").stdout)["quads"] > 5000


def test_misuse_exits_with_two():
    assert run("build", "--no-such-option").exit_code == 2


BAD_PAGES = {
    "empty": (b"", "empty"),
    "blank": (b" \n\n ", "empty"),
    "binary": (b"\x89PNG\r\n\x00\x01\x02" * 50, "binary"),
    "not UTF-8": ("საქართველო ".encode() + b"\xff\xfe\xfa", "not UTF-8"),
    "half UTF-16": ("საქართველო".encode("utf-16")[:-1], "UTF-16"),
    "ten megabytes": ((PAGE + "\n").encode() * 80_000, "more than"),
    "another language": (
        "Les relations entre les deux pays sont bonnes et la France est présente. ".encode() * 20,
        "seems to be in French"),
    "a web page that a script fills": (
        b"<html><head><script>x()</script></head><body><div id='app'></div></body></html>",
        "scripts and no text"),
    "PDF": (b"%PDF-1.7 ...", "PDF"),
    "a Word document": (b"PK\x03\x04 word/document.xml", "Word"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "says"), BAD_PAGES.values(), ids=BAD_PAGES)
def test_a_page_that_is_none_is_refused_in_two_lines(content, says, page, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    result = run("build", page(content), "--out", out)
    assert result.exit_code == 1
    assert len(result.stderr.strip().splitlines()) == 2
    assert says in result.stderr
    assert "page.txt" in result.stderr
    assert "Traceback" not in result.stderr
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        'საქართველო და თურქეთი „მეგობრობენ და "თანამშრომლობენ ,,ტურიზმის სფეროში.',
        ("საქართველო და თურქეთი თანამშრომლობენ ტურიზმის სფეროში, " * 8000),
        "\ufeff" + PAGE,
        PAGE.replace(" ", "\r\n"),
        "1 2 3 საქართველო 99999999999999999999999999 მლნ. აშშ დოლარი 31.02.2010",
        '((((„„„„"""" საქართველო )))) ,,,, ~~~~ 5-5-5 მე-99999 თურქეთთან',
    ],
    ids=["unbalanced quotes", "one line of a megabyte", "byte order mark", "a word a line",
         "absurd numbers", "signs"],
)  # fmt: skip
def test_an_odd_page_gives_a_sensible_result(content, page, tmp_path):
    result = run("build", page(content), "--out", tmp_path / "out")
    assert result.exit_code == 0, result.stderr


def test_a_missing_page_is_named(tmp_path):
    result = run("build", tmp_path / "nothing.txt", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "nothing.txt" in result.stderr


def spoil(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


SOURCE = "graph/sources/georgia-azerbaijan"
SPOILT = {
    "a review's quote that is not in the page": (
        f"{SOURCE}/review.yaml", "quote: ძირითადი მრავალმხრივი", "quote: ძირითადი ორმხრივი",
        "no such words"),
    "a review that rejects what is not said": (
        f"{SOURCE}/review.yaml", "schema:location id:baku .\n    add", "schema:location id:kars .\n    add",
        "cannot reject"),
    "a review that is not Turtle": (
        f"{SOURCE}/review.yaml", "bil:market id:azerbaijan .", "bil:market id:azerbaijan",
        "not Turtle"),
    "metadata with an unknown key": (f"{SOURCE}/source.yaml", "undated:", "undatd:", "undatd"),
    "metadata that lacks a key": (f"{SOURCE}/source.yaml", "reporter: georgia\n", "", "reporter"),
    "a page that is not the one described": (
        f"{SOURCE}/page.ka.txt", "მუდმივი", "მუდმივ", "sha256"),
    "a translation of words that are not there": (
        f"{SOURCE}/translation.en.tsv", "ტურიზმი:\t", "ტურიზმ:\t", "no such words"),
    "a rule with an unknown key": (
        "graph/rules/ka/6-cooperation.yaml", "reads: Membership", "reds: Membership", "reds"),
    "a rule with a slot that it does not find": (
        "graph/rules/ka/6-cooperation.yaml", "org:hasMember ?member", "org:hasMember ?members",
        "?members"),
    "a rule file that is not YAML": (
        "graph/rules/ka/6-cooperation.yaml", "find:\n    word:", "find:\n  word:\n   - x: [", "YAML"),
    "a rule with one example": (
        "graph/rules/ka/6-cooperation.yaml",
        '    - text: საქართველო და თურქეთი შავი ზღვის ეკონომიკური თანამშრომლობის ორგანიზაციის (BSEC) '
        'წევრები არიან.\n      gives: "org:hasMember id:turkey"\n', "", "example"),
    "two entities of one name": (
        "graph/lexicon/entities/organisations.yaml", "names: [მსოფლიო ბანკი]",
        "names: [მსოფლიო ბანკი, იუნესკო]", "იუნესკო"),
    "two entities of one id": (
        "graph/lexicon/entities/organisations.yaml", "{id: nato,", "{id: wto,", "two entries"),
    "an entity without a language": (
        "graph/lexicon/entities/organisations.yaml", "az: Dünya Bankı, ", "", "lacks az"),
    "a key given twice": (
        "graph/lexicon/entities/organisations.yaml", "{id: nato,", "{id: nato, id: nato,", "twice"),
    "an ontology that is not Turtle": ("ontology/bilateral.ttl", "bil:Place a", "bil:Place a a", "Turtle"),
    "a check that is not SPARQL": (
        "ontology/checks/days-out-of-order.rq", "SELECT", "SELCT", "not SPARQL"),
    "a check without a remedy": (
        "ontology/checks/days-out-of-order.rq", "# Remedy:", "# Remdy:", "Remedy"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "says"), SPOILT.values(), ids=SPOILT)
def test_a_mistake_in_a_data_file_is_told_in_two_lines(file, old, new, says, own_folders):
    spoil(own_folders / file, old, new)
    out = own_folders / "out"
    result = run("build", "--out", out)
    assert result.exit_code == 1, result.stderr
    assert len(result.stderr.strip().splitlines()) == 2, result.stderr
    assert says in result.stderr
    assert file.rpartition("/")[2] in result.stderr
    assert not out.exists()


def test_debug_shows_the_traceback(page):
    result = run("--debug", "build", page(b""))
    assert result.exception is not None


def test_the_real_process_answers_and_keeps_streams_apart(page, tmp_path):
    command = [
        sys.executable,
        "-m",
        "bilateral",
        "build",
        str(page(b"")),
        "--out",
        str(tmp_path / "o"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "\x1b[" not in done.stderr
