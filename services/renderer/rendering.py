"""One attempt at one job on one slot: from source to raw pixels, by `Attempt`.

The order is: translate, still, a look for motion if somebody wants to know, other times if the still is flat, preview.
A limit that is hit before there is a still fails the job; hit later, it costs the preview only, and `preview_skipped`
says which limit it was.
The frames of a sheet are drawn one after the other from one translation, each within the limit of a still, all of them
within that of a preview. The first one over a limit ends the sheet, or fails the job if there is no frame before it.
Flashes are counted in frames that are drawn last, small and many; what they are over costs nothing that was drawn.
The limits are of processor time (services/renderer/limits.py). Where a machine is too busy to tell, nothing is said of
the shader: the job fails with `RendererSlowError`, or keeps what it has.
`LostError` leaves through here while nothing is drawn: the pool tries such a job once more.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from services.contracts.renderer import (
    PreviewOptions,
    RenderRequest,
    SheetOptions,
    StillOptions,
)
from services.core.kit.asgi import AbandonedError
from services.renderer import encode
from services.renderer.drawing import Drawing, DrawnStill, Frames
from services.renderer.errors import (
    CompileFailedError,
    LoopLimitError,
    MemoryLimitError,
    OutrankedError,
    RendererSlowError,
    TimeLimitError,
    UnknownDialectError,
)
from services.renderer.job import Job
from services.renderer.limits import Limit
from services.renderer.page_server import Pixels
from services.renderer.settings import Backend, RendererSettings
from services.renderer.slot import LostError, Slot
from services.renderer.wire import (
    MOTION,
    OPEN,
    PREVIEW,
    STILL,
    CompileReply,
    MotionCommand,
    OpenCommand,
    OpenReply,
    PreviewCommand,
    StillCommand,
    StillReply,
)

# Where a still is looked for when the author names no time: the first is taken unless it shows nothing.
STILL_TIMES = (1.0, 2.5, 5.0, 10.0)
_DEFAULT_START = STILL_TIMES[0]
# The page looks at its own deadline between strips; the watcher's is this much later, for what hangs in one strip.
_GRACE_SECONDS = 0.3
# The part of its limit that a picture may spend on the frames that it builds on.
PLAY_SHARE = 0.7
_MOTION_SECONDS = 1.0
# In which flashes are counted: a pixel is a fifth of a degree wide, and no screen that we know of shows more a second.
_QUICK = PreviewOptions(width=160, height=90)
_QUICK_RATE = 60.0
_QUICK_SECONDS = 3.0
# Why a still goes out without its preview; a limit of time unless it is here.
_SKIPPED: Mapping[type[Exception], str] = {MemoryLimitError: "memory", RendererSlowError: RendererSlowError.code}
# A drawing may use more processors than this, but has had its share when it had these.
_DRAWING_THREADS = 2


@dataclass(slots=True)
class Budget:
    """Seconds that are left for several pictures together."""

    left: float


class Attempt:
    """Draws `request` on `slot`; `run` may be called once."""

    def __init__(self, job: Job, request: RenderRequest, slot: Slot, settings: RendererSettings) -> None:
        """`request` is the job's."""
        self._job = job
        self._request = request
        self._slot = slot
        self._settings = settings
        self._deadline = job.deadline
        self._drawing = Drawing(slot.backend, slot.renderer, slot.browser.version)
        self._feedback = False
        self._sampled = request.kept is not None

    async def run(self) -> Drawing:
        """Draw everything; raises what `errors` has, and `LostError`."""
        before = self._slot.processor_seconds
        try:
            return await self._run()
        except RendererSlowError:
            # As with every limit: only what had its share of all the processors is over it.
            cores = max(1, self._slot.cores(_DRAWING_THREADS))
            whole = Limit("job", self._settings.job_seconds, self._settings.job_seconds, cores)
            if self._slot.processor_seconds - before < whole.processor_seconds:
                raise
            raise TimeLimitError("job") from None

    async def _run(self) -> Drawing:
        still, preview, sheet = self._request.still, self._request.preview, self._request.sheet
        if sheet is not None and sheet.times is not None:
            await self._open(sheet)
            await self._sheet(sheet, sheet.times)
        elif sheet is not None:
            frame = await self._best_still(StillOptions(width=sheet.width, height=sheet.height), "sheet_ms")
            self._drawing.sheet.append(frame)
        elif still is not None:
            self._drawing.still = await self._best_still(still, "still_ms")
        else:
            await self._open(preview or _QUICK)
        if preview is not None:
            await self._preview(preview, still)
        if self._request.flashes and self._drawing.varies:
            await self._draw_quick()
        return self._drawing

    async def _open(self, largest: StillOptions | PreviewOptions | SheetOptions) -> None:
        """Translate the shader, and draw nothing."""
        limit = self._limit(self._settings.compile_seconds, "compile", threads=1)
        self._take_up(await self._slot.step(OPEN, self._opening(largest, None), limit))

    def _opening(self, size: StillOptions | PreviewOptions | SheetOptions, still: StillCommand | None) -> OpenCommand:
        return OpenCommand(
            source=self._request.source,
            dialect=self._request.dialect,
            parameters=self._request.parameters,
            width=size.width,
            height=size.height,
            loop_limit=self._slot.backend == Backend.LLVMPIPE,
            guard=self._job.crashes > 0,
            sampled=self._sampled,
            still=still,
        )

    def _take_up(self, opened: OpenReply) -> None:
        refuse(opened)
        drawing = self._drawing
        drawing.timings["compile_ms"] = round(opened.compile_ms, 2)
        drawing.dialect, drawing.parameters, drawing.animated = opened.dialect, opened.parameters, opened.animated
        self._feedback = opened.uses_backbuffer
        drawing.varies = opened.animated or opened.uses_backbuffer

    async def _open_with_still(self, options: StillOptions, at: float, budget: Budget) -> DrawnStill:
        """Translate the shader and draw its first picture, in one call of the page; each has its own limit."""
        limit = self._limit(budget.left, "still")

        def command(delivery: int) -> OpenCommand:
            return self._opening(options, self._still_command(options, at, limit, PLAY_SHARE, delivery))

        compiling = self._limit(self._settings.compile_seconds, "compile", threads=1)
        opened, coming = await self._slot.draw(OPEN, command, compiling, lambda: self._bounded(budget.left, "still"))
        if opened.still is None:
            coming.cancel()
        self._take_up(opened)
        if opened.still is None:
            raise LostError("the page has drawn nothing")
        return await self._taken(opened.still, coming, at, budget)

    async def _best_still(self, options: StillOptions, timing: str) -> DrawnStill:
        """The still at its time; without one the first that is not flat, or the least flat one."""
        budget = Budget(self._settings.still_seconds)
        first = STILL_TIMES[0] if options.time is None else options.time
        started = time.perf_counter()
        best = await self._open_with_still(options, first, budget)
        best = await self._better(best, options, budget)
        timings = self._drawing.timings
        timings[timing] = round(milliseconds(started) - timings["compile_ms"], 2)
        return best

    async def _better(self, best: DrawnStill, options: StillOptions, budget: Budget) -> DrawnStill:
        first = best.time
        if self._request.motion or (options.time is None and best.look.flat):
            await self._look_for_motion(first, budget)
        if options.time is not None or not self._drawing.animated or self._slot.shaken:
            return best
        for other in STILL_TIMES[1:]:
            if not best.look.flat:
                break
            try:
                candidate = await self._draw_still(options, other, budget)
            except (TimeLimitError, MemoryLimitError, LoopLimitError, RendererSlowError):
                break
            if candidate.look.span > best.look.span:
                best = candidate
        return best

    async def _draw_still(
        self,
        options: StillOptions,
        at: float,
        budget: Budget,
        *,
        share: float = PLAY_SHARE,
    ) -> DrawnStill:
        self._check()
        limit = self._limit(min(budget.left, self._settings.still_seconds), "still")
        command = partial(self._still_command, options, at, limit, share)
        reply, coming = await self._slot.draw(STILL, command, limit)
        return await self._taken(reply, coming, at, budget)

    @staticmethod
    def _still_command(options: StillOptions, at: float, limit: Limit, share: float, delivery: int) -> StillCommand:
        size = {"width": options.width, "height": options.height}
        return StillCommand(**size, time=at, limit=limit.seconds, share=share, delivery=delivery)

    async def _taken(self, reply: StillReply, coming: asyncio.Future[Pixels], at: float, budget: Budget) -> DrawnStill:
        pixels = await self._pixels(reply, coming, budget)
        return DrawnStill(pixels, at, encode.look_at(pixels))

    async def _pixels(self, reply: StillReply, coming: asyncio.Future[Pixels], budget: Budget) -> Pixels:
        """The picture of a reply; what it has cost is taken from the budget."""
        budget.left -= self._slot.cost
        if reply.loops_exceeded or not reply.complete:
            coming.cancel()
            raise LoopLimitError if reply.loops_exceeded else self._over("still")
        return await self._slot.received(coming)

    async def _sheet(self, options: SheetOptions, times: Sequence[float]) -> None:
        started = time.perf_counter()
        frame = StillOptions(width=options.width, height=options.height)
        budget = Budget(self._settings.preview_seconds)
        # Without a clock and without a memory all frames are the same.
        varies = self._drawing.animated or self._feedback
        await self._draw_frames(frame, times if varies else times[:1], budget)
        frames = self._drawing.sheet
        if self._request.motion and all(encode.equal(frames[0].pixels, other.pixels) for other in frames[1:]):
            # They may be a period apart.
            await self._look_for_motion(times[0], budget)
        self._drawing.timings["sheet_ms"] = milliseconds(started)

    async def _draw_frames(self, frame: StillOptions, times: Sequence[float], budget: Budget) -> None:
        frames = self._drawing.sheet
        for index, at in enumerate(times):
            try:
                drawn = await self._draw_still(frame, at, budget, share=PLAY_SHARE / (len(times) - index))
            except (TimeLimitError, MemoryLimitError, LoopLimitError, RendererSlowError, LostError):
                if not frames:
                    raise
                return
            frames.append(drawn)

    async def _look_for_motion(self, at: float, budget: Budget) -> None:
        """Find out whether a shader that reads a clock moves.

        This comes after the picture is here, since the times that it looks at may be over a limit. What cannot be drawn
        in time is taken to move.
        """
        if self._feedback:
            self._drawing.animated = True
        elif self._drawing.animated and not self._slot.shaken:
            self._check()
            with contextlib.suppress(TimeLimitError, MemoryLimitError, RendererSlowError, LostError):
                limit = self._limit(min(budget.left, _MOTION_SECONDS), "still")
                reply = await self._slot.step(MOTION, MotionCommand(time=at, limit=limit.seconds), limit)
                budget.left -= self._slot.cost
                self._drawing.animated = reply.moves

    async def _preview(self, options: PreviewOptions, still: StillOptions | None) -> None:
        if not self._drawing.animated:
            self._drawing.preview_skipped = "static"
            return
        started = time.perf_counter()
        try:
            if self._slot.shaken:
                # A flat still was looked for at another time, and that was over a limit.
                self._drawing.preview_skipped = "timeout"
            else:
                await self._draw_preview(options)
        except (TimeLimitError, MemoryLimitError, LoopLimitError, RendererSlowError, LostError) as error:
            if still is None:
                raise
            self._drawing.preview_skipped = _SKIPPED.get(type(error), "timeout")
        self._drawing.timings["preview_ms"] = milliseconds(started)

    async def _draw_preview(self, options: PreviewOptions) -> None:
        drawing = self._drawing
        frames = await self._draw_loop(options, options.fps, self._settings.preview_seconds)
        if frames is None:
            drawing.preview_skipped = "budget"
        elif encode.is_still(frames.pixels):
            drawing.animated, drawing.preview_skipped = False, "static"
        else:
            drawing.preview = frames

    async def _draw_quick(self) -> None:
        """Draw what flashes are counted in; only where nothing else was asked for is it an error if that fails."""
        started = time.perf_counter()
        alone = self._request.kind == "flashes"
        waited_for = self._request.sheet is not None
        try:
            if not self._slot.shaken:
                seconds = _MOTION_SECONDS if waited_for else _QUICK_SECONDS
                self._drawing.quick = quick = await self._draw_loop(_QUICK, _QUICK_RATE, seconds)
                # Other frames may all be the same because of when they are.
                self._drawing.animated |= quick is not None and not encode.is_still(quick.pixels)
        except (TimeLimitError, MemoryLimitError, LoopLimitError, RendererSlowError, LostError):
            if alone:
                raise
        self._drawing.timings["flashes_ms"] = milliseconds(started)

    async def _draw_loop(self, options: PreviewOptions, fps: float, seconds: float) -> Frames | None:
        """Frames within a limit of `seconds`, fewer or smaller ones where it wants that; None where there are none."""
        self._check()
        limit = self._limit(seconds, "preview")
        command = partial(
            PreviewCommand,
            width=options.width,
            height=options.height,
            seconds=options.seconds,
            fps=fps,
            start=self._start(options),
            limit=limit.seconds,
            budget=limit.seconds * self._settings.preview_share,
            most=limit.most_seconds,
        )
        reply, coming = await self._slot.draw(PREVIEW, lambda delivery: command(delivery=delivery), limit)
        if reply.late and self._slot.starved:
            coming.cancel()
            raise RendererSlowError
        if reply.frames == 0:
            coming.cancel()
            if reply.loops_exceeded:
                raise LoopLimitError
            return None
        pixels = await self._slot.received(coming)
        return Frames(pixels, options.seconds * pixels.frames / reply.wanted)

    def _start(self, options: PreviewOptions) -> float:
        if options.start is not None:
            return options.start
        return self._drawing.still.time if self._drawing.still is not None else _DEFAULT_START

    def _limit(
        self,
        seconds: float,
        stage: str,
        *,
        threads: int = _DRAWING_THREADS,
        given_up: Callable[[], bool] | None = None,
    ) -> Limit:
        """What a step may take that keeps so many threads busy."""
        if self._deadline <= time.monotonic():
            raise RendererSlowError
        if seconds <= 0:
            raise TimeLimitError(stage)
        return self._bounded(seconds, stage, threads=threads, given_up=given_up)

    def _bounded(
        self,
        seconds: float,
        stage: str,
        *,
        threads: int = _DRAWING_THREADS,
        given_up: Callable[[], bool] | None = None,
    ) -> Limit:
        left = max(0.0, self._deadline - time.monotonic())
        cores = self._slot.cores(threads)
        most = left if cores else min(seconds, left)
        grace = 0.0 if stage == "compile" else _GRACE_SECONDS
        return Limit(stage, seconds, most, cores, grace=grace, given_up=given_up)

    def _over(self, stage: str) -> Exception:
        """What to say of a step that the page has ended at its deadline."""
        self._check()
        return RendererSlowError() if self._slot.starved else TimeLimitError(stage)

    def _check(self) -> None:
        if self._job.abandoned:
            raise AbandonedError
        if self._request.kept is not None and self._job.outranked():
            raise OutrankedError


def refuse(compiled: CompileReply) -> None:
    """Raise what the reply of `open` says is wrong with the shader, if anything is."""
    if compiled.ok:
        return
    error = UnknownDialectError if compiled.dialect is None else CompileFailedError
    raise error(compiled.errors)


def milliseconds(started: float) -> float:
    """Since `started`, a time of `perf_counter`."""
    return round((time.perf_counter() - started) * 1000, 2)
