"""Where a new source is kept: whole or not at all, and never over another."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from bilateral.errors import SourceError
from bilateral.folders import folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bilateral.add.source import New


def home_of(into: Path | None) -> Path:
    """The folder that sources are kept in: the one given, else that of this installation."""
    return into if into is not None else folder("graph") / "sources"


def free_id(home: Path, new: New, *, new_version: bool) -> str:
    """The id to store a source under. Raises SourceError where it is taken.

    A new version of a page stands beside the old one, under the next free number.
    """
    name = new.source.id
    for folder_ in sorted(home.glob("*/source.yaml")):
        text = folder_.parent / f"page.{new.source.page.language.code}.txt"
        same = text.exists() and hashlib.sha256(text.read_bytes()).hexdigest()
        if same == new.metadata["sha256"]:
            what = f"the same page is stored already, as '{folder_.parent.name}'"
            raise SourceError(what, f"Look at it in {folder_.parent}.")
    if not (home / name).exists():
        return name
    if not new_version:
        what = f"there is a source '{name}' already: {home / name}"
        remedy = "Say --new-version to keep both, or give this page another --id."
        raise SourceError(what, remedy)
    return next(f"{name}-{n}" for n in count(2) if not (home / f"{name}-{n}").exists())


def metadata_text(metadata: Mapping[str, object]) -> str:
    """The metadata as the text of a source.yaml."""
    return yaml.safe_dump(dict(metadata), allow_unicode=True, sort_keys=False, width=100)


def store(home: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """The folder with the files, made in one step. Raises SourceError where it cannot be written."""
    target = home / name
    try:
        home.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=home))
    except OSError as error:
        what = f"cannot write in {home}: {error.strerror}"
        remedy = "Give a folder of your own: --into DIR; then build DIR/ID."
        raise SourceError(what, remedy) from error
    try:
        for file, content in files.items():
            (work / file).write_bytes(content)
        work.chmod(0o755)
        os.rename(work, target)  # noqa: PTH104 - unlike Path.rename's kin, it refuses a full folder
    except OSError as error:
        what = f"cannot write {target}: {error.strerror}"
        raise SourceError(what, "Give another --id, or another folder with --into.") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target
