"""The reconciliation: every balance transaction is in the ledger, or in suspense, and a difference is seen."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from services.core.kit.tables import utc_now
from services.core.ledger.models import AccountKind
from services.core.ledger.posting import Account, Line, Posting, post
from services.core.payments import measuring
from services.core.payments.models import PaymentReconciliation
from services.core.payments.objects import CheckoutOrder
from tests.core.payments.scene import URL, Till


async def compare(till: Till) -> PaymentReconciliation:
    """One run, in the one currency that there is."""
    (row,) = await till.money.reconciler.run()
    return row


async def test_what_no_event_and_no_sweep_told_is_booked(till: Till) -> None:
    await till.money.pages.open(till.purchase())
    till.fake.pay(str((await till.order()).checkout_id))
    till.fake.settle()
    row = await compare(till)
    assert (row.booked, row.unbooked, row.suspended) == (1, 0, 0)
    assert row.provider_amount == row.ledger_amount > 0
    assert await till.balance(AccountKind.HELD, till.pledge) == 2_000
    assert (await compare(till)).booked == 0


async def test_after_refund_transfer_and_dispute_both_sums_are_the_same(till: Till) -> None:
    await till.paid()
    await till.money.sender.send(await till.refund())
    other = await Till.open(till.database, till.fake)
    order = await other.paid()
    await other.money.sender.send(await other.release(await other.recipient()))
    third = await Till.open(till.database, till.fake)
    dispute = till.fake.dispute(str((await third.paid()).charge_id))
    till.fake.settle()
    row = await compare(till)
    assert (row.provider_amount, row.unbooked) == (row.ledger_amount, 0)
    assert await till.balance(AccountKind.DISPUTE, dispute["id"]) == order.amount


async def test_what_is_nobodys_waits_a_day_and_goes_to_suspense(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    page = await till.money.provider.open_checkout(
        CheckoutOrder(
            subject="pledge:nobodys",
            order_id="none",
            amount=700,
            currency="USD",
            title="Of another site",
            group="desire:x",
            success_url=URL,
            cancel_url=URL,
            expires_at=utc_now() + timedelta(minutes=40),
        ),
        key="other",
    )
    till.fake.pay(page.id)
    till.fake.settle()
    row = await compare(till)
    assert (row.unbooked, row.suspended) == (1, 0)
    assert row.provider_amount - row.ledger_amount == row.provider_amount > 0
    monkeypatch.setattr("services.core.payments.reconciling._PATIENCE", timedelta(days=-1))
    row = await compare(till)
    assert (row.unbooked, row.suspended, row.provider_amount) == (0, 1, row.ledger_amount)
    assert await till.balance(AccountKind.SUSPENSE) == -700


async def test_a_difference_counts_when_it_is_found_twice_and_missing_money_is_seen(till: Till) -> None:
    await till.paid()
    await compare(till)
    lines = (Line(Account(AccountKind.STRIPE), -1_500, "USD"), Line(Account(AccountKind.LOSS), 1_500, "USD"))
    async with till.database.write() as session:
        await post(session, Posting(kind="test", external_id="test", lines=lines, occurred_at=utc_now()))
    for found in (0, -1_500):
        await compare(till)
        async with till.database.read() as session:
            (book,) = await measuring.books(session)
        assert book.difference == found
    fee = await till.balance(AccountKind.STRIPE_FEE)
    assert book.missing == 1_500 + fee


async def test_what_moved_days_ago_and_is_not_booked_is_counted(till: Till) -> None:
    await till.paid()
    async with till.database.write() as session:
        await session.execute(text("UPDATE payment_orders SET cash_id = NULL, paid_at = now() - interval '3 days'"))
        waiting = await measuring.waiting(session)
    assert (waiting.unbooked, waiting.oldest_call, waiting.stuck_refunds) == (1, 0, 0)
