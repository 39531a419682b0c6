"""`bilateral evaluate`: what counts as right, partly right, wrong, and missed; wrong gold files."""

from __future__ import annotations

import contextlib
import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from bilateral.cli import main
from bilateral.errors import GoldError
from bilateral.evaluate.gold import read_gold
from bilateral.evaluate.kinds import kinds

from .conftest import ROOT

GOLD = sorted((ROOT / "benchmarks" / "gold").glob("*/gold.jsonl"))
HOLDOUT = sorted((ROOT / "benchmarks" / "holdout").glob("*/gold.jsonl"))
PAGE = """საქართველო და სომხეთი

2008 წლის ნოემბერში, საქართველოს ენერგეტიკის სამინისტროსა და SOCAR-ს შორის გაფორმდა მემორანდუმი.

2010 წლის მონაცემებით სავაჭრო ბრუნვა სომხეთთან განისაზღვრა 708,1 მლნ. აშშ დოლარით.

ორივე ქვეყანა ევროპის საბჭოს წევრია.
"""
MEMORANDUM = "გაფორმდა მემორანდუმი"
TURNOVER = "708,1 მლნ. აშშ დოლარით"
OBSERVED = {"quote": TURNOVER, "relation": "observation", "indicator": "trade-turnover", "value": 708.1,
            "unit": "usd", "mult": 6, "period": "2010", "partner": "armenia"}  # fmt: skip


@pytest.fixture
def evaluate(tmp_path):
    def run(*lines, page=PAGE, options=("-o", "json")):
        (tmp_path / "georgia-armenia.txt").write_text(page, encoding="utf-8")
        gold = tmp_path / "gold.jsonl"
        rows = [
            row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in lines
        ]
        gold.write_text("\n".join(rows), encoding="utf-8")
        words = ["evaluate", str(tmp_path / "georgia-armenia.txt"), str(gold), *options]
        return CliRunner().invoke(main, words)

    return run


def counts(result, kind):
    assert result.exit_code == 0, result.output
    total = json.loads(result.stdout)["total"][kind]
    return [total[name] for name in ("right", "partly", "wrong", "missed")]


@pytest.mark.parametrize(("line", "kind", "expected"), [
    ({"quote": "2008 წლის ნოემბერში", "date": "2008-11"}, "date", [1, 0, 1, 0]),
    ({"quote": "2008 წლის ნოემბერში", "date": "2008"}, "date", [0, 0, 2, 1]),
    ({"quote": "ენერგეტიკის სამინისტროსა", "entities": ["ge-ministry-energy"]}, "organisation", [1, 0, 2, 0]),
    ({"quote": "SOCAR-ს", "entities": ["=SOCAR-ს"], "type": "organisation"}, "organisation", [1, 0, 2, 0]),
    ({"quote": TURNOVER, "value": "708.1", "mult": 6, "unit": "usd"}, "quantity", [1, 0, 0, 0]),
    ({"quote": TURNOVER, "value": "708100000", "unit": "usd"}, "quantity", [1, 0, 0, 0]),
    ({"quote": TURNOVER, "value": "708.1", "unit": "usd"}, "quantity", [0, 0, 1, 1]),
    (OBSERVED, "observation", [1, 0, 0, 0]),
    (OBSERVED, "quantity", [1, 0, 0, 0]),
    ({**OBSERVED, "period": "2011"}, "observation", [0, 1, 0, 0]),
    ({**OBSERVED, "bound": "more-than"}, "observation", [0, 1, 0, 0]),
    ({**OBSERVED, "period": None}, "observation", [0, 1, 0, 0]),
    ({"quote": MEMORANDUM, "relation": "agreement", "type": "Memorandum", "date": "2008-11", "place": None,
      "parties": ["georgia", "ge-ministry-energy", "socar"]}, "agreement", [1, 0, 0, 0]),
    ({"quote": MEMORANDUM, "relation": "agreement", "type": ["Protocol", "Memorandum"]}, "agreement", [1, 0, 0, 0]),
    ({"quote": MEMORANDUM, "relation": "agreement", "type": "Treaty", "date": "2008-11"}, "agreement", [0, 1, 0, 0]),
    ({"quote": TURNOVER, "relation": "agreement", "date": "2008-11"}, "agreement", [0, 0, 1, 1]),
    ({"quote": "წევრია", "relation": "membership", "organisation": "council-of-europe", "member": "armenia"},
     "membership", [1, 0, 1, 0]),
    ({"quote": "წევრია", "relation": "membership", "entities": ["council-of-europe", "armenia"]},
     "membership", [1, 0, 1, 0]),
    ({"quote": MEMORANDUM, "relation": "bil:party", "object": "socar"}, "bil:party", [1, 0, 1, 0]),
    ({"quote": "2010 წლის", "date": "1999", "optional": True}, "date", [0, 0, 2, 0]),
])  # fmt: skip
def test_each_fact_is_counted(evaluate, line, kind, expected):
    assert counts(evaluate(line), kind) == expected


