"""The command `bilateral diff`."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bilateral.diff.changes import Change, Changes
    from bilateral.knowledge import Knowledge

SIGNS = {"added": "+", "dropped": "-", "changed": "!", "reworded": "~"}
WIDTH = 96


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="Form of the answer.",
)  # fmt: skip
def diff(old: Path, new: Path, output: str) -> None:
    """Show what a page's NEW version adds, drops, changes, and says in other words.

    Each is a page, a source's folder, or the id of a stored source.

    \b
    Example:
      bilateral diff georgia-armenia.txt georgia-armenia.txt
    """
    from bilateral.diff.changes import changes_between  # noqa: PLC0415
    from bilateral.knowledge import load_knowledge  # noqa: PLC0415

    knowledge = load_knowledge()
    found = changes_between(old, new, knowledge)
    if output == "json":
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=1))
        return
    for line in _lines(found, knowledge):
        click.echo(line)


def _lines(found: Changes, knowledge: Knowledge) -> Iterator[str]:
    here: tuple[object, ...] | None = None
    told: set[str] = set()
    for change in found.changes:
        # Statements of one sentence stand together, after its words.
        now = (change.kind, change.old and change.old.begin, change.new and change.new.begin)
        if now != here:
            if here is not None:
                yield ""
            yield from _words(change)
            here, told = now, set()
        if change.kind != "reworded":
            yield f"  {SIGNS[change.kind]} {_said(change, knowledge)}"
        elif change.subject not in told:  # what it says is what it said
            told.add(change.subject)
            yield f"  {SIGNS[change.kind]} {change.subject_label}"
    for title, sentences in (
        ("New sentences that say nothing", found.silent_added),
        ("Sentences gone that said nothing", found.silent_dropped),
    ):
        if sentences:
            yield ""
            yield f"{title}:"
            for sentence in sentences:
                yield textwrap.shorten(sentence, WIDTH, initial_indent="  ", placeholder=" …")
    counts = {kind: sum(c.kind == kind for c in found.changes) for kind in SIGNS}
    if found.changes or found.silent_added or found.silent_dropped:
        yield ""
    sums = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    yield f"Statements: {sums}, {found.unchanged} unchanged."


def _words(change: Change) -> Iterator[str]:
    for name, words in (("old", change.old), ("new", change.new)):
        if words is not None:
            yield textwrap.fill(
                f"{name}: “{' '.join(words.quote.split())}” char={words.begin},{words.end}",
                WIDTH,
                subsequent_indent="     ",
            )


def _said(change: Change, knowledge: Knowledge) -> str:
    from bilateral.diff.changes import property_label  # noqa: PLC0415

    values = [w.object_label for w in (change.old, change.new) if w is not None]
    value = " → ".join(values) if change.kind == "changed" else values[-1]
    text = f"{change.subject_label}: {property_label(change.predicate, knowledge)} {value}"
    return textwrap.shorten(text, WIDTH, placeholder=" …")
