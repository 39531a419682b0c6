"""The network view, driven as a reader drives it: by pointer, by keys, and by its address."""

from __future__ import annotations

import pytest

DRAWN = "document.querySelector('.net-canvas')._cyreg.cy"
NAMES = f"() => {DRAWN}.nodes().map((node) => node.data('label'))"
LIMIT_THINGS = 40


@pytest.fixture
def network(explorer):
    def opened(state=""):
        visited = explorer(f"#view=network&lang=en&{state}")
        visited.page.wait_for_selector(".net-kinds li")
        return visited.settle()

    return opened


def names(visited):
    return set(visited.page.evaluate(NAMES))


def test_it_opens_on_the_two_states_and_what_ties_them(network):
    found = names(network())
    assert {"Georgia", "Azerbaijan", "AGRI", "GUAM", "President of Georgia"} <= found
    assert len(found) < LIMIT_THINGS


def test_the_path_from_hungary_to_socar_leads_through_the_declaration(network):
    visited = network("net=path(id:hungary,id:socar)")
    way = visited.page.evaluate(f"() => {DRAWN}.nodes('.way').map((node) => node.data('label'))")
    assert {"Hungary", "Prime Minister of Hungary", "Declaration, September 14, 2010"} <= set(way)
    assert "6" in visited.page.inner_text(".net-found")


def test_a_field_and_years_narrow_it_and_what_has_no_date_stays(network):
    found = names(network("field=concept:energy&from=2010&to=2010"))
    assert "Declaration, September 14, 2010" in found
    assert "AGRI" in found
    assert "Memorandum, November 2008" not in found
    assert "Cooperation: Culture" not in found


def test_a_date_that_only_may_fall_in_the_years_is_faint(network):
    page = network("net=open(id:marjanishvili-theatre)&from=2011-03-01&to=2011-04-30").page
    faint = page.evaluate(f"() => {DRAWN}.nodes('.possible').map((node) => node.id())")
    assert any(iri.endswith("agreement-2011") for iri in faint)


def test_keys_follow_ties_open_and_step_back(network):
    visited = network()
    page = visited.page
    page.focus(".net-stage")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.includes('sel=')")
    page.keyboard.press("+")
    page.wait_for_function("location.hash.includes('open(')")
    page.click("[data-tool=back]")
    page.wait_for_function("!location.hash.includes('open(')")
    page.focus('.net-tree li[tabindex="0"]')
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash.includes('~')")


@pytest.mark.parametrize("form", ["png", "svg", "graphml", "gexf", "csv"])
def test_it_can_be_saved(network, form):
    page = network().page
    with page.expect_download() as saved:
        page.click("details.menu summary")
        page.click(f"[data-action={form}]")
    assert saved.value.suggested_filename == f"network.{form}"
