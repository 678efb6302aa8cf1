"""Subscribers of one event are jobs that know nothing of each other."""

import pytest

from services.core.jobs import events
from services.core.jobs.events import Event, Subscription, emit
from services.core.jobs.outbox import Job
from services.worker import retries
from services.worker.actors import declare
from services.worker.broker import JobBroker
from services.worker.relay import Relay
from services.worker.retries import MAX_FAILURES
from services.worker.runtime import Runtime
from tests.fixtures.worker import eventually, working

HAPPENED = Event("test.happened", ("number",))
BREAKS, WORKS = Job("feed.update_taste", "default"), Job("test.works", "default")


async def test_a_subscriber_that_fails_holds_up_no_other(
    runtime: Runtime, broker: JobBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscriptions = (Subscription(HAPPENED, BREAKS), Subscription(HAPPENED, WORKS))
    monkeypatch.setattr(events, "_subscriptions", {HAPPENED.name: subscriptions})
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.005)
    tried: list[int] = []
    done: list[int] = []

    async def breaks(_: Runtime, number: int) -> None:
        tried.append(number)
        raise ValueError(number)

    async def works(_: Runtime, number: int) -> None:
        done.append(number)

    declare(broker, runtime, BREAKS, breaks)
    declare(broker, runtime, WORKS, works)
    async with runtime.database.write() as session:
        for number in range(3):
            await emit(session, HAPPENED, number=number)
    async with working(broker):
        await Relay(runtime, broker).drain()
        await eventually(lambda: sorted(done) == [0, 1, 2])
        await eventually(lambda: len(tried) == 3 * (1 + MAX_FAILURES) and sum(broker.depth("default").values()) == 0)
    assert sorted(done) == [0, 1, 2], "each once, however often the other is tried"
