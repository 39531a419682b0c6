"""The explorer's ES modules as one file needs them: in the order of their dependencies.

In one file a module is a blob, and a blob has no neighbours: what it imports must be a blob already.
So modules are listed so that each comes after those it imports, and every import names a module by
its path below `static`, which the loader (static/js/loader.js) replaces with its blob's address.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from bilateral.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

IMPORT = re.compile(
    r"""(?P<before>(?:^|[;\n])\s*(?:import|export)\b[^;"'()]*?\bfrom\s*|(?:^|[;\n])\s*import\s*"""
    r"""|\bimport\(\s*)(?P<mark>["'])(?P<path>\.{1,2}/[^"'\n]+)(?P=mark)"""
)
STATEMENT = re.compile(r"^import\b[^;]*?;\n", re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)
TOP = re.compile(r"^(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
VENDOR = "vendor/"
MARK = "module:"


def ordered(entries: Iterable[str], root: Path) -> dict[str, str]:
    """The sources of the entries and of all they import, by path; vendor modules have none ("").

    Raises BuildError for an import of nothing, and for modules that import each other in a circle.
    """
    done: dict[str, str] = {}
    for entry in entries:
        _visit(entry, root, done, ())
    return done


def script(entry: str, root: Path) -> str:
    """The entry and what it imports as one script without modules, for a worker.

    They share one scope, so that no two may have the same name at their top.
    """
    modules = ordered([entry], root)
    texts = [EXPORT.sub("", STATEMENT.sub("", text)) for text in modules.values()]
    names = [name for text in texts for name in TOP.findall(text)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        what = f"{entry} and its modules both have {', '.join(twice)}"
        raise BuildError(what, "Rename one of them.")
    return "\n".join(texts)


def _visit(name: str, root: Path, done: dict[str, str], above: tuple[str, ...]) -> None:
    if name in done:
        return
    if name in above:
        circle = " → ".join([*above[above.index(name) :], name])
        what = f"modules of the explorer import each other in a circle: {circle}"
        raise BuildError(what, "Move what both need into a third module.")
    if name.startswith(VENDOR):
        done[name] = ""
        return
    path = root / name
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        what = f"{above[-1] if above else 'the explorer'} imports {name}, which does not exist"
        raise BuildError(what, "Correct the import.", file=str(path)) from missing

    def renamed(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), match["path"]))
        _visit(target, root, done, (*above, name))
        return f'{match["before"]}"{MARK}{target}"'

    done[name] = IMPORT.sub(renamed, source)
