"""What version 0.2 of the Reconciliation API says of replies, as checks; and a client of it.

After the specification of the W3C's Entity Reconciliation Community Group:
https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Self

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterable

ADDRESS = re.compile(r"https?://\S+")
MOMENT = re.compile(r"-?\d{4,}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


def is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def hold_type(value: Any) -> None:
    """A type is an id by itself, or an object with an id, a name, and the types above it."""
    if not is_text(value):
        assert is_text(value["id"])
        assert is_text(value.get("name", "x"))
        for above in value.get("broader", []):
            hold_type(above)


def hold_manifest(manifest: Any) -> None:
    assert "0.2" in manifest["versions"]
    assert all(map(is_text, manifest["versions"]))
    for field in ("name", "identifierSpace", "schemaSpace"):
        assert is_text(manifest[field])
    for field in ("documentation", "logo"):
        assert ADDRESS.fullmatch(manifest.get(field, "https://x"))
    for field in ("view", "feature_view"):
        if field in manifest:
            assert "{{id}}" in manifest[field]["url"]
    for kind in manifest.get("defaultTypes", []):
        assert is_text(kind["id"])
        assert is_text(kind["name"])
    if preview := manifest.get("preview"):
        assert "{{id}}" in preview["url"]
        assert all(isinstance(preview[side], int) for side in ("width", "height"))
    for kind, service in manifest.get("suggest", {}).items():
        assert kind in {"entity", "property", "type"}
        assert all(is_text(service[field]) for field in ("service_url", "service_path"))
        assert "${id}" in service.get("flyout_service_path", "${id}")
    extend = manifest.get("extend", {})
    if proposing := extend.get("propose_properties"):
        assert all(is_text(proposing[field]) for field in ("service_url", "service_path"))
    for setting in extend.get("property_settings", []):
        kind, default = setting["type"], setting.get("default")
        assert is_text(setting["name"])
        assert is_text(setting["label"])
        fitting = {"number": is_number, "text": lambda v: isinstance(v, str),
                   "checkbox": lambda v: isinstance(v, bool), "select": lambda v: isinstance(v, str)}  # fmt: skip
        assert default is None or fitting[kind](default)
        if kind == "select":
            assert all(is_text(c["value"]) and is_text(c["name"]) for c in setting["choices"])
            assert default in {None, *(choice["value"] for choice in setting["choices"])}
    assert isinstance(manifest.get("batchSize", 1), int)


def hold_results(batch: Any, keys: Iterable[str]) -> None:
    """A result batch has a result for each query; candidates come in falling order of score."""
    assert set(batch) == set(keys)
    for answer in batch.values():
        scores = [candidate["score"] for candidate in answer["result"]]
        assert scores == sorted(scores, reverse=True)
        for candidate in answer["result"]:
            assert is_text(candidate["id"])
            assert is_text(candidate["name"])
            assert is_number(candidate["score"])
            assert isinstance(candidate.get("match", True), bool)
            assert isinstance(candidate.get("description", ""), str)
            for kind in candidate.get("type", []):
                hold_type(kind)
            features = candidate.get("features", [])
            assert len({feature["id"] for feature in features}) == len(features)
            assert all(isinstance(feature["value"], (bool, int, float)) for feature in features)
        assert sum(candidate["match"] for candidate in answer["result"]) <= 1


def hold_suggestions(reply: Any) -> None:
    for item in reply["result"]:
        assert is_text(item["id"])
        assert is_text(item["name"])
        assert isinstance(item.get("description", ""), str)
        for kind in item.get("notable", []):
            hold_type(kind)


def hold_proposal(reply: Any) -> None:
    assert isinstance(reply["type"], str)
    assert isinstance(reply.get("limit", 1), int)
    assert all(is_text(one["id"]) and is_text(one["name"]) for one in reply["properties"])


def hold_extension(reply: Any, asked: Any) -> None:
    assert [column["id"] for column in reply["meta"]] == [p["id"] for p in asked["properties"]]
    for column in reply["meta"]:
        assert is_text(column["name"])
        if "type" in column:
            hold_type(column["type"])
    assert set(reply["rows"]) == set(asked["ids"])
    for row in reply["rows"].values():
        assert set(row) == {p["id"] for p in asked["properties"]}
        for value in (value for cell in row.values() for value in cell):
            hold_value(value)


def hold_value(value: Any) -> None:
    match value:
        case {"id": str(), "name": str(), **more}:
            assert set(more) <= {"description"}
        case {"str": str()} if len(value) == 1:
            pass
        case {"int": int()} | {"float": int() | float()} if len(value) == 1:
            assert not isinstance(next(iter(value.values())), bool)
        case {"date": str(moment)} if len(value) == 1:
            assert MOMENT.fullmatch(moment)
        case _:
            assert value == {}


class Client:
    """A client that goes about as OpenRefine does: it reads the manifest and asks what that names."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.http = httpx.Client(timeout=60, headers={"Origin": "https://refine.example"})

    def __enter__(self) -> Self:
        self.http.__enter__()
        self.manifest = self.json(self.http.get(self.address))
        hold_manifest(self.manifest)
        return self

    def __exit__(self, *raised: object) -> None:
        self.http.close()

    def json(self, reply: httpx.Response) -> Any:
        assert reply.status_code == 200, reply.text
        assert reply.headers["content-type"].startswith("application/json")
        assert reply.headers["access-control-allow-origin"] == "*"
        return reply.json()

    def reconcile(self, queries: dict[str, Any]) -> dict[str, Any]:
        reply = self.http.post(self.address, data={"queries": json.dumps(queries)})
        batch = self.json(reply)
        hold_results(batch, queries)
        return {key: answer["result"] for key, answer in batch.items()}

    def column(self, cells: list[str], **more: Any) -> list[list[dict[str, Any]]]:
        """The candidates for the cells of a column, sent ten at a time, each cell once."""
        known: dict[str, list[dict[str, Any]]] = {}
        names = list(dict.fromkeys(cells))
        for first in range(0, len(names), 10):
            part = names[first : first + 10]
            queries = {f"q{i}": {"query": name, "limit": 5, **more} for i, name in enumerate(part)}
            found = self.reconcile(queries)
            known |= {name: found[f"q{i}"] for i, name in enumerate(part)}
        return [known[cell] for cell in cells]

    def suggest(self, kind: str, prefix: str, **more: Any) -> list[dict[str, Any]]:
        service = self.manifest["suggest"][kind]
        address = service["service_url"] + service["service_path"]
        reply = self.json(self.http.get(address, params={"prefix": prefix, **more}))
        hold_suggestions(reply)
        return reply["result"]

    def flyout(self, kind: str, name: str) -> dict[str, Any]:
        service = self.manifest["suggest"][kind]
        path = service["flyout_service_path"].replace("${id}", httpx.QueryParams({"": name})[""])
        return self.json(self.http.get(service["flyout_service_url"] + path))

    def preview(self, name: str) -> httpx.Response:
        return self.http.get(self.manifest["preview"]["url"].replace("{{id}}", name))

    def proposed(self, kind: str, **more: Any) -> list[dict[str, Any]]:
        service = self.manifest["extend"]["propose_properties"]
        address = service["service_url"] + service["service_path"]
        reply = self.json(self.http.get(address, params={"type": kind, **more}))
        hold_proposal(reply)
        return reply["properties"]

    def extend(self, ids: list[str], *properties: str | dict[str, Any]) -> dict[str, Any]:
        columns = [{"id": one} if isinstance(one, str) else one for one in properties]
        asked = {"ids": ids, "properties": columns}
        reply = self.json(self.http.post(self.address, data={"extend": json.dumps(asked)}))
        hold_extension(reply, asked)
        return reply
