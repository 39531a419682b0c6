"""What people come to do, done in a real browser."""

from __future__ import annotations

import re

import pytest

from .conftest import LANGUAGES, VIEWS

MEMORANDUM = "five-year memorandum on the supply of Azerbaijani gas"
IN_GEORGIAN = "ხუთწლიანი მემორანდუმი"


def search(visited, text):
    box = visited.page.get_by_role("combobox").first
    box.fill(text)
    visited.page.get_by_role("option").first.wait_for()
    return box


def panel(visited):
    return visited.page.locator("aside.panel")


@pytest.mark.parametrize("typed", ["socar", "sokar", "SOCRA", "სოკარი"])
def test_find_socar_by_a_misspelt_name_and_read_the_sentence(typed, either):
    visited = either("#lang=en")
    box = search(visited, typed)
    for key in ("ArrowDown", "ArrowUp", "Enter"):
        box.press(key)
    visited.settle()
    assert "State Oil Company" in panel(visited).inner_text()
    said = panel(visited).inner_text()
    assert MEMORANDUM in said
    assert IN_GEORGIAN in said
    assert visited.errors == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tbilisi", "Tbilisi"), ("თბილისი", "Tbilisi"), ("tiflis", "Tbilisi"),
        ("Тбилиси", "Tbilisi"), ("ყულევი", "Kulevi"), ("kulevi", "Kulevi"),
        ("memorandom", "Memorandum"), ("baki", "Baku"), ("bakı", "Baku"),
    ],
)  # fmt: skip
def test_names_are_found_in_every_script_and_with_typos(typed, found, explorer_en):
    search(explorer_en, typed)
    options = explorer_en.page.get_by_role("option").all_inner_texts()
    assert any(found in option for option in options[:3]), options


@pytest.fixture(scope="module")
def explorer_en(explorer):
    return explorer("#lang=en")


def test_the_file_asks_for_nothing(explorer):
    visited = explorer()
    for view in VIEWS:
        visited.go(f"#view={view}&sel=id:socar")
    strange = [url for url in visited.requests if not url.startswith(("file:", "blob:", "data:"))]
    assert strange == []
    assert [url for url in visited.requests if url.startswith("file:")] == [visited.requests[0]]
    assert visited.errors == []


def test_the_file_could_not_ask_if_it_wanted_to(explorer):
    visited = explorer(offline=False)
    refused = visited.ask(
        "() => fetch('http://127.0.0.1:9/').then(() => 'sent', (error) => String(error))"
    )
    assert "TypeError" in refused
    assert any("Content Security Policy" in error for error in visited.errors)


def test_the_served_explorer_asks_its_own_server_only(served, server):
    visited = served()
    for view in VIEWS:
        visited.go(f"#view={view}&sel=id:socar")
    strange = [u for u in visited.requests if not u.startswith((server, "blob:", "data:"))]
    assert strange == []
    assert visited.errors == []


@pytest.mark.parametrize("view", VIEWS)
def test_a_copied_link_gives_the_same_view(view, explorer):
    first = explorer(f"#view={view}&lang=ka&sel=id:socar&theme=dark")
    link = first.ask("() => location.href")
    assert f"view={view}" in link
    second = explorer(link.partition(".html")[2])
    shown = [v.page.locator("main").inner_text() for v in (first, second)]
    assert shown[0] == shown[1]
    assert panel(first).inner_text() == panel(second).inner_text()


def test_a_selection_holds_across_views(explorer):
    visited = explorer("#lang=en&sel=id:socar")
    for view in VIEWS:
        visited.page.locator(f'a[data-view="{view}"]').first.click()
        visited.settle()
        assert "State Oil Company" in panel(visited).inner_text()


def test_back_takes_back(explorer):
    visited = explorer("#lang=en&view=timeline")
    visited.page.locator('a[data-view="map"]').first.click()
    visited.settle().page.go_back()
    visited.settle()
    assert "view=timeline" in visited.ask("() => location.hash")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_view_speaks_the_language(language, explorer_en):
    for view in VIEWS:
        explorer_en.go(f"#view={view}&lang={language}")
        assert explorer_en.ask("() => document.documentElement.lang") == language
        missing = explorer_en.ask(
            r"() => document.body.innerText.match(/\b(?:core|network|timeline|map|figures|source|ask|panel)\.[a-z_.]+\b/g) ?? []"
        )
        assert missing == []
    upper = explorer_en.ask(
        """() => [...document.querySelectorAll("body *")].filter((element) =>
          getComputedStyle(element).textTransform === "uppercase" && /[ა-ჰ]/.test(element.textContent)).length"""
    )
    assert upper == 0


def test_the_keyboard_reaches_everything(explorer):
    visited = explorer("#lang=en")
    seen = set()
    for _ in range(60):
        visited.page.keyboard.press("Tab")
        seen.add(
            visited.ask("""() => {
          const one = document.activeElement;
          const { outlineStyle, boxShadow } = getComputedStyle(one);
          return `${one.tagName} ${one.getAttribute("aria-label") ?? one.textContent.slice(0, 30)} ${outlineStyle !== "none" || boxShadow !== "none"}`;
        }""")
        )
    assert any(name.startswith("INPUT") for name in seen)
    assert sum(name.startswith("A ") for name in seen) >= len(VIEWS)
    # A handle of a slider and an item of a tree show it on a part of theirs.
    shown = ("BODY", "INPUT First", "INPUT Last", "LI ")
    assert not [name for name in seen if name.endswith("false") and not name.startswith(shown)]


