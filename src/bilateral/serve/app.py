"""The server's addresses, and what starts and stops with it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bilateral.errors import BilateralError
from bilateral.query.question import read_questions
from bilateral.query.settings import Settings
from bilateral.serve import crawlers, explorer, pages, rest
from bilateral.serve.pool import Pool
from bilateral.serve.protocol import Endpoint
from bilateral.serve.reconcile.web import reconcile
from bilateral.serve.replies import SAFE, no_way, wrong

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

HERE = Path(__file__).parent
ASKED_BY = ["GET", "HEAD", "OPTIONS", "POST"]


def app_of(graph: Path, settings: Settings | None = None) -> Starlette:
    """The server of a graph: a build's folder, or an RDF file. Its processes start with it."""
    settings = settings or Settings()

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        def failed(error: BilateralError) -> None:
            # Told in two lines by the command; a raise here would be told as a traceback.
            app.state.failure = error
            app.state.stop()

        pool = Pool(str(graph), settings, failed)
        try:
            await pool.start()
        except BilateralError as error:
            failed(error)
            yield
            return
        app.state.pool = pool
        app.state.ready()
        app.state.settings = settings
        app.state.folder = graph
        app.state.ontology = {}
        app.state.questions = {question.name: question for question in read_questions()}
        try:
            yield
        finally:
            await pool.stop()

    routes = [
        Route("/", pages.home),
        Route("/questions", rest.questions),
        Route("/questions/{name}", rest.question, methods=["GET", "HEAD", "POST"]),
        Route("/explorer/payload.json", explorer.payload),
        Route("/explorer/names.json", explorer.names),
        Route("/openapi.json", rest.openapi),
        Route("/reconcile", reconcile, methods=ASKED_BY),
        Route("/reconcile/{rest:path}", reconcile, methods=ASKED_BY),
        Route("/robots.txt", crawlers.robots),
        Route("/sitemap.xml", crawlers.sitemap),
        Route("/sitemap-{part:int}.xml", crawlers.sitemap),
        Route("/void", pages.void),
        Route("/.well-known/void", pages.void),
        Route("/dump/{name}", pages.dump),
        Route("/context.jsonld", pages.names),
        Route("/ontology", pages.ontology),
        Route("/source/{name}/passages.css", pages.passages_css),
        Route("/source/{name}", pages.source),
        Route("/{kind:str}/{name:path}", pages.thing),
        Mount("/static/explorer", explorer.Files()),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    # The files before the addresses of things, which take any path of two parts.
    routes = [*routes[-2:], *routes[:-2]]
    handlers: dict[Any, Any] = {404: _missing, 405: _method, 500: _broken}
    endpoint = Middleware(Endpoint, page=pages.sparql_page)
    app = Starlette(
        routes=routes, middleware=[endpoint], lifespan=life, exception_handlers=handlers
    )
    # /nope is not /nope/: the last route would take any name for a kind of thing.
    app.router.redirect_slashes = False
    app.state.stop = app.state.ready = lambda: None
    return app


async def _missing(request: Request, _: Exception) -> Response:
    what = f"there is nothing at {request.url.path}"
    return wrong(404, what, "Start at /, or read /openapi.json.", SAFE)


async def _method(request: Request, error: Exception) -> Response:
    allowed = (getattr(error, "headers", None) or {}).get("Allow", "GET")
    return no_way(request.method, request.url.path, allowed.split(", "))


async def _broken(_: Request, __: Exception) -> Response:
    return wrong(500, "the server failed", "Tell those who run it: its log says why.")
