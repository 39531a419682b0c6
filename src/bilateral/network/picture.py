"""A drawing as one HTML page, by pyvis with a template of our own.

pyvis's own page asks three other sites for code, shakes for minutes, and escapes nothing
(WestHealth/pyvis#51 and others); this one asks nobody, stands still, and builds every text as text.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bilateral.errors import QuestionError, UsageError
from bilateral.folders import PACKAGE
from bilateral.network.kinds import kinds
from bilateral.network.layout import NAMED, positions, size_of
from bilateral.network.ties import labels_of
from bilateral.query.question import LANGUAGES
from bilateral.yamlfile import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bilateral.network.drawing import Drawing, Line
    from bilateral.network.layout import Points
    from bilateral.query.graph import Graph

HERE = Path(__file__).parent
STATIC = PACKAGE / "explorer" / "static"
QUOTED = 3  # passages that one line carries; a picture is not the page
STILL = {
    "physics": {"enabled": False},
    "interaction": {"hover": True, "hideEdgesOnDrag": True, "tooltipDelay": 120},
    "edges": {"smooth": False},
}


class Picture:
    """A page that shows a drawing; in a notebook it shows itself."""

    def __init__(self, text: str) -> None:
        self.html = text

    def save(self, path: str | Path) -> Path:
        """Write the page into a file. Raises UsageError where that cannot be."""
        file = Path(path)
        try:
            file.write_text(self.html, encoding="utf-8", newline="\n")
        except OSError as wrong:
            what = f"cannot write {file}: {wrong.strerror}"
            raise UsageError(what, "Name another file with -o.") from wrong
        return file

    def _repr_html_(self) -> str:
        # A frame of its own keeps the notebook's styles and scripts apart from the picture's.
        page = html.escape(self.html, quote=True)
        return (
            f'<iframe srcdoc="{page}" sandbox="allow-scripts" title="Bilateral" width="100%"'
            ' height="620" style="border:1px solid #8884;border-radius:6px"></iframe>'
        )


def picture(
    drawing: Drawing, graph: Graph, language: str = LANGUAGES[0], places: Points | None = None
) -> Picture:
    """The page of a drawing, in which a reader may choose another language.

    `places` are given where they have been computed, for the things in the drawing's order.
    """
    import networkx as nx  # noqa: PLC0415 - slow, and only drawing needs both
    from pyvis.network import Network as Page  # noqa: PLC0415

    number = {thing.iri: n for n, thing in enumerate(drawing.things)}
    drawn = nx.Graph()
    drawn.add_nodes_from(range(len(number)))
    drawn.add_edges_from((number[line.source], number[line.target]) for line in drawing.lines)
    places = places or positions(drawn)
    page = Page(directed=True, cdn_resources="local")
    for n, thing in enumerate(drawing.things):
        x, y = places[n]
        size = size_of(thing.degree)
        page.add_node(n, label="", shape="image", x=x, y=y, size=size, group=thing.kind.id)
    between: dict[tuple[int, int], list[Line]] = {}
    for line in drawing.lines:
        one, other = number[line.source], number[line.target]
        between.setdefault((min(one, other), max(one, other)), []).append(line)
    for one, other in sorted(between):
        page.add_edge(one, other, width=1)
    page.set_options(json.dumps(STILL))
    page.set_template_dir(str(HERE / "template"))
    page.templateEnv = environment()
    known = _Passages()
    page.templateEnv.globals |= {
        "page_title": drawing.title.get(language) or drawing.title[LANGUAGES[0]] or "Bilateral",
        "language": language,
        "content": {
            "title": drawing.title,
            "languages": list(LANGUAGES),
            "texts": read_yaml(HERE / "texts.yaml", QuestionError),
            "kinds": _kinds(drawing, graph),
            "things": [
                {"iri": t.iri, "names": t.names, "kind": t.kind.id, "degree": t.degree}
                for t in drawing.things
            ],
            "lines": [
                [_line(line, number, known) for line in between[pair]] for pair in sorted(between)
            ],
            "leftOut": drawing.left_out,
            "named": NAMED,
        },
        "passages": known.found,
        "still": STILL,  # pyvis hands its options over as a text that would be escaped
    }
    return Picture(page.generate_html(local=True))


class _Passages:
    """The passages of a page, each kept once, by number."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []
        self._numbers: dict[str, int] = {}

    def number(self, passage: Any) -> int:  # noqa: ANN401 - a Passage
        if passage.iri not in self._numbers:
            self._numbers[passage.iri] = len(self.found)
            self.found.append(
                {"iri": passage.iri, "text": passage.text, "translation": passage.translation}
            )
        return self._numbers[passage.iri]


