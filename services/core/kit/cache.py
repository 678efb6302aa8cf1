"""A TTL cache with single flight: a crowd that asks for one value costs one query.

`await cache.get(key, make)` gives what `make()` gave at most `seconds` ago, or gives now. While it is being made, all
who ask for it wait for that one. Errors go to all who wait and are not kept. Each process has its own cache.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class TtlCache(Generic[T]):
    """At most `size` values, the least recently made dropped first. With 0 `seconds` nothing is kept."""

    def __init__(self, *, seconds: float, size: int = 256) -> None:
        self._seconds = seconds
        self._size = size
        self._entries: OrderedDict[Hashable, tuple[float, asyncio.Task[T]]] = OrderedDict()

    async def get(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """The value of `key`."""
        if self._seconds <= 0:
            return await make()
        until, task = self._entries.get(key, (0.0, None))
        if task is None or time.monotonic() >= until:
            task = self._start(key, make)
        if task.done():
            return task.result()
        # Whoever goes away while it is made must not take it from the others.
        return await asyncio.shield(task)

    def peek(self, key: Hashable) -> T | None:
        """The value of `key` where it is at hand."""
        until, task = self._entries.get(key, (0.0, None))
        if task is None or time.monotonic() >= until or not task.done() or task.cancelled() or task.exception():
            return None
        return task.result()

    def forget(self, key: Hashable) -> None:
        """Make the value of `key` anew next time."""
        self._entries.pop(key, None)

    def _start(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> "asyncio.Task[T]":
        async def run() -> T:
            return await make()

        task = asyncio.create_task(run())
        self._entries[key] = (time.monotonic() + self._seconds, task)
        self._entries.move_to_end(key)
        task.add_done_callback(lambda done: self._settle(key, done))
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)
        return task

    def _settle(self, key: Hashable, task: "asyncio.Task[T]") -> None:
        if (task.cancelled() or task.exception() is not None) and self._entries.get(key, (0.0, None))[1] is task:
            del self._entries[key]
