"""Pledges in money, through the real SDK and the strict fake: paid, released, returned, disputed, clawed back."""

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from services.contracts.bounties import PledgeState, ReturnReason
from services.core.bounties.errors import AccountTooNewError, AmountError, PledgingBlockedError
from services.core.bounties.models import Pledge
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.notices.models import Notice
from services.core.payments.models import CallState, PaymentCall, PayoutAccount
from tests.core.bounties.scenes import confirmed_user, hide_work
from tests.core.desires.boards import FIRE, wish

if TYPE_CHECKING:
    from tests.core.bounties.shop import Shop
    from tests.stripe.scene import FakeStripe

S = PledgeState
# The fake takes 2.9 % and 30 of a payment; what a lost dispute costs is the provider's, too.
FEE = "expense:stripe_fee"


@pytest.fixture
async def shop(database: Database, stripe_fake: "FakeStripe") -> "Shop":
    from tests.core.bounties.shop import Shop

    return await Shop.open(database, stripe_fake)


async def refused(shop: "Shop") -> int:
    async with shop.database.read() as session:
        calls = select(func.count()).select_from(PaymentCall).where(col(PaymentCall.state) == CallState.REFUSED)
        return await session.scalar(calls) or 0


def without_fees(found: dict[str, int]) -> dict[str, int]:
    return {kind: amount for kind, amount in found.items() if not kind.startswith("expense:")}


class TestRelease:
    async def test_an_accepted_pledge_is_sent_after_seven_days_less_the_fee(self, shop: "Shop") -> None:
        mine = await shop.pledge()
        assert await shop.state(mine) == S.AWAITING_PAYMENT
        await shop.pay(mine)
        assert (await shop.state(mine), without_fees(await shop.balances())) == (S.ACTIVE, {"held": 2_000})
        await shop.answer()
        await shop.accept(mine)
        await shop.ready()
        assert without_fees(await shop.balances()) == {"payable": 1_800, "revenue:bounty_fee": 200}
        await shop.days_later(mine, 6.9)
        assert (await shop.state(mine), len(shop.fake.world.of("transfer"))) == (S.ACCEPTED, 0)
        await shop.days_later(mine, 7.1)
        assert (await shop.state(mine), len(shop.fake.world.of("transfer"))) == (S.RELEASED, 1)
        assert without_fees(await shop.balances()) == {"revenue:bounty_fee": 200}
        await shop.look(mine)
        await shop.days_later(mine, 60)
        assert (await shop.state(mine), len(shop.fake.world.of("transfer"))) == (S.RELEASED, 1)

    async def test_who_cannot_be_paid_is_warned_and_then_it_goes_back(self, shop: "Shop") -> None:
        mine = await shop.paid()
        await shop.answer()
        await shop.accept(mine)
        for days in (8, 9, 40):
            await shop.days_later(mine, days)
        assert await shop.state(mine) == S.ACCEPTED
        await shop.days_later(mine, 73.1)
        found = await shop.read(mine)
        assert (found.state, found.reason) == (S.REFUNDED, ReturnReason.UNPAYABLE)
        assert without_fees(await shop.balances()) == {}
        async with shop.database.read() as session:
            kinds = list(await session.scalars(select(col(Notice.kind)).where(col(Notice.user_id) == shop.eve.id)))
        # After a week, after five, and when it went back.
        assert kinds.count("bounty_unpayable") == 3

    async def test_a_closed_gate_keeps_transfers_and_never_refunds(
        self, database: Database, stripe_fake: "FakeStripe"
    ) -> None:
        from tests.core.bounties.shop import Shop

        shop = await Shop.open(database, stripe_fake, releases_open=False)
        other = await shop.paid()
        await shop.withdraw(other)
        mine = await shop.paid()
        await shop.answer()
        await shop.accept(mine)
        await shop.ready()
        await shop.days_later(mine, 30)
        assert [await shop.state(each) for each in (other, mine)] == [S.REFUNDED, S.ACCEPTED]

    async def test_a_work_that_goes_before_it_is_paid_is_contested_again(self, shop: "Shop") -> None:
        mine = await shop.paid()
        made = await shop.answer()
        await shop.accept(mine)
        await hide_work(shop.database, made.shader_id)
        await shop.days_later(mine, 7.1)
        assert (await shop.state(mine), without_fees(await shop.balances())) == (S.CONTESTED, {"held": 2_000})

    async def test_nobody_is_paid_by_a_card_of_their_own(self, shop: "Shop") -> None:
        mine = await shop.paid()
        await shop.answer()
        await shop.accept(mine)
        await shop.ready()
        # Eve pays something by the same card.
        shop.bob, shop.eve, shop.desire = shop.eve, shop.bob, await wish(shop.database, FIRE)
        await shop.paid()
        await shop.days_later(mine, 8)
        found = await shop.read(mine)
        assert (found.state, found.reason) == (S.REFUNDED, ReturnReason.SELF_DEALING)
        assert shop.fake.world.of("transfer") == []

    async def test_a_transfer_that_is_refused_is_tried_again_a_day_later(self, shop: "Shop") -> None:
        mine = await shop.paid()
        await shop.answer()
        await shop.accept(mine)
        await shop.ready()
        async with shop.database.read() as session:
            account = await session.get_one(PayoutAccount, shop.eve.id)
        # We have not heard of it.
        shop.fake.onboard(account.account_id, "restrict")
        await shop.time_only(mine, 8)
        await shop.follow(mine)
        await shop.time_only(mine, 0.9)
        assert (await shop.state(mine), await refused(shop)) == (S.ACCEPTED, 1)
        assert without_fees(await shop.balances()) == {"payable": 1_800, "revenue:bounty_fee": 200}
        shop.fake.onboard(account.account_id)
        await shop.days_later(mine, 9.1)
        assert await shop.state(mine) == S.RELEASED

    async def test_a_transfer_against_a_dispute_ends_in_one_of_two_ways(self, shop: "Shop") -> None:
        await shop.ready()
        await shop.answer()
        for turn in range(4):
            mine = await shop.paid()
            await shop.accept(mine)
            dispute = shop.fake.dispute((await shop.order(mine)).charge_id or "")
            order = (await shop.order(mine)).payment_id or ""
            steps = [shop.time_only(mine, 8), shop.money.follower.payment(order)]
            await asyncio.gather(*(steps if turn % 2 else reversed(steps)))
            await shop.follow(mine)
            assert await shop.state(mine) in (S.DISPUTED, S.RELEASED)
            shop.fake.decide(dispute["id"], "lost")
            await shop.look(mine)
            assert await shop.state(mine) in (S.LOST, S.CLAWED)
            assert without_fees(await shop.balances()) == {}
            async with shop.database.write() as session:
                await session.execute(update(Pledge).values(dispute_lost=False))