def test_both_countries_are_neither_right_nor_wrong(evaluate):
    line = {"quote": "საქართველო და სომხეთი", "entities": ["georgia", "armenia"]}
    page = "საქართველო და სომხეთი\n\nორივე ქვეყანა ევროპის საბჭოს წევრია.\n"
    assert counts(evaluate(line, page=page), "country") == [2, 0, 0, 0]


def test_a_kind_without_lines_is_measured_only_where_it_is_complete(evaluate):
    line = {"quote": TURNOVER, "date": "2010"}
    result = evaluate(line)
    assert "agreement" not in json.loads(result.stdout)["total"]
    assert counts(evaluate({"complete": ["agreement"]}, line), "agreement") == [0, 0, 1, 0]


def test_a_trap_is_sprung_only_by_what_it_warns_of(evaluate):
    trap = {"quote": MEMORANDUM, "relation": "agreement", "never": True}
    for line, sprung in (
        (trap, 1),
        ({**trap, "date": "2008-11"}, 1),
        ({**trap, "date": "2009"}, 0),
    ):
        found = json.loads(evaluate(line).stdout)
        assert (found["traps"], found["sprung"]) == (1, sprung)


def test_errors_stand_under_their_sentence_with_the_rule_that_made_them(evaluate):
    shown = evaluate({**OBSERVED, "period": "2011"}, options=()).stdout
    sentence, error = shown.splitlines()[1:3]
    assert sentence.startswith("  2010 წლის მონაცემებით")
    assert error.startswith("    partly observation: indicator trade-turnover")
    assert "(period: 2011 expected, 2010 found) [figure-level]" in error
    (row,) = [line.split() for line in shown.splitlines() if line.startswith("observation")]
    assert row == ["observation", "0", "1", "0", "0", "0.00", "0.00"]


def test_the_exit_code_tells_what_is_too_low(evaluate):
    assert evaluate(OBSERVED, options=("--precision", "0.9", "--recall", "0.9")).exit_code == 0
    wrong = {**OBSERVED, "period": "2011"}
    assert evaluate(wrong, options=("--recall", "0.1")).exit_code == 3
    assert evaluate(wrong, options=("--precision", "0.1")).exit_code == 3


