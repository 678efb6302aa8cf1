"""Pledges of money that have waited for too long, in numbers, for metrics."""

from dataclasses import dataclass

from sqlalchemy import text

from services.core.kit.database import ReadSession

_LATE = text(
    """
    SELECT
        count(*) FILTER (
            WHERE state IN ('refunding', 'releasing') AND moved_at < now() - interval '24 hours'
        ) AS moving,
        count(*) FILTER (
            WHERE state IN ('active', 'in_review', 'contested', 'accepted', 'disputed')
                AND hold_until < now() + interval '7 days'
        ) AS held,
        count(*) FILTER (
            WHERE state = 'accepted' AND accepted_at < now() - interval '10 days' AND EXISTS (
                SELECT FROM payout_accounts a WHERE a.user_id = pledges.artist_id AND a.state = 'ready'
            )
        ) AS unpaid,
        count(*) FILTER (WHERE state = 'refund_stuck') AS stuck
    FROM pledges WHERE currency <> 'THX'
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """How many have moved for more than a day, are held almost too long, were accepted ten days ago while the artist
    could be paid, and could not be given back."""

    moving: int
    held: int
    unpaid: int
    stuck: int


async def late(session: ReadSession) -> Late:
    """Count anew."""
    row = (await session.execute(_LATE)).one()
    return Late(moving=row.moving, held=row.held, unpaid=row.unpaid, stuck=row.stuck)
