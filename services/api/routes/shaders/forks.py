"""Forks of a shader, and where it came from."""

from typing import Annotated

from fastapi import APIRouter, Response

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
from services.contracts.shaders import Lineage, ShaderPublic, ShaderSummary
from services.core.shaders import forks as rules
from services.core.shaders import read
from services.core.shaders.schemas import ForkCreate

router = APIRouter(prefix="/api/v1/shaders", tags=["shaders"], route_class=IdempotentRoute)


@router.post("/{shader_id}/forks", status_code=201)
async def fork(
    body: Annotated[ForkCreate, gated(ForkCreate)],
    shader_id: ShaderId,
    caller: CallerDep,
    services: ServicesDep,
    session: WriteDep,
    response: Response,
    _: IdempotencyDep,
) -> ShaderPublic:
    """Make a draft (or a published shader) of one's own out of a shader, as far as its licence allows."""
    made = await rules.fork(session, caller, shader_id, body, services.settings.limits)
    response.headers["Location"] = f"{router.prefix}/{made.id}"
    return await read.shader(session, caller, made.id)


@router.get("/{shader_id}/forks", response_model=Page[ShaderSummary])
async def list_forks(
    shader_id: ShaderId, caller: MaybeCallerDep, session: ReadDep, cursor: Cursor = None, limit: Limit = 24
) -> Response:
    """The forks of a shader, the newest first."""
    return page_response(await rules.forks_of(session, caller, shader_id, cursor=cursor, limit=limit))


@router.get("/{shader_id}/lineage")
async def lineage(shader_id: ShaderId, caller: MaybeCallerDep, session: ReadDep) -> Lineage:
    """The shaders that this one came from, back to the first."""
    return await rules.lineage(session, caller, shader_id)
