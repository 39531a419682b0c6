"""The `bilateral` command. Data on stdout, all else on stderr."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bilateral.add.commands import add
from bilateral.diff.commands import diff
from bilateral.evaluate.commands import evaluate
from bilateral.export.commands import export
from bilateral.link.commands import link
from bilateral.network.commands import draw, network
from bilateral.ontology.commands import ontology
from bilateral.query.commands import ask, graph_options, load, opened, sparql
from bilateral.serve.commands import serve
from bilateral.snapshot.commands import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Everything else is imported inside the commands: `bilateral --help` must answer at once.

OUT = Path("out")
FAILED, PROBLEMS = 1, 3


class Group(click.Group):
    """A command group that shows our errors as two lines and keeps tracebacks for --debug."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - what a command returns
        """Run a command; on an error print its two lines and exit with its code."""
        from bilateral.errors import BilateralError  # noqa: PLC0415

        try:
            return super().invoke(ctx)
        except BilateralError as error:
            if ctx.params.get("debug"):
                raise
            click.echo(f"Error: {error}", err=True)
            ctx.exit(error.exit_code)
        except (KeyboardInterrupt, BrokenPipeError):
            ctx.exit(FAILED)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bilateral", message="bilateral %(version)s")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(*, debug: bool) -> None:
    """Knowledge graphs from foreign ministries' pages, every statement tied to its words.

    \b
    Example:
      bilateral build
      bilateral show socar
    """


main.add_command(add)
main.add_command(ask)
main.add_command(diff)
main.add_command(sparql)
main.add_command(load)
main.add_command(network)
main.add_command(draw)
main.add_command(export)
main.add_command(ontology)
main.add_command(serve)
main.add_command(link)
main.add_command(evaluate)
main.add_command(snapshot)


def _format(command: Callable[..., None]) -> Callable[..., None]:
    choice = click.Choice(["text", "json"])
    option = click.option(
        "-o", "--output", type=choice, default="text", show_default=True, help="Form of the answer."
    )
    return option(command)


