"""Shaders: create, read, change, delete; validate, import, export; a user's shaders."""

import asyncio
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import PlainTextResponse

from services.api.card_lists import page_response
from services.api.deps import (
    READS,
    CallerDep,
    Cursor,
    IdempotencyDep,
    IdempotentRoute,
    Limit,
    MaybeCallerDep,
    ReadDep,
    ServicesDep,
    WriteDep,
    account_limit,
    gated,
)
from services.contracts.pages import Page
from services.contracts.shaders import RenderPublic, ShaderPublic, ShaderSummary, Validation, Visibility
from services.core.kit.asgi import while_connected
from services.core.kit.errors import NotFoundError
from services.core.renders.validation import validate
from services.core.shaders import exchange, repository, write
from services.core.shaders import read as reading
from services.core.shaders.schemas import ImportRequest, ShaderCreate, ShaderUpdate, ValidateRequest
from services.core.wording.gate import require

router = APIRouter(prefix="/api/v1/shaders", tags=["shaders"], route_class=IdempotentRoute)
users_router = APIRouter(prefix="/api/v1/users", tags=["users"])

_LONGEST_ID = 16


async def well_formed_id(shader_id: Annotated[str, Path(examples=["7YkQm2Xb4Ra"])]) -> str:
    """An id that can be one; any other is not found, and never reaches the database."""
    if not (shader_id.isascii() and shader_id.isalnum() and len(shader_id) <= _LONGEST_ID):
        raise NotFoundError
    return shader_id


ShaderId = Annotated[str, Depends(well_formed_id)]
VersionQuery = Annotated[int | None, Query(ge=1, le=1_000_000, description="A version; the newest unless told")]


@router.post("", status_code=201)
async def create(
    body: Annotated[ShaderCreate, gated(ShaderCreate)],
    caller: CallerDep,
    services: ServicesDep,
    session: WriteDep,
    response: Response,
    _: IdempotencyDep,
) -> ShaderPublic:
    """Publish a shader, or keep a draft. Its picture follows; watch `render_status` or the shader's events."""
    made = await write.create(session, caller, body, services.settings.limits)
    response.headers["Location"] = f"{router.prefix}/{made.id}"
    return await reading.shader(session, caller, made.id)


@router.post("/validate", dependencies=[account_limit("validate_account")], openapi_extra=READS)
async def validate_source(body: ValidateRequest, request: Request, services: ServicesDep) -> Validation:
    """Check and compile a source without keeping it. 503 at once when no renderer can begin soon enough."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    compiling = validate(services.renderers, body.source, services.settings.limits, request_id=request_id)
    return await while_connected(request.receive, compiling)


async def document(body: ImportRequest, _: CallerDep, services: ServicesDep) -> ShaderCreate:
    """What a document asks for, judged as by `gated`."""
    new = await asyncio.to_thread(exchange.read_document, body)
    await require(services.texts, new)
    return new


@router.post("/import", status_code=201)
async def import_shadertoy(
    new: Annotated[ShaderCreate, Depends(document)],
    caller: CallerDep,
    services: ServicesDep,
    session: WriteDep,
    response: Response,
    _: IdempotencyDep,
) -> ShaderPublic:
    """Make a draft (or a public shader) out of a Shadertoy document with one image pass."""
    made = await write.create(session, caller, new, services.settings.limits)
    response.headers["Location"] = f"{router.prefix}/{made.id}"
    return await reading.shader(session, caller, made.id)


@router.get("/{shader_id}", response_model=ShaderPublic)
async def read(shader_id: ShaderId, caller: MaybeCallerDep, services: ServicesDep) -> Response:
    """A shader with its newest version."""
    return Response(await repository.shader_json(services.database, caller, shader_id), media_type="application/json")


@router.patch("/{shader_id}")
async def change(
    body: Annotated[ShaderUpdate, gated(ShaderUpdate)],
    shader_id: ShaderId,
    caller: CallerDep,
    services: ServicesDep,
    session: WriteDep,
) -> ShaderPublic:
    """Change the metadata of a shader, or who sees it; what is not sent stays."""
    await write.change(session, caller, shader_id, body, services.settings.limits)
    return await reading.shader(session, caller, shader_id)


@router.delete("/{shader_id}", status_code=204)
async def delete(shader_id: ShaderId, caller: CallerDep, session: WriteDep) -> None:
    """Take a shader down. Forks of it stay."""
    await write.delete(session, caller, shader_id)


@router.get("/{shader_id}/render")
async def render(
    shader_id: ShaderId, caller: MaybeCallerDep, session: ReadDep, version: VersionQuery = None
) -> RenderPublic:
    """Where the pictures of a version stand; compile errors for the author."""
    return await reading.render(session, shader_id, caller, version)


@router.get(
    "/{shader_id}/raw",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def raw(shader_id: ShaderId, caller: MaybeCallerDep, session: ReadDep, version: VersionQuery = None) -> Response:
    """The source alone, as text."""
    found = await reading.version(session, caller, shader_id, version)
    return PlainTextResponse(found.source, headers={"X-Content-Type-Options": "nosniff"})


@router.get("/{shader_id}/export")
async def export_shadertoy(
    shader_id: ShaderId, caller: MaybeCallerDep, services: ServicesDep, session: ReadDep, version: VersionQuery = None
) -> dict[str, Any]:
    """A version as a Shadertoy document, its parameters as constants."""
    shader = await reading.shader(session, caller, shader_id)
    found = await reading.version(session, caller, shader_id, version)
    url = f"{services.settings.site.public_url.rstrip('/')}/s/{shader.id}"
    return await asyncio.to_thread(exchange.write_document, shader, found, url=url)


@users_router.get("/{handle}/shaders", response_model=Page[ShaderSummary])
async def works(
    handle: str,
    caller: MaybeCallerDep,
    session: ReadDep,
    visibility: Visibility | None = None,
    cursor: Cursor = None,
    limit: Limit = 24,
) -> Response:
    """A user's shaders, the newest first. To the user all of them, drafts too; `visibility` narrows that."""
    page = await reading.shaders_of(session, caller, handle.lower(), visibility=visibility, cursor=cursor, limit=limit)
    return page_response(page)
