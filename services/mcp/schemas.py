"""JSON schemas of tools: short, without references, and without the nulls that no answer holds.

`input_schema` and `output_schema` give what a pydantic model takes and gives. An argument that may be left out is
simply not required, and a member that is None is left out of results, so no schema says `null`.
"""

from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema


class _Plain(GenerateJsonSchema):
    """pydantic's own schemas without nulls; a default of None goes with them."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """What it is when it is there."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """The default only where it says something."""
        if schema.get("default", ...) in (None, [], {}, ""):
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        """A result may have a value that a later release adds."""
        return super().enum_schema(schema) if self.mode == "validation" else {"type": "string"}

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        """In results too, what has a default may be missing."""
        return bool(field["schema"]["type"] != "default")


def input_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a tool's arguments."""
    return _schema(model, "validation")


def output_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a tool's structured result."""
    return _schema(model, "serialization")


@cache
def _schema(model: type[BaseModel], mode: JsonSchemaMode) -> dict[str, Any]:
    made = model.model_json_schema(mode=mode, schema_generator=_Plain)
    definitions = made.pop("$defs", {})
    made.pop("description", None)
    plain = _inlined(made, definitions)
    assert isinstance(plain, dict)  # noqa: S101 -- tells mypy what a schema is
    return plain


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    """`node` without references and without titles that only repeat a name."""
    if isinstance(node, list):
        return [_inlined(part, definitions) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = dict(definitions[node["$ref"].rpartition("/")[2]])
        target.pop("description", None)
        node = {**target, **{name: value for name, value in node.items() if name != "$ref"}}
    kept = {name: value for name, value in node.items() if not (name == "title" and isinstance(value, str))}
    return {name: _inlined(value, definitions) for name, value in kept.items()}
