"""The command `bilateral link`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from bilateral.link.model import Found
    from bilateral.link.search import Source
    from bilateral.query.graph import Graph

# Everything else is imported inside: `bilateral --help` must answer at once.

LANGUAGES = ("en", "ka", "az")
MATCHES = ("exact", "close", "broad", "narrow", "related")


@click.command()
@click.argument("entities", nargs=-1, metavar="[ENTITY]…")
@click.option(
    "--graph",
    "graph_path",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    help="A build's folder, or an RDF file.",
)
@click.option(
    "--service",
    default="wikidata",
    show_default=True,
    metavar="NAME|URL",
    help="wikidata, or the address of a reconciliation service.",
)
@click.option("--endpoint", metavar="URL", help="Another query service for Wikidata's.")
@click.option(
    "--search", metavar="URL", help="Another search; {text}, {language}, and {limit} are filled in."
)
@click.option(
    "--lang",
    "languages",
    multiple=True,
    type=click.Choice(LANGUAGES),
    help="Compare the names in this language only; may be given again.",
)
@click.option("--accept", multiple=True, metavar="ENTITY=ID", help="Say that the two match.")
@click.option("--reject", multiple=True, metavar="ENTITY=ID", help="Say that they do not.")
@click.option("--forget", multiple=True, metavar="ENTITY=ID", help="Take back what was said.")
@click.option(
    "--match",
    type=click.Choice(MATCHES),
    default="exact",
    show_default=True,
    help="How they match, for --accept.",
)
@click.option("--why", default="", help="The reason, for --accept and --reject.")
@click.option(
    "--author", envvar="BILATERAL_AUTHOR", help="Who decides; without it, your login name."
)
@click.option("--review", is_flag=True, help="Decide one pair after the other.")
@click.option("--threshold", type=click.FloatRange(0, 1), help="Least score of what is proposed.")
@click.option(
    "--links",
    type=click.Path(path_type=Path),
    help="Another file of mappings; it is begun where there is none.",
)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the answer.",
)
def link(entities: tuple[str, ...], graph_path: Path, output: str, **given: Any) -> None:  # noqa: ANN401
    """Find what things are called in open data, and keep what a person decides.

    Without ENTITY, all that have a name and no match there. Candidates come with scores that are
    explained part by part. Only --review, --accept, --reject, and --forget write anything.

    \b
    Example:
      bilateral link --reject georgia=wd:Q1428 --links mine.sssom.tsv
    """
    from bilateral.query.graph import open_graph  # noqa: PLC0415

    graph = open_graph(graph_path)
    if given["accept"] or given["reject"] or given["forget"]:
        _decide(graph, output, given)
    else:
        _look(entities, graph, output, given)


def _decide(graph: Graph, output: str, given: dict[str, Any]) -> None:
    from bilateral.link.pairs import decided  # noqa: PLC0415

    rows = decided(graph, given)
    if output == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        modifier = f" {row['predicate_modifier']}" if row["predicate_modifier"] else ""
        said = f"{row['subject_id']}{modifier} {row['predicate_id']} {row['object_id']}"
        click.echo(f"{row['decision']}: {said}")


def _look(entities: tuple[str, ...], graph: Graph, output: str, given: dict[str, Any]) -> None:
    from bilateral.errors import BilateralError  # noqa: PLC0415
    from bilateral.link.pairs import decider_of, start  # noqa: PLC0415

    def told(text: str) -> None:
        click.echo(f"  {text}", err=True)

    known, source, found = start(entities, graph, given, LANGUAGES, told, _progress())
    if given["review"]:
        from bilateral.link.review import Review  # noqa: PLC0415

        review = Review(source, decider_of(given, source.home), given["threshold"])
        end = "Stopped; the same command goes on"
        try:
            end = "All seen" if review.run(found) else end
        finally:
            # Also when the service fails: what was decided stands in the file.
            click.echo(f"{end}. {review.accepted} accepted, {review.rejected} rejected.", err=True)
        return
    seen: list[Found] = []
    try:
        for one in found:
            seen.append(one)  # noqa: PERF402 - what came before a failure is kept
    except (BilateralError, KeyboardInterrupt):
        _print(seen, source, output)
        click.echo(f"{len(seen)} of {len(known)} things were looked for.", err=True)
        raise
    _print(seen, source, output)


def _progress() -> Callable[[int, int], None]:
    """Shows how far it is, on a terminal only."""
    if not sys.stderr.isatty():
        return lambda *_: None
    return lambda done, of: click.echo(f"  {done} of {of} …", err=True)


def _print(seen: list[Found], source: Source, output: str) -> None:
    from bilateral.link.pairs import as_json, table  # noqa: PLC0415

    if output == "json":
        click.echo(json.dumps([as_json(one, source) for one in seen], ensure_ascii=False, indent=1))
    else:
        table(seen)
