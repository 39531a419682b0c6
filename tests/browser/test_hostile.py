"""A label, quote, or title with markup, quotes, right-to-left marks, or 10,000 characters is text."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from bilateral.explorer.pack import explorer_html
from bilateral.namespaces import expand, prefixes
from bilateral.network.outputs import outputs
from bilateral.query.engines import Oxigraph
from bilateral.query.graph import Graph

from .conftest import VIEWS

MARKUP = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'`${alert(3)}&amp;"
LABELS = {
    "markup": f"SOCAR {MARKUP}",
    "right to left": "SOCAR \u202e\u2067abc\u200f\u05d0\u05d1",
    "long": "SOCAR " + "x" * 10_000,
}
CHANGED = ("rdfs:label", "nif:anchorOf", "bil:translation", "dcterms:title", "skos:altLabel")


@pytest.fixture(scope="module", params=sorted(LABELS))
def folder(request, built, tmp_path_factory):
    """The explorer and picture of the graph with every second text made hostile."""
    hostile, changed = LABELS[request.param], {expand(name) for name in CHANGED}
    quads = []
    for number, quad in enumerate(
        ox.parse(path=str(built / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    ):
        text = quad.object
        if quad.predicate.value in changed and isinstance(text, ox.Literal):
            if number % 2 or quad.subject.value == expand("id:socar"):
                text = ox.Literal(hostile, language=text.language)
        quads.append(ox.Quad(quad.subject, quad.predicate, text, quad.graph_name))
    trig = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=prefixes())
    made = tmp_path_factory.mktemp("hostile")
    (made / "explorer.html").write_text(explorer_html(trig.decode(), quads), encoding="utf-8")
    store = ox.Store()
    store.extend(quads)
    page = outputs(Graph(Oxigraph(store)))["network.html"]
    (made / "network.html").write_text(page, encoding="utf-8")
    return made


def test_hostile_texts_do_no_harm_in_the_explorer(folder, visit):
    visited = visit(folder / "explorer.html", state="#lang=en")
    visited.page.wait_for_function("() => globalThis.bilateral !== undefined")
    visited.ask("() => bilateral.engine.ready.then(() => true)")
    for view in VIEWS:
        visited.go(f"#view={view}&lang=en&sel=id:socar")
        assert visited.ask("() => document.documentElement.scrollWidth - innerWidth") <= 0, view
    box = visited.page.get_by_role("combobox").first
    box.fill("socar")
    visited.settle()
    assert visited.dialogs == []
    assert visited.ask(
        "() => document.querySelectorAll('img[src=x], body script:not([type])').length <= 1"
    )
    assert visited.errors == []


def test_hostile_texts_do_no_harm_in_the_picture(folder, visit):
    visited = visit(folder / "network.html").settle()
    visited.page.get_by_role("searchbox").or_(visited.page.locator("#find")).first.fill("SOCAR")
    visited.page.keyboard.press("Enter")
    visited.settle()
    assert "SOCAR" in visited.page.locator("#panel").inner_text()
    assert visited.ask("() => document.documentElement.scrollWidth - innerWidth") <= 0
    assert visited.dialogs == []
    assert visited.errors == []
    assert [url for url in visited.requests if not url.startswith(("file:", "data:"))] == []
