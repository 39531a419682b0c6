"""A page's bytes as received, made into text: what form it has, how it is encoded, which language.

Plain text is decoded and nothing in it changed. Of a saved web page the text is taken out. Text typed
in a legacy font is converted sign by sign, so that offsets into the converted text are offsets into
what was received. Whatever cannot be read is refused in two lines.
"""

from __future__ import annotations

import codecs
import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

from bilateral.errors import SourceError
from bilateral.folders import folder
from bilateral.language import Language, languages
from bilateral.markup import Extracted, text_of

LARGEST_BYTES = 4_000_000  # a page is prose that a person wrote; a corpus is many pages
LARGEST_MARKUP_BYTES = 16_000_000  # a saved web page holds much that is no text
FEWEST_LETTERS = 20
SAMPLE = 100_000  # letters that are enough to tell a language
SMALLEST_SHARE_OF_LETTERS = 0.3
SMALLEST_SHARE_OF_WORDS = 0.06  # frequent words among all words of a page in that language
SMALLEST_SHARE_IN_LINE = 0.2
CLEARLY_MORE = 1.25
FEWEST_COMMON = 0.01  # a legacy font's words among all, and how many different ones:
FEWEST_KINDS = 3  # "da" alone is Georgian, Italian, and Portuguese
STORED = re.compile(r"(?:^|[/\\])page\.[a-z]{2,3}\.txt$")  # a source's text was made once
WORD = re.compile(r"[^\W\d_]+")
KEPT_AS_TYPED = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+")
MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|div|p|table|br|h[1-6]|ul|span)\b", re.IGNORECASE
)
CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FORMS = (
    (b"%PDF", "a PDF file", "Save its text first (pdftotext FILE page.txt), and give that."),
    (b"PK\x03\x04", "a packed file (a Word document, perhaps)", "Save it as plain text (UTF-8) and give that."),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "Save it as plain text (UTF-8) and give that."),
    (b"{\\rtf", "an RTF document", "Save it as plain text (UTF-8) and give that."),
    (b"From: <Saved by", "a web archive", "Save the page as HTML or as text, and give that."),
    (b"MIME-Version:", "a web archive", "Save the page as HTML or as text, and give that."),
    (b"\x1f\x8b", "compressed", "Unpack it first (gunzip), and give the page."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Received:
    """A page's text with how it came: its form, encoding, legacy font, title, and address."""

    text: str
    language: Language
    form: str  # "text" or "html"
    encoding: str
    font: str | None = None
    title: str | None = None
    address: str | None = None


def receive(data: bytes, name: str) -> Received:
    """The text of a page's bytes. Raises SourceError when they are not a page we can read.

    A name like page.en.txt or page.ka.html says the language; else the page itself does.
    """
    _refuse_other_forms(data, name)
    stored = STORED.search(name) is not None
    is_markup = not stored and _is_markup(data, name)
    largest = LARGEST_MARKUP_BYTES if is_markup else LARGEST_BYTES
    if len(data) > largest:
        what = f"the page has {len(data):,} bytes, more than {largest:,}"
        raise SourceError(what, "Give one page at a time; a corpus is many files.", file=name)
    text, encoding = _decoded(data, name, is_markup=is_markup)
    page = Extracted(text, None, None, 0)
    if is_markup:
        page = text_of(text)
        _refuse_without_text(page, name)
        if len(page.text) > LARGEST_BYTES:
            what = f"the page's text has {len(page.text):,} signs, more than {LARGEST_BYTES:,}"
            raise SourceError(what, "Give one page at a time; a corpus is many files.", file=name)
    form = "html" if is_markup else "text"
    converted, font = (page.text, None) if stored else _converted(page.text)
    if font:
        return Received(converted, languages()[font[0]], form, encoding, font[1], page.title, page.address)  # fmt: skip
    if encoding == UNKNOWN:
        raise _not_utf8(data, name)
    language = language_of(page.text, name)
    return Received(page.text, language, form, encoding, None, page.title, page.address)


def _refuse_other_forms(data: bytes, name: str) -> None:
    if not data.strip():
        what = "the page is empty"
        raise SourceError(what, "Save the page's text into the file, as UTF-8.", file=name)
    for start, form, remedy in FORMS:
        if data.startswith(start):
            what = f"the file is {form}, not a page's text"
            raise SourceError(what, remedy, file=name)
    if b"\x00" in data[:LARGEST_BYTES] and not data.startswith(tuple(mark for mark, _ in MARKS)):
        what = "the file is binary, not text"
        raise SourceError(what, "Save the page as plain text (UTF-8) and give that.", file=name)


def _is_markup(data: bytes, name: str) -> bool:
    if name.lower().endswith((".html", ".htm", ".xhtml", ".mht", ".mhtml")):
        return True
    return len(MARKUP.findall(data[:4096])) > 1


UNKNOWN = "windows-1252?"


def _decoded(data: bytes, name: str, *, is_markup: bool) -> tuple[str, str]:
    """The text and its encoding: by its mark, by what a web page declares, else UTF-8."""
    for mark, encoding in MARKS:
        if data.startswith(mark) and encoding != "utf-8":
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError as error:
                what = f"the file starts like {encoding.upper()}, and is not"
                raise SourceError(what, "Save the page as UTF-8.", file=name) from error
    declared = _declared(data) if is_markup else None
    if declared and not data.startswith(codecs.BOM_UTF8):
        try:
            return data.decode(declared), declared
        except UnicodeDecodeError:
            pass  # many pages declare what they are not; most of those are UTF-8
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        # Legacy Georgian code pages are none that Python knows; their signs tell them.
        return data.decode("windows-1252", "replace"), UNKNOWN


def _declared(data: bytes) -> str | None:
    found = CHARSET.search(data[:4096]) or XML_CHARSET.search(data[:4096])
    if not found:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None
    return "cp1252" if name in {"iso8859-1", "ascii"} else name  # as browsers read them


def _not_utf8(data: bytes, name: str) -> SourceError:
    place = 0
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        place = error.start
    line = data.count(b"\n", 0, place) + 1
    what = f"byte {place} is not UTF-8"
    remedy = "Save the page as UTF-8 (in most editors: Save As, Encoding)."
    return SourceError(what, remedy, file=name, line=line)


def _refuse_without_text(page: Extracted, name: str) -> None:
    if sum(map(str.isalpha, page.text)) >= FEWEST_LETTERS:
        return
    if page.scripts:
        what = "the web page holds scripts and no text: a browser makes the text when it is shown"
        remedy = "Open it in a browser, copy the text into a file, and give that."
    else:
        what = "the web page holds no text"
        remedy = "Save the page that holds the text (not its frame), or give the text."
    raise SourceError(what, remedy, file=name)


@cache
def _others() -> dict[str, Any]:
    path = folder("graph") / "languages" / "others.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["languages"]
    return found


def language_of(text: str, name: str) -> Language:
    """The language of a text. Raises SourceError with words that help where it has no rules."""
    scripts = _scripts(text)
    named = re.search(r"\.([a-z]{2,3})\.[a-z]+$", name.lower())
    given = languages().get(named[1]) if named else None
    if given is not None:
        if given.share_of_letters(text) >= SMALLEST_SHARE_OF_LETTERS:
            return given
        seems = max(scripts, key=lambda script: scripts[script], default="no").capitalize()
        what = f"the file's name says '{given.code}', its letters are {seems}"
        raise SourceError(what, f"Correct the name's '.{given.code}.'.", file=name)
    if sum(scripts.values()) == 0:
        what = "the page has no letters"
        raise SourceError(what, "Give the page's text.", file=name)
    shares = _shares(text, scripts)
    best = max(shares, key=lambda code: (shares[code], code), default="")
    supported = languages().get(best)
    second = max((share for code, share in shares.items() if code != best), default=0.0)
    sure = shares.get(best, 0) >= SMALLEST_SHARE_OF_WORDS and shares[best] >= CLEARLY_MORE * second
    if supported is not None and sure:
        return supported
    raise _refused(best if sure else "", name)


def _refused(code: str, name: str) -> SourceError:
    from babel import Locale  # noqa: PLC0415 - only who is refused needs names of languages

    known = ", ".join(f"{c} ({Locale(c).english_name})" for c in sorted(languages()))
    if code:
        what = f"the page seems to be in {Locale.parse(code).english_name}, which has no rules (there are: {known})"
        remedy = "Give the page in one of these; docs/new-page.md tells how a language is added."
    else:
        what = (
            f"the page is in no language that has rules, or too short to tell (there are: {known})"
        )
        remedy = "Where it is one of these, say so in its name: page.en.txt, page.ka.html."
    return SourceError(what, remedy, file=name)


def _scripts(text: str) -> Counter[str]:
    """How many letters of each script the text has."""
    found: Counter[str] = Counter()
    for sign, count in Counter(text[:SAMPLE]).items():
        if sign.isalpha():
            found[unicodedata.name(sign, "?").split()[0]] += count
    return found


def _shares(text: str, scripts: Counter[str]) -> dict[str, float]:
    """For each language, how much of the text it accounts for: its script's share, or its words'."""
    letters = sum(scripts.values())
    words = [word.lower() for word in WORD.findall(text[:SAMPLE])]
    shares: dict[str, float] = {}
    for code, language in languages().items():
        own = language.share_of_letters(text[:SAMPLE])
        common = _share_of(words, frozenset(language.tables["frequent_words"]))
        alone = "letters_escaped" in language.tables  # letters that no other language here has
        shares[code] = own if alone and own >= SMALLEST_SHARE_OF_LETTERS else common if own else 0
    for code, table in _others().items():
        share = scripts.get(table["script"], 0) / letters
        if not table["words"]:
            shares[code] = share if share >= SMALLEST_SHARE_OF_LETTERS else 0
        elif share:
            shares[code] = _share_of(words, frozenset(word.lower() for word in table["words"]))
    return shares


def _share_of(words: list[str], common: frozenset[str]) -> float:
    return sum(word in common for word in words) / len(words) if words else 0.0


def _converted(text: str) -> tuple[str, tuple[str, str] | None]:
    """The text with what a legacy font typed made into letters, and language and font; or as it is."""
    sample = text[:SAMPLE]
    best: tuple[float, str, dict[str, Any]] | None = None
    for language in languages().values():
        legacy = language.tables.get("legacy")
        if not legacy or language.share_of_letters(sample) >= SMALLEST_SHARE_OF_LETTERS:
            continue
        common = set(legacy["common_words"])
        for font in legacy["fonts"]:
            table = str.maketrans(font["signs"], font["letters"])
            signs = re.escape(font["signs"])
            words = re.findall(f"[{signs}A-Za-z]+", sample)
            found = [shown for word in words if (shown := word.translate(table)) in common]
            share = len(found) / len(words) if words else 0
            enough = share > FEWEST_COMMON and len(set(found)) >= FEWEST_KINDS
            if enough and (best is None or share > best[0]):
                best = (share, language.code, font)
    if best is None:
        return text, None
    _, code, font = best
    table = str.maketrans(font["signs"], font["letters"])
    common = set(languages()[code].tables["frequent_words"])
    lines = [_converted_line(line, table, set(font["signs"]), common) for line in text.split("\n")]
    return "\n".join(lines), (code, font["name"])


def _converted_line(line: str, table: dict[int, int], signs: set[str], common: set[str]) -> str:
    """One line converted, unless it is a line of another language; addresses and SOCAR stay."""
    words = WORD.findall(line)
    typed = _share_of([word.translate(table) for word in words], frozenset(common))
    for language in languages().values():
        share = _share_of([w.lower() for w in words], frozenset(language.tables["frequent_words"]))
        if share > max(typed, SMALLEST_SHARE_IN_LINE):
            return line
    pieces: list[str] = []
    last = 0
    for kept in KEPT_AS_TYPED.finditer(line):
        pieces += [_converted_words(line[last : kept.start()], table, signs), kept.group()]
        last = kept.end()
    return "".join([*pieces, _converted_words(line[last:], table, signs)])


def _converted_words(text: str, table: dict[int, int], signs: set[str]) -> str:
    def shown(match: re.Match[str]) -> str:
        word = match.group()
        return word.translate(table) if signs.issuperset(word) else word

    return re.sub(r"[^\W\d_]+|×", shown, text) if signs else text
