"""Nobody is kept out: axe finds nothing on any view, in any language, light or dark, wide or narrow."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from .conftest import LANGUAGES, VIEWS

# axe-core as axe-playwright-python carries it; run here, since its own runner knows no options.
AXE = next(Path(find_spec("axe_playwright_python").origin).parent.rglob("axe.min.js"))
RUN = """async () => (await axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
})).violations.map(({ id, help, nodes }) => ({
  id, help, where: nodes.slice(0, 4).map(({ target, failureSummary }) => `${target}: ${failureSummary}`),
}))"""


def violations(visited):
    if not visited.ask("() => 'axe' in globalThis"):
        # Through the debugger, which the page's policy does not bind.
        visited.ask(AXE.read_text(encoding="utf-8") + "\n;undefined")
    return visited.ask(RUN)


@pytest.fixture(scope="module", params=["light", "dark"])
def open_in(request, explorer):
    return request.param, explorer(f"#theme={request.param}", scheme=request.param)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(view, language, open_in):
    theme, visited = open_in
    visited.go(f"#view={view}&lang={language}&theme={theme}")
    assert violations(visited) == []


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_with_something_selected(view, open_in):
    theme, visited = open_in
    visited.go(f"#view={view}&lang=en&theme={theme}&sel=id:socar")
    assert violations(visited) == []


@pytest.fixture(scope="module")
def phone(explorer):
    return explorer("", width=390, height=844, has_touch=True)


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_on_a_phone(view, phone):
    phone.go(f"#view={view}&lang=ka")
    assert violations(phone) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_wider_than_a_phone(view, language, phone):
    phone.go(f"#view={view}&lang={language}")
    assert phone.ask("() => document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_simple_picture(scheme, visit, built):
    visited = visit(built / "network.html", scheme=scheme).settle()
    assert violations(visited) == []
    visited.page.get_by_role("button", name="ქართული").click()
    assert violations(visited.settle()) == []
