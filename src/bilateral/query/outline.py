"""What a query asks for, read from its tokens: its form, its SERVICEs, its FROMs, its LIMIT.

Nothing here looks for text: a keyword inside a string, an IRI, a name, or a comment is no keyword.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from bilateral.errors import RefusedError
from bilateral.namespaces import prefixes
from bilateral.query.lexer import Token, tokens_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pyoxigraph as ox

FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)
# The functions whose answer differs from call to call.
VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class Service:
    """A SERVICE clause: its endpoint (None for a variable) and its offsets in the query."""

    endpoint: str | None
    silent: bool
    start: int
    pattern: int
    end: int


@dataclass(frozen=True, slots=True)
class Outline:
    """What a query asks for.

    `form` is one of SELECT, ASK, CONSTRUCT, DESCRIBE, UPDATE, or "" when it is none of them.
    `body` is the offset after the prologue, `where` that of the pattern's opening brace.
    """

    query: str
    tokens: tuple[Token, ...]
    form: str
    services: tuple[Service, ...]
    graphs: tuple[str, ...]
    limit: Token | None
    end: int
    sliced: bool
    ordered: bool
    volatile: bool
    body: int
    where: int


@lru_cache(maxsize=512)
def outline(query: str) -> Outline:
    """The outline of a query; a text that is not SPARQL has one too, with less in it."""
    tokens = tokens_of(query)
    declared, base, first = _prologue(tokens)
    form = (
        tokens[first].text.upper() if first < len(tokens) and tokens[first].kind == "word" else ""
    )
    form = form if form in FORMS else "UPDATE" if form in UPDATES else ""
    depth = 0
    where, end = -1, tokens[-1].end if tokens else 0
    limit: Token | None = None
    sliced = ordered = False
    services: list[Service] = []
    graphs: list[str] = []
    for index in range(first, len(tokens)):
        token = tokens[index]
        if token.text in {"{", "("} and token.kind == "mark":
            # CONSTRUCT's first brace opens its template; its pattern follows WHERE.
            if token.text == "{" and depth == 0 and _opens_pattern(tokens, index, form, where):
                where = token.start
            depth += 1
        elif token.text in {"}", ")"} and token.kind == "mark":
            depth -= 1
        elif token.kind == "word":
            word = token.text.upper()
            if word == "SERVICE":
                services.append(_service(tokens, index, declared, base))
            elif depth == 0 and word == "FROM":
                named = [t for t in tokens[index + 1 : index + 3] if not t.is_word("NAMED")]
                graphs += [_iri(t, declared, base) or t.text for t in named[:1]]
            elif depth == 0 and word == "ORDER":
                ordered = True
            elif depth == 0 and word in {"LIMIT", "OFFSET"} and index + 1 < len(tokens):
                sliced = True
                limit = tokens[index + 1] if word == "LIMIT" else limit
            elif depth == 0 and word == "VALUES" and where >= 0:
                end = min(end, token.start)
    return Outline(
        query=query,
        tokens=tokens,
        form=form,
        services=tuple(services),
        graphs=tuple(graphs),
        limit=limit,
        end=end,
        sliced=sliced,
        ordered=ordered,
        volatile=any(t.kind == "word" and t.text.upper() in VOLATILE for t in tokens),
        body=tokens[first].start if first < len(tokens) else 0,
        where=where,
    )


def _opens_pattern(tokens: tuple[Token, ...], index: int, form: str, where: int) -> bool:
    if where >= 0:
        return False
    return form != "CONSTRUCT" or tokens[index - 1].is_word("WHERE")


def _prologue(tokens: tuple[Token, ...]) -> tuple[dict[str, str], str, int]:
    declared: dict[str, str] = {}
    base = ""
    index = 0
    while index + 1 < len(tokens):
        if tokens[index].is_word("PREFIX") and index + 2 < len(tokens):
            declared[tokens[index + 1].text.removesuffix(":")] = urljoin(
                base, _unescaped(tokens[index + 2].text[1:-1])
            )
            index += 3
        elif tokens[index].is_word("BASE"):
            base = urljoin(base, _unescaped(tokens[index + 1].text[1:-1]))
            index += 2
        else:
            break
    return declared, base, index


def _iri(token: Token, declared: Mapping[str, str], base: str) -> str | None:
    if token.kind == "iri":
        iri = _unescaped(token.text[1:-1])
        return urljoin(base, iri) if base else iri
    if token.kind == "name":
        prefix, _, local = token.text.partition(":")
        return declared[prefix] + re.sub(r"\\(.)", r"\1", local) if prefix in declared else None
    return None


def _unescaped(text: str) -> str:
    return ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)), text)


def _service(
    tokens: tuple[Token, ...], index: int, declared: Mapping[str, str], base: str
) -> Service:
    start = tokens[index].start
    index += 1
    silent = index < len(tokens) and tokens[index].is_word("SILENT")
    index += silent
    endpoint = _iri(tokens[index], declared, base) if index < len(tokens) else None
    index += 1
    opening = tokens[index].start if index < len(tokens) else len(tokens)
    depth = 0
    for token in tokens[index:]:
        if token.kind == "mark":
            depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            return Service(endpoint, silent, start, opening, token.end)
    return Service(endpoint, silent, start, opening, tokens[-1].end)


def refuse(
    asked: Outline,
    services: Collection[str] | None,
    graphs: Collection[str] | None,
) -> None:
    """Raise RefusedError for what is not allowed: updates, and SERVICE and FROM of the unlisted.

    `services` are the endpoints allowed, `graphs` those of the dataset; None allows all.
    """
    if asked.form == "UPDATE":
        what = "updates are refused: the graph is read only"
        remedy = (
            "Ask with SELECT, ASK, CONSTRUCT, or DESCRIBE; `bilateral build` changes the graph."
        )
        raise RefusedError(what, remedy)
    for service in asked.services:
        if services is None:
            break
        if service.endpoint is None:
            what = "SERVICE with a variable is refused"
            raise RefusedError(what, "Name the endpoint: SERVICE <https://…> { … }.")
        if service.endpoint not in services:
            what = f"SERVICE <{service.endpoint}> is refused: it is not on the list of endpoints"
            listed = ", ".join(sorted(services)) or "none"
            raise RefusedError(what, f"Allowed: {listed}.")
    for graph in asked.graphs:
        if graphs is not None and graph not in graphs:
            what = f"FROM <{graph}> is refused: the dataset has no such graph, and fetches none"
            raise RefusedError(
                what, "Name a graph of the dataset: SELECT DISTINCT ?g { GRAPH ?g {} }."
            )


def limited(asked: Outline, rows: int) -> str:
    """The query with a LIMIT of at most `rows`."""
    query = asked.query
    if asked.limit is None:
        return f"{query[: asked.end]}\nLIMIT {rows}\n{query[asked.end :]}"
    if asked.limit.text.isdigit() and int(asked.limit.text) <= rows:
        return query
    return f"{query[: asked.limit.start]}{rows}{query[asked.limit.end :]}"


def page_of(asked: Outline, offset: int, rows: int) -> str:
    """One page of a query that has no LIMIT or OFFSET of its own."""
    query = asked.query
    return f"{query[: asked.end]}\nLIMIT {rows} OFFSET {offset}\n{query[asked.end :]}"


def bound(query: str, terms: Mapping[str, ox.NamedNode | ox.Literal]) -> str:
    """The query with variables bound to terms, wherever they stand, also in subqueries.

    An engine's own substitution reaches a query's projected variables only (SEP-0007); this binds
    the variable tokens, so that a query means the same on every engine. A term is written by the
    engine's serialiser, which escapes it.
    """
    parts: list[str] = []
    place = 0
    for token in tokens_of(query):
        term = terms.get(token.text[1:]) if token.kind == "variable" else None
        if term is not None:
            parts += query[place : token.start], f" {term} "
            place = token.end
    return "".join([*parts, query[place:]])


def with_prefixes(query: str) -> str:
    """The query with declarations of those prefixes of ours that it uses and does not declare."""
    declared, _, _ = _prologue(tokens_of(query))
    used = {token.text.partition(":")[0] for token in tokens_of(query) if token.kind == "name"}
    missing = sorted(name for name in used - set(declared) if name in prefixes())
    # On one line of their own, so that the other lines move by one.
    line = " ".join(f"PREFIX {name}: <{prefixes()[name]}>" for name in missing)
    return f"{line}\n{query}" if line else query
