"""Who has which plan, and that all who limit something see it, and its end."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.core.accounts.models import Plan
from services.core.entitlements.models import Source
from services.core.entitlements.service import PLAN_SQL, entitle, entitlements_of, plan_of
from services.core.kit.database import WriteSession
from services.core.kit.settings import LimitSettings
from services.core.kit.tables import utc_now
from services.core.shaders.quota import PublishLimitError, count_publish
from services.core.shaders.review import is_due
from tests.factories import caller_of, make_user

DAY = timedelta(days=1)


async def in_sql(session: WriteSession, **where: Any) -> str:
    """What the render queue reads."""
    found: str = (
        await session.execute(text(f"SELECT {PLAN_SQL} FROM users WHERE id = :id"), where)  # noqa: S608 -- of constants
    ).scalar_one()
    return found


@pytest.mark.parametrize(
    ("given", "until", "plan"),
    [
        (Plan.FREE, None, Plan.FREE),
        (Plan.FREE, DAY, Plan.PRO),
        (Plan.FREE, -DAY, Plan.FREE),
        (Plan.PRO, None, Plan.PRO),
        (Plan.PRO, -DAY, Plan.PRO),
    ],
)
async def test_a_plan_is_what_the_operator_gave_or_what_is_paid_for(
    session: WriteSession, given: Plan, until: timedelta | None, plan: Plan
) -> None:
    user = await make_user(session, plan=given)
    await entitle(session, user.id, Source.SUBSCRIPTION, None if until is None else utc_now() + until)
    assert await plan_of(session, user.id) == plan
    assert await in_sql(session, id=user.id) == plan


async def test_an_end_needs_nobody_to_notice_it(session: WriteSession) -> None:
    user, limits = await make_user(session), LimitSettings(reviewed_days=30)
    await entitle(session, user.id, Source.SUBSCRIPTION, utc_now() + DAY)
    assert await count_publish(session, user.id, limit=1) == 1
    assert await count_publish(session, user.id, limit=1) == 2
    assert not await is_due(session, caller_of(user), limits)
    await entitle(session, user.id, Source.SUBSCRIPTION, utc_now() - DAY)
    with pytest.raises(PublishLimitError):
        await count_publish(session, user.id, limit=1)
    assert await is_due(session, caller_of(user), limits)


async def test_what_a_source_says_later_counts(session: WriteSession) -> None:
    user = await make_user(session)
    for until in (DAY, 3 * DAY, 2 * DAY):
        await entitle(session, user.id, Source.SUBSCRIPTION, utc_now() + until)
    assert len(await entitlements_of(session, user.id)) == 1
    assert await plan_of(session, user.id, now=utc_now() + 3 * DAY) == Plan.FREE
    await entitle(session, user.id, Source.SUBSCRIPTION, None)
    assert await entitlements_of(session, user.id) == []
