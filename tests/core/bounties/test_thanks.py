"""The whole line in points: pledge, answer, accept, release into reputation, return; on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.contracts.bounties import PledgeState, ReturnReason
from services.core.bounties import deciding, looking, pledging, points, repository
from services.core.bounties.errors import (
    InReviewError,
    NotEnoughPointsError,
    NothingWaitsError,
    PledgeDecidedError,
    SelfDealingError,
)
from services.core.bounties.schemas import PledgeCreate
from services.core.desires import fulfilling, posting
from services.core.identity.errors import AddressUnverifiedError
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.notices.models import Notice
from services.core.privacy.deletion import delete_account
from tests.core.bounties.scenes import (
    THANKS,
    accept,
    answer,
    balances,
    confirmed_user,
    hide_work,
    pledge,
    read,
    state,
    tick,
)
from tests.core.desires.boards import RAIN, some_user, wish
from tests.factories import caller_of

S = PledgeState


async def told(database: Database) -> list[str]:
    async with database.read() as session:
        return list(await session.scalars(select(col(Notice.kind)).order_by(col(Notice.kind))))


class TestTheLine:
    async def test_what_is_accepted_becomes_reputation_at_once(self, database: Database) -> None:
        ada, bob, eve = [await confirmed_user(database) for _ in range(3)]
        rain = await wish(database, RAIN, ada)
        mine = await pledge(database, bob, rain)
        assert await state(database, mine) == S.ACTIVE
        assert await balances(database) == {
            ("points:issued", ""): 10, ("points:own", str(bob.id)): 6, ("held", str(mine)): 4
        }  # fmt: skip
        made = await answer(database, eve, rain)
        assert await state(database, mine) == S.IN_REVIEW
        await accept(database, bob, mine)
        await accept(database, bob, mine, made.id)
        assert await state(database, mine) == S.RELEASED
        assert await balances(database) == {
            ("points:issued", ""): 10, ("points:own", str(bob.id)): 6, ("points:reputation", str(eve.id)): 4
        }  # fmt: skip
        async with database.read() as session:
            assert (await points.own(session, eve.id), await points.reputation(session, eve.id)) == (0, 4)
            assert (await repository.counts(session))[S.RELEASED][0] == 1
        assert await told(database) == [
            "bounty_sent", "bounty_won", "desire_fulfilled", "pledge_accepted", "pledge_paid", "pledge_waiting"
        ]  # fmt: skip

    async def test_without_an_answer_all_of_it_comes_back_after_thirty_days(self, database: Database) -> None:
        bob = await confirmed_user(database)
        mine = await pledge(database, bob, await wish(database, RAIN))
        await tick(database, mine, 29.9)
        assert await state(database, mine) == S.ACTIVE
        await tick(database, mine, 30.1)
        found = await read(database, mine)
        assert (found.state, found.reason, found.due_at) == (S.REFUNDED, ReturnReason.EXPIRED, None)
        assert await balances(database) == {("points:issued", ""): 10, ("points:own", str(bob.id)): 10}

    async def test_fourteen_days_of_silence_accept_and_remind_twice(self, database: Database) -> None:
        bob, eve = await confirmed_user(database), await confirmed_user(database)
        rain = await wish(database, RAIN)
        mine = await pledge(database, bob, rain)
        await answer(database, eve, rain)
        for days, expected in ((6.9, S.IN_REVIEW), (7.1, S.IN_REVIEW), (12.1, S.IN_REVIEW), (14.1, S.RELEASED)):
            await tick(database, mine, days)
            assert await state(database, mine) == expected
        assert (await told(database)).count("pledge_waiting") == 3

    async def test_points_are_given_once_a_month_to_confirmed_accounts(self, database: Database) -> None:
        bob, plain = await confirmed_user(database), await some_user(database)
        held_back = replace(caller_of(plain), held_back=True)
        now = utc_now().replace(day=1)
        async with database.write() as session:
            given = [await points.give(session, bob.id, 10, now + timedelta(days=days)) for days in (0, 20, 31)]
            assert given == [True, False, True]
            assert [await points.left(session, each, 10, now) for each in (caller_of(plain), held_back)] == [10, 0]
        rain = await wish(database, RAIN)
        new = PledgeCreate(amount=1, currency="THX")
        async with database.write() as session:
            with pytest.raises(AddressUnverifiedError):
                await pledging.create(session, held_back, rain, new, THANKS, now)

    async def test_nobody_pledges_points_that_they_have_not_or_have_received(self, database: Database) -> None:
        bob, eve = await confirmed_user(database), await confirmed_user(database)
        rain, other = await wish(database, RAIN), await wish(database, f"{RAIN} at noon")
        mine = await pledge(database, bob, rain, 10)
        await answer(database, eve, rain)
        await accept(database, bob, mine)
        with pytest.raises(NotEnoughPointsError):
            await pledge(database, bob, other, 1)
        await pledge(database, eve, other, 10)
        with pytest.raises(NotEnoughPointsError):
            await pledge(database, eve, other, 1)


class TestDeciding:
    async def test_it_is_taken_back_only_while_no_work_waits(self, database: Database) -> None:
        bob, eve = await confirmed_user(database), await confirmed_user(database)
        rain = await wish(database, RAIN)
        first, second = await pledge(database, bob, rain), await pledge(database, bob, rain, 2)
        async with database.write() as session:
            await pledging.withdraw(session, caller_of(bob), first, THANKS, utc_now())
            await pledging.withdraw(session, caller_of(bob), first, THANKS, utc_now())
        await answer(database, eve, rain)
        with pytest.raises(InReviewError):
            async with database.write() as session:
                await pledging.withdraw(session, caller_of(bob), second, THANKS, utc_now())
        assert [await state(database, each) for each in (first, second)] == [S.REFUNDED, S.IN_REVIEW]

    async def test_an_objection_stops_one_pledge_until_the_operator_or_time_decides(self, database: Database) -> None:
        people = [await confirmed_user(database) for _ in range(4)]
        rain = await wish(database, RAIN)
        mine = [await pledge(database, each, rain) for each in people]
        await answer(database, await confirmed_user(database), rain)
        for who, one in zip(people[:3], mine, strict=False):
            async with database.write() as session:
                await deciding.object_to(session, caller_of(who), one, "It snows", THANKS, utc_now())
        operator = caller_of(await some_user(database))
        for one, pays in zip(mine, (True, False), strict=False):
            async with database.write() as session:
                await deciding.decide(
                    session, operator, one, pays=pays, reason="I looked", settings=THANKS, now=utc_now()
                )
        await tick(database, mine[2], 14.1)
        assert [await state(database, each) for each in mine] == [S.RELEASED, S.REFUNDED, S.REFUNDED, S.IN_REVIEW]
        with pytest.raises(PledgeDecidedError):
            async with database.write() as session:
                await deciding.decide(
                    session, operator, mine[0], pays=False, reason="x", settings=THANKS, now=utc_now()
                )

    async def test_the_desires_author_accepts_for_all_who_may_object_for_a_week(self, database: Database) -> None:
        ada, bob, eve = [await confirmed_user(database) for _ in range(3)]
        rain = await wish(database, RAIN, ada)
        own, other = await pledge(database, ada, rain), await pledge(database, bob, rain)
        made = await answer(database, eve, rain)
        async with database.write() as session:
            await fulfilling.accept(session, caller_of(ada), rain, made.id)
        await looking.look(database, THANKS, rain, utc_now())
        assert [await state(database, each) for each in (own, other)] == [S.RELEASED, S.IN_REVIEW]
        await tick(database, other, 7.1)
        assert await state(database, other) == S.RELEASED

    async def test_one_pledge_pays_one_work_whichever_its_owner_chooses(self, database: Database) -> None:
        bob, eve, joe = [await confirmed_user(database) for _ in range(3)]
        rain = await wish(database, RAIN)
        mine = await pledge(database, bob, rain)
        first, second = await answer(database, eve, rain), await answer(database, joe, rain)
        await accept(database, bob, mine, second.id)
        with pytest.raises(PledgeDecidedError):
            await accept(database, bob, mine, first.id)
        async with database.read() as session:
            assert [await points.reputation(session, each.id) for each in (eve, joe)] == [0, 4]


class TestReturns:
    async def test_when_the_desire_is_withdrawn_what_nobody_answered_goes_back(self, database: Database) -> None:
        ada, bob = await confirmed_user(database), await confirmed_user(database)
        rain = await wish(database, RAIN, ada)
        mine = await pledge(database, bob, rain)
        async with database.write() as session:
            await posting.withdraw(session, caller_of(ada), rain)
        await looking.look(database, THANKS, rain, utc_now())
        assert (await read(database, mine)).reason == ReturnReason.CLOSED

    async def test_with_the_account_of_the_desires_author_what_nobody_answered_goes_back(
        self, database: Database
    ) -> None:
        ada, bob, eve = [await confirmed_user(database) for _ in range(3)]
        rain, other = await wish(database, RAIN, ada), await wish(database, f"{RAIN} at noon", ada)
        free, reviewed = await pledge(database, bob, rain), await pledge(database, bob, other)
        await answer(database, eve, other)
        async with database.write() as session:
            await delete_account(session, ada.id)
        for each in (rain, other):
            await looking.look(database, THANKS, each, utc_now())
        # Whoever delivered is paid all the same.
        assert [await state(database, each) for each in (free, reviewed)] == [S.REFUNDED, S.IN_REVIEW]
        await accept(database, bob, reviewed)
        assert await state(database, reviewed) == S.RELEASED

    async def test_an_answer_that_is_gone_frees_its_pledges(self, database: Database) -> None:
        bob, eve = await confirmed_user(database), await confirmed_user(database)
        rain = await wish(database, RAIN)
        mine = await pledge(database, bob, rain)
        made = await answer(database, eve, rain)
        await hide_work(database, made.shader_id)
        async with database.read() as reading:
            assert await repository.astray(reading, 10) == [rain]
        await looking.look(database, THANKS, rain, utc_now())
        assert await state(database, mine) == S.ACTIVE
        with pytest.raises(NothingWaitsError):
            await accept(database, bob, mine, made.id)

    async def test_nobody_is_paid_by_their_own_pledge(self, database: Database) -> None:
        bob, eve = await confirmed_user(database), await confirmed_user(database)
        rain = await wish(database, RAIN)
        mine, other = await pledge(database, bob, rain), await pledge(database, eve, rain)
        await answer(database, bob, rain)
        assert [await state(database, each) for each in (mine, other)] == [S.REFUNDED, S.IN_REVIEW]
        assert (await read(database, mine)).reason == ReturnReason.SELF_DEALING
        with pytest.raises(SelfDealingError):
            await pledge(database, bob, rain)
