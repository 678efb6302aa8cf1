"""Deciding about answers: accept, object, ask for changes. For people who are signed in; no key does any of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.api.deps import IdempotentRoute, SignedInDep, WriteDep, gated
from services.api.routes.bounties.pledges import PaymentsDep
from services.api.routes.desires.board import DesireId
from services.contracts.bounties import BountyPublic, PledgePublic
from services.core.bounties import deciding, reading, viewing
from services.core.bounties.schemas import AcceptInput, ChangesInput, ObjectInput
from services.core.kit.tables import utc_now

router = APIRouter(prefix="/api/v1/pledges", tags=["bounties"], route_class=IdempotentRoute)
desires_router = APIRouter(prefix="/api/v1/desires", tags=["bounties"], route_class=IdempotentRoute)


@router.post("/{pledge_id}/accept")
async def accept(
    pledge_id: UUID, body: AcceptInput, caller: SignedInDep, settings: PaymentsDep, session: WriteDep
) -> PledgePublic:
    """Accept an answer by one's own pledge: it is paid to the artist. Nothing takes that back."""
    await deciding.accept(session, caller, pledge_id, body.answer_id, settings, utc_now())
    return await reading.pledge(session, caller, pledge_id)


@router.post("/{pledge_id}/object")
async def object_to(
    pledge_id: UUID,
    body: Annotated[ObjectInput, gated(ObjectInput)],
    caller: SignedInDep,
    settings: PaymentsDep,
    session: WriteDep,
) -> PledgePublic:
    """Say why the answer is not what was pledged for. Only this pledge stops; the operator decides about it."""
    await deciding.object_to(session, caller, pledge_id, body.reason, settings, utc_now())
    return await reading.pledge(session, caller, pledge_id)


@desires_router.post("/{desire_id}/fulfilments/{fulfilment_id}/changes")
async def ask_for_changes(
    desire_id: DesireId,
    fulfilment_id: UUID,
    body: Annotated[ChangesInput, gated(ChangesInput)],
    caller: SignedInDep,
    settings: PaymentsDep,
    session: WriteDep,
) -> BountyPublic:
    """The desire's author: ask for changes to an answer that pledges wait for; once, within 7 days."""
    await deciding.ask_for_changes(session, caller, desire_id, fulfilment_id, body.wanted, utc_now())
    return await viewing.bounty(session, caller, desire_id, settings, utc_now())


@desires_router.post("/{desire_id}/fulfilments/{fulfilment_id}/changed")
async def send_again(
    desire_id: DesireId, fulfilment_id: UUID, caller: SignedInDep, settings: PaymentsDep, session: WriteDep
) -> BountyPublic:
    """The artist: the work's newest version with a picture has the changes that were asked for."""
    await deciding.send_again(session, caller, desire_id, fulfilment_id, utc_now())
    return await viewing.bounty(session, caller, desire_id, settings, utc_now())
