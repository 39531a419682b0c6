"""Reading the page with its marks, and asking it: forms, the editor, answers, and their files."""

from __future__ import annotations

import json
import re

import pyoxigraph as ox
import pytest

from .conftest import LANGUAGES

MEMORANDUM = "source:georgia-azerbaijan%23char%3D376,576"
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def lit(visited):
    return visited.ask("() => [...document.querySelectorAll('.sentence.lit')].map((one) => one.id)")


def status(visited):
    return visited.page.locator(".answer-status").inner_text()


def write(visited, query):
    visited.page.locator(".cm-content").click()
    visited.page.keyboard.press("Control+a")
    visited.page.keyboard.insert_text(query)
    visited.page.keyboard.press("Escape")


def test_the_page_is_there_word_for_word(explorer):
    visited = explorer("#view=source&lang=en")
    shown = "".join(visited.page.locator(".sentence .words").all_text_contents())
    source = visited.ask("async () => (await bilateral.ask('sources')).rows[0].source.value")
    text = visited.ask(
        "async (source) => (await bilateral.ask('page-text', {source})).rows[0].text.value", source
    )
    kept = re.compile(r"[^\w]+")
    assert kept.sub("", shown) == kept.sub("", text)


def test_every_mention_is_marked_at_its_words(explorer):
    visited = explorer("#view=source&lang=en")
    # Two things may share a span: one of them has the mark, so a span counts as marked if any has.
    unmarked = visited.ask(
        """async () => {
          const source = (await bilateral.ask("sources")).rows[0].source.value;
          const spans = new Map();
          for (const {begin, end, thing} of (await bilateral.ask("page-mentions", {source})).rows) {
            const key = `${begin.value},${end.value}`;
            spans.set(key, [...(spans.get(key) ?? []), thing.value]);
          }
          const pieces = [...document.querySelectorAll(".piece")];
          const over = (piece) => {
            const things = [];
            for (let one = piece.closest("[data-thing]"); one; one = one.parentElement.closest("[data-thing]")) things.push(one.dataset.thing);
            return things;
          };
          const unmarked = [];
          for (const [span, things] of spans) {
            const [begin, end] = span.split(",").map(Number);
            const within = pieces.filter(({dataset}) => begin <= dataset.begin && dataset.end <= end);
            const marked = (piece) => over(piece).some((thing) => things.includes(thing));
            if (!within.length || !within.every(marked)) unmarked.push(span);
          }
          return unmarked;
        }"""
    )
    assert unmarked == []


def test_a_sentence_lists_its_statements_and_a_statement_lights_its_sentence(either):
    visited = either("#view=source&lang=en")
    visited.page.locator(".sentence", has_text="five-year memorandum").first.locator(
        ".translation"
    ).click()
    visited.settle()
    said = visited.page.locator(".sentence.open .detail").inner_text()
    assert "State Oil Company" in said
    assert "5 years" in said
    visited.page.locator(".sentence.open .statement", has_text="State Oil Company").click()
    visited.settle()
    assert visited.page.locator(".statement.lit").count() == 1
    again = either(visited.ask("() => location.hash"))
    assert lit(again) == lit(visited) != []
    assert again.page.locator(".statement.lit").inner_text().endswith("(SOCAR)")
    assert visited.errors == again.errors == []


def test_the_page_is_read_with_the_keyboard_alone(explorer):
    visited = explorer("#view=source&lang=en")
    visited.page.locator('.row-button[tabindex="0"]').focus()
    for key in ("ArrowDown",) * 6:
        visited.page.keyboard.press(key)
    visited.page.keyboard.press("Enter")
    visited.settle()
    assert visited.page.locator(".sentence.open .statement").count() > 0
    visited.page.keyboard.press("ArrowRight")
    visited.page.keyboard.press("Enter")
    visited.settle()
    assert "sel=id:georgia" in visited.ask("() => location.hash")
    assert visited.page.locator(".found").inner_text().startswith("Georgia")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_heading_is_said_to_be_empty(language, explorer):
    visited = explorer(f"#view=source&lang={language}")
    assert visited.page.locator(".nothing-here").count() == 1


