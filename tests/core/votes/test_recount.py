"""Votes of a suspended account stop counting, and count again when it is restored."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.core.accounts import events as accounts
from services.core.accounts.models import User
from services.core.jobs.events import emit
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.shaders.models import Shader
from services.core.votes import recount
from services.core.votes.jobs import RECOUNT
from services.core.votes.schemas import VoteValue
from services.core.votes.weights import FRESH_WEIGHT
from tests.factories import make_shader, make_user, vote


async def counts(database: Database) -> list[Any]:
    async with database.read() as session:
        columns = col(Shader.up), col(Shader.down), col(Shader.score), col(Shader.weighted_score), col(Shader.hot)
        return [tuple(row) for row in await session.execute(select(*columns).order_by(col(Shader.created_at)))]


async def test_they_stop_and_count_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recount, "MOST_AT_ONCE", 2)
    async with database.write() as session:
        author, ada, bob = [await make_user(session) for _ in range(3)]
        works = [await make_shader(session, author=author) for _ in range(5)]
        for number, work in enumerate(works):
            value = VoteValue.DOWN if number % 2 else VoteValue.UP
            await vote(session, ada, work.id, value, address="8.8.8.8")
            await vote(session, bob, work.id, address="8.8.8.8")
    before = await counts(database)

    async def suspended(is_so: bool) -> list[Any]:
        async with database.write() as session:
            (await session.get_one(User, ada.id)).suspended_at = utc_now() if is_so else None
        for _ in range(2):
            await recount.recount(database, ada.id)
        return [row[:3] for row in await counts(database)]

    assert await suspended(True) == [(1, 0, 1)] * 5
    assert [row[3] for row in await counts(database)] == [FRESH_WEIGHT] * 5
    assert await suspended(False) == [row[:3] for row in before]
    assert await counts(database) == before


@pytest.mark.parametrize("event", [accounts.SUSPENDED, accounts.RESTORED])
async def test_a_suspension_and_its_end_ask_for_it(database: Database, event: Any) -> None:
    async with database.write() as session:
        await emit(session, event, user_id="someone")
    async with database.read() as session:
        asked = (await session.scalars(select(OutboxMessage).where(col(OutboxMessage.actor) == RECOUNT.name))).all()
    assert [message.payload for message in asked] == [{"user_id": "someone"}]
