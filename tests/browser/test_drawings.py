"""The timeline, the map, and the figures: what is uncertain, schematic, or computed is drawn as that."""

from __future__ import annotations

ID = "https://w3id.org/bilateral/id/"
KEYS = "(which) => [...document.querySelectorAll(which)].map((one) => one.dataset.key)"
FOCUSED = "() => document.activeElement.getAttribute('aria-label')"


def test_a_day_a_month_and_a_year_look_different(explorer):
    visited = explorer("#view=timeline&lang=en")
    day, month, year = (
        visited.ask(KEYS, f".tl-chart .mark.{which}") for which in ("day", "month", "year")
    )
    assert f"{ID}georgia-azerbaijan-declaration-2010-09-14" in day
    assert month == [f"{ID}georgia-azerbaijan-memorandum-2008-11"]
    assert f"{ID}georgia-azerbaijan-agreement-2011" in year
    assert "the day is not known" in visited.page.locator(".tl-chart .mark.month").get_attribute(
        "aria-label"
    )
    assert visited.page.locator(".tl-chart .month .sure, .tl-chart .year .sure").count() == 0
    assert visited.page.locator(".tl-undated details").count() > 0


def test_the_window_of_the_timeline_is_the_address_of_all_views(explorer):
    visited = explorer("#view=timeline&lang=en&from=2010&to=2010")
    assert f"{ID}georgia-azerbaijan-memorandum-2008-11" not in visited.ask(KEYS, ".tl-chart .mark")
    handle = visited.page.get_by_role("slider").first
    handle.focus()
    visited.page.keyboard.press("PageDown")
    visited.settle()
    assert "from=2009" in visited.ask("() => location.hash")
    visited.page.get_by_role("button", name="All of time").click()
    visited.settle()
    assert "from=" not in visited.ask("() => location.hash")


def test_marks_are_reached_and_pressed_by_keys(explorer):
    for view, marks in (
        ("timeline", ".tl-chart .mark"),
        ("map", ".mv-picture .mark"),
        ("figures", ".fig-chart .mark"),
    ):
        visited = explorer(f"#view={view}&lang=en")
        stops = visited.page.locator(f"{marks}[tabindex='0']")
        assert stops.count() == 1, view
        stops.focus()
        first = visited.ask(FOCUSED)
        visited.page.keyboard.press("ArrowRight")
        assert visited.ask(FOCUSED) != first, view
        visited.page.keyboard.press("Enter")
        visited.settle()
        assert "sel=id:" in visited.ask("() => location.hash"), view
        assert visited.page.locator(f"{marks}.chosen").count() == 1, view


def test_lines_are_said_to_be_schematic_and_plans_are_dashed(explorer):
    visited = explorer("#view=map&lang=en")
    lines = visited.page.locator(".mv-picture .route")
    assert lines.count() >= 5
    for name in lines.evaluate_all("(all) => all.map((one) => one.getAttribute('aria-label'))"):
        assert "not the real route" in name
    plans = visited.ask(KEYS, ".mv-picture .route.plan")
    assert f"{ID}baku-tbilisi-kars-railway" in plans
    assert f"{ID}btc-pipeline" not in plans
    assert "Natural Earth" in visited.page.locator(".mv-foot").inner_text()
    assert "Japan" in visited.page.locator(".mv-list", has_text="Not on this map").inner_text()


def test_three_months_and_a_year_are_never_one_series(explorer):
    visited = explorer("#view=figures&lang=en")
    card = visited.page.locator(".fig-card", has_text="Trade turnover").first
    groups = card.locator(".series").evaluate_all(
        "(all) => all.map((one) => [one.getAttribute('aria-label'),"
        " [...one.querySelectorAll('.period')].map((text) => text.textContent)])"
    )
    assert groups == [
        ["Calendar year", ["2009", "2010"]],
        ["3 months", ["Jan–Mar 2010", "Jan–Mar 2011"]],
    ]
    derived = card.locator(".mark.derived")
    assert derived.count() == 2
    assert "derived" in derived.first.get_attribute("aria-label")


def test_every_chart_has_a_table(explorer):
    visited = explorer("#view=figures&lang=az")
    charts = visited.page.locator(".fig-chart").count()
    visited.page.get_by_role("button", name="Cədvəllər").click()
    visited.settle()
    assert visited.page.locator(".fig-table table").count() == charts
    assert "708,1 milyon USD" in visited.page.locator(".fig-table").first.inner_text()
