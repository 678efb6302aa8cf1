"""Putting works before the public: `publish_shader`."""

from typing import Any, Literal

from pydantic import Field

from services.contracts.shaders import ShaderPublic
from services.mcp.api_client import ApiProblemError
from services.mcp.backend import Backend
from services.mcp.compiler import findings
from services.mcp.refusals import RefusedError
from services.mcp.tool import Arguments, Result, tool
from services.mcp.tools.jobs import Job, job_of, picture_of, settled, told
from services.mcp.tools.writing import REPEATED
from services.mcp.values import (
    AiLabel,
    Description,
    Licence,
    ParameterValues,
    RequestKey,
    ShaderId,
    Source,
    Tags,
    Title,
    idempotency_key,
)


class PublishArguments(Arguments):
    """A draft by its id, or a new work."""

    shader_id: ShaderId | None = Field(default=None, description="an own work, as create_shader_draft kept it")
    source: Source | None = Field(default=None, description="instead of shader_id: a new work, with a title")
    title: Title | None = None
    description: Description | None = None
    tags: Tags | None = None
    licence: Licence | None = None
    ai_label: AiLabel | None = Field(default=None, description="of a new work: ai-generated unless told")
    parameter_values: ParameterValues | None = Field(default=None, description="of a new work: slider name: value")
    visibility: Literal["public", "unlisted"] = "public"
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
async def publish_shader(backend: Backend, asked: PublishArguments) -> Result[Published]:
    """Make an own work public by shader_id (other arguments change what is said about it), or publish a new source with
    a title. A source that does not compile is refused with its errors and nothing is changed. Waits some seconds for
    the picture; status pending means: ask get_job for it. Publish only what your user wants to be seen."""
    if (asked.shader_id is None) == (asked.source is None) or (asked.source is not None and asked.title is None):
        raise RefusedError(
            "invalid_arguments",
            "Publish either an own work or a new source.",
            "Send shader_id, or source and title.",
        )
    if asked.shader_id is not None:
        work, repeated = await _publish_own(backend, asked.shader_id, asked), False
    else:
        work, repeated = await _publish_new(backend, str(asked.source), asked)
    return await _published(backend, work, repeated, include_image=asked.include_image)


async def _publish_own(backend: Backend, shader_id: str, asked: PublishArguments) -> ShaderPublic:
    if asked.parameter_values is not None:
        raise RefusedError(
            "invalid_arguments",
            "parameter_values belong to a version.",
            "Save a version with them by create_shader_draft (shader_id, based_on), then publish.",
        )
    work = await backend.api.shader(shader_id)
    if work.render.status != "ready":
        await _require_good(backend, work.source)
    order = _said(asked)
    return await backend.api.change(shader_id, order)


async def _publish_new(backend: Backend, source: str, asked: PublishArguments) -> tuple[ShaderPublic, bool]:
    await _require_good(backend, source)
    order = {"ai_label": "ai-generated", "source": source, **_said(asked)}
    if asked.parameter_values is not None:
        order["parameter_values"] = asked.parameter_values
    return await backend.api.create(order, idempotency_key("publish", asked, asked.request_key))


def _said(asked: PublishArguments) -> dict[str, Any]:
    return asked.model_dump(
        exclude_none=True, include={"title", "description", "tags", "licence", "ai_label", "visibility"}
    )


async def _require_good(backend: Backend, source: str) -> None:
    found = await backend.api.validate(source)
    if not found.ok:
        raise RefusedError(
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
        **await told(backend, render, work.id, work.version),
    )
    return Result(published, await picture_of(backend, render, work.id, work.version) if include_image else [])


def _gone(shader_id: str) -> RefusedError:
    return RefusedError(
        "gone", f"This same call had made the work {shader_id}, which is gone.", "Send a request_key to make another."
    )
