"""Answers cut at a number of rows, in the bytes that the engine wrote: no query is asked twice."""

from __future__ import annotations

import re
from itertools import islice
from typing import NamedTuple


class _Rows(NamedTuple):
    """How rows stand in a form.

    `mark` is found at least `skipped` times more often than there are rows. `pattern` reads over
    what may hold any bytes, and its group is the place where an answer can end: the first place
    after `skipped` others ends it after one row. `closing` follows the last row.
    """

    mark: bytes
    pattern: re.Pattern[bytes]
    skipped: int
    closing: bytes


# As Oxigraph writes them: no white space, results in the order of the head.
FORMS = {
    "json": _Rows(
        b"},{", re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|\}()(?=,\{)', re.DOTALL), -1, b"]}}"
    ),
    "xml": _Rows(b"<result>", re.compile(rb"()<result>"), 0, b"</results></sparql>"),
    "tsv": _Rows(b"\n", re.compile(rb"\n()(?=.)", re.DOTALL), 0, b""),
    # A quoted field may hold line ends; a doubled quote in it reads as two fields side by side.
    "csv": _Rows(b"\r\n", re.compile(rb'"[^"]*"|\r\n()(?=.)', re.DOTALL), 0, b""),
}


def shortened(body: bytes, form: str, most: int) -> bytes | None:
    """An answer's first `most` rows, or None where it has no more than that.

    Most answers are short, and counting a mark tells so; only the others are read.
    """
    rows = FORMS[form]
    if body.count(rows.mark) < most:
        return None
    places = (found.start(1) for found in rows.pattern.finditer(body) if found[1] is not None)
    place = next(islice(places, most + rows.skipped, None), None)
    return None if place is None else body[:place] + rows.closing
