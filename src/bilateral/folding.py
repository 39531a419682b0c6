"""Spellings made comparable: one letter table for Georgian, Azerbaijani, Latin, and Cyrillic.

The explorer's own search folds with the same table (explorer/static/js/fold.js).
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache

from bilateral.folders import folder
from bilateral.namespaces import LETTERS

TABLES = ("romanisation", "cyrillic")
# What stands between words once marks are gone; an underscore is a letter to \w, and none here.
BETWEEN = re.compile(r"[\W_]+")


@cache
def letters() -> dict[str, str]:
    """The Latin spelling of each letter of another script, or that decomposition leaves whole."""
    found = {chr(code): latin for code, latin in LETTERS.items()}
    for name in TABLES:
        path = folder("graph") / "languages" / f"{name}.json"
        found |= json.loads(path.read_text(encoding="utf-8"))["letters"]
    return found


@cache
def _table() -> dict[int, str]:
    return str.maketrans(letters())


def folded(text: str) -> str:
    """The text without case, accents, script, and punctuation; words are kept apart by one space."""
    # Composed first: й is a letter of the table, and its parts are not.
    latin = unicodedata.normalize("NFC", text.lower()).translate(_table())
    if not latin.isascii():
        plain = unicodedata.normalize("NFKD", latin)
        latin = "".join(c for c in plain if not unicodedata.combining(c))
    return BETWEEN.sub(" ", latin).strip()
