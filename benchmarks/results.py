"""RESULTS.md, a section a benchmark: each writes its own and leaves the others as they are."""

from __future__ import annotations

import os
import platform
import statistics
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RESULTS = Path(__file__).parent / "RESULTS.md"
HEAD = """# Results

Written by `make bench`. Each figure is a median of alternated rounds in one run, with its spread;
what counts is the ratio to what stands beside it, measured in the same run on the same machine.
"""


@dataclass(frozen=True, slots=True)
class Measure:
    """What was measured, in which unit, beside what, and the bound that it must hold."""

    what: str
    values: Sequence[float]
    unit: str
    beside: str = ""
    other: Sequence[float] = ()
    bound: str = ""
    held: bool | None = None

    @property
    def median(self) -> float:
        """The median of the values."""
        return statistics.median(self.values)

    @property
    def ratio(self) -> float:
        """The median as a multiple of what stands beside it."""
        return self.median / statistics.median(self.other)


def write(title: str, script: str, packages: Iterable[str], measures: Sequence[Measure]) -> None:
    """Put the section into RESULTS.md and print it; exit with 3 where a bound was missed."""
    named = ", ".join(f"{name} {version(name)}" for name in packages)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores"
    lines = [
        f"## {title} (`benchmarks/{script}`)",
        "",
        f"{machine}; {named}." if named else f"{machine}.",
        "",
        "| what | median (least–most) | beside | median (least–most) | ratio | bound | held |",
        "| --- | ---: | --- | ---: | ---: | --- | --- |",
        *map(_row, measures),
    ]
    text = "\n".join(lines) + "\n"
    _replace(text)
    sys.stdout.write(text)
    if any(measure.held is False for measure in measures):
        sys.exit(3)


def _row(measure: Measure) -> str:
    ratio = f"{measure.ratio:.2f}" if measure.other else ""
    held = {True: "yes", False: "**no**", None: ""}[measure.held]
    cells = [measure.what, _spread(measure.values, measure.unit), measure.beside,
             _spread(measure.other, measure.unit), ratio, measure.bound, held]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _spread(values: Sequence[float], unit: str) -> str:
    if not values:
        return ""
    middle = statistics.median(values)
    digits = 0 if middle >= 100 else 1 if middle >= 10 else 3  # noqa: PLR2004 - three figures or so
    shown = [f"{value:,.{digits}f}" for value in (middle, min(values), max(values))]
    return f"{shown[0]} {unit} ({shown[1]}–{shown[2]})" if len(values) > 1 else f"{shown[0]} {unit}"


def _replace(section: str) -> None:
    old = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else HEAD
    parts = old.split("\n## ")
    title = section.partition("\n")[0].removeprefix("## ")
    kept = {part.partition("\n")[0]: part.rstrip("\n") for part in parts[1:]}
    kept[title] = section.removeprefix("## ").rstrip("\n")
    body = "".join(f"\n## {part}\n" for part in kept.values())
    RESULTS.write_text(HEAD + body, encoding="utf-8")
