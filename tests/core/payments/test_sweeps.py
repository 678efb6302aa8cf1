"""Without a single event, and with all of them twice and in reverse, the mirror says what is."""

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlmodel import col

from services.core.jobs.models import OutboxMessage
from services.core.kit.tables import utc_now
from services.core.ledger.models import AccountKind
from services.core.payments import sweeps, taking
from services.core.payments.models import (
    CallState,
    OrderState,
    PaymentEvent,
    PaymentOrder,
    PaymentPlan,
    PaymentRefund,
)
from services.core.payments.stripe_objects import hint_of
from services.core.payments.taking import EarlyEventError
from services.worker.actors import payments as actors
from tests.core.payments.scene import settings_for
from tests.stripe.scene import twice_in_reverse

if TYPE_CHECKING:
    from tests.core.payments.scene import Till

_ACTORS = {actor.job.name: actor.run for actor in actors.ACTORS}


async def work(till: "Till") -> None:
    """Do all jobs of payments that wait."""
    runtime: Any = SimpleNamespace(payments=SimpleNamespace(money=till.money), database=till.database)
    while True:
        async with till.database.write() as session:
            mine = col(OutboxMessage.actor).in_(_ACTORS)
            job = await session.scalar(select(OutboxMessage).where(mine).order_by(col(OutboxMessage.id)).limit(1))
            if job is None:
                return
            await session.execute(delete(OutboxMessage).where(col(OutboxMessage.id) == job.id))
        await _ACTORS[job.actor](runtime, **job.payload)


async def sweep(till: "Till") -> None:
    """A quarter of an hour later: one sweep, and its jobs."""
    async with till.database.write() as session:
        early = utc_now() - timedelta(minutes=16)
        await session.execute(update(PaymentOrder).values(created_at=early))
        await session.execute(text("UPDATE payment_calls SET created_at = :early"), {"early": early})
        await sweeps.sweep(session, settings_for(till.fake))
    await work(till)


async def test_with_all_events_lost_a_payment_is_seen_and_booked(till: "Till") -> None:
    await till.money.pages.open(till.purchase())
    order = await till.order()
    till.fake.pay(str(order.checkout_id))
    await sweep(till)
    assert (await till.order()).state == OrderState.PAID
    till.fake.settle()
    await sweep(till)
    assert (await till.order()).cash_id is not None
    assert await till.balance(AccountKind.HELD, till.pledge) == 2_000


async def test_what_was_not_looked_at_for_longest_comes_first(till: "Till", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "_MOST", 1)
    late, early = utc_now(), utc_now() - timedelta(hours=1)
    async with till.database.write() as session:
        for plan, fetched in (("sub_late", late), ("sub_early", early), ("sub_later", late)):
            session.add(PaymentPlan(id=plan, user_id=till.payer, status="active", fetched_at=fetched))
        await session.flush()
        await sweeps.sweep(session, settings_for(till.fake))
        asked = (await session.scalars(select(col(OutboxMessage.payload)))).all()
    assert [payload["object_id"] for payload in asked] == ["sub_early"]


async def test_a_call_that_no_job_sent_is_sent(till: "Till") -> None:
    await till.paid()
    call_id = await till.refund()
    async with till.database.write() as session:
        await session.execute(delete(OutboxMessage))
    await sweep(till)
    assert (await till.call(call_id)).state == CallState.DONE


async def test_a_page_that_expired_and_an_account_that_was_filled_in_are_seen(till: "Till") -> None:
    await till.money.pages.open(till.purchase())
    till.fake.expire(str((await till.order()).checkout_id))
    await till.money.payouts.open(till.artist, "DE")
    assert (await till.money.payouts.summary(till.artist)).status == "onboarding"
    till.fake.onboard(next(iter(till.fake.world.of("v2.core.account")))["id"])
    await sweep(till)
    assert (await till.order()).state == OrderState.EXPIRED
    assert (await till.money.payouts.summary(till.artist)).status == "ready"


