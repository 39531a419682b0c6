"""The tokens of a SPARQL query, by the terminals of its grammar (SPARQL 1.1, section 19.8)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

STRING = r'"""(?:"{0,2}(?:[^"\\]|\\.))*"""|' + r"'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
STRING += r"|" + r'"(?:[^"\\\n\r]|\\.)*"' + r"|'(?:[^'\\\n\r]|\\.)*'"
LETTER = r"[^\W\d_]"
TERMINALS = re.compile(
    rf"""
    (?:[\x20\t\n\r]+|\#[^\n\r]*)*+
    (?:(?P<string>{STRING})
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
  | (?P<variable>[?$]\w+)
  | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<blank>_:\w[\w.\-]*)
  | (?P<name>(?:{LETTER}(?:[\w.\-]*[\w\-])?)?:
      (?:(?:[\w:]|%[0-9A-Fa-f]{{2}}|\\.)(?:(?:[\w.:\-]|%[0-9A-Fa-f]{{2}}|\\.)*
      (?:[\w:\-]|%[0-9A-Fa-f]{{2}}|\\.))?)?)
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[A-Za-z]\w*)
  | (?P<mark>\^\^|&&|\|\||!=|<=|>=|.)
  | \Z)
    """,
    re.VERBOSE | re.DOTALL,
)
OPERANDS = frozenset({"variable", "number", "string", "tag", "name", "iri"})
NO_CALL = frozenset({"A", "VALUES"})


class Token(NamedTuple):
    """A terminal: its kind, its text, and its offsets in the query."""

    kind: str
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of the keywords, given in capitals; case does not matter."""
        return self.kind == "word" and self.text.upper() in words


@lru_cache(maxsize=512)
def tokens_of(query: str) -> tuple[Token, ...]:
    """The tokens of a query, without white space and comments.

    `<` opens an IRI except after an operand inside an expression, where it compares. A text that
    is not SPARQL yields some tokens too: whether it is, the engine says.
    """
    tokens: list[Token] = []
    expression: list[bool] = []
    place = 0
    last: Token | None = None
    read = TERMINALS.match
    while (match := read(query, place)) and (kind := match.lastgroup):
        start, place = match.span(kind)
        if kind == "iri" and last and expression and expression[-1] and _is_operand(last):
            kind, place = "mark", start + (2 if query[start + 1] == "=" else 1)
        text = query[start:place]
        if text == "(":
            expression.append(_opens_expression(last, expression))
        elif text == ")" and expression:
            expression.pop()
        last = Token(kind, text, start, place)
        tokens.append(last)
    return tuple(tokens)


def _is_operand(token: Token) -> bool:
    return token.kind in OPERANDS or token.text == ")" or token.is_word("TRUE", "FALSE")


def _opens_expression(last: Token | None, expression: list[bool]) -> bool:
    if expression and expression[-1]:
        return True
    return bool(last and last.kind == "word" and last.text.upper() not in NO_CALL)
