"""What moderators and authors read: the queue of what waits, the log, and decisions about what is one's own."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from services.contracts.pages import Page
from services.contracts.shaders import Author
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession
from services.core.moderation import repository, subjects
from services.core.moderation.deciding import is_answerable
from services.core.moderation.models import Decision
from services.core.moderation.schemas import AuthorHistory, Case, CaseReport, DecisionPublic, SubjectRef
from services.core.registry.reportable import Looked, Subject


async def queue(session: ReadSession, moderator: Caller, *, cursor: str | None, limit: int) -> Page[Case]:
    """What waits for a decision, the one that waits longest first.

    A shader that its author has made private meanwhile is not shown, and waits until it is; nor is a desire that was
    taken back.
    """
    waiting, next_cursor = await repository.cases_page(session, moderator, cursor=cursor, limit=limit)
    found = [subject for subject, _ in waiting]
    looked = await subjects.looked_at(session, moderator, found)
    reports: dict[Subject, list[CaseReport]] = defaultdict(list)
    for row, reporter in await repository.open_reports(session, found):
        reports[row.subject].append(
            CaseReport(reporter=reporter, reason=row.reason, detail=row.detail, created_at=row.created_at)
        )
    answered = await _public(session, moderator, await repository.answered(session, found), moderators=True)
    by_subject = {Subject(each.subject.kind, each.subject.id): each for each in answered}
    histories = await repository.histories(session, {each.author_id for each in looked.values()})
    items = [
        _case(
            subject,
            looked[subject],
            histories[looked[subject].author_id],
            waits_since=since,
            reports=reports[subject],
            answered=by_subject.get(subject),
        )
        for subject, since in waiting
        if subject in looked
    ]
    return Page(items=items, next_cursor=next_cursor)


def _case(subject: Subject, looked: Looked, history: Any, **waits: Any) -> Case:
    return Case(
        subject=SubjectRef(kind=subject.kind, id=subject.id),
        author=Author(handle=history.handle, display_name=history.display_name),
        text=looked.text,
        shader=looked.card,
        updated_at=looked.updated_at,
        hidden_reason=looked.hidden_reason,
        history=AuthorHistory.model_validate(history, from_attributes=True),
        **waits,
    )


async def logged(
    session: ReadSession, moderator: Caller, *, subject: Subject | None, cursor: str | None, limit: int
) -> Page[DecisionPublic]:
    """All decisions, or those about one thing, the newest first."""
    rows, next_cursor = await repository.decisions_page(
        session, subject=subject, author_id=None, cursor=cursor, limit=limit
    )
    return Page(items=await _public(session, moderator, rows, moderators=True), next_cursor=next_cursor)


async def own(session: ReadSession, caller: Caller, *, cursor: str | None, limit: int) -> Page[DecisionPublic]:
    """Decisions about what is the caller's, the newest first; they do not say which moderator made them."""
    rows, next_cursor = await repository.decisions_page(
        session, subject=None, author_id=caller.user_id, cursor=cursor, limit=limit
    )
    return Page(items=await _public(session, caller, rows), next_cursor=next_cursor)


async def answerable(session: ReadSession, author: Caller) -> list[DecisionPublic]:
    """The decisions that the author may answer now, the newest first."""
    return await _public(session, author, await repository.answerable(session, author.user_id))


async def decision(session: ReadSession, caller: Caller, found: Decision) -> DecisionPublic:
    """A decision that was written or answered in this transaction, as its author or a moderator sees it."""
    await session.flush()
    row = await repository.decision_row(session, found.id)
    return (await _public(session, caller, [row], moderators=found.author_id != caller.user_id))[0]


async def _public(
    session: ReadSession, caller: Caller, rows: Sequence[Any], *, moderators: bool = False
) -> list[DecisionPublic]:
    """Of rows of `_decisions`; by whom they were made is for `moderators`."""
    titles = await subjects.titles(session, caller, (row[0].subject for row in rows))
    return [
        DecisionPublic(
            id=found.id,
            subject=SubjectRef.model_validate(found.subject, from_attributes=True),
            title=titles.get(found.subject),
            author=author,
            moderator=moderator if moderators else None,
            action=found.action,
            reason=found.reason,
            reports=found.reports,
            created_at=found.created_at,
            answer=found.answer,
            answered_at=found.answered_at,
            answerable=is_answerable(found),
        )
        for found, author, moderator in (row[:3] for row in rows)
    ]
