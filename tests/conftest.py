"""Fixtures: the knowledge once for all tests, and a copy of it that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bilateral import folders
from bilateral.extract import Work, gather
from bilateral.knowledge import Knowledge, load_knowledge
from bilateral.language import languages
from bilateral.page import read_page
from bilateral.sources import Source

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="session")
def reads(knowledge):
    """What the rules say of a Georgian text about Georgia and Azerbaijan."""

    def read(text: str) -> Work:
        page = read_page(text.encode(), "x")
        source = Source("x", page, Path("x"), "", "id:georgia", "id:azerbaijan")
        return gather(source, knowledge)

    return read


@pytest.fixture
def own_folders(tmp_path, monkeypatch):
    """A copy of ontology/ and graph/ that the package reads instead of the checkout's."""
    for name in ("ontology", "graph"):
        shutil.copytree(ROOT / name, tmp_path / name)

    def folder(name: str) -> Path:
        return tmp_path / name

    for module in ("knowledge", "language", "lexicon", "namespaces", "rules", "sources",
                   "queryfile", "check"):  # fmt: skip
        monkeypatch.setattr(f"bilateral.{module}.folder", folder)
    languages.cache_clear()
    yield tmp_path
    languages.cache_clear()
    folders.folder.cache_clear()
