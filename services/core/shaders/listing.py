"""What lists show of a shader, kept on its row: whether it is listed, its pictures, and how many forks are listed.

`refresh_listing` is called in the transaction of whatever changed: a render that ended, a new visibility, a hide, a
delete, a review. It is idempotent and safe beside others that do the same. The pictures are those of the newest version
that has some, so a shader whose newest version is being drawn, or does not compile, keeps the picture it had. What
others see shows no picture of a version that they do not see. Whose shader was forked is told when the fork is first
listed.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, false, func, select, update
from sqlmodel import col

from services.contracts.shaders import Visibility
from services.core.kit.database import WriteSession
from services.core.shaders.models import Render, Shader
from services.core.shaders.notices import tell_of_fork
from services.core.shaders.visibility import PUBLISHED


async def refresh_listing(session: WriteSession, shader_id: str) -> None:
    """Set `listed` and the picture fields of the shader `shader_id`; nothing happens if there is no such shader."""
    await session.flush()
    shader = await _lock(session, shader_id)
    if shader is None:
        return
    first = shader.public_from if shader.visibility in PUBLISHED else 1
    newest = await session.scalar(
        select(Render)
        .where(col(Render.shader_id) == shader_id, col(Render.still_name).is_not(None), col(Render.version) >= first)
        .order_by(col(Render.version).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    kept_back = shader.hidden_at or shader.withheld or shader.deleted_at or shader.review_asked_at
    listed = shader.visibility == Visibility.PUBLIC and not kept_back and newest is not None
    await session.execute(
        update(Shader)
        .where(col(Shader.id) == shader_id)
        .values(
            listed=listed,
            rendered_version=newest.version if newest else None,
            still_name=newest.still_name if newest else None,
            preview_name=newest.preview_name if newest else None,
            kept_name=newest.kept_name if newest else None,
            kept_width=newest.kept_width if newest else None,
            average_color=newest.average_color if newest else None,
            animated=newest.animated if newest else None,
            flash_count=newest.flash_count if newest else None,
        )
    )
    if shader.parent_id is not None and listed != shader.listed:
        await refresh_fork_count(session, shader.parent_id)
        if listed:
            await tell_of_fork(session, shader_id, shader.parent_id)


async def withhold_works_of(session: WriteSession, author_id: UUID, *, withheld: bool) -> None:
    """Hide all shaders of an author who is suspended, or show them again as they were.

    The caller holds the author's row, so that no shader is added meanwhile.
    """
    mine = col(Shader.author_id) == author_id
    # The newest first: a fork is younger than its parent, and is locked before it.
    order = col(Shader.created_at).desc(), col(Shader.id).desc()
    await session.execute(select(col(Shader.id)).where(mine).order_by(*order).with_for_update(key_share=True))
    may_be_listed = and_(
        col(Shader.visibility) == Visibility.PUBLIC,
        col(Shader.hidden_at).is_(None),
        col(Shader.deleted_at).is_(None),
        col(Shader.review_asked_at).is_(None),
        col(Shader.still_name).is_not(None),
    )
    await session.execute(
        update(Shader)
        .where(mine)
        .values(withheld=withheld, listed=false() if withheld else may_be_listed)
        .execution_options(synchronize_session=False)
    )
    parents = select(col(Shader.parent_id)).where(mine, col(Shader.parent_id).is_not(None)).distinct()
    for parent_id in sorted(filter(None, await session.scalars(parents)), reverse=True):
        await refresh_fork_count(session, parent_id)


async def refresh_fork_count(session: WriteSession, parent_id: str) -> None:
    """Count the listed forks of `parent_id` again."""
    # The lock comes in a statement of its own, so that the count sees what the one before us committed.
    await _lock(session, parent_id)
    count = await session.scalar(
        select(func.count()).select_from(Shader).where(col(Shader.parent_id) == parent_id, col(Shader.listed))
    )
    await session.execute(update(Shader).where(col(Shader.id) == parent_id).values(forks=count or 0))


async def _lock(session: WriteSession, shader_id: str) -> Row[Any] | None:
    """What the shader's row says, locked. A fork is locked before its parent, never after it."""
    statement: Any = (
        select(
            col(Shader.visibility),
            col(Shader.hidden_at),
            col(Shader.deleted_at),
            col(Shader.withheld),
            col(Shader.review_asked_at),
            col(Shader.listed),
            col(Shader.parent_id),
            col(Shader.public_from),
        )
        .where(col(Shader.id) == shader_id)
        .with_for_update(key_share=True)
    )
    row: Row[Any] | None = (await session.execute(statement)).one_or_none()
    return row
