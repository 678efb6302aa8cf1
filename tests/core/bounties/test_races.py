"""What happens at the same moment, on PostgreSQL: one of the two wins, and the ledger is whole either way."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from uuid import UUID

import pytest

from services.contracts.bounties import PledgeState
from services.core.accounts.models import User
from services.core.bounties import leaving, looking, pledging
from services.core.bounties.errors import InReviewError, PledgeDecidedError
from services.core.desires import fulfilling
from services.core.kit.database import Database
from services.core.kit.errors import FractafragError
from services.core.kit.tables import utc_now
from services.core.privacy.deletion import delete_account
from tests.core.bounties.scenes import THANKS, accept, answer, balances, confirmed_user, pledge, state, tick
from tests.core.desires.boards import RAIN, wish
from tests.factories import caller_of, make_shader

S = PledgeState
ROUNDS = 4


async def withdraw(database: Database, user: User, pledge_id: UUID) -> None:
    async with database.write() as session:
        await pledging.withdraw(session, caller_of(user), pledge_id, THANKS, utc_now())


async def submit(database: Database, artist: User, desire_id: str, shader_id: str) -> None:
    async with database.write() as session:
        await fulfilling.fulfil(session, caller_of(artist), desire_id, shader_id)


async def both(*steps: Awaitable[None]) -> list[type[BaseException] | None]:
    """What each ended with; only refusals are expected."""
    found = await asyncio.gather(*steps, return_exceptions=True)
    assert all(each is None or isinstance(each, FractafragError) for each in found), found
    return [None if each is None else type(each) for each in found]


@pytest.mark.parametrize("turn", range(ROUNDS))
async def test_withdrawing_against_submitting(database: Database, turn: int) -> None:
    bob, eve = await confirmed_user(database), await confirmed_user(database)
    rain = await wish(database, RAIN)
    mine = await pledge(database, bob, rain)
    async with database.write() as session:
        work = (await make_shader(session, author=eve)).id
    steps = [withdraw(database, bob, mine), submit(database, eve, rain, work)]
    ended = await both(*(steps if turn % 2 else reversed(steps)))
    await looking.look(database, THANKS, rain, utc_now())
    if InReviewError in ended:
        assert await state(database, mine) == S.IN_REVIEW
    else:
        assert await state(database, mine) == S.REFUNDED
        assert await balances(database) == {("points:issued", ""): 10, ("points:own", str(bob.id)): 10}


@pytest.mark.parametrize("turn", range(ROUNDS))
async def test_accepting_against_expiry_and_silence(database: Database, turn: int) -> None:
    bob, eve = await confirmed_user(database), await confirmed_user(database)
    rain = await wish(database, RAIN)
    mine = await pledge(database, bob, rain)
    await answer(database, eve, rain)
    steps = [accept(database, bob, mine), tick(database, mine, 31)]
    assert set(await both(*(steps if turn % 2 else reversed(steps)))) <= {None, PledgeDecidedError}
    assert await state(database, mine) == S.RELEASED
    assert (await balances(database))["points:reputation", str(eve.id)] == 4


async def test_two_acceptances_pay_one_work(database: Database) -> None:
    bob, eve, joe = [await confirmed_user(database) for _ in range(3)]
    rain = await wish(database, RAIN)
    mine = await pledge(database, bob, rain)
    works = [await answer(database, each, rain) for each in (eve, joe)]
    ended = await both(*(accept(database, bob, mine, each.id) for each in (*works, *works)))
    assert ended.count(None) == 2
    found = await balances(database)
    assert sum(amount for (kind, _), amount in found.items() if kind == "points:reputation") == 4


async def test_an_account_that_ends_takes_its_pledges_back(database: Database) -> None:
    bob, eve, joe = [await confirmed_user(database) for _ in range(3)]
    rain, other = await wish(database, RAIN), await wish(database, f"{RAIN} at noon")
    free, reviewed = await pledge(database, bob, other), await pledge(database, bob, rain)
    await pledge(database, joe, rain)
    await answer(database, eve, rain)

    async def delete(user: User) -> None:
        async with database.write() as session:
            await delete_account(session, user.id)
        await leaving.leave(database, THANKS, user.id, utc_now())

    async def look() -> None:
        await looking.look(database, THANKS, rain, utc_now())

    await both(delete(bob), accept(database, bob, reviewed), look())
    await looking.tick(database, THANKS, reviewed, utc_now() + timedelta(days=15))
    assert [await state(database, each) for each in (free, reviewed)] == [S.REFUNDED, S.RELEASED]
    assert (await balances(database))["points:reputation", str(eve.id)] == 4
