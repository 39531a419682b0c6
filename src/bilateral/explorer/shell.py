"""The page around the explorer, for the server: its links, its policy; and what both modes share."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path

from bilateral.explorer.payload import texts
from bilateral.query.question import LANGUAGES

STATIC = Path(__file__).parent / "static"
ENTRY = "js/boot.js"
SLOT = re.compile(r"\{(policy|styles|scripts|noscript)\}")
# What the served explorer may do: its own scripts, styles, and fonts, and ask its own server.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def style_sheets() -> list[str]:
    """The style sheets in their order: the shared one, then each view's."""
    views = sorted(path.name for path in (STATIC / "css").glob("*.css"))
    return ["style.css", *(f"css/{name}" for name in views)]


def filled(*, policy: str, styles: str, scripts: str) -> str:
    """The page with its parts."""
    text = (STATIC / "index.html").read_text(encoding="utf-8")
    words = "".join(
        f'<p lang="{code}">{html.escape(texts()["core.noscript"][code])}</p>' for code in LANGUAGES
    )
    parts = {"policy": policy, "styles": styles, "scripts": scripts, "noscript": words}
    # In one pass: what is filled in is data, and may hold a name in braces itself.
    return SLOT.sub(lambda match: parts[match[1]], text)


@cache
def served() -> str:
    """The page that the server sends at `/`."""
    links = (f'<link rel="stylesheet" href="/static/explorer/{name}">\n' for name in style_sheets())
    script = f'<script type="module" src="/static/explorer/{ENTRY}"></script>\n'
    return filled(policy="", styles="".join(links), scripts=script)
