"""The actors that have pictures drawn: take the job that is next, ask a renderer, store, finish.

A message says that a job waits, and not which is next (services/core/renders/queue.py). No transaction is open while a
renderer draws. The claim is extended meanwhile, so that it may be short and a dead worker's job is free again soon. The
still comes first; the preview is a job of its own, and so is the kept still, which is in no queue.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import structlog
from dramatiq.errors import ConnectionClosed

from services.contracts.renderer import KeptOptions, PreviewOptions, StillOptions
from services.core.kit.database import WriteSession
from services.core.kit.errors import UnavailableError
from services.core.renders import flashes, service
from services.core.renders.answers import CheckedResult
from services.core.renders.errors import (
    CompileFailedError,
    LimitExceededError,
    RendererBusyError,
    RendererLostError,
    RendererSlowError,
)
from services.core.renders.jobs import COUNT_FLASHES, KEEP_STILL, RENDER_PREVIEW, RENDER_STILL
from services.core.renders.kept import send_unkept
from services.core.renders.pictures import purge_pictures, store_kept, store_picture
from services.core.renders.queue import Turn
from services.core.renders.reconcile import close_deleted, count_open, count_surplus, resend_lost
from services.core.renders.redraw import retry_doubts
from services.core.renders.service import RenderJob
from services.core.shaders.usage import add_picture
from services.worker.actor import Actor
from services.worker.broker import JobBroker, depth_of
from services.worker.retries import TryLaterError
from services.worker.runtime import Runtime
from services.worker.scheduler import Periodic

WAIT_SECONDS = 5.0
PURGE_EVERY = timedelta(minutes=1)
RETRY_EVERY = timedelta(minutes=5)
# So often before it would end, so that one that fails does no harm.
EXTENSIONS = 3

log = structlog.get_logger("renders")


async def render(runtime: Runtime, shader_id: str, version: int) -> None:
    """Have the picture that is next drawn, stored and recorded, or why there is none; any version of any shader."""
    async with runtime.turns.next() as turn:
        if turn is not None:
            with structlog.contextvars.bound_contextvars(request_id=turn.request_id or turn.job.id):
                await _run(runtime, turn)
            return
    if await _may_be_needed(runtime):
        raise TryLaterError


async def _may_be_needed(runtime: Runtime) -> bool:
    """Whether to keep a message for which nothing is free: what others hold is free again when they die."""
    try:
        depth = await asyncio.to_thread(depth_of, runtime.queues, RENDER_STILL.queue)
    except ConnectionClosed:
        return True
    async with runtime.database.read() as session:
        surplus = await count_surplus(session, in_redis=sum(depth.values()))
        # Threads that are about to acknowledge theirs are no surplus.
        return await count_open(session) > 0 and surplus <= runtime.settings.worker.threads


async def _run(runtime: Runtime, turn: Turn) -> None:
    job = turn.job
    log.info("render begins", render=job.id, lane=turn.flow.lane)
    draw = _draw_still if job.kind is RENDER_STILL else _draw_preview
    try:
        async with _held(runtime, job):
            await draw(runtime, turn)
    except (RendererSlowError, RendererLostError) as doubt:
        if await _give_back(runtime, job, used=True):
            raise TryLaterError from doubt
    except RendererBusyError as busy:
        await _give_back(runtime, job, used=False)
        raise TryLaterError from busy
    except UnavailableError:
        with suppress(UnavailableError):
            await _give_back(runtime, job, used=False)
        raise
    except Exception:
        await _give_back(runtime, job, used=True)
        raise


async def _draw_still(runtime: Runtime, turn: Turn) -> None:
    job = turn.job
    try:
        answer = await _ask(runtime, turn, still=StillOptions(time=job.still_time))
    except (CompileFailedError, LimitExceededError) as refusal:
        errors = refusal.errors if isinstance(refusal, CompileFailedError) else []
        async with runtime.database.write() as session:
            await service.finish_failed(session, job, refusal.code, errors)
        return
    assert answer.still is not None  # noqa: S101 -- the pool has checked it
    async with runtime.database.write() as session:
        name = await store_picture(session, runtime.store, "still", answer.still.data)
        if await service.finish_ready(session, job, name, answer):
            await add_picture(session, job.shader_id, job.version, len(answer.still.data))


async def _draw_preview(runtime: Runtime, turn: Turn) -> None:
    job = turn.job
    try:
        answer = await _ask(runtime, turn, preview=PreviewOptions(), flashes=True)
    except (CompileFailedError, LimitExceededError) as refusal:
        async with runtime.database.write() as session:
            await service.skip_preview(session, job, refusal.code)
        return
    if answer.preview is None:
        async with runtime.database.write() as session:
            await service.skip_preview(session, job, answer.preview_skipped or "unknown", answer.flashes)
        return
    async with runtime.database.write() as session:
        name = await store_picture(session, runtime.store, "preview", answer.preview.data)
        if await service.finish_preview(session, job, name, answer.flashes):
            await add_picture(session, job.shader_id, job.version, len(answer.preview.data))


async def _ask(
    runtime: Runtime,
    turn: Turn,
    *,
    still: StillOptions | None = None,
    preview: PreviewOptions | None = None,
    flashes: bool = False,
) -> CheckedResult:
    """Have a renderer draw, and note what that took of its time; nothing where none took the job."""
    job, began = turn.job, time.monotonic()
    try:
        answer = await runtime.renderers.render(
            job.source,
            job.dialect,
            job_id=job.id,
            parameters=job.parameters,
            still=still,
            preview=preview,
            flashes=flashes,
            tries=job.attempt - 1,
            request_id=turn.request_id or job.id,
            wait_seconds=WAIT_SECONDS,
        )
    except Exception as error:
        if isinstance(error, RendererSlowError) or not isinstance(error, RendererBusyError):
            turn.seconds = time.monotonic() - began
        raise
    waited = (answer.timings.get("queue_ms") or 0) / 1000
    turn.seconds = max(0.0, time.monotonic() - began - max(0.0, waited))
    return answer


async def keep_still(runtime: Runtime, shader_id: str, version: int) -> None:
    """Have the kept still of a version drawn, stored and recorded; where a renderer has no time it is found again."""
    async with runtime.database.write() as session:
        job = await service.claim_kept(session, shader_id, version, lease=_lease(runtime))
    if job is None:
        return
    try:
        async with _held(runtime, job):
            await _draw_kept(runtime, job)
    except (RendererSlowError, RendererLostError):
        await _give_back(runtime, job, used=True)
    except RendererBusyError:
        await _give_back(runtime, job, used=False)
    except UnavailableError:
        with suppress(UnavailableError):
            await _give_back(runtime, job, used=False)
        raise
    except Exception:
        await _give_back(runtime, job, used=True)
        raise


async def _draw_kept(runtime: Runtime, job: RenderJob) -> None:
    assert job.still_time is not None  # noqa: S101 -- a still that is ready has its time
    try:
        kept = await runtime.renderers.kept(
            job.source,
            job.dialect,
            job_id=job.id,
            parameters=job.parameters,
            kept=KeptOptions(time=job.still_time),
            tries=job.attempt - 1,
            request_id=job.id,
        )
    except (CompileFailedError, LimitExceededError) as refusal:
        log.info("still is not kept", render=job.id, code=refusal.code)
        async with runtime.database.write() as session:
            await service.skip_kept(session, job)
        return
    async with runtime.database.write() as session:
        name = await store_kept(session, runtime.store, kept)
        await service.finish_kept(session, job, name, kept.sizes[0].width)


async def count_flashes(runtime: Runtime, shader_id: str, version: int) -> None:
    """Have the flashes of a version counted that has its loop; where that fails it is found again."""
    async with runtime.database.read() as session:
        work = await flashes.unmeasured(session, shader_id, version)
    if work is None:
        return
    try:
        count = await runtime.renderers.flashes(
            work.source,
            work.dialect,
            job_id=work.id,
            parameters=work.parameters,
            tries=work.tries,
            request_id=work.id,
        )
    except (RendererSlowError, RendererLostError):
        # An attempt is gone; the task that looks for such works sends it again.
        return
    except RendererBusyError:
        async with runtime.database.write() as session:
            await flashes.put_off(session, work)
        return
    except (CompileFailedError, LimitExceededError) as refusal:
        log.info("flashes are not counted", render=work.id, code=refusal.code)
        count = None
    async with runtime.database.write() as session:
        await flashes.record(session, work, count)


@asynccontextmanager
async def _held(runtime: Runtime, job: RenderJob) -> AsyncIterator[None]:
    """Extend the claim until the block ends."""
    task = asyncio.create_task(_extend(runtime, job))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _extend(runtime: Runtime, job: RenderJob) -> None:
    held = True
    while held:
        await asyncio.sleep(runtime.settings.worker.lease_seconds / EXTENSIONS)
        with suppress(UnavailableError):
            async with runtime.database.write() as session:
                held = await service.extend(session, job, lease=_lease(runtime))


async def _give_back(runtime: Runtime, job: RenderJob, *, used: bool) -> bool:
    async with runtime.database.write() as session:
        return await service.give_back(session, job, used=used)


def _lease(runtime: Runtime) -> timedelta:
    return timedelta(seconds=runtime.settings.worker.lease_seconds)


def periodic(runtime: Runtime, broker: JobBroker) -> tuple[Periodic, ...]:
    """Send again what was lost or given up; have stills kept and flashes counted; delete pictures that none has."""
    stale_after = timedelta(seconds=runtime.settings.worker.stale_seconds)

    async def reconcile(session: WriteSession) -> int:
        depth = await asyncio.to_thread(broker.depth, RENDER_STILL.queue)
        await close_deleted(session)
        return await resend_lost(session, in_redis=sum(depth.values()), stale_after=stale_after)

    async def purge(session: WriteSession) -> int:
        return await purge_pictures(session, runtime.store, int(time.time() // PURGE_EVERY.total_seconds()))

    return (
        Periodic("renders.resend_lost", timedelta(seconds=5), reconcile),
        Periodic("renders.retry_doubts", RETRY_EVERY, retry_doubts),
        Periodic("renders.keep_stills", timedelta(seconds=5), send_unkept),
        Periodic("renders.count_flashes", timedelta(seconds=5), flashes.send_unmeasured),
        Periodic("renders.purge_pictures", PURGE_EVERY, purge),
    )


ACTORS = (
    Actor(RENDER_STILL, render),
    Actor(RENDER_PREVIEW, render),
    Actor(KEEP_STILL, keep_still),
    Actor(COUNT_FLASHES, count_flashes),
)
