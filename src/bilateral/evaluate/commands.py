"""The command `bilateral evaluate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bilateral.errors import GoldError, UsageError

if TYPE_CHECKING:
    from bilateral.evaluate.report import Evaluated

GOLD = "gold.jsonl"
BELOW = 3


@click.command()
@click.argument("page", type=click.Path(path_type=Path))
@click.argument("gold", required=False, type=click.Path(path_type=Path))
@click.option("--reviewed", is_flag=True, help="With the page's review, not the rules alone.")
@click.option("--summary", is_flag=True, help="The table without the errors.")
@click.option(
    "--precision", type=click.FloatRange(0, 1), help="Exit with 3 where a kind's is lower."
)
@click.option("--recall", type=click.FloatRange(0, 1), help="Exit with 3 where a kind's is lower.")
@click.option(
    "-o", "--output", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="Form of the answer.",
)  # fmt: skip
def evaluate(
    page: Path,
    gold: Path | None,
    output: str,
    precision: float | None,
    recall: float | None,
    *,
    reviewed: bool,
    summary: bool,
) -> None:
    """Measure what the rules read of PAGE by the facts of GOLD, one JSON object a line.

    PAGE may be a folder instead: every folder in it that has a page and a gold.jsonl is measured,
    and every NAME.txt beside a NAME.jsonl.

    \b
    Example:
      bilateral evaluate georgia-armenia.txt georgia-armenia.jsonl
    """
    from bilateral.evaluate.report import as_json, lines_of, totals  # noqa: PLC0415

    pages = _evaluated(_pairs(page, gold), reviewed=reviewed)
    from bilateral.evaluate.kinds import kinds  # noqa: PLC0415

    if output == "json":
        click.echo(json.dumps(as_json(pages, kinds()), ensure_ascii=False, indent=1))
    else:
        for line in lines_of(pages, kinds(), errors=not summary):
            click.echo(line)
    below = any(
        (precision is not None and t.precision is not None and t.precision < precision)
        or (recall is not None and t.recall is not None and t.recall < recall)
        for t in totals(pages, kinds()).values()
    )
    if below:
        click.get_current_context().exit(BELOW)


def _evaluated(pairs: list[tuple[Path, Path]], *, reviewed: bool) -> list[Evaluated]:
    from bilateral.evaluate.compare import compare, kinds_of  # noqa: PLC0415
    from bilateral.evaluate.found import find  # noqa: PLC0415
    from bilateral.evaluate.gold import read_gold  # noqa: PLC0415
    from bilateral.evaluate.kinds import kinds  # noqa: PLC0415
    from bilateral.evaluate.report import Evaluated  # noqa: PLC0415
    from bilateral.knowledge import load_knowledge  # noqa: PLC0415
    from bilateral.sources import read_source  # noqa: PLC0415

    knowledge = load_knowledge()
    read = []
    measured: frozenset[str] = frozenset()
    for page, path in pairs:
        source = read_source(page, knowledge.lexicon)
        gold = read_gold(path, source.page.text, kinds())
        found = find(source, knowledge, kinds(), reviewed=reviewed)
        try:
            measured |= kinds_of(gold, found, kinds())
        except GoldError as error:
            raise GoldError(error.what, error.remedy, file=str(path), line=error.line) from error
        read.append((page, path, gold, found))
    return [
        Evaluated(page, path, found, compare(gold, found, kinds(), measured))
        for page, path, gold, found in read
    ]


def _pairs(page: Path, gold: Path | None) -> list[tuple[Path, Path]]:
    if gold is not None and not gold.is_dir():
        return [(page, gold)]
    if not page.is_dir():
        what = "a page needs its gold file"
        raise UsageError(what, "Give it after the page: bilateral evaluate PAGE GOLD.")
    found = []
    for path in sorted(page.rglob("*.jsonl")):
        if path.name == GOLD:
            beside = sorted(p for p in path.parent.glob("page.*") if p.suffix in {".txt", ".html"})
        else:
            beside = [
                p for p in (path.with_suffix(".txt"), path.with_suffix(".html")) if p.exists()
            ]
        found += [(p, path) for p in beside[:1]]
    if not found:
        what = f"no page in {page} has a gold file beside it"
        raise UsageError(what, f"Put page.ka.txt and {GOLD} into a folder of it.")
    return found
