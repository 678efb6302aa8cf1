"""Which works want a kept still now.

No message stands for such a work from the beginning: whatever has a picture, is no draft, awaits no review, and has no
kept still is to get one, newly published or years old. A task looks for the newest of them when no still and no preview
waits, and sends a few. Each is marked by a lease on its row, which becomes the worker's, or a pause where a renderer
had something else to do. While as many are marked as may be at once no more are sent, and a message that is lost is
sent again when its mark is over.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlmodel import col

from services.contracts.shaders import PreviewStatus, RenderStatus, Visibility
from services.core.jobs.outbox import enqueue
from services.core.kit.database import WriteSession
from services.core.renders.jobs import KEEP_STILL
from services.core.renders.reconcile import others_wait
from services.core.shaders.models import Render, Shader

MOST_AT_ONCE = 4
SENT_FOR = timedelta(minutes=1)
_OPEN = (
    col(Render.status) == RenderStatus.READY,
    col(Render.preview_status).in_([PreviewStatus.READY, PreviewStatus.SKIPPED]),
    col(Render.kept_status).in_([PreviewStatus.PENDING, PreviewStatus.RENDERING]),
)


async def send_unkept(session: WriteSession) -> int:
    """Have a few kept stills drawn, and return how many."""
    marked = select(func.count()).select_from(Render).where(*_OPEN, col(Render.lease_until) > func.now())
    room = MOST_AT_ONCE - (await session.scalar(marked) or 0)
    if room <= 0 or await others_wait(session):
        return 0
    found = (await session.execute(_unkept().limit(room).with_for_update(of=Render, skip_locked=True))).all()
    for shader_id, version in found:
        await session.execute(
            update(Render)
            .where(col(Render.shader_id) == shader_id, col(Render.version) == version)
            .values(kept_status=PreviewStatus.PENDING, lease_until=func.now() + SENT_FOR)
            .execution_options(synchronize_session=False)
        )
        await enqueue(session, KEEP_STILL, shader_id=shader_id, version=version)
    return len(found)


def _unkept() -> Any:
    """The shown versions without a kept still, which nobody has in hand, the newest work first."""
    shown = and_(col(Render.shader_id) == col(Shader.id), col(Render.version) == col(Shader.rendered_version))
    return (
        select(col(Render.shader_id), col(Render.version))
        .join(Shader, shown)
        .where(
            # As the index ix_shaders_unkept has it.
            col(Shader.kept_width).is_(None),
            col(Shader.rendered_version).is_not(None),
            col(Shader.deleted_at).is_(None),
            col(Shader.visibility) != Visibility.DRAFT,
            col(Shader.review_asked_at).is_(None),
            *_OPEN,
            or_(col(Render.lease_until).is_(None), col(Render.lease_until) < func.now()),
        )
        .order_by(col(Shader.created_at).desc())
    )