def _line(line: Line, number: dict[str, int], known: _Passages) -> dict[str, Any]:
    return {
        "from": number[line.source],
        "to": number[line.target],
        "names": line.names,
        "date": line.date,
        "computed": line.derived,
        "said": [known.number(passage) for passage in line.passages[:QUOTED]],
        "more": max(0, len(line.passages) - QUOTED),
    }


def _kinds(drawing: Drawing, graph: Graph) -> list[dict[str, Any]]:
    """The kinds that the drawing has, with what draws them and their names."""
    used = {thing.kind.id for thing in drawing.things}
    shapes = read_yaml(HERE / "shapes.yaml", QuestionError)
    chosen = [kind for kind in kinds() if kind.id in used]
    labels = labels_of({kind.label for kind in chosen}, graph)
    return [
        {
            "id": kind.id,
            "names": {
                language: labels.get(kind.label, {}).get(language) or kind.id
                for language in LANGUAGES
            },
            "outline": shapes[kind.shape]["path"],
            "down": shapes[kind.shape]["down"],
            "icon": kind.icon,
            "color": kind.color,
        }
        for kind in chosen
    ]


def environment() -> Any:  # noqa: ANN401 - jinja's environment, imported late
    """The template's environment: everything escaped, with the page's own parts."""
    from jinja2 import Environment, FileSystemLoader  # noqa: PLC0415
    from markupsafe import Markup  # noqa: PLC0415

    made = Environment(loader=FileSystemLoader(HERE / "template"), autoescape=True)
    library, script, style = _library(), _text("picture.js"), _tokens() + _text("picture.css")
    # The page's own policy: nothing but these very texts runs, and nothing is asked for.
    policy = (
        f"default-src 'none'; script-src {_hash(library)} {_hash(script)};"
        " style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none';"
        " form-action 'none'"
    )
    made.globals |= {
        "policy": policy,
        "library": Markup(library),  # noqa: S704 - the packages' and our own files, no data
        "script": Markup(script),  # noqa: S704
        "style": Markup(style),  # noqa: S704
    }
    return made


def _text(name: str) -> str:
    return (HERE / "template" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _library() -> str:
    """vis-network as pyvis carries it, without the line that asks for its source map."""
    spec = find_spec("pyvis")
    assert spec is not None and spec.submodule_search_locations  # noqa: S101, PT018 - it was imported
    found = Path(spec.submodule_search_locations[0]) / "lib" / "vis-9.1.2" / "vis-network.min.js"
    text = found.read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=\S*", "", text).strip() + "\n"


@cache
def _tokens() -> str:
    """The explorer's fonts and colours: its style's first blocks, the fonts inside the text."""
    style = (STATIC / "style.css").read_text(encoding="utf-8")
    wanted: Iterable[str] = re.findall(
        r"^(?:@font-face|:root(?:\[data-theme=\"dark\"\])?) *\{[^}]*\}", style, re.MULTILINE
    )

    def inlined(match: re.Match[str]) -> str:
        data = base64.b64encode((STATIC / match[1]).read_bytes()).decode()
        return f'url("data:font/woff2;base64,{data}")'

    return "\n".join(re.sub(r'url\("(fonts/[^"]+)"\)', inlined, block) for block in wanted) + "\n"
