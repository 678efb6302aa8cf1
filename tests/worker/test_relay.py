"""The relay: every committed job becomes a message, whatever is killed."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from dramatiq.message import Message
from sqlalchemy import func, select

from services.core.feed.jobs import UPDATE_TASTE
from services.core.jobs.models import OutboxMessage
from services.core.jobs.outbox import enqueue
from services.core.kit.database import Database
from services.worker import relay as module
from services.worker.actors import declare
from services.worker.broker import JobBroker
from services.worker.relay import Relay
from services.worker.runtime import Runtime
from services.worker.settings import WorkerSettings
from tests.fixtures.forks import ForkedProcess
from tests.fixtures.processes import environment
from tests.fixtures.worker import eventually, working


async def put(database: Database, count: int, *, delay: float = 0) -> list[UUID]:
    async with database.write() as session:
        pause = timedelta(seconds=delay)
        return [await enqueue(session, UPDATE_TASTE, delay=pause, number=number) for number in range(count)]


async def waiting(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(OutboxMessage)) or 0


def messages(broker: JobBroker) -> list[Message[Any]]:
    """What lies in Redis, in the order of the queue."""
    ids = broker.client.lrange("dramatiq:default", 0, -1)
    return [Message.decode(cast("bytes", broker.client.hget("dramatiq:default.msgs", each))) for each in ids]


async def test_rows_become_messages_in_their_order(runtime: Runtime, broker: JobBroker) -> None:
    ids = await put(runtime.database, 5)
    assert await Relay(runtime, broker).drain() == 5
    sent = messages(broker)
    assert [(UUID(each.message_id), each.kwargs) for each in sent] == [(ids[n], {"number": n}) for n in range(5)]
    assert (sent[0].actor_name, sent[0].queue_name) == (UPDATE_TASTE.name, UPDATE_TASTE.queue)
    assert await waiting(runtime.database) == 0


async def test_a_row_waits_for_its_time(runtime: Runtime, broker: JobBroker) -> None:
    await put(runtime.database, 1, delay=0.5)
    task = asyncio.create_task(Relay(runtime, broker).run())
    await asyncio.sleep(0.4)
    assert messages(broker) == []
    await eventually(lambda: len(messages(broker)) == 1, within=3)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_several_relays_share_the_work(
    runtime: Runtime, broker: JobBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    ids = await put(runtime.database, 200)

    async def one() -> None:
        relay = Relay(runtime, broker)
        while await relay.drain():
            pass

    await asyncio.gather(*(one() for _ in range(4)))
    assert Counter(UUID(each.message_id) for each in messages(broker)) == Counter(ids)


async def test_a_notice_wakes_the_relay(runtime: Runtime, broker: JobBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 60.0)
    task = asyncio.create_task(Relay(runtime, broker).run())
    await put(runtime.database, 1)
    await eventually(lambda: len(messages(broker)) == 1, within=5)
    await asyncio.sleep(0.2)
    for number in range(2, 5):
        await put(runtime.database, 1)
        await eventually(lambda: len(messages(broker)) == number, within=5)  # noqa: B023 -- awaited here
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.slow
async def test_killed_relays_lose_nothing(
    runtime: Runtime, broker: JobBroker, worker_settings: WorkerSettings, tmp_path: Path
) -> None:
    """Relays killed with -9 in mid-batch, again and again: exactly the committed jobs are processed."""
    rows, done = 1_000, Counter[int]()

    async def act(_: Runtime, number: int) -> None:
        done[number] += 1

    declare(broker, runtime, UPDATE_TASTE, act)
    await put(runtime.database, rows)
    environs = environment(worker_settings)
    relays = [
        ForkedProcess(f"relay-{n}", ["-m", "tests.worker.relay_process", "12", str(n)], environs, tmp_path)
        for n in (1, 2)
    ]
    async with working(broker):
        for relay in relays:
            relay.start()
        await eventually(lambda: not any(relay.running for relay in relays), within=120)
        while await Relay(runtime, broker).drain():
            pass
        await eventually(lambda: len(done) == rows)
        await eventually(lambda: sum(broker.depth("default").values()) == 0)
    kills = sum(int(relay.text().rpartition("killed ")[2]) for relay in relays)
    print(f"{kills} kills, {sum(done.values()) - rows} messages came twice")
    assert kills > 15
    assert set(done) == set(range(rows))
    assert sum(done.values()) > rows, "no relay died between Redis and the commit, so nothing was tested"
