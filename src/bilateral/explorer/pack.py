"""The one-file explorer: page, scripts, styles, fonts, engine, and graph in one HTML file.

Nothing is compressed here: the engine and the libraries are compressed when they are made
(scripts/vendor), and the rest is text. So the bytes depend on the graph alone, on any machine.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from bilateral.explorer.modules import ordered, script
from bilateral.explorer.names import named, names_json
from bilateral.explorer.payload import payload_json
from bilateral.explorer.shell import STATIC, filled, style_sheets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyoxigraph as ox

ENTRIES = ("js/app.js",)
LOADER = "js/loader.js"
# Parts of the graph are handed over one by one, so that the page can show how far it is; each is
# large enough for the prefixes before it not to count.
PART_CHARACTERS = 400_000
FONT = re.compile(r'url\("(fonts/[\w.-]+)"\)')


def explorer_html(trig: str, quads: Iterable[ox.Quad]) -> str:
    """The explorer of a graph, given as TriG and as quads."""
    styles = _styles()
    loader = (STATIC / LOADER).read_text(encoding="utf-8")
    policy = (
        "default-src 'none'; "
        f"script-src '{_hash(loader)}' blob: 'wasm-unsafe-eval'; worker-src blob:; "
        f"style-src '{_hash(styles)}'; font-src data:; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    # The loader stands before the large parts and takes each as soon as it is read.
    script = f"<script>{loader}</script>\n"
    return filled(
        policy=meta,
        styles=f"<style>{styles}</style>\n",
        scripts=script + "".join(_blocks(trig, quads)),
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _blocks(trig: str, quads: Iterable[ox.Quad]) -> Iterator[str]:
    modules = ordered(ENTRIES, STATIC)
    packed = {name: _gzipped(name.rpartition("/")[2]) for name, text in modules.items() if not text}
    prefixes, parts = graph_parts(trig)
    yield _block("about", _json({"parts": len(parts), "prefixes": prefixes}))
    workers = {
        "library": _gzipped("oxigraph.js"),
        "engine": (STATIC / "js" / "worker.js").read_text(encoding="utf-8"),
        "search": script("js/searcher.js", STATIC),
    }
    yield _block("workers", _json(workers))
    # The engine before the page: it starts in its worker while the page is put together.
    yield _block("engine", _gzipped("oxigraph.wasm"))
    yield _block("modules", _json([[n, text, packed.get(n, "")] for n, text in modules.items()]))
    yield _block("payload", payload_json())
    for part in parts:
        yield _block("graph", part)
    yield _block("names", names_json(named(quads)))
    yield _block("end", "")


def _json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _gzipped(name: str) -> str:
    return base64.b64encode((STATIC / "vendor" / "gz" / f"{name}.gz").read_bytes()).decode()


def _block(kind: str, text: str) -> str:
    """A data block; its text can neither end it nor start another script."""
    # JSON and TriG both write a character in a string as \\u003c; outside strings neither has
    # `</`, `<!`, or `<s`: TriG's IRIs are absolute, so that a letter of a scheme follows `<`.
    safe = re.sub(r"<(?=[/!]|script)", r"\\u003c", text, flags=re.IGNORECASE)
    return f'<script type="text/plain" data-part="{kind}">{safe}</script>\n'


def graph_parts(trig: str) -> tuple[str, list[str]]:
    """The prefixes of a TriG document of Oxigraph's serialiser, and its graphs in parts.

    A graph that is longer than a part is split between two of its subjects, unless it has blank
    nodes: the same label in another part is another node.
    """
    # Not splitlines: a literal may hold other separators of lines, which the serialiser leaves.
    lines = [f"{line}\n" for line in trig.removesuffix("\n").split("\n")]
    start = next((n for n, line in enumerate(lines) if not line.startswith("@prefix ")), len(lines))
    parts: list[str] = []
    part: list[str] = []
    size = 0
    for graph in _graphs(lines[start:]):
        whole = any("_:" in line for line in graph)
        for line in graph:
            part.append(line)
            size += len(line)
            between = not whole and line.startswith("\t") and line.endswith(" .\n")
            if size >= PART_CHARACTERS and (between or line.startswith("}")):
                parts.append("".join([*part, "}\n"] if between else part))
                part = [graph[0]] if between else []
                size = sum(map(len, part))
    if "".join(part).strip():
        parts.append("".join(part))
    return "".join(lines[:start]), parts


def _graphs(lines: list[str]) -> Iterator[list[str]]:
    """The lines of each graph: its name and brace, its statements, its closing brace."""
    graph: list[str] = []
    for line in lines:
        graph.append(line)
        if line.startswith("}"):
            yield graph
            graph = []
    if graph:
        yield graph


def _styles() -> str:
    sheets = [(STATIC / name).read_text(encoding="utf-8") for name in style_sheets()]

    def inside(match: re.Match[str]) -> str:
        data = base64.b64encode((STATIC / match[1]).read_bytes()).decode()
        return f'url("data:font/woff2;base64,{data}")'

    return FONT.sub(inside, "\n".join(sheets))
