"""The net under the render queue: jobs whose message is lost are sent again.

Every open job has a message: in the outbox, or in Redis until it is done. Only when there are fewer messages than
open jobs is something lost (Redis without its file, say); then the jobs that nobody has touched for longest are sent
again, as many as are missing. So a long queue is never sent twice, however long its jobs wait.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlmodel import col

from services.contracts.shaders import PreviewStatus, RenderStatus
from services.core.jobs.models import OutboxMessage
from services.core.jobs.outbox import enqueue
from services.core.kit.database import WriteSession
from services.core.renders.jobs import RENDER_PREVIEW, RENDER_STILL
from services.core.shaders.models import Render, Shader

STALE_AFTER = timedelta(seconds=30)
MOST_AT_ONCE = 100


async def resend_lost(session: WriteSession, *, in_redis: int, stale_after: timedelta = STALE_AFTER) -> int:
    """Send lost jobs again and return how many; `in_redis` counts the render messages there, read just before."""
    messages = in_redis + await _count(session, select(OutboxMessage).where(col(OutboxMessage.queue) == "render"))
    missing = await _count(session, _open_jobs()) - messages
    if missing <= 0:
        return 0
    stale = (
        _open_jobs()
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


def _open_jobs() -> Any:
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


async def _count(session: WriteSession, statement: Any) -> int:
    return await session.scalar(select(func.count()).select_from(statement.subquery())) or 0
