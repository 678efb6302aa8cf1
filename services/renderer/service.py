"""The two things that the renderer does for a caller, from request to answer.

`render` and `compile` raise the errors of `services.renderer.errors`. Encoding happens in threads of its own, after
the slot has been given back, so the next job draws meanwhile.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

import structlog

from services.contracts.renderer import (
    MAX_ERRORS,
    SHARE_SIZE,
    CompileRequest,
    CompileResult,
    Kept,
    Picture,
    Preview,
    RenderRequest,
    RenderResult,
    SharePicture,
    Sheet,
    SheetOptions,
    Still,
)
from services.core.kit.asgi import AbandonedError
from services.core.kit.errors import FractafragError
from services.renderer import encode, flashes, kept, metrics
from services.renderer.drawing import Drawing
from services.renderer.errors import SourceTooLargeError
from services.renderer.job import Job
from services.renderer.pool import Pool
from services.renderer.settings import RendererSettings
from services.renderer.wire import SourceCommand

_log = structlog.get_logger("renderer.service")
P = ParamSpec("P")
T = TypeVar("T")


class Service:
    """Stateless but for its threads; the pool has the state."""

    def __init__(self, settings: RendererSettings, pool: Pool) -> None:
        """Use `pool`, which somebody else starts and stops."""
        self._settings = settings
        self._pool = pool
        self._threads = ThreadPoolExecutor(max_workers=settings.slots, thread_name_prefix="encode")
        self._threads.submit(encode.warm_up)

    async def compile(self, request: CompileRequest, gone: asyncio.Future[None], patience: float) -> CompileResult:
        """Validate a shader; refused at once where that would begin only after `patience` seconds.

        `gone` is done when nobody waits for the answer any more.
        """
        self._measure(request.source)
        self._pool.check()
        started = time.perf_counter()
        command = SourceCommand(source=request.source, dialect=request.dialect)
        with _Outcome("compile"):
            reply = await self._pool.compile(command, patience)
            if reply is None:
                reply = await self._unless_gone(Job(request, self._settings.job_seconds, patience), gone)
        return CompileResult(
            ok=reply.ok,
            dialect=reply.dialect,
            errors=reply.errors[:MAX_ERRORS],
            parameters=reply.parameters,
            duration_ms=_milliseconds(started),
        )

    async def render(self, request: RenderRequest, gone: asyncio.Future[None], patience: float) -> RenderResult:
        """Draw a shader; `gone` and `patience` are as for `compile`."""
        self._measure(request.source)
        self._pool.check()
        arrived = time.perf_counter()
        job = Job(request, self._settings.job_seconds * request.stretch, patience)
        with structlog.contextvars.bound_contextvars(job_id=request.job_id), _Outcome(request.kind):
            drawing: Drawing = await self._unless_gone(job, gone)
            result = await self._encoded(request, drawing)
            timings = {**drawing.timings, "total_ms": _milliseconds(arrived)}
            result.timings = {"queue_ms": round((job.started - job.arrived) * 1000, 2), **timings}
            _observe(timings)
            _log.info("rendered", animated=drawing.animated, skipped=drawing.preview_skipped, **timings)
            return result

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _measure(self, source: str) -> None:
        if len(source.encode()) > self._settings.source_bytes:
            raise SourceTooLargeError(f"A shader may have {self._settings.source_bytes} bytes")

    async def _unless_gone(self, job: Job, gone: asyncio.Future[None]) -> Any:
        """The result of a job; it leaves the queue, or ends with its next step, when nobody waits for it any more."""
        queued = asyncio.ensure_future(self._pool.queue.run(job))
        await asyncio.wait({queued, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not queued.done():
            queued.cancel()
            raise AbandonedError
        return queued.result()

    async def _encoded(self, request: RenderRequest, drawing: Drawing) -> RenderResult:
        started = time.perf_counter()
        result = RenderResult(
            job_id=request.job_id,
            dialect=drawing.dialect,
            backend=drawing.backend,
            renderer=drawing.renderer,
            chromium=drawing.chromium,
            parameters=drawing.parameters,
            animated=drawing.animated,
            still=await self._still(drawing),
            preview=await self._preview(drawing),
            flashes=await self._flashes(drawing) if request.flashes else None,
            preview_skipped=drawing.preview_skipped,
            sheet=await self._sheet(drawing, request.sheet),
            kept=await self._kept(drawing),
        )
        drawing.timings["encode_ms"] = _milliseconds(started)
        return result

    async def _still(self, drawing: Drawing) -> Still | None:
        still, settings = drawing.still, self._settings
        if still is None:
            return None
        quality, method = settings.still_quality, settings.still_webp_method
        data = await self._threaded(encode.encode_still, still.pixels, quality, method)
        return Still(
            width=still.pixels.width,
            height=still.pixels.height,
            time=still.time,
            flat=still.look.flat,
            average_color=still.look.average_color,
            data=data,
        )

    async def _preview(self, drawing: Drawing) -> Preview | None:
        if drawing.preview is None:
            return None
        pixels, seconds, settings = drawing.preview.pixels, drawing.preview.seconds, self._settings
        data = await self._threaded(
            encode.encode_preview, pixels, seconds, settings.preview_quality, settings.webp_method
        )
        return Preview(
            width=pixels.width, height=pixels.height, frames=pixels.frames, seconds=round(seconds, 3), data=data
        )

    async def _flashes(self, drawing: Drawing) -> int | None:
        """Those of the loop as it is played, or of the shader as it runs, whichever are more."""
        if not drawing.varies:
            return 0
        found = [
            await self._threaded(flashes.count, frames.pixels, frames.seconds, loops=frames is drawing.preview)
            for frames in (drawing.preview, drawing.quick)
            if frames is not None
        ]
        return max((number for number in found if number is not None), default=None)

    async def _sheet(self, drawing: Drawing, options: SheetOptions | None) -> Sheet | None:
        if options is None:
            return None
        frames, columns = drawing.sheet, min(options.columns, len(drawing.sheet))
        pixels = [frame.pixels for frame in frames]
        data, (width, height), gap = await self._threaded(
            encode.encode_sheet, pixels, columns, options.max_bytes, self._settings.webp_method
        )
        return Sheet(
            width=width,
            height=height,
            columns=columns,
            rows=-(-len(frames) // columns),
            gap=gap,
            times=[frame.time for frame in frames],
            flat=[frame.look.flat for frame in frames],
            average_color=encode.mean_color([frame.look for frame in frames]),
            data=data,
        )

    async def _kept(self, drawing: Drawing) -> Kept | None:
        samples, settings = drawing.samples, self._settings
        if not samples:
            return None
        found = await self._threaded(kept.encode_kept, samples, settings.kept_quality, settings.kept_webp_method)
        return Kept(
            sizes=[Picture(width=width, height=height, data=data) for (width, height), data in found.sizes.items()],
            share=SharePicture(width=SHARE_SIZE[0], height=SHARE_SIZE[1], data=found.share),
            samples=len(samples),
        )

    async def _threaded(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(*args, **kwargs))


class _Outcome:
    """Counts how the block ends: `ok`, an error's code, or `failed`."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        outcome = "ok" if error is None else error.code if isinstance(error, FractafragError) else "failed"
        metrics.JOBS.labels(self._kind, outcome).inc()
        if error is not None:
            _log.info("refused", kind=self._kind, code=outcome)


def _observe(timings: dict[str, float]) -> None:
    for name, value in timings.items():
        metrics.STAGE.labels(name.removesuffix("_ms")).observe(value / 1000)


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
