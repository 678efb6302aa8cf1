"""Loops: a task for each resource, a listing that is tried until it comes, and an end that waits for ticks."""

import asyncio

import pytest

from operators.renderer.health import Heartbeats
from operators.renderer.loops import Loops
from operators.renderer.tick import Ticker
from tests.fixtures.operator import TARGET, autoscaler, until
from tests.fixtures.operator_site import RESOURCES, Site


class TestLoops:
    async def test_a_task_for_each_resource_and_none_for_a_deleted_one(self, ticked: Site) -> None:
        ticked.declare(replicas=0, pollSeconds=1)
        ticked.reader.depth = 2
        loops = Loops(ticked.parts, Heartbeats(round_seconds=20), relist_seconds=300)
        task = asyncio.create_task(loops.run())
        await until(lambda: ticked.replicas == 2)
        del ticked.api.objects[f"{RESOURCES}/{TARGET}"]
        ticked.parts.cache.apply("DELETED", autoscaler())
        await until(lambda: not loops._tasks)
        await loops.stop()
        await asyncio.wait_for(task, 2)

    async def test_the_listing_is_tried_until_it_comes(self, ticked: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("operators.renderer.loops.RETRY_SECONDS", 0.05)
        ticked.api.fail = lambda *_: 500
        loops = Loops(ticked.parts, Heartbeats(round_seconds=20), relist_seconds=300)
        task = asyncio.create_task(loops.run())
        await asyncio.sleep(0.2)
        assert not ticked.parts.cache.synced
        ticked.api.fail = lambda *_: None
        await until(lambda: ticked.parts.cache.synced)
        await loops.stop()
        await asyncio.wait_for(task, 2)

    async def test_what_nobody_foresaw_does_not_end_the_task(
        self, ticked: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ticked.declare(replicas=0, pollSeconds=1)
        failed: list[bool] = []

        async def broken(_: Ticker) -> None:
            failed.append(True)
            raise RuntimeError("a bug")

        monkeypatch.setattr(Ticker, "tick", broken)
        monkeypatch.setattr("operators.renderer.tick.DEFAULT_POLL_SECONDS", 0)
        loops = Loops(ticked.parts, Heartbeats(round_seconds=20), relist_seconds=300)
        ticked.api.fail = lambda *_: 500
        task = asyncio.create_task(loops.run())
        await until(lambda: len(failed) > 2)
        await loops.stop()
        await asyncio.wait_for(task, 2)
