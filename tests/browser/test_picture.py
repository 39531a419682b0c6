"""The simple picture that pyvis makes by our template."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def picture(visit, built):
    return visit(built / "network.html").settle()


def test_it_stands_still_and_asks_for_nothing(picture):
    assert picture.ask("() => document.documentElement.dataset.ready") == "true"
    assert [url for url in picture.requests if not url.startswith(("file:", "data:"))] == []
    assert len(picture.requests) == len([u for u in picture.requests if u.startswith("data:")]) + 1
    assert picture.errors == []


def test_a_name_is_found_and_its_sentence_read(picture):
    picture.page.locator("#find").fill("State Oil Company of the Azerbaijan Republic (SOCAR)")
    picture.page.keyboard.press("Enter")
    picture.settle()
    shown = picture.page.locator("#panel").inner_text()
    assert "five-year memorandum" in shown
    assert "ხუთწლიანი მემორანდუმი" in shown
    picture.page.keyboard.press("Escape")
    assert picture.page.locator("#panel").is_hidden()


def test_its_language_changes(picture):
    picture.page.get_by_role("button", name="ქართული").click()
    assert picture.ask("() => document.documentElement.lang") == "ka"
    assert "ქვეყანა" in picture.page.locator("#legend").inner_text()
    picture.page.get_by_role("button", name="English").click()


def test_pointing_at_a_thing_shows_a_tip(picture):
    picture.page.get_by_role("button", name="Whole picture").click()
    box = picture.page.locator("#network").bounding_box()
    for step in range(0, 400, 4):
        picture.page.mouse.move(box["x"] + box["width"] / 2 - step, box["y"] + box["height"] / 2)
        if picture.page.locator("#tip").is_visible():
            break
    assert picture.page.locator("#tip").is_visible()


def test_every_tie_is_in_the_list(picture):
    picture.page.locator("#list summary").click()
    picture.settle()
    drawn = picture.ask(
        "() => JSON.parse(document.getElementById('content').textContent).lines.flat().length"
    )
    assert picture.page.locator("#list li").count() == drawn > 200
