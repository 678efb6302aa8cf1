"""What is the same for everybody, kept for a moment, so that a crowd asking for it costs one query.

`await cache.get(key, make)` gives what `make()` gave at most `seconds` ago, or gives now. While it is being made, all
who ask for it wait for that one. A list may therefore show a work for `seconds` after it was hidden or deleted. Errors
go to all who wait and are not kept. Each process has its own cache.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class BriefCache(Generic[Value]):
    """At most `size` values, the least recently made dropped first. With 0 `seconds` nothing is kept."""

    def __init__(self, *, seconds: float, size: int = 256) -> None:
        self._seconds = seconds
        self._size = size
        self._kept: OrderedDict[Hashable, tuple[float, asyncio.Task[Value]]] = OrderedDict()

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Value]]) -> Value:
        """The value of `key`."""
        if self._seconds <= 0:
            return await make()
        until, task = self._kept.get(key, (0.0, None))
        if task is None or time.monotonic() >= until:
            task = self._begin(key, make)
        if task.done():
            return task.result()
        # Whoever goes away while it is made must not take it from the others.
        return await asyncio.shield(task)

    def peek(self, key: Hashable) -> Value | None:
        """The value of `key` where it is at hand."""
        until, task = self._kept.get(key, (0.0, None))
        if task is None or time.monotonic() >= until or not task.done() or task.cancelled() or task.exception():
            return None
        return task.result()

    def _begin(self, key: Hashable, make: Callable[[], Awaitable[Value]]) -> "asyncio.Task[Value]":
        async def run() -> Value:
            return await make()

        task = asyncio.create_task(run())
        self._kept[key] = (time.monotonic() + self._seconds, task)
        self._kept.move_to_end(key)
        task.add_done_callback(lambda done: self._settle(key, done))
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return task

    def _settle(self, key: Hashable, task: "asyncio.Task[Value]") -> None:
        if (task.cancelled() or task.exception() is not None) and self._kept.get(key, (0.0, None))[1] is task:
            del self._kept[key]
