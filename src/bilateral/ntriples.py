"""Terms as N-Triples has them, which are compared and kept faster than objects are."""

from __future__ import annotations

import re
from typing import NamedTuple

from bilateral.namespaces import expand

ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
STRING = expand("xsd:string")


class Value(NamedTuple):
    """A term's text, its language, and its datatype; both empty for what is no literal."""

    text: str
    language: str
    datatype: str


def value_of(term: str) -> Value:
    """What an N-Triples term says."""
    if not term.startswith('"'):
        return Value(term[1:-1] if term.startswith("<") else term, "", "")
    # No IRI and no language has a quotation mark, so the last one ends the text.
    text, _, tail = term[1:].rpartition('"')
    if "\\" in text:
        text = ESCAPE.sub(_unescaped, text)
    if not tail:
        return Value(text, "", STRING)
    return Value(text, tail[1:], "") if tail.startswith("@") else Value(text, "", tail[3:-1])


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else ESCAPED.get(match[3], match[3])


def is_iri(term: str) -> bool:
    """Whether a term is an IRI."""
    return term.startswith("<")
