"""Pages for people: the questions, each IRI with its evidence, the source with its passages."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import anyio.to_thread
import jinja2
from markupsafe import Markup
from starlette.responses import FileResponse, Response

from bilateral.catalogue import files
from bilateral.errors import BilateralError, QuestionError, RemoteError
from bilateral.jsonld import context, shown
from bilateral.namespaces import compact, expand, whole
from bilateral.ontology.page import Served, page_html, policy
from bilateral.ontology.terms import terms_from
from bilateral.query.formats import GRAPHS
from bilateral.query.printing import heading
from bilateral.query.question import LANGUAGES, tags
from bilateral.serve import explorer
from bilateral.serve.jobs import described
from bilateral.serve.protocol import (
    OK,
    Asked,
    RequestError,
    answered,
    dataset_of,
    form_of,
    number_of,
    run,
    wants_html,
)
from bilateral.serve.replies import OPEN, SAFE, failure_of, wrong
from bilateral.serve.things import PLACES
from bilateral.yamlfile import read_yaml

if TYPE_CHECKING:
    from starlette.requests import Request

    from bilateral.query.question import Question

HERE = Path(__file__).parent
KINDS = ("id", "concept", "rule", "graph")
SHOWN_ROWS = 500


@cache
def _texts() -> dict[str, dict[str, str]]:
    return dict(read_yaml(HERE / "texts.yaml", QuestionError))


@cache
def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["compact"] = compact
    made.filters["local"] = local
    made.filters["heading"] = heading
    made.filters["data"] = data
    made.filters["whole"] = whole
    return made


def data(value: Any) -> Markup:  # noqa: ANN401 - JSON
    """JSON for a script element that holds data: no byte of it can end the element."""
    text = json.dumps(value, ensure_ascii=False)
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(text)  # noqa: S704 - escaped for where it stands


def local(iri: str) -> str:
    """Where this server shows an IRI: its own pages for ours, the IRI itself for others'."""
    for kind in (*KINDS, "source"):
        base = expand(f"{kind}:")
        if iri.startswith(base):
            path, mark, fragment = iri[len(base) :].partition("#")
            return f"/{kind}/{quote(path)}{mark}{fragment}"
    if iri.startswith(expand("bil:")):
        return f"/ontology#{iri[len(expand('bil:')) :]}"
    # Only addresses of the web are links: no javascript: and the like.
    return iri if iri.startswith(("http://", "https://")) else ""


def language_of(request: Request) -> str:
    """The language of a page: the address's, else the first of ours that the client reads."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    for part in request.headers.get("accept-language", "").split(","):
        code = part.partition(";")[0].strip()[:2].lower()
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]


def texts(lang: str) -> dict[str, str]:
    """The words of the pages in a language."""
    return {key: text[lang] for key, text in _texts().items()}


def fragment(template: str, **values: Any) -> str:  # noqa: ANN401
    """A piece of a page."""
    return _templates().get_template(template).render(**values)


def page(
    request: Request,
    template: str,
    status: int = 200,
    in_language: str = "",
    **values: Any,  # noqa: ANN401
) -> Response:
    """A page in a language, or in the reader's."""
    lang = in_language or language_of(request)
    here = request.url.path
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "lang"]
    query = "".join(f"&{quote(k)}={quote(v)}" for k, v in kept)
    text = (
        _templates()
        .get_template(template)
        .render(lang=lang, t=texts(lang), languages=LANGUAGES, here=here, query=query, **values)
    )
    headers = {**OPEN, **SAFE, "Content-Language": lang, "Vary": "Accept, Accept-Language"}
    return Response(text, status, headers, "text/html; charset=utf-8")


async def home(request: Request) -> Response:
    """The explorer; with `plain`, the way to everything there is without a script."""
    if "plain" not in request.query_params and wants_html(request, ()):
        return explorer.page()
    return questions_page(request, list(request.app.state.questions.values()))


def questions_page(request: Request, questions: list[Question]) -> Response:
    """The questions by their folders."""
    lang = language_of(request)
    folders: dict[str, list[Question]] = {}
    for question in questions:
        folders.setdefault(question.folder, []).append(question)
    named = [(tags().get(name, {}).get(lang, name), found) for name, found in folders.items()]
    return page(request, "questions.html", folders=named, about=request.app.state.pool.about)