def _progress() -> Callable[[str], None]:
    """Shows what is going on, on a terminal only."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda text: click.echo(f"  {text} …", err=True)


@main.command()
@click.argument("pages", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), default=OUT, show_default=True, help="The result."
)
@click.option("--graph-only", is_flag=True, help="Leave out the explorer and the network's files.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    help="Read pages in this many processes, for a corpus: the graph alone is written.",
)
@click.option(
    "--keep-going",
    is_flag=True,
    help="With --jobs: leave out pages that fail, and tell of each in report.json.",
)
@_format
def build(
    pages: tuple[Path, ...],
    out: Path,
    output: str,
    jobs: int | None,
    *,
    graph_only: bool,
    keep_going: bool,
) -> None:
    """Build the graph of PAGES, or of every stored source, into a folder.

    A page is a text file, a saved web page, or a folder of graph/sources, in Georgian or
    English. Every gate runs: when a check finds a problem, nothing is written and the exit code is 3. With --jobs a
    page may be any folder with pages in it, and memory does not grow with their number.

    \b
    Example:
      bilateral build georgia-armenia.txt --out armenia
      bilateral build pages --jobs 2 --keep-going --out corpus
    """
    if jobs is not None:
        _build_corpus(pages, out, output, jobs, keep_going=keep_going)
        return
    from bilateral.build import build as make  # noqa: PLC0415
    from bilateral.report import report_of  # noqa: PLC0415

    # Nothing that a build makes is thrown away before it ends; looking for garbage is lost time.
    gc.disable()
    try:
        made = make(pages, out, _progress(), views=not graph_only)
    finally:
        gc.enable()
    report = report_of(made)
    if output == "json":
        click.echo(json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True))
        return
    for source in report["sources"]:
        share = f" ({source['percent_by_rules']} % by rules)" if source["statements"] else ""
        click.echo(
            f"{source['id']}: {source['statements']} statements from {source['passages']} passages"
            f"{share}, {source['mentions']} mentions"
        )
        for reason in source["parties"]:
            click.echo(f"  {reason}")
    warnings = sum(c["severity"] != "problem" for c in report["checks"])
    click.echo(
        f"{report['quads']} quads, {len(report['derived'])} derivations, {warnings} warnings"
    )
    shown = "report.md" if graph_only else "explorer.html, network.html, report.md"
    click.echo(f"The result is in {out}: graph.nq and its other forms, {shown}")


def _build_corpus(
    pages: tuple[Path, ...], out: Path, output: str, jobs: int, *, keep_going: bool
) -> None:
    from bilateral.corpus.local import build_corpus, pages_of  # noqa: PLC0415
    from bilateral.sources import stored_sources  # noqa: PLC0415

    report = build_corpus(
        pages_of(pages) or stored_sources(), out, _progress(), jobs=jobs, keep_going=keep_going
    )
    if output == "json":
        click.echo(json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True))
    else:
        statements = sum(row["statements"] for row in report["sources"])
        click.echo(
            f"{len(report['sources'])} pages, {statements} statements, {report['quads']} quads, "
            f"{len(report['failures'])} pages failed"
        )
        for failure in report["failures"]:
            click.echo(f"{failure['path']}: {failure['what']}\n  {failure['remedy']}", err=True)
        click.echo(f"The result is in {out}: graph.nq, report.json")
    if report["failures"]:
        click.get_current_context().exit(PROBLEMS)


@main.command()
@click.argument("pages", nargs=-1, type=click.Path(path_type=Path))
@_format
def check(pages: tuple[Path, ...], output: str) -> None:
    """Check the graph of PAGES, or of every stored source; exit with 3 when a problem is found.

    \b
    Example:
      bilateral check georgia-armenia.txt
    """
    from bilateral.build import assemble  # noqa: PLC0415

    made = assemble(pages, _progress())
    if output == "json":
        fields = ("severity", "rule", "subject", "detail", "passage", "remedy", "file")
        found = [{name: getattr(p, name) for name in fields} for p in made.problems]
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for p in made.problems:
            where = f" in {p.passage}" if p.passage else ""
            click.echo(f"{p.severity}: {p.rule}: {p.detail}: {p.subject}{where}\n  {p.remedy}")
        if not made.problems:
            click.echo(f"No problems in {len(made.quads)} quads.")
    if any(p.severity == "problem" for p in made.problems):
        click.get_current_context().exit(PROBLEMS)


@main.command()
@click.argument("entity")
@graph_options
@click.option(
    "--lang", type=click.Choice(["en", "ka", "az"]), default="en", show_default=True,
    help="Language of the names.",
)  # fmt: skip
@_format
def show(entity: str, lang: str, output: str, **which: Any) -> None:  # noqa: ANN401
    """Show everything that is said of ENTITY, each statement with the sentence that says it.

    ENTITY is an id (socar), an IRI, or a name in any of the graph's languages.

    \b
    Example:
      bilateral show SOCAR
    """
    from bilateral.query.show import card_of, print_card  # noqa: PLC0415

    card = card_of(entity, opened(**which), lang)
    if output == "json":
        click.echo(json.dumps(card, ensure_ascii=False, indent=1))
    else:
        print_card(card)


@main.command()
@click.argument("pages", nargs=-1, type=click.Path(path_type=Path))
@_format
def stats(pages: tuple[Path, ...], output: str) -> None:
    """Count what the graph of PAGES, or of every stored source, holds.

    \b
    Example:
      bilateral stats -o json
    """
    from bilateral.build import assemble  # noqa: PLC0415
    from bilateral.report import report_of  # noqa: PLC0415

    report = report_of(assemble(pages, _progress()))
    if output == "json":
        brief = {**report, "sources": [_brief(source) for source in report["sources"]]}
        click.echo(json.dumps(brief, ensure_ascii=False, indent=1, sort_keys=True))
        return
    for line in _counts(report):
        click.echo(line)


def _brief(source: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in source.items() if not isinstance(value, list)}


def _counts(report: dict[str, Any]) -> Iterator[str]:
    yield f"{report['quads']:>7}  quads"
    yield f"{report['graphs']:>7}  named graphs"
    for source in report["sources"]:
        yield ""
        yield source["id"]
        for key in ("sentences", "passages", "mentions", "statements", "by_rules", "by_review"):
            yield f"{source[key]:>7}  {key.replace('_', ' ')}"
    yield ""
    yield "entities by class"
    for name, count in report["classes"].items():
        yield f"{count:>7}  {name.removeprefix('bil:')}"
