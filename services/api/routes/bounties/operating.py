"""What operators see to: contested pledges, and refunds that a bank did not take."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from services.api.deps import Cursor, IdempotentRoute, Limit, ReadDep, WriteDep, permitted
from services.api.routes.bounties.pledges import PaymentsDep
from services.contracts.bounties import ContestedPledge, PledgeState
from services.contracts.pages import Page
from services.core.bounties import deciding, reading
from services.core.bounties.schemas import DecisionInput
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.kit.tables import utc_now

router = APIRouter(prefix="/api/v1/pledge-decisions", tags=["bounties"], route_class=IdempotentRoute)
OperatorDep = Annotated[Caller, permitted(Permission.DECIDE_PLEDGES)]


@router.get("/contested")
async def list_contested(
    operator: OperatorDep, settings: PaymentsDep, session: ReadDep, cursor: Cursor = None, limit: Limit = 24
) -> Page[ContestedPledge]:
    """Operators: the pledges that wait for a decision, with what each side said."""
    return await reading.to_decide(session, PledgeState.CONTESTED, cursor=cursor, limit=limit)


@router.get("/stuck")
async def list_stuck(
    operator: OperatorDep, settings: PaymentsDep, session: ReadDep, cursor: Cursor = None, limit: Limit = 24
) -> Page[ContestedPledge]:
    """Operators: the pledges that a bank did not take back. The money stays owed."""
    return await reading.to_decide(session, PledgeState.REFUND_STUCK, cursor=cursor, limit=limit)


@router.post("/{pledge_id}", status_code=204)
async def decide(
    pledge_id: UUID, body: DecisionInput, operator: OperatorDep, settings: PaymentsDep, session: WriteDep
) -> None:
    """Operators: pay the artist of a contested pledge, or give it back; with a reason for both sides."""
    await deciding.decide(
        session, operator, pledge_id, pays=body.pays, reason=body.reason, settings=settings, now=utc_now()
    )


@router.post("/{pledge_id}/refund", status_code=204)
async def refund_again(pledge_id: UUID, operator: OperatorDep, settings: PaymentsDep, session: WriteDep) -> None:
    """Operators: try a refund once more that a bank did not take."""
    await deciding.refund_again(session, operator, pledge_id, settings, utc_now())
