"""`bilateral diff`: two versions of a page, as statements that came, went, changed, or were reworded."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from bilateral.cli import main

OLD = """საქართველო და თურქეთი

2009 წელს თურქეთთან სავაჭრო ბრუნვამ 400 მლნ. აშშ დოლარი შეადგინა. თბილისი დიდი ქალაქია.
1997 წლის 3 მარტს ანკარაში ხელი მოეწერა შეთანხმებას თურქეთსა და საქართველოს შორის.
2005 წლის 6 მაისს ბათუმში გაიმართა შეხვედრა.
"""
NEW = """საქართველო და თურქეთი

2009 წელს თურქეთთან სავაჭრო ბრუნვამ 410 მლნ. აშშ დოლარი შეადგინა. ბათუმი ზღვის პირასაა.
თურქეთსა და საქართველოს შორის 1997 წლის 3 მარტს ქ. ანკარაში შეთანხმებას ხელი მოეწერა.
2011 წლის 25 იანვარს თბილისში გაიმართა შეხვედრა.
"""


@pytest.fixture
def compare(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(old, new, *options):
        (tmp_path / "old.txt").write_text(old, encoding="utf-8")
        (tmp_path / "new.txt").write_text(new, encoding="utf-8")
        return CliRunner().invoke(main, ["diff", "old.txt", "new.txt", *options])

    return run


def test_each_kind_of_change_is_told_with_both_quotes(compare):
    done = compare(OLD, NEW, "-o", "json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    changes = found["changes"]
    (changed,) = [c for c in changes if c["kind"] == "changed"]
    assert changed["predicate"] == "sdmx-measure:obsValue"
    assert changed["old"]["object_label"] == "400"
    assert changed["new"]["object_label"] == "410"
    for side, text in (("old", OLD), ("new", NEW)):
        words = changed[side]
        assert text[words["begin"] : words["end"]] == words["quote"]
    reworded = {c["subject"] for c in changes if c["kind"] == "reworded"}
    assert "id:old-agreement-1997-03-03" in reworded
    added = {(c["predicate"], c["new"]["object"]) for c in changes if c["kind"] == "added"}
    dropped = {(c["predicate"], c["old"]["object"]) for c in changes if c["kind"] == "dropped"}
    assert ("schema:location", "id:tbilisi") in added
    assert ("schema:location", "id:batumi") in dropped
    assert found["silent_added"] == ["ბათუმი ზღვის პირასაა."]
    assert found["silent_dropped"] == ["თბილისი დიდი ქალაქია."]


def test_it_is_told_to_people_too(compare):
    done = compare(OLD, NEW)
    assert "! Trade turnover, 2009: value 400 → 410" in done.output
    assert "+ Meeting, January 25, 2011: place Tbilisi" in done.output
    assert "- Meeting, May 6, 2005: place Batumi" in done.output
    assert done.output.count("~ Agreement, March 3, 1997") == 1


def test_a_page_does_not_differ_from_itself(compare):
    done = compare(OLD, OLD, "-o", "json")
    found = json.loads(done.stdout)
    assert found["changes"] == []
    assert found["unchanged"] > 10
    assert compare(OLD, OLD.replace("\n", "\r\n")).output.startswith(
        "Statements: 0 added, 0 dropped"
    )


def test_a_stored_source_is_called_by_its_id():
    done = CliRunner().invoke(main, ["diff", "georgia-azerbaijan", "georgia-azerbaijan"])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Statements: 0 added, 0 dropped, 0 changed, 0 reworded")


def test_two_languages_are_no_versions(compare):
    english = "The trade between Georgia and Turkey was on the rise in 2010, and it is so."
    done = compare(OLD, english)
    assert done.exit_code == 1
    assert "in two languages: ka and en" in done.output
    assert len(done.output.strip().splitlines()) == 2


def test_what_is_not_there_is_told():
    done = CliRunner().invoke(main, ["diff", "no-such-page.txt", "georgia-azerbaijan"])
    assert done.exit_code == 1
    assert len(done.output.strip().splitlines()) == 2
