"""The watcher: one task that looks at every step under way each 50 ms and kills what is over its limits.

A step is one call into a browser. Over its time, or with a GPU process over its memory, the GPU process is killed
with SIGKILL, since nothing else stops a running shader; the step's reply, whatever it is, must then be ignored. The
watcher's `beat` is the liveness of the whole service.
"""

import asyncio
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from services.renderer import metrics, processes

_REAP_EVERY_SECONDS = 1.0


class Watched(Protocol):
    """What the watcher needs of a browser."""

    def gpu_memory(self) -> int:
        """Resident bytes of the process that runs shaders."""

    def kill_gpu(self) -> None:
        """End it."""


@dataclass(eq=False)
class Watch:
    """A context manager around one step; `tripped` is `timeout` or `memory` once the watcher has killed."""

    browser: Watched
    deadline: float
    watches: "set[Watch]" = field(repr=False)
    tripped: str | None = None
    peak: int = 0

    def __enter__(self) -> Self:
        self.watches.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.watches.discard(self)

    def look(self, now: float, memory_bytes: int) -> None:
        """Kill the browser's GPU process if the step is over a limit."""
        if self.tripped is not None:
            return
        self.peak = max(self.peak, self.browser.gpu_memory())
        if self.peak > memory_bytes:
            self.tripped = "memory"
        elif now >= self.deadline:
            self.tripped = "timeout"
        else:
            return
        metrics.KILLS.labels(self.tripped).inc()
        self.browser.kill_gpu()


class Watcher:
    """Started once per process."""

    def __init__(self, interval_seconds: float, memory_bytes: int) -> None:
        """Look every `interval_seconds`; allow a GPU process `memory_bytes`."""
        self._interval = interval_seconds
        self._memory_bytes = memory_bytes
        self._watches: set[Watch] = set()
        self.beat = time.monotonic()

    def watch(self, browser: Watched, seconds: float) -> Watch:
        """A watch over a step that begins now."""
        return Watch(browser, time.monotonic() + seconds, self._watches)

    @property
    def age(self) -> float:
        """Seconds since the last look."""
        return time.monotonic() - self.beat

    async def run(self) -> None:
        """Watch until cancelled."""
        reaped = 0.0
        while True:
            self.beat = now = time.monotonic()
            for watch in tuple(self._watches):
                watch.look(now, self._memory_bytes)
            if now - reaped >= _REAP_EVERY_SECONDS:
                processes.reap()
                reaped = now
            await asyncio.sleep(self._interval)
