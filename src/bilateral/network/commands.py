"""The commands `bilateral network` and `bilateral draw`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bilateral.errors import UsageError
from bilateral.query.commands import graph_options, opened

if TYPE_CHECKING:
    from bilateral.query.answer import Answer
    from bilateral.query.graph import Graph

FORMS = ("table", "markdown", "json", "csv", "graphml", "gexf")
ORDERS = ("degree", "ties", "betweenness", "eigenvector", "broker")
LANGUAGES = ("en", "ka", "az")
SHOWN = 25

language_option = click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True,
    help="Language of the names.",
)  # fmt: skip


@click.command("network")
@click.option("-o", "--output", type=click.Choice(FORMS), default="table", show_default=True,
              help="Form of the result; graphml and gexf hold the ties too.")  # fmt: skip
@click.option("--by", type=click.Choice(ORDERS), default="degree", show_default=True,
              help="The measure that comes first.")  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), help="Things of a table.  [default: 25]")
@language_option
@graph_options
def network(output: str, by: str, limit: int | None, lang: str, **which: Any) -> None:  # noqa: ANN401
    """Measure the relationship network: who is central, who is between, who belongs together.

    degree: neighbours · ties: statements · betweenness: share of shortest paths that lead through
    it · eigenvector: has neighbours that are central · broker: betweenness between organisations ·
    community: group, 1 is the largest · articulation: its part falls apart without it.

    \b
    Example:
      bilateral network --by broker --limit 5
    """
    from bilateral.network.files import gexf, graphml, table, thing_rows  # noqa: PLC0415
    from bilateral.network.measures import measure  # noqa: PLC0415
    from bilateral.network.ties import read_network  # noqa: PLC0415

    graph = opened(**which)
    found = read_network(graph, evidence=output in {"graphml", "gexf"})
    rows = thing_rows(found, measure(found))
    if output == "graphml":
        _emit(graphml(found, rows))
        return
    if output == "gexf":
        _emit(gexf(found, rows))
        return
    rows.sort(key=lambda row: (-row[by], -row["degree"], row["iri"]))
    if limit or output in {"table", "markdown"}:
        rows = rows[: limit or SHOWN]
    if output == "json":
        _emit(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    elif output == "csv":
        _emit(table(rows))
    else:
        _print(rows, output, lang, len(found.things))


def _emit(text: str) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _print(rows: list[dict[str, Any]], output: str, lang: str, things: int) -> None:
    from bilateral.network.measures import NAMES  # noqa: PLC0415

    heads = ["thing", *NAMES]
    cells = [[row[f"label_{lang}"], *(_shown(row[name]) for name in NAMES)] for row in rows]
    if output == "markdown":
        from bilateral.query.printing import escaped  # noqa: PLC0415

        click.echo(f"| {' | '.join(heads)} |")
        click.echo(f"| --- |{' ---: |' * len(NAMES)}")
        for row, line in zip(rows, cells, strict=True):
            click.echo(f"| [{escaped(line[0])}]({row['iri']}) | {' | '.join(line[1:])} |")
    else:
        from rich.console import Console  # noqa: PLC0415 - slow, and machine forms do without
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        printed = Table(box=None, pad_edge=False, header_style="bold")
        for name in heads:
            short = {"betweenness": "between", "eigenvector": "eigen", "community": "group",
                     "articulation": "cut"}.get(name, name)  # fmt: skip
            printed.add_column(short, justify="left" if name == "thing" else "right",
                               overflow="fold")  # fmt: skip
        for line in cells:
            printed.add_row(*map(Text, line))
        Console(highlight=False, soft_wrap=False).print(printed)
    if len(rows) < things:
        click.echo(f"{len(rows)} of {things} things; --limit shows more.", err=True)


def _shown(value: float | bool) -> str:  # noqa: FBT001 - a value of a table
    if isinstance(value, bool):
        return "yes" if value else ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


@click.command("draw")
@click.argument("question")
@click.option("-o", "--output", "file", type=click.Path(path_type=Path, dir_okay=False),
              required=True, help="The page to write; - writes to standard output.")  # fmt: skip
@click.option("-p", "--param", "given", multiple=True, metavar="NAME=VALUE",
              help="A parameter of the question; may be given several times.")  # fmt: skip
@click.option("--no-evidence", is_flag=True, help="Leave the sentences out, which takes less time.")
@language_option
@graph_options
def draw(
    question: str,
    file: Path,
    given: tuple[str, ...],
    no_evidence: bool,  # noqa: FBT001 - click's own
    lang: str,
    **which: Any,  # noqa: ANN401
) -> None:
    """Draw the answer of QUESTION as a page that opens anywhere, with no network.

    QUESTION is the name of a saved question; `network`, which draws everything; a file that holds
    a query; or - for a query, or an answer as SPARQL JSON, on standard input.

    \b
    Example:
      bilateral draw relations -o relations.html
      bilateral sparql -o json 'SELECT ?a ?b { ?a bil:party ?b }' | bilateral draw - -o answer.html
    """
    from bilateral.network.drawing import drawing_of, drawing_of_network  # noqa: PLC0415
    from bilateral.network.outputs import title_of  # noqa: PLC0415
    from bilateral.network.picture import picture  # noqa: PLC0415
    from bilateral.network.ties import read_network  # noqa: PLC0415

    graph = opened(**which)
    if question == "network":
        found = read_network(graph, evidence=not no_evidence)
        drawing = drawing_of_network(found, graph, title_of(graph))
    else:
        answer, evidence = _answer(question, graph, _values(given), lang)
        drawing = drawing_of(answer, graph, evidence=evidence and not no_evidence)
    page = picture(drawing, graph, lang)
    if drawing.left_out:
        click.echo(f"{drawing.left_out} things with the fewest ties are not drawn.", err=True)
    if str(file) == "-":
        _emit(page.html)
    else:
        page.save(file)
        click.echo(f"{len(drawing.things)} things, {len(drawing.lines)} lines: {file}", err=True)


def _values(given: tuple[str, ...]) -> dict[str, str]:
    values = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            what = f"'{text}' gives no parameter a value"
            raise UsageError(what, "Write NAME=VALUE, such as -p country=azerbaijan.")
        values[name] = value
    return values


def _answer(question: str, graph: Graph, values: dict[str, str], lang: str) -> tuple[Answer, bool]:
    """The answer to draw, and whether the graph can say what is behind it."""
    from bilateral.network.stored import answer_from_json  # noqa: PLC0415
    from bilateral.query.outline import with_prefixes  # noqa: PLC0415
    from bilateral.query.question import question_named, question_paths  # noqa: PLC0415

    text = ""
    if question == "-":
        text = sys.stdin.read()
    elif question not in question_paths() and Path(question).is_file():
        text = Path(question).read_text(encoding="utf-8")
    if text.lstrip().startswith("{"):
        return answer_from_json(text, graph, lang), False
    if text:
        return graph.sparql(with_prefixes(text), lang=lang), True
    asked = question_named(question)
    if any(p.name == "lang" for p in asked.parameters):
        values.setdefault("lang", lang)
    return graph.answer_to(asked, values), True
