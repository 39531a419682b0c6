"""What a query asks for, read from its tokens: its form, its SERVICEs, its FROMs, its LIMIT.

Nothing here looks for text: a keyword inside a string, an IRI, a name, or a comment is no keyword.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from bilateral.errors import QueryError, RefusedError
from bilateral.namespaces import prefixes
from bilateral.query.lexer import KEPT_LENGTH, Token, tokens_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pyoxigraph as ox

FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)
# The functions whose answer differs from call to call.
VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
# Engines read brackets by recursion, and end the process where there are too many.
DEEPEST = 200
# The aggregates that a statement told twice would change; MIN, MAX, and SAMPLE it does not.
ADDING = frozenset({"COUNT", "SUM", "AVG", "GROUP_CONCAT"})
# The words that begin a part of a query; only some of them take an expression where a variable may be.
CLAUSES = frozenset({"SELECT", "GROUP", "ORDER", "WHERE", "FROM", "HAVING", "LIMIT", "OFFSET"})
# What no plain query holds, in capitals.
NOT_PLAIN = ("SERVICE", "FROM", "OFFSET", "VALUES", "NOW", "RAND", "UUID", "BNODE", "\\")
BLANK = r"[\x20\t\r\n]"
GAP = rf"(?:{BLANK}+|\#[^\r\n]*[\r\n])*+"
PLAIN = re.compile(
    rf"""{GAP}(?:PREFIX{BLANK}+(?:[A-Z]\w*)?:{GAP}<[^<>"{{}}|^`\\\x00-\x20]*>{GAP})*+
    (SELECT|ASK|CONSTRUCT|DESCRIBE)(?={BLANK}|[{{*(])""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
# The end of a query with a limit of its own, which is in no text, IRI, or comment.
PLAIN_END = re.compile(
    rf"""[^\#]*\}}[^\#"'<}}]*?\bLIMIT{BLANK}++(\d{{1,9}}){BLANK}*+(?:\#[^\r\n"']*+{BLANK}*+)?\Z""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
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


def plain(query: str, rows: int) -> tuple[str, str] | None:
    """The form of a query, and itself with a LIMIT of at most `rows` if it selects; else None.

    It is of a query that needs no outline, and allows nothing that an outline would refuse. A word
    is in a token only if it is in the text, and letters become capitals one by one: a text without
    a word in capitals has no token of that word, in whatever case, neither for an engine that reads
    words where there is no space; an escape, which could hide one, is no plain text either. Brackets
    are nested no deeper than there are brackets. Before the form there are whole declarations only.
    The one LIMIT that there may be follows the last brace, with no comment before it and no
    quotation mark after that brace: it is a word of the query, and of no query inside.
    """
    text = query.upper()
    if any(word in text for word in NOT_PLAIN) or query.count("{") + query.count("(") > DEEPEST:
        return None
    opening = PLAIN.match(query)
    if not opening:
        return None
    form = opening[1].upper()
    if "LIMIT" in text:
        ending = PLAIN_END.match(query, opening.end())
        if not ending or text.count("LIMIT") > 1:
            return None
        if form == "SELECT" and int(ending[1]) > rows:
            query = f"{query[: ending.start(1)]}{rows}{query[ending.end(1) :]}"
    elif form == "SELECT":
        query = f"{query}\nLIMIT {rows}"
    return form, query


def outline(query: str) -> Outline:
    """The outline of a query; a text that is not SPARQL has one too, with less in it.

    Raises RefusedError where brackets are nested too deeply for an engine to read.
    """
    return _kept(query) if len(query) <= KEPT_LENGTH else _outlined(query)


@lru_cache(maxsize=512)
def _kept(query: str) -> Outline:
    return _outlined(query)


def _outlined(query: str) -> Outline:
    tokens = tokens_of(query)
    closings = _closings(tokens)
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
            if depth > DEEPEST:
                what = f"the query's brackets are nested more than {DEEPEST} deep"
                raise RefusedError(what, "Write it flatter.")
        elif token.text in {"}", ")"} and token.kind == "mark":
            depth -= 1
        elif token.kind in {"word", "name"} and (opening := _glued_service(tokens, index)):
            services.append(Service(None, False, token.start, opening, token.end))
        elif token.kind == "word":
            word = token.text.upper()
            if word == "SERVICE":
                services.append(_service(tokens, index, declared, base, closings))
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


def counts_repeats(asked: Outline) -> bool:
    """Whether the answer may differ where the default graph has a statement twice.

    It does not for a query that asks whether, what, or which different rows, unless rows are added
    up or cut off before they are compared.
    """
    tokens = asked.tokens
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind == "mark":
            depth += (token.text in {"{", "("}) - (token.text in {"}", ")"})
        elif token.kind == "word":
            word = token.text.upper()
            after = tokens[index + 1 : index + 3]
            distinct = any(t.is_word("DISTINCT") for t in after)
            if word in ADDING and not distinct:
                return True
            if word in {"LIMIT", "OFFSET"} and (depth > 0 or asked.form != "SELECT"):
                return True
            if word == "SELECT" and depth == 0 and not distinct:
                return True
    return asked.form not in FORMS or bool(asked.graphs)


def _closings(tokens: tuple[Token, ...]) -> dict[int, int]:
    """For the offset of each opening brace, the offset after the brace that closes it."""
    opened: list[int] = []
    found: dict[int, int] = {}
    for token in tokens:
        if token.kind == "mark" and token.text == "{":
            opened.append(token.start)
        elif token.kind == "mark" and token.text == "}" and opened:
            found[opened.pop()] = token.end
    return found


def _glued_service(tokens: tuple[Token, ...], index: int) -> int:
    """The offset of a pattern that an engine may read as that of a SERVICE, or 0.

    Oxigraph needs no space after a keyword: it reads `trueSERVICE<…>{` and `SERVICEex:{` as
    clauses. Whoever writes one so is refused, as for an endpoint that is not named.
    """
    token = tokens[index]
    if "SERVICE" not in token.text.upper() or token.is_word("SERVICE"):
        return 0
    rest = [t for t in tokens[index + 1 : index + 4] if not t.is_word("SILENT")]
    skipped = 1 if token.kind == "word" else 0
    follows = rest[skipped : skipped + 1] + (rest[:1] if token.kind == "name" else [])
    return next((t.start for t in follows if t.text == "{"), 0)


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
                base, unescaped(tokens[index + 2].text[1:-1])
            )
            index += 3
        elif tokens[index].is_word("VERSION"):
            index += 2
        elif tokens[index].is_word("BASE"):
            base = urljoin(base, unescaped(tokens[index + 1].text[1:-1]))
            index += 2
        else:
            break
    return declared, base, index


def _iri(token: Token, declared: Mapping[str, str], base: str) -> str | None:
    if token.kind == "iri":
        iri = unescaped(token.text[1:-1])
        return urljoin(base, iri) if base else iri
    if token.kind == "name":
        prefix, _, local = token.text.partition(":")
        return declared[prefix] + re.sub(r"\\(.)", r"\1", local) if prefix in declared else None
    return None


def unescaped(text: str) -> str:
    """The text with its code-point escapes (SPARQL 1.1, section 19.2) as the characters they name."""
    return ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)), text)


def _service(
    tokens: tuple[Token, ...],
    index: int,
    declared: Mapping[str, str],
    base: str,
    closings: Mapping[int, int],
) -> Service:
    start = tokens[index].start
    index += 1
    silent = index < len(tokens) and tokens[index].is_word("SILENT")
    index += silent
    endpoint = _iri(tokens[index], declared, base) if index < len(tokens) else None
    index += 1
    opening = tokens[index].start if index < len(tokens) else tokens[-1].end
    return Service(endpoint, silent, start, opening, closings.get(opening, tokens[-1].end))


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
            what = "SERVICE without an endpoint by name is refused"
            raise RefusedError(what, "Write it so: SERVICE <https://…> { … }.")
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
    engine's serialiser, which escapes it. A variable that is selected stays a column. Raises
    QueryError for one that the query itself assigns.
    """
    parts: list[str] = []
    place = parens = 0
    clause = ""
    tokens = tokens_of(query)
    for index, token in enumerate(tokens):
        if token.kind == "word" and token.text.upper() in CLAUSES:
            clause, parens = token.text.upper(), 0
        elif token.kind == "mark" and token.text in {"{", "}"}:
            clause = ""
        elif token.kind == "mark" and token.text in {"(", ")"}:
            parens += 1 if token.text == "(" else -1
        term = terms.get(token.text[1:]) if token.kind == "variable" else None
        if term is None:
            continue
        if index and tokens[index - 1].is_word("AS", "VALUES"):
            what = f"{token.text} is given a value by the query itself"
            raise QueryError(what, "Give the value to another variable.")
        written = str(term)
        if not parens and clause == "SELECT":
            written = f"({term} AS {token.text})"
        elif not parens and clause in {"GROUP", "ORDER"}:
            written = f"({term})"
        parts += query[place : token.start], f" {written} "
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
