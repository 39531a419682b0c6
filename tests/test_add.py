"""`bilateral add`: a page becomes a source, whole or not at all, and never over another."""

from __future__ import annotations

import hashlib
import json
import os

import pytest
import yaml
from click.testing import CliRunner

from bilateral.build import assemble
from bilateral.cli import main

ENGLISH = """Relations between Türkiye and Georgia

Diplomatic relations between the two countries were established on 21 May 1992.
On 6-7 April 2015 the Prime Minister of Georgia paid an official visit to Turkey.

The trade volume reached 1.5 billion US dollars in 2016. The weather was fine.
A memorandum was signed between the Silk Bridge Foundation and SOCAR in May 2010.
"""
MARKUP = """<html><head><title>Poland – Georgia</title>
<link rel="canonical" href="https://www.gov.pl/web/dyplomacja/gruzja"></head><body>
<nav><a href="/">Home</a></nav><h1>Poland and Georgia</h1>
<p>Poland recognised Georgia on 27 December 1991. The relations between the states are good.</p>
</body></html>"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def runner(name, content, *arguments):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        given = ["add", name, "--into", "sources", *arguments]
        return CliRunner().invoke(main, given)

    return runner


def test_a_page_becomes_a_source_that_builds(run, tmp_path):
    done = run("turkey-georgia.txt", ENGLISH, "--url", "https://www.mfa.gov.tr/x")
    assert done.exit_code == 0, done.output
    home = tmp_path / "sources" / "turkey-georgia"
    assert (home / "page.en.txt").read_text(encoding="utf-8") == ENGLISH
    assert not list(home.glob("page.received.*"))
    metadata = yaml.safe_load((home / "source.yaml").read_text(encoding="utf-8"))
    assert metadata["reporter"] == "turkey"
    assert metadata["partner"] == "georgia"
    assert metadata["sha256"] == hashlib.sha256(ENGLISH.encode()).hexdigest()
    assert "reporter Türkiye: the file's name has it first" in done.output
    assert "The weather was fine." in (home / "review.proposed.yaml").read_text(encoding="utf-8")
    assert "silk-bridge-foundation, type: Agency" in (home / "review.proposed.yaml").read_text(
        encoding="utf-8"
    )
    made = assemble([home])
    assert not [p for p in made.problems if p.severity == "problem"]
    (extraction,) = made.extractions
    assert not any(s.confirmed for s in extraction.statements)


def test_the_draft_is_a_review_once_a_person_renames_it(run, tmp_path):
    assert run("turkey-georgia.txt", ENGLISH).exit_code == 0
    home = tmp_path / "sources" / "turkey-georgia"
    (home / "review.proposed.yaml").rename(home / "review.yaml")
    (extraction,) = assemble([home]).extractions
    assert extraction.statements
    assert all(s.confirmed for s in extraction.statements)


def test_a_web_page_is_kept_beside_its_text(run, tmp_path):
    done = run("page.html", MARKUP, "--partner", "GE")
    assert done.exit_code == 0, done.output
    home = tmp_path / "sources" / "poland-georgia"
    assert (home / "page.received.html").read_text(encoding="utf-8") == MARKUP
    text = (home / "page.en.txt").read_text(encoding="utf-8")
    assert text.startswith("Poland and Georgia\n\nPoland recognised Georgia")
    metadata = yaml.safe_load((home / "source.yaml").read_text(encoding="utf-8"))
    assert metadata["address"] == "https://www.gov.pl/web/dyplomacja/gruzja"
    assert "reporter Poland: the page's address ends in .pl" in done.output
    assert "partner Georgia: as you say" in done.output
    assert hashlib.sha256(MARKUP.encode()).hexdigest() in metadata["note"]


def test_a_dry_run_writes_nothing(run, tmp_path):
    done = run("turkey-georgia.txt", ENGLISH, "--dry-run")
    assert done.exit_code == 0
    assert "(not written)" in done.output
    assert "entries:" in done.output
    assert not (tmp_path / "sources").exists()


def test_what_is_there_is_not_overwritten(run, tmp_path):
    assert run("turkey-georgia.txt", ENGLISH).exit_code == 0
    home = tmp_path / "sources" / "turkey-georgia"
    (home / "review.yaml").write_text("reviewer: me\n", encoding="utf-8")
    same = run("turkey-georgia.txt", ENGLISH, "--new-version")
    assert same.exit_code == 1
    assert "is stored already, as 'turkey-georgia'" in same.output
    taken = run("turkey-georgia.txt", f"{ENGLISH}More was said in 2012.\n")
    assert taken.exit_code == 1
    assert len(taken.output.strip().splitlines()) == 2
    assert "--new-version" in taken.output
    newer = run("turkey-georgia.txt", f"{ENGLISH}More was said in 2012.\n", "--new-version")
    assert newer.exit_code == 0, newer.output
    second = yaml.safe_load((home.parent / "turkey-georgia-2" / "source.yaml").read_text("utf-8"))
    assert second["replaces"] == "turkey-georgia"
    assert (home / "review.yaml").read_text(encoding="utf-8") == "reviewer: me\n"
    assert (home / "page.en.txt").read_text(encoding="utf-8") == ENGLISH


def test_a_program_reads_what_was_made(run):
    done = run("turkey-georgia.txt", ENGLISH, "-o", "json")
    report = json.loads(done.stdout)
    assert report["id"] == "turkey-georgia"
    assert report["nothing"] == ["Relations between Türkiye and Georgia", "The weather was fine."]
    assert [p["id"] for p in report["proposed"]] == ["silk-bridge-foundation"]


ORGANISATION = """NATO and Georgia

Cooperation between NATO and Georgia began in 1994. Georgia joined the Partnership for Peace then.
"""


def test_a_page_may_be_about_an_organisation(run, tmp_path):
    done = run("georgia-nato.txt", ORGANISATION)
    assert done.exit_code == 0, done.output
    metadata = yaml.safe_load(
        (tmp_path / "sources" / "georgia-nato" / "source.yaml").read_text("utf-8")
    )
    assert (metadata["reporter"], metadata["partner"]) == ("georgia", "nato")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--reporter", "Gorgia"], "Did you mean georgia?"),
     (["--reporter", "nato"], "no state is called 'nato'"),
     (["--reporter", "georgia", "--partner", "Georgia"], "are one"),
     (["--id", "Not An Id"], "--id not-an-id"),
     (["--retrieved", "yesterday"], "is no day"),
     (["--url", "mfa"], "is no address")],
)  # fmt: skip
def test_what_a_person_says_is_checked(arguments, says, run, tmp_path):
    done = run("turkey-georgia.txt", ENGLISH, *arguments)
    assert done.exit_code == 1
    assert says in done.output
    assert len(done.output.strip().splitlines()) == 2
    assert not (tmp_path / "sources").exists()


def test_nothing_is_fetched(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in ("add", "build"):
        done = CliRunner().invoke(main, [command, "https://www.mfa.gov.tr/relations.en.mfa"])
        assert done.exit_code == 1
        assert "Save the page in a browser" in done.output
        assert "https://www.mfa.gov.tr/relations.en.mfa" in done.output


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(run, tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources").chmod(0o500)
    done = run("turkey-georgia.txt", ENGLISH)
    assert "--into DIR" in done.output


def test_a_file_in_the_place_of_the_folder_is_told(run, tmp_path):
    (tmp_path / "sources").write_text("", encoding="utf-8")
    done = run("turkey-georgia.txt", ENGLISH)
    assert done.exit_code == 1
    assert "--into DIR" in done.output
