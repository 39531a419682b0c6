"""Whose page it is, and about whom: a page's reporter and partner, each with the reason.

A reporter is a state; a partner is a state or an organisation. The file's name is believed first,
then the page's address, then the state of its language, then its title, then what it names most.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bilateral.namespaces import slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bilateral.lexicon import Entry, Lexicon
    from bilateral.page import Page
    from bilateral.tokens import Scan

LONGEST_NAME = 5  # words of a state's or an organisation's name in a file's name
PARTNERS = frozenset({"Country", "IntergovernmentalOrganization"})
LONGEST_TITLE = 20  # words
FEWEST_TIMES = 2  # how often a page must name what it is about, where nothing else tells


@dataclass(frozen=True, slots=True)
class Parties:
    """A page's reporter and partner (CURIEs, or None), and in a sentence each how they were found."""

    reporter: str | None
    partner: str | None
    reasons: tuple[str, ...]
    scans: dict[str, Scan]  # the page's sentences as they were scanned


def find_parties(page: Page, lexicon: Lexicon, name: str) -> Parties:
    """The reporter and the partner of a page of that file name."""
    scans = {sentence.text: lexicon.scan(sentence.text) for sentence in page.sentences}
    counts = Counter(value for sentence in page.sentences for value in _names(scans[sentence.text]))
    states = {value for value in counts if _is_state(lexicon.entries[value])}
    title = list(dict.fromkeys(_titled(page, lexicon, scans)))
    in_name = list(_in_name(name, lexicon))
    reporter, why = _reporter(page, lexicon, in_name, states, title, counts)
    partner, because = _partner(page, lexicon, in_name, title, counts, reporter)
    reasons = []
    if reporter:
        reasons.append(f"reporter {_label(lexicon, reporter)}: {why}")
    if partner:
        reasons.append(f"partner {_label(lexicon, partner)}: {because}")
    return Parties(reporter, partner, tuple(reasons), scans)


def _label(lexicon: Lexicon, value: str) -> str:
    return dict(lexicon.entries[value].labels)["en"]


def _is_state(entry: Entry) -> bool:
    return "Country" in entry.kinds


def _reporter(
    page: Page,
    lexicon: Lexicon,
    in_name: list[str],
    states: set[str],
    title: list[str],
    counts: Counter[str],
) -> tuple[str | None, str]:
    named = [value for value in in_name if _is_state(lexicon.entries[value])]
    if len(in_name) > 1 and named:
        return named[0], "the file's name has it first"
    code = _country_of(page.received.address)
    by_code = _by_code(lexicon)
    if code in by_code:
        return by_code[code], f"the page's address ends in .{code.lower()}"
    home = by_code.get(page.language.country or "")
    if home in states:
        return home, "the page is in its language"
    titled = [value for value in title if _is_state(lexicon.entries[value])]
    if len(title) > 1 and titled:
        return titled[0], "the title has it first"
    others = [value for value in states if value not in in_name]
    if len(states) > 1 and others:
        most = max(sorted(others), key=lambda value: counts[value])
        return most, f"the page names it {counts[most]} times"
    return None, ""


@cache
def _by_code(lexicon: Lexicon) -> dict[str, str]:
    return {e.code: e.value for e in lexicon.entries.values() if _is_state(e) and e.value}


@cache
def _by_slug(lexicon: Lexicon) -> dict[str, str]:
    return {slug(str(v).partition(":")[2]): v for v in lexicon.entries}


def _partner(
    page: Page,
    lexicon: Lexicon,
    in_name: list[str],
    title: list[str],
    counts: Counter[str],
    reporter: str | None,
) -> tuple[str | None, str]:
    for found, why in ((in_name, "the file's name has it"), (title, "the title has it")):
        others = [value for value in found if value != reporter]
        if others:
            return others[0], why
    by_slug = _by_slug(lexicon)
    for part in (urlsplit(page.received.address or "").hostname or "").split("."):
        if part in by_slug and _is_state(lexicon.entries[by_slug[part]]):
            return by_slug[part], "the page's address has it"
    named = {
        value: count
        for value, count in counts.items()
        if value != reporter and (_is_state(lexicon.entries[value]) or count >= FEWEST_TIMES)
    }
    if not named:
        return None, ""
    most = max(sorted(named), key=lambda value: (named[value], _is_state(lexicon.entries[value])))
    return most, f"the page names it {named[most]} times"


def _country_of(address: str | None) -> str:
    host = urlsplit(address or "").hostname or ""
    ending = host.rpartition(".")[2].upper()
    return {"UK": "GB"}.get(ending, ending)


def _in_name(name: str, lexicon: Lexicon) -> Iterator[str]:
    """The states and organisations that a file's name names, in order: georgia-azerbaijan."""
    words = slug(name).split("-")
    position = 0
    while position < len(words):
        for length in range(min(LONGEST_NAME, len(words) - position), 0, -1):
            value = "id:" + "-".join(words[position : position + length])
            entry = lexicon.entries.get(value)
            if entry is not None and not entry.kinds.isdisjoint(PARTNERS):
                yield value
                position += length - 1
                break
        position += 1


def _titled(page: Page, lexicon: Lexicon, scans: dict[str, Scan]) -> Iterator[str]:
    """What the page's title names: its first line, or what a web page calls itself."""
    for sentence in page.sentences[:1]:
        if len(sentence.text.split()) <= LONGEST_TITLE:
            yield from _names(scans[sentence.text])
    if page.received.title:
        yield from _names(lexicon.scan(page.received.title))


def _names(scan: Scan) -> Iterator[str]:
    """The states and organisations that a text names, money and longer names left out."""
    wanted = [f for f in scan.found if f.entry.value and not f.entry.kinds.isdisjoint(PARTNERS)]
    if not wanted:
        return
    money = {n for f in scan.found if "unit" in f.entry.kinds for n in range(f.first, f.last + 1)}
    longer = [f for f in scan.found if f.last > f.first and (f.entry.value or "").startswith("id:")]
    for found in wanted:
        inside = any(
            f.first <= found.first and found.last <= f.last and f.last - f.first > found.last - found.first
            for f in longer
        )  # fmt: skip
        if not inside and found.first not in money and found.entry.value:
            if not re.fullmatch(r"\W*", scan.tokens[found.first].text):
                yield found.entry.value
