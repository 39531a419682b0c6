"""Spellings made comparable: one letter table for Georgian, Azerbaijani, Latin, and Cyrillic.

The page's own search folds with the same table (static/js/fold.js).
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache

from bilateral.folders import folder
from bilateral.namespaces import LETTERS

TABLES = ("romanisation", "cyrillic")


@cache
def letters() -> dict[str, str]:
    """The Latin spelling of each letter of another script, or that decomposition leaves whole."""
    found = {chr(code): latin for code, latin in LETTERS.items()}
    for name in TABLES:
        path = folder("graph") / "languages" / f"{name}.json"
        found |= json.loads(path.read_text(encoding="utf-8"))["letters"]
    return found


def folded(text: str) -> str:
    """The text without case, accents, script, and punctuation; words are kept apart by one space."""
    # Composed first: й is a letter of the table, and its parts are not.
    composed = unicodedata.normalize("NFC", text.lower())
    latin = "".join(letters().get(c, c) for c in composed)
    plain = unicodedata.normalize("NFKD", latin)
    kept = (c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in kept).split())
