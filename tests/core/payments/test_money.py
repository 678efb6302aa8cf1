"""Money in, held, out and back: what is booked is what moved at Stripe."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from services.core.kit.tables import utc_now
from services.core.ledger.models import AccountKind
from services.core.payments import calls, measuring
from services.core.payments.errors import AlreadyPaidError, TooManyCheckoutsError
from services.core.payments.models import CallState, OrderState, PaymentOrder, PaymentRefund, PayoutState
from services.core.payments.provider import LockedOutError, ProviderRefusedError
from services.core.payments.sending import ReleasesClosedError
from tests.core.payments.scene import Till, settings_for

REFUND_FAILS = "4000000000005126"


async def test_what_is_paid_is_held_and_booked_from_the_balance_transaction(till: Till) -> None:
    order = await till.paid()
    assert (order.state, order.payment_status) == (OrderState.PAID, "succeeded")
    assert order.cash_id is not None
    assert order.fee is not None
    assert await till.balance(AccountKind.HELD, till.pledge) == 2_000
    assert await till.balance(AccountKind.STRIPE) == 2_000 - order.fee
    assert await till.balance(AccountKind.STRIPE_FEE) == order.fee


async def test_a_page_that_is_open_is_given_again_and_one_that_is_paid_is_not(till: Till) -> None:
    first = await till.money.pages.open(till.purchase())
    assert await till.money.pages.open(till.purchase()) == first
    assert till.made("checkout.session") == 1
    order = await till.order()
    till.fake.expire(str(order.checkout_id))
    assert await till.money.pages.open(till.purchase()) != first
    order = await till.order()
    assert order.attempt == 2
    till.fake.pay(str(order.checkout_id))
    with pytest.raises(AlreadyPaidError):
        await till.money.pages.open(till.purchase())


async def test_many_who_ask_at_once_get_one_page(till: Till) -> None:
    urls = await asyncio.gather(*(till.money.pages.open(till.purchase()) for _ in range(5)))
    assert len(set(urls)) == 1
    assert till.made("checkout.session") == 1


async def test_so_many_pages_an_hour_and_no_more(till: Till) -> None:
    for _ in range(till.money.follower.settings.checkouts_per_hour):
        await till.money.pages.open(till.purchase())
        till.pledge = uuid4()
    with pytest.raises(TooManyCheckoutsError):
        await till.money.pages.open(till.purchase())


async def test_a_payment_without_a_balance_transaction_is_booked_when_that_comes(till: Till) -> None:
    await till.money.pages.open(till.purchase())
    order = await till.order()
    till.fake.pay(str(order.checkout_id))
    await till.money.follower.follow("checkout.session", str(order.checkout_id))
    order = await till.order()
    assert (order.state, order.cash_id) == (OrderState.PAID, None)
    assert await till.balance(AccountKind.HELD, till.pledge) == 0
    till.fake.settle()
    # `charge.updated` names the charge, and the payment above it.
    await till.money.follower.follow("charge", str(order.charge_id), order.payment_id)
    assert (await till.order()).cash_id is not None
    assert await till.balance(AccountKind.HELD, till.pledge) == 2_000


async def test_a_payment_that_is_not_what_we_asked_for_counts_for_nothing_and_goes_back(till: Till) -> None:
    await till.money.pages.open(till.purchase())
    order = await till.order()
    async with till.database.write() as session:
        await session.execute(update(PaymentOrder).values(amount=2_500))
    till.fake.pay(str(order.checkout_id))
    till.fake.settle()
    await till.money.follower.follow("checkout.session", str(order.checkout_id))
    order = await till.order()
    assert order.state == OrderState.WRONG
    assert await till.balance(AccountKind.HELD, till.pledge) == 0
    async with till.database.read() as session:
        (call,) = await calls.calls_of(session, f"payment:{order.payment_id}")
    await till.money.sender.send(call.id)
    await till.money.follower.payment(str(order.payment_id))
    assert [refund["amount"] for refund in till.fake.world.of("refund")] == [2_000]
    assert await till.balance(AccountKind.SUSPENSE) == 0
    async with till.database.write() as session:
        await session.execute(update(PaymentOrder).values(paid_at=utc_now() - timedelta(days=3)))
        assert (await measuring.waiting(session)).unbooked == 0


async def test_all_of_a_pledge_goes_back(till: Till) -> None:
    await till.paid()
    call_id = await till.refund()
    await till.money.sender.send(call_id)
    call = await till.call(call_id)
    assert (call.state, call.reason) == (CallState.DONE, None)
    for kind in (AccountKind.HELD, AccountKind.REFUND_DUE):
        assert await till.balance(kind, till.pledge) == 0
    assert till.made("refund") == 1
    assert (await till.order()).refunded in {0, 2_000}


async def test_an_artist_is_paid_by_a_transfer_of_the_charge(till: Till) -> None:
    await till.paid()
    account = await till.recipient()
    assert account.state == PayoutState.READY
    call_id = await till.release(account)
    await till.money.sender.send(call_id)
    assert (await till.call(call_id)).state == CallState.DONE
    assert await till.balance(AccountKind.PAYABLE, till.artist) == 0
    (sent,) = till.fake.world.of("transfer")
    assert (sent["amount"], sent["destination"]) == (1_800, account.account_id)


async def test_the_kill_switch_stops_a_transfer_that_is_asked_and_no_refund(till: Till) -> None:
    await till.paid()
    release = await till.release(await till.recipient())
    other = await Till.open(till.database, till.fake)
    await other.paid()
    refund = await other.refund()
    settings = settings_for(till.fake, releases_open=False)
    money = till.money
    closed = replace(money.sender, follower=replace(money.follower, settings=settings))
    with pytest.raises(ReleasesClosedError):
        await closed.send(release)
    await closed.send(refund)
    assert (till.made("transfer"), till.made("refund")) == (0, 1)
    await money.sender.send(release)
    assert till.made("transfer") == 1


async def test_what_is_taken_back_of_a_transfer_pays_the_artists_debt(till: Till) -> None:
    call_id = await till.taken_back()
    assert await till.balance(AccountKind.DEBT, till.artist) == 1_800
    await till.money.sender.send(call_id)
    assert ((await till.call(call_id)).state, (await till.call(call_id)).reason) == (CallState.DONE, None)
    assert await till.balance(AccountKind.DEBT, till.artist) == 0
    assert till.made("transfer_reversal") == 1


async def test_a_refund_that_fails_is_owed_again(till: Till) -> None:
    await till.money.pages.open(till.purchase())
    order = await till.order()
    till.fake.pay(str(order.checkout_id), REFUND_FAILS)
    till.fake.settle()
    await till.money.follower.follow("checkout.session", str(order.checkout_id))
    await till.money.sender.send(await till.refund())
    (refund,) = till.fake.world.of("refund")
    till.fake.advance(10 * 86_400)
    await till.money.follower.refund(refund["id"])
    async with till.database.read() as session:
        found = await session.get_one(PaymentRefund, refund["id"])
    assert found.status == "failed"
    assert found.failure_cash_id is not None
    assert await till.balance(AccountKind.REFUND_DUE, till.pledge) == 2_000


async def test_no_log_holds_a_key_a_secret_or_the_address_of_a_page(
    till: Till, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is secret is in no `repr` either, as that is what ends up in logs."""
    till.fake.fake.faults.add("unauthorized", "POST .*")
    with pytest.raises(LockedOutError) as error:
        await till.money.pages.open(till.purchase())
    url = await till.money.pages.open(till.purchase())
    order = await till.order()
    checkout = await till.money.provider.fetch_checkout(str(order.checkout_id))
    till.fake.pay(checkout.id)
    await till.money.follower.checkout(checkout)
    said = capsys.readouterr()
    text = f"{said.out}{said.err}{error.value!r}{error.value}{checkout!r}{order!r}{till.money!r}"
    assert url not in text
    assert till.fake.key not in text


