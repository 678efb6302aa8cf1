"""Keeping works: `create_shader_draft`, `fork_shader`."""

from typing import Any

from mcp_types import ImageContent
from pydantic import Field

from services.contracts.shaders import ShaderPublic
from services.mcp.api_client import ApiDownError, ApiProblemError
from services.mcp.backend import Backend
from services.mcp.compiler import Finding
from services.mcp.flashes import Flashes, flashes_of
from services.mcp.tool import Result, tool
from services.mcp.tool_errors import ToolCallError
from services.mcp.tools.checking import Frames, checked, frames, pictures
from services.mcp.tools.jobs import job_of
from services.mcp.values import (
    AGENTS_OWN,
    METADATA,
    Licence,
    Metadata,
    Number,
    ParameterValues,
    RequestKey,
    ShaderId,
    Source,
    Title,
    idempotency_key,
    notes,
)

AWAITS_REVIEW = (
    "A moderator looks at the first works of a new account before others see them, and publishes it then. Tell your"
    " user, and do not publish it again; get_shader says awaits_review until then."
)
REPEATED = "The same call had made this before, and nothing new was made. Send a request_key to make another."


class DraftArguments(Metadata):
    """A new draft, or a new version of an own work."""

    source: Source
    title: Title | None = Field(default=None, description="of a new work; it has to have one")
    parameter_values: ParameterValues = Field(default_factory=dict)
    shader_id: ShaderId | None = Field(default=None, description="save a version of this own work instead")
    based_on: Number | None = Field(default=None, description="with shader_id: the version that the edit began with")
    note: str | None = Field(default=None, max_length=500, description="with shader_id: what changed")
    include_image: bool = True
    request_key: RequestKey = None


class ForkArguments(Metadata):
    """A work of one's own out of another."""

    shader_id: ShaderId
    version: Number | None = Field(default=None, description="the newest unless told")
    source: Source | None = Field(default=None, description="an edit made at once")
    licence: Licence | None = Field(default=None, description="has to keep what the work's own asks for")
    include_image: bool = True
    request_key: RequestKey = None


class Saved(Flashes):
    """What was kept, and whether it compiles; without ok it could not be checked at the moment."""

    id: str
    version: int
    visibility: str | None = None
    licence: str | None = None
    job_id: str = Field(description="its picture, for get_job")
    repeated: bool | None = None
    note: str | None = None
    ok: bool | None = None
    code: str | None = None
    errors: list[Finding] = Field(default_factory=list)
    animated: bool | None = None
    picture: Frames | None = None


@tool(title="Save a draft", toolset="write", scope="write")
async def create_shader_draft(backend: Backend, arguments: DraftArguments) -> Result[Saved]:
    """Keep a source as a draft that only its author sees, or with shader_id and based_on as the next version of an own
    work (a published one changes for all). It is kept even if it does not compile; the result says so and shows the
    picture. A stale based_on is refused with both sides."""
    if arguments.shader_id is not None:
        saved = await _add_version(backend, arguments.shader_id, arguments)
    else:
        saved = await _create(backend, arguments)
    look = await _look(backend, saved, arguments.source, arguments.parameter_values, arguments.include_image)
    return Result(saved, look)


@tool(title="Fork a shader", toolset="write", scope="write")
async def fork_shader(backend: Backend, arguments: ForkArguments) -> Result[Saved]:
    """Make a draft of your own out of a work, as far as its licence allows. Code, values and tags are taken over unless
    sent; send a title and description. Change it with create_shader_draft (shader_id, based_on), then
    publish_shader."""
    body = arguments.model_dump(exclude_none=True, exclude={"shader_id", "include_image", "request_key"})
    key = idempotency_key("fork", arguments, arguments.request_key)
    body = {**AGENTS_OWN, **body, "visibility": "draft"}
    work, repeated = await backend.api.fork(arguments.shader_id, body, key)
    saved = _saved(work.id, work.version, repeated, visibility=work.visibility, licence=work.licence)
    if arguments.source is None:
        return Result(saved)
    return Result(saved, await _look(backend, saved, arguments.source, {}, arguments.include_image))


async def _create(backend: Backend, arguments: DraftArguments) -> Saved:
    if arguments.title is None or arguments.based_on is not None or arguments.note is not None:
        raise ToolCallError(
            "invalid_arguments",
            "A new work needs a title; based_on and note are for a version of a work.",
            "Send title without based_on and note for a new work, or shader_id and based_on for a version.",
        )
    body = arguments.model_dump(exclude_none=True, include={"source", "parameter_values", *METADATA})
    body = {**AGENTS_OWN, **body, "visibility": "draft"}
    work, repeated = await backend.api.create(body, idempotency_key("create", arguments, arguments.request_key))
    saved = _saved(work.id, work.version, repeated, visibility=work.visibility, licence=work.licence)
    saved.note = notes(saved.note, licence_note(arguments, work))
    return saved


def licence_note(arguments: Metadata, work: ShaderPublic) -> str | None:
    """That a new work has a licence which nobody named in this call."""
    if arguments.licence is not None:
        return None
    return f"No licence was sent, so it has your account's default, {work.licence}; publish_shader can change it."


async def _add_version(backend: Backend, shader_id: str, arguments: DraftArguments) -> Saved:
    if arguments.based_on is None or arguments.model_fields_set & METADATA:
        raise ToolCallError(
            "invalid_arguments",
            f"A version needs based_on, and takes none of {', '.join(Metadata.model_fields)}.",
            "Send shader_id, based_on (the version that get_shader gave) and source; publish_shader changes the rest.",
        )
    body = arguments.model_dump(exclude_none=True, include={"source", "parameter_values", "based_on", "note"})
    key = idempotency_key("version", arguments, arguments.request_key)
    version, repeated = await backend.api.add_version(shader_id, body, key)
    return _saved(shader_id, version.version, repeated)


def _saved(shader_id: str, version: int, repeated: bool, **said: Any) -> Saved:
    return Saved(
        id=shader_id,
        version=version,
        job_id=job_of(shader_id, version),
        repeated=repeated or None,
        note=REPEATED if repeated else None,
        **said,
    )


async def _look(
    backend: Backend, saved: Saved, source: str, values: dict[str, Any], include_image: bool
) -> list[ImageContent]:
    """Add to `saved` what the source is like. It is kept already, so a renderer that is busy is no error."""
    try:
        found = await backend.api.preview({"source": source, "parameter_values": values})
    except (ApiProblemError, ApiDownError):
        unseen = "It is saved, but could not be drawn at the moment: see get_job, or render_preview later."
        saved.note = notes(saved.note, unseen)
        return []
    result = checked(found, source)
    saved.ok, saved.code, saved.errors = result["ok"], result["code"], result["errors"]
    saved.animated, saved.picture = found.animated, frames(found.picture)
    told = flashes_of(found.flashes, found.flash_count)
    saved.flashes, saved.warning = told["flashes"], told["warning"]
    return pictures(found) if include_image else []
