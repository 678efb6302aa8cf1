"""The pool: it finds a backend that works, keeps as many slots as there are cores, and hands them jobs.

`start` returns at once and everything else happens behind it: looking for Chromium and for the harness page, the
self-test, starting the slots one after the other. While that has not succeeded `problem` is a sentence for
`/readyz`, and it is tried again. Each lane below is one slot's worker; it survives whatever happens to its browser.
A job whose browser was lost is tried once more, on whichever slot is free first; the second loss is its answer. Where
the GPU process crashed the first time, divisions are guarded the second time; where it crashed both times, the shader
is at fault.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from services.renderer import metrics
from services.renderer.browser import BrowserStartError, Launcher, ignore_lost_calls
from services.renderer.chromium import find_chromium
from services.renderer.errors import GpuCrashError, NotReadyError, RendererLostError, TimeLimitError
from services.renderer.folders import RunFolder
from services.renderer.isolation import NOT_ISOLATED, Isolation, find_isolation
from services.renderer.job import Job
from services.renderer.limits import Watcher
from services.renderer.page_server import HarnessMissingError, PageServer
from services.renderer.perform import perform
from services.renderer.queue import JobQueue
from services.renderer.selftest import SelfTestError, start_slot
from services.renderer.settings import RendererSettings, Sandbox
from services.renderer.slot import CrashError, LostError, Slot
from services.renderer.standby import Standby
from services.renderer.wire import CompileReply, SourceCommand

_log = structlog.get_logger("renderer.pool")
_IDLE_SECONDS = 1.0
_MOST_ATTEMPTS = 2
_LONGEST_PAUSE_SECONDS = 30.0


@dataclass(slots=True)
class Lane:
    """One slot's place; `slot` is None while its browser is being replaced."""

    number: int
    slot: Slot | None = None
    busy: bool = False
    drawing: bool = False


@dataclass(slots=True)
class _Running:
    """What exists once a backend was found."""

    launcher: Launcher
    standby: Standby
    lanes: list[Lane] = field(default_factory=list)


