"""The shape of the project: modules depend one way, wheel and docs work, no address is kept."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import zipfile

import pytest

from bilateral.cli import main

from .conftest import ROOT

PACKAGE = ROOT / "src" / "bilateral"
# Each module may import those before it.
ORDER = [
    "__init__", "errors", "folders", "yamlfile", "namespaces", "folding", "likeness", "language", "markup", "reception", "sought", "dates", "quantities",
    "page", "gazetteer", "coordinates", "tokens", "lexicon", "parties", "sources", "model", "amounts", "context", "mentions", "parts", "cases", "frames", "roles",
    "templates", "patterns", "rules", "knowledge", "work", "nodes", "compose", "tables", "review", "extract", "graphs", "links",
    "queryfile", "snapshots", "derive", "check", "catalogue", "ntriples", "jsonld", "report",
    "query", "query.lexer", "query.outline", "query.question",
    "explorer", "explorer.payload", "explorer.names", "explorer.modules",
    "explorer.shell", "explorer.pack", "publish", "network", "network.background", "build",
    "corpus", "corpus.parts", "corpus.summary", "corpus.local", "corpus.spark",
    "query.settings", "query.syntax", "query.formats", "query.engines",
    "query.line", "query.web", "query.stores", "query.remote", "query.federation", "query.names", "query.parameters",
    "query.evidence", "query.answer", "query.printing", "query.graph", "query.show",
    "query.commands",
    "network.ties", "ontology", "ontology.terms", "ontology.page", "ontology.commands", "network.measures", "network.layout", "network.kinds", "network.drawing",
    "network.picture", "network.files", "network.outputs", "network.worker", "network.stored", "network.notebook",
    "network.commands",
    "export", "export.quads", "export.things", "export.tables", "export.graphs", "export.neo4j", "export.cypher",
    "export.gephi", "export.rdf", "export.remote", "export.commands",
    "serve", "serve.about", "serve.cut", "serve.reconcile", "serve.reconcile.register", "serve.reconcile.words", "serve.reconcile.asked", "serve.reconcile.match",
    "serve.reconcile.extend", "serve.reconcile.answers", "serve.structured", "serve.things", "serve.jobs", "serve.worker", "serve.pool", "serve.replies", "serve.description",
    "serve.protocol", "serve.explorer", "serve.crawlers", "serve.pages", "serve.reconcile.web", "serve.openapi", "serve.rest", "serve.app", "serve.server",
    "serve.commands",
    "link", "link.plan", "link.model", "link.score", "link.search", "link.wikidata", "link.reconcile",
    "link.entities", "link.decisions", "link.review", "link.pairs", "link.commands",
    "evaluate", "evaluate.kinds", "evaluate.gold", "evaluate.found", "evaluate.compare", "evaluate.report",
    "evaluate.commands", "add", "add.source", "add.draft", "add.store", "add.commands", "diff", "diff.changes", "diff.commands",
    "snapshot", "snapshot.items", "snapshot.asking", "snapshot.tables", "snapshot.changed", "snapshot.commands",
    "cli", "__main__",
]  # fmt: skip
TYPES_ONLY = {("report", "build"), ("model", "sources"), ("context", "mentions")}


MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path):
    """A module's name below the package; a folder's own module has the folder's name."""
    name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    return name.removesuffix(".__init__")


def imports(path):
    """The modules of ours that a module imports when it runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bilateral."):
            if id(node) not in guarded:
                module = node.module.removeprefix("bilateral.")
                inner = {f"{module}.{alias.name}" for alias in node.names} & set(ORDER)
                yield from inner or {module}


def test_every_module_has_its_place():
    assert sorted(ORDER) == sorted(map(name_of, MODULES))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_depend_one_way(path):
    allowed = set(ORDER[: ORDER.index(name_of(path))])
    # The public face names what is below it, and imports it when it is first asked for.
    assert name_of(path) == "__init__" or set(imports(path)) <= allowed


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_can_be_read_in_one_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_fact_stands_in_python(path):
    assert not re.search(r"[\u10D0-\u10FA]", _code_only(path))


def _code_only(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                docs.add(id(first.value))
    return " ".join(
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    )


def test_the_build_does_not_import_slow_libraries():
    code = (
        "import sys; from bilateral.build import assemble; assemble([]);"
        "print([m for m in ('rdflib', 'pyshacl', 'networkx', 'pyvis', 'SPARQLWrapper', 'rich')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          env=os.environ | {"PYTHONPATH": str(ROOT / "src")})  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_the_wheel_works_away_from_the_checkout(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed")}
    done = subprocess.run(
        [sys.executable, "-m", "bilateral", "build", "--out", "o"],
        cwd=tmp_path, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert "georgia-azerbaijan" in done.stdout
    assert (tmp_path / "o" / "graph.nq").exists()


def test_every_command_is_documented():
    commands = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for name in main.commands:
        assert f"`bilateral {name}" in commands


def test_the_readme_s_links_lead_somewhere():
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), (document.name, target)


def test_every_dependency_has_its_reason():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    block = project.split("dependencies = [")[1].split("]")[0]
    for name in re.findall(r'"([a-z-]+)>=', block):
        assert f"| {name} |" in reasons


def test_every_slot_key_of_rules_is_documented():
    from bilateral.patterns import Want  # noqa: PLC0415

    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    for field in Want.__dataclass_fields__:
        assert re.search(rf"`{field.rstrip('_')}[`:]", text), field


@pytest.mark.parametrize("name", ["requirements.lock", "tests/sssom/requirements.lock"])
def test_a_lock_holds_hashes_and_no_address(name):
    lock = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--hash=sha256:" in lock
