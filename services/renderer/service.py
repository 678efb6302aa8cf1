"""The two things that the renderer does for a caller, from request to answer.

`render` and `compile` raise the errors of `services.renderer.errors`. Encoding happens in threads of its own, after
the slot has been given back, so the next job draws meanwhile.
"""

import asyncio
import base64
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog

from services.core.kit.errors import FractafragError
from services.renderer import encode, metrics
from services.renderer.errors import MOST_ERRORS, AbandonedError, SourceTooLargeError
from services.renderer.pool import Pool
from services.renderer.queue import Job, Priority
from services.renderer.rendering import Attempt, Drawing
from services.renderer.schemas import CompileRequest, RenderRequest, SheetOrder
from services.renderer.settings import RendererSettings
from services.renderer.slot import Slot

_log = structlog.get_logger("renderer.service")
_TYPE = "image/webp"
_PRIORITIES = {
    "still": Priority.STILL,
    "both": Priority.STILL,
    "sheet": Priority.SHEET,
    "preview": Priority.PREVIEW,
}


class Service:
    """Stateless but for its threads; the pool has the state."""

    def __init__(self, settings: RendererSettings, pool: Pool) -> None:
        """Use `pool`, which somebody else starts and stops."""
        self._settings = settings
        self._pool = pool
        self._threads = ThreadPoolExecutor(max_workers=settings.slots, thread_name_prefix="encode")
        self._threads.submit(encode.warm_up)

    async def compile(self, request: CompileRequest) -> dict[str, Any]:
        """Validate a shader: `ok`, dialect, errors, parameters, duration."""
        self._measure(request.source)
        self._pool.check()
        started = time.perf_counter()
        argument = {"source": request.source, "dialect": request.dialect}
        with _Outcome("compile"):
            reply = await self._pool.compile(argument) or await self._compile_on_slot(argument)
        return {
            "ok": reply["ok"],
            "dialect": reply["dialect"],
            "errors": reply["errors"][:MOST_ERRORS],
            "parameters": reply["parameters"],
            "duration_ms": _milliseconds(started),
        }

    async def render(self, request: RenderRequest, gone: asyncio.Future[None]) -> dict[str, Any]:
        """Draw a shader; `gone` is done when nobody waits for the answer any more."""
        self._measure(request.source)
        self._pool.check()
        arrived = time.perf_counter()
        run = _Run(request, self._settings)
        queued = asyncio.ensure_future(self._pool.queue.run(Job(run.work, _PRIORITIES[request.kind])))
        with structlog.contextvars.bound_contextvars(job_id=request.job_id), _Outcome(request.kind):
            await asyncio.wait({queued, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not queued.done():
                run.abandon()
                queued.cancel()
                raise AbandonedError
            drawing, slot = queued.result()
            answer = await self._answer(request, drawing, slot)
            timings = {**drawing.timings, "total_ms": _milliseconds(arrived)}
            answer["timings"] = {"queue_ms": round((run.started - arrived) * 1000, 2), **timings}
            _observe(answer["timings"])
            _log.info("rendered", animated=drawing.animated, skipped=drawing.preview_skipped, **timings)
            return answer

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _measure(self, source: str) -> None:
        if len(source.encode()) > self._settings.source_bytes:
            raise SourceTooLargeError(f"A shader may have {self._settings.source_bytes} bytes")

    async def _compile_on_slot(self, argument: dict[str, Any]) -> dict[str, Any]:
        async def work(slot: Slot) -> dict[str, Any]:
            return await slot.step("compile", argument, self._settings.compile_seconds, "compile")

        reply: dict[str, Any] = await self._pool.queue.run(Job(work, Priority.COMPILE))
        return reply

    async def _answer(self, request: RenderRequest, drawing: Drawing, slot: Slot) -> dict[str, Any]:
        started = time.perf_counter()
        answer = {
            "job_id": request.job_id,
            "dialect": drawing.dialect,
            "backend": slot.backend,
            "renderer": slot.renderer,
            "chromium": slot.browser.version,
            "parameters": drawing.parameters,
            "animated": drawing.animated,
            "still": await self._still(drawing),
            "preview": await self._preview(drawing),
            "preview_skipped": drawing.preview_skipped,
            "sheet": await self._sheet(drawing, request.sheet),
        }
        drawing.timings["encode_ms"] = _milliseconds(started)
        return answer

    async def _still(self, drawing: Drawing) -> dict[str, Any] | None:
        still = drawing.still
        if still is None:
            return None
        settings = self._settings
        data = await asyncio.get_running_loop().run_in_executor(
            self._threads, encode.encode_still, still.pixels, settings.still_quality, settings.webp_method
        )
        return {
            "content_type": _TYPE,
            "width": still.pixels.width,
            "height": still.pixels.height,
            "time": still.time,
            "flat": still.look.flat,
            "average_color": still.look.average_color,
            "data": base64.b64encode(data).decode(),
        }

    async def _preview(self, drawing: Drawing) -> dict[str, Any] | None:
        pixels, settings = drawing.preview, self._settings
        if pixels is None:
            return None
        data = await asyncio.get_running_loop().run_in_executor(
            self._threads,
            encode.encode_preview,
            pixels,
            drawing.preview_seconds,
            settings.preview_quality,
            settings.webp_method,
        )
        return {
            "content_type": _TYPE,
            "width": pixels.width,
            "height": pixels.height,
            "frames": pixels.frames,
            "seconds": round(drawing.preview_seconds, 3),
            "data": base64.b64encode(data).decode(),
        }

    async def _sheet(self, drawing: Drawing, order: SheetOrder | None) -> dict[str, Any] | None:
        if order is None:
            return None
        frames, columns = drawing.sheet, min(order.columns, len(drawing.sheet))
        data, (width, height), gap = await asyncio.get_running_loop().run_in_executor(
            self._threads,
            encode.encode_sheet,
            [frame.pixels for frame in frames],
            columns,
            order.max_bytes,
            self._settings.webp_method,
        )
        return {
            "content_type": _TYPE,
            "width": width,
            "height": height,
            "columns": columns,
            "rows": -(-len(frames) // columns),
            "gap": gap,
            "times": [frame.time for frame in frames],
            "flat": [frame.look.flat for frame in frames],
            "average_color": encode.mean_color([frame.look for frame in frames]),
            "data": base64.b64encode(data).decode(),
        }


class _Run:
    """A render job as the queue sees it: each attempt starts from the source again, the job's clock does not."""

    def __init__(self, request: RenderRequest, settings: RendererSettings) -> None:
        self._request = request
        self._settings = settings
        self._attempt: Attempt | None = None
        self._abandoned = False
        self._deadline: float | None = None
        self.started = 0.0

    async def work(self, slot: Slot) -> tuple[Drawing, Slot]:
        if self._abandoned:
            raise AbandonedError
        if self._deadline is None:
            self._deadline = time.monotonic() + self._settings.job_seconds
            self.started = time.perf_counter()
        self._attempt = Attempt(self._request, slot, self._settings, self._deadline)
        return await self._attempt.run(), slot

    def abandon(self) -> None:
        self._abandoned = True
        if self._attempt is not None:
            self._attempt.abandoned = True


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
        if name != "queue_ms":  # The queue has counted that itself.
            metrics.STAGE.labels(name.removesuffix("_ms")).observe(value / 1000)


def _milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)
