"""Each row of the table: what the provider says, where that leaves the subscriber."""

from datetime import UTC, datetime, timedelta

import pytest

from services.contracts.subscriptions import SubscriptionState
from services.core.subscriptions.machine import Said, Standing, standing

DUE, END, SOON = (datetime(2026, 12, day, tzinfo=UTC) for day in (1, 31, 5))
DAY = timedelta(days=1)
ENDED = Standing(state=SubscriptionState.ENDED)


def said(status: str, **facts: datetime | bool) -> Said:
    return Said(**{"status": status, "period_ends_at": END, **facts})  # type: ignore[arg-type]


def active() -> Standing:
    return Standing(state=SubscriptionState.ACTIVE, entitled_until=END + 3 * DAY, renews_at=END)


def ending(at: datetime) -> Standing:
    return Standing(state=SubscriptionState.ENDING, entitled_until=at, ends_at=at)


def past_due(until: datetime, ends_at: datetime | None = None) -> Standing:
    return Standing(state=SubscriptionState.PAST_DUE, entitled_until=until, pay_until=until, ends_at=ends_at)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (said("incomplete"), Standing(state=SubscriptionState.INCOMPLETE)),
        (said("trialing"), active()),
        (said("active"), active()),
        (said("active", cancels_at_period_end=True), ending(END)),
        (said("active", cancel_at=SOON), ending(SOON)),
        (said("trialing", cancel_at=SOON, cancels_at_period_end=True), ending(SOON)),
        (said("past_due", due_at=DUE), past_due(DUE + 7 * DAY)),
        (said("past_due", due_at=DUE, cancel_at=SOON), past_due(SOON, SOON)),
        (said("past_due", due_at=DUE, cancels_at_period_end=True), past_due(DUE + 7 * DAY, END)),
        (said("paused"), ENDED),
        (said("unpaid", due_at=DUE), ENDED),
        (said("incomplete_expired"), ENDED),
        (said("canceled"), ENDED),
        (said("something new"), ENDED),
    ],
)
def test_what_the_provider_says_decides(given: Said, expected: Standing) -> None:
    assert standing(given) == expected
