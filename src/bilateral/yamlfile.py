"""YAML files with the line of every mapping; a key given twice is an error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

    from bilateral.errors import BilateralError

# The C loader is ten times faster; wheels of PyYAML without it exist for rare platforms.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Record(dict[str, Any]):
    """A mapping that knows the line, from 1, on which it starts."""

    line: int = 1


class _Loader(Loader):  # type: ignore[misc]
    """A safe loader that makes records."""


def _record(loader: Any, node: yaml.MappingNode) -> Record:  # noqa: ANN401
    record = Record()
    record.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in record:
            mark = key_node.start_mark
            problem = f"the key '{key}' is given twice"
            raise yaml.constructor.ConstructorError(None, None, problem, mark)
        record[key] = loader.construct_object(value_node, deep=True)
    return record


# YAML 1.2 reads NO, on, and 2011-05-30 as text; PyYAML's 1.1 makes Norway false.
_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, regex) for tag, regex in found if tag.rsplit(":", 1)[1] in {"null", "int", "merge"}
    ]
    for first, found in Loader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _record)


def read_yaml(path: Path, error: type[BilateralError]) -> Any:  # noqa: ANN401 - any YAML value
    """What the file holds. Raises `error` with file and line where it is no good YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        what = "there is no such file"
        raise error(what, "Create it, or correct its name.", file=str(path)) from missing
    except UnicodeDecodeError as wrong:
        what = "the file is not UTF-8"
        raise error(what, "Save it as UTF-8.", file=str(path)) from wrong
    return parse_yaml(text, path, error)


def parse_yaml(text: str, path: Path, error: type[BilateralError]) -> Any:  # noqa: ANN401
    """What the text holds; the path is for messages."""
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - derived from the safe loader
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        if getattr(wrong, "context", None) == "while scanning a simple key":
            # The key that lacks its colon, not the line on which YAML gave up looking for it.
            mark = getattr(wrong, "context_mark", mark)
        what = getattr(wrong, "problem", None) or str(wrong).splitlines()[0]
        line = mark.line + 1 if mark else None
        remedy = "Correct the YAML there: indentation, a colon, or a quotation mark."
        raise error(what, remedy, file=str(path), line=line) from wrong
