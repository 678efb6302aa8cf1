"""The OpenAPI document: FastAPI's own, with security and problem documents said for every operation.

`python -m services.api.openapi_document` prints it (`make openapi` writes docs/openapi.json; a test holds it).
"""

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from services.api.authentication import KEY_SCOPE, caller_of, maybe_caller
from services.api.problems import Problem
from services.api.routing import dependencies_of, routes_of

_SCHEME = "accessToken"
_METHODS = ("get", "post", "put", "patch", "delete")
_DESCRIPTION = """Publish, discover and fork shaders.

Sign in by `POST /api/v1/auth/login` and send the access token as `Authorization: Bearer ...`, or an API key in its
place; `x-key-scope` says which scope a key needs, `none` where a key may not be used. Errors are problem documents
(RFC 9457) with a stable `code`. Lists have `items` and `next_cursor`. A POST that creates takes an
`Idempotency-Key`. docs/api.md has the whole of it, with commands.
"""


def operation_id(route: APIRoute) -> str:
    """`<tag>_<function>`: short, and stable as long as the function keeps its name."""
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name


def install_openapi(app: FastAPI) -> None:
    """Make `app.openapi()` give the completed document."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components["securitySchemes"] = {_SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT or API key"}}
    access = _access(app)
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                _complete(operations[method], access.get((path, method), _Access()))
    return document


@dataclass(frozen=True, slots=True)
class _Access:
    """Whether a caller is required, whether one is known, and which scope a key needs."""

    required: bool = False
    possible: bool = False
    key_scope: str | None = None


def _complete(operation: dict[str, Any], access: _Access) -> None:
    if access.possible:
        operation["security"] = [{_SCHEME: []}] if access.required else [{}, {_SCHEME: []}]
    if access.key_scope is not None:
        operation[KEY_SCOPE] = access.key_scope
    responses = operation["responses"]
    responses.pop("422", None)
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses["default"] = {"description": "A refusal; `code` says which", "content": content}


def _access(app: FastAPI) -> dict[tuple[str, str], _Access]:
    """For each path and method what its dependencies say."""
    found: dict[tuple[str, str], _Access] = {}
    for route in routes_of(app):
        calls = dependencies_of(route)
        key_scope = (getattr(route.original_route, "openapi_extra", None) or {}).get(KEY_SCOPE)
        access = _Access(caller_of in calls, maybe_caller in calls, key_scope)
        found |= {(route.path_format or "", method.lower()): access for method in route.methods or ()}
    return found
