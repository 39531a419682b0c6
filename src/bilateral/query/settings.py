"""The limits of queries and of the server: each with a name, a default, a reason.

Each can be set by the environment, as `BILATERAL_` and its name in capitals, and by an option of
`bilateral serve`. docs/limits.md describes them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from bilateral.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


def _limit(default: Any, help_text: str) -> Any:  # noqa: ANN401 - a dataclass field of any type
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The limits in force; times in seconds, sizes in the unit of the name."""

    workers: int = _limit(0, "processes that answer queries; 0 is two a core, and at least four")
    query_seconds: float = _limit(10.0, "time of one query; then its process is killed: 503")
    memory_mb: int = _limit(512, "memory of one query above that of the graph; then 503")
    max_rows: int = _limit(10_000, "rows or triples of one answer; the reply says when it is cut")
    body_kb: int = _limit(256, "size of a request; then 413")
    queue_length: int = _limit(256, "requests that wait for a process; then 429")
    queue_seconds: float = _limit(5.0, "time that a request waits for a process; then 429")
    cache_mb: int = _limit(
        64, "memory for answers given before: the graph does not change; 0 keeps none"
    )
    service_seconds: float = _limit(20.0, "time of one request to another endpoint")
    service_mb: int = _limit(16, "size of another endpoint's answer")
    services: str = _limit(
        "", "endpoints that SERVICE may ask, beside those of queries/services.yaml, by commas"
    )
    private_services: bool = _limit(
        False, "let SERVICE reach private and loopback addresses (for mirrors of your own)"
    )
    endpoint_seconds: float = _limit(60.0, "time of one request to a store named by --endpoint")
    endpoint_mb: int = _limit(256, "size of an answer of a store named by --endpoint")
    page_rows: int = _limit(10_000, "rows that a remote endpoint is asked for at a time")
    retries: int = _limit(3, "times that a remote endpoint is asked before giving up")


def settings_from(
    values: Mapping[str, Any], environment: Mapping[str, str] = os.environ
) -> Settings:
    """The settings: given values, then the environment's, then the defaults.

    Raises UsageError for a value of the environment that is of the wrong type.
    """
    found: dict[str, Any] = {}
    for setting in fields(Settings):
        name = f"BILATERAL_{setting.name.upper()}"
        if values.get(setting.name) is not None:
            found[setting.name] = values[setting.name]
        elif name in environment:
            found[setting.name] = _value(name, environment[name], type(setting.default))
    return Settings(**found)


def _value(name: str, text: str, kind: type) -> Any:  # noqa: ANN401 - the setting's own type
    try:
        return text.lower() in {"1", "true", "yes"} if kind is bool else kind(text)
    except ValueError as wrong:
        what = f"{name} is '{text}', which is no {kind.__name__}"
        raise UsageError(what, "Correct it, or unset it; docs/limits.md lists all.") from wrong
