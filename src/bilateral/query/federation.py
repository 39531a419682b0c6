"""SERVICE clauses: asked by our own client, put back into the query as VALUES.

The engine's own SERVICE cannot be switched off, timed out, or kept from private addresses
(oxigraph#1926, rdflib#1427); so no query with a SERVICE ever reaches an engine.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from bilateral.errors import BilateralError, QuestionError, RemoteError
from bilateral.folders import folder
from bilateral.query.outline import outline
from bilateral.yamlfile import read_yaml

if TYPE_CHECKING:
    from bilateral.query.settings import Settings


ELSEWHERE = "urn:bilateral:elsewhere:"


@cache
def listed_services() -> dict[str, str]:
    """The endpoints of `queries/services.yaml` with their names."""
    path = folder("queries") / "services.yaml"
    return {entry["endpoint"]: name for name, entry in read_yaml(path, QuestionError).items()}


def allowed_services(settings: Settings) -> frozenset[str]:
    """The endpoints that SERVICE may ask."""
    own = (part.strip() for part in settings.services.split(","))
    return frozenset({*listed_services(), *(part for part in own if part)})


def federated(query: str, settings: Settings) -> str:
    """The query with each SERVICE clause replaced by what its endpoint answers.

    A clause means the solutions of its pattern at the endpoint, joined with the rest (SPARQL 1.1
    Federated Query, section 4): VALUES says the same. SILENT turns a failure into one empty
    solution. Raises RemoteError or RefusedError.
    """
    from bilateral.query.remote import Client  # noqa: PLC0415 - only federated queries need it

    while services := outline(query).services:
        # One inside another goes with it: it is the outer endpoint's business.
        service = services[0]
        asked = outline(query)
        client = Client(
            service.endpoint or "",
            seconds=settings.service_seconds,
            megabytes=settings.service_mb,
            attempts=settings.retries,
            page_rows=settings.page_rows,
            public_only=not settings.private_services,
        )
        pattern = query[service.pattern : service.end]
        try:
            result: Any = client.query(f"{query[: asked.body]}\nSELECT * WHERE {pattern}")
            data = _values(result)
        except BilateralError:
            if not service.silent:
                raise
            data = "{}"
        query = query[: service.start] + data + query[service.end :]
    return query


def _values(result: Any) -> str:  # noqa: ANN401 - solutions
    names = [variable.value for variable in result.variables]
    rows = (" ".join(_written(row[name]) for name in names) for row in result)
    variables = " ".join(f"?{name}" for name in names)
    return f"VALUES ({variables}) {{ {' '.join(f'({row})' for row in rows)} }}"


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
