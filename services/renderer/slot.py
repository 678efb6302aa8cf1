"""A slot: one browser that does one thing at a time, under watch, and comes back after a kill.

`step` runs one verb of the page. It raises `TimeLimitError` or `MemoryLimitError` when the watcher had to kill
the GPU process, and `LostError` when the reply cannot be believed: the GPU process or the browser died by itself.
After any of these the slot is `shaken`: call `recover` before the next step. A slot whose browser cannot be brought
back is `broken` and must be replaced.
"""

import asyncio
import itertools
import time

import structlog
from pydantic import ValidationError

from services.renderer import metrics
from services.renderer.browser import Browser, BrowserLostError, Launcher
from services.renderer.errors import MemoryLimitError, TimeLimitError
from services.renderer.limits import Watcher
from services.renderer.page_server import Pixels
from services.renderer.wire import PROBE, Command, DrawCommand, Nothing, ReplyT, Verb

_log = structlog.get_logger("renderer.slot")
_PSS_EVERY_SECONDS = 15.0
_DELIVERY_SECONDS = 3.0
# How long the word of an end may come after the end itself.
_EXIT_SECONDS = 1.0
_numbers = itertools.count(1)
_deliveries = itertools.count(1)


class LostError(Exception):
    """The GPU process or the browser died in this step, and not by our hand."""


class CrashError(LostError):
    """The GPU process died by a fault of its own, such as a division that the processor refuses."""


class Slot:
    """A browser with its wear: jobs done, kills survived, age and memory."""

    def __init__(self, browser: Browser, launcher: Launcher, watcher: Watcher) -> None:
        """Wrap a browser that is up."""
        self.browser = browser
        self.number = next(_numbers)
        self.renderer = ""
        self.jobs = 0
        self.kills = 0
        self.shaken = False
        self.broken = False
        self.pss_bytes = 0
        self._launcher = launcher
        self._settings = launcher.settings
        self._watcher = watcher
        self._weighed = time.monotonic()

    @property
    def launcher(self) -> Launcher:
        """What the browser was started with."""
        return self._launcher

    @property
    def backend(self) -> str:
        """The configured backend, which the self-test has compared with `renderer`."""
        return self._launcher.backend.value

    @property
    def usable(self) -> bool:
        """Whether a step may be tried."""
        return not self.broken and self.browser.alive

    async def step(self, verb: Verb[ReplyT], command: Command, seconds: float, stage: str) -> ReplyT:
        """The page's reply, believed; `stage` names the limit that `seconds` is."""
        context_seconds = self._settings.context_seconds
        exits = len(self.browser.gpu_exits)
        with self._watcher.watch(self.browser, seconds) as watch:
            try:
                reply = await self._ask(verb, command, seconds + context_seconds)
            except (TimeoutError, BrowserLostError) as error:
                self.broken = True
                failure: Exception | None = LostError(str(error))
            except (RuntimeError, ValidationError) as error:
                failure = LostError(type(error).__name__)
            else:
                failure = None if reply.alive else LostError("the GPU process is gone")
        if watch.tripped is not None:
            self.kills += 1
            self.shaken = True
            raise MemoryLimitError if watch.tripped == "memory" else TimeLimitError(stage)
        if failure is not None:
            self.shaken = True
            metrics.LOST.labels("browser" if self.broken else "gpu").inc()
            if not self.broken and await self.browser.gpu_crashed(exits, _EXIT_SECONDS):
                raise CrashError(str(failure))
            raise failure
        return reply

    async def draw(
        self, verb: Verb[ReplyT], command: DrawCommand, seconds: float, stage: str
    ) -> tuple[ReplyT, asyncio.Future[Pixels]]:
        """As `step`, for a verb that sends pixels; they are in the future if the reply says that they were sent."""
        delivery = next(_deliveries) % 2**32
        pixels = self._launcher.server.expect(self.browser.token, delivery)
        try:
            reply = await self.step(verb, command.model_copy(update={"delivery": delivery}), seconds, stage)
        except BaseException:
            pixels.cancel()
            raise
        return reply, pixels

    async def received(self, pixels: asyncio.Future[Pixels]) -> Pixels:
        """The pixels that were sent; raises `LostError` if they do not arrive."""
        await asyncio.wait({pixels}, timeout=_DELIVERY_SECONDS)
        if not pixels.done():
            pixels.cancel()
            self.shaken = self.broken = True
            raise LostError("the pixels did not arrive")
        return pixels.result()

    async def recover(self, seconds: float | None = None) -> bool:
        """Wait until the page has a working context again; False, and `broken`, when it does not come in time."""
        deadline = time.monotonic() + (self._settings.context_seconds if seconds is None else seconds)
        while self.usable and time.monotonic() < deadline:
            try:
                reply = await self._ask(PROBE, Nothing(), deadline - time.monotonic())
            except (TimeoutError, BrowserLostError, RuntimeError, ValidationError):
                break
            if reply.alive and self.renderer in ("", reply.renderer):
                self.renderer = reply.renderer
                self.shaken = False
                return True
            await asyncio.sleep(0.02)
        self.broken = True
        return False

    def wear(self) -> str | None:
        """Why this browser should be replaced by a fresh one, if it should."""
        settings = self._settings
        if not self.usable:
            return "broken"
        if self.jobs >= settings.recycle_jobs:
            return "jobs"
        if self.kills >= settings.recycle_kills:
            return "kills"
        if time.monotonic() - self.browser.started >= settings.recycle_seconds:
            return "age"
        if self.pss_bytes > settings.recycle_pss_mb * 2**20:
            return "memory"
        return None

    async def weigh(self) -> None:
        """Measure the memory, now and then."""
        if time.monotonic() - self._weighed >= _PSS_EVERY_SECONDS:
            self.pss_bytes = await asyncio.to_thread(self.browser.group.pss_bytes)
            self._weighed = time.monotonic()

    async def _ask(self, verb: Verb[ReplyT], command: Command, seconds: float) -> ReplyT:
        return verb.reply.model_validate(await self.browser.call(verb.name, command.model_dump(by_alias=True), seconds))

    async def close(self) -> None:
        """End the browser."""
        self.broken = True
        await self.browser.kill()
