"""What a pledge is to payments: one purchase, for exactly its amount."""

from uuid import UUID

from services.contracts.bounties import PledgeState
from services.core.bounties.asking import group_of, subject_of
from services.core.bounties.errors import PledgeDecidedError
from services.core.bounties.models import Pledge
from services.core.desires.notices import brief_text
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession
from services.core.kit.errors import NotFoundError
from services.core.payments.pages import Purchase


async def purchase(session: ReadSession, caller: Caller, pledge_id: UUID) -> Purchase:
    """One's own pledge that is to be paid. Raises `NotFoundError` and `PledgeDecidedError`."""
    found = await session.get(Pledge, pledge_id)
    if found is None or found.pledger_id != caller.user_id:
        raise NotFoundError("There is no such pledge")
    if found.state != PledgeState.AWAITING_PAYMENT:
        raise PledgeDecidedError(found.state)
    return Purchase(
        subject=subject_of(found.id),
        user_id=found.pledger_id,
        amount=found.amount,
        currency=found.currency,
        title=f"Pledge for “{brief_text(found.prompt)}”",
        purpose=group_of(found.desire_id),
    )