class Pool:
    """`start`, then `queue.run(job)` and `compile`; `drain` and `stop` end it."""

    def __init__(self, settings: RendererSettings, folder: RunFolder) -> None:
        """Nothing runs yet."""
        self._settings = settings
        self._folder = folder
        self._tasks: list[asyncio.Task[None]] = []
        self._running: _Running | None = None
        self._server: PageServer | None = None
        self._isolation: Isolation | None = None
        self._quiet = asyncio.Event()
        self._quiet.set()
        self.watcher = Watcher(settings.watch_seconds, settings.gpu_memory_mb * 2**20)
        self.queue = JobQueue(settings.queue_size, settings.queue_seconds)
        self.queue.workers = settings.slots
        self.problem: str | None = "The browsers are being started"

    async def start(self) -> None:
        """Begin; returns at once."""
        asyncio.get_running_loop().set_exception_handler(ignore_lost_calls)
        self._tasks.append(asyncio.create_task(self.watcher.run(), name="watcher"))
        self._tasks.append(asyncio.create_task(self._run(), name="pool"))

    async def compile(self, command: SourceCommand, patience: float) -> CompileReply | None:
        """A quick validation by the standby; None when it must be queued for a slot."""
        return await self._running.standby.compile(command, patience) if self._running else None

    def check(self) -> None:
        """Raise `NotReadyError` when there is no browser."""
        if self.problem is not None:
            raise NotReadyError(self.problem)

    def state(self) -> dict[str, Any]:
        """What `/readyz` shows; raises `NotReadyError` when there is no browser, or the end is near.

        A full queue is no reason: callers get 429 and ask the next renderer, while Kubernetes would take a busy pod
        that is not ready for the best one to remove.
        """
        self.check()
        running = self._running
        slots = [lane.slot for lane in running.lanes if lane.slot is not None] if running else []
        if running is None or not slots:
            raise NotReadyError("All browsers are being replaced")
        if self.queue.closed:
            raise NotReadyError("The renderer is about to stop")
        free = sum(lane.slot is not None and not lane.busy for lane in running.lanes)
        return {
            "backend": running.launcher.backend.value,
            "renderer": slots[0].renderer,
            "chromium": slots[0].browser.version,
            "sandbox": running.launcher.isolation.name,
            "slots": len(running.lanes),
            "free": free,
            "waiting": len(self.queue),
            "standby": running.standby.ready,
        }

    def load(self) -> dict[str, Any]:
        """What `/load` shows: how much there is to do here, for whoever decides about the number of renderers."""
        lanes = self._running.lanes if self._running else []
        return {
            "slots": self._settings.slots,
            "busy": sum(lane.drawing for lane in lanes),
            "waiting": self.queue.wanted,
            "jobs": self.queue.served,
            "job_seconds": self.queue.mean_seconds,
            "ready": self.problem is None and any(lane.slot for lane in lanes) and not self.queue.closed,
            "draining": self.queue.closed,
        }

    async def drain(self) -> None:
        """Refuse new jobs, fail those that wait, and return when those being drawn are done."""
        await self.queue.close()
        await self._quiet.wait()

    async def stop(self) -> None:
        """End everything, drawn or not."""
        await self.queue.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._running is not None:
            await self._running.standby.close()
            slots = [lane.slot for lane in self._running.lanes if lane.slot is not None]
            await asyncio.gather(*(slot.close() for slot in slots))
        if self._server is not None:
            await self._server.stop()

    async def _run(self) -> None:
        first = await self._first_slot()
        launcher = first.launcher
        standby = Standby(self._new_slot, self._settings)
        lanes = [Lane(number) for number in range(self._settings.slots)]
        self._running = _Running(launcher, standby, lanes)
        lanes[0].slot = first
        metrics.BACKEND.labels(launcher.backend.value, first.renderer, first.browser.version).set(1)
        facts = {"backend": launcher.backend.value, "renderer": first.renderer, "chromium": first.browser.version}
        _log.info("ready", **facts, sandbox=launcher.isolation.name)
        self.problem = None
        async with asyncio.TaskGroup() as group:
            for lane in lanes:
                group.create_task(self._lane(lane, standby), name=f"lane {lane.number}")
            group.create_task(self._tend(), name="standby")

    async def _first_slot(self) -> Slot:
        while True:
            try:
                return await self._try_backends()
            except (BrowserStartError, SelfTestError, HarnessMissingError, OSError) as error:
                problem = f"{error}. It is tried again every {self._settings.retry_seconds:g} s"
                if problem != self.problem:
                    _log.error("not ready", reason=problem)
                self.problem = problem
            await asyncio.sleep(self._settings.retry_seconds)

    async def _try_backends(self) -> Slot:
        binary = find_chromium(self._settings)
        if binary is None:
            raise BrowserStartError(
                "Chromium was not found: install it (Debian: `apt install chromium libegl1 libgl1-mesa-dri`) or set "
                "FRACTAFRAG_RENDERER_CHROMIUM to its binary"
            )
        isolation = await self._isolate(binary)
        if self._settings.sandbox is Sandbox.REQUIRED and not isolation.namespaces:
            raise BrowserStartError(
                "Chromium's sandbox is required and does not work here: it needs an ordinary user, and a kernel and a "
                "seccomp profile that let it make user namespaces"
            )
        if self._server is None:
            server = PageServer(self._settings.harness)
            await server.start()
            self._server = server
        failures = []
        for backend in self._settings.backend.candidates:
            launcher = Launcher(self._settings, binary, backend, self._folder, self._server, isolation)
            try:
                return await self._started(launcher, thorough=True)
            except (BrowserStartError, SelfTestError) as error:
                failures.append(f"{backend.value}: {error}")
                _log.warning("backend refused", backend=backend.value, reason=str(error))
        raise SelfTestError("No backend works. " + "; ".join(failures))

    async def _isolate(self, binary: Path) -> Isolation:
        """What is around Chromium; looked for again as long as it is too little."""
        if self._isolation is not None and self._isolation.warning is None:
            return self._isolation
        found = await asyncio.to_thread(find_isolation, self._settings, binary, self._folder.path)
        if found.user is not None:
            self._folder.give_to(found.user)
        if found.warning is not None and found != self._isolation:
            _log.warning(NOT_ISOLATED, sandbox=found.name, reason=found.warning)
        self._isolation = found
        return found

    async def _started(self, launcher: Launcher, *, thorough: bool) -> Slot:
        metrics.BROWSERS.inc()
        slot = await start_slot(launcher, self.watcher, thorough=thorough)
        _log.info("browser started", slot=slot.number, pid=slot.browser.group.pid)
        return slot

    async def _new_slot(self) -> Slot:
        """A slot, however long it takes."""
        assert self._running is not None  # noqa: S101 -- lanes exist only when it is set
        pause = 0.5
        while True:
            try:
                slot = await self._started(self._running.launcher, thorough=False)
            except (BrowserStartError, SelfTestError, OSError) as error:
                self._note_trouble(str(error))
                _log.error("browser not started", reason=str(error))
                await asyncio.sleep(pause)
                pause = min(_LONGEST_PAUSE_SECONDS, 2 * pause)
            else:
                self.problem = None
                return slot

    def _note_trouble(self, reason: str) -> None:
        if self._running is not None and not any(lane.slot for lane in self._running.lanes):
            self.problem = f"No browser can be started: {reason}"

    async def _lane(self, lane: Lane, standby: Standby) -> None:
        while not self.queue.closed:
            if lane.slot is None:
                self._count()
                lane.slot = await standby.take()
            self._count()
            job = await self.queue.take(_IDLE_SECONDS)
            if job is not None:
                lane.busy = lane.drawing = True
                self._count()
                await self._serve(lane.slot, job)
                lane.drawing = False
                self._count()
            await self._tidy(lane, lane.slot, standby)
            lane.busy = False
            self._count()

    async def _serve(self, slot: Slot, job: Job) -> None:
        slot.jobs += 1
        try:
            result = await self._performed(slot, job)
        except LostError as error:
            job.crashes += isinstance(error, CrashError)
            _log.warning("slot lost", slot=slot.number, attempt=job.attempts, reason=str(error), crashes=job.crashes)
            if job.crashes == _MOST_ATTEMPTS:
                job.fail(GpuCrashError())
            elif job.attempts < _MOST_ATTEMPTS and time.monotonic() < job.deadline and not self.queue.closed:
                await self.queue.put_back(job)
            else:
                job.fail(RendererLostError())
        except Exception as error:
            # What a lost slot has cost is not the shader's fault.
            late = job.attempts > 1 and isinstance(error, TimeLimitError) and error.stage == "job"
            job.fail(RendererLostError() if late else error)  # Its caller gets it, and the lane lives on.
        else:
            if not job.result.done():
                job.result.set_result(result)

    async def _performed(self, slot: Slot, job: Job) -> Any:
        try:
            return await perform(job, slot, self._settings)
        finally:
            self.queue.ended(job)

    async def _tidy(self, lane: Lane, slot: Slot, standby: Standby) -> None:
        """Make the slot fit for the next job, or replace it."""
        if slot.shaken and slot.usable:
            await slot.recover()
        await slot.weigh()
        metrics.PSS.labels(str(lane.number)).set(slot.pss_bytes)
        wear = slot.wear()
        if wear is None or self.queue.closed:
            return
        if slot.usable and not standby.ready:
            return  # Worn, but working: it stays until there is another one to take its place.
        metrics.REPLACED.labels(wear).inc()
        _log.info("slot replaced", slot=slot.number, reason=wear, jobs=slot.jobs, kills=slot.kills)
        lane.slot = await standby.take() if standby.ready else None
        await slot.close()

    async def _tend(self) -> None:
        """Keep the standby, once the lanes have their browsers."""
        while self._running is not None and not self.queue.closed:
            with contextlib.suppress(OSError):
                if all(lane.slot for lane in self._running.lanes):
                    await self._running.standby.tend()
            await asyncio.sleep(_IDLE_SECONDS)

    def _count(self) -> None:
        lanes = self._running.lanes if self._running else []
        if any(lane.drawing for lane in lanes):
            self._quiet.clear()
        else:
            self._quiet.set()
        metrics.SLOTS.labels("free").set(sum(lane.slot is not None and not lane.busy for lane in lanes))
        metrics.SLOTS.labels("busy").set(sum(lane.busy for lane in lanes))
        metrics.SLOTS.labels("down").set(sum(lane.slot is None for lane in lanes))
