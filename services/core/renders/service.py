"""The rules by which a version gets its pictures: claim, finish, give back.

A still and its preview are two jobs on one `renders` row. A worker claims a job in one transaction, calls a
renderer in none, and finishes the job in another:

    pending --claim--> rendering --finish--> ready | failed      (preview, kept still: ready | skipped)
       ^                   |
       +---give_back-------+

- A claim is an `UPDATE ... WHERE` that only one worker wins. It holds until `lease_until`; the worker extends it
  while it works, and when the worker dies the claim lapses and the job may be claimed again.
- A claim counts as an attempt unless it is given back unused. After `MAX_ATTEMPTS` without an outcome the job ends
  as `gave_up`, so that a source that kills whatever draws it does not go round for ever.
- The kept still (docs/decisions/0061-the-kept-still.md) is a third job on the row, open when the other two are done.
  `renders/kept.py` looks for those that are open; no message stands for one before.
- Every function is idempotent. The first outcome wins; a later one, and one for a deleted shader, changes nothing.
- Each change is published to the topic of the shader's pictures (`topic_of`).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlmodel import col

from services.contracts.glsl import SourceError
from services.contracts.shaders import PreviewStatus, RenderStatus
from services.core.jobs.events import emit
from services.core.jobs.outbox import Job, enqueue
from services.core.kit.database import WriteSession
from services.core.kit.topics import publish
from services.core.renders import events
from services.core.renders.answers import CheckedResult
from services.core.renders.jobs import KEEP_STILL, RENDER_PREVIEW, RENDER_STILL
from services.core.renders.notices import tell_author
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Render, Shader, ShaderVersion

LEASE = timedelta(seconds=20)
# A renderer that dies takes its whole queue with it, so a loss says little about one job. With three attempts one
# shader in a hundred gave up in `make chaos` without a fault of its own.
MAX_ATTEMPTS = 5
GAVE_UP = "gave_up"
STATIC = "static"
# A kept still that a busy renderer gave up for others is let alone for so long.
KEPT_PAUSE = timedelta(seconds=30)
_SETTLED = [PreviewStatus.READY, PreviewStatus.SKIPPED]


@dataclass(frozen=True, slots=True)
class RenderJob:
    """A claimed job: which pictures of which version, and what a renderer needs to draw them.

    `attempt` counts from 1 and tells this claim from earlier and later ones.
    """

    kind: Job
    shader_id: str
    version: int
    attempt: int
    source: str
    dialect: str
    parameters: dict[str, Any]
    still_time: float | None

    @property
    def id(self) -> str:
        """A name for logs, the same in the worker and the renderer."""
        return f"{self.shader_id}.{self.version}.{self.kind.name.rpartition('.')[2]}.{self.attempt}"


def topic_of(shader_id: str) -> str:
    """The topic to which changes of a shader's pictures are published."""
    return f"render:{shader_id}"


async def claim_still(
    session: WriteSession, shader_id: str, version: int, *, lease: timedelta = LEASE
) -> RenderJob | None:
    """Claim the still of a version, or None when there is nothing to do: done, held by another, or deleted."""
    return await _claim(session, RENDER_STILL, shader_id, version, lease)


async def claim_preview(
    session: WriteSession, shader_id: str, version: int, *, lease: timedelta = LEASE
) -> RenderJob | None:
    """Claim the preview of a version whose still is ready; None as for `claim_still`."""
    return await _claim(session, RENDER_PREVIEW, shader_id, version, lease)


async def claim_kept(
    session: WriteSession, shader_id: str, version: int, *, lease: timedelta = LEASE
) -> RenderJob | None:
    """Claim the kept still of a version whose still and preview are done, at the still's time; None as above."""
    return await _claim(session, KEEP_STILL, shader_id, version, lease)


async def extend(session: WriteSession, job: RenderJob, *, lease: timedelta = LEASE) -> bool:
    """Hold the claim for another `lease`; False when it is lost."""
    return await _change(session, job, _held(job), {"lease_until": func.now() + lease}, visible=False)


async def give_back(session: WriteSession, job: RenderJob, *, used: bool) -> bool:
    """Let others claim the job again. `used` says that the attempt counts; the last one ends the job.

    Returns whether the job is open, that is, whether to try again.
    """
    if used and job.attempt >= MAX_ATTEMPTS:
        await _give_up(session, job)
        return False
    status, attempts = _columns(job.kind)
    pause = func.now() + KEPT_PAUSE if job.kind is KEEP_STILL else None
    values = {status.key: RenderStatus.PENDING, "lease_until": pause}
    if not used:
        values[attempts.key] = attempts - 1
    return await _change(session, job, _held(job), values)