def told(visited):
    return visited.page.locator(".net-told").inner_text()


def listed(visited):
    return visited.page.get_by_role("tree").inner_text()


def test_filter_to_energy(either):
    visited = either("#view=network&lang=en")
    before = told(visited)
    visited.page.get_by_label("Field").select_option(label="Energy")
    visited.settle()
    assert told(visited) != before
    assert "Baku–Supsa oil pipeline" in listed(visited)
    assert "Days of culture" not in listed(visited)
    assert "field=concept:energy" in visited.ask("() => location.hash")


def test_move_the_slider_to_2010(either):
    visited = either("#view=network&lang=en")
    assert "Memorandum, November 2008" in listed(visited)
    for name, key, times in (
        ("First month", "ArrowRight", 13 * 12),
        ("Last month", "ArrowLeft", 12),
    ):
        handle = visited.page.get_by_label(name)
        handle.focus()
        for _ in range(times):
            handle.press(key)
        visited.settle()
    shown = visited.page.locator(".net-window").inner_text()
    assert re.search(r"January 2010.*December 2010", shown)
    assert "Memorandum, November 2008" not in listed(visited)
    assert "Declaration, September 14, 2010" in listed(visited)
    # Only its year is known; it may fall into the window, and stays.
    assert re.search(r"from=2010(-01)?(-01)?&|from=2010", visited.ask("() => location.hash"))


def test_the_path_from_hungary_to_socar(either):
    visited = either("#view=network&lang=en")
    visited.page.get_by_role("button", name="Path", exact=True).click()
    for label, typed in (("From", "hungary"), ("To", "sokar")):
        box = visited.page.locator(".net-path").get_by_label(label, exact=True)
        box.fill(typed)
        visited.page.locator(".net-path").get_by_role("option").first.click()
        visited.settle()
    found = visited.page.locator(".net-found").inner_text()
    assert re.search(r"Steps: \d", found)
    on_the_way = listed(visited)
    assert "Prime Minister of Hungary" in on_the_way
    assert "State Oil Company" in on_the_way
    assert "path(id:hungary,id:socar)" in visited.ask("() => location.hash")


@pytest.mark.parametrize(
    ("action", "ending", "holds"),
    [
        ("graphml", ".graphml", "<graphml"),
        ("gexf", ".gexf", "<gexf"),
        ("csv", ".csv", "Georgia"),
        ("svg", ".svg", "<svg"),
        ("png", ".png", "PNG"),
    ],
)
def test_the_network_is_exported(action, ending, holds, explorer_en):
    explorer_en.go("#view=network&lang=en")
    explorer_en.page.locator("details.menu summary").first.click()
    with explorer_en.page.expect_download() as waiting:
        explorer_en.page.locator(f'details.menu [data-action$="{action}"]').click()
    file = waiting.value.path()
    assert waiting.value.suggested_filename.endswith(ending)
    assert holds.encode() in file.read_bytes()[:400_000]


def test_the_evidence_is_saved_as_markdown(explorer):
    visited = explorer("#lang=en&sel=id:socar")
    with visited.page.expect_download() as waiting:
        panel(visited).locator('[data-action="evidence"]').click()
    text = waiting.value.path().read_text(encoding="utf-8")
    assert waiting.value.suggested_filename.endswith(".md")
    assert MEMORANDUM in text
    assert IN_GEORGIAN in text


def test_a_question_is_run_and_its_rows_lead_to_their_sentences(either):
    visited = either("#view=ask&lang=en")
    visited.page.get_by_text("Who concluded or signed each agreement?").first.click()
    visited.settle()
    main = visited.page.locator("main")
    assert "State Oil Company" in main.inner_text()
    assert visited.errors == []


def test_a_query_of_one_s_own_is_answered_and_its_error_shown(either):
    visited = either("#view=ask&lang=en")
    visited.page.get_by_text("Write a SPARQL query").first.click()
    visited.settle()
    editor = visited.page.locator(".cm-content").first
    editor.click()
    visited.page.keyboard.press("Control+A")
    visited.page.keyboard.insert_text("SELECT ?party { ?agreement bil:party ?party }")
    visited.page.keyboard.press("Control+Enter")
    visited.settle()
    assert "State Oil Company" in visited.page.locator("main").inner_text()
    editor.click()
    visited.page.keyboard.press("Control+A")
    visited.page.keyboard.insert_text("SELECT ?party {\n  ?agreement bil:party\n}")
    visited.page.keyboard.press("Control+Enter")
    visited.settle()
    assert re.search(r"[Ll]ine 3|:3:|3:1", visited.page.locator("main").inner_text())
    assert visited.page.locator(".cm-lintRange-error, .cm-lint-marker-error").count()


def test_a_click_on_a_sentence_shows_what_it_says(explorer):
    visited = explorer("#view=source&lang=en")
    visited.page.get_by_text("five-year memorandum").first.click()
    visited.settle()
    assert "Memorandum" in panel(visited).inner_text()