@pytest.mark.parametrize(("line", "message"), [
    ('{"quote": "წევრია"', "this is not JSON"),
    ("[1]", "is not an object with a 'quote'"),
    ({"quote": 5, "date": "2010"}, "is not an object with a 'quote'"),
    ({"quote": "ამას გვერდი არ ამბობს", "date": "2010"}, "the page has no such words"),
    ({"quote": "", "date": "2010"}, "the page has no such words"),
    ({"quote": "წევრია", "occurrence": 2, "date": "2010"}, "only 1 times"),
    ({"quote": "წევრია", "occurrence": "2", "date": "2010"}, "is not a whole number from 1"),
    ({"quote": "წევრია", "dat": "2010"}, "unknown key dat"),
    ({"quote": "წევრია"}, "says nothing of its quote"),
    ({"quote": "წევრია", "relation": "friendship"}, "'friendship' is not one that is compared"),
    ({"quote": "წევრია", "relation": ["meeting"]}, "is not one that is compared"),
    ({"quote": "წევრია", "relation": "meeting", "member": "armenia"}, "unknown key member"),
    ({"quote": TURNOVER, "value": "7o8"}, "is not a number"),
    ({"quote": TURNOVER, "value": "NaN"}, "is not a number"),
    ({"quote": TURNOVER, "value": "1", "mult": "6"}, "is not a whole number from 0 to 12"),
    ({"quote": TURNOVER, "unit": "usd"}, "no value"),
    ({"quote": "წევრია", "date": {"year": 2010}}, "neither a text, a number, nor a list"),
    ({"quote": "წევრია", "never": "yes", "date": "2010"}, "neither true nor false"),
    ({"quote": "წევრია", "entities": ["atlantis"]}, "no place or organisation 'atlantis'"),
    ({"complete": ["weather"]}, "'weather', which is no kind that is compared"),
])  # fmt: skip
def test_a_wrong_gold_file_stops_with_file_and_line(evaluate, line, message):
    result = evaluate({"quote": "წევრია", "date": "2010"}, line)
    assert result.exit_code == 1
    first, second = result.stderr.splitlines()
    assert "gold.jsonl:2: " in first
    assert message in first
    assert second.startswith("  ")


def test_what_is_no_gold_file_is_told(tmp_path):
    page = tmp_path / "p.txt"
    page.write_text(PAGE, encoding="utf-8")
    for words, code, message in (
        (["evaluate", str(page), str(tmp_path / "none.jsonl")], 1, "No such file"),
        (["evaluate", str(page)], 2, "a page needs its gold file"),
        (["evaluate", str(tmp_path)], 2, "no page in"),
    ):
        result = CliRunner().invoke(main, words)
        assert (result.exit_code, message in result.stderr) == (code, True), result.stderr


def test_a_folder_is_measured_as_a_whole(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.ka.txt").write_text(PAGE, encoding="utf-8")
        (tmp_path / name / "gold.jsonl").write_text(json.dumps(OBSERVED), encoding="utf-8")
    (tmp_path / "c.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "c.jsonl").write_text(json.dumps(OBSERVED) + "\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["evaluate", str(tmp_path), "-o", "json"])
    assert counts(result, "observation") == [3, 0, 0, 0]


@pytest.mark.parametrize("path", [*GOLD, *HOLDOUT], ids=lambda path: path.parent.name)
def test_the_invented_pages_have_gold_files_that_fit(path):
    (page,) = path.parent.glob("page.*.txt")
    text = page.read_bytes().decode()
    gold = read_gold(path, text, kinds())
    assert gold.complete == frozenset(kinds().names)
    assert any(line.never for line in gold.lines)
    assert any(not line.never for line in gold.lines)


def test_there_are_six_development_pages_at_least_and_none_is_a_source():
    assert len(GOLD) >= 6
    assert len(HOLDOUT) >= 6
    stored = {p.name for p in (ROOT / "graph" / "sources").iterdir()}
    assert stored.isdisjoint(path.parent.name for path in [*GOLD, *HOLDOUT])


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode)
       | st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                      lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                          st.sampled_from(["quote", "date", "value", "mult", "entities", "relation", "complete"]),
                          inner, max_size=4)).map(lambda v: json.dumps(v).encode()))  # fmt: skip
def test_any_bytes_are_a_gold_file_or_told_to_be_none(tmp_path_factory, received):
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    path.write_bytes(received)
    with contextlib.suppress(GoldError):
        read_gold(path, PAGE, kinds())
