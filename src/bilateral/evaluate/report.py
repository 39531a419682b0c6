"""The result of an evaluation as text for people and as JSON for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bilateral.evaluate.compare import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bilateral.evaluate.compare import Comparison, Error
    from bilateral.evaluate.found import Found
    from bilateral.evaluate.kinds import Kinds


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One page with its gold file and what came of laying them side by side."""

    page: Path
    gold: Path
    found: Found
    comparison: Comparison


def totals(pages: list[Evaluated], kinds: Kinds) -> dict[str, Tally]:
    """The tallies of all pages together: each kind, then mentions and statements as groups."""
    total: dict[str, Tally] = {}
    for page in pages:
        for name, tally in page.comparison.tallies.items():
            total.setdefault(name, Tally()).add(tally)
    for group, members in (("mentions", kinds.mentions), ("statements", kinds.statements)):
        present = [total[name] for name in members if name in total]
        if present:
            total[group] = Tally()
            for tally in present:
                total[group].add(tally)
    return total


def as_json(pages: list[Evaluated], kinds: Kinds) -> dict[str, Any]:
    """Everything, for programs."""
    return {
        "total": {name: _tally(tally) for name, tally in totals(pages, kinds).items()},
        "traps": sum(p.comparison.traps for p in pages),
        "sprung": sum(p.comparison.sprung for p in pages),
        "pages": [
            {
                "page": str(p.page),
                "gold": str(p.gold),
                "kinds": {name: _tally(tally) for name, tally in p.comparison.tallies.items()},
                "errors": [
                    {**asdict(error), "sentence": _sentence(error, p.found)}
                    for error in p.comparison.errors
                ],
            }
            for p in pages
        ],
    }


def _tally(tally: Tally) -> dict[str, Any]:
    return {**asdict(tally), "precision": tally.precision, "recall": tally.recall}


def lines_of(pages: list[Evaluated], kinds: Kinds, *, errors: bool) -> Iterator[str]:
    """The table, and before it the errors by sentence."""
    for page in pages if errors else ():
        yield f"{page.page}"
        last = ""
        for error in page.comparison.errors:
            sentence = " ".join(_sentence(error, page.found).split())
            if sentence != last:
                yield f"  {sentence}"
                last = sentence
            yield f"    {_error(error)}"
        yield ""
    yield from _table(pages, kinds)


def _sentence(error: Error, found: Found) -> str:
    return found.extraction.sentences[found.home(error.begin)].text


def _error(error: Error) -> str:
    shown = error.wanted or error.found or {}
    says = ", ".join(f"{name} {' + '.join(v)}" for name, v in shown.items() if v)
    why = f" ({error.why})" if error.why else ""
    by = f" [{', '.join(error.by)}]" if error.by else ""
    return f"{error.what:<6} {error.kind}: {says}{why}{by}"


def _table(pages: list[Evaluated], kinds: Kinds) -> Iterator[str]:
    total = totals(pages, kinds)
    width = max(map(len, total), default=0)
    head = ("right", "partly", "wrong", "missed", "precision", "recall")
    yield " " * width + "".join(f"  {name:>9}" for name in head)
    for name, t in total.items():
        counts = "".join(f"  {n:>9}" for n in (t.right, t.partly, t.wrong, t.missed))
        yield f"{name:<{width}}{counts}  {_share(t.precision):>9}  {_share(t.recall):>9}"
    traps = sum(p.comparison.traps for p in pages)
    if traps:
        sprung = sum(p.comparison.sprung for p in pages)
        yield f"{traps - sprung} of {traps} traps avoided"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
