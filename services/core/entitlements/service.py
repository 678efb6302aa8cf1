"""What a user may: everybody who limits something asks here, and nobody reads billing details.

A user has the plan `pro` because the operator gave it (`users.plan`, which no date ends), or because a source entitles
them until a time that has not come. Time ends it by itself: no job has to run for somebody to be on the free plan.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.core.accounts.models import Plan, User
from services.core.accounts.schemas import Account
from services.core.entitlements.models import Entitlement, Source
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.tables import utc_now

# The plan of a row of `users`, for statements that are text.
PLAN_SQL = """
    CASE WHEN users.plan = 'pro' OR EXISTS (
        SELECT FROM entitlements e WHERE e.user_id = users.id AND e.entitled_until > now()
    ) THEN 'pro' ELSE 'free' END
"""


async def plan_of(session: ReadSession, user_id: UUID, *, now: datetime | None = None) -> Plan:
    """The plan that a user has at the moment."""
    given = await session.scalar(select(col(User.plan)).where(col(User.id) == user_id))
    if given == Plan.PRO:
        return Plan.PRO
    running = select(col(Entitlement.source)).where(
        col(Entitlement.user_id) == user_id, col(Entitlement.entitled_until) > (now or utc_now())
    )
    return Plan.FREE if await session.scalar(running.limit(1)) is None else Plan.PRO


async def with_plan(session: ReadSession, account: Account) -> Account:
    """One's own account, with the plan that one has."""
    return account.model_copy(update={"plan": await plan_of(session, account.id)})


async def entitle(session: WriteSession, user_id: UUID, source: Source, until: datetime | None) -> None:
    """What a source gives a user, in place of what it gave before; None: nothing any more."""
    if until is None:
        found = col(Entitlement.user_id) == user_id, col(Entitlement.source) == source
        await session.execute(delete(Entitlement).where(*found))
        return
    values = {"entitled_until": until, "updated_at": utc_now()}
    await session.execute(
        insert(Entitlement)
        .values(user_id=user_id, source=source, **values)
        .on_conflict_do_update(index_elements=["user_id", "source"], set_=values)
    )


async def entitlements_of(session: ReadSession, user_id: UUID) -> Sequence[Entitlement]:
    """All that sources gave a user, also what is over."""
    statement = select(Entitlement).where(col(Entitlement.user_id) == user_id).order_by(col(Entitlement.source))
    return (await session.scalars(statement)).all()


async def forget(session: WriteSession, user_id: UUID) -> None:
    """Take all of it back, as the account ends."""
    await session.execute(delete(Entitlement).where(col(Entitlement.user_id) == user_id))
