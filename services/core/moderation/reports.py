"""Reports about shaders.

Everybody who is signed in may report a shader that they can see, once until it is resolved. What a moderator decides
about the shader (deciding.py) resolves all open reports about it.
"""

from uuid import UUID

from services.contracts.pages import Page
from services.contracts.shaders import Author, VersionRef
from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError, InvalidInputError
from services.core.moderation import repository
from services.core.moderation.models import Report
from services.core.moderation.schemas import ReportCreate, ReportPublic
from services.core.shaders.repository import require_visible


class AlreadyReportedError(ConflictError):
    """The caller has an open report about this shader."""

    code = "already_reported"
    title = "You have reported this work already"


class OwnReportError(InvalidInputError):
    """One's own shader is changed or deleted, not reported."""

    code = "own_report"
    title = "This is your own work"


async def report(session: WriteSession, caller: Caller, shader_id: str, request: ReportCreate) -> UUID:
    """Write a report and give its id."""
    caller.require(Permission.REPORT)
    if await require_visible(session, caller, shader_id) == caller.user_id:
        raise OwnReportError
    row = Report(shader_id=shader_id, reporter_id=caller.user_id, reason=request.reason, detail=request.detail)
    written = await repository.insert_report(session, row)
    if written is None:
        raise AlreadyReportedError
    return written


async def page(
    session: ReadSession, caller: Caller, *, resolved: bool, shader_id: str | None, cursor: str | None, limit: int
) -> Page[ReportPublic]:
    """Reports, the oldest first: the open ones, or those that are resolved."""
    rows, next_cursor = await repository.reports_page(
        session, caller, resolved=resolved, shader_id=shader_id, cursor=cursor, limit=limit
    )
    return Page(items=[_public(*row[:6]) for row in rows], next_cursor=next_cursor)


def _public(
    found: Report, version: int, title: str | None, author: User, reporter: str, moderator: str | None
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
