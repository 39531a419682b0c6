"""The commands `bilateral ask`, `bilateral sparql`, and `bilateral load`."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bilateral.errors import RemoteError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bilateral.query.graph import Graph
    from bilateral.query.question import Question

OUTPUT_NAMES = (
    "table", "markdown", "json", "csv", "tsv", "xml", "turtle", "ntriples", "trig", "jsonld",
    "rdfxml", "md", "ttl", "nt", "json-ld", "rdf",
)  # fmt: skip
OWN_OPTIONS = {"graph_path", "endpoint", "engine", "output", "explain", "show_query"}


def graph_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which graph is asked."""
    options = [
        click.option("--graph", "graph_path", type=click.Path(path_type=Path), default=Path("out"),
                     show_default=True, help="A build's folder, an RDF file, or a store on disk."),
        click.option("--endpoint", help="Ask this SPARQL endpoint instead.", metavar="URL"),
        click.option("--engine", type=click.Choice(["oxigraph", "rdflib"]), default="oxigraph",
                     show_default=True, help="What answers."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def output_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say how an answer is written."""
    options = [
        click.option("-o", "--output", type=click.Choice(OUTPUT_NAMES), default="table",
                     show_default=True, help="Form of the answer."),
        click.option("--explain", is_flag=True, help="Show the passages behind each row."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def opened(graph_path: Path, endpoint: str | None, engine: str) -> Graph:
    """The graph that the options name."""
    from bilateral.query.graph import open_graph  # noqa: PLC0415

    def progress(text: str) -> None:
        click.echo(f"  {text} …", err=True)

    if endpoint and not endpoint.startswith(("http://", "https://")):
        what = f"'{endpoint}' is not the address of an endpoint"
        raise UsageError(what, "Give an address that starts with http:// or https://.")
    return open_graph(endpoint or graph_path, engine=engine, progress=progress)


class Questions(click.Group):
    """A group with a command for each saved question; its parameters are its options."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of all questions."""
        from bilateral.query.question import question_paths  # noqa: PLC0415

        return list(question_paths())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a question."""
        from bilateral.query.question import question_paths, read_question  # noqa: PLC0415

        path = question_paths().get(cmd_name)
        return question_command(read_question(path)) if path else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A question by its name; an unknown one is answered with suggestions."""
        from bilateral.query.question import question_named  # noqa: PLC0415

        question_named(args[0])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Leave the questions out of the help: `bilateral ask` lists them with their words."""


class QuestionCommand(click.Command):
    """A question's command; a wrong option is answered with the parameters that there are."""

    question: Question

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Click's parsing, with our two lines for an unknown parameter."""
        from bilateral.query.parameters import terms_of  # noqa: PLC0415

        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as wrong:
            name = wrong.option_name.lstrip("-")
            terms_of(self.question, {name: ""}, None)  # type: ignore[arg-type]
            raise


def question_command(question: Question) -> QuestionCommand:
    """The command that asks one question."""
    params: list[click.Parameter] = []
    for parameter in question.parameters:
        text = parameter.help + (
            f" Allowed: {', '.join(parameter.allowed)}." if parameter.allowed else ""
        )
        text += "  [required]" if parameter.required else ""
        default = f"  [default: {parameter.default}]" if parameter.default else ""
        params.append(
            click.Option([f"--{parameter.name}", f"value_{parameter.name}"], help=text + default,
                         metavar=parameter.type, shell_complete=_completer(parameter.allowed))
        )  # fmt: skip

    @output_options
    @graph_options
    @click.option("--show", "show_query", is_flag=True, help="Print the query itself.")
    def run(**values: Any) -> None:  # noqa: ANN401 - click's values
        if values.pop("show_query"):
            click.echo(question.query)
            return
        given = {
            name.removeprefix("value_"): value
            for name, value in values.items()
            if name.startswith("value_") and value is not None
        }
        _answer_question(question, given, values)

    example = " ".join(
        ["bilateral ask", question.name]
        + [f"--{p.name} {shlex.quote(p.example)}" for p in question.parameters if p.example]
    )
    command = QuestionCommand(
        question.name,
        callback=run,
        params=[*params, *reversed(getattr(run, "__click_params__", []))],
        help=f"{question.summary['en']}\n\n{question.description['en']}\n\n\b\nExample:\n  {example}",
        short_help=question.summary["en"],
    )
    command.question = question
    return command


def _completer(allowed: tuple[str, ...]) -> Callable[..., list[str]]:
    def complete(_context: Any, _parameter: Any, incomplete: str) -> list[str]:  # noqa: ANN401
        return [value for value in allowed if value.startswith(incomplete)]

    return complete


def _answer_question(question: Question, given: dict[str, Any], options: dict[str, Any]) -> None:
    from bilateral.query.outline import bound  # noqa: PLC0415
    from bilateral.query.parameters import terms_of  # noqa: PLC0415

    graph = opened(options["graph_path"], options["endpoint"], options["engine"])
    terms = terms_of(question, given, graph.engine)
    language = str(given.get("lang") or "en")
    try:
        _write(graph, bound(question.query, terms), options, language, question)
    except RemoteError as error:
        raise question.unreached(error) from error


def _write(
    graph: Graph,
    query: str,
    options: dict[str, Any],
    language: str = "en",
    question: Question | None = None,
) -> None:
    from bilateral.query.printing import EXPLAINED, SAME, print_answer, serialized  # noqa: PLC0415

    output = SAME.get(options["output"], options["output"])
    if options["explain"] and output not in EXPLAINED:
        what = f"--explain cannot be written as {output}"
        raise UsageError(what, f"Use -o with one of: {', '.join(EXPLAINED)}.")
    if output in {"table", "markdown"} or options["explain"]:
        answer = graph.sparql(query, lang=language)
        answer.question = question
        if answer.triples is not None and output == "table" and not options["explain"]:
            _emit(serialized(answer.triples, "turtle"))
            return
        print_answer(answer, output, explain=options["explain"])
        if not answer and answer.truth is None:
            click.echo("No rows: the graph says nothing that fits.", err=True)
        return
    _emit(serialized(graph.query(query), output))


def _emit(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


@click.group("ask", cls=Questions, invoke_without_command=True)
@click.option("-o", "--output", type=click.Choice(["text", "json", "markdown"]), default="text",
              show_default=True, help="Form of the list.")  # fmt: skip
@click.option("--lang", type=click.Choice(["en", "ka", "az"]), default="en", show_default=True,
              help="Language of the list.")  # fmt: skip
@click.pass_context
def ask(ctx: click.Context, output: str, lang: str) -> None:
    """Ask a saved question, or list them all.

    `bilateral ask NAME --help` shows a question's parameters. Completion of questions and
    parameters: put the output of `_BILATERAL_COMPLETE=bash_source bilateral` (or zsh_source,
    fish_source) into your shell's start-up file.

    \b
    Example:
      bilateral ask
      bilateral ask trade-turnover --country azerbaijan --lang ka
    """
    if ctx.invoked_subcommand is None:
        from bilateral.query.question import read_questions  # noqa: PLC0415

        _list(read_questions(), output, lang)


def _list(questions: list[Question], output: str, lang: str) -> None:
    if output == "json":
        listed = [
            {
                "name": q.name,
                "folder": q.folder,
                "summary": q.summary,
                "description": q.description,
                "tags": q.tags,
                "view": q.view,
                "competency_question": q.competency,
                "parameters": [
                    {"name": p.name, "type": p.type, "required": p.required, "help": p.help,
                     "default": p.default, "allowed": p.allowed}
                    for p in q.parameters
                ],
            }
            for q in questions
        ]  # fmt: skip
        click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
        return
    if output == "markdown":
        click.echo("\n".join(_tables(questions, lang)))
        return
    folder = ""
    for question in questions:
        if question.folder != folder:
            folder = question.folder
            click.echo(f"\n{folder}")
        takes = " ".join(f"--{p.name}" for p in question.parameters if p.name != "lang")
        click.echo(
            f"  {question.name:24} {question.summary[lang]}" + (f"  [{takes}]" if takes else "")
        )


def _tables(questions: list[Question], lang: str) -> Iterable[str]:
    """The lines of one Markdown table for each folder; docs/questions.md holds them."""
    folder = ""
    for question in questions:
        if question.folder != folder:
            folder = question.folder
            yield from (
                "",
                f"## {folder}",
                "",
                "| name | question | parameters |",
                "| --- | --- | --- |",
            )
        takes = [f"`{p.name}`" + ("" if p.required else "?") for p in question.parameters]
        about = question.description.get(lang, question.description["en"])
        yield (f"| `{question.name}` | **{question.summary[lang]}** {about} | {', '.join(takes)} |").replace("  |", " |")  # fmt: skip


@click.command("sparql")
@click.argument("query")
@output_options
@graph_options
def sparql(query: str, **options: Any) -> None:  # noqa: ANN401 - click's values
    """Answer a SPARQL query: QUERY itself, a file's name, or - for standard input.

    Prefixes of the graph that the query uses without declaring them are declared.

    \b
    Example:
      bilateral sparql 'SELECT ?party { ?agreement bil:party ?party }'
    """
    graph = opened(options["graph_path"], options["endpoint"], options["engine"])
    _write(graph, _query_of(query), options)


def _query_of(text: str) -> str:
    from bilateral.query.outline import outline  # noqa: PLC0415

    if text == "-":
        text = sys.stdin.read()
    elif not outline(text).form and not any(c in text for c in "{\n"):
        path = Path(text)
        if not path.is_file():
            what = f"'{text}' is neither a query nor a file"
            raise UsageError(
                what, "Give a query, the name of a file that holds one, or - for input."
            )
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as wrong:
            what = f"{path} is not UTF-8"
            raise UsageError(what, "Save it as UTF-8.") from wrong
    return text


@click.command("load")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--store", type=click.Path(path_type=Path), help="Make a store on disk, a folder.")
@click.option("--replace", is_flag=True, help="Put it in the place of the store that is there.")
@click.option("--endpoint", metavar="URL", help="Send it to this address, as SPARQL updates.")
def load(
    files: tuple[Path, ...], store: Path | None, endpoint: str | None, *, replace: bool
) -> None:
    """Load FILES, or builds' folders, into a store on disk, or into a SPARQL server.

    A store on disk is for graphs of millions of statements: `bilateral ask`, `sparql`, and `serve`
    take it as their graph, and need not read it anew each time.

    \b
    Example:
      bilateral load out --store big
      bilateral ask pipelines --graph big
    """
    from bilateral.query.settings import settings_from  # noqa: PLC0415
    from bilateral.query.stores import load_store, send  # noqa: PLC0415

    def progress(text: str) -> None:
        click.echo(f"  {text} …", err=True)

    if (store is None) == (endpoint is None):
        what = "it is not said where to load the graph" if store is None else "two places are named"
        raise UsageError(what, "Give --store FOLDER or --endpoint URL.")
    if store is not None:
        count = load_store(files, store, progress, replace=replace)
        click.echo(f"{count} quads are in {store}: `bilateral serve --graph {store}`")
    elif endpoint is not None:
        if not endpoint.startswith(("http://", "https://")):
            what = f"'{endpoint}' is not the address of an endpoint"
            raise UsageError(what, "Give an address that starts with http:// or https://.")
        settings = settings_from({})
        count = send(
            files, endpoint, progress,
            seconds=settings.endpoint_seconds, attempts=settings.retries,
        )  # fmt: skip
        click.echo(f"{count} quads are at {endpoint}")
