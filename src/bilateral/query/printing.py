"""Answers on paper: tables for people, Markdown, the standard forms, and the passages behind rows."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.errors import UsageError
from bilateral.namespaces import compact
from bilateral.query.formats import GRAPHS, ROWS, form_named, graph_bytes
from bilateral.query.question import columns as column_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bilateral.query.answer import Answer
    from bilateral.query.engines import Result
    from bilateral.query.evidence import Evidence, Passage

OUTPUTS = (
    "table", "markdown", "json", "csv", "tsv", "xml", "turtle", "ntriples", "trig", "jsonld",
    "rdfxml",
)  # fmt: skip
EXPLAINED = ("table", "markdown", "json")
# C0 and C1 but for tabs and line ends, and what turns the direction of writing.
CONTROLS = dict.fromkeys(
    [
        *range(9),
        11,
        12,
        *range(13, 32),
        *range(127, 160),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ]
)
# The names that people try; `json` of a graph is JSON-LD.
SAME = {"md": "markdown", "ttl": "turtle", "nt": "ntriples", "json-ld": "jsonld", "rdf": "rdfxml"}


def serialized(result: Result, output: str) -> bytes:
    """An engine's answer in one of the standard forms. Raises UsageError where it does not fit."""
    rows = isinstance(result, (ox.QuerySolutions, ox.QueryBoolean))
    name = "jsonld" if output == "json" and not rows else output
    form = form_named(name, ROWS if rows else GRAPHS)
    if form is None or (isinstance(result, ox.QueryBoolean) and output in {"csv", "tsv"}):
        kind = (
            "rows"
            if isinstance(result, ox.QuerySolutions)
            else "a yes or no"
            if rows
            else "a graph"
        )
        fitting = [f.name for f in (ROWS if rows else GRAPHS)][
            : None if kind != "a yes or no" else 2
        ]
        what = f"the answer is {kind}, which cannot be written as {output}"
        raise UsageError(what, f"Use -o with one of: table, markdown, {', '.join(fitting)}.")
    if isinstance(result, (ox.QuerySolutions, ox.QueryBoolean)):
        return _bytes(result.serialize(format=form.writer))  # type: ignore[arg-type]
    return _bytes(graph_bytes(result, form))


def _bytes(data: bytes | None) -> bytes:
    assert data is not None  # noqa: S101 - None only when it writes to a file
    return data if data.endswith(b"\n") else data + b"\n"


def shown_columns(answer: Answer) -> list[str]:
    """The columns that a person reads: of a thing and its label, the label."""
    chosen = answer.question.view.get("columns") if answer.question else None
    return chosen or [name for name in answer.columns if f"{name}Label" not in answer.columns]


def heading(column: str, language: str) -> str:
    """What a column is called in a language; where nobody has named it, its words."""
    name = column.removesuffix("Label")
    if name in column_names():
        return column_names()[name][language]
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()


def _shown(row: dict[str, Any], column: str) -> Any:  # noqa: ANN401 - any RDF term
    """The term in a column; for a label that the graph lacks, the thing itself."""
    term = row[column]
    return row.get(column.removesuffix("Label")) if term is None else term


