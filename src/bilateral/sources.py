"""Sources: a page with its metadata, translation, and review.

A source is a folder `graph/sources/<id>/` with `page.<language>.txt`, `source.yaml`, and perhaps
`translation.en.tsv` and `review.yaml`; or a page's file alone, whose reporter and partner are then
taken from its name, its address, its language, its title, or its words (`parties`).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bilateral.errors import SourceError
from bilateral.folders import folder
from bilateral.namespaces import slug
from bilateral.page import Page, read_page
from bilateral.parties import find_parties
from bilateral.yamlfile import read_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from bilateral.tokens import Scan


REQUIRED = ("id", "title", "address", "publisher", "language", "reporter", "partner", "sha256")
OPTIONAL = ("undated", "date", "latest_event", "retrieved", "rights", "note", "replaces")
TITLE_LANGUAGES = ("en", "ka", "az")


@dataclass(frozen=True, slots=True)
class Source:
    """One source: its id, page, two states (CURIEs), and what its folder says of it."""

    id: str
    page: Page
    path: Path
    sha256: str
    reporter: str | None
    partner: str | None
    metadata: dict[str, Any] = field(default_factory=dict)
    translation: dict[str, str] = field(default_factory=dict)
    review: Path | None = None
    reasons: tuple[str, ...] = ()
    # Sentences that were scanned to find out whose page it is; extraction takes them from here.
    scans: dict[str, Scan] = field(default_factory=dict, compare=False, repr=False)

    def translate(self, sentence: str) -> str | None:
        """The English translation of a sentence of the page, if there is one."""
        return self.translation.get(sentence)


def stored_sources() -> list[Path]:
    """The folders of all stored sources, in order of their ids."""
    return sorted(p.parent for p in (folder("graph") / "sources").glob("*/source.yaml"))


def read_source(path: Path, lexicon_of: Any) -> Source:  # noqa: ANN401 - Knowledge.lexicon
    """The source in a folder or of a page's file. Raises SourceError."""
    refuse_address(path)
    if path.is_dir():
        return _read_folder(path)
    if (path.parent / "source.yaml").exists() and path.name.startswith("page."):
        return _read_folder(path.parent)
    return _read_file(path, lexicon_of)


def refuse_address(path: Path) -> None:
    """Raise SourceError for an address of the web: nothing is fetched."""
    found = re.match(r"(https?|ftp):/+(.+)", path.as_posix())
    if found:
        what = f"{found[1]}://{found[2]} is an address, and nothing is fetched from the web"
        remedy = "Save the page in a browser (Save As, HTML only), and give the file."
        raise SourceError(what, remedy)


def _read_folder(path: Path) -> Source:
    file = path / "source.yaml"
    metadata = read_yaml(file, SourceError)
    if not isinstance(metadata, dict):
        what = "the metadata is not a mapping"
        raise SourceError(what, f"Give it: {', '.join(REQUIRED)}.", file=str(file))
    missing = [key for key in REQUIRED if key not in metadata]
    if missing:
        what = f"the metadata lacks {', '.join(missing)}"
        raise SourceError(what, f"Give it: {', '.join(REQUIRED)}.", file=str(file), line=1)
    unknown = sorted(set(metadata) - set(REQUIRED) - set(OPTIONAL))
    if unknown:
        what = f"the metadata has the unknown key {', '.join(map(str, unknown))}"
        remedy = f"Known keys: {', '.join((*REQUIRED, *OPTIONAL))}."
        raise SourceError(what, remedy, file=str(file), line=1)
    _check_values(metadata, path, file)
    page_file = path / f"page.{metadata['language']}.txt"
    received = _bytes(page_file)
    digest = hashlib.sha256(received).hexdigest()
    if digest != metadata["sha256"]:
        what = f"the page's sha256 is {digest}, the metadata says {metadata['sha256']}"
        remedy = "Restore the page as it was received, or describe the new one in source.yaml."
        raise SourceError(what, remedy, file=str(page_file))
    page = read_page(received, str(page_file))
    review = path / "review.yaml"
    return Source(
        id=metadata["id"],
        page=page,
        path=page_file,
        sha256=digest,
        reporter="id:" + metadata["reporter"],
        partner="id:" + metadata["partner"],
        metadata=metadata,
        translation=_translation(path / "translation.en.tsv", page),
        review=review if review.exists() else None,
    )


def _check_values(metadata: dict[str, Any], path: Path, file: Path) -> None:
    if metadata["id"] != path.name:
        what = f"the id is '{metadata['id']}', the folder is '{path.name}'"
        raise SourceError(what, "Make both the same.", file=str(file), line=1)
    titles = metadata["title"]
    if not isinstance(titles, dict) or any(not titles.get(code) for code in TITLE_LANGUAGES):
        what = "the title is not given in every language"
        remedy = f"Write title: with {', '.join(TITLE_LANGUAGES)} under it."
        raise SourceError(what, remedy, file=str(file), line=1)
    for key in ("id", "address", "publisher", "language", "reporter", "partner", "sha256"):
        if not isinstance(metadata[key], str):
            what = f"'{key}' of the metadata is not text"
            raise SourceError(what, "Put it in quotation marks.", file=str(file), line=1)
    rights = metadata.get("rights", "")
    texts = (*rights, *rights.values()) if isinstance(rights, dict) else (rights,)
    if not all(isinstance(text, str) for text in texts):
        what = "'rights' of the metadata is neither text nor a text for each language"
        remedy = f"Write rights: with {', '.join(TITLE_LANGUAGES)} under it."
        raise SourceError(what, remedy, file=str(file), line=1)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        what = error.strerror or "the page cannot be read"
        remedy = "Give the path of a page's text file."
        raise SourceError(what, remedy, file=str(path)) from error


def _translation(path: Path, page: Page) -> dict[str, str]:
    """The translation of each sentence. Raises SourceError where the page has no such words."""
    if not path.exists():
        return {}
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        words, tab, translated = line.partition("\t")
        if number == 1 or not line.strip():
            continue
        if not tab or not translated.strip():
            what = "the line has no translation after a tab"
            raise SourceError(
                what, "Write: sentence, tab, translation.", file=str(path), line=number
            )
        if words not in page.text:
            what = f"the page has no such words: {words[:60]}"
            remedy = "Copy the sentence from the page exactly as it stands."
            raise SourceError(what, remedy, file=str(path), line=number)
        found[words] = translated
    return found


def _read_file(path: Path, lexicon_of: Any) -> Source:  # noqa: ANN401
    return source_of(_bytes(path), path, lexicon_of)


def source_of(received: bytes, path: Path, lexicon_of: Any) -> Source:  # noqa: ANN401
    """The source of a page's bytes, received from this path. Raises SourceError."""
    page = read_page(received, str(path))
    found = find_parties(page, lexicon_of(page.language), _name(path))
    return Source(
        id=id_of(path),
        page=page,
        path=path,
        sha256=hashlib.sha256(received).hexdigest(),
        reporter=found.reporter,
        partner=found.partner,
        reasons=found.reasons,
        scans=found.scans,
    )


def id_of(path: Path) -> str:
    """The id that the page of a path has: a folder's name, or a file's without its endings."""
    return slug(_name(path)) or "page"


def _name(path: Path) -> str:
    return path.parent.name if path.name.startswith("page.") else path.name.split(".")[0]