@pytest.mark.parametrize("version", [None, "2025-03-31.basil"])
async def test_all_events_twice_and_in_reverse_say_the_same(till: "Till", version: str | None) -> None:
    till.fake.endpoint("https://shaders.example/hooks", "whsec_a")
    await till.money.pages.open(till.purchase())
    order = await till.order()
    till.fake.pay(str(order.checkout_id))
    till.fake.settle()
    await _deliver(till, version)
    assert (await till.order()).cash_id is not None
    call_id = await till.refund()
    await till.money.sender.send(call_id)
    till.fake.settle()
    await _deliver(till, version)
    assert (await till.order()).refunded == 2_000
    async with till.database.read() as session:
        (refund,) = await session.scalars(select(PaymentRefund))
        assert not list(await session.scalars(select(PaymentEvent).where(col(PaymentEvent.taken_at).is_(None))))
    assert (refund.status, refund.subject) == ("succeeded", till.subject)
    for kind in (AccountKind.HELD, AccountKind.REFUND_DUE):
        assert await till.balance(kind, till.pledge) == 0


async def _deliver(till: "Till", version: str | None) -> None:
    """What waits, each twice and the last first, through the table of events."""
    import json

    async def take(url: str, body: bytes, headers: Any) -> int:
        async with till.database.write() as session:
            await taking.store(session, "account", hint_of(json.loads(body)), body)
        return 204

    await till.fake.deliver(take, twice_in_reverse, version=version)
    await work(till)


async def test_events_that_no_endpoint_took_are_asked_for(till: "Till") -> None:
    till.fake.endpoint("https://shaders.example/hooks", "whsec_a")
    await till.money.pages.open(till.purchase())
    till.fake.pay(str((await till.order()).checkout_id))

    async def down(url: str, body: bytes, headers: Any) -> int:
        return 503

    await till.fake.deliver(down)
    found = await till.money.taker.fetch_undelivered()
    assert found > 0
    await work(till)
    assert (await till.order()).state == OrderState.PAID
    # What was stored is not taken again, however often it is listed.
    assert await till.money.taker.fetch_undelivered() <= found
    async with till.database.read() as session:
        events = list(await session.scalars(select(PaymentEvent)))
    assert {(event.endpoint, event.taken_at is None) for event in events} == {("sweep", False)}


async def test_money_that_nobody_expects_is_waited_for_and_goes_back(till: "Till") -> None:
    order = await till.paid()
    async with till.database.write() as session:
        await session.execute(text("DELETE FROM payment_orders"))
        event = {
            "id": "evt_1",
            "type": "payment_intent.succeeded",
            "created": int(utc_now().timestamp()),
            "livemode": False,
            "data": {"object": {"id": order.payment_id, "object": "payment_intent"}},
        }
        await taking.store(session, "account", hint_of(event), b"{}")
    with pytest.raises(EarlyEventError):
        await till.money.taker.take("evt_1")
    async with till.database.write() as session:
        await session.execute(text("UPDATE payment_events SET received_at = now() - interval '1 hour'"))
        await session.execute(delete(OutboxMessage).where(col(OutboxMessage.actor) == "payments.take_event"))
    await till.money.taker.take("evt_1")
    await work(till)
    assert [refund["amount"] for refund in till.fake.world.of("refund")] == [2_000]
    async with till.database.read() as session:
        assert (await session.get_one(PaymentEvent, "evt_1")).outcome == "returned"


async def test_a_bank_that_refuses_an_artists_payout_is_noted(till: "Till") -> None:
    account = await till.recipient()
    event = {
        "id": "evt_2",
        "type": "payout.failed",
        "created": int(utc_now().timestamp()),
        "livemode": False,
        "account": account.account_id,
        "data": {"object": {"id": "po_1", "object": "payout"}},
    }
    async with till.database.write() as session:
        await taking.store(session, "connected", hint_of(event), b"{}")
    await work(till)
    found = await till.money.payouts.summary(till.artist)
    assert (found.status, found.bank_refused_at is not None) == ("ready", True)


async def test_what_was_asked_for_earlier_does_not_replace_what_was_asked_for_later(till: "Till") -> None:
    """A dispute that was fetched while it was open is recorded after one that was fetched when it was won."""
    from services.core.payments import mirror

    order = await till.paid()
    dispute = till.fake.dispute(str(order.charge_id))
    asked_at, old = utc_now(), await till.money.provider.fetch_payment(str(order.payment_id))
    till.fake.decide(dispute["id"], "won")
    till.fake.settle()
    await till.money.follower.payment(str(order.payment_id))
    async with till.database.write() as session:
        await mirror.record_payment(session, old, asked_at, livemode=False)
    async with till.database.read() as session:
        assert await session.scalar(text("SELECT status FROM payment_disputes")) == "won"
