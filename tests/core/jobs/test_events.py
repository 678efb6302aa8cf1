"""Events become jobs of their subscribers, in the transaction in which they happened."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.core.jobs import events
from services.core.jobs.events import Event, Subscription, emit
from services.core.jobs.models import OutboxMessage
from services.core.jobs.outbox import Job
from services.core.kit.database import Database, ReadSession, WriteSession

GROWN = Event("tree.grown", ("tree_id", "by"))
MEASURE, PRUNE = Job("tree.measure", "default"), Job("tree.prune", "render")


@pytest.fixture
def subscribed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`subscribed(*subscriptions)` puts these in place of the installation's until the test ends."""
    monkeypatch.setattr(events, "_subscriptions", None)
    return lambda *subscriptions: events.subscribe(subscriptions)


async def jobs(session: ReadSession) -> list[tuple[str, str, dict[str, Any]]]:
    rows = (await session.scalars(select(OutboxMessage).order_by(col(OutboxMessage.id)))).all()
    return [(row.actor, row.queue, row.payload) for row in rows]


async def test_each_subscriber_has_a_job_of_its_own(session: WriteSession, subscribed: Any) -> None:
    subscribed(Subscription(GROWN, MEASURE), Subscription(GROWN, PRUNE, members=("tree_id",)))
    await emit(session, GROWN, tree_id="oak", by=3)
    assert await jobs(session) == [
        ("tree.measure", "default", {"tree_id": "oak", "by": 3}),
        ("tree.prune", "render", {"tree_id": "oak"}),
    ]


async def test_an_event_without_subscribers_is_no_job(session: WriteSession, subscribed: Any) -> None:
    subscribed(Subscription(Event("tree.felled", ()), PRUNE))
    await emit(session, GROWN, tree_id="oak", by=3)
    assert await jobs(session) == []


async def test_with_debounce_one_job_serves_events_of_the_same_members(session: WriteSession, subscribed: Any) -> None:
    subscribed(Subscription(GROWN, PRUNE, members=("tree_id",), debounce=timedelta(minutes=1)))
    for tree_id, by in (("oak", 1), ("oak", 2), ("elm", 1)):
        await emit(session, GROWN, tree_id=tree_id, by=by)
    assert [payload for _, _, payload in await jobs(session)] == [{"tree_id": "oak"}, {"tree_id": "elm"}]


@pytest.mark.parametrize("payload", [{}, {"tree_id": "oak"}, {"tree_id": "oak", "by": 1, "height": 2}])
async def test_the_payload_has_exactly_the_events_members(
    session: WriteSession, subscribed: Any, payload: dict[str, Any]
) -> None:
    subscribed()
    with pytest.raises(TypeError, match=r"tree\.grown has the members tree_id, by"):
        await emit(session, GROWN, **payload)


async def test_what_is_rolled_back_did_not_happen(database: Database, subscribed: Any) -> None:
    subscribed(Subscription(GROWN, PRUNE))
    async with database.write() as session:
        await emit(session, GROWN, tree_id="oak", by=3)
        await session.rollback()
    async with database.read() as reading:
        assert await jobs(reading) == []


def test_no_event_is_lost_in_a_process_that_has_not_stated_its_domains() -> None:
    script = """
import asyncio
from services.core.accounts.events import DELETED
from services.core.jobs.events import emit
asyncio.run(emit(None, DELETED, user_id="u"))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "RuntimeError: services.core.domains has to be imported" in done.stderr
