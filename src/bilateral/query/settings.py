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


LARGEST = 2**31 - 1
A_DAY_S = 86_400.0


def _limit(
    default: Any,  # noqa: ANN401 - a dataclass field of any type
    help_text: str,
    least: float = 0,
    most: float = LARGEST,
) -> Any:  # noqa: ANN401
    return field(default=default, metadata={"help": help_text, "least": least, "most": most})


def _time(default: float, help_text: str, least: float = 0.01) -> Any:  # noqa: ANN401
    return _limit(default, help_text, least, A_DAY_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The limits in force; times in seconds, sizes in the unit of the name."""

    workers: int = _limit(
        0, "processes that answer queries; 0 is two a core, and at least four", most=512
    )
    query_seconds: float = _time(10.0, "time of one query; then its process is killed: 503")
    # Less than the least is not enough to say that it was too little.
    memory_mb: int = _limit(
        512, "memory of one query above that of the graph; then 503", 16, 1_000_000
    )
    max_rows: int = _limit(
        10_000, "rows or triples of one answer; the reply says when it is cut", 1
    )
    body_kb: int = _limit(256, "size of a request; then 413", 1)
    batch_queries: int = _limit(1000, "queries of one request to /reconcile; then 413", 1, 10_000)
    batch_kb: int = _limit(1000, "size of a request to /reconcile; then 413", 1)
    queue_length: int = _limit(256, "requests that wait for a process; then 429")
    queue_seconds: float = _time(5.0, "time that a request waits for a process; then 429", 0)
    cache_mb: int = _limit(
        64, "memory for answers given before: the graph does not change; 0 keeps none"
    )
    connections: int = _limit(500, "connections open at once; then 503", 1)
    request_seconds: float = _time(20.0, "time for a request to arrive; then it is hung up")
    reply_seconds: float = _time(60.0, "time for a client to take its answer; then it is hung up")
    service_seconds: float = _time(20.0, "time of one request to another endpoint")
    service_mb: int = _limit(16, "size of another endpoint's answer", 1)
    services: str = _limit(
        "", "endpoints that SERVICE may ask, beside those of queries/services.yaml, by commas"
    )
    private_services: bool = _limit(
        False, "let SERVICE reach private and loopback addresses (for mirrors of your own)"
    )
    mirrors: str = _limit(
        "", "endpoints asked in the place of others, as ADDRESS=ADDRESS, by commas"
    )
    endpoint_seconds: float = _time(60.0, "time of one request to a store named by --endpoint")
    endpoint_mb: int = _limit(256, "size of an answer of a store named by --endpoint", 1)
    page_rows: int = _limit(10_000, "rows that a remote endpoint is asked for at a time", 1)
    retries: int = _limit(3, "times that a remote endpoint is asked before giving up", 1, 100)


def settings_from(
    values: Mapping[str, Any], environment: Mapping[str, str] = os.environ
) -> Settings:
    """The settings: given values, then the environment's, then the defaults.

    Raises UsageError for a value that is of the wrong type, or out of its range.
    """
    found: dict[str, Any] = {}
    for setting in fields(Settings):
        name = f"BILATERAL_{setting.name.upper()}"
        if values.get(setting.name) is not None:
            value = values[setting.name]
            _hold(f"--{setting.name.replace('_', '-')}", value, setting.metadata)
        elif name in environment:
            value = _value(name, environment[name], type(setting.default))
            _hold(name, value, setting.metadata)
        else:
            continue
        found[setting.name] = value
    return Settings(**found)


def _hold(name: str, value: Any, about: Mapping[str, Any]) -> None:  # noqa: ANN401
    # Asked this way round, NaN is out of every range.
    if isinstance(value, (int, float)) and not about["least"] <= value <= about["most"]:
        what = f"{name} is {value}, which is not from {about['least']:g} to {about['most']:.10g}"
        raise UsageError(what, "Correct it, or leave it out; docs/limits.md lists all.")


def _value(name: str, text: str, kind: type) -> Any:  # noqa: ANN401 - the setting's own type
    try:
        return text.lower() in {"1", "true", "yes"} if kind is bool else kind(text)
    except ValueError as wrong:
        what = f"{name} is '{text}', which is no {kind.__name__}"
        raise UsageError(what, "Correct it, or unset it; docs/limits.md lists all.") from wrong