def test_a_form_takes_a_misspelt_name_and_the_answer_comes(either):
    visited = either("#view=ask&lang=en&ask=mentions")
    box = visited.page.locator(".parameters").get_by_role("combobox").first
    box.fill("sokar")
    visited.page.locator(".suggestions [role=option]").first.wait_for()
    box.press("Enter")
    visited.settle()
    assert "entity:id:socar" in visited.ask("() => location.hash")
    assert "Rows:" in status(visited)
    visited.page.locator(".evidence-button").first.click()
    visited.page.locator(".row-evidence blockquote").first.wait_for()
    assert "SOCAR" in visited.page.locator(".row-evidence").first.inner_text()
    assert visited.errors == []


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("agreement-parties", ".graph-node"),
        ("timeline", ".line-row"),
        ("pipelines", ".map-place"),
        ("trade-turnover", ".bar"),
        ("what-is-not-said", "table.answer tbody tr"),
    ],
)
def test_an_answer_is_shown_as_its_question_says(name, form, explorer):
    visited = explorer(f"#view=ask&lang=en&ask={name}")
    assert visited.page.locator(form).count() > 1
    assert visited.errors == []


def test_an_answer_is_kept_as_csv_json_and_turtle(explorer):
    visited = explorer("#view=ask&lang=en&ask=agreement-parties;show:table")
    texts = {}
    for label in ("CSV", "JSON", "Turtle (result set)"):
        with visited.page.expect_download() as kept:
            visited.page.locator(".saves").get_by_role("button", name=label, exact=True).click()
        texts[label] = kept.value.path().read_text(encoding="utf-8")
    rows = json.loads(texts["JSON"])["results"]["bindings"]
    assert len(texts["CSV"].splitlines()) == len(rows) + 1
    triples = list(ox.parse(texts["Turtle (result set)"].encode(), format=ox.RdfFormat.TURTLE))
    assert sum(t.predicate.value.endswith("#solution") for t in triples) == len(rows)
    visited.go("#view=ask&lang=en&ask=network-as-rdf;show:table")
    with visited.page.expect_download() as kept:
        visited.page.locator(".saves").get_by_role("button", name="Turtle", exact=True).click()
    found = list(ox.parse(kept.value.path().read_bytes(), format=ox.RdfFormat.TURTLE))
    assert f"Triples: {len(found)}" in status(visited)


def test_an_error_is_marked_at_its_place(either):
    visited = either("#view=ask&lang=en&ask=sparql")
    write(visited, "SELECT ?x WHERE {\n  ?x a bil:Memorandum .\n  ?x FILTER ?y\n}")
    visited.page.keyboard.press("Control+Enter")
    visited.page.locator(".answer-drawn .failure").wait_for()
    assert "Line 3" in visited.page.locator(".answer-drawn .failure").inner_text()
    assert visited.page.locator(".cm-lintRange-error").count() == 1


@pytest.mark.parametrize(
    ("language", "typed", "offered"),
    [("en", "memor", "bil:Memorandum"), ("ka", "შეთან", "bil:Agreement"), ("az", "sazi", "bil:Agreement")],
)  # fmt: skip
def test_terms_are_completed_by_their_label_in_the_reader_s_language(
    language, typed, offered, explorer
):
    visited = explorer(f"#view=ask&lang={language}&ask=sparql")
    write(visited, "SELECT ?x { ?x a ")
    visited.page.keyboard.type(typed)
    visited.page.locator(".cm-tooltip-autocomplete li").first.wait_for()
    assert (
        visited.page.locator(".cm-tooltip-autocomplete li").first.inner_text().startswith(offered)
    )


def test_a_heavy_query_is_stopped_and_the_engine_answers_again(explorer):
    visited = explorer("#view=ask&lang=en&ask=sparql")
    write(visited, HEAVY)
    visited.page.keyboard.press("Control+Enter")
    visited.page.get_by_role("button", name="Stop").click()
    assert status(visited) == "Stopped."
    write(visited, "SELECT ?x { ?x a bil:Memorandum }")
    visited.page.keyboard.press("Control+Enter")
    visited.page.locator("table.answer").wait_for()
    assert "Rows: 2" in status(visited) or "Rows: 1" in status(visited)


def test_a_long_query_is_in_the_link(explorer):
    visited = explorer("#view=ask&lang=en&ask=trade-turnover;country:id:azerbaijan")
    visited.page.get_by_role("button", name="Edit this question as SPARQL").click()
    visited.page.locator(".cm-content").wait_for()
    visited.settle()
    told = visited.page.locator(".cm-content").inner_text()
    again = explorer(visited.ask("() => location.hash"))
    again.page.locator(".cm-content").wait_for()
    assert again.page.locator(".cm-content").inner_text() == told
    assert status(again).split(" · ")[0] == status(visited).split(" · ")[0] == "Rows: 6"
