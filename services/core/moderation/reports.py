"""Reports.

Everybody who is signed in may report what they can see, once until it is resolved. What a moderator decides about it
(deciding.py) resolves all open reports about it.
"""

from uuid import UUID

from services.contracts.pages import Page
from services.contracts.shaders import Author
from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError, InvalidInputError
from services.core.moderation import repository, subjects
from services.core.moderation.models import Report
from services.core.moderation.schemas import ReportCreate, ReportPublic, SubjectRef
from services.core.registry.reportable import Subject


class AlreadyReportedError(ConflictError):
    """The caller has an open report about it."""

    code = "already_reported"
    title = "You have reported this already"


class OwnReportError(InvalidInputError):
    """What is one's own is changed or deleted, not reported."""

    code = "own_report"
    title = "This is your own"


async def report(session: WriteSession, caller: Caller, subject: Subject, request: ReportCreate) -> UUID:
    """Write a report and give its id."""
    caller.require(Permission.REPORT)
    if await subjects.author_of(session, caller, subject) == caller.user_id:
        raise OwnReportError
    row = Report(
        reporter_id=caller.user_id, reason=request.reason, detail=request.detail, **subjects.as_column(subject)
    )
    written = await repository.insert_report(session, row)
    if written is None:
        raise AlreadyReportedError
    return written


async def page(
    session: ReadSession, caller: Caller, *, resolved: bool, subject: Subject | None, cursor: str | None, limit: int
) -> Page[ReportPublic]:
    """Reports, the oldest first: the open ones, or those that are resolved."""
    rows, next_cursor = await repository.reports_page(
        session, resolved=resolved, subject=subject, cursor=cursor, limit=limit
    )
    titles = await subjects.titles(session, caller, (row[0].subject for row in rows))
    items = [_public(*row[:4], title=titles.get(row[0].subject)) for row in rows]
    return Page(items=items, next_cursor=next_cursor)


def _public(found: Report, author: User, reporter: str, moderator: str | None, *, title: str | None) -> ReportPublic:
    return ReportPublic(
        id=found.id,
        subject=SubjectRef.model_validate(found.subject, from_attributes=True),
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
