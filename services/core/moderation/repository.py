"""Every query about reports."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.core.accounts.models import User
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.pagination import keyset_page
from services.core.kit.tables import utc_now
from services.core.moderation.models import Report
from services.core.moderation.schemas import Resolution
from services.core.shaders.models import Shader


async def insert_report(session: WriteSession, report: Report) -> UUID | None:
    """The id of the new report; None when its reporter has an open one about this shader."""
    statement = insert(Report).values(report.model_dump()).on_conflict_do_nothing().returning(col(Report.id))
    written: UUID | None = await session.scalar(statement)
    return written


async def locked_report(session: WriteSession, report_id: UUID) -> Report | None:
    """The report, locked until the transaction ends."""
    return (await session.scalars(select(Report).where(col(Report.id) == report_id).with_for_update())).one_or_none()


async def resolve_open(
    session: WriteSession, shader_id: str, resolution: Resolution, moderator_id: UUID
) -> dict[UUID, UUID]:
    """Resolve all open reports about a shader; gives them by their reporters, of whom each has one."""
    rows = await session.execute(
        update(Report)
        .where(col(Report.shader_id) == shader_id, col(Report.resolved_at).is_(None))
        .values(resolved_at=utc_now(), resolution=resolution, moderator_id=moderator_id)
        .returning(col(Report.reporter_id), col(Report.id))
        .execution_options(synchronize_session=False)
    )
    return {row.reporter_id: row.id for row in rows}


async def reports_page(
    session: ReadSession, *, resolved: bool, shader_id: str | None, cursor: str | None, limit: int
) -> tuple[Sequence[Any], str | None]:
    """Reports, the oldest first, and the cursor of the next page.

    Each row is the report, the shader's version and title, its author, and the handles of reporter and moderator.
    """
    reporter, author, moderator = aliased(User), aliased(User), aliased(User)
    state = col(Report.resolved_at)
    statement: Any = (
        select(
            Report,
            col(Shader.current_version),
            col(Shader.title),
            author,
            col(reporter.handle),
            col(moderator.handle),
        )
        .join(Shader, col(Shader.id) == col(Report.shader_id))
        .join(author, col(author.id) == col(Shader.author_id))
        .join(reporter, col(reporter.id) == col(Report.reporter_id))
        .outerjoin(moderator, col(moderator.id) == col(Report.moderator_id))
        .where(state.is_not(None) if resolved else state.is_(None))
    )
    if shader_id is not None:
        statement = statement.where(col(Report.shader_id) == shader_id)
    return await keyset_page(
        session,
        statement,
        col(Report.created_at),
        col(Report.id),
        listing=f"reports {resolved} {shader_id}",
        cursor=cursor,
        limit=limit,
        descending=False,
    )
