"""The frame around the views: evidence, search, keys, theme, odd addresses, parts of a large graph."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from bilateral.explorer import pack
from bilateral.namespaces import node, prefixes

MEMORANDUM = "id:georgia-azerbaijan-memorandum-2008-11"
STATEMENT = f"{MEMORANDUM}~bil:party~id:socar"
SENTENCE = "2008 წლის ნოემბერში"
DERIVED = "id:btc-pipeline~bil:via~id:tbilisi"


def panel(visited):
    return visited.page.locator("aside.panel")


def test_a_statement_shows_its_sentence_in_its_page(either):
    visited = either(f"#view=ask&lang=en&sel={STATEMENT}")
    panel(visited).locator("mark").first.wait_for()
    assert panel(visited).locator("mark").inner_text().startswith(SENTENCE)
    # The paragraph goes on around the marked sentence.
    paragraph = panel(visited).locator("blockquote p").first
    assert len(paragraph.inner_text()) > len(panel(visited).locator("mark").inner_text()) + 50
    assert paragraph.get_attribute("lang") == "ka"
    said = panel(visited).inner_text()
    assert "In November 2008" in said
    assert "Ministry of Foreign Affairs of Georgia" in said
    assert "rule:agreement" in said
    cited = panel(visited).locator(".cite").inner_text()
    assert "characters 376–576" in cited
    assert cited.endswith("source/georgia-azerbaijan#char=376,576")
    assert visited.errors == []


def test_a_derived_statement_shows_its_rule_and_the_sentences_under_it(either):
    visited = either(f"#view=ask&lang=en&sel={DERIVED}")
    panel(visited).locator("mark").first.wait_for()
    said = panel(visited).inner_text()
    assert "Derived, not stated by a page" in said
    assert "the source does not state the route" in said
    assert "Baku-Tbilisi-Ceyhan" in said


def test_a_passage_shows_what_is_read_in_it(explorer):
    visited = explorer("#view=ask&lang=en&sel=source:georgia-azerbaijan%23char%3D376,576")
    lines = panel(visited).locator(".said")
    assert lines.count() >= 10
    lines.filter(has_text="party").first.click()
    visited.settle()
    assert "bil:party" in visited.ask("() => location.hash")


def test_from_a_thing_to_a_statement_to_the_page(explorer):
    visited = explorer("#view=ask&lang=en&sel=id:socar")
    panel(visited).locator(".said").first.click()
    visited.settle()
    assert "~bil:" in visited.ask("() => location.hash")
    panel(visited).get_by_role("button", name="Read it in its page").first.click()
    visited.settle()
    assert "view=source" in visited.ask("() => location.hash")
    assert visited.errors == []


def test_a_thing_shows_what_it_is_in_open_data(either):
    visited = either("#view=ask&lang=en&sel=id:socar")
    panel(visited).get_by_text("In open data").wait_for()
    links = panel(visited).locator(".iri a")
    assert "wd:Q1622293" in links.all_inner_texts()
    assert (
        links.get_by_text("wd:Q1622293").get_attribute("href")
        == "http://www.wikidata.org/entity/Q1622293"
    )
    assert visited.errors == []


@pytest.mark.parametrize("selection", ["id:socar", STATEMENT, DERIVED])
def test_the_evidence_is_saved_as_markdown(selection, explorer):
    visited = explorer(f"#view=ask&lang=en&sel={selection}")
    with visited.page.expect_download() as download:
        panel(visited).locator('[data-action="evidence"]').click()
    assert download.value.suggested_filename.endswith(".md")
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert "\n> " in text
    assert "https://w3id.org/bilateral/source/georgia-azerbaijan#char=" in text
    assert ("Derivation rule: rule:place-from-name" in text) == (selection == DERIVED)


def test_escape_closes_the_evidence_and_back_brings_it_again(explorer):
    visited = explorer("#view=ask&lang=en")
    assert panel(visited).is_hidden()
    visited.ask(
        "() => bilateral.select({ kind: 'thing', iri: 'https://w3id.org/bilateral/id/socar' })"
    )
    visited.settle()
    assert panel(visited).is_visible()
    visited.page.keyboard.press("Escape")
    assert panel(visited).is_hidden()
    visited.page.go_back()
    visited.settle()
    assert panel(visited).is_visible()


def test_keys_open_views_search_and_help(explorer):
    visited = explorer("#view=ask&lang=en")
    visited.page.locator("main").focus()
    visited.page.keyboard.press("/")
    assert visited.ask("() => document.activeElement.getAttribute('role')") == "combobox"
    # Letters that are typed are no keys.
    visited.page.keyboard.type("t3?")
    assert "view=ask" in visited.ask("() => location.hash")
    visited.page.keyboard.press("Escape")
    visited.page.keyboard.press("Escape")
    visited.page.keyboard.press("2")
    visited.settle()
    assert "view=timeline" in visited.ask("() => location.hash")
    visited.page.keyboard.press("?")
    dialog = visited.page.locator("dialog.help")
    assert dialog.is_visible()
    dialog.get_by_role("checkbox").uncheck()
    visited.page.keyboard.press("Escape")
    visited.page.keyboard.press("3")
    assert "view=timeline" in visited.ask("() => location.hash")


def test_the_theme_follows_the_system_until_it_is_chosen(explorer):
    visited = explorer("#view=ask&lang=en", scheme="dark")
    theme = "() => document.documentElement.dataset.theme"
    assert visited.ask(theme) == "dark"
    visited.page.get_by_role("button", name="Theme").click()
    assert visited.ask(theme) == "light"
    assert "theme=light" in visited.ask("() => location.hash")


@pytest.mark.parametrize(
    "state",
    [
        "#view=nowhere&lang=xx&theme=puce&sel=%25%25%25",
        "#sel=javascript:alert(1)",
        "#sel=%3Cscript%3Ealert(1)%3C/script%3E~a~b",
        "#view=ask&sel=" + "x" * 10_000,
        "#&&&===&sel=~~&view==",
        "#from=abc&to=99999&off=,,,&field=x&country=%E2%80%AE",
    ],
)
def test_an_odd_address_does_no_harm(state, explorer):
    visited = explorer(state)
    assert visited.page.locator("main h1").inner_text()
    assert visited.dialogs == []
    assert visited.errors == []
    wider = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not visited.ask(wider)


def test_what_is_printed_is_the_view_and_the_evidence(explorer):
    visited = explorer("#view=ask&lang=en&sel=id:socar")
    visited.page.emulate_media(media="print")
    assert panel(visited).is_visible()
    assert visited.page.locator("main h1").is_visible()
    assert visited.page.locator("nav.views").is_hidden()
    assert visited.page.locator("header.top").is_hidden()


def test_a_graph_in_many_parts_is_whole_when_it_is_loaded(built, visit, monkeypatch, tmp_path):
    monkeypatch.setattr(pack, "PART_CHARACTERS", 5_000)
    trig = (built / "graph.trig").read_text(encoding="utf-8")
    quads = list(ox.parse(trig, format=ox.RdfFormat.TRIG))
    page = tmp_path / "parts.html"
    page.write_text(pack.explorer_html(trig, quads), encoding="utf-8")
    assert prefixes()
    visited = visit(page, state="#view=ask&lang=en")
    visited.page.wait_for_function("() => globalThis.bilateral !== undefined")
    loaded = visited.ask("() => bilateral.engine.ready.then(({ quads }) => quads)")
    assert loaded == len((built / "graph.nq").read_text(encoding="utf-8").splitlines())
    # What a blank node ties together stays together though its graph came in parts.
    tied = "SELECT (COUNT(*) AS ?n) { ?shape sh:property ?part . ?part sh:path ?path }"
    asked = f"() => bilateral.engine.ask({tied!r}).then(({{ rows }}) => Number(rows[0].n.value))"
    store = ox.Store()
    store.extend(quads)
    query = f"PREFIX sh: <{prefixes()['sh']}> {tied}"
    (row,) = store.query(query, use_default_graph_as_union=True)
    assert visited.ask(asked) == int(row["n"].value) > 20


def test_a_person_is_found_in_every_script(visit, tmp_path):
    names = {"en": "Ilham Aliyev", "az": "İlham Əliyev", "ka": "ილჰამ ალიევი"}
    quads = [
        ox.Quad(node("id:ilham-aliyev"), node("rdfs:label"), ox.Literal(text, language=code), node("graph:lexicon"))
        for code, text in names.items()
    ]  # fmt: skip
    trig = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=prefixes()).decode()
    page = tmp_path / "person.html"
    page.write_text(pack.explorer_html(trig, quads), encoding="utf-8")
    visited = visit(page, state="#view=ask&lang=en")
    visited.page.wait_for_function("() => globalThis.bilateral !== undefined")
    for typed in ("ilham", "İlham", "ILHAM", "ილჰამ", "Ильхам", "əliyev", "aliev", "ilhma"):
        found = visited.ask("(text) => bilateral.search.find(text)", typed)
        assert [one["thing"] for one in found] == ["id:ilham-aliyev"], typed


def test_every_saved_question_is_answered_in_the_page(explorer):
    visited = explorer("#view=ask&lang=en")
    slow = visited.ask(
        """async () => {
          const given = { entity: "socar", thing: "socar", actor: "georgia", country: "azerbaijan", place: "tbilisi",
            source: "source:georgia-azerbaijan", passage: "source:georgia-azerbaijan#char=376,576", from: "hungary",
            to: "georgia", subject: "georgia-azerbaijan-memorandum-2008-11", property: "bil:party", object: "socar",
            rule: "rule:place-from-name" };
          const found = [];
          for (const { name, parameters } of bilateral.questions.values()) {
            const values = {};
            for (const one of parameters) if (one.required) values[one.name] = given[one.name] ?? "georgia";
            await bilateral.ask(name, values);
            const start = performance.now();
            await bilateral.ask(name, values);
            const took = Math.round(performance.now() - start);
            if (took > 400) found.push([name, took]);
          }
          return found;
        }"""
    )
    # A fifth of a second is the aim's double, and twice that for a busy machine.
    assert slow == []
