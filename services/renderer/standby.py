"""The standby: one more browser, warm, which answers validations until a slot needs it as a replacement.

Why it answers `/compile`: a validation takes 2 to 5 ms and must not wait behind a render of seconds. In a browser
that draws it would wait, whichever page it is in, because a busy GPU process serves nobody else; so it needs a
browser that never draws, and the spare is one. Why a hostile shader does not block the others for long: after
`compile_patience` (0.4 s) its GPU process is killed, the shader goes to the slots' queue, where it has the full 3
s, and the standby is back 0.3 s later. Who asks while it is being replaced is sent to the head of that queue.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import Awaitable, Callable

import structlog

from services.renderer import metrics
from services.renderer.errors import MemoryLimitError, QueueFullError, RendererSlowError, TimeLimitError
from services.renderer.limits import Limit
from services.renderer.settings import RendererSettings
from services.renderer.slot import LostError, Slot
from services.renderer.wire import COMPILE, CompileReply, SourceCommand

_log = structlog.get_logger("renderer.standby")
_MOST_COMPILES = 20_000
# How often a validation queues for the standby when hostile ones before it keep bringing it down.
_MOST_TURNS = 3
_MEAN_WEIGHT = 0.1

Start = Callable[[], Awaitable[Slot]]


class Standby:
    """Keeps one slot ready. `start()` makes one and tries until it succeeds."""

    def __init__(self, start: Start, settings: RendererSettings) -> None:
        """Nothing is started before `refill`."""
        self._start = start
        self._settings = settings
        self._slot: Slot | None = None
        self._lock = asyncio.Lock()
        self._recovered = asyncio.Event()
        self._recovered.set()
        self._refilling: asyncio.Task[None] | None = None
        self._closed = False
        self._waiting = 0
        self._mean_seconds = 0.0

    @property
    def ready(self) -> bool:
        """Whether there is a browser that works, as far as is known."""
        return self._slot is not None and self._slot.usable and not self._slot.shaken

    async def compile(self, command: SourceCommand, patience: float = float("inf")) -> CompileReply | None:
        """The page's reply; None when the standby cannot tell, and a slot must be asked.

        Raises `QueueFullError` when those that wait already take longer than `patience`.
        """
        wait = self._waiting * self._mean_seconds
        if wait > patience:
            raise QueueFullError(math.ceil(wait))
        self._waiting += 1
        try:
            return await self._in_turn(command)
        finally:
            self._waiting -= 1

    async def _in_turn(self, command: SourceCommand) -> CompileReply | None:
        for _ in range(_MOST_TURNS):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.context_seconds):
                    await self._recovered.wait()
            async with self._lock:
                if self._slot is not None and self.ready:
                    return await self._compile(self._slot, command)
                if self._recovered.is_set():
                    return None
        return None

    async def take(self) -> Slot:
        """The slot, which is the caller's from now on, as soon as there is one; another one is started."""
        while True:
            async with self._lock:
                slot, self._slot = self._slot, None
            self.refill()
            if slot is not None and slot.usable and not slot.shaken:
                # Its validations are no wear of a kind that matters for drawing.
                slot.jobs = 0
                return slot
            if slot is not None:
                await slot.close()
            if self._refilling is not None:
                await asyncio.wait({self._refilling})

    def refill(self) -> None:
        """Have a slot started, unless there is one or it is being started."""
        if self._closed or self._slot is not None or (self._refilling and not self._refilling.done()):
            return
        self._refilling = asyncio.create_task(self._fill())

    async def tend(self) -> None:
        """Replace a browser that is worn out; call it now and then."""
        slot = self._slot
        if slot is None:
            self.refill()
            return
        await slot.weigh()
        if slot.wear() not in (None, "jobs") or slot.jobs >= _MOST_COMPILES:
            async with self._lock:
                if self._slot is slot:
                    self._slot = None
            await slot.close()
            self.refill()

    async def close(self) -> None:
        """End the browser and start no other."""
        self._closed = True
        if self._refilling is not None:
            self._refilling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._refilling
        slot, self._slot = self._slot, None
        if slot is not None:
            await slot.close()

    async def _compile(self, slot: Slot, command: SourceCommand) -> CompileReply | None:
        slot.jobs += 1
        started = time.monotonic()
        try:
            seconds = self._settings.compile_patience_seconds
            return await slot.step(COMPILE, command, Limit("compile", seconds, 3 * seconds, slot.cores(1)))
        except (TimeLimitError, MemoryLimitError, RendererSlowError, LostError):
            self._repair(slot)
            return None
        finally:
            self._mean_seconds += _MEAN_WEIGHT * (time.monotonic() - started - self._mean_seconds)

    async def _fill(self) -> None:
        self._slot = await self._start()

    def _repair(self, slot: Slot) -> None:
        self._slot = None
        self._recovered.clear()
        self._refilling = asyncio.create_task(self._recover(slot))

    async def _recover(self, slot: Slot) -> None:
        if slot.wear() is None and await slot.recover():
            self._slot = slot
            self._recovered.set()
            return
        self._recovered.set()
        metrics.LOST.labels("standby").inc()
        await slot.close()
        await self._fill()