async def test_a_transfer_is_refused_while_the_payment_is_disputed_or_the_account_is_not_ready(till: Till) -> None:
    order = await till.paid()
    account = await till.recipient()
    call_id = await till.release(account)
    till.fake.dispute(str(order.charge_id))
    await till.money.sender.send(call_id)
    call = await till.call(call_id)
    assert (call.state, call.reason) == (CallState.REFUSED, "disputed")
    assert till.made("transfer") == 0
    till.fake.decide(next(iter(till.fake.world.of("dispute")))["id"], "won")
    till.fake.onboard(account.account_id, "restrict")
    async with till.database.write() as session:
        assert await calls.ask_again(session, call_id)
    await till.money.sender.send(call_id)
    assert (await till.call(call_id)).reason == "recipient_not_ready"


async def test_a_dispute_takes_the_money_and_a_won_one_brings_it_back(till: Till) -> None:
    order = await till.paid()
    before = await till.balance(AccountKind.STRIPE)
    dispute = till.fake.dispute(str(order.charge_id))
    till.fake.settle()
    await till.money.follower.follow("dispute", dispute["id"], order.payment_id)
    assert await till.balance(AccountKind.DISPUTE, dispute["id"]) == 2_000
    assert await till.balance(AccountKind.HELD, till.pledge) == 2_000
    till.fake.decide(dispute["id"], "won")
    till.fake.settle()
    await till.money.follower.follow("dispute", dispute["id"], order.payment_id)
    assert await till.balance(AccountKind.DISPUTE, dispute["id"]) == 0
    fees = await till.balance(AccountKind.DISPUTE_FEE)
    assert await till.balance(AccountKind.STRIPE) == before - fees


async def test_what_is_asked_twice_is_one_call_and_otherwise_a_mistake(till: Till) -> None:
    call = calls.refund(till.subject, payment_id="pi_1", amount=500, currency="USD")
    other = calls.refund(till.subject, payment_id="pi_1", amount=600, currency="USD")
    async with till.database.write() as session:
        first = await calls.ask(session, call)
        assert await calls.ask(session, call) == first
        with pytest.raises(calls.CallChangedError):
            await calls.ask(session, other)
    assert [name for name, _ in await till.jobs()].count("payments.send") == 1


async def test_what_stripe_refuses_is_refused_with_its_code_and_told(till: Till) -> None:
    async with till.database.write() as session:
        call = calls.refund(till.subject, payment_id="pi_nobody", amount=500, currency="USD")
        call_id = await calls.ask(session, call)
    await till.money.sender.send(call_id)
    found = await till.call(call_id)
    assert (found.state, found.reason) == (CallState.REFUSED, "resource_missing")
    with pytest.raises(ProviderRefusedError, match="refuses"):
        await till.money.provider.fetch_transfer(f"tr_{uuid4().hex}")
