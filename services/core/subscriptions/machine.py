"""Where a subscription stands, by what the provider says of it. Pure; time does not pass in here.

| the provider says | state | entitled until |
|---|---|---|
| incomplete | incomplete | - |
| trialing, active | active | the period's end and 3 days, in which a renewal may come late |
| the same, to be cancelled | ending | that date |
| past_due | past_due | 7 days after the unpaid invoice was due, at most until the date of a cancellation |
| paused, unpaid, incomplete_expired, canceled, or what we do not know | ended | - |

What is not entitled loses a limit that was lifted, and nothing else: drafts, versions and works stay.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.contracts.subscriptions import SubscriptionState

LATE, GRACE = timedelta(days=3), timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the provider says. `due_at` is when the first invoice was due that is still unpaid."""

    status: str
    period_ends_at: datetime | None
    cancel_at: datetime | None = None
    cancels_at_period_end: bool = False
    due_at: datetime | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When it ends by itself; the earlier date where both are set."""
        at_period_end = self.period_ends_at if self.cancels_at_period_end else None
        return min(filter(None, (self.cancel_at, at_period_end)), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where it stands. One of the dates says what comes next."""

    state: SubscriptionState
    entitled_until: datetime | None = None
    renews_at: datetime | None = None
    ends_at: datetime | None = None
    pay_until: datetime | None = None


def standing(said: Said) -> Standing:
    """Where a subscription stands of which the provider says this."""
    match said.status:
        case "incomplete":
            return Standing(state=SubscriptionState.INCOMPLETE)
        case "trialing" | "active" if said.ends_at is not None:
            return Standing(state=SubscriptionState.ENDING, entitled_until=said.ends_at, ends_at=said.ends_at)
        case "trialing" | "active" if said.period_ends_at is not None:
            until = said.period_ends_at
            return Standing(state=SubscriptionState.ACTIVE, entitled_until=until + LATE, renews_at=until)
        case "past_due" if said.due_at is not None:
            until = min(filter(None, (said.due_at + GRACE, said.ends_at)))
            return Standing(
                state=SubscriptionState.PAST_DUE, entitled_until=until, pay_until=until, ends_at=said.ends_at
            )
        case _:
            return Standing(state=SubscriptionState.ENDED)
