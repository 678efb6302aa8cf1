"""Subscriptions in the mirror and in the books, from the page to the refund."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now
from services.core.ledger.models import AccountKind
from services.core.payments import calls, sweeps
from services.core.payments.domain import erase
from services.core.payments.models import OrderState, PaymentCustomer, PaymentInvoice, PaymentOrder, PaymentPlan
from services.core.payments.pages import Purchase

if TYPE_CHECKING:
    from tests.core.payments.scene import Till


async def subscribe(till: "Till") -> PaymentPlan:
    """The payer subscribes to a plan of 9.00 a month."""
    sdk = till.fake.client()
    product = await sdk.v1.products.create_async({"name": "Pro"})
    price = await sdk.v1.prices.create_async(
        {"product": product.id, "currency": "usd", "unit_amount": 900, "recurring": {"interval": "month"}}
    )
    purchase = Purchase(
        subject=f"user:{till.payer}",
        user_id=till.payer,
        amount=900,
        currency="USD",
        title="Pro",
        purpose="plan:pro",
        price_id=price.id,
    )
    await till.money.pages.open(purchase)
    async with till.database.read() as session:
        order = (await session.scalars(select(PaymentOrder))).one()
    assert till.fake.pay(str(order.checkout_id)) == "complete"
    till.fake.settle()
    await till.money.follower.follow("checkout.session", str(order.checkout_id))
    async with till.database.read() as session:
        assert (await session.get_one(PaymentOrder, order.id)).state == OrderState.PAID
        return (await session.scalars(select(PaymentPlan))).one()


async def test_a_plan_is_seen_and_its_invoice_is_booked_as_revenue(till: "Till") -> None:
    plan = await subscribe(till)
    assert (plan.user_id, plan.status, plan.ended_at) == (till.payer, "active", None)
    assert plan.period_ends_at is not None
    async with till.database.read() as session:
        invoice = (await session.scalars(select(PaymentInvoice))).one()
    assert (invoice.status, invoice.paid, invoice.plan_id) == ("paid", 900, plan.id)
    assert await till.balance(AccountKind.SUBSCRIPTION) == 900
    assert (await till.money.reconciler.run())[0].ledger_amount > 0
    refund = calls.refund(f"user:{till.payer}", payment_id=invoice.payment_ids[0], amount=900, currency="USD")
    async with till.database.write() as session:
        call_id = await calls.ask(session, refund)
    await till.money.sender.send(call_id)
    till.fake.settle()
    (row,) = await till.money.reconciler.run()
    assert (row.ledger_amount, row.unbooked) == (row.provider_amount, 0)
    assert await till.balance(AccountKind.SUBSCRIPTION) == 0


async def test_stripe_forgets_who_has_left_when_their_plan_has_ended(till: "Till") -> None:
    plan = await subscribe(till)
    async with till.database.write() as session:
        await erase(session, till.payer, utc_now() - timedelta(hours=1))
        assert await sweeps.scrub(session) == 0
        call_id = await calls.ask(session, calls.cancel_plan(f"user:{till.payer}", plan_id=plan.id))
    await till.money.sender.send(call_id)
    async with till.database.write() as session:
        assert await sweeps.scrub(session) == 1
        assert await sweeps.scrub(session) == 0
        (scrub,) = [
            call for call in await calls.calls_of(session, f"user:{till.payer}") if call.kind == "scrub_customer"
        ]
    await till.money.sender.send(scrub.id)
    assert [customer["deleted"] for customer in till.fake.world.of("customer")] == [True]
    async with till.database.read() as session:
        assert list(await session.scalars(select(PaymentCustomer))) == []


async def test_a_plan_that_is_cancelled_here_or_there_has_ended_and_the_portal_is_ones_own(till: "Till") -> None:
    with pytest.raises(NotFoundError):
        await till.money.pages.portal(till.artist)
    plan = await subscribe(till)
    assert (await till.money.pages.portal(till.payer)).startswith("http")
    async with till.database.write() as session:
        call_id = await calls.ask(session, calls.cancel_plan(f"user:{till.payer}", plan_id=plan.id))
    await till.money.sender.send(call_id)
    async with till.database.read() as session:
        ended = await session.get_one(PaymentPlan, plan.id)
    assert (ended.status, ended.ended_at is not None) == ("canceled", True)
