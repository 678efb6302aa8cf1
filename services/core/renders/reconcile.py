"""The net under the render queue: as many messages as open jobs.

Every open job has a message: in the outbox, or in Redis until it is done. Only when there are fewer messages than
open jobs is something lost (Redis without its file, say); then the jobs that nobody has touched for longest are sent
again, as many as are missing. So a long queue is never sent twice, however long its jobs wait. The other way round,
`count_surplus` says how many messages there are too many, as after a deletion of what waited.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlmodel import col

from services.contracts.shaders import PreviewStatus, RenderStatus
from services.core.jobs.models import OutboxMessage
from services.core.jobs.outbox import enqueue
from services.core.kit.database import ReadSession, WriteSession
from services.core.renders.jobs import RENDER_PREVIEW, RENDER_STILL
from services.core.shaders.models import Render, Shader

STALE_AFTER = timedelta(seconds=30)
MOST_AT_ONCE = 100
DELETED = "deleted"


async def resend_lost(session: WriteSession, *, in_redis: int, stale_after: timedelta = STALE_AFTER) -> int:
    """Send lost jobs again and return how many; `in_redis` counts the render messages there, read just before."""
    missing = -await count_surplus(session, in_redis=in_redis)
    if missing <= 0:
        return 0
    stale = (
        open_jobs()
        .where(col(Render.updated_at) < func.now() - stale_after)
        .where(or_(col(Render.lease_until).is_(None), col(Render.lease_until) < func.now()))
        .order_by(col(Render.updated_at))
        .limit(min(missing, MOST_AT_ONCE))
        .with_for_update(of=Render, skip_locked=True)
    )
    renders = (await session.scalars(stale)).all()
    for render in renders:
        job = RENDER_STILL if _is_open(render.status) else RENDER_PREVIEW
        await enqueue(session, job, shader_id=render.shader_id, version=render.version)
        await session.execute(
            update(Render)
            .where(col(Render.shader_id) == render.shader_id, col(Render.version) == render.version)
            .values(updated_at=func.now())
            .execution_options(synchronize_session=False)
        )
    return len(renders)


async def count_surplus(session: ReadSession, *, in_redis: int) -> int:
    """How many more messages there are than open jobs; below zero for messages that are missing."""
    in_outbox = await _count(session, select(OutboxMessage).where(col(OutboxMessage.queue) == RENDER_STILL.queue))
    return in_redis + in_outbox - await count_open(session)


async def count_open(session: ReadSession) -> int:
    """How many jobs wait or are being drawn."""
    return await _count(session, open_jobs())


async def close_deleted(session: WriteSession) -> int:
    """End the open jobs of shaders that were deleted, so that nobody looks at them any more; returns how many."""
    deleted = select(col(Shader.id)).where(col(Shader.deleted_at).is_not(None))
    closed = await session.scalars(
        update(Render)
        .where(or_(_open(col(Render.status)), _open(col(Render.preview_status))), col(Render.shader_id).in_(deleted))
        .values(
            status=case((_open(col(Render.status)), RenderStatus.FAILED), else_=col(Render.status)),
            failure_code=case((_open(col(Render.status)), DELETED), else_=col(Render.failure_code)),
            preview_status=PreviewStatus.SKIPPED,
            preview_reason=DELETED,
            lease_until=None,
        )
        .returning(col(Render.version))
        .execution_options(synchronize_session=False)
    )
    return len(closed.all())


async def others_wait(session: ReadSession) -> bool:
    """Whether a still or a loop waits; what nobody waits for comes after them."""
    waiting = open_jobs().where(or_(col(Render.lease_until).is_(None), col(Render.lease_until) < func.now()))
    return await session.scalar(select(waiting.exists())) or False


def open_jobs() -> Any:
    """The renders with an open job; each has one, as a preview begins when the still is ready."""
    return (
        select(Render)
        .join(Shader, col(Shader.id) == col(Render.shader_id))
        .where(col(Shader.deleted_at).is_(None), or_(_open(col(Render.status)), _preview_open()))
    )


def _preview_open() -> ColumnElement[bool]:
    return and_(col(Render.status) == RenderStatus.READY, _open(col(Render.preview_status)))


def _open(status: Any) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = status.in_(["pending", "rendering"])
    return condition


def _is_open(status: RenderStatus | PreviewStatus) -> bool:
    return status in ("pending", "rendering")


async def _count(session: ReadSession, statement: Any) -> int:
    return await session.scalar(select(func.count()).select_from(statement.subquery())) or 0