async def finish_ready(session: WriteSession, job: RenderJob, still_name: str, result: CheckedResult) -> bool:
    """Record the still stored under `still_name`, refresh the shader's listing, and ask for the preview.

    Returns False when the shader was deleted, had its outcome already, or when its author has chosen another time for
    the still since the claim: the job that this choice asked for draws it.
    """
    assert result.still is not None  # noqa: S101 -- the pool checks that it is there when it was ordered
    values = {
        "status": RenderStatus.READY,
        "ready_at": func.now(),
        "lease_until": None,
        "still_name": still_name,
        "still_time": result.still.time,
        "average_color": result.still.average_color,
        "animated": result.animated,
        "backend": result.backend,
        "timings": result.timings,
        "kept_name": None,
        "kept_width": None,
        "kept_status": PreviewStatus.PENDING,
        "kept_attempts": 0,
    }
    if not result.animated:
        values |= {"preview_status": PreviewStatus.SKIPPED, "preview_reason": STATIC}
    if not await _change(session, job, [*_open(RENDER_STILL), _same_still_time(job)], values):
        return False
    await refresh_listing(session, job.shader_id)
    if result.animated:
        await enqueue(session, RENDER_PREVIEW, shader_id=job.shader_id, version=job.version)
    await emit(session, events.READY, shader_id=job.shader_id, version=job.version)
    return True


async def finish_failed(session: WriteSession, job: RenderJob, code: str, errors: list[SourceError]) -> bool:
    """Record that the version cannot be drawn, and why; the author sees `code` and `errors`."""
    values = {
        "status": RenderStatus.FAILED,
        "failure_code": code,
        "errors": [error.model_dump() for error in errors],
        "lease_until": None,
        "preview_status": PreviewStatus.SKIPPED,
        "preview_reason": "failed",
    }
    if not await _change(session, job, _open(RENDER_STILL), values):
        return False
    await emit(session, events.FAILED, shader_id=job.shader_id, version=job.version, code=code)
    if code != GAVE_UP:
        await tell_author(session, job.shader_id, job.version)
    return True


async def finish_preview(
    session: WriteSession, job: RenderJob, preview_name: str, flash_count: int | None = None
) -> bool:
    """Record the loop stored under `preview_name` and refresh the shader's listing."""
    values = {
        "preview_status": PreviewStatus.READY,
        "preview_name": preview_name,
        "lease_until": None,
        **_flashes(flash_count),
    }
    if not await _change(session, job, _open(RENDER_PREVIEW), values):
        return False
    await refresh_listing(session, job.shader_id)
    await emit(session, events.LOOP_READY, shader_id=job.shader_id, version=job.version)
    return True


async def skip_preview(session: WriteSession, job: RenderJob, reason: str, flash_count: int | None = None) -> bool:
    """Record that there will be no loop, and why. One that would not move tells that the shader does not."""
    values: dict[str, Any] = {
        "preview_status": PreviewStatus.SKIPPED,
        "preview_reason": reason,
        "lease_until": None,
        **_flashes(flash_count),
    }
    if reason == STATIC:
        values["animated"] = False
    if not await _change(session, job, _open(RENDER_PREVIEW), values):
        return False
    if reason == STATIC or flash_count is not None:
        await refresh_listing(session, job.shader_id)
    return True


async def finish_kept(session: WriteSession, job: RenderJob, kept_name: str, width: int) -> bool:
    """Record the kept still stored under `kept_name`, and refresh the listing; False if it is of an earlier still."""
    values = {"kept_status": PreviewStatus.READY, "kept_name": kept_name, "kept_width": width, "lease_until": None}
    same_still = col(Render.still_time).is_not_distinct_from(job.still_time)
    if not await _change(session, job, [*_open(KEEP_STILL), same_still], values):
        return False
    await refresh_listing(session, job.shader_id)
    return True


async def skip_kept(session: WriteSession, job: RenderJob) -> bool:
    """Record that the quick still is the one that is kept."""
    values = {"kept_status": PreviewStatus.SKIPPED, "lease_until": None}
    return await _change(session, job, _open(KEEP_STILL), values, visible=False)


