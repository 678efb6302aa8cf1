"""How much an API key may pledge."""

from uuid import UUID

from fastapi import APIRouter

from services.api.deps import ProvenDep, ReadDep, SignedInDep, WriteDep
from services.api.routes.bounties.pledges import PaymentsDep
from services.contracts.bounties import KeyLimits
from services.core.bounties import allowing
from services.core.bounties.schemas import KeyLimitInput

router = APIRouter(prefix="/api/v1/keys", tags=["bounties"])


@router.get("/{key_id}/pledge-limits")
async def read_limits(key_id: UUID, caller: SignedInDep, settings: PaymentsDep, session: ReadDep) -> KeyLimits:
    """How much one of one's own keys may pledge, and how much it has."""
    return await allowing.limits(session, caller.user_id, key_id, settings.unit)


@router.put("/{key_id}/pledge-limits")
async def set_limits(
    key_id: UUID, body: KeyLimitInput, caller: ProvenDep, settings: PaymentsDep, session: WriteDep
) -> KeyLimits:
    """Set how much a key may pledge each time, a day, and in all; needs a recent proof. Without, it pledges nothing."""
    await allowing.set_limits(session, caller.user_id, key_id, body, settings.unit)
    return await allowing.limits(session, caller.user_id, key_id, settings.unit)
