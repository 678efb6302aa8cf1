"""The actors of desires with this installation's embedder: grouping, waiting for another embedder, counting anew."""

import dataclasses

import pytest
from sqlalchemy import update

from services.core.accounts.models import User
from services.core.desires.models import Membership
from services.core.kit.tables import utc_now
from services.worker.actors.desires import periodic, process, recount_clusters, recount_user, reembed
from services.worker.broker import JobBroker
from services.worker.retries import TryLaterError
from services.worker.runtime import Runtime
from services.worker.scheduler import run_once
from tests.core.desires.boards import FIRE, RAIN, cluster_of, held, post, some_user
from tests.core.desires.words import matcher


async def test_near_copies_are_grouped_and_others_are_not(runtime: Runtime) -> None:
    texts = (RAIN, f"Hi, please make {RAIN}!!", f"red {RAIN}", FIRE)
    user = await some_user(runtime.database)
    ids = [await post(runtime.database, user, each, matcher=runtime.matcher) for each in texts]
    for each in ids:
        await process(runtime, desire_id=each)
    rows: list[Membership] = [await held(runtime.database, each) for each in ids]
    assert [row.cluster_id == rows[0].cluster_id for row in rows] == [True, True, False, False]
    assert rows[1].embedder_id == runtime.matcher.embedder.id


async def test_a_job_waits_while_all_are_embedded_anew(runtime: Runtime, broker: JobBroker) -> None:
    user = await some_user(runtime.database)
    first, late = [await post(runtime.database, user, RAIN, matcher=runtime.matcher) for _ in range(2)]
    await process(runtime, desire_id=first)
    other = dataclasses.replace(runtime, matcher=matcher("words-2"))
    with pytest.raises(TryLaterError):
        await process(other, desire_id=late)
    for task in periodic(other, broker):
        assert await run_once(runtime.database, task)
    await reembed(other)
    await process(other, desire_id=late)
    assert (await held(runtime.database, late)).cluster_id == (await held(runtime.database, first)).cluster_id


async def test_counts_follow_a_suspension(runtime: Runtime) -> None:
    user = await some_user(runtime.database)
    desire = await post(runtime.database, user, RAIN, matcher=runtime.matcher)
    await process(runtime, desire_id=desire)
    async with runtime.database.write() as session:
        await session.execute(update(User).values(suspended_at=utc_now()))
    await recount_user(runtime, user_id=str(user.id))
    cluster = await cluster_of(runtime.database, desire)
    assert cluster.people == 0
    async with runtime.database.write() as session:
        await session.execute(update(User).values(suspended_at=None))
    await recount_clusters(runtime, cluster_ids=[cluster.id])
    assert (await cluster_of(runtime.database, desire)).people == 1
