"""How the server reads what strangers send: forms of requests, and queries with nothing to decide."""

from __future__ import annotations

import time
from urllib.parse import parse_qsl, quote, unquote_to_bytes

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bilateral.errors import BilateralError, UsageError
from bilateral.query.lexer import tokens_of
from bilateral.query.outline import DEEPEST, limited, outline, plain
from bilateral.query.question import read_questions
from bilateral.serve.jobs import reading
from bilateral.serve.protocol import RequestError, fields_of, unquoted

PIECES = [
    "SELECT", "select", "sElEcT", "ASK", "CONSTRUCT", "DESCRIBE", "INSERT", "LOAD", "VERSION", "BASE",
    "PREFIX", "prefix", "ex:", ":", "é:", "<http://example.org/>", "<a\\u0041>", "<a b>", "<", ">",
    "*", "?x", "$y", "(COUNT(*) AS ?n)", "WHERE", "{", "}", "(", ")", "[", "]", ".", ";", "ex:party",
    "SERVICE", "sErViCe", "\u017fERVICE", "\\u0053ERVICE", "trueSERVICE<urn:x>{}", "ex:SERVICE", "FROM",
    "from", "NAMED", "FROM<urn:x>", "LIMIT", "limit 5", "LIM\u0131T", "OFFSET 3", "VALUES ?x { 1 }", "NOW()",
    "now()", "rand()", "UUID()", "STRUUID()", "BNODE()", "unknown", "ORDER BY ?x", "GROUP BY ?x",
    '"text"', '"LIMIT"', "'", '"', '"""', "'''", '"\\""', "# SERVICE", "#", "1", "1.5", "_:b", "@en", "^^",
    "\n", "\t", "\r", " ", "\u00a0", "\u2028", "\ufb01", "\u212a", "\x00", "საქართველო", "%20", "\\",
]  # fmt: skip
SPACES = st.sampled_from(["", " ", "\n", " ", " "])
TEXTS = st.lists(st.tuples(st.sampled_from(PIECES), SPACES), max_size=25).map(
    lambda parts: "".join(piece + space for piece, space in parts)
)
BEGUN = st.tuples(
    st.sampled_from(["", "PREFIX ex: <http://example.org/> ", "PREFIX : <#>\n", " ", "# a\n"]),
    st.sampled_from(["SELECT * { ", "ASK { ", "CONSTRUCT WHERE { ", "DESCRIBE ex:a ", "select?x{"]),
    TEXTS,
    st.sampled_from(
        [
            " }",
            "",
            "} # LIMIT 5",
            "} ORDER BY ?x",
            "} LIMIT 5",
            "} ORDER BY ?x limit 9 # x",
            "} LIMIT 5 }",
        ]
    ),
).map("".join)


def nested(tokens):
    """Whether every bracket closes the one that was opened last."""
    opened = []
    for token in tokens:
        if token.kind == "mark" and token.text in "{([":
            opened.append(token.text)
        elif token.kind == "mark" and token.text in "})]":
            if not opened or opened.pop() + token.text not in {"{}", "()", "[]"}:
                return False
    return not opened


def same_as_the_outline(query):
    """Whether a query is plain; where it is, that its outline has nothing else to decide."""
    found = plain(query, 8)
    if found is None:
        return False
    asked = outline(query)
    assert asked.form == found[0]
    assert not asked.services
    assert not asked.graphs
    assert not asked.volatile
    # What lacks a bracket is no SPARQL, wherever a limit is put.
    if nested(asked.tokens):
        careful = limited(asked, 8) if asked.form == "SELECT" else query
        assert [(t.kind, t.text) for t in tokens_of(found[1])] == [
            (t.kind, t.text) for t in tokens_of(careful)
        ]
    return True


@given(st.one_of(TEXTS, BEGUN))
@settings(max_examples=1500, deadline=None)
@example("PREFIX ex:<urn:x>SELECT*{?s ?p ?o}")
@example("PREFIX e: <urn:> SELECT-x:a")
@example("SELECT * { ?s ?p ?o } #")
@example("SELECT * { ?s ?p ?o } LIMIT 9 # LIM")
@example("SELECT * { ?s ?p ?o } LIMIT 5 OFFSE")
@example('SELECT * { ?s ?p """ } LIMIT 5 # """ }')
@example("SELECT * { ?s ?p ''' } LIMIT 5 # ''' }")
@example("SELECT * { ?s ?p ?o } # } LIMIT 5")
@example("SELECT * { (} LIMIT 5")
@example("SELECT * { ?s ?p <#a} LIMIT 5 #>}")
@example("SELECT * { { SELECT * { ?s ?p ?o } LIMIT 5 } }")
@example("SELECT * { ?s ?p ?o } HAVING (EXISTS { ?s ?p ?o } LIMIT 5 )")
def test_a_plain_query_has_nothing_to_decide(query):
    same_as_the_outline(query)


