"""How a page is received: its form, its encoding, its language, and legacy fonts."""

from __future__ import annotations

import subprocess

import pytest

from bilateral.errors import SourceError
from bilateral.language import languages
from bilateral.page import read_page

from .conftest import ROOT

GEORGIAN = (ROOT / "graph" / "sources" / "georgia-azerbaijan" / "page.ka.txt").read_text(
    encoding="utf-8"
)
FONTS = languages()["ka"].tables["legacy"]["fonts"]


def in_font(text, font):
    return text.translate(str.maketrans(font["letters"], font["signs"]))


def same_share(left, right):
    assert len(left) == len(right)
    return sum(a == b for a, b in zip(left, right, strict=True)) / len(left)


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font["name"])
def test_a_legacy_font_is_converted_sign_by_sign(font):
    page = read_page(in_font(GEORGIAN, font).encode(), "page.txt")
    assert page.received.font == font["name"]
    assert page.language.code == "ka"
    # Only Latin words that the font could have typed as Georgian ones (Trans, White) differ.
    assert same_share(page.text, GEORGIAN) > 0.99
    assert "აზერბაიჯანის სახელმწიფო ნავთობკომპანიას (SOCAR)" in page.text
    assert "GUAM" in page.text
    assert "http://" in page.text


@pytest.mark.parametrize("encoding", ["GEORGIAN-ACADEMY", "GEORGIAN-PS"])
def test_a_legacy_code_page_is_converted(encoding):
    done = subprocess.run(["iconv", "-c", "-f", "UTF-8", "-t", f"{encoding}//TRANSLIT"],
                          input=GEORGIAN.encode(), capture_output=True, check=False)  # fmt: skip
    page = read_page(done.stdout, "page.txt")
    assert "ურთიერთგაგების მემორანდუმი" in page.text or "მემორანდუმი" in page.text
    assert page.received.font is not None
    assert encoding.casefold() == page.received.font.casefold()


def test_a_line_in_another_language_stays_in_a_page_of_a_legacy_font():
    line = "The page is also in English, and this is the address of it: http://mfa.gov.ge/da"
    page = read_page(f"{in_font(GEORGIAN, FONTS[0])}\n{line}\n".encode(), "page.txt")
    assert "http://mfa.gov.ge/da" in page.text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_a_mark_of_the_encoding_is_believed(encoding):
    text = ("\ufeff" if encoding == "utf-16-be" else "") + GEORGIAN
    page = read_page(text.encode(encoding), "page.txt")
    assert page.text.lstrip("\ufeff") == GEORGIAN


MARKUP = """<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>კავშირები</title><script>var menu = 1;</script>
<link rel="canonical" href="https://example.org/ka/kavshirebi"></head><body class="menu-open">
<div id="topMenu"><ul><li><a href="#">მთავარი</a></li><li><a href="#">სიახლეები</a></li></ul></div>
<div class="cookie-banner">ვიყენებთ ქუქიებს</div>
<div class="page-wrap">
<h1>საქართველო და თურქეთი</h1>
<p>2010 წლის 5&nbsp;მარტს <b>ანკარაში</b> ხელი მოეწერა
მემორანდუმს.<br>მეორე სტრიქონი.</p>
<h2>შეთანხმებები</h2>
<ul><li>შეთანხმება ვაჭრობის შესახებ<ul><li>ოქმი</li></ul></li><li><p>მემორანდუმი</p></li></ul>
<table><tr><th>წელი</th><th>ექსპორტი</th></tr><tr><td>2010</td><td>68,2</td></tr></table>
</div>
<footer>საავტორო უფლებები</footer></body></html>
"""


@pytest.mark.parametrize("name", ["page.html", "page", "page.htm"])
def test_a_saved_web_page_gives_its_text(name):
    page = read_page(MARKUP.format(charset="utf-8").encode(), name)
    assert page.text == (
        "საქართველო და თურქეთი\n\n"
        "2010 წლის 5 მარტს ანკარაში ხელი მოეწერა მემორანდუმს.\nმეორე სტრიქონი.\n\n"
        "შეთანხმებები\n\n"
        "• შეთანხმება ვაჭრობის შესახებ\n• ოქმი\n• მემორანდუმი\n\n"
        "წელი | ექსპორტი\n2010 | 68,2\n"
    )
    assert page.received.title == "კავშირები"
    assert page.received.address == "https://example.org/ka/kavshirebi"
    assert [page.text[s.begin : s.end] for s in page.sentences] == [s.text for s in page.sentences]


RUSSIAN = (
    "<html><head><meta http-equiv='Content-Type' content='text/html; charset=windows-1251'>"
    "</head><body><p>Отношения между Грузией и Турцией в 2010 году были на подъёме.</p></body></html>"
)


def test_a_declared_encoding_is_believed():
    with pytest.raises(SourceError, match="Russian"):
        read_page(RUSSIAN.encode("windows-1251"), "page.html")


def test_a_wrong_declaration_is_seen_through():
    page = read_page(MARKUP.format(charset="us-ascii").encode(), "page.html")
    assert "ანკარაში" not in page.text or page.language.code == "ka"


def test_markup_that_is_nested_beyond_reason_is_read():
    deep = (
        "<html><body>"
        + "<div>" * 20_000
        + "საქართველო და თურქეთი თანამშრომლობენ."
        + "</div>" * 20_000
    )
    page = read_page(deep.encode(), "page.html")
    assert "საქართველო და თურქეთი თანამშრომლობენ." in page.text


def test_a_file_name_says_the_language():
    with pytest.raises(SourceError, match="too short to tell"):
        read_page(b"Trade: 5.", "page.txt")
    with pytest.raises(SourceError, match="letters are Latin"):
        read_page(b"Trade: 5.", "page.ka.txt")


@pytest.mark.parametrize(
    ("text", "language"),
    [("Հայաստան և Վրաստան", "Armenian"),
     ("Gürcüstan və Azərbaycan arasında ticarət ilə bağlı saziş imzalanmışdır", "Azerbaijani"),
     ("Türkiye ve Gürcistan arasında iki ülke ile ilgili bir anlaşma", "Turkish"),
     ("Die Beziehungen zwischen der Türkei und Georgien sind gut", "German"),
     ("Отношения между Грузией и Россией в 2008 году", "Russian"),
     ("Відносини між Грузією та Україною у 2008 році, що було важливо для обох", "Ukrainian")],
)  # fmt: skip
def test_another_language_is_named(text, language):
    with pytest.raises(SourceError, match=f"seems to be in {language}"):
        read_page(text.encode(), "page.txt")


def test_a_page_of_fifty_megabytes_is_refused_at_once():
    with pytest.raises(SourceError, match="more than 16,000,000"):
        read_page(b"<html><body>" + b"<p>Georgia and the world</p>" * 2_000_000, "page.html")


def test_a_web_page_typed_in_a_legacy_font_is_converted():
    paragraphs = "".join(
        f"<p>{in_font(line, FONTS[0])}</p>" for line in GEORGIAN.splitlines() if line
    )
    page = read_page(f"<html><body><font face='AcadNusx'>{paragraphs}</font></body></html>".encode(),
                     "page.html")  # fmt: skip
    assert page.language.code == "ka"
    assert "თანამშრომლობა ენერგეტიკის სფეროში" in page.text