class TestReturns:
    async def test_all_of_it_goes_back_and_every_account_is_empty(self, shop: "Shop") -> None:
        mine = await shop.paid()
        await shop.withdraw(mine)
        assert (await shop.state(mine), without_fees(await shop.balances())) == (S.REFUNDED, {})
        (refund,) = shop.fake.world.of("refund")
        assert refund["amount"] == 2_000

    async def test_money_that_comes_after_the_withdrawal_goes_back_at_once(self, shop: "Shop") -> None:
        mine = await shop.pledge()
        from services.core.bounties import paying
        from tests.factories import caller_of

        async with shop.database.read() as session:
            wanted = await paying.purchase(session, caller_of(shop.bob), mine)
        await shop.money.pages.open(wanted)
        order = await shop.order(mine)
        assert order.checkout_id is not None
        # Paid at the same moment, before we know.
        shop.fake.pay(order.checkout_id)
        shop.fake.settle()
        await shop.withdraw(mine)
        await shop.look(mine)
        found = await shop.read(mine)
        assert (found.state, found.reason) == (S.REFUNDED, ReturnReason.WITHDRAWN)
        assert without_fees(await shop.balances()) == {}

    async def test_a_refund_that_a_bank_does_not_take_stays_owed(self, shop: "Shop") -> None:
        mine = await shop.paid(card="4000000000005126")
        await shop.withdraw(mine)
        assert await shop.state(mine) == S.REFUNDED
        shop.fake.advance(30 * 86_400)
        await shop.look(mine)
        assert (await shop.state(mine), without_fees(await shop.balances())) == (S.REFUND_STUCK, {"refund_due": 2_000})

    async def test_an_early_warning_returns_it_before_it_is_disputed(self, shop: "Shop") -> None:
        mine = await shop.paid(card="4000000000005423")
        await shop.look(mine)
        found = await shop.read(mine)
        assert (found.state, found.reason) == (S.REFUNDED, ReturnReason.FRAUD_WARNING)