async def question_page(
    request: Request, question: Question, values: dict[str, str], *, explain: bool
) -> Response:
    """A question with a form for its parameters, its answer, and the passages behind each row."""
    lang = language_of(request)
    given = {k: v for k, v in values.items() if v}
    takes_lang = any(p.name == "lang" for p in question.parameters)
    if takes_lang:
        given.setdefault("lang", lang)
    else:
        given.pop("lang", None)
    lacking = [p for p in question.parameters if p.required and p.name not in given]
    answer: dict[str, Any] = {"status": 200, "table": None, "failure": None, "cut": False}
    if not lacking:
        job = {"name": question.name, "values": given, "explain": explain, "lang": lang}
        answer = await _table(request, job, question)
    status = answer.pop("status")
    return page(request, "question.html", status, question=question, given=given, explain=explain,
                **answer)  # fmt: skip


async def _table(
    request: Request, job: dict[str, Any], question: Question | None = None
) -> dict[str, Any]:
    """What a page shows of an answer: its status, its table or what is wrong, whether it is cut."""
    try:
        header, body = await run(request, {"do": "table", "max_rows": _shown(request), **job})
    except BilateralError as error:
        told = question.unreached(error) if question and isinstance(error, RemoteError) else error
        return {"status": failure_of(told).status_code, "table": None,
                "failure": described(told), "cut": False}  # fmt: skip
    fine = header["status"] == OK
    return {"status": header["status"], "table": json.loads(body) if fine else None,
            "failure": None if fine else header, "cut": bool(header.get("cut"))}  # fmt: skip


def _shown(request: Request) -> int:
    return min(SHOWN_ROWS, int(request.app.state.settings.max_rows))


async def sparql_page(request: Request, asked: Asked) -> Response:
    """A form for a query, and the answer to one."""
    answer: dict[str, Any] = {"status": 200, "table": None, "failure": None, "cut": False}
    if asked.query:
        try:
            lang = language_of(request)
            job = {"query": asked.query, "lang": lang, **dataset_of(request, asked)}
            answer = await _table(request, job)
        except RequestError as bad:
            about = json.loads(bytes(bad.reply.body))
            answer |= {"status": bad.reply.status_code, "failure": about}
    status = answer.pop("status")
    return page(request, "sparql.html", status, asked=asked.query or "", given=asked, **answer)


async def thing(request: Request) -> Response:
    """An IRI of ours: a page with its evidence, or RDF."""
    kind, name = request.path_params["kind"], request.path_params["name"]
    if kind not in KINDS:
        return wrong(404, f"there is nothing at {request.url.path}", "Start at /.")
    return await _dereferenced(request, expand(f"{kind}:") + name, "thing.html", "card")


async def source(request: Request) -> Response:
    """A source: its text with the passages marked, or RDF."""
    iri = expand("source:") + request.path_params["name"]
    return await _dereferenced(request, iri, "source.html", "text")


async def ontology(request: Request) -> Response:
    """The ontology as RDF, or every term as a page; with `plain` the page has no script."""
    if not wants_html(request, GRAPHS) or request.query_params.get("format"):
        return await _rdf(request, expand("graph:ontology"))
    lang, plain = language_of(request), "plain" in request.query_params
    kept: dict[tuple[str, bool], str] = request.app.state.ontology
    if (lang, plain) not in kept:
        try:
            header, body = await run(request, {"do": "terms"})
        except RequestError as bad:
            return bad.reply
        except BilateralError as error:
            return failure_of(error)
        if header["status"] != OK:
            return page(request, "error.html", header["status"], failure=header)
        kept[lang, plain] = await anyio.to_thread.run_sync(_ontology_html, body, lang, plain)
    rules = {"Content-Security-Policy": policy(), "Content-Language": lang}
    headers = {**OPEN, **SAFE, **rules, "Vary": "Accept, Accept-Language"}
    return Response(kept[lang, plain], 200, headers, "text/html; charset=utf-8")


def _ontology_html(body: bytes, lang: str, plain: bool) -> str:  # noqa: FBT001 - run in a thread
    texts = _texts()
    ways = (("/questions", "questions"), ("/sparql", "sparql"), ("/questions/sources", "sources"),
            ("/ontology", "ontology"))  # fmt: skip
    forms = tuple((f.name, f.media_types[0]) for f in GRAPHS if f.name != "trig")
    where = Served(forms, tuple((way, texts[key]) for way, key in ways), local)
    return page_html(terms_from(json.loads(body)), lang, served=where, script=not plain)


