"""Works that answer desires: submit, take back, accept, decline; what a desire got and what a work answers."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.api.deps import (
    CallerDep,
    Cursor,
    IdempotencyDep,
    IdempotentRoute,
    Limit,
    MaybeCallerDep,
    ReadDep,
    WriteDep,
)
from services.api.routes.desires.board import DesireId
from services.api.routes.shaders.shaders import ShaderId
from services.contracts.desires import AnsweredDesire, FulfilmentPublic
from services.contracts.pages import Page
from services.core.bounties.deciding import require_may_answer, require_person, require_pledgers_decide
from services.core.desires import fulfilling, reading
from services.core.desires.schemas import FulfilRequest

router = APIRouter(prefix="/api/v1/desires", tags=["desires"], route_class=IdempotentRoute)
works_router = APIRouter(prefix="/api/v1/shaders", tags=["desires"])


@router.get("/{desire_id}/fulfilments")
async def list_fulfilments(
    desire_id: DesireId, caller: MaybeCallerDep, session: ReadDep, cursor: Cursor = None, limit: Limit = 24
) -> Page[FulfilmentPublic]:
    """The works that answer a desire, the newest first; declined ones to its author and theirs only."""
    return await reading.fulfilments(session, caller, desire_id, cursor=cursor, limit=limit)


@router.post(
    "/{desire_id}/fulfilments",
    status_code=201,
    responses={200: {"model": FulfilmentPublic, "description": "It answers this desire already"}},
)
async def fulfil(
    desire_id: DesireId,
    body: FulfilRequest,
    caller: CallerDep,
    session: WriteDep,
    response: Response,
    _: IdempotencyDep,
) -> FulfilmentPublic:
    """Answer an open desire with an own work that is public and has its picture; each work once."""
    await require_may_answer(session, caller, desire_id, body.shader_id)
    made, is_new = await fulfilling.fulfil(session, caller, desire_id, body.shader_id)
    response.status_code = 201 if is_new else 200
    return await reading.fulfilment(session, caller, made)


@router.post("/{desire_id}/fulfilments/{fulfilment_id}/accept")
async def accept(desire_id: DesireId, fulfilment_id: UUID, caller: CallerDep, session: WriteDep) -> FulfilmentPublic:
    """Accept an answer to one's own desire; that fulfils it. No key accepts where somebody pledged."""
    await require_person(session, caller, desire_id)
    return await reading.fulfilment(session, caller, await fulfilling.accept(session, caller, desire_id, fulfilment_id))


@router.post("/{desire_id}/fulfilments/{fulfilment_id}/decline")
async def decline(desire_id: DesireId, fulfilment_id: UUID, caller: CallerDep, session: WriteDep) -> FulfilmentPublic:
    """Say that an answer to one's own desire is not what was wanted; pledgers decide about one they wait for."""
    await require_pledgers_decide(session, desire_id, fulfilment_id)
    return await reading.fulfilment(
        session, caller, await fulfilling.decline(session, caller, desire_id, fulfilment_id)
    )


@router.post("/{desire_id}/fulfilments/{fulfilment_id}/withdraw")
async def take_back(desire_id: DesireId, fulfilment_id: UUID, caller: CallerDep, session: WriteDep) -> FulfilmentPublic:
    """Take an own answer back that was not decided about."""
    return await reading.fulfilment(
        session, caller, await fulfilling.take_back(session, caller, desire_id, fulfilment_id)
    )


@works_router.get("/{shader_id}/desires")
async def answered(shader_id: ShaderId, caller: MaybeCallerDep, session: ReadDep) -> list[AnsweredDesire]:
    """The desires that a work answers."""
    return await reading.answered_by(session, caller, shader_id)
