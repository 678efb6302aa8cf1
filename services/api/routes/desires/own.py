"""One's own desires: post, withdraw, and say to which like wishes they belong."""

from typing import Annotated

from fastapi import APIRouter, Response

from services.api.deps import (
    CallerDep,
    IdempotencyDep,
    IdempotentRoute,
    ServicesDep,
    WriteDep,
    account_limit,
    gated,
)
from services.api.routes.desires.board import DesireId
from services.contracts.desires import DesirePosted, DesirePublic
from services.core.desires import grouping, posting, reading
from services.core.desires.schemas import DesireCreate, DifferentRequest, JoinRequest
from services.core.desires.settings import DesireSettings

router = APIRouter(prefix="/api/v1/desires", tags=["desires"], route_class=IdempotentRoute)
# Each of them counts clusters anew, under the lock that all wishes wait for, and may tell somebody.
_CLICKS = account_limit("desire_clicks_account")


@router.post("", status_code=201, dependencies=[account_limit("desires_account")])
async def post(
    body: Annotated[DesireCreate, gated(DesireCreate)],
    caller: CallerDep,
    services: ServicesDep,
    session: WriteDep,
    response: Response,
    _: IdempotencyDep,
) -> DesirePosted:
    """Wish for a work. Like wishes never keep it from being posted: `similar` has them, and one may join them."""
    settings = services.settings.of(DesireSettings)
    made, similar = await posting.post(session, caller, body, services.matcher, settings)
    response.headers["Location"] = f"{router.prefix}/{made.id}"
    found = await reading.desire(session, caller, made.id)
    return DesirePosted(**found.model_dump(), similar=similar)


@router.post("/{desire_id}/withdraw")
async def withdraw(desire_id: DesireId, caller: CallerDep, session: WriteDep) -> DesirePublic:
    """Take one's own desire back; from now on only its author sees it."""
    await posting.withdraw(session, caller, desire_id)
    return await reading.desire(session, caller, desire_id)


@router.post("/{desire_id}/join", dependencies=[_CLICKS])
async def join(
    desire_id: DesireId, body: JoinRequest, caller: CallerDep, session: WriteDep, services: ServicesDep
) -> DesirePublic:
    """Say that one's own desire is the wish of a cluster. It can leave at any time."""
    await grouping.join(session, caller, desire_id, body.cluster, services.matcher)
    return await reading.desire(session, caller, desire_id)


@router.post("/{desire_id}/leave", dependencies=[_CLICKS])
async def leave(desire_id: DesireId, caller: CallerDep, session: WriteDep, services: ServicesDep) -> DesirePublic:
    """Take one's own desire out of its cluster: back to where it was, or to one of its own. Nothing puts it back."""
    await grouping.leave(session, caller, desire_id, services.matcher)
    return await reading.desire(session, caller, desire_id)


@router.post("/{desire_id}/different", dependencies=[_CLICKS])
async def differ(
    desire_id: DesireId,
    body: Annotated[DifferentRequest, gated(DifferentRequest)],
    caller: CallerDep,
    session: WriteDep,
    services: ServicesDep,
) -> DesirePublic:
    """Say that one's own desire is not the wish of a cluster, and how it differs."""
    await grouping.differ(session, caller, desire_id, body.cluster, body.difference, services.matcher)
    return await reading.desire(session, caller, desire_id)
