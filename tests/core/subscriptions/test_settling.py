"""From the mirror to what a user may and is told, in whatever order and however often the mirror changes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.contracts.subscriptions import Attention, Interval, SubscriptionState
from services.core.accounts.models import Plan, User
from services.core.entitlements.service import plan_of
from services.core.kit.database import WriteSession
from services.core.kit.errors import NotFoundError
from services.core.notices.models import Notice
from services.core.payments.models import PaymentCall, PaymentInvoice, PaymentPlan
from services.core.subscriptions import reading
from services.core.subscriptions.leaving import erase
from services.core.subscriptions.settings import SubscriptionSettings
from services.core.subscriptions.settling import settle, user_of
from tests.factories import make_user

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SETTINGS = SubscriptionSettings(
    offers='[{"id": "monthly", "name": "Pro", "amount": 900, "currency": "USD", "interval": "month",'
    ' "price_id": "price_1"}]'
)


async def say(session: WriteSession, user: User, status: str, **facts: Any) -> None:
    """What the provider says of the user's subscription from now on; and have it settled, twice."""
    plan_id = facts.pop("id", "sub_1")
    plan = await session.get(PaymentPlan, plan_id)
    if plan is None:
        plan = PaymentPlan(id=plan_id, user_id=user.id, status=status, price_id="price_1", created_at=NOW)
        session.add(plan)
    plan.status = status
    for name, value in {"period_ends_at": NOW + 30 * DAY, "cancels_at_period_end": False, **facts}.items():
        setattr(plan, name, value)
    await session.flush()
    for _ in range(2):
        await settle(session, user.id)
    await session.flush()


async def invoice(session: WriteSession, user: User, invoice_id: str, at: datetime, **facts: Any) -> str:
    values = {"status": "open", "currency": "USD", "plan_id": "sub_1", "fetched_at": at, **facts}
    session.add(PaymentInvoice(id=invoice_id, user_id=user.id, created_at=at, **values))
    await session.flush()
    return invoice_id


async def told(session: WriteSession, user: User) -> list[str]:
    rows = await session.scalars(select(Notice).where(col(Notice.user_id) == user.id))
    return sorted(notice.kind for notice in rows)


async def has(session: WriteSession, user: User, at: datetime) -> bool:
    return await plan_of(session, user.id, now=at) == Plan.PRO


async def test_who_pays_is_entitled_until_a_renewal_is_late(session: WriteSession) -> None:
    user = await make_user(session)
    await say(session, user, "active")
    assert [await has(session, user, NOW + days * DAY) for days in (0, 32, 34)] == [True, True, False]
    found = await reading.mine(session, user.id, SETTINGS, now=NOW)
    assert found.subscription is not None
    assert (found.is_entitled, found.attention, found.subscription.offer_id) == (True, None, "monthly")
    assert found.subscription.renews_at == NOW + 30 * DAY
    assert await told(session, user) == ["subscription_started"]


async def test_a_failed_renewal_leaves_seven_days_and_a_banner(session: WriteSession) -> None:
    user = await make_user(session)
    await say(session, user, "active", period_ends_at=NOW)
    due = await invoice(session, user, "in_1", NOW)
    await say(session, user, "past_due", invoice_id=due)
    assert [await has(session, user, NOW + days * DAY) for days in (6, 8)] == [True, False]
    found = await reading.mine(session, user.id, SETTINGS, now=NOW + DAY)
    assert found.subscription is not None
    assert (found.attention, found.subscription.pay_until) == (Attention.FIX_PAYMENT, NOW + 7 * DAY)
    assert found.subscription.unpaid_invoice_id == "in_1"
    later = await reading.mine(session, user.id, SETTINGS, now=NOW + 8 * DAY)
    assert (later.attention, later.is_entitled) == (Attention.LAPSED, False)
    assert await told(session, user) == ["subscription_started", "subscription_unpaid"]
    await say(session, user, "active")
    found = await reading.mine(session, user.id, SETTINGS, now=NOW + 8 * DAY)
    assert (found.is_entitled, found.attention) == (True, None)


