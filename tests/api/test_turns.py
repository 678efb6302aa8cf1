"""The many changes that one account sends at once take no connection to the database from others."""

import asyncio
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import select
from sqlmodel import col

from services.api.app import create_app
from services.api.authentication import maybe_caller
from services.api.deps import write_session
from services.api.routing import routes_of
from services.api.settings import ApiSettings
from services.api.turns import WriteTurns
from services.core.kit.database import Database
from services.core.kit.errors import RateLimitedError
from services.core.shaders.models import Shader
from tests.factories import make_shader, make_user
from tests.fixtures.accounts import register


async def test_others_are_served_while_the_changes_of_one_account_wait(
    client: httpx2.AsyncClient, database: Database
) -> None:
    async with database.write() as session:
        author = await make_user(session)
        held, free = await make_shader(session, author=author), await make_shader(session, author=author)
    flooding, other = await register(client), await register(client)
    async with database.write() as session:
        await session.execute(select(Shader).where(col(Shader.id) == held.id).with_for_update())
        change = f"/api/v1/shaders/{held.id}/vote"
        flood = [asyncio.ensure_future(flooding.put(change, json={"value": "up"})) for _ in range(30)]
        await asyncio.sleep(0.5)
        answers = [await other.put(f"/api/v1/shaders/{free.id}/vote", json={"value": "up"}) for _ in range(3)]
        answers.append(await other.get(f"/api/v1/shaders/{held.id}"))
        assert [answer.status_code for answer in answers] == [200] * 4
    assert {answer.status_code for answer in await asyncio.gather(*flood)} == {200}


async def test_who_waits_too_long_is_told_so_and_nothing_is_kept() -> None:
    turns, user_id = WriteTurns(at_once=1, patience=0.05), uuid4()
    async with turns.of(user_id):
        async with turns.of(uuid4()):
            pass
        with pytest.raises(RateLimitedError) as refused:
            async with turns.of(user_id):
                pass
    assert refused.value.headers == {"Retry-After": "1"}
    async with turns.of(user_id):
        pass
    assert turns.accounts == 0


def test_every_route_knows_its_caller_before_it_opens_its_transaction() -> None:
    for route in routes_of(create_app(ApiSettings())):
        calls = [*route.dependant.dependencies]
        order = []
        while calls:
            part = calls.pop(0)
            calls = [*part.dependencies, *calls]
            order.append(part.call)
        if write_session in order and maybe_caller in order:
            assert order.index(maybe_caller) < order.index(write_session), route.path
