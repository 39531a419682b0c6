"""Graphs made for measuring: the same for the same seed, as large as asked, and good by every check."""

from __future__ import annotations

import io
import sys
import tracemalloc

import pyoxigraph as ox
import pytest

from bilateral.check import check

from .conftest import ROOT


@pytest.fixture(scope="module")
def generator():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import generator  # noqa: PLC0415 - a script beside the package

    yield generator
    sys.path.remove(str(ROOT / "benchmarks"))


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