async def test_grace_does_not_begin_anew_with_the_next_invoice(session: WriteSession) -> None:
    user = await make_user(session)
    await say(session, user, "past_due", invoice_id=await invoice(session, user, "in_1", NOW))
    second = await invoice(session, user, "in_2", NOW + 30 * DAY)
    await say(session, user, "past_due", invoice_id=second)
    assert not await has(session, user, NOW + 31 * DAY)
    assert await told(session, user) == ["subscription_unpaid"]


async def test_a_cancelled_subscription_runs_out_and_takes_nothing_else(session: WriteSession) -> None:
    user = await make_user(session)
    await say(session, user, "active")
    await say(session, user, "active", cancels_at_period_end=True)
    assert [await has(session, user, NOW + days * DAY) for days in (29, 31)] == [True, False]
    await say(session, user, "canceled")
    assert not await has(session, user, NOW)
    assert await told(session, user) == ["subscription_ended", "subscription_ending", "subscription_started"]


async def test_of_two_subscriptions_the_longer_one_counts(session: WriteSession) -> None:
    user = await make_user(session)
    await say(session, user, "canceled", id="sub_1")
    await say(session, user, "active", id="sub_2")
    found = await reading.mine(session, user.id, SETTINGS, now=NOW)
    assert found.subscription is not None
    assert (found.subscription.state, found.is_entitled) == (SubscriptionState.ACTIVE, True)


async def test_a_payment_that_was_not_finished_gives_nothing(session: WriteSession) -> None:
    user = await make_user(session)
    await say(session, user, "incomplete", invoice_id=await invoice(session, user, "in_1", NOW))
    found = await reading.mine(session, user.id, SETTINGS, now=NOW)
    assert (found.is_entitled, found.attention) == (False, Attention.FINISH_PAYMENT)
    await say(session, user, "incomplete_expired")
    assert await told(session, user) == []


async def test_the_end_of_an_account_cancels_and_tells_nobody(session: WriteSession) -> None:
    user = await make_user(session)
    await say(session, user, "active", id="sub_1")
    await say(session, user, "canceled", id="sub_0")
    await erase(session, user.id, NOW)
    calls = (await session.scalars(select(PaymentCall))).all()
    assert [(call.kind, call.subject, call.params) for call in calls] == [
        ("cancel_plan", f"user:{user.id}", {"plan_id": "sub_1"})
    ]
    user.deleted_at = NOW
    before = await told(session, user)
    await say(session, user, "canceled", id="sub_1")
    assert await told(session, user) == before


async def test_invoices_are_ones_own_and_drafts_are_none(session: WriteSession) -> None:
    ada, eve = await make_user(session), await make_user(session)
    await invoice(session, ada, "in_1", NOW, status="paid", paid=900, tax=144)
    await invoice(session, ada, "in_2", NOW + DAY, status="draft")
    await invoice(session, ada, "in_3", NOW + 2 * DAY)
    assert [found.id for found in await reading.invoices(session, ada.id)] == ["in_3", "in_1"]
    assert await reading.invoices(session, eve.id) == []
    with pytest.raises(NotFoundError):
        await reading.own_invoice(session, eve.id, "in_1")


def test_other_subjects_are_no_users() -> None:
    assert user_of("pledge:7YkQm2Xb4Ra") is None


def test_offers_come_from_the_settings_without_the_providers_price() -> None:
    (offer,) = reading.offers(SETTINGS)
    assert (offer.id, offer.amount, offer.exponent, offer.interval) == ("monthly", 900, 2, Interval.MONTH)
    for wrong in ("{}", '[{"id": "x"}]', SETTINGS.offers[:-1] + ", " + SETTINGS.offers[1:]):
        with pytest.raises(ValueError, match="FRACTAFRAG_SUBSCRIPTIONS_OFFERS"):
            SubscriptionSettings(offers=wrong)
