"""The clocks of a pledge, as plain functions of times.

Money is held for 80 days at most. A pledge expires 7 to 45 days after it was paid; a review that began before takes up
to 14, a contest 14 more: 45 + 14 + 14 = 73, which leaves a week for the transfer. A review or a contest that begins
late (a second answer, a won dispute) is shortened to that, but never below a day.
"""

from datetime import datetime, timedelta

from services.contracts.bounties import PledgeState as S
from services.core.bounties.models import Pledge

HOLD = timedelta(days=80)
LAST_REVIEW = timedelta(days=59)
LAST_CONTEST = timedelta(days=73)
UNPAID = timedelta(hours=24)
OWNER_ACCEPTED = timedelta(days=7)
CHANGES = timedelta(days=7)
# Days of a review on which the pledger is told again.
REMINDERS = (timedelta(days=7), timedelta(days=12))
# Days after the acceptance on which an artist is told what is missing; then weekly.
WARNINGS = tuple(timedelta(days=days) for days in (1, 7, 14, 21, 28, 35, 42, 49, 56, 63))
# How often a release is tried again, and the provider's word looked at where no news came.
AGAIN = timedelta(hours=1)
# A transfer that the provider refused is tried again after that, and a dispute looked at.
AFTER_REFUSAL = timedelta(days=1)
_LEAST = timedelta(days=1)


def review_until(now: datetime, paid_at: datetime, days: int) -> datetime:
    """When silence accepts an answer that a pledge begins to wait for now."""
    return max(min(now + timedelta(days=days), paid_at + LAST_REVIEW), now + _LEAST)


def contest_until(now: datetime, paid_at: datetime, days: int) -> datetime:
    """When a pledge that is contested from now on goes back without a decision."""
    return max(min(now + timedelta(days=days), paid_at + LAST_CONTEST), now + _LEAST)


def give_up_at(pledge: Pledge) -> datetime | None:
    """When an accepted pledge goes back, because its artist still cannot be paid."""
    return None if pledge.paid_at is None else pledge.paid_at + LAST_CONTEST


def due_at(pledge: Pledge, now: datetime, *, release_days: int) -> datetime | None:
    """When time has to look at the pledge next."""
    if pledge.state == S.AWAITING_PAYMENT:
        return pledge.created_at + UNPAID
    if pledge.state == S.ACTIVE:
        return pledge.expires_at
    if pledge.state == S.IN_REVIEW:
        return _review_due(pledge, now)
    if pledge.state == S.CONTESTED:
        return pledge.contest_until
    if pledge.state == S.ACCEPTED and pledge.paid_at is not None:
        return max(pledge.paid_at + timedelta(days=release_days), now)
    if pledge.state in (S.RELEASING, S.REFUNDING):
        return now + AGAIN
    if pledge.state == S.DISPUTED:
        return now + AFTER_REFUSAL
    return None


def _review_due(pledge: Pledge, now: datetime) -> datetime | None:
    since, until = pledge.review_since, pledge.review_until
    if since is None or until is None:
        return None
    return min([until, *(since + each for each in REMINDERS if since + each > now)])
