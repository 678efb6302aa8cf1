"""The loops: one task for each RendererAutoscaler, one that starts and ends them, one that lists them all anew.

Interface: `Loops.run()` until cancelled, or `Loops.stop()`, which lets a tick that is under way finish. What fails in a
way nobody foresaw is logged and tried again at the next turn; a tick that takes too long is cut off.
"""

import asyncio
from collections.abc import Awaitable

import httpx2
import structlog

from operators.renderer.health import Heartbeats
from operators.renderer.tick import Parts, Ticker

TICK_SECONDS = 20.0
CHECK_SECONDS = 5.0
GRACE_SECONDS = 5.0
RETRY_SECONDS = 5.0


class Loops:
    """Everything that turns, except the election and the watch."""

    def __init__(self, parts: Parts, heartbeats: Heartbeats, *, relist_seconds: float) -> None:
        self.parts = parts
        self.heartbeats = heartbeats
        self.relist_seconds = relist_seconds
        self._tasks: dict[str, tuple[Ticker, asyncio.Task[None]]] = {}
        self._ending = asyncio.Event()
        self._log = structlog.get_logger("loop")

    async def run(self) -> None:
        """Keep a task for each resource that is known."""
        relisting = asyncio.create_task(self._relist(), name="relist")
        try:
            while not self._ending.is_set():
                self.parts.cache.changed.clear()
                self._match_tasks()
                self.heartbeats.beat("loops", poll_seconds=CHECK_SECONDS)
                await _wait_for_any(self.parts.cache.changed.wait(), self._ending.wait(), seconds=CHECK_SECONDS)
        finally:
            relisting.cancel()
            await asyncio.gather(relisting, return_exceptions=True)
            await self._end(list(self._tasks))

    async def stop(self) -> None:
        """No tick begins any more."""
        self._ending.set()

    def _match_tasks(self) -> None:
        known = self.parts.cache.all()
        for uid in [uid for uid in self._tasks if uid not in known]:
            # The resource is gone: its replicas stay as they are.
            ticker, task = self._tasks.pop(uid)
            task.cancel()
            ticker.forget()
            self.heartbeats.forget(uid)
        for uid, body in known.items():
            if uid not in self._tasks:
                ticker = Ticker(self.parts, uid, str(body["metadata"]["name"]))
                self._tasks[uid] = (ticker, asyncio.create_task(self._run(ticker), name=f"tick {ticker.name}"))

    async def _run(self, ticker: Ticker) -> None:
        while not self._ending.is_set():
            self.heartbeats.beat(ticker.uid, poll_seconds=ticker.poll_seconds)
            try:
                async with asyncio.timeout(TICK_SECONDS):
                    await ticker.tick()
            except Exception:
                self._log.exception("tick failed", autoscaler=ticker.name)
            self.heartbeats.beat(ticker.uid, poll_seconds=ticker.poll_seconds)
            await _wait_for_any(self._ending.wait(), seconds=ticker.poll_seconds)

    async def _relist(self) -> None:
        while True:
            self.parts.cache.begin_list()
            try:
                async with asyncio.timeout(TICK_SECONDS):
                    self.parts.cache.replace(await self.parts.cluster.autoscalers())
            except (httpx2.HTTPError, TimeoutError) as error:
                self._log.warning("listing failed", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:
                self._log.exception("listing failed")
                await asyncio.sleep(RETRY_SECONDS)
            else:
                await asyncio.sleep(self.relist_seconds)

    async def _end(self, uids: list[str]) -> None:
        tasks = [self._tasks.pop(uid)[1] for uid in uids]
        if not tasks:
            return
        _, slow = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
        for task in slow:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _wait_for_any(*waits: Awaitable[object], seconds: float) -> None:
    """Until one of them is done, or the time is up."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
