"""What moderators and authors read: the queue of works that wait, the log, and one's own decisions."""

from collections import defaultdict
from typing import Any

from services.contracts.pages import Page
from services.contracts.shaders import ShaderSummary
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession
from services.core.moderation import repository
from services.core.moderation.deciding import is_answerable
from services.core.moderation.models import Decision
from services.core.moderation.schemas import AuthorHistory, Case, CaseReport, DecisionPublic


async def queue(session: ReadSession, moderator: Caller, *, cursor: str | None, limit: int) -> Page[Case]:
    """The works that wait for a decision, the one that waits longest first.

    A work that its author has made private meanwhile is not shown, and waits until it is.
    """
    rows, next_cursor = await repository.cases_page(session, moderator, cursor=cursor, limit=limit)
    ids = [row.shader_id for row in rows]
    reports: dict[str, list[CaseReport]] = defaultdict(list)
    for found, reporter in await repository.open_reports(session, ids):
        reports[found.shader_id].append(
            CaseReport(reporter=reporter, reason=found.reason, detail=found.detail, created_at=found.created_at)
        )
    answered = {row[0].shader_id: _public(*row) for row in await repository.answered(session, moderator, ids)}
    histories = await repository.histories(session, {row.author_id for row in rows})
    items = [
        Case(
            shader=ShaderSummary.model_validate_json(row.card),
            description=row.description,
            updated_at=row.updated_at,
            hidden_reason=row.hidden_reason,
            waits_since=row.since,
            reports=reports[row.shader_id],
            answered=answered.get(row.shader_id),
            history=AuthorHistory.model_validate(histories[row.author_id], from_attributes=True),
        )
        for row in rows
    ]
    return Page(items=items, next_cursor=next_cursor)


async def logged(
    session: ReadSession, moderator: Caller, *, shader_id: str | None, cursor: str | None, limit: int
) -> Page[DecisionPublic]:
    """All decisions, or those about a shader, the newest first."""
    rows, next_cursor = await repository.decisions_page(
        session, moderator, shader_id=shader_id, own=False, cursor=cursor, limit=limit
    )
    return Page(items=[_public(*row[:4]) for row in rows], next_cursor=next_cursor)


async def own(session: ReadSession, caller: Caller, *, cursor: str | None, limit: int) -> Page[DecisionPublic]:
    """Decisions about the caller's works, the newest first; they do not say which moderator made them."""
    rows, next_cursor = await repository.decisions_page(
        session, caller, shader_id=None, own=True, cursor=cursor, limit=limit
    )
    return Page(items=[_public(*row[:3]) for row in rows], next_cursor=next_cursor)


async def answerable(session: ReadSession, author: Caller) -> list[DecisionPublic]:
    """The decisions that the author may answer now, the newest first."""
    return [_public(*row[:3]) for row in await repository.answerable(session, author)]


async def decision(session: ReadSession, caller: Caller, found: Decision) -> DecisionPublic:
    """A decision that was written or answered in this transaction, as its author or a moderator sees it."""
    await session.flush()
    row = await repository.decision_row(session, caller, found.id)
    return _public(*(row[:3] if found.author_id == caller.user_id else row))


def _public(found: Decision, title: str | None, author: str, moderator: Any = None) -> DecisionPublic:
    return DecisionPublic(
        id=found.id,
        shader_id=found.shader_id,
        title=title,
        author=author,
        moderator=moderator,
        action=found.action,
        reason=found.reason,
        reports=found.reports,
        created_at=found.created_at,
        answer=found.answer,
        answered_at=found.answered_at,
        answerable=is_answerable(found),
    )
