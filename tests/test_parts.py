"""The parts of a sentence, each of which says something of its own."""

from __future__ import annotations

import pytest

from bilateral.parts import COMMON


def parts(reads, text, words):
    """The part in which each of the words stands, by the mentions that begin with them."""
    (reading,) = reads(text).context.readings
    at = {word: text.index(word) + reading.begin for word in words}
    found = {m.begin: m.part for m in reading.mentions if not m.is_a({"whole"})}
    return [found[at[word]] for word in words]


@pytest.mark.parametrize(("text", "words", "expected"), [
    ("2012 წელს ექსპორტმა 57 მლნ. ევრო, ხოლო იმპორტმა 84 მლნ. ევრო შეადგინა.",
     ["ექსპორტმა", "57", "იმპორტმა", "84"], [0, 0, 1, 1]),
    ("2012 წელს ექსპორტმა 12,3 მლნ. ევრო, იმპორტმა 84,2 მლნ. ევრო შეადგინა.",
     ["ექსპორტმა", "12,3", "იმპორტმა", "84,2"], [0, 0, 1, 1]),
    ("მეხუთე სხდომა 2014 წლის მაისში ბაქოში გაიმართა, მეოთხე - 2012 წლის მაისში თბილისში.",
     ["ბაქოში", "მეოთხე", "თბილისში"], [0, 1, 1]),
    ("სხდომა ბაქოში 2013 წელს შედგა, მომდევნო სხდომის გამართვა კი 2017 წელს იგეგმება.",
     ["შედგა", "2017", "იგეგმება"], [0, 1, 1]),
    ("საქართველო და თურქეთი კი თანამშრომლობენ ტურიზმის სფეროში.", ["საქართველო", "თურქეთი"], [0, 0]),
    ("2014 წელს გაფორმდა: შეთანხმება ტურიზმის შესახებ; მემორანდუმი კულტურის შესახებ.",
     ["2014", "შეთანხმება", "მემორანდუმი"], [COMMON, 0, 1]),
    ("2012 წელს ბრუნვა 96 მლნ. ევრო იყო (საქართველოს საგარეო ბრუნვის 1,2%, ექსპორტის 3%).",
     ["ბრუნვა", "1,2%", "ექსპორტის"], [0, 0, 0]),
    ("„თბილისი; ბაქო“ 2012 წელს გაიმართა.", ["ბაქო", "გაიმართა"], [0, 0]),
])  # fmt: skip
def test_a_sentence_has_parts(reads, text, words, expected):
    assert parts(reads, text, words) == expected


def test_what_forbids_a_rule_forbids_it_in_its_part_only(reads):
    work = reads("სხდომა ბაქოში 2013 წელს შედგა, მომდევნო სხდომა კი 2017 წელს არ გამართულა.")
    dates = {s.object.value for s in work.statements if s.predicate.value.endswith("terms/date")}
    assert dates == {"2013"}


def test_ten_thousand_signs_cost_no_more_than_their_number(reads):
    import time  # noqa: PLC0415

    def cost(n):
        begin = time.process_time()
        reads("2012 წელს ექსპორტი, " + "(;,:კი " * n)
        return time.process_time() - begin

    cost(10)
    assert cost(2000) < 12 * cost(250) + 0.5
