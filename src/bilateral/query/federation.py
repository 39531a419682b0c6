"""SERVICE clauses: asked by our own client, put back into the query as VALUES.

The engine's own SERVICE cannot be switched off, timed out, or kept from private addresses
(oxigraph#1926, rdflib#1427); so no query with a SERVICE ever reaches an engine.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import pyoxigraph as ox

from bilateral.errors import BilateralError, QuestionError, RemoteError, UsageError
from bilateral.folders import folder
from bilateral.query.outline import outline
from bilateral.yamlfile import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from bilateral.query.lexer import Token
    from bilateral.query.outline import Outline, Service
    from bilateral.query.remote import Client
    from bilateral.query.settings import Settings

ELSEWHERE = "urn:bilateral:elsewhere:"
# The words after which a solution is no longer what joins with the clause.
SHADOWING = ("OPTIONAL", "UNION", "MINUS", "BIND", "SELECT", "SERVICE")
AT_ONCE = 200  # solutions that an endpoint is sent with one request

Ask: TypeAlias = "Callable[[str], object]"
Known: TypeAlias = tuple[list[str], list[list[Any]]]


@cache
def listed_services() -> dict[str, str]:
    """The endpoints of `queries/services.yaml` with their names."""
    path = folder("queries") / "services.yaml"
    return {entry["endpoint"]: name for name, entry in read_yaml(path, QuestionError).items()}


def allowed_services(settings: Settings) -> frozenset[str]:
    """The endpoints that SERVICE may ask."""
    own = (part.strip() for part in settings.services.split(","))
    return frozenset({*listed_services(), *(part for part in own if part)})


def federated(query: str, settings: Settings, ask: Ask | None = None) -> str:
    """The query with each SERVICE clause replaced by what its endpoint answers.

    A clause means the solutions of its pattern at the endpoint, joined with the rest (SPARQL 1.1
    Federated Query, section 4): VALUES says the same. `ask` answers queries of our graph; with it
    the endpoint is asked only for what joins with what stands before the clause. SILENT turns a
    failure into one empty solution. Raises RemoteError or RefusedError.
    """
    while services := outline(query).services:
        # One inside another goes with it: it is the outer endpoint's business.
        service = services[0]
        asked = outline(query)
        pattern = query[service.pattern : service.end]
        known = _known(asked, service, ask) if ask else None
        try:
            data = _answered(_client(service, settings), query[: asked.body], pattern, known)
        except BilateralError:
            if not service.silent:
                raise
            data = "{}"
        query = query[: service.start] + data + query[service.end :]
    return query


def _client(service: Service, settings: Settings) -> Client:
    from bilateral.query.remote import Client  # noqa: PLC0415 - only federated queries need it

    return Client(
        mirrors(settings).get(service.endpoint or "", service.endpoint or ""),
        seconds=settings.service_seconds,
        megabytes=settings.service_mb,
        attempts=settings.retries,
        page_rows=settings.page_rows,
        public_only=not settings.private_services,
    )


def mirrors(settings: Settings) -> dict[str, str]:
    """The endpoints that are asked in the place of others. Raises UsageError for a wrong setting."""
    found = {}
    for pair in filter(None, (part.strip() for part in settings.mirrors.split(","))):
        there, sign, here = pair.partition("=")
        if not (sign and there and here):
            what = f"the mirror '{pair}' names no two addresses"
            raise UsageError(what, "Write ADDRESS=ADDRESS; docs/limits.md lists all settings.")
        found[there] = here
    return found


def _answered(client: Client, prologue: str, pattern: str, known: Known | None) -> str:
    """What the endpoint answers, as VALUES; of what is known, what joins with it."""
    if known is None:
        return _values(client.query(f"{prologue}\nSELECT * WHERE {pattern}"))
    names, rows = known
    # Nothing to join with: nothing to ask.
    data = [_block(names, [])]
    for start in range(0, len(rows), AT_ONCE):
        given = _block(names, rows[start : start + AT_ONCE])
        found = _values(client.query(f"{prologue}\nSELECT * WHERE {{ {given} {pattern} }}"))
        data.append(found)
    return data[-1] if len(data) <= 2 else " UNION ".join(f"{{ {part} }}" for part in data[1:])  # noqa: PLR2004


def _known(asked: Outline, service: Service, ask: Ask) -> Known | None:
    """The solutions that a clause is joined with, of the variables that its pattern shares.

    None where that cannot be told: the clause must stand in the query's outermost group, with
    only triples, GRAPH, VALUES, and FILTER before it. A filter there that looks at a variable
    which is bound further on would drop what it may not.
    """
    before = [t for t in asked.tokens if asked.where < t.start < service.start]
    after = [t for t in asked.tokens if t.start >= service.start]
    depth = sum((t.text == "{") - (t.text == "}") for t in before if t.kind == "mark")
    if depth or any(t.is_word(*SHADOWING) for t in before):
        return None
    looked_at, bound = _variables(before)
    if (looked_at - bound) & {t.text for t in after if t.kind == "variable"}:
        return None
    inside = {t.text for t in after if t.kind == "variable" and t.end <= service.end}
    names = sorted(bound & inside)
    if not names:
        return None
    own = asked.query[asked.where + 1 : service.start]
    prologue = asked.query[: asked.body]
    found: Any = ask(f"{prologue}\nSELECT DISTINCT {' '.join(names)} WHERE {{ {own} }}")
    rows = [[row[name[1:]] for name in names] for row in found]
    if any(value is None for row in rows for value in row):
        return None
    # A blank node of ours is nobody else's.
    return names, [row for row in rows if not any(isinstance(v, ox.BlankNode) for v in row)]


def _variables(tokens: list[Token]) -> tuple[set[str], set[str]]:
    """The variables inside filters, and those outside of them."""
    looked_at: set[str] = set()
    bound: set[str] = set()
    filtering, depth = False, 0
    for token in tokens:
        if token.is_word("FILTER"):
            filtering, depth = True, 0
        elif filtering and token.kind == "mark" and token.text in {"(", "{"}:
            depth += 1
        elif filtering and token.kind == "mark" and token.text in {")", "}"}:
            depth -= 1
            filtering = depth > 0
        elif token.kind == "variable":
            (looked_at if filtering else bound).add(token.text)
    return looked_at, bound


def _values(result: Any) -> str:  # noqa: ANN401 - solutions
    names = [variable.value for variable in result.variables]
    return _block([f"?{name}" for name in names], [[row[n] for n in names] for row in result])


def _block(names: list[str], rows: list[list[Any]]) -> str:
    written = (" ".join(map(_written, row)) for row in rows)
    return f"VALUES ({' '.join(names)}) {{ {' '.join(f'({row})' for row in written)} }}"


def _written(term: Any) -> str:  # noqa: ANN401 - any RDF term, or None
    if term is None:
        return "UNDEF"
    if isinstance(term, ox.BlankNode):
        # Another store's blank node is none of ours, so it must join with nothing; VALUES takes IRIs.
        return f"<{ELSEWHERE}{term.value}>"
    if isinstance(term, ox.Triple):
        what = "the endpoint answers with triple terms"
        raise RemoteError(what, "SPARQL 1.1 cannot take them: ask it for something else.")
    return str(term)
