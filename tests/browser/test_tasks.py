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
    assert not [name for name in seen if name.endswith("false") and not name.startswith("BODY")]


def test_a_question_is_run(either):
    visited = either("#view=ask&lang=en")
    visited.page.get_by_text("How much do the two states trade", exact=False).first.click()
    visited.settle()
    text = visited.page.locator("main").inner_text()
    assert re.search(r"708[.,]1", text)
