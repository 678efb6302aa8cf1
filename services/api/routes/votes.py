"""Votes of the caller."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.api import limits
from services.api.deps import CallerDep, Cursor, Limit, ReadDep, Services, ServicesDep, WriteDep
from services.contracts.pages import Page
from services.core.identity.caller import Caller
from services.core.kit.database import WriteSession
from services.core.votes import service
from services.core.votes.schemas import VoteCast, VotedWork, VotesOnWorks, VoteState, VoteValue

router = APIRouter(prefix="/api/v1", tags=["votes"])
ROUTERS = (router,)


@router.put("/shaders/{shader_id}/vote")
async def cast(
    request: Request, shader_id: str, body: VoteCast, caller: CallerDep, session: WriteDep, services: ServicesDep
) -> VoteState:
    """Vote up or down, or take the vote back (`none`); the same again changes nothing. Not on one's own shader."""
    return await _cast(request, shader_id, body.value, caller, session, services)


@router.delete("/shaders/{shader_id}/vote")
async def withdraw(
    request: Request, shader_id: str, caller: CallerDep, session: WriteDep, services: ServicesDep
) -> VoteState:
    """Take the vote back; the same as `none`."""
    return await _cast(request, shader_id, VoteValue.NONE, caller, session, services)


async def _cast(
    request: Request, shader_id: str, value: VoteValue, caller: Caller, session: WriteSession, services: Services
) -> VoteState:
    return await service.cast(
        session,
        caller=caller,
        shader_id=shader_id,
        value=value,
        weighing=services.weighing,
        address=limits.address_of(request),
    )


@router.get("/shaders/{shader_id}/vote")
async def read(shader_id: str, caller: CallerDep, session: ReadDep) -> VoteState:
    """The caller's vote on a shader."""
    return await service.state(session, caller=caller, shader_id=shader_id)


@router.get("/votes")
async def voted(
    caller: CallerDep,
    session: ReadDep,
    value: Annotated[VoteValue | None, Query(description="`up` or `down`; both unless told")] = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Page[VotedWork]:
    """The shaders that the caller has voted on, the latest first vote first."""
    return await service.voted(session, caller=caller, value=value, cursor=cursor, limit=limit)


@router.get("/votes/lookup")
async def lookup(
    caller: CallerDep,
    session: ReadDep,
    ids: Annotated[list[str], Query(alias="id", min_length=1, max_length=100, description="The cards of a page")],
) -> VotesOnWorks:
    """The caller's votes on up to 100 shaders at once; shaders without a vote are left out."""
    return await service.on_works(session, caller=caller, shader_ids=ids)
