"""How much a key may pledge. Without limits it pledges nothing, whatever its scopes; what comes back is not given back.

A person sets the limits signed in. They are spent by one statement in the pledge's transaction, so that any number of
requests at once stay within them.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.contracts.bounties import KeyLimits
from services.core.bounties.errors import KeyLimitError
from services.core.bounties.models import KeyPledgeLimit
from services.core.bounties.schemas import KeyLimitInput
from services.core.keys.repository import own_key
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now

_SPEND = text(
    """
    UPDATE key_pledge_limits
    SET spent = spent + :amount,
        spent_today = CASE WHEN today = :today THEN spent_today ELSE 0 END + :amount,
        today = :today
    WHERE key_id = :key_id AND currency = :currency AND :amount <= per_pledge AND spent + :amount <= in_all
      AND CASE WHEN today = :today THEN spent_today ELSE 0 END + :amount <= per_day
    RETURNING key_id
    """
)


async def spend(session: WriteSession, key_id: UUID, amount: int, currency: str, now: datetime) -> None:
    """Count a pledge of the key's. Raises `KeyLimitError`."""
    values = {"key_id": key_id, "amount": amount, "currency": currency, "today": now.date()}
    if await session.scalar(_SPEND, values) is None:
        raise KeyLimitError("Its owner sets under Settings, Keys how much it may pledge each time, a day and in all")


async def limits(session: ReadSession, user_id: UUID, key_id: UUID, currency: str) -> KeyLimits:
    """How much the user's key may pledge, and how much it has. Raises `NotFoundError`."""
    held = await _held(session, user_id, key_id)
    if held is None or held.currency != currency:
        return KeyLimits(currency=currency, per_pledge=0, per_day=0, in_all=0, spent=0, spent_today=0)
    return KeyLimits(
        currency=currency,
        per_pledge=held.per_pledge,
        per_day=held.per_day,
        in_all=held.in_all,
        spent=held.spent,
        spent_today=held.spent_today if held.today == utc_now().date() else 0,
    )


async def _held(session: ReadSession, user_id: UUID, key_id: UUID) -> KeyPledgeLimit | None:
    if await own_key(session, user_id, key_id) is None:
        raise NotFoundError("You have no key with this id")
    statement = select(KeyPledgeLimit).where(col(KeyPledgeLimit.key_id) == key_id)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def set_limits(session: WriteSession, user_id: UUID, key_id: UUID, new: KeyLimitInput, currency: str) -> None:
    """Set them; what was spent stays, unless the currency is another one. Raises `NotFoundError`."""
    held = await _held(session, user_id, key_id)
    row = {"per_pledge": new.per_pledge, "per_day": new.per_day, "in_all": new.in_all, "currency": currency}
    fresh = {"spent": 0, "spent_today": 0, "today": None} if held is None or held.currency != currency else {}
    statement = insert(KeyPledgeLimit).values(key_id=key_id, user_id=user_id, spent=0, spent_today=0, **row)
    await session.execute(statement.on_conflict_do_update(index_elements=["key_id"], set_={**row, **fresh}))
