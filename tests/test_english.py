"""English pages beside Georgian ones: one graph, one name for each thing, nothing misread."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from bilateral.build import assemble
from bilateral.cli import main

from .conftest import ROOT

STORED = ROOT / "graph" / "sources" / "georgia-azerbaijan"
ENGLISH = """Relations between Azerbaijan and Italy

The Presidents of Azerbaijan and Georgia signed a declaration in Rome on 5 July 2014.
The Minister of Foreign Affairs of Azerbaijan visited Rome in May 2013.
"""


@pytest.fixture
def page(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_page_in_each_language_makes_one_graph(page):
    made = assemble([STORED, page("azerbaijan-italy.txt", ENGLISH)])
    assert not [p for p in made.problems if p.severity == "problem"]
    labels = {
        str(q.object)
        for q in made.quads
        if q.subject.value.endswith("/id/president-of-azerbaijan")
        and q.predicate.value.endswith("#label")
    }
    assert '"აზერბაიჯანის პრეზიდენტი"@ka' in labels
    assert len(labels) == 3


def test_whose_page_it_is_is_told(page, tmp_path):
    done = CliRunner().invoke(
        main, ["build", str(page("azerbaijan-italy.txt", ENGLISH)), "--graph-only", "--out",
               str(tmp_path / "out")]
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "  reporter Azerbaijan: the file's name has it first" in done.stdout
    assert "  partner Italy: the file's name has it" in done.stdout


def test_a_figure_of_nobody_is_not_said(page):
    text = "In 2010 the exports of the country amounted to USD 5 million, and that was all of it.\n"
    made = assemble([page("x.txt", text)])
    assert not [p for p in made.problems if p.severity == "problem"]
    (extraction,) = made.extractions
    assert not any("Observation" in str(s.object) for s in extraction.statements)


def test_what_is_in_other_letters_is_not_read_as_the_page_s_language(page):
    text = (
        "საქართველო და თურქეთი\n\nსაქართველო და თურქეთი თანამშრომლობენ ტურიზმის სფეროში.\n"
        "Georgia and Turkey signed an agreement on trade in Ankara on 05.06.2011 and were glad.\n"
    )
    (extraction,) = assemble([page("georgia-turkey.txt", text)]).extractions
    second = text.index("Georgia and Turkey")
    assert extraction.statements
    assert not [s for s in extraction.statements if s.end > second]


UNREAL = [
    "The Presidents of Georgia and Azerbaijan will sign a treaty in Tbilisi on 5 May 2030.",
    "The visit of the President of Georgia to Baku on 5 May 2010 was cancelled.",
    "The session of the commission planned for May 2010 in Baku was put off.",
    "The agreement between Georgia and Turkey was never signed.",
    "Georgia is not a member of NATO.",
    "Georgia aspires to be a member of NATO, and hopes to join the European Union.",
    "It is expected that exports to Azerbaijan will reach USD 5 million in 2020.",
    "The Baku–Tbilisi–Kars railway will connect Georgia and Turkey in 2030.",
    "The parties discussed a draft agreement on trade in Baku on 5 May 2010.",
]


@pytest.mark.parametrize("text", UNREAL)
def test_what_is_not_so_is_not_said(text, reads):
    plain = {"agreement", "meeting", "visit", "visit-to", "visit-noun", "membership",
             "membership-joined", "figure-level", "undertaking-connects", "dated-event"}  # fmt: skip
    assert not {s.by for s in reads(text, "en").statements} & plain


@pytest.mark.parametrize(
    ("text", "says"),
    [("The WHO held a conference in Tbilisi on 5 May 2010.", "who"),
     ("Those who held a conference in Tbilisi on 5 May 2010 were glad.", None)],
)  # fmt: skip
def test_an_abbreviation_is_all_capitals(text, says, reads):
    named = {value for _, _, value in reads(text, "en").marks}
    assert ("id:who" in named) == (says is not None)


def test_money_of_a_state_names_no_state(reads):
    named = {value for _, _, value in reads("It cost 5 million US dollars.", "en").marks}
    assert "id:united-states" not in named
