"""Turns: which picture is drawn next, decided no sooner than a renderer has room for it.

dramatiq's threads hold messages and wait here; one of them at a time asks. There is room for as many jobs as the
renderers have slots, and for half as many again, so that no slot waits for its next job. What other workers and callers
have there is in what the renderers say of themselves (`/load`), asked anew after `SEEN_SECONDS`; what this process has
is counted here. Two workers that see the same room take one job too many, which waits at the renderer.

`RendererBusyError` says that the process stops. While no renderer answers there is no room, and the threads wait.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from prometheus_client import Histogram

from services.core.kit.database import Database
from services.core.renders import queue
from services.core.renders.client import RendererPool
from services.core.renders.errors import RendererBusyError
from services.core.renders.queue import Turn

SEEN_SECONDS = 0.2

WAIT = Histogram(
    "render_wait_seconds",
    "How long a render had waited when it was taken, by lane.",
    ["lane"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800),
)


class Turns:
    """`async with turns.next() as turn`: a claimed job, or None when none waits that is free.

    Who draws it notes in `turn.seconds` what that took.
    """

    def __init__(self, database: Database, renderers: RendererPool, *, lease: timedelta) -> None:
        self._database = database
        self._renderers = renderers
        self._lease = lease
        self._asking = asyncio.Lock()
        self._changed = asyncio.Event()
        self._stopping = False
        self._held = 0
        self._over: list[Turn] = []
        self._most = 0
        self._others = 0
        self._seen_at = float("-inf")

    @asynccontextmanager
    async def next(self) -> AsyncIterator[Turn | None]:
        """Wait for room and take the job that is next. Raises `RendererBusyError`."""
        turn = await self._take()
        if turn is None:
            yield None
            return
        try:
            yield turn
        finally:
            self._held -= 1
            self._over.append(turn)
            self._changed.set()

    def stop(self) -> None:
        """Let those who wait end with `RendererBusyError` at once."""
        self._stopping = True
        self._changed.set()

    async def _take(self) -> Turn | None:
        async with self._asking:
            await self._room()
            over, self._over = self._over, []
            async with self._database.write() as session:
                turn = await queue.take(session, over, lease=self._lease)
            if turn is not None:
                self._held += 1
                WAIT.labels(turn.flow.lane).observe(turn.waited)
            return turn

    async def _room(self) -> None:
        """Return when there is room."""
        while True:
            if self._stopping:
                raise RendererBusyError
            self._changed.clear()
            if time.monotonic() - self._seen_at > SEEN_SECONDS:
                await self._look()
            if self._held + self._others < self._most:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), SEEN_SECONDS)

    async def _look(self) -> None:
        held = self._held
        load = await self._renderers.load()
        self._others = max(0, load.busy + load.waiting - held)
        self._most = load.slots + (load.slots + 1) // 2
        self._seen_at = time.monotonic()
