"""Saved questions: `queries/<folder>/<name>.rq`, each described by its header.

The header is grlc's: YAML in leading comments that start with `#+`. Read by a YAML parser, and
strictly: an unknown key or a wrong value stops with file and line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from bilateral.errors import QuestionError, RemoteError, UsageError
from bilateral.folders import folder
from bilateral.query.lexer import tokens_of
from bilateral.query.outline import outline
from bilateral.yamlfile import Record, parse_yaml, read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEYS = (
    "summary", "description", "tags", "method", "pagination", "defaults", "enumerate", "x-params",
    "x-view", "x-expect", "x-competency-question", "x-offline",
)  # fmt: skip
REQUIRED = ("summary", "description", "tags", "x-view", "x-expect", "x-competency-question")
TYPES = ("iri", "date", "lang", "integer", "string", "class")
VIEWS = ("table", "graph", "timeline", "map", "chart")
ROLES = frozenset(
    {"type", "columns", "source", "target", "edge", "label", "start", "end", "place", "x", "y",
     "series", "unit", "chart"}
)  # fmt: skip
LANGUAGES = ("en", "ka", "az")
NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
PARAMETER = re.compile(r"_([a-z]+)_([a-z]+)")
EXPECT = re.compile(r"rows: ≥ (\d+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a question takes: `country`, an `iri`, stands in the query as ?_country_iri."""

    name: str
    type: str
    required: bool
    help: str
    default: str | None = None
    allowed: tuple[str, ...] = ()
    example: str | None = None

    @property
    def variable(self) -> str:
        """The variable it binds, without its question mark."""
        return f"_{self.name}_{self.type}"


@dataclass(frozen=True, slots=True)
class Question:
    """A saved question: what it asks in words, its parameters, its query.

    One that asks another endpoint names the question that asks the same of a snapshot: `offline`.
    """

    name: str
    folder: str
    path: Path
    summary: Mapping[str, str]
    description: Mapping[str, str]
    tags: tuple[str, ...]
    view: Mapping[str, Any]
    least_rows: int
    competency: str
    query: str
    method: str = "GET"
    pagination: int | None = None
    parameters: tuple[Parameter, ...] = field(default=())
    offline: str | None = None

    def unreached(self, error: RemoteError) -> RemoteError:
        """The error, with the question that asks the same of a snapshot where there is one."""
        if not self.offline:
            return error
        return RemoteError(
            error.what, f"The newest copy needs no network: bilateral ask {self.offline}"
        )

    @property
    def form(self) -> str:
        """SELECT, ASK, CONSTRUCT, or DESCRIBE."""
        return outline(self.query).form


def question_paths() -> dict[str, Path]:
    """The files of all questions by their names. Raises QuestionError for a misplaced file."""
    found: dict[str, Path] = {}
    root = folder("queries")
    for path in sorted(root.rglob("*")):
        if path.suffix == ".rq" and path.parent.parent == root:
            if not NAME.fullmatch(path.stem):
                what = f"'{path.stem}' is no name for a question"
                raise QuestionError(what, "Use words of a-z and 0-9 joined by -.", file=str(path))
            if path.stem in found:
                what = f"'{path.stem}' names another question too: {found[path.stem]}"
                raise QuestionError(what, "Rename one of the files.", file=str(path))
            found[path.stem] = path
        elif path.is_file() and path.suffix in {".rq", ".sparql", ".ru"}:
            what = "this is no place for a question"
            remedy = "Move it to queries/<folder>/<name>.rq."
            raise QuestionError(what, remedy, file=str(path))
    return found


def read_questions() -> list[Question]:
    """All questions, by folder and name."""
    return [read_question(path) for path in question_paths().values()]


def question_named(name: str) -> Question:
    """The question of that name. Raises UsageError, with suggestions, when there is none."""
    paths = question_paths()
    if name in paths:
        return read_question(paths[name])
    words = set(name.split("-"))
    near = get_close_matches(name, paths, n=3, cutoff=0.5)
    near += [other for other in paths if words & set(other.split("-")) and other not in near]
    remedy = f"Did you mean: {', '.join(near[:4])}?" if near else "`bilateral ask` lists them all."
    what = f"there is no question named '{name}'"
    raise UsageError(what, remedy)


@cache
def tags() -> dict[str, dict[str, str]]:
    """The controlled list of tags with their labels, of `queries/tags.yaml`."""
    return dict(read_yaml(folder("queries") / "tags.yaml", QuestionError))


