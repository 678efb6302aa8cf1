"""What the votes of a shader weigh together is always what a count of the votes gives, whoever does what."""

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from services.core.accounts.models import User
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.ranking.hot import FULL_WEIGHT, hot_score
from services.core.shaders.models import Shader
from services.core.votes import ageing, recount, repository
from services.core.votes.ageing import age
from services.core.votes.models import Vote
from services.core.votes.schemas import VoteValue
from services.core.votes.weights import FRESH_WEIGHT
from tests.factories import make_shader, make_user, vote

DAYS = 30


async def rows(database: Database) -> list[Any]:
    """Counts and scores of all shaders, the oldest first."""
    columns = col(Shader.up), col(Shader.down), col(Shader.score), col(Shader.weighted_score), col(Shader.hot)
    async with database.read() as session:
        return [tuple(row) for row in await session.execute(select(*columns).order_by(col(Shader.created_at)))]


async def agree(database: Database) -> None:
    """Assert that each shader has what its votes give."""
    async with database.write() as session:
        for shader_id in await session.scalars(select(col(Shader.id))):
            rank = await repository.locked_rank(session, shader_id)
            assert rank is not None
            assert rank.tally == await repository.counted(session, shader_id)
            assert rank.hot == pytest.approx(hot_score(rank.tally.weighted_score, rank.published_at))


async def some_votes(database: Database, *, shaders: int, voters: int) -> list[User]:
    """Votes of accounts that were made today, all from one network."""
    async with database.write() as session:
        author = await make_user(session)
        works = [await make_shader(session, author=author) for _ in range(shaders)]
        people = [await make_user(session) for _ in range(voters)]
        for voter in people:
            for work in works:
                await vote(session, voter, work.id, address="8.8.8.8")
    return people


async def later(database: Database, days: float) -> None:
    """Let the accounts be older by so many days."""
    async with database.write() as session:
        await session.execute(update(User).values(created_at=col(User.created_at) - timedelta(days=days)))


async def grow(database: Database) -> int:
    return await age(database, full_after_days=DAYS, now=utc_now())


@pytest.mark.parametrize("seed", range(3))
async def test_votes_in_any_order_add_up_and_all_taken_back_leave_nothing(database: Database, seed: int) -> None:
    dice = random.Random(seed)
    async with database.write() as session:
        author = await make_user(session)
        works = [await make_shader(session, author=author) for _ in range(2)]
        ages = [timedelta(days=dice.randrange(40)) for _ in range(8)]
        voters = [await make_user(session, created_at=utc_now() - age) for age in ages]
    untouched = await rows(database)
    addresses = ["127.0.0.1", "8.8.8.8", "8.8.8.9", "9.9.9.9"]
    for _ in range(60):
        async with database.write() as session:
            value = dice.choice(list(VoteValue))
            await vote(session, dice.choice(voters), dice.choice(works).id, value, address=dice.choice(addresses))
        if dice.random() < 0.1:
            await later(database, 1)
            await grow(database)
    await agree(database)
    assert await rows(database) != untouched
    for voter in voters:
        for work in works:
            async with database.write() as session:
                await vote(session, voter, work.id, VoteValue.NONE)
    assert await rows(database) == untouched


async def test_a_vote_taken_back_leaves_what_was_there(database: Database) -> None:
    await some_votes(database, shaders=1, voters=5)
    before = await rows(database)
    async with database.write() as session:
        late = await make_user(session, created_at=utc_now() - timedelta(days=400))
        shader_id = (await session.scalars(select(col(Shader.id)))).one()
        await vote(session, late, shader_id, address="8.8.8.8")
    assert (await rows(database))[0][:4] == (6, 0, 6, 100 + 2 // 2)
    async with database.write() as session:
        await vote(session, late, shader_id, VoteValue.DOWN, address="9.9.9.9")
        await vote(session, late, shader_id, VoteValue.NONE)
    assert await rows(database) == before


async def test_votes_gain_as_their_accounts_grow_older(database: Database) -> None:
    await some_votes(database, shaders=2, voters=1)
    assert [row[3] for row in await rows(database)] == [FRESH_WEIGHT] * 2
    assert await grow(database) == 0
    await later(database, DAYS / 2)
    assert await grow(database) == 2
    assert [row[:4] for row in await rows(database)] == [(1, 0, 1, 51)] * 2
    await later(database, DAYS)
    assert await grow(database) == 2
    assert [row[:4] for row in await rows(database)] == [(1, 0, 1, FULL_WEIGHT)] * 2
    await later(database, DAYS)
    assert await grow(database) == 0
    await agree(database)


async def test_it_may_be_stopped_anywhere(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ageing, "MOST_AT_ONCE", 2)
    await some_votes(database, shaders=5, voters=3)
    await later(database, DAYS)
    counted, left = recount.recount_shader, iter(range(3))

    async def stopping(*arguments: Any) -> bool:
        if next(left, None) is None:
            raise RuntimeError("killed")
        return await counted(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(recount, "recount_shader", stopping)
        with pytest.raises(RuntimeError, match="killed"):
            await grow(database)
    await agree(database)
    # Only what is left is done, and nothing twice.
    assert await grow(database) == 2
    assert await grow(database) == 0
    assert [row[3] for row in await rows(database)] == [100 + 50 + 33] * 5
    await agree(database)


async def test_a_suspended_account_gains_nothing(database: Database) -> None:
    ada, _ = await some_votes(database, shaders=1, voters=2)
    async with database.write() as session:
        await session.execute(update(User).where(col(User.id) == ada.id).values(suspended_at=utc_now()))
    await later(database, DAYS)
    await grow(database)
    assert (await rows(database))[0][:4] == (1, 0, 1, FULL_WEIGHT)


async def test_a_vote_of_the_version_before_is_weighed(database: Database) -> None:
    """While a new version comes, the old one writes votes without a weight, and no weighted score."""
    await some_votes(database, shaders=1, voters=1)
    async with database.write() as session:
        voter = await make_user(session, created_at=utc_now() - timedelta(days=DAYS))
        await session.execute(
            text("INSERT INTO votes (user_id, shader_id, value, created_at) SELECT :voter, id, 1, now() FROM shaders"),
            {"voter": voter.id},
        )
    await grow(database)
    assert (await rows(database))[0][:4] == (2, 0, 2, FULL_WEIGHT + FRESH_WEIGHT)
    async with database.read() as session:
        assert sorted(await session.scalars(select(col(Vote.weight)))) == [FRESH_WEIGHT, FULL_WEIGHT]
