"""The command `bilateral ontology`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from bilateral.errors import UsageError
from bilateral.query.commands import graph_options, opened


@click.command("ontology")
@click.option("-o", "--output", "file", type=click.Path(path_type=Path, dir_okay=False),
              required=True, help="The page to write; - writes to standard output.")  # fmt: skip
@click.option("--lang", type=click.Choice(["en", "ka", "az"]), default="en", show_default=True,
              help="Language of the names.")  # fmt: skip
@graph_options
def ontology(file: Path, lang: str, **which: Any) -> None:  # noqa: ANN401
    """Write a page that shows every term of a graph, with an example of the graph.

    It is one file in English, Georgian, and Azerbaijani that opens anywhere, with no network;
    --lang is the language that it opens in.

    \b
    Example:
      bilateral ontology -o ontology.html
    """
    from bilateral.ontology.page import page_html  # noqa: PLC0415 - only this command needs it
    from bilateral.ontology.terms import read_terms  # noqa: PLC0415

    terms = read_terms(opened(**which))
    html = page_html(terms, lang)
    if str(file) == "-":
        sys.stdout.buffer.write(html.encode())
        return
    beside = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        beside.write_text(html, encoding="utf-8", newline="\n")
        beside.replace(file)
    except OSError as wrong:
        beside.unlink(missing_ok=True)
        what = f"cannot write {file}: {wrong.strerror}"
        raise UsageError(what, "Name another file with -o.") from wrong
    click.echo(f"{len(terms)} terms: {file}", err=True)
