"""The text of a saved web page: headings, paragraphs, list items, and rows of tables.

Menus, footers, and notices are left out. What is left keeps its order and its words; blanks
between words become one. A heading stands between blank lines, a list item starts with a bullet,
the cells of a row are parted by " | ". The same page gives the same text everywhere.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from bilateral.folders import folder

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

BULLET = "• "
CELL = " | "
CELLS = re.compile(r"\s\|(?:\s|$)|\t+")  # what parts the cells of a row, in plain text too
HALF = 0.5
FEWEST_LINKS = 4
SHORT_LINK = 28  # letters of a menu's usual entry; titles of agreements are longer
LONGEST_CELL = 300
DEEPEST = 150  # blocks inside one another; deeper ones are read as one paragraph
SMALLEST_MAIN = 200  # letters; a main part with less is a shell that a script would fill


def is_row(text: str, begin: int, end: int) -> bool:
    """Whether a line has cells: parts between tabs, or between bars with blanks around them."""
    return CELLS.search(text, begin, end) is not None


@dataclass(frozen=True, slots=True)
class Extracted:
    """A web page's text, its title, where it was (None where it does not say), and its scripts."""

    text: str
    title: str | None
    address: str | None
    scripts: int


@dataclass(slots=True)
class _Writer:
    """Gathers lines; words that belong to one line are joined before it ends."""

    tables: dict[str, Any]
    lines: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    lead: str = ""
    depth: int = 0

    def end(self) -> None:
        """End the line that is being gathered, if it has words."""
        text = " ".join("".join(self.words).split())
        self.words = []
        if text.strip("|·•-– "):
            self.lines.append(self.lead + text)
            self.lead = ""

    def blank(self) -> None:
        """A blank line, once."""
        if self.lines and self.lines[-1]:
            self.lines.append("")


@cache
def _tables() -> dict[str, Any]:
    path = folder("graph") / "languages" / "markup.json"
    tables: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return {
        key: frozenset(value) if isinstance(value, list) and key != "main_selectors" else value
        for key, value in tables.items()
    }


