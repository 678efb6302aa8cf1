"""Looks of many users that are written together, and those of suspended users."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
import redis.asyncio
from sqlalchemy import select
from sqlmodel import col

from services.core.accounts import events as accounts
from services.core.accounts.models import User
from services.core.feed import intake
from services.core.feed.jobs import RECOUNT_LOOKS, UPDATE_TASTE
from services.core.feed.models import Exposure, FeedEvent
from services.core.feed.recording import Batch, Intake
from services.core.feed.schemas import EventsTaken, FeedEventIn
from services.core.jobs.events import emit
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database
from services.core.kit.redis.guard import RedisGuard
from services.core.kit.tables import utc_now
from tests.factories import make_shader, make_user


@pytest.fixture
def taking(database: Database, redis_client: redis.asyncio.Redis) -> Intake:
    return Intake(database, RedisGuard(redis_client), full_after_days=0)


def batch(user_id: UUID, *events: dict[str, Any]) -> Batch:
    given = [FeedEventIn.model_validate(event) for event in events]
    return Batch(user_id, str(user_id), given, lambda _: None, f"of {user_id}")


async def exposures(database: Database) -> dict[str, tuple[int, int]]:
    async with database.read() as session:
        return {row.shader_id: (row.impressions, row.looked) for row in await session.scalars(select(Exposure))}


async def test_batches_that_come_at_once_count_as_one_by_one(
    taking: Intake, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.write() as session:
        author, *readers = [await make_user(session) for _ in range(5)]
        work = (await make_shader(session, author=author)).id
    written: list[int] = []
    known = intake.known

    async def noted(session: Any, looks: Any, at: Any) -> Any:
        written.append(len(looks))
        return await known(session, looks, at)

    monkeypatch.setattr(intake, "known", noted)
    shown = {"shader_id": work, "kind": "impression"}
    looked = {"shader_id": work, "kind": "dwell", "dwell_ms": 6_000}
    batches = [batch(one.id, shown, looked, {**shown, "shader_id": "nothere"}) for one in readers * 2]
    batches.append(batch(author.id, looked))
    answers = await asyncio.gather(*(taking.take(one) for one in batches))
    assert answers == [EventsTaken(accepted=2, ignored=1)] * 8 + [EventsTaken(accepted=0, ignored=1)]
    # Of one user each look is one row, with the time of both batches.
    assert written == [13]
    assert await exposures(database) == {work: (4, 4)}
    async with database.read() as reading:
        rows = (await reading.execute(select(col(FeedEvent.kind), col(FeedEvent.dwell_ms)))).all()
        jobs = (await reading.scalars(select(OutboxMessage))).all()
    assert sorted(map(tuple, rows)) == [("dwell", 12_000)] * 4 + [("impression", 0)] * 4
    assert {job.actor for job in jobs} == {UPDATE_TASTE.name}
    assert sorted(job.payload["user_id"] for job in jobs) == sorted(str(one.id) for one in readers)
    assert all(job.request_id == f"of {job.payload['user_id']}" for job in jobs)


async def test_a_batch_that_cannot_be_written_fails_nobody_elses(taking: Intake, database: Database) -> None:
    async with database.write() as session:
        author, ada, bob = [await make_user(session) for _ in range(3)]
        work = (await make_shader(session, author=author)).id
    shown = {"shader_id": work, "kind": "impression"}
    users = [ada.id, uuid4(), bob.id]
    found = await asyncio.gather(*(taking.take(batch(one, shown)) for one in users), return_exceptions=True)
    assert [isinstance(one, EventsTaken) for one in found] == [True, False, True]
    assert await exposures(database) == {work: (2, 0)}


async def test_what_a_suspended_user_added_is_taken_back_and_added_again(taking: Intake, database: Database) -> None:
    async with database.write() as session:
        author, ada, bob = [await make_user(session) for _ in range(3)]
        one, other = [(await make_shader(session, author=author)).id for _ in range(2)]
    shown = {"shader_id": one, "kind": "impression"}
    looked: list[dict[str, Any]] = [{"shader_id": name, "kind": "dwell", "dwell_ms": 20_000} for name in (one, other)]
    glance = {"shader_id": one, "kind": "dwell", "dwell_ms": 5}
    for user, events in ((ada, [shown, *looked]), (bob, [shown, glance])):
        await taking.take(batch(user.id, *events))
    before = await exposures(database)
    assert before == {one: (2, 1), other: (0, 1)}
    for suspended_at, expected in ((utc_now(), {one: (1, 0), other: (0, 0)}), (None, before)):
        async with database.write() as session:
            (await session.get_one(User, ada.id)).suspended_at = suspended_at
        for _ in range(2):
            async with database.write() as session:
                await intake.recount(session, ada.id)
        assert await exposures(database) == expected


@pytest.mark.parametrize("event", [accounts.SUSPENDED, accounts.RESTORED])
async def test_a_suspension_and_its_end_ask_for_it(database: Database, event: Any) -> None:
    async with database.write() as session:
        await emit(session, event, user_id="someone")
    async with database.read() as session:
        asked = (
            await session.scalars(select(OutboxMessage).where(col(OutboxMessage.actor) == RECOUNT_LOOKS.name))
        ).all()
    assert [message.payload for message in asked] == [{"user_id": "someone"}]
