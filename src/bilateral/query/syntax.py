"""Syntax errors as a person needs them: the token that is wrong, its line and column, and why."""

from __future__ import annotations

import re
from difflib import get_close_matches

import pyoxigraph as ox

from bilateral.errors import QuerySyntaxError
from bilateral.query.lexer import Token, tokens_of

POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
# The keywords of SPARQL 1.1 (section 19.8) that are often misspelt.
KEYWORDS = (
    "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "WHERE", "FILTER", "OPTIONAL", "UNION", "MINUS",
    "GRAPH", "SERVICE", "SILENT", "BIND", "VALUES", "EXISTS", "NOT", "ORDER", "GROUP", "BY",
    "HAVING", "LIMIT", "OFFSET", "DISTINCT", "REDUCED", "PREFIX", "BASE", "FROM", "NAMED", "COUNT",
    "CONTAINS", "STRSTARTS", "COALESCE", "LANG", "LANGMATCHES", "DATATYPE", "BOUND", "REGEX", "STR",
)  # fmt: skip
CLOSING = {"{": "}", "(": ")", "[": "]"}
# Oxigraph looks for a keyword by taking as many characters as it has, and reports the end of what
# it took; the longest is ENCODE_FOR_URI. A wider gap after each token keeps its report at the token.
GAP = " " * 20
UNBOUND = "The SELECT contains a variable that is unbound"


def checked(query: str, error: SyntaxError) -> QuerySyntaxError:
    """The engine's complaint about a query as ours, at the token that is wrong."""
    tokens = tokens_of(query)
    token, reason = _culprit(tokens) or _reported(query, tokens, error)
    what = _what(tokens, token, reason)
    offset = token.start if token else len(query.rstrip())
    line = query.count("\n", 0, offset) + 1
    column = offset - (query.rfind("\n", 0, offset) + 1) + 1
    remedy = "Correct the query there; `bilateral ask NAME --show` prints a query that works."
    return QuerySyntaxError(what, remedy, query=query, line=line, column=column)


def _culprit(tokens: tuple[Token, ...]) -> tuple[Token | None, str] | None:
    """The token at which the query, written with wide gaps, stops being SPARQL; None for its end."""
    if any("SERVICE" in t.text.upper() for t in tokens if t.kind in {"word", "name"}):
        # Should it be SPARQL after all, the engine would ask the endpoint.
        return None
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for index, token in enumerate(tokens):
        # A literal, its tag, and its datatype are one word of the grammar.
        glued = token.kind == "tag" or token.text == "^^" or tokens[index - 1].text == "^^"
        gap = "" if not index or glued else GAP
        starts.append(length + len(gap))
        parts += gap, token.text
        length += len(gap) + len(token.text)
    try:
        ox.Store().query("".join(parts) + GAP)
    except SyntaxError as wrong:
        if not (match := POSITION.match(str(wrong))):
            return None
        offset = _offset("".join(parts), int(match[1]), int(match[2]))
        if UNBOUND in match[3]:
            return next((t for t in tokens if t.is_word("SELECT")), None), match[3]
        if offset >= length + len(GAP) - 1:
            return _open_string(tokens), match[3]
        place = max((i for i, start in enumerate(starts) if start <= offset), default=0)
        return (tokens[place] if tokens else None), match[3]
    except (OSError, RuntimeError, ValueError):
        return None
    return None


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(part) + 1 for part in lines[: line - 1]) + column - 1


def _reported(
    query: str, tokens: tuple[Token, ...], error: SyntaxError
) -> tuple[Token | None, str]:
    match = POSITION.match(str(error))
    if not match:
        return (tokens[0] if tokens else None), str(error)
    offset = _offset(query, int(match[1]), int(match[2]))
    return next((t for t in reversed(tokens) if t.start <= offset), None), match[3]


def _open_string(tokens: tuple[Token, ...]) -> Token | None:
    return next((t for t in tokens if t.text in {'"', "'"}), None)


def _what(tokens: tuple[Token, ...], token: Token | None, reason: str) -> str:
    if token is None:
        return _too_early(tokens)
    if UNBOUND in reason:
        return "SELECT names a variable that is neither grouped by nor aggregated"
    if "Prefix not found" in reason and token.kind == "name":
        return f"the prefix {token.text.partition(':')[0]}: is not declared"
    if "IRI parsing failed" in reason:
        return "an IRI is not well formed"
    if token.text in {'"', "'"}:
        return "a string is not closed"
    if token.kind == "word":
        near = get_close_matches(token.text.upper(), KEYWORDS, n=1, cutoff=0.7)
        if near and near[0] != token.text.upper():
            return f"unexpected '{token.text}'; did you mean {near[0]}?"
    if token is tokens[0] and token.kind == "word":
        return f"a query does not start with '{token.text}'"
    return f"unexpected '{token.text}'"


def _too_early(tokens: tuple[Token, ...]) -> str:
    if not tokens:
        return "the query is empty"
    opened: list[str] = []
    for token in tokens:
        if token.kind == "mark" and token.text in CLOSING:
            opened.append(CLOSING[token.text])
        elif opened and token.text == opened[-1]:
            opened.pop()
    missing = f": '{opened[-1]}' is missing" if opened else ""
    return f"the query ends too early{missing}"
