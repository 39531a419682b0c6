"""Where the knowledge lies: `ontology/`, `graph/`, `queries/`.

In a checkout (also an editable install) they stand beside `src/`; in an installed wheel they
travel as `bilateral/_data/`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent


@cache
def folder(name: str) -> Path:
    """The folder of that name: "ontology", "graph", or "queries"."""
    checkout = PACKAGE.parent.parent / name
    in_checkout = PACKAGE.parent.name == "src" and checkout.is_dir()
    return checkout if in_checkout else PACKAGE / "_data" / name
