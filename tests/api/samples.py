"""All routes of the API as OpenAPI describes them, with a request for each that it should accept."""

from typing import Any

from services.api.app import create_app
from services.api.settings import ApiSettings

_DOCUMENT = create_app(ApiSettings()).openapi()
_SCHEMAS = _DOCUMENT["components"]["schemas"]
OPERATIONS = [(method, path) for path, found in sorted(_DOCUMENT["paths"].items()) for method in sorted(found)]


def sample(schema: dict[str, Any]) -> Any:
    """A value that the schema allows, more or less."""
    if "$ref" in schema:
        return sample(_SCHEMAS[schema["$ref"].rpartition("/")[2]])
    for name in ("default", "const"):
        if schema.get(name) is not None:
            return schema[name]
    for name in ("examples", "enum"):
        if schema.get(name):
            return schema[name][0]
    for name in ("anyOf", "oneOf", "allOf"):
        if name in schema:
            return sample(schema[name][0])
    if schema.get("type") == "object":
        return {name: sample(part) for name, part in schema.get("properties", {}).items()}
    simple: dict[str, Any] = {"string": "text", "integer": 1, "number": 1.0, "boolean": True, "array": []}
    return simple.get(schema.get("type", ""), "text")


def operation(method: str, path: str) -> dict[str, Any]:
    """What OpenAPI says of a route."""
    found: dict[str, Any] = _DOCUMENT["paths"][path][method]
    return found


def body_of(described: dict[str, Any]) -> dict[str, Any] | None:
    """A body that the route accepts, more or less; None when it takes none."""
    content = described.get("requestBody", {}).get("content", {})
    found = sample(content["application/json"]["schema"]) if "application/json" in content else None
    return found if isinstance(found, dict) else None


def ready_path(path: str, shader_id: str) -> str:
    """The route's path with values in it."""
    parts = {"{shader_id}": shader_id, "{number}": "1", "{handle}": "bob", "{name}": "github"}
    parts |= {"{desire_id}": "9TfKq4Zr2Wc", "{cluster_id}": "5XnRd8Lp3Va"}
    for name, value in parts.items():
        path = path.replace(name, value)
    nobody = "00000000-0000-0000-0000-000000000000"
    for name in ("session", "decision", "key", "passkey", "identity", "fulfilment", "order", "pledge"):
        path = path.replace(f"{{{name}_id}}", nobody)
    return path
