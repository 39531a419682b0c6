"""Properties that hold for any text: offsets, dates, numbers, case endings."""

from __future__ import annotations

from datetime import date

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from bilateral.dates import find_dates, one_edit_apart, written
from bilateral.language import languages
from bilateral.page import read_page
from bilateral.quantities import find_durations, find_numbers, find_ordinals

KA = languages()["ka"]
MONTHS = Locale("ka").months["format"]["wide"]
GEORGIAN = "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ"
TEXT = st.text(alphabet=GEORGIAN + " .,!?:;-–„“\"'\n\r\t0123456789()•%", max_size=400)


@given(TEXT)
@settings(max_examples=200, deadline=None)
def test_sentences_are_the_page_s_own_words_in_order(text):
    text = "საქართველო და თურქეთი. " + text
    page = read_page(text.encode(), "x")
    assert page.text == text
    last = 0
    for sentence in page.sentences:
        assert text[sentence.begin : sentence.end] == sentence.text
        assert sentence.begin >= last
        assert sentence.text == sentence.text.strip()
        last = sentence.end


@given(TEXT)
@settings(max_examples=200, deadline=None)
def test_no_word_of_a_page_is_lost(text):
    text = "საქართველო და თურქეთი. " + text
    page = read_page(text.encode(), "x")
    words = "".join(c for c in text if c in GEORGIAN)
    kept = "".join(c for s in page.sentences for c in s.text if c in GEORGIAN)
    # A lettered list mark such as "ა)" is a bullet.
    assert len(words) - len(kept) <= text.count(")")


@given(TEXT)
@settings(deadline=None)
def test_folding_keeps_every_offset(text):
    assert len(KA.fold(text)) == len(text)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
@settings(deadline=None)
def test_a_day_is_found_however_it_is_written(day):
    month = MONTHS[day.month]
    forms = [
        f"{day.year} წლის {day.day} {month[:-1]}ს",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day.day}/{day.month}/{day.year}",
        day.isoformat(),
        f"{day.day} {month}, {day.year} წ.",
        f"{day.year} წ. {day.day} {month}",
    ]
    for form in forms:
        (found,) = find_dates(KA.fold(f"ხელი მოეწერა {form}"), KA)
        assert (found.span.first, found.span.last) == (day, day), form
        assert found.span.edtf == day.isoformat()


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(1, 20))
@settings(deadline=None)
def test_a_span_has_its_first_day_before_its_last(day, more):
    text = f"{day.year} წლის {day.day}-{day.day + more} {MONTHS[day.month][:-1]}ს"
    for found in find_dates(KA.fold(text), KA):
        assert found.span.first <= found.span.last


@pytest.mark.parametrize(
    ("text", "edtf", "length"),
    [
        ("2008 წლის ნოემბერში", "2008-11", None),
        ("1998 წლის 8 სექტემბრს", "1998-09-08", None),
        ("2011 წლი 20-21 მაისს", "2011-05-20/2011-05-21", None),
        ("2011 წლის 3 თვის მონაცემებით", "2011-01/2011-03", "P3M"),
        ("1997-2010 წლებში", "1997/2010", None),
        ("1997 წლიდან", "1997", None),
        ("2010 წლის I კვარტალში", "2010-01/2010-03", None),
        ("2010 წლის მეორე ნახევარში", "2010-07/2010-12", None),
        ("2010 წლის იანვარ-ივნისში", "2010-01/2010-06", None),
        ("90-იან წლებში", "199X", None),
        ("2009 წლის 30 აპრილი - 2 მაისი", "2009-04-30/2009-05-02", None),
    ],
)
def test_dates_as_pages_write_them(text, edtf, length):
    (found,) = find_dates(KA.fold(text), KA)
    assert found.span.edtf == edtf
    assert found.span.length == length


@pytest.mark.parametrize(
    "text", ["2010 წლის 35 მაისს", "31.02.2010", "1 128,4 მლნ", "2010 ტურისტი"]
)
def test_what_is_no_date_is_none(text):
    assert all(f.span.edtf == "2010" for f in find_dates(KA.fold(text), KA))


def test_a_date_is_written_as_each_language_writes_it():
    (found,) = find_dates("2010 წლის 15-17 აპრილს", KA)
    assert written(found.span, "en") == "April 15, 2010–April 17, 2010"
    assert written(found.span, "az") == "15 aprel 2010–17 aprel 2010"


@given(st.decimals(0, 10**9, places=2, allow_nan=False))
@settings(deadline=None)
def test_a_number_keeps_its_value_with_comma_or_point(number):
    for sign in ".,":
        text = f"{number:f}".replace(".", sign) + " მლნ. აშშ დოლარი"
        (found,) = find_numbers(text, KA)
        assert found.digits == f"{number:f}"
        assert found.power == 6


@pytest.mark.parametrize(
    ("text", "digits", "power"),
    [
        ("708,1 მლნ", "708.1", 6),
        ("41.1%", "41.1", 0),
        ("498572 ადამიანი", "498572", 0),
        ("498 572 ადამიანი", "498572", 0),
        ("1.325.635 ვიზიტორი", "1325635", 0),
        ("1 128,4 მლნ.", "1128.4", 6),
        ("535.6 ათასი", "535.6", 3),
        ("500კვ", "500", 0),
    ],
)
def test_numbers_as_pages_write_them(text, digits, power):
    (found,) = find_numbers(text, KA)
    assert (found.digits, found.power) == (digits, power)


def test_ordinals_and_durations():
    found = find_ordinals(KA.fold("მე-10 ორმხრივი და მე-3 სამხრივი, მეხუთე და V სხდომა"), KA)
    assert [o.value for o in found] == ["10", "3", "5", "5"]
    (term,) = find_durations("ხუთწლიანი მემორანდუმი", KA)
    assert term.value == "P5Y"


@pytest.mark.parametrize(
    ("form", "lemma", "role"),
    [
        ("თურქეთთან", "თურქეთი", "with"),
        ("თურქეთიდან", "თურქეთი", "from"),
        ("თბილისში", "თბილისი", "in"),
        ("საქართველოს", "საქართველო", "gen"),
        ("საქართველოსა", "საქართველო", "dat"),
        ("სააგენტომ", "სააგენტო", "erg"),
        ("უკრაინის", "უკრაინა", "gen"),
        ("უკრაინიდან", "უკრაინა", "from"),
        ("აზერბაიჯანისთვის", "აზერბაიჯანი", "for"),
        ("ბაქოდან", "ბაქო", "from"),
        ("პრეზიდენტებმა", "პრეზიდენტი", "erg"),
        ("დერეფნის", "დერეფანი", "gen"),
    ],
)
def test_case_endings_say_the_role(form, lemma, role):
    assert role in KA.analyse(form)[lemma]


@given(st.text(GEORGIAN, min_size=3, max_size=12), st.data())
def test_one_edit_is_found_and_two_are_not_equal(word, data):
    place = data.draw(st.integers(0, len(word) - 1))
    assert one_edit_apart(word, word[:place] + word[place + 1 :])
    assert not one_edit_apart(word, word)