@pytest.mark.parametrize("form", ["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])
@given(hidden=st.sampled_from(["SERVICE", "FROM", "OFFSET", "VALUES", "NOW", "RAND", "UUID"]),
       around=st.tuples(st.text(max_size=9), st.text(max_size=9)), data=st.data())  # fmt: skip
@settings(deadline=None)
def test_a_word_that_decides_is_seen_wherever_it_stands(form, hidden, around, data):
    mixed = "".join(data.draw(st.sampled_from([c.lower(), c])) for c in hidden)
    assert plain(f"{form} * {{ {around[0]}{mixed}{around[1]} }}", 8) is None
    first = data.draw(st.integers(0, len(hidden) - 1))
    escaped = hidden[:first] + f"\\u{ord(hidden[first]):04x}" + hidden[first + 1 :]
    assert plain(f"{form} * {{ {escaped} }}", 8) is None


@pytest.mark.parametrize(
    "hostile",
    ["SELECT *} LIMIT 1{}x", "SELECT * {} LIMIT{}5", "SELECT * {} LIMIT{}x", "SELECT *} LIMIT 1 #{}'", "{}", "#{}",
     "PREFIX a:{}", "SELECT * {{{}LIMIT"],
)  # fmt: skip
@pytest.mark.parametrize("filling", [" ", " \n", "}", "1 ", "} 1", " LIMIT", "PREFIX a: ", "#\n"])
def test_a_text_is_found_plain_or_not_in_time_that_grows_with_it(hostile, filling):
    start = time.process_time()
    plain(hostile.replace("{}", filling * (200_000 // len(filling)), 1), 8)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("opening", ["{", "("])
def test_what_is_nested_too_deeply_is_not_plain(opening):
    assert plain("SELECT * { ?s ?p ?o } # " + opening * (DEEPEST - 1), 8)
    assert plain("SELECT * { ?s ?p ?o } # " + opening * DEEPEST, 8) is None


def test_saved_questions_are_plain_or_read_with_care():
    queries = [question.query for question in read_questions()]
    assert 0 < sum(map(same_as_the_outline, queries)) < len(queries)
    assert same_as_the_outline("SELECT ?l WHERE { <urn:x> <urn:label> ?l }")


@given(BEGUN)
@settings(max_examples=500, deadline=None)
@example("SELECT * { ?s ?p ?o }")
@example("SELECT * { ?s ?p ?o } # }")
@example("SELECT * { ?s ?p ?o } ORDER BY ?s # LIM")
@example("SELECT * { ?s ?p ?o } LIMIT 9")
@example("SELECT * { ?s ?p ?o } LIMIT 9 # 'a")
def test_no_answer_to_a_plain_query_has_more_rows_than_are_asked_for(query):
    store = ox.Store()
    for number in range(9):
        node = ox.NamedNode(f"http://example.org/{number}")
        store.add(ox.Quad(node, ox.NamedNode("http://example.org/party"), node))
    if plain(query, 8) is None:
        return
    try:
        result = store.query(reading(query, 3).first)
    except SyntaxError:
        # Whatever the limit makes of it, the query itself is no SPARQL either.
        with pytest.raises(SyntaxError):
            store.query(query)
        return
    if isinstance(result, ox.QuerySolutions):
        assert len(list(result)) <= 4


def test_an_update_is_told_and_a_limit_of_too_many_digits_too():
    for query in ("DROP ALL", "SELECT * {} LIMIT " + "9" * 5000):
        with pytest.raises(UsageError):
            reading(query, 5)
    with pytest.raises(BilateralError):
        reading("SELECT * " + "{" * 300, 5)


# ---------------------------------------------------------------- forms


ESCAPED = st.lists(
    st.sampled_from(["%", "%2", "%20", "%3D", "%3d", "%0A", "%zz", "=", "==", "=3D", "=\n", "%\n", "%\r\n",
                     "%\r", "_", "a", "\t", " ", "%25", "%E1%83", "%A1", "%%", "%=", "é"]),
    max_size=12,
).map("".join)  # fmt: skip


@given(st.one_of(ESCAPED, st.text().map(quote), st.text()))
@settings(max_examples=2000, deadline=None)
def test_escapes_are_read_as_the_standard_library_reads_them(text):
    assert unquoted(text.encode()) == unquote_to_bytes(text.encode())


@given(st.one_of(
    st.lists(st.sampled_from(["query", "=", "&", "+", "%2B", "%26", "%3D", ";", "%E1%83%A1", "%FF", "%", "&&", "x"]),
             max_size=14).map("".join),
    st.lists(st.tuples(st.text(), st.text())).map(
        lambda pairs: "&".join(f"{quote(a)}={quote(b)}" for a, b in pairs)),
))  # fmt: skip
@settings(max_examples=1000, deadline=None)
def test_a_form_is_read_as_the_standard_library_reads_it(text):
    try:
        wanted = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=None)
    except UnicodeDecodeError:
        with pytest.raises(RequestError):
            fields_of(text.encode())
        return
    assert fields_of(text.encode()) == wanted


def test_a_form_that_is_not_utf_8_is_refused():
    for text in (b"query=%FF", b"query=\xe1\x83\xa1", b"%E1%83=x"):
        with pytest.raises(RequestError):
            fields_of(text)
