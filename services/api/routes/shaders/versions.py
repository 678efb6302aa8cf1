"""Versions of a shader: list, read, compare, add, restore."""

import asyncio
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import PlainTextResponse

from services.api.card_lists import page_response
from services.api.deps import (
    CallerDep,
    Cursor,
    IdempotencyDep,
    IdempotentRoute,
    Limit,
    MaybeCallerDep,
    ReadDep,
    ServicesDep,
    WriteDep,
    gated,
)
from services.api.routes.shaders.shaders import ShaderId
from services.contracts.pages import Page
from services.contracts.shaders import VersionPublic, VersionSummary
from services.core.shaders import diff, read, write
from services.core.shaders.diff import Difference
from services.core.shaders.schemas import VersionCreate, VersionRestore

router = APIRouter(prefix="/api/v1/shaders", tags=["shaders"], route_class=IdempotentRoute)

Number = Annotated[int, Path(ge=1, le=1_000_000)]
Side = Annotated[int | None, Query(ge=1, le=1_000_000)]


class Format(StrEnum):
    """How a difference is written."""

    STRUCTURED = "structured"
    UNIFIED = "unified"


@router.post(
    "/{shader_id}/versions",
    status_code=201,
    responses={200: {"model": VersionPublic, "description": "It is the newest version already"}},
)
async def add_version(
    body: Annotated[VersionCreate, gated(VersionCreate)],
    shader_id: ShaderId,
    caller: CallerDep,
    services: ServicesDep,
    session: WriteDep,
    response: Response,
    _: IdempotencyDep,
) -> VersionPublic:
    """Add an edit. 409 `stale_version` with all sides when another one came first."""
    number, new = await write.add_edit(session, caller, shader_id, body, services.settings.limits)
    response.status_code = 201 if new else 200
    response.headers["Location"] = f"{router.prefix}/{shader_id}/versions/{number}"
    return await read.version(session, caller, shader_id, number)


@router.get("/{shader_id}/versions", response_model=Page[VersionSummary])
async def list_versions(
    shader_id: ShaderId, caller: MaybeCallerDep, session: ReadDep, cursor: Cursor = None, limit: Limit = 24
) -> Response:
    """The versions of a shader, the newest first."""
    return page_response(await read.versions(session, caller, shader_id, cursor=cursor, limit=limit))


@router.get("/{shader_id}/versions/{number}")
async def read_version(shader_id: ShaderId, number: Number, caller: MaybeCallerDep, session: ReadDep) -> VersionPublic:
    """A version with its source."""
    return await read.version(session, caller, shader_id, number)


@router.get(
    "/{shader_id}/diff",
    response_model=Difference,
    responses={200: {"content": {"text/x-diff": {"schema": {"type": "string"}}}}},
)
async def compare(
    shader_id: ShaderId,
    caller: MaybeCallerDep,
    session: ReadDep,
    old: Annotated[Side, Query(alias="from", description="The version before `to` unless told")] = None,
    new: Annotated[Side, Query(alias="to", description="The newest unless told")] = None,
    format: Format = Format.STRUCTURED,
) -> Difference | Response:
    """What changed between two versions, as hunks or as a patch."""
    before, after = await read.two_versions(session, caller, shader_id, old, new)
    if format is Format.UNIFIED:
        patch = await asyncio.to_thread(diff.patch, before, after)
        return PlainTextResponse(patch, media_type="text/x-diff")
    return await asyncio.to_thread(diff.compare, before, after)


@router.post("/{shader_id}/restore", status_code=201)
async def restore(
    shader_id: ShaderId,
    body: VersionRestore,
    caller: CallerDep,
    services: ServicesDep,
    session: WriteDep,
    response: Response,
    _: IdempotencyDep,
) -> VersionPublic:
    """Make an old version the newest again, as a new version."""
    number = await write.restore(session, caller, shader_id, body, services.settings.limits)
    response.headers["Location"] = f"{router.prefix}/{shader_id}/versions/{number}"
    return await read.version(session, caller, shader_id, number)
