"""How many shaders a free account may publish in a calendar month (UTC).

A shader counts when its author first makes it public or unlisted, in that transaction, so a publish that fails costs
nothing; one that awaits review counts then, and not again when it is shown. Drafts, private shaders, new versions and
later changes of visibility are free. One statement both checks and counts, so that any number of publishes at the same
moment stay within the limit together.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.core.accounts.models import Plan
from services.core.entitlements.service import plan_of
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ForbiddenError
from services.core.kit.tables import utc_now
from services.core.shaders.models import PublishUsage

_UNLIMITED = 2_000_000_000


class PublishLimitError(ForbiddenError):
    """The month's publishes are used up; `limit`, and `resets_at` for when there are new ones."""

    code = "publish_limit"
    title = "This month's publishes are used up"


async def count_publish(session: WriteSession, user_id: UUID, *, limit: int) -> int:
    """Count one publish of `user_id` and return how many that makes this month; `limit` binds the free plan.

    Raises `PublishLimitError`. The shader itself can still be kept as a draft.
    """
    now = utc_now()
    allowed = await _allowed(session, user_id, limit)
    statement: Any = insert(PublishUsage).values(user_id=user_id, month=now.date().replace(day=1), used=1)
    statement = statement.on_conflict_do_update(
        index_elements=["user_id", "month"],
        set_={"used": col(PublishUsage.used) + 1},
        where=col(PublishUsage.used) < allowed,
    ).returning(col(PublishUsage.used))
    used: int | None = await session.scalar(statement) if allowed > 0 else None
    if used is None:
        raise PublishLimitError(
            f"The free plan has {limit} a month; drafts and new versions are free",
            extra={"limit": limit, "resets_at": _next_month(now).isoformat()},
        )
    return used


async def publishes_of(session: ReadSession, user_id: UUID, *, limit: int) -> tuple[int, int | None, datetime]:
    """How many publishes of this month are used, how many there are (None: no limit), and when there are new ones."""
    now = utc_now()
    month = now.date().replace(day=1)
    statement = select(col(PublishUsage.used)).where(
        col(PublishUsage.user_id) == user_id, col(PublishUsage.month) == month
    )
    allowed = await _allowed(session, user_id, limit)
    return await session.scalar(statement) or 0, None if allowed == _UNLIMITED else allowed, _next_month(now)


async def _allowed(session: ReadSession, user_id: UUID, limit: int) -> int:
    return _UNLIMITED if await plan_of(session, user_id) == Plan.PRO else limit


def _next_month(now: datetime) -> datetime:
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.replace(year=first.year + 1, month=1) if first.month == 12 else first.replace(month=first.month + 1)
