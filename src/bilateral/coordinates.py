"""Where places lie that GeoNames' list of cities lacks: `graph/lexicon/coordinates.tsv`."""

from __future__ import annotations

from functools import cache

from bilateral.errors import LexiconError
from bilateral.folders import folder
from bilateral.gazetteer import Position

COLUMNS = ["slug", "latitude", "longitude", "source"]


@cache
def coordinates() -> dict[str, Position]:
    """Positions by the slug of their place. Raises LexiconError for a line that is not one."""
    path = folder("graph") / "lexicon" / "coordinates.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    remedy = f"Write {', '.join(COLUMNS)}, with tabs between them; every place once."
    found: dict[str, Position] = {}
    if not lines or lines[0].split("\t") != COLUMNS:
        what = "the first line is not the names of the columns"
        raise LexiconError(what, remedy, file=str(path), line=1)
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS) or not all(cells) or cells[0] in found:
            what = "a line is not one place with its source, or the place has a line already"
            raise LexiconError(what, remedy, file=str(path), line=number)
        if not (_within(cells[1], 90) and _within(cells[2], 180)):
            what = f"'{cells[1]}', '{cells[2]}' is no latitude and longitude"
            remedy = "Write both in degrees, with a decimal point."
            raise LexiconError(what, remedy, file=str(path), line=number)
        found[cells[0]] = Position(*cells[1:])
    return found


def _within(text: str, bound: int) -> bool:
    try:
        return abs(float(text)) <= bound
    except ValueError:
        return False
