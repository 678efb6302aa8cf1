"""A slot: one browser that does one thing at a time, under watch, and comes back after a kill.

`step` runs one verb of the page. It raises `TimeLimitError`, `RendererSlowError` or `MemoryLimitError` when the watcher
had to kill the GPU process, and `LostError` when the reply cannot be believed: the GPU process or the browser died by
itself. After any of these the slot is `shaken`: call `recover` before the next step. A slot whose browser cannot be
brought back is `broken` and must be replaced.
"""

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import ValidationError

from services.renderer import metrics
from services.renderer.browser import Browser, BrowserLostError, Launcher
from services.renderer.errors import MemoryLimitError, RendererSlowError, TimeLimitError
from services.renderer.limits import Limit, Watch, Watcher
from services.renderer.page_server import Pixels
from services.renderer.settings import Backend, available_cores
from services.renderer.wire import PROBE, Command, Nothing, ReplyT, Verb

_log = structlog.get_logger("renderer.slot")
_PSS_EVERY_SECONDS = 15.0
_DELIVERY_SECONDS = 3.0
# How long the word of an end may come after the end itself.
_EXIT_SECONDS = 1.0
_numbers = itertools.count(1)
_deliveries = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Then:
    """The second part of a step: it begins when the page draws `delivery`, and `limit` is asked for then."""

    delivery: int
    limit: Callable[[], Limit]


class LostError(Exception):
    """The GPU process or the browser died in this step, and not by our hand."""


class _KilledError(Exception):
    """The watcher has ended the step, so its reply is of no interest."""


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
        # Processor seconds of all steps; what the last one counts against a limit, and whether it had less than that.
        self.processor_seconds = 0.0
        self.cost = 0.0
        self.starved = False
        self._launcher = launcher
        self._settings = launcher.settings
        self._watcher = watcher
        self._weighed = time.monotonic()
        # A call that the page has not answered yet, and whose answer nobody waits for.
        self._unanswered: asyncio.Task[Any] | None = None

    @property
    def launcher(self) -> Launcher:
        """What the browser was started with."""
        return self._launcher

    @property
    def backend(self) -> str:
        """The configured backend, which the self-test has compared with `renderer`."""
        return self._launcher.backend.value

    def cores(self, most: int) -> int:
        """How many processors a step of up to `most` threads can keep busy; none where a GPU does the work."""
        return 0 if self._launcher.backend is Backend.GPU else min(most, available_cores())

    @property
    def usable(self) -> bool:
        """Whether a step may be tried."""
        return not self.broken and self.browser.alive

    async def step(self, verb: Verb[ReplyT], command: Command, limit: Limit, then: Then | None = None) -> ReplyT:
        """The page's reply, believed."""
        context_seconds = self._settings.context_seconds
        exits = len(self.browser.gpu_exits)
        patience = max(limit.seconds, limit.most_seconds) + limit.grace + context_seconds
        if then is not None:
            patience += self._settings.still_seconds
        with self._watched(limit, then) as watch:
            try:
                reply = await self._answer(watch, verb, command, patience)
            except _KilledError:
                failure: Exception | None = None
            except (TimeoutError, BrowserLostError) as error:
                self.broken = True
                failure = LostError(str(error))
            except (RuntimeError, ValidationError) as error:
                failure = LostError(type(error).__name__)
            else:
                failure = None if reply.alive else LostError("the GPU process is gone")
        if watch.tripped is not None:
            self.kills += 1
            self.shaken = True
            raise {"memory": MemoryLimitError(), "slow": RendererSlowError()}.get(watch.tripped) or TimeLimitError(
                watch.limit.stage
            )
        if failure is not None:
            self.shaken = True
            metrics.LOST.labels("browser" if self.broken else "gpu").inc()
            if not self.broken and await self.browser.gpu_crashed(exits, _EXIT_SECONDS):
                raise CrashError(str(failure))
            raise failure
        return reply

    async def draw(
        self,
        verb: Verb[ReplyT],
        command: Callable[[int], Command],
        limit: Limit,
        then: Callable[[], Limit] | None = None,
    ) -> tuple[ReplyT, asyncio.Future[Pixels]]:
        """As `step`, for a verb that sends pixels; they are in the future if the reply says that they were sent.

        `command` is made for the number of their delivery. `then` gives the limit of the drawing where the step does
        something else before.
        """
        delivery = next(_deliveries) % 2**32
        pixels = self._launcher.server.expect(self.browser.token, delivery)
        try:
            part = Then(delivery, then) if then is not None else None
            reply = await self.step(verb, command(delivery), limit, part)
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
        seconds = self._settings.context_seconds if seconds is None else seconds
        if self._unanswered is not None:
            # The page does one thing at a time, and this is what it is at.
            await asyncio.wait({self._unanswered}, timeout=seconds)
            self._unanswered.cancel()
            self._unanswered = None
        deadline = time.monotonic() + seconds
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

    @contextlib.contextmanager
    def _watched(self, limit: Limit, then: Then | None) -> Iterator[Watch]:
        """A watch over a step, which the page may ask for more time, and what the step has cost."""
        server, token = self._launcher.server, self.browser.token
        begun = (token, str(then.delivery) if then is not None else "")
        with self._watcher.watch(self.browser, limit) as watch:
            server.more[token], server.spent[token] = watch.more, watch.cost
            if then is not None:
                server.begun[begun] = lambda: watch.go_on(then.limit())
            try:
                yield watch
            finally:
                server.more.pop(token, None)
                server.spent.pop(token, None)
                server.begun.pop(begun, None)
        self.processor_seconds += watch.used_by_parts + watch.used
        self.starved = watch.starved
        self.cost = watch.cost()

    async def _answer(self, watch: Watch, verb: Verb[ReplyT], command: Command, seconds: float) -> ReplyT:
        """The page's reply; raises `_KilledError` as soon as the watcher has killed, which on a busy machine the page
        notices seconds later.
        """
        asking = asyncio.ensure_future(self._ask(verb, command, seconds))
        killed = asyncio.ensure_future(watch.killed.wait())
        try:
            await asyncio.wait({asking, killed}, return_when=asyncio.FIRST_COMPLETED)
        except BaseException:
            asking.cancel()
            raise
        finally:
            killed.cancel()
        if asking.done():
            return asking.result()
        asking.add_done_callback(lambda late: late.cancelled() or late.exception())
        self._unanswered = asking
        raise _KilledError

    async def _ask(self, verb: Verb[ReplyT], command: Command, seconds: float) -> ReplyT:
        return verb.reply.model_validate(await self.browser.call(verb.name, command.model_dump(by_alias=True), seconds))

    async def close(self) -> None:
        """End the browser."""
        self.broken = True
        await self.browser.kill()