def cell_text(term: Any, answer: Answer) -> str:  # noqa: ANN401 - any RDF term
    """A term as a person reads it: a label, a CURIE, or the value."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        label = answer.labels.get(term.value)
        return printable(label if label and "#char=" not in term.value else compact(term.value))
    return printable(str(getattr(term, "value", term)))


def printable(text: str) -> str:
    """The text without control characters: a terminal obeys them, and a graph may hold any."""
    return text.translate(CONTROLS)


def print_answer(answer: Answer, output: str, *, explain: bool) -> None:
    """Print an answer as a table, as Markdown, or, explained, as JSON."""
    evidence: list[Evidence] | None = answer.evidence if explain else None
    if answer.truth is not None and evidence is None:
        sys.stdout.write("yes\n" if answer.truth else "no\n")
    elif output == "json":
        sys.stdout.write(
            json.dumps(_explained(answer, evidence or []), ensure_ascii=False, indent=1)
        )
        sys.stdout.write("\n")
    elif output == "markdown":
        sys.stdout.write("\n".join(_markdown(answer, evidence)) + "\n")
    else:
        _table(answer, evidence)


def _table(answer: Answer, evidence: list[Evidence] | None) -> None:
    from rich.console import Console  # noqa: PLC0415 - slow, and machine forms do without
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False, soft_wrap=False)
    columns = shown_columns(answer)
    rows = [[cell_text(_shown(row, c), answer) for c in columns] for row in answer.terms()]
    # A column in which nothing is bound only takes room.
    filled = [i for i in range(len(columns)) if any(row[i] for row in rows)]
    heads = {i: heading(columns[i], answer.lang) for i in filled}
    # Where not even the longest words have room side by side, a row becomes a paragraph.
    needed = sum(_longest_word([heads[i], *(row[i] for row in rows)]) + 2 for i in filled)
    if evidence is None and needed > console.width:
        for row in rows:
            for i in filled:
                if row[i]:
                    console.print(Text.assemble((f"{heads[i]}: ", "bold"), row[i]))
            console.print()
        return
    if evidence is None:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for i in filled:
            numeric = all(_is_number(row[i]) for row in rows if row[i])
            table.add_column(
                heads[i],
                justify="right" if numeric else "left",
                overflow="fold",
            )
        for row in rows:
            table.add_row(*(Text(row[i]) for i in filled))
        if rows:
            console.print(table)
        return
    for row, found in zip(rows, evidence, strict=True):
        console.print(Text(" · ".join(row[i] for i in filled if row[i]), style="bold"))
        for passage in found.passages:
            console.print(Text(f"  “{printable(' '.join(passage.text.split()))}”"))
            if passage.translation:
                console.print(Text(f"  {printable(passage.translation)}", style="cyan"))
            console.print(Text(f"  {_place(passage)}", style="dim"))
        if not found.passages:
            console.print(Text("  no passage: this comes from names or concepts", style="dim"))
        console.print()


def _longest_word(texts: Iterable[str]) -> int:
    return max((len(word) for text in texts for word in text.split()), default=0)


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).lstrip("-").isdigit()


def _place(passage: Passage) -> str:
    def names(rules: tuple[str, ...]) -> str:
        return ", ".join(name.partition(":")[2] or name for name in rules)

    derived = f" · derived by {names(passage.derived_by)}" if passage.derived_by else ""
    return f"{compact(passage.iri)} · read by {names(passage.rules)}{derived}"


def _markdown(answer: Answer, evidence: list[Evidence] | None) -> Iterable[str]:
    columns = shown_columns(answer)
    heads = [heading(column, answer.lang) for column in columns] + (
        ["passages"] if evidence else []
    )
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for index, row in enumerate(answer.terms()):
        cells = [_linked(row, column, answer) for column in columns]
        if evidence:
            cells.append("<br>".join(escaped(_quote(p)) for p in evidence[index].passages))
        yield f"| {' | '.join(cells)} |"


def _quote(passage: Passage) -> str:
    return f"“{' '.join(passage.text.split())}” ({compact(passage.iri)})"


def _linked(row: dict[str, Any], column: str, answer: Answer) -> str:
    text = escaped(cell_text(_shown(row, column), answer))
    thing = row.get(column.removesuffix("Label"), row[column])
    return f"[{text}]({thing.value})" if text and isinstance(thing, ox.NamedNode) else text


def escaped(text: str) -> str:
    """A text on one line, with what Markdown would read as its own escaped."""
    for mark in "\\|[]<`":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


def _explained(answer: Answer, evidence: list[Evidence]) -> list[dict[str, Any]]:
    return [
        {
            "row": {name: str(value) if value is not None else None for name, value in row.items()},
            "passages": [
                {
                    "passage": p.iri,
                    "char": [p.begin, p.end],
                    "text": p.text,
                    "translation": p.translation,
                    "read_by": list(p.rules),
                    "derived_by": list(p.derived_by),
                }
                for p in found.passages
            ],
        }
        for row, found in zip(answer, evidence, strict=True)
    ]