def text_of(html: str) -> Extracted:
    """What a reader sees of a saved web page, without its menus and notices."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - plain text needs none of it

    tables = _tables()
    tree = LexborHTMLParser(html)
    scripts = len(tree.css("script"))
    title = tree.css_first("title")
    found = Extracted(
        "",
        " ".join(title.text().split()) or None if title is not None else None,
        _address(tree, html),
        scripts,
    )
    body = tree.body
    if body is None:
        return found
    _drop(body, tables)
    writer = _Writer(tables)
    _block(_main(body, tables), writer, frozenset())
    writer.end()
    text = "\n".join(writer.lines).strip("\n")
    return Extracted(text + "\n" if text else "", found.title, found.address, scripts)


def _address(tree: Any, html: str) -> str | None:  # noqa: ANN401 - a tree of selectolax
    """Where the page was: its canonical link, or what a browser wrote when it saved it."""
    for selector, name in (("link[rel=canonical]", "href"), ("meta[property='og:url']", "content")):
        node = tree.css_first(selector)
        value = (node.attributes.get(name) or "").strip() if node is not None else ""
        if value.startswith(("http://", "https://")):
            return str(value)
    saved = re.search(r"<!-- saved from url=\(\d+\)(https?://\S+) -->", html[:4000])
    return saved[1] if saved else None


def _letters(node: LexborNode) -> int:
    return sum(map(str.isalpha, node.text(deep=True)))


def _drop(body: LexborNode, tables: dict[str, Any]) -> None:
    """Take out of the tree what is no text of the page."""
    for name in sorted(
        tables["dropped_tags"] - {"nav", "footer", "aside", "form", "head", "title"}
    ):
        for node in body.css(name):
            node.decompose()
    whole = _letters(body)
    doubtful = [node for node in body.css("*") if _is_frame(node, tables)]
    for node in doubtful:
        # A wrapper may be called "menu-page": what holds most of the text is no menu.
        if _letters(node) <= HALF * whole:
            node.decompose()
    for node in body.css("ul, ol, table, div, td, p"):
        if _is_menu(node, whole):
            node.decompose()


def _is_frame(node: LexborNode, tables: dict[str, Any]) -> bool:
    tag, attributes = node.tag, node.attributes
    if tag in tables["kept_tags"]:
        return False
    if tag in tables["dropped_tags"] or attributes.get("role") in tables["dropped_roles"]:
        return True
    style = (attributes.get("style") or "").replace(" ", "").lower()
    hidden = "hidden" in attributes or attributes.get("aria-hidden") == "true"
    if hidden or "display:none" in style or "visibility:hidden" in style:
        return True
    if tag == "header":
        return node.css_first("h1") is None
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    words = re.split(r"[\s_-]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", named).lower())
    return not tables["dropped_words"].isdisjoint(words)


def _is_menu(node: LexborNode, whole: int) -> bool:
    """Whether a block is little but short links."""
    links = node.css("a")
    if len(links) < FEWEST_LINKS or _letters(node) > HALF * whole:
        return False
    texts = [" ".join(link.text(deep=True).split()) for link in links]
    texts = [text for text in texts if text]
    if not texts or any(re.search(r"\d{4}", text) for text in texts):
        return False
    linked = sum(sum(map(str.isalpha, text)) for text in texts)
    short = sum(map(len, texts)) / len(texts) <= SHORT_LINK
    return short and linked >= 0.8 * _letters(node)


def _main(body: LexborNode, tables: dict[str, Any]) -> LexborNode:
    """The part that the page itself marks as its main one, where most of the text is in it."""
    whole = _letters(body)
    for selector in tables["main_selectors"]:
        found = body.css(selector)
        if len(found) == 1 and _letters(found[0]) >= max(SMALLEST_MAIN, 0.4 * whole):
            return found[0]
    return body


def _block(node: LexborNode, writer: _Writer, inside: frozenset[str]) -> None:
    """Write a block's children; words of no block of their own are a paragraph."""
    tables = writer.tables
    writer.depth += 1
    child = node.child if writer.depth < DEEPEST else None
    if child is None and node.child is not None:
        writer.words.append(_line(node))
    while child is not None:
        tag = child.tag
        if tag == "-text":
            writer.words.append(child.text_content or "")
        elif tag == "br":
            writer.end()
        elif tag in tables["headings"]:
            _heading(child, writer)
        elif tag == "li":
            writer.end()
            writer.lead = BULLET
            _block(child, writer, inside | {"li"})
            writer.end()
            writer.lead = ""
        elif tag == "table":
            writer.end()
            _table(child, writer, inside)
            writer.blank()
        elif tag in tables["blocks"]:
            writer.end()
            _block(child, writer, inside)
            writer.end()
            if "li" not in inside:
                writer.blank()
        elif tag is not None and not tag.startswith(("-", "_", "!")):
            _block(child, writer, inside)
        child = child.next
    writer.depth -= 1


def _heading(node: LexborNode, writer: _Writer) -> None:
    writer.end()
    writer.blank()
    writer.words.append(_line(node))
    writer.end()
    writer.blank()


def _line(node: LexborNode) -> str:
    return " ".join(node.text(deep=True, separator=" ").split())


def _table(node: LexborNode, writer: _Writer, inside: frozenset[str]) -> None:
    """A row a line; a table that only lays the page out is read as the blocks that it holds."""
    rows = [row for row in node.css("tr") if _nearest_table(row) == node.mem_id]
    if not _holds_data(rows):
        _block(node, writer, inside)
        return
    writer.blank()
    for caption in node.css("caption"):
        _heading(caption, writer)
    for row in rows:
        cells = [" ".join(_line(cell).split()) for cell in _cells(row)]
        if any(cells):
            writer.words.append(CELL.join(cells))
            writer.end()


def _nearest_table(node: LexborNode) -> int | None:
    above = node.parent
    while above is not None and above.tag != "table":
        above = above.parent
    return above.mem_id if above is not None else None


def _cells(row: LexborNode) -> list[LexborNode]:
    return [cell for cell in row.iter(include_text=False) if cell.tag in {"td", "th"}]


def _holds_data(rows: list[LexborNode]) -> bool:
    """Whether rows are records: at least two, of two short cells or more, with no blocks in them."""
    filled = [cells for row in rows if (cells := _cells(row))]
    if len(filled) < 2 or max(map(len, filled)) < 2:  # noqa: PLR2004 - a row and a column more
        return False
    return all(
        len(_line(cell)) <= LONGEST_CELL
        and cell.css_first("table, ul, ol, h1, h2, h3, div > p, p ~ p") is None
        for cells in filled
        for cell in cells
    )
