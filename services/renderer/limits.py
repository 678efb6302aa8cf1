"""The watcher: one task that looks at every step under way each 50 ms and kills what is over its limits.

A step is one call into a browser. Over its time, or with a GPU process over its memory, the GPU process is killed
with SIGKILL, since nothing else stops a running shader; the step's reply, whatever it is, must then be ignored. The
watcher's `beat` is the liveness of the whole service.

What a shader costs is the processor time of the GPU process, which compiles and runs it. On a busy machine that is less
than the time that passes, and then a step may go on: a limit is final only for what had its share of the processors.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from services.renderer import metrics, processes

_REAP_EVERY_SECONDS = 1.0
# The page is given no less than this, so that it does not ask all the time.
_LEAST_SECONDS = 0.1
# What may be given up for others asks so often whether it is.
YIELD_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Limit:
    """A shader is over the limit after `seconds` in which it got as much of each of `cores` processors.

    Where it got less it may go on, until `most_seconds` have passed: then the slot is wanted back and nothing is known.
    With no cores, as on a GPU, only the clock counts. The page looks at its own deadline; `grace` is its time to do so.
    """

    stage: str
    seconds: float
    most_seconds: float
    cores: int
    grace: float = 0.0
    given_up: Callable[[], bool] | None = None

    @property
    def page_seconds(self) -> float:
        """After how long the page asks whether to go on. A GPU is not asked: what it draws is soon done."""
        return min(YIELD_SECONDS, self.seconds) if self.given_up and self.cores else self.seconds

    @property
    def processor_seconds(self) -> float:
        """What the step must have got to be over the limit; somewhat less counts, since nobody gets all of them."""
        return 0.9 * self.seconds * self.cores


class Watched(Protocol):
    """What the watcher needs of a browser."""

    def gpu_seconds(self) -> float:
        """Processor time of the process that runs shaders."""

    def gpu_memory(self) -> int:
        """Resident bytes of the process that runs shaders."""

    def kill_gpu(self) -> None:
        """End it."""


@dataclass(eq=False)
class Watch:
    """A context manager around one step; `tripped` is `timeout`, `slow` or `memory` once the watcher has killed.

    `killed` is set then: whoever waits for the step need not wait until the page has noticed.
    """

    browser: Watched
    limit: Limit
    watches: "set[Watch]" = field(repr=False)
    tripped: str | None = None
    peak: int = 0
    started: float = field(default_factory=time.monotonic)
    used_before: float = 0.0
    used: float = 0.0
    used_by_parts: float = 0.0
    killed: asyncio.Event = field(default_factory=asyncio.Event)

    def __enter__(self) -> Self:
        self.used_before = self.browser.gpu_seconds()
        self.watches.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.measure()
        self.watches.discard(self)

    @property
    def elapsed(self) -> float:
        """Seconds since the step began."""
        return time.monotonic() - self.started

    @property
    def starved(self) -> bool:
        """Whether the step had less of the processors than its limit is."""
        return self.used < self.limit.processor_seconds

    def measure(self) -> None:
        """Read the processor time that the step has used; a process that is gone has used what was read before."""
        self.used = max(self.used, self.browser.gpu_seconds() - self.used_before)

    def go_on(self, limit: Limit) -> None:
        """The step has come to its next part, which has a limit of its own; a killed page says so too, and has not."""
        if self.tripped is not None:
            return
        self.measure()
        self.used_by_parts += self.used
        self.used_before += self.used
        self.limit, self.started, self.used = limit, time.monotonic(), 0.0

    def cost(self) -> float:
        """Seconds that the step counts against its limit: those that passed, or fewer where others had processors."""
        self.measure()
        return min(self.elapsed, self.used / self.limit.cores) if self.limit.cores else self.elapsed

    def more(self) -> float:
        """Seconds for which the page may go on, now that its time is over."""
        self.measure()
        given_up = self.limit.given_up
        if not self.starved or (given_up and given_up()):
            return 0.0
        missing = (self.limit.processor_seconds - self.used) / self.limit.cores
        seconds = max(0.0, min(max(missing, _LEAST_SECONDS), self.limit.most_seconds - self.elapsed))
        return min(seconds, YIELD_SECONDS) if given_up else seconds

    def look(self, memory_bytes: int) -> None:
        """Kill the browser's GPU process if the step is over a limit."""
        if self.tripped is not None:
            return
        self.peak = max(self.peak, self.browser.gpu_memory())
        if self.peak > memory_bytes:
            self.tripped = "memory"
        elif not self._over_time():
            return
        self.measure()
        metrics.KILLS.labels(self.tripped).inc()
        self.browser.kill_gpu()
        self.killed.set()

    def _over_time(self) -> bool:
        limit, elapsed = self.limit, self.elapsed
        if elapsed < limit.grace + min(limit.seconds, limit.most_seconds):
            return False
        self.measure()
        if elapsed >= limit.grace + limit.most_seconds:
            self.tripped = "slow" if self.starved else "timeout"
        elif self.used >= limit.processor_seconds + limit.grace * limit.cores:
            self.tripped = "timeout"
        return self.tripped is not None


class Watcher:
    """Started once per process."""

    def __init__(self, interval_seconds: float, memory_bytes: int) -> None:
        """Look every `interval_seconds`; allow a GPU process `memory_bytes`."""
        self._interval = interval_seconds
        self._memory_bytes = memory_bytes
        self._watches: set[Watch] = set()
        self._began = asyncio.Event()
        self.beat = time.monotonic()

    def watch(self, browser: Watched, limit: Limit) -> Watch:
        """A watch over a step that begins now."""
        self._began.set()
        return Watch(browser, limit, self._watches)

    @property
    def age(self) -> float:
        """Seconds since the last look."""
        return time.monotonic() - self.beat

    async def run(self) -> None:
        """Watch until cancelled. While there is nothing to look at, the next step wakes it."""
        reaped = 0.0
        while True:
            self.beat = now = time.monotonic()
            for watch in tuple(self._watches):
                watch.look(self._memory_bytes)
            if now - reaped >= _REAP_EVERY_SECONDS:
                processes.reap()
                reaped = now
            if self._watches:
                await asyncio.sleep(self._interval)
            else:
                await self._next_step()

    async def _next_step(self) -> None:
        self._began.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_REAP_EVERY_SECONDS):
                await self._began.wait()