@cache
def columns() -> dict[str, dict[str, str]]:
    """What the columns of answers are called in each language, of `queries/columns.yaml`."""
    return dict(read_yaml(folder("queries") / "columns.yaml", QuestionError))


def read_question(path: Path) -> Question:
    """The question of a file. Raises QuestionError with file and line."""
    return _Header(path).question()


class _Header:
    """One file being read; all complaints name its lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = path.read_text(encoding="utf-8").splitlines()
        count = 0
        while count < len(self.lines) and self.lines[count].startswith("#+"):
            count += 1
        late = [n for n, line in enumerate(self.lines) if n > count and line.startswith("#+")]
        if late or not count:
            what = "the header is broken off" if late and count else "the file has no header"
            remedy = "Start the file with lines of `#+ key: value`, with nothing between them."
            raise QuestionError(what, remedy, file=str(path), line=late[0] + 1 if late else 1)
        for number, line in enumerate(self.lines[:count], 1):
            if "\t" in line or not (line == "#+" or line.startswith("#+ ")):
                what = "a header line starts with `#+ ` and holds no tab"
                raise QuestionError(what, "Use spaces.", file=str(path), line=number)
        text = "\n".join(line[3:] for line in self.lines[:count])
        self.header: Record = parse_yaml(text, path, QuestionError)
        if not isinstance(self.header, Record):
            self.fail("the header is no list of keys", "Write `#+ key: value`.", 1)
        self.query = "\n".join(self.lines)

    def fail(self, what: str, remedy: str, key: str | int) -> None:
        line = key if isinstance(key, int) else self.line_of(key)
        raise QuestionError(what, remedy, file=str(self.path), line=line)

    def line_of(self, text: str) -> int:
        return next((n for n, line in enumerate(self.lines, 1) if text in line), 1)

    def question(self) -> Question:
        header = self.header
        for key in header:
            if key not in KEYS:
                near = get_close_matches(str(key), KEYS, n=1)
                remedy = f"Did you mean {near[0]}? " if near else ""
                self.fail(f"unknown key '{key}'", f"{remedy}Known: {', '.join(KEYS)}.", f"#+ {key}")
        if missing := [key for key in REQUIRED if key not in header]:
            self.fail(f"the header lacks {', '.join(missing)}", f"Add: {missing[0]}: …", 1)
        if list(header) != (order := [key for key in KEYS if key in header]):
            self.fail("the keys stand in another order", f"Order: {', '.join(order)}.", 1)
        return Question(
            name=self.path.stem,
            folder=self.path.parent.name,
            path=self.path,
            summary=self.words("summary", all_languages=True),
            description=self.words("description", all_languages=False),
            tags=self.tags(),
            view=self.view(),
            least_rows=self.least_rows(),
            competency=str(header["x-competency-question"]),
            query=self.query,
            method=self.one_of("method", ("GET", "POST"), "GET"),
            pagination=self.pagination(),
            parameters=self.parameters(),
            offline=self.offline(),
        )

    def offline(self) -> str | None:
        value = self.header.get("x-offline")
        asks = bool(outline(self.query).services)
        if asks and not (isinstance(value, str) and NAME.fullmatch(value)):
            remedy = "Write x-offline: and the question that asks the same of a snapshot."
            self.fail("the query asks another endpoint, and names no way without it", remedy, 1)
        if value is not None and not asks:
            self.fail(
                "x-offline is for questions that ask another endpoint", "Drop it.", "#+ x-off"
            )
        return value

    def words(self, key: str, *, all_languages: bool) -> dict[str, str]:
        value = self.header[key]
        found = {"en": value} if isinstance(value, str) else dict(value or {})
        wrong = [code for code in found if code not in LANGUAGES]
        missing = [code for code in LANGUAGES if all_languages and not found.get(code)]
        if wrong or missing or not found.get("en"):
            what = f"{key} is for {', '.join(wrong)}" if wrong else f"{key} lacks a language"
            self.fail(what, f"Give it in: {', '.join(LANGUAGES)}.", f"#+ {key}")
        return {code: str(text).strip() for code, text in found.items()}

    def tags(self) -> tuple[str, ...]:
        given = self.header["tags"]
        unknown = (
            [tag for tag in given if tag not in tags()] if isinstance(given, list) else [given]
        )
        if unknown or not given:
            self.fail(f"unknown tags: {unknown}", f"Known: {', '.join(tags())}.", "#+ tags")
        return tuple(given)

    def one_of(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.header.get(key, default)
        if value not in allowed:
            self.fail(f"{key} is '{value}'", f"Use one of: {', '.join(allowed)}.", f"#+ {key}")
        return str(value)

    def pagination(self) -> int | None:
        value = self.header.get("pagination")
        if value is not None and not (isinstance(value, int) and value > 0):
            self.fail(f"pagination is '{value}'", "Give a number of rows.", "#+ pagination")
        return value

    def view(self) -> dict[str, Any]:
        value = self.header["x-view"]
        view = {"type": value} if isinstance(value, str) else dict(value or {})
        if view.get("type") not in VIEWS:
            self.fail(f"no view is '{view.get('type')}'", f"Use: {', '.join(VIEWS)}.", "#+ x-view")
        projected = {token.text[1:] for token in tokens_of(self.query) if token.kind == "variable"}
        for role, columns in view.items():
            names = columns if isinstance(columns, list) else [columns]
            if role not in ROLES:
                self.fail(f"unknown role '{role}'", f"Use: {', '.join(sorted(ROLES))}.", role)
            if role not in {"type", "chart"} and (odd := [n for n in names if n not in projected]):
                self.fail(f"the query has no ?{odd[0]}", "Correct the view's column.", role)
        return view

    def least_rows(self) -> int:
        value = self.header["x-expect"]
        text = f"rows: {value['rows']}" if isinstance(value, dict) and "rows" in value else value
        match = EXPECT.fullmatch(str(text))
        if not match:
            self.fail(f"x-expect is '{value}'", "Write `rows: ≥ 1`.", "#+ x-expect")
            return 0
        return int(match[1])

    def parameters(self) -> tuple[Parameter, ...]:
        described = self.header.get("x-params") or {}
        defaults = self.header.get("defaults") or {}
        allowed = self.header.get("enumerate") or {}
        for key, given in (("defaults", defaults), ("enumerate", allowed)):
            if odd := [name for name in given if name not in described]:
                self.fail(
                    f"{key} names '{odd[0]}', which is no parameter",
                    "Describe it in x-params.",
                    odd[0],
                )
        found = []
        for name, about in described.items():
            if not isinstance(about, dict) or set(about) - {"type", "required", "help", "example"}:
                remedy = "Write: {type: iri, required: true, example: …, help: …}."
                self.fail(f"the parameter '{name}' is not described", remedy, f"{name}:")
            if about.get("type") not in TYPES or not about.get("help"):
                self.fail(
                    f"the parameter '{name}' lacks a type or help",
                    f"Types: {', '.join(TYPES)}.",
                    f"{name}:",
                )
            if about.get("required") and "example" not in about:
                remedy = "Add `example: …`: help and documentation show it."
                self.fail(f"the required parameter '{name}' has no example", remedy, f"{name}:")
            found.append(
                Parameter(
                    name=name,
                    type=about["type"],
                    required=bool(about.get("required", False)),
                    help=str(about["help"]),
                    default=None if name not in defaults else str(defaults[name]),
                    allowed=tuple(str(value) for value in allowed.get(name, ())),
                    example=None if "example" not in about else str(about["example"]),
                )
            )
        self.uses({parameter.variable for parameter in found})
        return tuple(found)

    def uses(self, described: set[str]) -> None:
        tokens = tokens_of(self.query)
        start = outline(self.query).where
        used: set[str] = set()
        for index, token in enumerate(tokens):
            if token.kind != "variable" or not PARAMETER.fullmatch(token.text[1:]):
                continue
            used.add(token.text[1:])
            line = self.query.count("\n", 0, token.start) + 1
            if token.text[1:] not in described:
                self.fail(f"{token.text} is in no x-params", "Describe it, or rename it.", line)
            bound = tokens[index - 2].is_word("BOUND") or tokens[index - 1].is_word("AS")
            if bound or token.start < start:
                remedy = (
                    "BIND it to a variable of its own; use COALESCE(?_x_type, …) for a default."
                )
                self.fail(f"{token.text} stands where no term can", remedy, line)
        if unused := sorted(described - used):
            self.fail(f"the query does not use ?{unused[0]}", "Use it, or drop the parameter.", 1)