async def _claim(session: WriteSession, kind: Job, shader_id: str, version: int, lease: timedelta) -> RenderJob | None:
    status, attempts = _columns(kind)
    free = or_(status == RenderStatus.PENDING, col(Render.lease_until) < func.now())
    claimed = await session.scalar(
        update(Render)
        .where(*_row(shader_id, version), *_open(kind), free)
        .values(
            {
                status: RenderStatus.RENDERING,
                attempts: attempts + 1,
                Render.lease_until: func.now() + lease,
                Render.updated_at: func.now(),
            }
        )
        .returning(attempts)
        .execution_options(synchronize_session=False)
    )
    if claimed is None:
        return None
    job = await _read(session, kind, shader_id, version, claimed)
    if claimed > MAX_ATTEMPTS:
        await _give_up(session, job)
        return None
    if kind is not KEEP_STILL:
        await publish(session, topic_of(shader_id))
    return job


async def _read(session: WriteSession, kind: Job, shader_id: str, version: int, attempt: int) -> RenderJob:
    render = and_(col(Render.shader_id) == col(ShaderVersion.shader_id), col(Render.version) == version)
    statement = (
        select(
            col(ShaderVersion.source),
            col(ShaderVersion.dialect),
            col(ShaderVersion.parameter_values),
            col(Render.still_time) if kind is KEEP_STILL else col(Shader.still_time),
        )
        .join(Shader, col(Shader.id) == col(ShaderVersion.shader_id))
        .join(Render, render)
        .where(col(ShaderVersion.shader_id) == shader_id, col(ShaderVersion.number) == version)
    )
    row = (await session.execute(statement)).one()
    return RenderJob(kind, shader_id, version, attempt, row[0], str(row[1]), row[2], row[3])


async def _give_up(session: WriteSession, job: RenderJob) -> None:
    if job.kind is RENDER_STILL:
        await finish_failed(session, job, GAVE_UP, [])
    elif job.kind is KEEP_STILL:
        await skip_kept(session, job)
    else:
        await skip_preview(session, job, GAVE_UP)


async def _change(
    session: WriteSession,
    job: RenderJob,
    conditions: list[ColumnElement[bool]],
    values: dict[str, Any],
    *,
    visible: bool = True,
) -> bool:
    """Set `values` on the job's row where `conditions` hold; whether they did. Publish it if watchers can see it."""
    changed = await session.scalar(
        update(Render)
        .where(*_row(job.shader_id, job.version), *conditions)
        .values({**values, "updated_at": func.now()})
        .returning(col(Render.version))
        .execution_options(synchronize_session=False)
    )
    if changed is not None and visible:
        await publish(session, topic_of(job.shader_id))
    return changed is not None


def _flashes(count: int | None) -> dict[str, int]:
    """What was not counted beside the loop is to be counted alone (renders/flashes.py)."""
    return {} if count is None else {"flash_count": count}


def _columns(kind: Job) -> tuple[Any, Any]:
    """The columns with the status and the attempts of this kind of job."""
    if kind is RENDER_STILL:
        return col(Render.status), col(Render.attempts)
    if kind is KEEP_STILL:
        return col(Render.kept_status), col(Render.kept_attempts)
    return col(Render.preview_status), col(Render.preview_attempts)


def _row(shader_id: str, version: int) -> list[ColumnElement[bool]]:
    alive = select(1).where(col(Shader.id) == shader_id, col(Shader.deleted_at).is_(None)).exists()
    return [col(Render.shader_id) == shader_id, col(Render.version) == version, alive]


def _open(kind: Job) -> list[ColumnElement[bool]]:
    status, _ = _columns(kind)
    conditions: list[ColumnElement[bool]] = [status.in_([RenderStatus.PENDING, RenderStatus.RENDERING])]
    if kind is not RENDER_STILL:
        conditions.append(col(Render.status) == RenderStatus.READY)
    if kind is KEEP_STILL:
        conditions.append(col(Render.preview_status).in_(_SETTLED))
    return conditions


def _same_still_time(job: RenderJob) -> ColumnElement[bool]:
    chosen = select(1).where(
        col(Shader.id) == job.shader_id, col(Shader.still_time).is_not_distinct_from(job.still_time)
    )
    return chosen.exists()


def _held(job: RenderJob) -> list[ColumnElement[bool]]:
    status, attempts = _columns(job.kind)
    return [*_open(job.kind), status == RenderStatus.RENDERING, attempts == job.attempt]
