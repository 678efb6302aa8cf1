"""What lists show of a work, kept on its row: whether it is listed, and its pictures.

`refresh_listing` is called in the transaction of whatever changed: a render that ended, a new visibility, a hide, a
delete. It is idempotent and safe beside others that do the same. The pictures are those of the newest version that
has some, so a work whose newest version is being drawn, or does not compile, keeps the picture it had.
"""

from sqlalchemy import func, select, update
from sqlmodel import col

from services.core.db import WriteSession
from services.core.models.shaders import Render, Shader, Visibility
from services.core.shaders.visibility import is_published


async def refresh_listing(session: WriteSession, shader_id: str) -> None:
    """Set `listed` and the picture fields of the work `shader_id`; nothing happens if there is no such work."""
    await session.flush()
    locked = await session.execute(
        select(col(Shader.visibility), col(Shader.hidden_at), col(Shader.deleted_at))
        .where(col(Shader.id) == shader_id)
        .with_for_update(key_share=True)
    )
    shader = locked.one_or_none()
    if shader is None:
        return
    newest = await session.scalar(
        select(Render)
        .where(col(Render.shader_id) == shader_id, col(Render.still_name).is_not(None))
        .order_by(col(Render.version).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    shown = shader.visibility == Visibility.PUBLIC and shader.hidden_at is None and shader.deleted_at is None
    await session.execute(
        update(Shader)
        .where(col(Shader.id) == shader_id)
        .values(
            listed=shown and newest is not None,
            rendered_version=newest.version if newest else None,
            still_name=newest.still_name if newest else None,
            preview_name=newest.preview_name if newest else None,
            average_color=newest.average_color if newest else None,
            animated=newest.animated if newest else None,
        )
    )


async def refresh_fork_count(session: WriteSession, parent_id: str) -> None:
    """Count the published forks of `parent_id` again; call it when one of them appears or goes."""
    await session.flush()
    # The lock comes in a statement of its own, so that the count sees what the one before us committed.
    await session.execute(select(col(Shader.id)).where(col(Shader.id) == parent_id).with_for_update(key_share=True))
    count = await session.scalar(
        select(func.count()).select_from(Shader).where(col(Shader.parent_id) == parent_id, is_published())
    )
    await session.execute(update(Shader).where(col(Shader.id) == parent_id).values(forks=count or 0))
