"""Graphs made for measuring: the same for the same seed, as large as asked, and good by every check."""

from __future__ import annotations

import io
import json
import sys
import tracemalloc

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from bilateral.check import check
from bilateral.cli import main
from bilateral.evaluate.gold import read_gold
from bilateral.evaluate.kinds import kinds

from .conftest import ROOT


@pytest.fixture(scope="module")
def generator():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import generator  # noqa: PLC0415 - a script beside the package

    yield generator
    sys.path.remove(str(ROOT / "benchmarks"))


@pytest.fixture(scope="module")
def page_generator(generator):
    assert generator
    import page_generator  # noqa: PLC0415

    return page_generator


def text(generator, entities, **options):
    out = io.StringIO()
    told = generator.write(out, entities, **options)
    return out.getvalue(), told


def test_the_same_seed_makes_the_same_graph(generator):
    first, other = text(generator, 300), text(generator, 300)
    assert first == other
    assert text(generator, 300, seed=2)[0] != first[0]


def test_it_is_as_large_as_asked_and_passes_every_check(generator):
    made, (entities, quads) = text(generator, 500)
    assert 500 <= entities < 700
    graph = list(ox.parse(made.encode(), format=ox.RdfFormat.N_QUADS))
    assert len(graph) == quads
    assert [p for p in check(graph) if p.severity == "problem"] == []


def test_mentions_may_be_left_out(generator):
    made, _ = text(generator, 200, mentions=False)
    assert "itsrdf#taIdentRef" not in made
    assert "anchorOf" in made


def test_memory_does_not_grow_with_the_graph(generator):
    made = generator.pattern(mentions=False)

    def most(count):
        tracemalloc.start()
        for _ in generator.copies(made, count):
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    most(2)  # the names that are computed once
    assert most(40) < most(4) * 1.5


def test_a_page_depends_on_seed_and_number_alone(page_generator):
    first = list(page_generator.pages(3))
    assert first[2] == page_generator.Generator().page(2)
    assert first[2] != page_generator.Generator(seed=2).page(2)
    assert all(8_000 <= len(text.encode()) < 10_000 for _, text, _ in first)


def test_a_page_s_gold_is_gold(page_generator, tmp_path):
    kinds_read = kinds()
    for name, text, gold in page_generator.pages(5, size=3_000):
        path = tmp_path / f"{name}.jsonl"
        lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in gold)
        path.write_text(lines, encoding="utf-8")
        assert read_gold(path, text, kinds_read)


def test_rules_read_what_a_generated_page_states(page_generator, tmp_path):
    # Sentences of the plainest sort: what is read wrongly here is wrong everywhere.
    for name, text, gold in page_generator.pages(4):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in gold)
        (tmp_path / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    done = CliRunner().invoke(main, ["evaluate", str(tmp_path), "-o", "json"])
    found = json.loads(done.output)["total"]
    for kind in ("country", "city", "quantity", "agreement", "meeting", "membership"):
        assert found[kind]["precision"] >= 0.95, kind
        assert found[kind]["recall"] >= 0.9, kind
