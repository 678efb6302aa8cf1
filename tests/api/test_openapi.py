"""The description of the API: complete, stable, and the one that is checked in."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter

from services.api.app import ROUTERS, create_app
from services.api.deps import CallerDep, IdempotencyDep, IdempotentRoute, WriteDep
from services.api.settings import ApiSettings

_DOCUMENT = create_app(ApiSettings()).openapi()
_OPERATIONS = [
    pytest.param(path, method, operation, id=operation["operationId"])
    for path, operations in _DOCUMENT["paths"].items()
    for method, operation in operations.items()
]


def test_the_file_is_up_to_date() -> None:
    file = Path(__file__).parents[2] / "docs" / "openapi.json"
    assert json.loads(file.read_text()) == json.loads(json.dumps(_DOCUMENT)), "run `make openapi`"


def test_operation_ids_are_unique() -> None:
    found = [part.values[2]["operationId"] for part in _OPERATIONS]  # type: ignore[index]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(("path", "method", "operation"), _OPERATIONS)
def test_every_operation_is_described(path: str, method: str, operation: dict[str, Any]) -> None:
    assert path.startswith("/api/v1/")
    assert re.fullmatch(r"[a-z]+_[a-z0-9_]+", operation["operationId"])
    assert operation["description"]
    assert operation["responses"]["default"]["content"]["application/problem+json"]
    assert "422" not in operation["responses"]
    success = [status for status in operation["responses"] if status.startswith("2")]
    assert success
    if success[0] != "204":
        assert operation["responses"][success[0]]["content"]
    if method == "post" and success[0] == "201" and path != "/api/v1/auth/register":
        assert operation["security"] == [{"accessToken": []}]


@pytest.mark.parametrize(("path", "method", "operation"), _OPERATIONS)
def test_what_creates_takes_an_idempotency_key(path: str, method: str, operation: dict[str, Any]) -> None:
    if method != "post" or "201" not in operation["responses"]:
        return
    assert "Idempotency-Key" in {part["name"] for part in operation["parameters"]}


@pytest.mark.parametrize(("path", "method", "operation"), _OPERATIONS)
def test_request_bodies_have_examples(path: str, method: str, operation: dict[str, Any]) -> None:
    for body in operation.get("requestBody", {}).get("content", {}).values():
        for name, schema in _properties(body["schema"]):
            if schema.get("type") == "string" and "enum" not in schema and "default" not in schema:
                assert schema.get("examples") or body["schema"].get("examples"), f"{path}: {name}"


def _properties(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    parts = [schema, *schema.get("anyOf", [])]
    names = [part["$ref"].rpartition("/")[2] for part in parts if "$ref" in part]
    return [pair for name in names for pair in _DOCUMENT["components"]["schemas"][name].get("properties", {}).items()]


def test_every_reference_leads_somewhere() -> None:
    for name in set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(_DOCUMENT))):
        assert name in _DOCUMENT["components"]["schemas"]


def test_a_router_that_would_not_keep_answers_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    async def make(caller: CallerDep, session: WriteDep, _: IdempotencyDep) -> None: ...

    wrong, right = APIRouter(prefix="/wrong"), APIRouter(prefix="/right", route_class=IdempotentRoute)
    for router in (wrong, right):
        router.post("/")(make)
    monkeypatch.setattr("services.api.app.ROUTERS", (*ROUTERS, right))
    create_app(ApiSettings())
    monkeypatch.setattr("services.api.app.ROUTERS", (*ROUTERS, wrong))
    with pytest.raises(TypeError, match="route_class=IdempotentRoute"):
        create_app(ApiSettings())
