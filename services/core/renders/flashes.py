"""Counting the flashes of what has its pictures: works of earlier releases, and loops that came without a count.

A loop is drawn and measured by one job (service.py). Whatever moves, has all of its pictures and no count is measured
alone: a task looks for the newest of them when no still and no loop waits, and sends a few. Each is marked by the time
at which it may be sent again, so a message that is lost, or whose worker dies, does no harm; after `MAX_ATTEMPTS`
without an answer it is let be, and its count stays unknown. So does that of what is too slow to be measured. Every
function may be called twice; the newest count stands.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlmodel import col

from services.contracts.shaders import PreviewStatus, RenderStatus
from services.core.jobs.outbox import enqueue
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.topics import publish
from services.core.renders.jobs import COUNT_FLASHES
from services.core.renders.reconcile import others_wait
from services.core.renders.service import MAX_ATTEMPTS, topic_of
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Render, Shader, ShaderVersion

MOST_AT_ONCE = 4
SENT_FOR = timedelta(minutes=2)
BUSY_FOR = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A version whose flashes are to be counted, and what a renderer needs for that."""

    shader_id: str
    version: int
    source: str
    dialect: str
    parameters: dict[str, Any]
    # How often it was tried before.
    tries: int = 0

    @property
    def id(self) -> str:
        """A name for logs, the same in the worker and the renderer."""
        return f"{self.shader_id}.{self.version}.flashes"


async def send_unmeasured(session: WriteSession) -> int:
    """Have the flashes of a few versions counted, and return of how many."""
    marked = select(func.count()).select_from(Render).where(*_unmeasured(), col(Render.flash_due_at) > func.now())
    room = MOST_AT_ONCE - (await session.scalar(marked) or 0)
    if room <= 0 or await others_wait(session):
        return 0
    due = or_(col(Render.flash_due_at).is_(None), col(Render.flash_due_at) <= func.now())
    statement = (
        select(col(Render.shader_id), col(Render.version))
        .join(Shader, col(Shader.id) == col(Render.shader_id))
        .where(*_unmeasured(), due, col(Shader.deleted_at).is_(None))
        .order_by(col(Render.created_at).desc())
        .limit(room)
        .with_for_update(of=Render, skip_locked=True)
    )
    found = (await session.execute(statement)).all()
    for shader_id, version in found:
        values = {"flash_attempts": col(Render.flash_attempts) + 1, "flash_due_at": func.now() + SENT_FOR}
        await _change(session, shader_id, version, values)
        await enqueue(session, COUNT_FLASHES, shader_id=shader_id, version=version)
    return len(found)


async def unmeasured(session: ReadSession, shader_id: str, version: int) -> Unmeasured | None:
    """The version, unless it was measured or deleted meanwhile."""
    render = and_(col(Render.shader_id) == col(ShaderVersion.shader_id), col(Render.version) == version)
    statement = (
        select(
            col(ShaderVersion.source),
            col(ShaderVersion.dialect),
            col(ShaderVersion.parameter_values),
            func.greatest(col(Render.flash_attempts) - 1, 0),
        )
        .join(Render, render)
        .join(Shader, col(Shader.id) == col(ShaderVersion.shader_id))
        .where(col(ShaderVersion.shader_id) == shader_id, col(ShaderVersion.number) == version)
        .where(col(Shader.deleted_at).is_(None), col(Render.flash_count).is_(None))
    )
    row = (await session.execute(statement)).one_or_none()
    return Unmeasured(shader_id, version, row[0], str(row[1]), row[2], row[3]) if row is not None else None


async def record(session: WriteSession, work: Unmeasured, count: int | None) -> None:
    """Keep the count, and refresh the listing; None says that it cannot be counted."""
    if count is None:
        await _change(session, work.shader_id, work.version, {"flash_attempts": MAX_ATTEMPTS})
        return
    await _change(session, work.shader_id, work.version, {"flash_count": count})
    await refresh_listing(session, work.shader_id)
    await publish(session, topic_of(work.shader_id))


async def put_off(session: WriteSession, work: Unmeasured) -> None:
    """Nobody had time for it, which does not count as an attempt."""
    less = func.greatest(col(Render.flash_attempts) - 1, 0)
    values = {"flash_attempts": less, "flash_due_at": func.now() + BUSY_FOR}
    await _change(session, work.shader_id, work.version, values)


async def _change(session: WriteSession, shader_id: str, version: int, values: dict[str, Any]) -> None:
    await session.execute(
        update(Render)
        .where(col(Render.shader_id) == shader_id, col(Render.version) == version)
        .values(values)
        .execution_options(synchronize_session=False)
    )


def _unmeasured() -> list[ColumnElement[bool]]:
    """As the index ix_renders_unmeasured has it, and not given up."""
    return [
        col(Render.flash_count).is_(None),
        col(Render.animated).is_(True),
        col(Render.status) == RenderStatus.READY,
        col(Render.preview_status).in_([PreviewStatus.READY, PreviewStatus.SKIPPED]),
        col(Render.flash_attempts) < MAX_ATTEMPTS,
    ]
