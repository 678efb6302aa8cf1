"""Topics: who is woken by what, and how many may subscribe."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest

from services.core.kit import topics
from services.core.kit.database import Database
from services.core.kit.errors import RateLimitedError, UnavailableError
from services.core.kit.topics import Topics, publish


@pytest.fixture
async def hub(database: Database) -> AsyncIterator[Topics]:
    opened = Topics(database)
    yield opened
    await opened.aclose()


async def test_subscribers_of_the_topic_are_woken_when_the_transaction_commits(database: Database, hub: Topics) -> None:
    with hub.subscribe("render:a", "x") as mine, hub.subscribe("render:b", "x") as other:
        for each in (mine, other):
            assert await each.wait(5), "the connection is new"
        async with database.write() as session:
            await publish(session, "render:a")
            assert not await mine.wait(0.2)
        assert await mine.wait(5)
        assert not await other.wait(0.1)


async def test_a_change_that_is_rolled_back_wakes_nobody(database: Database, hub: Topics) -> None:
    with hub.subscribe("render:a", "x") as mine:
        assert await mine.wait(5)
        async with database.write() as session:
            await publish(session, "render:a")
            await session.rollback()
        assert not await mine.wait(0.3)


async def test_subscriptions_are_bounded_for_a_client_and_in_all(hub: Topics, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "MOST_PER_CLIENT", 2)
    monkeypatch.setattr(topics, "MOST_SUBSCRIPTIONS", 3)
    with ExitStack() as stack:
        for client in ("x", "x", "y"):
            stack.enter_context(hub.subscribe("a", client))
        with pytest.raises(RateLimitedError):
            stack.enter_context(hub.subscribe("b", "x"))
        with pytest.raises(UnavailableError):
            stack.enter_context(hub.subscribe("b", "z"))
        assert hub.count == 3
    assert hub.count == 0


async def test_closing_ends_every_wait(hub: Topics) -> None:
    with hub.subscribe("a", "x") as mine:
        await mine.wait(5)
        waiting = asyncio.create_task(mine.wait(60))
        await asyncio.sleep(0)
        hub.close()
        assert await asyncio.wait_for(waiting, 5)
        assert mine.closing
        assert await mine.wait(60)
    with pytest.raises(UnavailableError):
        hub.subscribe("a", "x").__enter__()
