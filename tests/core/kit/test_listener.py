"""A LISTEN that survives lost connections."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from services.core.kit.database import Database
from services.core.kit.listener import listen


class Heard:
    """What `listen` has told."""

    def __init__(self) -> None:
        self.notices: asyncio.Queue[str] = asyncio.Queue()
        self.connects: asyncio.Queue[None] = asyncio.Queue()


@pytest.fixture
async def heard(database: Database) -> AsyncIterator[Heard]:
    told = Heard()
    task = asyncio.create_task(
        listen(database, "test_channel", told.notices.put_nowait, lambda: told.connects.put_nowait(None))
    )
    await asyncio.wait_for(told.connects.get(), 5)
    yield told
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _notify(database: Database, payload: str) -> None:
    async with database.write() as session:
        await session.execute(text("SELECT pg_notify('test_channel', :payload)"), {"payload": payload})


async def test_notices_arrive(database: Database, heard: Heard) -> None:
    await _notify(database, "one")
    assert await asyncio.wait_for(heard.notices.get(), 5) == "one"


async def test_a_cut_connection_is_made_again(database: Database, heard: Heard) -> None:
    for round_ in range(2):
        async with database.write() as session:
            cut = await session.scalar(
                text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
            )
        assert cut == 1
        await asyncio.wait_for(heard.connects.get(), 10)
        await _notify(database, f"round {round_}")
        assert await asyncio.wait_for(heard.notices.get(), 5) == f"round {round_}"


async def test_its_connection_does_not_go_back_to_the_pool(database: Database) -> None:
    connected = asyncio.Event()
    task = asyncio.create_task(listen(database, "test_channel", lambda _: None, connected.set))
    await asyncio.wait_for(connected.wait(), 5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with database.read() as session:
        listening = await session.scalars(text("SELECT pg_listening_channels()"))
        assert listening.all() == []
