"""The tokens of a SPARQL query, by the terminals of its grammar (SPARQL 1.1, section 19.8).

Reading is linear in the query's length, whatever the query is: a server reads what strangers send.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

STRING = r'"""(?:"{0,2}(?:[^"\\]|\\.))*"""|' + r"'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
STRING += r"|" + r'"(?:[^"\\\n\r]|\\.)*"' + r"|'(?:[^'\\\n\r]|\\.)*'"
LOCAL = (
    r"(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)(?:(?:[\w.:\-]|%[0-9A-Fa-f]{2}|\\.)*"
    r"(?:[\w:\-]|%[0-9A-Fa-f]{2}|\\.))?)?"
)
TERMINALS = re.compile(
    rf"""
    (?:[\x20\t\n\r]+|\#[^\n\r]*)*+
    (?:(?P<string>{STRING})
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
  | (?P<variable>[?$]\w+)
  | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<blank>_:\w(?:[\w.\-]*[\w\-])?)
  | (?P<name>:{LOCAL})
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d_]\w*)
  | (?P<mark>\^\^|&&|\|\||!=|<=|>=|.)
  | \Z)
    """,
    re.VERBOSE | re.DOTALL,
)
PREFIX = re.compile(r"[\w.\-]*")
AFTER_PREFIX = re.compile(f":{LOCAL}")
OPERANDS = frozenset({"variable", "number", "string", "tag", "name", "iri"})
NO_CALL = frozenset({"A", "VALUES"})
# Longer queries are read anew each time: kept, a few of them would fill the memory.
KEPT_LENGTH = 4_000


class Token(NamedTuple):
    """A terminal: its kind, its text, and its offsets in the query."""

    kind: str
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of the keywords, given in capitals; case does not matter."""
        return self.kind == "word" and self.text.upper() in words


def tokens_of(query: str) -> tuple[Token, ...]:
    """The tokens of a query, without white space and comments.

    `<` opens an IRI except after an operand inside an expression, where it compares. A text that
    is not SPARQL yields some tokens too: whether it is, the engine says.
    """
    return _kept(query) if len(query) <= KEPT_LENGTH else tuple(_read(query))


def _read(query: str) -> list[Token]:
    tokens: list[Token] = []
    # For each bracket that is open: whether an expression stands in it.
    expression: list[bool] = []
    place = no_prefix_before = 0
    read = TERMINALS.match
    while (match := read(query, place)) and (kind := match.lastgroup):
        start, place = match.span(kind)
        if kind == "word" and start >= no_prefix_before:
            # A word may begin a prefix, which may hold dots; the end of such a run is found once.
            run = PREFIX.match(query, start)
            end = run.end() if run else place
            if query[end - 1] != "." and (local := AFTER_PREFIX.match(query, end)):
                kind, place = "name", local.end()
            else:
                no_prefix_before = end
        elif kind == "iri" and expression and expression[-1] and _is_operand(tokens[-1]):
            kind, place = "mark", start + (2 if query[start + 1] == "=" else 1)
        text = query[start:place]
        if kind == "mark":
            if text == "(":
                expression.append(_opens_expression(tokens, expression))
            elif text == "{":
                # Also inside an expression: EXISTS { … } holds a pattern.
                expression.append(False)
            elif text in {")", "}"} and expression:
                expression.pop()
        tokens.append(Token(kind, text, start, place))
    return tokens


@lru_cache(maxsize=512)
def _kept(query: str) -> tuple[Token, ...]:
    return tuple(_read(query))


def _is_operand(token: Token) -> bool:
    return token.kind in OPERANDS or token.text == ")" or token.is_word("TRUE", "FALSE")


def _opens_expression(tokens: list[Token], expression: list[bool]) -> bool:
    if not expression or expression[-1]:
        # Outside all braces stand SELECT (… AS ?x), GROUP BY (…), HAVING (…), ORDER BY (…).
        return True
    last = tokens[-1] if tokens else None
    if last and last.kind in {"name", "iri"} and len(tokens) > 1:
        # FILTER ex:function(…) is a call; after anything else it is a list of an RDF collection.
        return tokens[-2].is_word("FILTER")
    return bool(last and last.kind == "word" and last.text.upper() not in NO_CALL)
