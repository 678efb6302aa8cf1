"""Putting works before the public: `publish_shader`."""

from typing import Any, Literal

from pydantic import Field

from services.contracts.shaders import AiLabel, ShaderPublic
from services.mcp.api_client import ApiProblemError
from services.mcp.backend import Backend
from services.mcp.compiler import findings
from services.mcp.tool import Result, tool
from services.mcp.tool_errors import ToolCallError
from services.mcp.tools.jobs import Job, job_fields, job_of, picture_of, settled
from services.mcp.tools.writing import REPEATED
from services.mcp.values import (
    METADATA,
    Metadata,
    Number,
    ParameterValues,
    RequestKey,
    ShaderId,
    Source,
    idempotency_key,
)


class PublishArguments(Metadata):
    """A draft by its id, or a new work."""

    shader_id: ShaderId | None = Field(default=None, description="an own work, as create_shader_draft kept it")
    source: Source | None = Field(default=None, description="instead of shader_id: a new work, with a title")
    ai_label: AiLabel | None = Field(default=None, description="of a new work: ai-generated unless told")
    parameter_values: ParameterValues | None = Field(default=None, description="of a new work: slider name: value")
    visibility: Literal["public", "unlisted"] = "public"
    public_from: Number | None = Field(
        default=None,
        description="with shader_id: the first version that others see; as a draft, the newest unless told",
    )
    include_image: bool = True
    request_key: RequestKey = None


class Published(Job):
    """The work and its picture."""

    id: str
    version: int
    url: str = Field(description="its page, for people")
    visibility: str
    licence: str
    repeated: bool | None = None
    note: str | None = None


@tool(title="Publish a shader", toolset="write", scope="write", destructive=True)
async def publish_shader(backend: Backend, arguments: PublishArguments) -> Result[Published]:
    """Make an own work public by shader_id (other arguments change what is said about it), or publish a new source with
    a title. A source that does not compile is refused with its errors and nothing is changed. Waits some seconds for
    the picture; status pending means: ask get_job for it. Publish only what your user wants to be seen."""
    is_new = arguments.source is not None
    if (arguments.shader_id is not None) == is_new or (is_new and arguments.title is None):
        raise ToolCallError(
            "invalid_arguments",
            "Publish either an own work or a new source.",
            "Send shader_id, or source and title.",
        )
    if is_new and arguments.public_from is not None:
        raise ToolCallError("invalid_arguments", "A new work has one version.", "Leave public_from out.")
    if arguments.shader_id is not None:
        work, repeated = await _publish_own(backend, arguments.shader_id, arguments), False
    else:
        work, repeated = await _publish_new(backend, str(arguments.source), arguments)
    return await _published(backend, work, repeated, include_image=arguments.include_image)


async def _publish_own(backend: Backend, shader_id: str, arguments: PublishArguments) -> ShaderPublic:
    if arguments.parameter_values is not None:
        raise ToolCallError(
            "invalid_arguments",
            "parameter_values belong to a version.",
            "Save a version with them by create_shader_draft (shader_id, based_on), then publish.",
        )
    work = await backend.api.shader(shader_id)
    if work.render.status != "ready":
        await _require_good(backend, work.source)
    body = _metadata(arguments)
    if arguments.public_from is not None:
        body["public_from"] = arguments.public_from
    return await backend.api.change(shader_id, body)


async def _publish_new(backend: Backend, source: str, arguments: PublishArguments) -> tuple[ShaderPublic, bool]:
    await _require_good(backend, source)
    body = {"ai_label": "ai-generated", "source": source, **_metadata(arguments)}
    if arguments.parameter_values is not None:
        body["parameter_values"] = arguments.parameter_values
    return await backend.api.create(body, idempotency_key("publish", arguments, arguments.request_key))


def _metadata(arguments: PublishArguments) -> dict[str, Any]:
    return arguments.model_dump(exclude_none=True, include={*METADATA, "visibility"})


async def _require_good(backend: Backend, source: str) -> None:
    found = await backend.api.validate(source)
    if not found.ok:
        raise ToolCallError(
            found.code or "compile_failed",
            "The source does not compile, and nothing was published.",
            "Mend the lines in `errors`, look at it with render_preview, then publish again.",
            errors=[error.model_dump(exclude_none=True) for error in findings(found.errors, source)],
        )


async def _published(backend: Backend, work: ShaderPublic, repeated: bool, *, include_image: bool) -> Result[Published]:
    try:
        render = await settled(backend, work.id, work.version)
    except ApiProblemError as problem:
        if repeated and problem.status == 404:
            raise _gone(work.id) from None
        raise
    published = Published(
        id=work.id,
        version=work.version,
        url=backend.page_of(work.id),
        visibility=work.visibility,
        licence=work.licence,
        repeated=repeated or None,
        note=REPEATED if repeated else None,
        job_id=job_of(work.id, work.version),
        **await job_fields(backend, render, work.id, work.version),
    )
    return Result(published, await picture_of(backend, render, work.id, work.version) if include_image else [])


def _gone(shader_id: str) -> ToolCallError:
    return ToolCallError(
        "gone", f"This same call had made the work {shader_id}, which is gone.", "Send a request_key to make another."
    )
