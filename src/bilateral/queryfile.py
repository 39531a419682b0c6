"""SPARQL files of the ontology: a rule or a check a file, described by its leading comments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bilateral.errors import OntologyError
from bilateral.folders import folder
from bilateral.namespaces import turtle_prefixes

if TYPE_CHECKING:
    from pathlib import Path

COMMENT = re.compile(r"^#\s*(\w+):\s*(.+)$")


@dataclass(frozen=True, slots=True)
class QueryFile:
    """A query with its name (the file's stem) and the fields of its header."""

    name: str
    path: Path
    header: dict[str, str]
    query: str


def read_queries(kind: str, required: tuple[str, ...]) -> list[QueryFile]:
    """The queries of `ontology/<kind>/`. Raises OntologyError for a header that lacks a field."""
    found = []
    for path in sorted((folder("ontology") / kind).glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        header: dict[str, str] = {}
        last = None
        for line in text.splitlines():
            if not line.startswith("#"):
                break
            match = COMMENT.match(line)
            if match:
                last = match[1]
                header[last] = match[2].strip()
            elif last:
                header[last] += " " + line.lstrip("# ").strip()
        missing = [field for field in required if not header.get(field)]
        if missing:
            what = f"the header lacks {', '.join(missing)}"
            remedy = f"Start the file with comments: {', '.join(f'# {f}: …' for f in required)}."
            raise OntologyError(what, remedy, file=str(path), line=1)
        query = text if "PREFIX" in text else turtle_prefixes() + text
        found.append(QueryFile(path.stem, path, header, query))
    return found
