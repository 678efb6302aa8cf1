"""Crashes and failures between intent, call and record: each thing is done at the provider once."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.ledger.models import AccountKind
from services.core.payments.models import CallState, OrderState, PaymentCall
from services.core.payments.provider import LockedOutError, ProviderBusyError
from tests.core.payments.killed_process import POINTS
from tests.fixtures.forks import ForkedProcess
from tests.fixtures.processes import environment
from tests.fixtures.worker import eventually

if TYPE_CHECKING:
    from tests.core.payments.scene import Till
    from tests.stripe.scene import FakeStripe


async def test_a_worker_that_is_killed_at_each_point_does_nothing_twice(
    settings: ApiSettings, database: Database, stripe_on_a_port: "FakeStripe", tmp_path: Path
) -> None:
    from tests.core.payments.scene import Till

    lives, tills = [], []
    for point in POINTS:
        till = await Till.open(database, stripe_on_a_port)
        await till.paid()
        call_id = await till.release(await till.recipient())
        lives.append((point, call_id))
        other = await Till.open(database, stripe_on_a_port)
        await other.paid()
        lives.append((point, await other.refund()))
        third = await Till.open(database, stripe_on_a_port)
        lives.append((point, await third.taken_back()))
        tills.append((till, other, third))
    variables = environment(settings) | {
        "FRACTAFRAG_PAYMENTS_PROVIDER": "stripe",
        "FRACTAFRAG_PAYMENTS_STRIPE_SECRET_KEY": stripe_on_a_port.key,
        "FRACTAFRAG_PAYMENTS_STRIPE_API_BASE": stripe_on_a_port.url,
    }
    command = ["-m", "tests.core.payments.killed_process", *(f"{point}={call_id}" for point, call_id in lives)]
    dying = ForkedProcess("dying", command, variables, tmp_path)
    dying.start()
    await eventually(lambda: not dying.running, within=120)
    assert int(dying.text().rpartition("killed ")[2]) == len(lives)
    for _, call_id in lives:
        await tills[0][0].money.sender.send(call_id)
        assert (await till.call(call_id)).state == CallState.DONE
    made = [till.made(kind) for kind in ("transfer", "refund", "transfer_reversal")]
    assert made == [2 * len(POINTS), len(POINTS), len(POINTS)]
    for paid, refunded, clawed in tills:
        assert await clawed.balance(AccountKind.DEBT, clawed.artist) == 0
        assert await paid.balance(AccountKind.PAYABLE, paid.artist) == 0
        assert await refunded.balance(AccountKind.REFUND_DUE, refunded.pledge) == 0


@pytest.mark.parametrize(
    "kind", ["error_after", "reset_after", "error_before", "reset_before", "conflict", "rate_limit"]
)
async def test_a_failure_before_or_after_doing_it_is_made_good(till: "Till", kind: str) -> None:
    await till.paid()
    call_id = await till.refund()
    # As often as the package repeats by itself, and once more; 429 it does not repeat.
    till.fake.fake.faults.add(kind, "POST /v1/refunds", times=1 if kind == "rate_limit" else 3)
    with pytest.raises(ProviderBusyError):
        await till.money.sender.send(call_id)
    assert (await till.call(call_id)).state == CallState.ASKED
    # A 500 is what the key answers for a day.
    if kind == "error_before":
        await _wait(till, call_id)
    await till.money.sender.send(call_id)
    assert (await till.call(call_id)).state == CallState.DONE
    assert till.made("refund") == 1
    assert await till.balance(AccountKind.REFUND_DUE, till.pledge) == 0


async def test_after_a_day_the_key_is_forgotten_and_what_was_done_is_still_found(till: "Till") -> None:
    await till.paid()
    call_id = await till.refund()
    till.fake.fake.faults.add("reset_after", "POST /v1/refunds", times=3)
    with pytest.raises(ProviderBusyError):
        await till.money.sender.send(call_id)
    await _wait(till, call_id)
    await till.money.sender.send(call_id)
    assert (till.made("refund"), (await till.call(call_id)).attempt) == (1, 1)


async def test_a_key_that_is_not_good_loses_nothing(till: "Till") -> None:
    await till.paid()
    call_id = await till.refund()
    for kind in ("unauthorized", "key_expired", "forbidden"):
        till.fake.fake.faults.add(kind)
        with pytest.raises(LockedOutError):
            await till.money.sender.send(call_id)
    await till.money.sender.send(call_id)
    assert till.made("refund") == 1


async def test_a_page_that_was_opened_and_not_written_down_is_found_by_the_sweep(till: "Till") -> None:
    from services.core.payments.pages import PaymentPages

    follower = till.money.follower
    pages = PaymentPages(till.database, till.money.provider, _Broken(), follower.settings, "https://shaders.example")  # type: ignore[arg-type]
    with pytest.raises(ConnectionError):
        await pages.open(till.purchase())
    order = await till.order()
    assert (order.state, order.checkout_id) == (OrderState.ASKED, None)
    await till.money.pages.mend(order)
    order = await till.order()
    assert (order.state, till.made("checkout.session")) == (OrderState.OPEN, 1)


class _Broken:
    async def checkout(self, _: object) -> None:
        raise ConnectionError


async def _wait(till: "Till", call_id: object) -> None:
    """A day and more goes by."""
    till.fake.advance(25 * 3_600)
    async with till.database.write() as session:
        call = await session.get_one(PaymentCall, call_id)
        call.sent_at = utc_now() - timedelta(hours=25)
