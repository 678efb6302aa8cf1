"""Subscribing, renewing, failing and ending at the fake of Stripe, with not one event delivered."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.contracts.subscriptions import Attention, MySubscription, SubscriptionState
from services.core.accounts.models import User
from services.core.kit.database import Database
from services.core.ledger.models import AccountKind
from services.core.payments.models import PaymentCall, PaymentPlan
from services.core.subscriptions import buying, reading
from services.core.subscriptions.buying import AlreadySubscribedError
from services.core.subscriptions.leaving import erase
from services.core.subscriptions.settings import SubscriptionSettings
from services.core.subscriptions.settling import settle
from tests.factories import caller_of

if TYPE_CHECKING:
    from tests.core.payments.scene import Till
    from tests.stripe.scene import FakeStripe

DAY = 86_400
FAILS = "4000000000000341"


@dataclass
class Shop:
    """A site that sells one plan by the month, and somebody who wants it."""

    till: "Till"
    settings: SubscriptionSettings

    async def buy(self) -> str:
        """The id of the page that is open for it."""
        async with self.till.database.read() as session:
            buyer = await session.get_one(User, self.till.payer)
            wanted = await buying.purchase(session, caller_of(buyer), self.settings, "monthly")
        await self.till.money.pages.open(wanted)
        pages = self.till.fake.world.of("checkout.session")
        return str(next(each["id"] for each in pages if each["status"] == "open"))

    async def subscribed(self) -> str:
        """The id of a subscription that was bought and looked at."""
        page = await self.buy()
        assert self.till.fake.pay(page) == "complete"
        self.till.fake.settle()
        await self.till.money.follower.follow("checkout.session", page)
        await self._settle()
        (made,) = self.till.fake.world.of("subscription")
        return str(made["id"])

    async def sweep(self) -> MySubscription:
        """What one sees after a sweep has fetched what there is."""
        async with self.till.database.read() as session:
            plans = (await session.scalars(select(col(PaymentPlan.id)))).all()
        for plan in plans:
            await self.till.money.follower.plan(plan)
        await self._settle()
        return await self.sees()

    async def sees(self) -> MySubscription:
        """What one sees, at Stripe's time."""
        now = datetime.fromtimestamp(self.till.fake.world.clock.now(), UTC)
        async with self.till.database.read() as session:
            return await reading.mine(session, self.till.payer, self.settings, now=now)

    async def _settle(self) -> None:
        async with self.till.database.write() as session:
            await settle(session, self.till.payer)


@pytest.fixture
async def shop(database: Database, stripe_fake: "FakeStripe") -> Shop:
    """The shop."""
    from tests.core.payments.scene import Till

    client = stripe_fake.client()
    product = await client.v1.products.create_async({"name": "Pro"})
    price = await client.v1.prices.create_async(
        {"product": product.id, "currency": "usd", "unit_amount": 900, "recurring": {"interval": "month"}}
    )
    offer = {"id": "monthly", "name": "Pro", "amount": 900, "currency": "USD", "interval": "month"}
    offers = json.dumps([{**offer, "price_id": price.id}])
    return Shop(await Till.open(database, stripe_fake), SubscriptionSettings(offers=offers))


async def test_who_subscribes_is_entitled_and_what_they_paid_is_revenue(shop: Shop) -> None:
    await shop.subscribed()
    found = await shop.sees()
    assert found.subscription is not None
    assert (found.is_entitled, found.subscription.state) == (True, SubscriptionState.ACTIVE)
    till = shop.till
    assert await till.balance(AccountKind.SUBSCRIPTION) == 900
    assert await till.balance(AccountKind.STRIPE) == 900 - await till.balance(AccountKind.STRIPE_FEE)
    async with till.database.read() as session:
        (invoice,) = await reading.invoices(session, till.payer)
    assert (invoice.paid, invoice.status) == (900, "paid")
    with pytest.raises(AlreadySubscribedError):
        await shop.buy()


async def test_a_renewal_moves_the_date(shop: Shop) -> None:
    await shop.subscribed()
    before = (await shop.sees()).subscription
    shop.till.fake.advance(32 * DAY)
    shop.till.fake.settle()
    after = (await shop.sweep()).subscription
    assert before is not None
    assert after is not None
    assert after.entitled_until is not None
    assert before.entitled_until is not None
    assert after.entitled_until > before.entitled_until + timedelta(days=27)
    assert await shop.till.balance(AccountKind.SUBSCRIPTION) == 1_800


async def test_a_failed_renewal_has_seven_days_and_can_be_mended(shop: Shop) -> None:
    from tests.stripe.subscriptions import change_card

    world, name = shop.till.fake.world, await shop.subscribed()
    change_card(world, world.by_id[name], FAILS)
    ends = next(iter(world.of("subscription_item", subscription=name)))["current_period_end"]
    world.advance(ends - world.clock.now() + DAY)
    found = await shop.sweep()
    assert found.subscription is not None
    assert (found.is_entitled, found.attention) == (True, Attention.FIX_PAYMENT)
    assert found.subscription.unpaid_invoice_id is not None
    assert found.subscription.pay_until == datetime.fromtimestamp(ends, UTC) + timedelta(days=7)
    change_card(world, world.by_id[name], "4242424242424242")
    world.advance(6 * DAY)
    found = await shop.sweep()
    assert (found.is_entitled, found.attention) == (True, None)


async def test_what_stripe_cancelled_is_cancelled_here(shop: Shop) -> None:
    from tests.stripe.subscriptions import cancel, set_ending

    world, name = shop.till.fake.world, await shop.subscribed()
    set_ending(world, world.by_id[name], ends=True)
    found = await shop.sweep()
    assert found.subscription is not None
    assert (found.is_entitled, found.subscription.state) == (True, SubscriptionState.ENDING)
    cancel(world, world.by_id[name])
    found = await shop.sweep()
    assert found.subscription is not None
    assert (found.is_entitled, found.subscription.state) == (False, SubscriptionState.ENDED)
    assert await shop.buy() != name


async def test_a_refund_of_an_invoice_takes_its_revenue_back(shop: Shop) -> None:
    till = shop.till
    await shop.subscribed()
    (payment,) = till.fake.world.of("payment_intent")
    refund = await till.fake.client().v1.refunds.create_async({"payment_intent": payment["id"]})
    till.fake.settle()
    await till.money.follower.refund(refund.id)
    await till.money.follower.refund(refund.id)
    assert await till.balance(AccountKind.SUBSCRIPTION) == 0
    assert await till.balance(AccountKind.STRIPE) == -await till.balance(AccountKind.STRIPE_FEE)


async def test_who_deletes_the_account_is_charged_no_more(shop: Shop) -> None:
    till = shop.till
    name = await shop.subscribed()
    async with till.database.write() as session:
        await erase(session, till.payer, datetime.now(UTC))
    async with till.database.read() as session:
        (call_id,) = await session.scalars(select(col(PaymentCall.id)))
    await till.money.sender.send(call_id)
    assert till.fake.get(name)["status"] == "canceled"
