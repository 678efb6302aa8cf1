"""The actors that have pictures drawn: claim, ask a renderer, store, finish.

No transaction is open while a renderer draws. The claim is extended meanwhile, so that it may be short and a dead
worker's job is free again soon. The still comes first; the preview is a job of its own.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import structlog

from services.contracts.renderer import PreviewOptions, StillOptions
from services.core.jobs.outbox import Job
from services.core.kit.database import WriteSession
from services.core.kit.errors import UnavailableError
from services.core.renders import service
from services.core.renders.client import (
    CompileFailedError,
    LimitExceededError,
    RendererBusyError,
    RendererLostError,
)
from services.core.renders.jobs import RENDER_PREVIEW, RENDER_STILL
from services.core.renders.pictures import purge_pictures, store_picture
from services.core.renders.reconcile import resend_lost
from services.core.renders.redraw import retry_doubts
from services.core.renders.service import RenderJob
from services.worker.actor import Actor
from services.worker.broker import JobBroker
from services.worker.retries import TryLaterError
from services.worker.runtime import Runtime
from services.worker.scheduler import Periodic

WAIT_SECONDS = 5.0
PURGE_EVERY = timedelta(minutes=1)
RETRY_EVERY = timedelta(minutes=5)

log = structlog.get_logger("renders")


async def render_still(runtime: Runtime, shader_id: str, version: int) -> None:
    """Have the still of a version drawn, stored and recorded, or its failure."""
    await _run(runtime, RENDER_STILL, shader_id, version, _draw_still)


async def render_preview(runtime: Runtime, shader_id: str, version: int) -> None:
    """Have the loop of a version drawn, stored and recorded, or why there is none."""
    await _run(runtime, RENDER_PREVIEW, shader_id, version, _draw_preview)


async def _run(
    runtime: Runtime,
    kind: Job,
    shader_id: str,
    version: int,
    draw: Callable[[Runtime, RenderJob], Awaitable[None]],
) -> None:
    """Claim and draw. A job that another holds is looked at again later, in case that other one dies."""
    claim = service.claim_still if kind is RENDER_STILL else service.claim_preview
    async with runtime.database.write() as session:
        job = await claim(session, shader_id, version, lease=_lease(runtime))
        held_elsewhere = job is None and await service.is_open(session, kind, shader_id, version)
    if job is None:
        if held_elsewhere:
            raise TryLaterError
        return
    log.info("render begins", render=job.id)
    try:
        async with _held(runtime, job):
            await draw(runtime, job)
    except RendererBusyError as busy:
        await _give_back(runtime, job, used=False)
        raise TryLaterError from busy
    except RendererLostError as lost:
        if await _give_back(runtime, job, used=True):
            raise TryLaterError from lost
    except UnavailableError:
        with suppress(UnavailableError):
            await _give_back(runtime, job, used=False)
        raise
    except Exception:
        await _give_back(runtime, job, used=True)
        raise


async def _draw_still(runtime: Runtime, job: RenderJob) -> None:
    try:
        answer = await runtime.renderers.render(
            job.source,
            job.dialect,
            job_id=job.id,
            parameters=job.parameters,
            still=StillOptions(time=job.still_time),
            request_id=_request_id(job),
            wait_seconds=WAIT_SECONDS,
        )
    except (CompileFailedError, LimitExceededError) as refusal:
        errors = refusal.errors if isinstance(refusal, CompileFailedError) else []
        async with runtime.database.write() as session:
            await service.finish_failed(session, job, refusal.code, errors)
        return
    assert answer.still is not None  # noqa: S101 -- the pool has checked it
    async with runtime.database.write() as session:
        name = await store_picture(session, runtime.store, "still", answer.still.data)
        await service.finish_ready(session, job, name, answer)


async def _draw_preview(runtime: Runtime, job: RenderJob) -> None:
    try:
        answer = await runtime.renderers.render(
            job.source,
            job.dialect,
            job_id=job.id,
            parameters=job.parameters,
            preview=PreviewOptions(),
            request_id=_request_id(job),
            wait_seconds=WAIT_SECONDS,
        )
    except (CompileFailedError, LimitExceededError) as refusal:
        async with runtime.database.write() as session:
            await service.skip_preview(session, job, refusal.code)
        return
    if answer.preview is None:
        async with runtime.database.write() as session:
            await service.skip_preview(session, job, answer.preview_skipped or "unknown")
        return
    async with runtime.database.write() as session:
        name = await store_picture(session, runtime.store, "preview", answer.preview.data)
        await service.finish_preview(session, job, name)


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
        await asyncio.sleep(runtime.settings.worker.lease_seconds / 3)
        with suppress(UnavailableError):
            async with runtime.database.write() as session:
                held = await service.extend(session, job, lease=_lease(runtime))


async def _give_back(runtime: Runtime, job: RenderJob, *, used: bool) -> bool:
    async with runtime.database.write() as session:
        return await service.give_back(session, job, used=used)


def _lease(runtime: Runtime) -> timedelta:
    return timedelta(seconds=runtime.settings.worker.lease_seconds)


def _request_id(job: RenderJob) -> str:
    """The id of the request that asked for this job, or the job's own, for the renderer's logs."""
    return str(structlog.contextvars.get_contextvars().get("request_id", job.id))


def periodic(runtime: Runtime, broker: JobBroker) -> tuple[Periodic, ...]:
    """Send lost jobs again; try again what was given up; delete pictures that no shader has any more."""
    stale_after = timedelta(seconds=runtime.settings.worker.stale_seconds)

    async def reconcile(session: WriteSession) -> int:
        depth = await asyncio.to_thread(broker.depth, RENDER_STILL.queue)
        return await resend_lost(session, in_redis=sum(depth.values()), stale_after=stale_after)

    async def purge(session: WriteSession) -> int:
        return await purge_pictures(session, runtime.store, int(time.time() // PURGE_EVERY.total_seconds()))

    return (
        Periodic("renders.resend_lost", timedelta(seconds=5), reconcile),
        Periodic("renders.retry_doubts", RETRY_EVERY, retry_doubts),
        Periodic("renders.purge_pictures", PURGE_EVERY, purge),
    )


ACTORS = (Actor(RENDER_STILL, render_still, priority=10), Actor(RENDER_PREVIEW, render_preview, priority=20))
