"""Reports about works, and what moderators do with them.

Everybody who is signed in may report a work that they can see, once until it is resolved. A moderator dismisses a
report or hides the work; a hidden work is seen by its author and by moderators only, with the reason, and comes back
as it was when it is unhidden. Hiding resolves all open reports about the work.
"""

from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.contracts.pages import Page
from services.contracts.shaders import Author, VersionRef
from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError, InvalidInputError, NotFoundError
from services.core.kit.pagination import InvalidCursorError, decode_cursor, encode_cursor, parse_time
from services.core.kit.tables import utc_now
from services.core.moderation.models import Report
from services.core.moderation.schemas import ReportCreate, ReportPublic, Resolution
from services.core.shaders import repository
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Shader

log = structlog.get_logger("moderation")


class AlreadyReportedError(ConflictError):
    """The caller has an open report about this work."""

    code = "already_reported"
    title = "You have reported this work already"


class OwnWorkError(InvalidInputError):
    """One's own work is changed or deleted, not reported."""

    code = "own_work"
    title = "This is your own work"


class AlreadyResolvedError(ConflictError):
    """Another moderator was faster."""

    code = "already_resolved"
    title = "This report is resolved"


async def report(session: WriteSession, caller: Caller, shader_id: str, order: ReportCreate) -> UUID:
    """Write a report and give its id."""
    work = await repository.require_visible(session, caller, shader_id)
    if work.author_id == caller.user_id:
        raise OwnWorkError
    row = Report(shader_id=shader_id, reporter_id=caller.user_id, reason=order.reason, detail=order.detail)
    statement = insert(Report).values(row.model_dump()).on_conflict_do_nothing().returning(col(Report.id))
    written: UUID | None = await session.scalar(statement)
    if written is None:
        raise AlreadyReportedError
    return written


async def reports(
    session: ReadSession, *, resolved: bool, shader_id: str | None, cursor: str | None, limit: int
) -> Page[ReportPublic]:
    """Reports, the oldest first: the open ones, or those that are resolved."""
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
        .order_by(col(Report.created_at), col(Report.id))
        .limit(limit + 1)
    )
    if shader_id is not None:
        statement = statement.where(col(Report.shader_id) == shader_id)
    listing = f"reports {resolved} {shader_id}"
    if cursor:
        created_at, last_id = decode_cursor(listing, cursor, str, str)
        after = tuple_(parse_time(created_at), _parse_uuid(last_id))
        statement = statement.where(tuple_(col(Report.created_at), col(Report.id)) > after)
    rows = (await session.execute(statement)).all()
    items = [_public(*row) for row in rows[:limit]]
    more = len(rows) > limit
    next_cursor = encode_cursor(listing, items[-1].created_at.isoformat(), str(items[-1].id)) if more else None
    return Page(items=items, next_cursor=next_cursor)


async def resolve(session: WriteSession, moderator: Caller, report_id: UUID, resolution: Resolution) -> None:
    """Dismiss a report, or hide the work because of it."""
    statement = select(Report).where(col(Report.id) == report_id).with_for_update()
    found = (await session.scalars(statement)).one_or_none()
    if found is None:
        raise NotFoundError("There is no such report")
    if found.resolved_at is not None:
        raise AlreadyResolvedError
    if resolution is Resolution.HIDDEN:
        await hide(session, moderator, found.shader_id, f"Reported: {found.reason}")
        return
    found.resolved_at, found.resolution, found.moderator_id = utc_now(), resolution, moderator.user_id


async def hide(session: WriteSession, moderator: Caller, shader_id: str, reason: str) -> None:
    """Hide a work from everybody but its author and moderators; its open reports are resolved by that."""
    shader = await repository.locked_for_moderation(session, shader_id)
    now = utc_now()
    shader.hidden_at, shader.hidden_reason = shader.hidden_at or now, reason
    await session.execute(
        update(Report)
        .where(col(Report.shader_id) == shader_id, col(Report.resolved_at).is_(None))
        .values(resolved_at=now, resolution=Resolution.HIDDEN, moderator_id=moderator.user_id)
    )
    await refresh_listing(session, shader_id)
    log.info("shader.hidden", shader_id=shader_id, moderator_id=str(moderator.user_id))


async def unhide(session: WriteSession, moderator: Caller, shader_id: str) -> None:
    """Show a work again, as it was before."""
    shader = await repository.locked_for_moderation(session, shader_id)
    shader.hidden_at = shader.hidden_reason = None
    await refresh_listing(session, shader_id)
    log.info("shader.unhidden", shader_id=shader_id, moderator_id=str(moderator.user_id))


def _public(
    found: Report, version: int, title: str, author: User, reporter: str, moderator: str | None
) -> ReportPublic:
    return ReportPublic(
        id=found.id,
        shader=VersionRef(id=found.shader_id, version=version),
        title=title,
        author=Author(handle=author.handle, display_name=author.display_name),
        reporter=reporter,
        reason=found.reason,
        detail=found.detail,
        created_at=found.created_at,
        resolved_at=found.resolved_at,
        resolution=found.resolution,
        moderator=moderator,
    )


def _parse_uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidCursorError from error
