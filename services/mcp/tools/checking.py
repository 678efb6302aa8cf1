"""Checking a source without keeping it: `validate_shader`."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from services.mcp.api_client import Api
from services.mcp.compiler import Finding, findings
from services.mcp.text import json_bytes
from services.mcp.tool import Arguments, Result, tool

Source = Annotated[str, Field(description="GLSL fragment shader, at most 64 KiB; guide://dialects says what works")]
_PARAMETER_BYTES = 4_000


class ValidateArguments(Arguments):
    """What to check."""

    source: Source


class Checked(BaseModel):
    """What the static gate and the compiler say."""

    ok: bool
    code: str | None = Field(default=None, description="why not")
    dialect: str | None = None
    errors: list[Finding]
    parameters: list[dict[str, Any]] = Field(description="sliders that the source declares")


def fitting(parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first parameters, as many as a result has room for."""
    kept, room = [], _PARAMETER_BYTES
    for parameter in parameters:
        room -= json_bytes(parameter) + 1
        if room < 0:
            break
        kept.append(parameter)
    return kept


@tool(title="Validate a shader", toolset="read", scope="read")
async def validate_shader(api: Api, asked: ValidateArguments) -> Result[Checked]:
    """Compile a source without keeping or drawing it. A source that does not compile is a normal result with ok=false
    and errors: line, column, message and the line's text. render_preview does this and shows the picture."""
    found = await api.validate(asked.source)
    return Result(
        Checked(
            ok=found.ok,
            code=found.code,
            dialect=found.dialect,
            errors=findings(found.errors, asked.source),
            parameters=fitting(found.parameters),
        )
    )
