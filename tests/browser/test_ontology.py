"""The ontology page in a browser: search, languages, addresses, a phone; nobody is kept out."""

from __future__ import annotations

import pytest

from .conftest import LANGUAGES
from .test_access import AXE, RUN


@pytest.fixture(scope="module")
def visit(chromium, built):
    contexts = []

    def open_page(query="", **options):
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on(
            "console", lambda said: page.errors.append(said.text) if said.type == "error" else None
        )
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(f"{(built / 'ontology.html').as_uri()}{query}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def shown(page):
    return page.eval_on_selector_all(
        ".term", "all => all.filter((t) => t.offsetParent).map((t) => t.id)"
    )


def test_a_search_finds_terms_in_any_language_and_says_when_there_are_none(visit):
    page = visit()
    whole = len(shown(page))
    for words, term in (("pipeline", "Pipeline"), ("მემორანდუმი", "Memorandum"), ("imzalayan", "signatory"),
                        ("bil:party", "party"), ("İMZALANMA", "signedIn")):  # fmt: skip
        page.fill("#find", words)
        assert term in shown(page)
        assert 0 < len(shown(page)) < whole
        assert page.inner_text("#count") == str(len(shown(page)))
    page.fill("#find", "no such term at all")
    assert shown(page) == []
    assert page.is_visible(".nothing")
    page.keyboard.press("Escape")
    assert len(shown(page)) == whole
    assert page.errors == []


def test_the_keyboard_is_enough(visit):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"


def test_a_language_is_chosen_without_a_network(visit):
    page = visit()
    for lang, word in (("ka", "მხარე"), ("az", "tərəf"), ("en", "party")):
        page.click(f".languages [data-lang={lang}]")
        assert page.evaluate("document.documentElement.lang") == lang
        assert word in page.inner_text(".toc")
        assert page.get_attribute(f".languages [data-lang={lang}]", "aria-current") == "true"
    page = visit("?lang=ka#party")
    assert page.evaluate("document.documentElement.lang") == "ka"
    box = page.locator("#party").bounding_box()
    assert 0 <= box["y"] < 900


def test_an_address_shows_a_term_that_the_search_hides(visit):
    page = visit()
    page.fill("#find", "voltage")
    page.evaluate("location.hash = '#party'")
    page.wait_for_function("document.getElementById('party').offsetParent")


def test_it_fits_a_phone(visit):
    page = visit(viewport={"width": 360, "height": 740}, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_it_prints_terms_only(visit):
    page = visit()
    page.emulate_media(media="print")
    assert not page.is_visible(".toc")
    assert not page.is_visible("#find")
    assert page.is_visible("#party")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing(lang, scheme, visit):
    page = visit(f"?lang={lang}", color_scheme=scheme)
    page.evaluate(AXE.read_text(encoding="utf-8") + "\n;undefined")
    assert page.evaluate(RUN) == []
