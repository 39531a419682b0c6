"""What crawlers ask for: robots.txt, and the sitemap of every page of a thing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from starlette.responses import Response

from bilateral.errors import BilateralError
from bilateral.serve.protocol import OK, RequestError, run
from bilateral.serve.replies import OPEN, SAFE, failure, failure_of, wrong

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

# The most that the sitemap protocol (sitemaps.org) has in one file.
MOST = 50_000
PAGES = ("/", "/questions", "/ontology", "/reconcile/about")
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Pages, and no answers: whoever wants all of it finds the files at /void.
ROBOTS = """User-agent: *
Allow: /reconcile/about
Disallow: /sparql
Disallow: /reconcile
Disallow: /*?format=
Disallow: /*&format=

Sitemap: {base}/sitemap.xml
"""


async def robots(request: Request) -> Response:
    """Where crawlers may go, and where the sitemap is."""
    return Response(ROBOTS.format(base=_base(request)), OK, {**OPEN, **SAFE}, "text/plain")


async def sitemap(request: Request) -> Response:
    """The pages of the server, or, where they are too many for one file, the index of such files."""
    state, base = request.app.state, _base(request)
    part = request.path_params.get("part")
    own = [*PAGES, *(f"/questions/{name}" for name in state.questions)]
    begin = (part - 1) * MOST if part else 0
    try:
        header, body = await run(request, {"do": "pages", "begin": begin - len(own), "most": MOST})
    except RequestError as bad:
        return bad.reply
    except BilateralError as error:
        return failure_of(error)
    if header["status"] != OK:
        return failure(header["status"], header)
    total = header["total"] + len(own)
    parts = -(-total // MOST)
    if part is None and parts > 1:
        return _xml(
            "sitemapindex", "sitemap", (f"{base}/sitemap-{n + 1}.xml" for n in range(parts))
        )
    if part is not None and not 0 < part <= parts:
        return wrong(404, f"there is no sitemap {part}", "/sitemap.xml names all there are.")
    paths = [*own[begin:], *json.loads(body)][:MOST]
    return _xml("urlset", "url", (base + path for path in paths))


def _xml(root: str, entry: str, addresses: Iterable[str]) -> Response:
    lines = "".join(f"<{entry}><loc>{escape(address)}</loc></{entry}>\n" for address in addresses)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{SPACE}">\n{lines}</{root}>\n'
    return Response(text, OK, {**OPEN, **SAFE}, "application/xml")


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")
