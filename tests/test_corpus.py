"""Many pages: the same statements from one build, from several processes, and from Spark."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tracemalloc

import pytest
from click.testing import CliRunner

from bilateral.build import build
from bilateral.cli import main
from bilateral.corpus import local
from bilateral.corpus.local import build_corpus, pages_of
from bilateral.corpus.parts import Given, first_of_each, part_of
from bilateral.errors import BuildError, ProblemsFound, UsageError
from bilateral.query.graph import open_graph
from bilateral.query.stores import files_of

from .conftest import ROOT

CATALOGUE = "<https://w3id.org/bilateral/graph/catalogue> .\n"
SPARK = ROOT / ".venv-spark"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Some pages, two of them bad, and two with one id."""
    folder = tmp_path_factory.mktemp("pages")
    for gold in sorted((ROOT / "benchmarks" / "gold").glob("georgia-*/page.*.txt"))[:6]:
        shutil.copy(gold, folder / f"{gold.parent.name}.{gold.name.removeprefix('page.')}")
    (folder / "bad").mkdir()
    (folder / "bad" / "empty.txt").write_bytes(b"")
    (folder / "bad" / "scan.txt").write_bytes(b"%PDF-1.7 not a page")
    (folder / "bad" / "georgia-armenia.txt").write_text("საქართველო – სომხეთი\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def good(pages):
    return sorted(pages.glob("*.txt"))


@pytest.fixture(scope="module")
def one_build(good, tmp_path_factory):
    out = tmp_path_factory.mktemp("one") / "out"
    build(good, out, views=False)
    return lines_of(out / "graph.nq")


def lines_of(file):
    with file.open(encoding="utf-8") as lines:
        return [line for line in lines if not line.endswith(CATALOGUE)]


@pytest.mark.parametrize(("jobs", "batch"), [(1, 1), (1, 24), (2, 2)])
def test_a_corpus_says_what_one_build_says(jobs, batch, good, one_build, tmp_path, monkeypatch):
    monkeypatch.setattr(local, "BATCH", batch)
    report = build_corpus(good, tmp_path / "out", jobs=jobs)
    assert lines_of(tmp_path / "out" / "graph.nq") == one_build
    assert [row["id"] for row in report["sources"]] == [p.name.split(".")[0] for p in good]
    assert report["failures"] == []


def test_parts_are_merged_however_many(good, one_build, tmp_path, monkeypatch):
    monkeypatch.setattr(local, "BATCH", 1)
    monkeypatch.setattr(local, "OPEN_FILES", 2)
    build_corpus(good, tmp_path / "out")
    assert lines_of(tmp_path / "out" / "graph.nq") == one_build
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["graph.nq", "report.json"]


def test_no_page_is_lost_to_a_bad_one(pages, good, tmp_path):
    done = CliRunner().invoke(
        main, ["build", str(pages), "--jobs", "2", "--keep-going", "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 3
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert len(report["sources"]) == len(good)
    why = {row["path"].rsplit("/")[-1]: row["what"] for row in report["failures"]}
    # Of two pages with one id the first by its path stays.
    assert why.keys() == {"empty.txt", "scan.txt", "georgia-armenia.ka.txt"}
    assert "empty" in why["empty.txt"]
    assert "PDF" in why["scan.txt"]
    assert all(row["remedy"] for row in report["failures"])


def test_a_bad_page_stops_the_build_unless_told_otherwise(pages, good, tmp_path):
    build_corpus(good[:1], tmp_path / "out")
    before = (tmp_path / "out" / "graph.nq").read_bytes()
    with pytest.raises(ProblemsFound, match="keep-going"):
        build_corpus([*good, pages / "bad" / "scan.txt"], tmp_path / "out", jobs=2)
    assert (tmp_path / "out" / "graph.nq").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_page_that_breaks_the_reader_is_a_failure_too(good, monkeypatch):
    def broken(source, knowledge):
        if source.id == "georgia-france":
            raise RecursionError
        return real(source, knowledge)

    from bilateral.corpus import parts  # noqa: PLC0415

    real = parts.extract
    monkeypatch.setattr(parts, "extract", broken)
    part = part_of(Given(str(path)) for path in good)
    assert [failure.path for failure in part.failures] == [
        str(p) for p in good if "france" in p.name
    ]
    assert len(part.pages) == len(good) - 1
    assert "RecursionError" in part.failures[0].what


def test_a_page_that_a_check_finds_wrong_is_left_out_alone(good, monkeypatch):
    from bilateral.check import Problem  # noqa: PLC0415
    from bilateral.corpus import parts  # noqa: PLC0415

    def check(quads):
        if any("source/georgia-france" in str(q.graph_name) for q in quads):
            return [Problem("rule", "problem", "id:x", "it is wrong", None, "Mend it.", "f")]
        return []

    monkeypatch.setattr(parts, "check", check)
    part = part_of(Given(str(path)) for path in good)
    assert [failure.what for failure in part.failures] == ["rule: it is wrong: id:x"]
    assert len(part.pages) == len(good) - 1
    assert not any("source/georgia-france" in line for line in part.lines)


def ended(_paths, _target):
    """What a worker does that runs out of memory."""
    os._exit(1)


def test_a_process_that_is_ended_is_told(good, tmp_path, monkeypatch):
    monkeypatch.setattr(local, "_write_part", ended)
    with pytest.raises(BuildError, match="ended from outside"):
        build_corpus(good, tmp_path / "out", jobs=2)
    assert not (tmp_path / "out").exists()


def test_what_pages_are_is_found_in_folders(pages, good, tmp_path):
    assert set(pages_of([pages])) == {*good, *(pages / "bad").glob("*.txt")}
    stored = ROOT / "graph" / "sources"
    assert pages_of([stored]) == sorted(p.parent for p in stored.glob("*/source.yaml"))
    with pytest.raises(UsageError, match="no page"):
        pages_of([tmp_path])


def test_two_pages_with_one_id_are_one_and_a_failure():
    kept, failures = first_of_each(["b/x.txt", "a/x.ka.txt", "a/y.txt"])
    assert kept == ["a/x.ka.txt", "a/y.txt"]
    assert [failure.path for failure in failures] == ["b/x.txt"]


def test_memory_does_not_grow_with_the_corpus(good):
    for path in good:
        part_of([Given(str(path))])

    def most(times):
        tracemalloc.start()
        for _ in range(times):
            part_of([Given(str(good[0]))])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    first = most(2)
    assert most(10) < 1.1 * first


def test_a_corpus_can_be_asked(good, tmp_path):
    build_corpus(good, tmp_path / "out")
    graph = open_graph(tmp_path / "out")
    assert len(graph.ask("sources")) == len(good)
    counted = (
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER (!STRENDS(STR(?g), 'catalogue')) }"
    )
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert next(iter(graph.sparql(counted)))["n"] == report["quads"]
    triples = "SELECT ?n { ?d a void:Dataset ; void:triples ?n }"
    distinct = (
        "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o"
        " { GRAPH ?g { ?s ?p ?o } FILTER (!STRENDS(STR(?g), 'catalogue')) } }"
    )
    assert next(iter(graph.sparql(triples)))["n"] == next(iter(graph.sparql(distinct)))["n"]


@pytest.mark.skipif(
    os.environ.get("CI") != "true" and not (SPARK.exists() and shutil.which("java")),
    reason="no Spark: make .venv/.stamps/spark, and Java",
)
def test_spark_gives_the_same_statements(pages, good, tmp_path):
    packages = next((SPARK / "lib").glob("python3*/site-packages"))
    environment = os.environ | {"PYTHONPATH": str(packages), "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run(
        [sys.executable, "-m", "bilateral.corpus.spark", "--master", "local[2]", str(pages),
         str(tmp_path / "spark")],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr[-3000:]
    build_corpus(pages_of([pages]), tmp_path / "out", keep_going=True)
    spark = {line for file, _ in files_of([tmp_path / "spark"]) for line in lines_of(file)}
    assert spark == set(lines_of(tmp_path / "out" / "graph.nq"))

    def written(name):
        files = (tmp_path / "spark" / name).glob("part-*")
        return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]

    with (tmp_path / "out" / "graph.nq").open(encoding="utf-8") as lines:
        catalogue = {line.rstrip("\n") for line in lines if line.endswith(CATALOGUE)}
    assert set(written("catalogue")) == catalogue
    assert len(written("pages")) == len(good)
    failures = {json.loads(row)["path"].rsplit("/")[-1] for row in written("failures")}
    assert failures == {"empty.txt", "scan.txt", "georgia-armenia.ka.txt"}
