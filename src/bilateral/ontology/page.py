"""The ontology page: one HTML file in three languages, for the server and for a file on disk."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2
from markupsafe import Markup

from bilateral.errors import QuestionError
from bilateral.explorer.shell import STATIC
from bilateral.namespaces import compact, expand
from bilateral.query.question import LANGUAGES
from bilateral.yamlfile import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bilateral.ontology.terms import Term

HERE = Path(__file__).parent
STYLE = HERE.parent / "serve" / "static" / "style.css"
FACE = re.compile(r"@font-face \{[^}]*\}")
FONT = re.compile(r'url\("fonts/([\w.-]+)"\)')
LONGEST = 160  # characters of an example's value


@cache
def environment() -> jinja2.Environment:
    """The template with what it calls."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["compact"] = compact
    made.filters["short"] = _short
    made.get_template("page.html")
    return made


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"


@cache
def texts() -> dict[str, dict[str, str]]:
    """The words of the page in each language."""
    return dict(read_yaml(HERE / "texts.yaml", QuestionError))


@cache
def styles(*, inside: bool) -> str:
    """The style sheet; with `inside` it holds its fonts, else it names the server's."""
    explorer = (STATIC / "style.css").read_text(encoding="utf-8")

    def font(match: re.Match[str]) -> str:
        if not inside:
            return f'url("/static/explorer/fonts/{match[1]}")'
        data = base64.b64encode((STATIC / "fonts" / match[1]).read_bytes()).decode()
        return f'url("data:font/woff2;base64,{data}")'

    faces = FONT.sub(font, "\n".join(FACE.findall(explorer)))
    sheets = (path.read_text(encoding="utf-8") for path in (STYLE, HERE / "page.css"))
    return "\n".join((faces, *sheets))


@cache
def code() -> str:
    """The page's script."""
    return (HERE / "page.js").read_text(encoding="utf-8")


def policy() -> str:
    """What a browser may do with the served page: its own styles, script, and fonts, no more."""
    sheet, script = (_digest(text) for text in (styles(inside=False), code()))
    return (
        f"default-src 'none'; style-src '{sheet}'; script-src '{script}'; font-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


class Served(NamedTuple):
    """What the page has of a server: forms of the ontology, ways to other pages, addresses."""

    forms: tuple[tuple[str, str], ...]
    ways: tuple[tuple[str, dict[str, str]], ...]
    local: Callable[[str], str]


def page_html(
    terms: dict[str, Term],
    lang: str = LANGUAGES[0],
    *,
    served: Served | None = None,
    script: bool = True,
) -> str:
    """The page of some terms; without `served` one that needs nothing beside itself."""
    values = {
        "lang": lang,
        "languages": LANGUAGES,
        "texts": texts(),
        "terms": terms,
        "base": expand("bil:"),
        "served": served,
        "script": script,
        "code": Markup(code()),  # noqa: S704 - our own file
        "styles": Markup(styles(inside=served is None)),  # noqa: S704 - our own files
        "anchor": anchor,
        "link": lambda iri: _link(iri, terms, served),
        "labels_of": lambda iri: terms[iri].labels if iri in terms else {},
        **_sections(terms),
    }
    return environment().get_template("page.html").render(values).lstrip()


def anchor(iri: str) -> str:
    """The id of a term on the page: that of its own address for a class or a property of ours."""
    own = expand("bil:")
    return iri.removeprefix(own) if iri.startswith(own) else compact(iri)


def _link(iri: str, terms: dict[str, Term], served: Served | None) -> str:
    if iri in terms:
        return f"#{anchor(iri)}"
    if served is not None:
        return served.local(iri)
    ours = tuple(expand(f"{name}:") for name in ("id", "source", "rule", "graph"))
    # A file stands alone: addresses of things lead nowhere without a network, terms' of others do.
    return iri if iri.startswith(("http://", "https://")) and not iri.startswith(ours) else ""


def _sections(terms: dict[str, Term]) -> dict[str, Any]:
    own = [term for term in terms.values() if term.own]
    classes = {term.iri: term for term in own if term.kind == "class"}
    tops = [iri for iri, term in classes.items() if not any(p in classes for p in term.parents)]
    schemes: dict[str, list[Term]] = {t.iri: [] for t in own if t.kind == "scheme"}
    for term in own:
        # A concept of two schemes has one address, so it stands in the first.
        of = next((parent for parent in term.parents if parent in schemes), None)
        if term.kind == "concept" and of:
            schemes[of].append(term)
    others = [term for term in terms.values() if not term.own]
    return {
        "classes": [classes[iri] for iri in _ordered(tops, classes)],
        "tops": tops,
        "properties": [term for term in own if term.kind == "property"],
        "schemes": [(terms[iri], concepts) for iri, concepts in schemes.items()],
        "others": others,
        "count": len(terms),
    }


def _ordered(iris: list[str], classes: dict[str, Term]) -> Iterator[str]:
    """Classes, each followed by those that are kinds of it."""
    for iri in iris:
        yield iri
        yield from _ordered([c for c in classes[iri].children if c in classes], classes)
