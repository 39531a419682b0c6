"""Sentences that tempt a reader to say more than they do: tests/traps.yaml, and what comes of them."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml

from bilateral.namespaces import compact, turtle_prefixes

ROOT = Path(__file__).parent.parent
GROUPS = yaml.safe_load((ROOT / "tests" / "traps.yaml").read_text(encoding="utf-8"))
CASES = [
    pytest.param(group, given if isinstance(given, dict) else {"text": given},
                 id=f"{group['group']}-{number}")
    for group in GROUPS
    for number, given in enumerate(group["texts"])
]  # fmt: skip


def pair(text):
    (triple,) = ox.parse(f"{turtle_prefixes()} <urn:s> {text} .", format=ox.RdfFormat.TURTLE)
    return triple.predicate, triple.object


@pytest.mark.parametrize(("group", "case"), CASES)
def test_a_sentence_says_no_more_than_it_does(group, case, reads):
    work = reads(case["text"], "ka", f"id:{group['partner']}")
    pairs = {(s.predicate, s.object) for s in work.statements}
    named = {compact(term.value) for s in work.statements for term in (s.predicate, s.object)
             if isinstance(term, ox.NamedNode)}  # fmt: skip
    marked = {compact(mark.target) for mark in work.marks.values()}
    for text in (*group.get("never", ()), *case.get("never", ())):
        if " " in text:
            assert pair(text) not in pairs, text
        elif text != f"id:{group['partner']}":
            assert text not in named | marked, [s for s in work.statements if text in str(s)]
    for text in case.get("says", ()):
        assert pair(text) in pairs, sorted(map(str, pairs))
