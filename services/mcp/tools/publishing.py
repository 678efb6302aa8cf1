"""Putting works before the public: `publish_shader`."""

from typing import Any, Literal

from pydantic import Field

from services.contracts.shaders import RenderStatus, ShaderPublic, Visibility
from services.mcp.api_client import ApiProblemError
from services.mcp.backend import Backend
from services.mcp.compiler import findings
from services.mcp.tool import Result, tool
from services.mcp.tool_errors import ToolCallError, error_of_problem
from services.mcp.tools.jobs import Job, job_fields, job_of, picture_of, settled
from services.mcp.tools.writing import AWAITS_REVIEW, REPEATED, licence_note
from services.mcp.values import (
    AGENTS_OWN,
    METADATA,
    Metadata,
    Number,
    ParameterValues,
    RequestKey,
    ShaderId,
    Source,
    idempotency_key,
    notes,
)

_WITHOUT_PICTURE = frozenset({"no_picture", "picture_pending"})
_SHOWN_BEFORE = "Others saw this work before; until its newest version is drawn they see the picture that it had."


class PublishArguments(Metadata):
    """A draft by its id, or a new work."""

    shader_id: ShaderId | None = Field(default=None, description="an own work, as create_shader_draft kept it")
    source: Source | None = Field(default=None, description="instead of shader_id: a new work, with a title")
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
    awaits_review: bool | None = Field(default=None, description="nobody else sees it yet: see note")
    licence: str
    repeated: bool | None = None
    note: str | None = None


@tool(title="Publish a shader", toolset="write", scope="write", destructive=True)
async def publish_shader(backend: Backend, arguments: PublishArguments) -> Result[Published]:
    """Make an own work public by shader_id (other arguments change its metadata), or a new source with a title. Waits
    some seconds for the picture of the newest version: without one nothing is published, and the refusal says why and
    what to do. Publish only what your user wants to be seen."""
    is_new = arguments.source is not None
    if (arguments.shader_id is not None) == is_new or (is_new and arguments.title is None):
        raise ToolCallError(
            "invalid_arguments",
            "Publish either an own work or a new source.",
            "Send shader_id, or source and title.",
        )
    if is_new and arguments.public_from is not None:
        raise ToolCallError("invalid_arguments", "A new work has one version.", "Leave public_from out.")
    if arguments.shader_id is None:
        return await _publish_new(backend, str(arguments.source), arguments)
    if arguments.parameter_values is not None:
        raise ToolCallError(
            "invalid_arguments",
            "parameter_values belong to a version.",
            "Save a version with them by create_shader_draft (shader_id, based_on), then publish.",
        )
    work = await backend.api.shader(arguments.shader_id)
    changes = _metadata(arguments)
    if arguments.public_from is not None:
        changes["public_from"] = arguments.public_from
    return await _publish(backend, work, changes, include_image=arguments.include_image)


async def _publish_new(backend: Backend, source: str, arguments: PublishArguments) -> Result[Published]:
    """Keep it as a draft, wait for its picture, publish the draft. What fails on the way leaves the draft as it is."""
    await _require_good(backend, source)
    body = {**AGENTS_OWN, "source": source, **_metadata(arguments), "visibility": Visibility.DRAFT}
    if arguments.parameter_values is not None:
        body["parameter_values"] = arguments.parameter_values
    made, repeated = await backend.api.create(body, idempotency_key("publish", arguments, arguments.request_key))
    work = await _still_there(backend, made) if repeated else made
    # Where the same call had come to its end, the author may have changed the work since.
    changes = {"visibility": arguments.visibility} if work.visibility == Visibility.DRAFT else {}
    result = await _publish(backend, work, changes, include_image=arguments.include_image)
    result.data.repeated = repeated or None
    result.data.note = notes(REPEATED if repeated else None, licence_note(arguments, work), result.data.note)
    return result


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


async def _still_there(backend: Backend, made: ShaderPublic) -> ShaderPublic:
    try:
        return await backend.api.shader(made.id)
    except ApiProblemError as problem:
        if problem.status != 404:
            raise
        message = f"This same call had made the work {made.id}, which is gone."
        raise ToolCallError("gone", message, "Send a request_key to make another.") from None


async def _publish(
    backend: Backend, work: ShaderPublic, changes: dict[str, Any], *, include_image: bool
) -> Result[Published]:
    """Wait for the picture of the newest version, then let the API decide: it looks once more, in one transaction."""
    render = await settled(backend, work.id, work.version)
    try:
        if changes:
            work = await backend.api.change(work.id, {**changes, "require_picture": True})
            render = work.render
    except ApiProblemError as problem:
        if problem.code not in _WITHOUT_PICTURE:
            raise
        job: dict[str, Any] = {"shader_id": work.id, "version": work.version, "job_id": job_of(work.id, work.version)}
        raise ToolCallError(**error_of_problem(problem, work.source), **job) from None
    published = Published(
        id=work.id,
        version=work.version,
        url=backend.page_of(work.id),
        visibility=work.visibility,
        awaits_review=work.awaits_review or None,
        licence=work.licence,
        note=notes(
            AWAITS_REVIEW if work.awaits_review else None,
            None if render.status == RenderStatus.READY else _SHOWN_BEFORE,
        ),
        job_id=job_of(work.id, work.version),
        **await job_fields(backend, render, work.id, work.version),
    )
    return Result(published, await picture_of(backend, render, work.id, work.version) if include_image else [])