class TestDisputes:
    async def test_one_that_is_won_brings_it_back_where_it_was(self, shop: "Shop") -> None:
        mine = await shop.paid()
        await shop.answer()
        charge = (await shop.order(mine)).charge_id or ""
        dispute = shop.fake.dispute(charge)
        await shop.look(mine)
        assert await shop.state(mine) == S.DISPUTED
        shop.fake.decide(dispute["id"], "won")
        await shop.look(mine)
        assert (await shop.state(mine), without_fees(await shop.balances())) == (S.IN_REVIEW, {"held": 2_000})

    async def test_one_that_is_lost_ends_the_pledge_and_pledging(self, shop: "Shop") -> None:
        mine = await shop.paid()
        dispute = shop.fake.dispute((await shop.order(mine)).charge_id or "")
        shop.fake.decide(dispute["id"], "lost")
        await shop.look(mine)
        assert (await shop.state(mine), without_fees(await shop.balances())) == (S.LOST, {})
        with pytest.raises(PledgingBlockedError):
            await shop.pledge()

    async def test_each_of_two_is_decided_by_itself_though_we_hear_of_them_late(self, shop: "Shop") -> None:
        mine = await shop.paid()
        charge = (await shop.order(mine)).charge_id or ""
        first = shop.fake.dispute(charge)
        await shop.look(mine)
        shop.fake.decide(first["id"], "won")
        second = shop.fake.dispute(charge)
        shop.fake.decide(second["id"], "lost")
        await shop.look(mine)
        found = await shop.read(mine)
        assert (found.state, found.dispute_id) == (S.LOST, second["id"])
        events = ["created", "paid", "disputed", "dispute_won", "disputed", "dispute_lost"]
        assert await shop.events(mine) == events

    async def test_a_decision_whose_job_was_lost_is_found_within_a_day(self, shop: "Shop") -> None:
        mine = await shop.paid()
        order = await shop.order(mine)
        dispute = shop.fake.dispute(order.charge_id or "")
        await shop.look(mine)
        shop.fake.decide(dispute["id"], "lost")
        await shop.money.follower.payment(order.payment_id or "")
        await shop.time_only(mine, 1.1)
        assert await shop.state(mine) == S.LOST

    async def test_no_transfer_while_one_is_open_though_nobody_told_us(self, shop: "Shop") -> None:
        mine = await shop.paid()
        await shop.answer()
        await shop.accept(mine)
        await shop.ready()
        shop.fake.dispute((await shop.order(mine)).charge_id or "")
        await shop.days_later(mine, 8)
        assert (await shop.state(mine), shop.fake.world.of("transfer")) == (S.DISPUTED, [])

    async def test_what_was_sent_is_taken_back_and_the_rest_netted_later(self, shop: "Shop") -> None:
        await shop.ready()
        await shop.answer()
        mine = await shop.released()
        shop.fake.decide(shop.fake.dispute((await shop.order(mine)).charge_id or "")["id"], "lost")
        await shop.look(mine)
        assert await shop.state(mine) == S.CLAWED
        assert without_fees(await shop.balances()) == {}
        (reversal,) = shop.fake.world.of("transfer_reversal")
        assert reversal["amount"] == 1_800

    async def test_what_cannot_be_taken_back_is_netted_from_later_payouts(self, shop: "Shop") -> None:
        from tests.stripe.money import book

        await shop.ready()
        await shop.answer()
        mine = await shop.released()
        async with shop.database.read() as session:
            account = await session.get_one(PayoutAccount, shop.eve.id)
        # Eve has it in her bank.
        book(shop.fake.world, "payout", -1_800, "usd", None, owner=account.account_id)
        shop.fake.decide(shop.fake.dispute((await shop.order(mine)).charge_id or "")["id"], "lost")
        await shop.look(mine)
        assert (await shop.state(mine), without_fees(await shop.balances())) == (S.CLAWED, {"debt": 1_800})
        shop.bob = await confirmed_user(shop.database)
        small, large = await shop.released(1_000), await shop.released(3_000)
        sent = [each["amount"] for each in shop.fake.world.of("transfer")]
        assert sent == [1_800, 2_700 - (1_800 - 900)]
        assert [(await shop.read(each)).netted for each in (mine, small, large)] == [0, 900, 900]
        assert without_fees(await shop.balances()) == {"revenue:bounty_fee": 400}


class TestRules:
    async def test_young_accounts_and_odd_amounts_are_refused(self, shop: "Shop") -> None:
        for amount in (499, 50_001):
            with pytest.raises(AmountError):
                await shop.pledge(amount)
        shop.bob = await confirmed_user(shop.database, created_at=utc_now())
        with pytest.raises(AccountTooNewError):
            await shop.pledge()

    @pytest.mark.parametrize(("currency", "amount", "fee"), [("JPY", 1_005, 100), ("KWD", 5_050, 500)])
    async def test_fees_are_whole_amounts_of_any_currency(
        self, database: Database, stripe_fake: "FakeStripe", currency: str, amount: int, fee: int
    ) -> None:
        from tests.core.bounties.shop import Shop

        shop = await Shop.open(database, stripe_fake, currency=currency)
        mine = await shop.pledge(amount)
        async with database.read() as session:
            assert (await session.get_one(Pledge, mine)).fee == fee