async def void(request: Request) -> Response:
    """The description of the dataset, with where this server gives it: VoID and DCAT."""
    address, folder = str(request.base_url).rstrip("/"), request.app.state.folder
    names = [name for name in files() if (folder / name).is_file()]
    return await _rdf(request, expand("graph:catalogue"), address=address, files=names)


async def dump(request: Request) -> Response:
    """A file of the build that is served, one of those that its description names."""
    name = request.path_params["name"]
    path = request.app.state.folder / name
    if name not in files() or not path.is_file():
        what = f"there is no file '{name}' here"
        return wrong(404, what, "/void names the files that there are.")
    return FileResponse(path, 200, {**OPEN, **SAFE}, files()[name])


async def names(_: Request) -> Response:
    """The JSON-LD context: what each name of a document of ours stands for."""
    headers = {**OPEN, **SAFE, "Cache-Control": "max-age=3600"}
    return Response(f'{{"@context": {shown(context())}}}\n', 200, headers, "application/ld+json")


async def _dereferenced(request: Request, iri: str, template: str, job: str) -> Response:
    if not wants_html(request, GRAPHS) or request.query_params.get("format"):
        return await _rdf(request, iri)
    try:
        part = number_of(request.query_params.get("page", ""), "page") or 1
        asked = {"do": job, "iri": iri, "lang": language_of(request), "part": part}
        header, body = await run(request, asked)
    except RequestError as bad:
        return bad.reply
    except BilateralError as error:
        return failure_of(error)
    if header["status"] != OK:
        return page(request, "error.html", header["status"], failure=header)
    shown = json.loads(body)
    if job == "text":
        shown["pieces"] = pieces_of(shown["text"], shown["spans"])
    first = (part - 1) * PLACES + 1
    reply = page(request, template, number=part, first=first, step=PLACES, **{job: shown})
    links = [f'<?format={f.name}>; rel="alternate"; type="{f.media_types[0]}"' for f in GRAPHS[:4]]
    if part < shown.get("parts", 1):
        links.append(f'<?page={part + 1}>; rel="next"')
    reply.headers["Link"] = ", ".join(links)
    return reply


async def _rdf(request: Request, iri: str, **more: Any) -> Response:  # noqa: ANN401
    state = request.app.state
    try:
        name = request.query_params.get("format", "")
        job = {"do": "about", "iri": iri, "max_rows": state.settings.max_rows,
               **form_of(request, name), **more}  # fmt: skip
        return await answered(request, job, SAFE)
    except RequestError as bad:
        return bad.reply
    except BilateralError as error:
        return failure_of(error)


async def passages_css(request: Request) -> Response:
    """A style sheet that lights up the passage of the address's #char fragment.

    Passages overlap, and the fragment is known to the browser only: one rule a span.
    """
    iri = expand("source:") + request.path_params["name"]
    try:
        job = {"do": "text", "iri": iri, "lang": LANGUAGES[0]}
        header, body = await run(request, job)
    except RequestError as bad:
        return bad.reply
    except BilateralError as error:
        return failure_of(error)
    if header["status"] != OK:
        return wrong(header["status"], header["error"], header["remedy"])
    spans = {(s["begin"], s["end"]) for s in json.loads(body)["spans"]}
    rules = "".join(
        f'body:has([id="char={b},{e}"]:target) .c{b}-{e} {{ background: var(--mark); }}\n'
        for b, e in sorted(spans)
    )
    return Response(rules, 200, {**SAFE, "Cache-Control": "max-age=300"}, "text/css")


def pieces_of(text: str, spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The text in pieces, each with the spans that cover it and those that start with it.

    Passages may overlap, so no element can hold one; a piece names all that it belongs to, and a
    style sheet made for the page lights up those of the address's fragment.
    """
    cuts = sorted({0, len(text), *(s["begin"] for s in spans), *(s["end"] for s in spans)})
    pieces = []
    for begin, end in pairwise(cuts):
        over = [s for s in spans if s["begin"] <= begin and end <= s["end"]]
        thing = next((s for s in over if s["thing"]), None)
        pieces.append(
            {
                "text": text[begin:end],
                "starts": [s for s in spans if s["begin"] == begin],
                "within": " ".join(f"c{s['begin']}-{s['end']}" for s in over),
                "thing": thing,
                "passage": any(not s["thing"] and not s["silent"] for s in over),
                "silent": any(s["silent"] for s in over),
            }
        )
    return pieces
