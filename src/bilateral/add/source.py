"""What a new source is made of: its id, its two parties, its metadata, and its text as received."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from bilateral.errors import SourceError
from bilateral.namespaces import slug
from bilateral.sources import TITLE_LANGUAGES, Source, read_source

if TYPE_CHECKING:
    from pathlib import Path

    from bilateral.knowledge import Knowledge
    from bilateral.lexicon import Entry

PARTIES = {"reporter": frozenset({"Country"}), "partner": frozenset({"Country", "IntergovernmentalOrganization"})}  # fmt: skip
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says of a page; None or empty where nothing is said."""

    id: str | None = None
    reporter: str | None = None
    partner: str | None = None
    address: str | None = None
    retrieved: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class New:
    """A source to be stored: the source itself, its metadata, and its files by their names."""

    source: Source
    metadata: dict[str, Any]
    files: dict[str, bytes]
    reasons: tuple[str, ...]


def new_source(page: Path, given: Given, knowledge: Knowledge) -> New:
    """The source that a page makes. Raises SourceError where something of it is not known."""
    if page.is_dir():
        what = "this is a folder, not a page"
        raise SourceError(what, "Give the page's file.", file=str(page))
    source = read_source(page, knowledge.lexicon)
    entries = knowledge.lexicon(source.page.language).entries
    found = {
        role: _party(getattr(given, role), role, entries) or getattr(source, role)
        for role in PARTIES
    }
    for role, value in found.items():
        if value is None:
            what = f"the {role} cannot be told from the page"
            remedy = f"Say it: --{role} georgia (an id, a name, or an ISO 3166 code)."
            raise SourceError(what, remedy, file=str(page))
    reporter, partner = str(found["reporter"]), str(found["partner"])
    if reporter == partner:
        what = f"reporter and partner are one: {reporter.partition(':')[2]}"
        raise SourceError(what, "Say the other with --reporter or --partner.", file=str(page))
    name = given.id or f"{reporter}-{partner}".replace("id:", "")
    if name != slug(name):
        what = f"the id '{name}' is no id"
        raise SourceError(what, f"Write small Latin letters and hyphens: --id {slug(name)}.")
    source = replace(source, id=name, reporter=reporter, partner=partner)
    text = source.page.text.encode()
    language = source.page.language.code
    files = {f"page.{language}.txt": text}
    received = page.read_bytes()
    if received != text:  # what was received is kept beside the text that was made of it
        files[f"page.received.{'html' if source.page.received.form == 'html' else 'txt'}"] = (
            received
        )
    metadata = _metadata(source, given, entries, text, received)
    reasons = tuple(
        reason if getattr(given, role) is None else f"{role} {_label(entries[str(found[role])])}: as you say"
        for role, reason in zip(PARTIES, _by_role(source.reasons), strict=True)
    )  # fmt: skip
    return New(source, metadata, files, tuple(filter(None, reasons)))


def _by_role(reasons: tuple[str, ...]) -> list[str]:
    return [next((r for r in reasons if r.startswith(role)), "") for role in PARTIES]


def _label(entry: Entry, language: str = "en") -> str:
    return dict(entry.labels)[language]


def _party(said: str | None, role: str, entries: dict[str, Entry]) -> str | None:
    """The CURIE of what a person named: an id, a name in any language, or a country's code."""
    if said is None:
        return None
    wanted = said.casefold().removeprefix("id:")
    names: dict[str, str] = {}
    for value, entry in entries.items():
        if entry.kinds.isdisjoint(PARTIES[role]):
            continue
        known = (value.partition(":")[2], entry.code, *entry.names, *(t for _, t in entry.labels))
        for name in known:
            names.setdefault(name.casefold(), value)
    if wanted in names:
        return names[wanted]
    near = get_close_matches(wanted, names, 1)
    what = f"no {'state' if role == 'reporter' else 'state or organisation'} is called '{said}'"
    remedy = f"Did you mean {names[near[0]].partition(':')[2]}?" if near else ""
    remedy = remedy or "Give an id (georgia), a name, or an ISO 3166 code; what is new goes into graph/lexicon."  # fmt: skip
    raise SourceError(what, remedy)


def _metadata(
    source: Source, given: Given, entries: dict[str, Entry], text: bytes, received: bytes
) -> dict[str, Any]:
    came = source.page.received
    reporter, partner = (entries[str(v)] for v in (source.reporter, source.partner))
    address = given.address or came.address or ""
    if address and not re.match(r"https?://\S+$", address):
        what = f"'{address}' is no address of a page"
        raise SourceError(what, "Write it with https://, without blanks.")
    if given.retrieved and not re.fullmatch(r"\d{4}-\d\d-\d\d", given.retrieved):
        what = f"'{given.retrieved}' is no day"
        raise SourceError(what, "Write year, month, and day: --retrieved 2026-11-24.")
    titles = {
        code: f"{_label(reporter, code)} – {_label(partner, code)}" for code in TITLE_LANGUAGES
    }
    own = _own_title(source)
    if own and source.page.language.code in titles:
        titles[source.page.language.code] = own
    metadata: dict[str, Any] = {
        "id": source.id,
        "title": titles,
        "address": address,
        "publisher": given.publisher or _ministry(reporter, entries),
        "language": source.page.language.code,
        "reporter": str(source.reporter).partition(":")[2],
        "partner": str(source.partner).partition(":")[2],
        "undated": True,
        "sha256": hashlib.sha256(text).hexdigest(),
    }
    if given.retrieved:
        metadata["retrieved"] = given.retrieved
    notes = ["Titles in other languages are ours." if own else "The titles are ours."]
    if received != text:
        made = "taken out of the web page" if came.form == "html" else "decoded"
        how = f", typed in the font {came.font}" if came.font else f" ({came.encoding})"
        notes.append(
            f"The text was {made}{how}; what was received has the sha256 "
            f"{hashlib.sha256(received).hexdigest()}."
        )
    metadata["note"] = " ".join(notes)
    return metadata


def _own_title(source: Source) -> str | None:
    """The page's own title: its first heading, or what a web page calls itself."""
    headings = source.page.headings
    first = (
        headings[0] if headings and headings[0].begin == source.page.sentences[0].begin else None
    )
    title = first.text if first else source.page.received.title
    return title.rstrip(": ") if title and len(title) <= LONGEST_TITLE else None


def _ministry(reporter: Entry, entries: dict[str, Entry]) -> str:
    """The foreign ministry of the reporter, where the lexicon has it."""
    code = f"{reporter.code.lower()}-mfa"
    return code if f"id:{code}" in entries else ""
