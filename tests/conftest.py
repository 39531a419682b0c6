"""Fixtures: the knowledge once for all tests, and a copy of it that a test may spoil."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bilateral import folders
from bilateral.build import build
from bilateral.coordinates import coordinates
from bilateral.extract import Work, gather
from bilateral.knowledge import Knowledge, load_knowledge
from bilateral.language import languages
from bilateral.page import read_page
from bilateral.query.graph import Graph, open_graph
from bilateral.query.question import tags
from bilateral.sources import Source

from .wikidata import NOWHERE, wikidata_server

ROOT = Path(__file__).parent.parent
# Nothing is asked beyond this machine, by no test and by no process that one starts.
os.environ["BILATERAL_MIRRORS"] = NOWHERE


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def reads(knowledge):
    """What the rules say of a text about Georgia and Azerbaijan, in Georgian or another language."""

    def read(text: str, language: str = "ka", partner: str = "id:azerbaijan") -> Work:
        page = read_page(text.encode(), f"x.{language}.txt")
        source = Source("x", page, Path("x"), "", "id:georgia", partner)
        return gather(source, knowledge)

    return read


@pytest.fixture
def own_folders(tmp_path, monkeypatch):
    """A copy of ontology/, graph/ and queries/ that the package reads instead of the checkout's."""
    for name in ("ontology", "graph", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)

    def folder(name: str) -> Path:
        return tmp_path / name

    for module in ("knowledge", "language", "coordinates", "lexicon", "links", "link.plan", "namespaces", "rules", "sources",
                   "queryfile", "check", "snapshots", "snapshot.asking", "catalogue", "jsonld", "query.question", "query.federation"):  # fmt: skip
        monkeypatch.setattr(f"bilateral.{module}.folder", folder)
    for cached in (languages, tags, coordinates):
        cached.cache_clear()
    yield tmp_path
    for cached in (languages, tags, coordinates):
        cached.cache_clear()
    folders.folder.cache_clear()


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Path:
    """The folder of a build of the stored sources."""
    out = tmp_path_factory.mktemp("built") / "out"
    build([], out)
    return out


@pytest.fixture(scope="session")
def graph(built) -> Graph:
    """The built graph behind Oxigraph."""
    return open_graph(built)


@pytest.fixture(scope="session")
def reference(built) -> Graph:
    """The built graph behind rdflib."""
    return open_graph(built, engine="rdflib")


@pytest.fixture(scope="session")
def wikidata(tmp_path_factory):
    """The address of what stands in for Wikidata."""
    with wikidata_server(tmp_path_factory.mktemp("wikidata")) as address:
        yield address
