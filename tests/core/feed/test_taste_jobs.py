"""Taste is rebuilt by a job: none is lost to a relay that is just taking one, and two at once do no harm."""

import asyncio
from uuid import UUID

from sqlalchemy import text

from services.core.feed import taste
from services.core.kit.database import Database
from tests.factories import make_shader, make_user, vote


async def a_voter(database: Database) -> UUID:
    async with database.write() as session:
        voter = await make_user(session)
        work = await make_shader(session, author=await make_user(session), tags=["water", "noise"])
    async with database.write() as session:
        await vote(session, voter, work.id)
    return voter.id


async def waiting(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(text("SELECT count(*) FROM outbox")) or 0


async def test_a_job_that_the_relay_is_taking_is_not_relied_upon(database: Database) -> None:
    voter = await a_voter(database)
    async with database.write() as relay:
        await relay.execute(text("SELECT id FROM outbox FOR UPDATE SKIP LOCKED"))
        async with database.write() as session:
            await taste.schedule_update(session, voter)
    assert await waiting(database) == 2


async def test_a_job_that_is_relied_upon_cannot_be_taken(database: Database) -> None:
    voter = await a_voter(database)
    async with database.write() as session:
        await taste.schedule_update(session, voter)
        async with database.write() as relay:
            assert (await relay.execute(text("SELECT id FROM outbox FOR UPDATE SKIP LOCKED"))).all() == []
    assert await waiting(database) == 1


async def test_two_rebuilds_at_once_agree(database: Database) -> None:
    voter = await a_voter(database)

    async def rebuild() -> dict[str, float]:
        async with database.write() as session:
            return await taste.rebuild(session, voter)

    results = await asyncio.gather(*(rebuild() for _ in range(6)))
    assert all(set(result) == {"water", "noise"} for result in results)
    async with database.read() as session:
        stored = (await session.execute(text("SELECT tag FROM tag_affinities ORDER BY tag"))).all()
    assert [row[0] for row in stored] == ["noise", "water"]
