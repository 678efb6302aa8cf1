"""Checking a source without keeping it: `validate_shader`, `render_preview`."""

from typing import Annotated, Any

from mcp_types import ImageContent
from pydantic import BaseModel, Field

from services.contracts.shaders import PreviewPicture, ShaderPreview, Validation
from services.mcp.backend import Backend
from services.mcp.compiler import Finding, findings
from services.mcp.flashes import Flashes, flashes_of
from services.mcp.pictures import shown
from services.mcp.text import json_bytes
from services.mcp.tool import Arguments, Result, tool
from services.mcp.tool_errors import ToolCallError
from services.mcp.values import Number, ParameterValues, ShaderId, Source

_PARAMETER_BYTES = 4_000


class ValidateArguments(Arguments):
    """What to check."""

    source: Source


class PreviewArguments(Arguments):
    """What to draw, and how."""

    source: Source | None = None
    shader_id: ShaderId | None = Field(default=None, description="draw this work instead of a source")
    version: Number | None = Field(default=None, description="of shader_id; the newest unless told")
    times: list[Annotated[float, Field(ge=0, le=3600)]] | None = Field(
        default=None,
        min_length=1,
        max_length=9,
        description="seconds; several make a contact sheet in reading order; one that shows something unless told",
    )
    width: int | None = Field(default=None, ge=64, le=512, description="of a frame; 16:9")
    parameter_values: ParameterValues = Field(default_factory=dict)
    include_image: bool = True


class Checked(BaseModel):
    """What the static check and the compiler say."""

    ok: bool
    code: str | None = Field(default=None, description="why not")
    dialect: str | None = None
    errors: list[Finding]
    parameters: list[dict[str, Any]] = Field(description="sliders that the source declares")


class Frames(BaseModel):
    """How the picture is made up."""

    width: int
    height: int
    columns: int
    rows: int
    times: list[float] = Field(description="of each frame; one that took too long is left out")
    flat: list[bool] = Field(description="whether a frame shows hardly more than one colour")
    average_color: str


class Drawn(Checked, Flashes):
    """The same, and the picture."""

    animated: bool | None = None
    picture: Frames | None = None


@tool(title="Validate a shader", toolset="read", scope="read", open_world=False)
async def validate_shader(backend: Backend, arguments: ValidateArguments) -> Result[Checked]:
    """Compile a source without keeping or drawing it. A source that does not compile is a normal result with ok=false
    and errors: line, column, message and the line's text. render_preview does this and shows the picture."""
    found = await backend.api.validate(arguments.source)
    return Result(Checked(**checked(found, arguments.source)))


@tool(title="See a shader", toolset="read", scope="read")
async def render_preview(backend: Backend, arguments: PreviewArguments) -> Result[Drawn]:
    """Compile a source (or a work) and see it, without keeping anything: errors and picture come in one result, so
    write, look, mend. Several times show the motion in one picture."""
    source = await _source(backend, arguments)
    body = arguments.model_dump(include={"times", "width", "parameter_values"}, exclude_none=True)
    found = await backend.api.preview({"source": source, **body})
    return Result(
        Drawn(
            **checked(found, source),
            **flashes_of(found.flashes, found.flash_count),
            animated=found.animated,
            picture=frames(found.picture),
        ),
        pictures(found) if arguments.include_image else [],
    )


def checked(found: Validation, source: str) -> dict[str, Any]:
    """The members of `Checked`."""
    return {
        "ok": found.ok,
        "code": found.code,
        "dialect": found.dialect,
        "errors": findings(found.errors, source),
        "parameters": fitting(found.parameters),
    }


def frames(picture: PreviewPicture | None) -> Frames | None:
    """How a picture is made up."""
    return None if picture is None else Frames.model_validate(picture.model_dump(exclude={"data"}))


def pictures(found: ShaderPreview) -> list[ImageContent]:
    """The picture of a preview, where there is one."""
    return [] if found.picture is None else shown(found.picture)


def fitting(parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first parameters, as many as a result has room for."""
    kept, room = [], _PARAMETER_BYTES
    for parameter in parameters:
        room -= json_bytes(parameter) + 1
        if room < 0:
            break
        kept.append(parameter)
    return kept


async def _source(backend: Backend, arguments: PreviewArguments) -> str:
    if (arguments.source is None) == (arguments.shader_id is None):
        raise ToolCallError("invalid_arguments", "What is to be drawn?", "Send either source or shader_id.")
    if arguments.source is not None:
        return arguments.source
    if arguments.version is None:
        return (await backend.api.shader(str(arguments.shader_id))).source
    return (await backend.api.version(str(arguments.shader_id), arguments.version)).source
