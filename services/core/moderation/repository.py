"""Every query about reports and decisions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, func, literal, or_, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.pagination import keyset_page
from services.core.kit.tables import utc_now
from services.core.moderation.models import Action, Decision, OfSubject, Report
from services.core.moderation.schemas import Resolution
from services.core.moderation.subjects import all_kinds, column, is_about
from services.core.registry.reportable import Reportable, Subject, SubjectKind
from services.core.shaders.models import Shader


async def insert_report(session: WriteSession, report: Report) -> UUID | None:
    """The id of the new report; None when its reporter has an open one about the same."""
    statement = insert(Report).values(report.model_dump()).on_conflict_do_nothing().returning(col(Report.id))
    written: UUID | None = await session.scalar(statement)
    return written


async def resolve_open(
    session: WriteSession, subject: Subject, resolution: Resolution, moderator_id: UUID
) -> dict[UUID, UUID]:
    """Resolve all open reports about it; gives them by their reporters, of whom each has one."""
    rows = await session.execute(
        update(Report)
        .where(is_about(Report, subject), col(Report.resolved_at).is_(None))
        .values(resolved_at=utc_now(), resolution=resolution, moderator_id=moderator_id)
        .returning(col(Report.reporter_id), col(Report.id))
        .execution_options(synchronize_session=False)
    )
    return {row.reporter_id: row.id for row in rows}


async def latest(session: WriteSession, subject: Subject) -> Decision | None:
    """What was decided about it last, locked so that no answer comes in between."""
    newest = select(Decision).where(is_about(Decision, subject), col(Decision.superseded_at).is_(None))
    locking = newest.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(locking)).one_or_none()


async def supersede(session: WriteSession, subject: Subject, at: datetime) -> None:
    """Close what was decided about it before."""
    await session.execute(
        update(Decision)
        .where(is_about(Decision, subject), col(Decision.superseded_at).is_(None))
        .values(superseded_at=at)
    )


async def locked_decision(session: WriteSession, author_id: UUID, decision_id: UUID) -> Decision | None:
    """A decision about what is this author's, locked so that none comes in between."""
    mine = col(Decision.id) == decision_id, col(Decision.author_id) == author_id
    locking = select(Decision).where(*mine).with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(locking)).one_or_none()


async def answerable(session: ReadSession, author_id: UUID) -> Sequence[Any]:
    """Rows of `_decisions` that the author may answer now (as `is_answerable` says), the newest first."""
    statement = _decisions().where(*_answerable_by(author_id)).order_by(col(Decision.created_at).desc())
    rows: Sequence[Any] = (await session.execute(statement)).all()
    return rows


async def has_answerable(session: ReadSession, author_id: UUID) -> bool:
    """Whether there is one."""
    return bool(await session.scalar(select(select(Decision).where(*_answerable_by(author_id)).exists())))


def _answerable_by(author_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Decision.author_id) == author_id,
        col(Decision.action) != Action.KEEP,
        col(Decision.answered_at).is_(None),
        col(Decision.superseded_at).is_(None),
        col(Decision.final).is_(False),
    )


async def forget_answers(session: WriteSession, author_id: UUID) -> None:
    """Empty what an author said to decisions; that they answered stays in the log."""
    await session.execute(
        update(Decision)
        .where(col(Decision.author_id) == author_id, col(Decision.answer).is_not(None))
        .values(answer="")
    )


async def reports_page(
    session: ReadSession, *, resolved: bool, subject: Subject | None, cursor: str | None, limit: int
) -> tuple[Sequence[Any], str | None]:
    """Reports, the oldest first, and the cursor of the next page.

    Each row is the report, the author of what it is about, and the handles of reporter and moderator.
    """
    reporter, author, moderator = aliased(User), aliased(User), aliased(User)
    state = col(Report.resolved_at)
    owned = union_all(*(_owned(each) for each in all_kinds())).subquery()
    statement: Any = (
        select(Report, author, col(reporter.handle), col(moderator.handle))
        .join(owned, owned.c.report_id == col(Report.id))
        .join(author, col(author.id) == owned.c.author_id)
        .join(reporter, col(reporter.id) == col(Report.reporter_id))
        .outerjoin(moderator, col(moderator.id) == col(Report.moderator_id))
        .where(state.is_not(None) if resolved else state.is_(None))
    )
    if subject is not None:
        statement = statement.where(is_about(Report, subject))
    return await keyset_page(
        session,
        statement,
        col(Report.created_at),
        col(Report.id),
        listing=f"reports {resolved} {_name_of(subject)}",
        cursor=cursor,
        limit=limit,
        descending=False,
    )


def _owned(rules: Reportable) -> Any:
    """Each report about this kind with the author of what it is about."""
    rows = rules.rows().subquery()
    return select(col(Report.id).label("report_id"), rows.c.author_id).join(
        rows, rows.c.id == column(Report, rules.kind)
    )


def _name_of(subject: Subject | None) -> str:
    return "all" if subject is None else f"{subject.kind} {subject.id}"


async def cases_page(
    session: ReadSession, moderator: Caller, *, cursor: str | None, limit: int
) -> tuple[list[tuple[Subject, datetime]], str | None]:
    """What has open reports or an answer that nobody decided about, or awaits review; the longest waiting first.

    Each with the time since which it waits.
    """
    waiting = union_all(*(one for rules in all_kinds() for one in _waiting(rules, moderator))).subquery()
    since = func.min(waiting.c.at).label("since")
    cases = select(waiting.c.kind, waiting.c.id, since).group_by(waiting.c.kind, waiting.c.id).subquery()
    rows, next_cursor = await keyset_page(
        session,
        select(cases.c.kind, cases.c.id, cases.c.since),
        cases.c.since,
        cases.c.id,
        listing="moderation queue",
        cursor=cursor,
        limit=limit,
        descending=False,
    )
    return [(Subject(SubjectKind(row.kind), row.id), row.since) for row in rows], next_cursor


def _waiting(rules: Reportable, moderator: Caller) -> list[Any]:
    """(kind, id, at) of what waits of this kind and the moderator may see."""
    kind, seen = literal(rules.kind.value, String).label("kind"), rules.seen_by(moderator)
    reported, decided = column(Report, rules.kind), column(Decision, rules.kind)
    found = [
        select(kind, reported.label("id"), col(Report.created_at).label("at")).where(
            col(Report.resolved_at).is_(None), reported.in_(seen)
        ),
        select(kind, decided.label("id"), col(Decision.answered_at).label("at")).where(*_WAITS, decided.in_(seen)),
    ]
    to_review = rules.to_review()
    if to_review is not None:
        rows = to_review.subquery()
        found.append(select(kind, rows.c.id, rows.c.at).where(rows.c.id.in_(seen)))
    return found


_WAITS = col(Decision.answered_at).is_not(None), col(Decision.superseded_at).is_(None)


async def open_reports(session: ReadSession, subjects: Collection[Subject]) -> Sequence[Any]:
    """Each open report about these with its reporter's handle, the oldest first."""
    statement: Any = (
        select(Report, col(User.handle))
        .join(User, col(User.id) == col(Report.reporter_id))
        .where(_are_about(Report, subjects), col(Report.resolved_at).is_(None))
        .order_by(col(Report.created_at), col(Report.id))
    )
    rows: Sequence[Any] = (await session.execute(statement)).all()
    return rows


async def answered(session: ReadSession, subjects: Collection[Subject]) -> Sequence[Any]:
    """The answers about these that wait, as rows of `_decisions`."""
    statement = _decisions().where(_are_about(Decision, subjects), *_WAITS)
    rows: Sequence[Any] = (await session.execute(statement)).all()
    return rows


def _are_about(model: type[OfSubject], subjects: Collection[Subject]) -> ColumnElement[bool]:
    """The rows about any of these."""
    ids = {each.kind: [one.id for one in subjects if one.kind is each.kind] for each in all_kinds()}
    return or_(*(column(model, kind).in_(found) for kind, found in ids.items()))


async def histories(session: ReadSession, author_ids: Collection[UUID]) -> dict[UUID, Any]:
    """What these authors are called, and what `AuthorHistory` says of them."""
    mine = col(Shader.author_id) == col(User.id)
    shaders = select(func.count()).select_from(Shader).where(mine, col(Shader.published_at).is_not(None))
    reports = reduce(add, (_times_reported(each) for each in all_kinds()))
    hides = select(func.count()).select_from(Decision).where(col(Decision.author_id) == col(User.id))
    statement = select(
        col(User.id),
        col(User.handle),
        col(User.display_name),
        col(User.created_at).label("joined_at"),
        shaders.correlate(User).scalar_subquery().label("published"),
        shaders.where(col(Shader.hidden_at).is_not(None)).correlate(User).scalar_subquery().label("hidden"),
        reports.label("reports"),
        hides.where(col(Decision.action) != Action.KEEP).correlate(User).scalar_subquery().label("hides"),
        col(User.suspended_at).is_not(None).label("suspended"),
    ).where(col(User.id).in_(author_ids))
    return {row.id: row for row in await session.execute(statement)}


def _times_reported(rules: Reportable) -> ColumnElement[int]:
    """How often what is theirs of this kind was reported, beside a user's row."""
    owned = _owned(rules).subquery()
    count = select(func.count()).select_from(owned).where(owned.c.author_id == col(User.id))
    return count.correlate(User).scalar_subquery()


async def decisions_page(
    session: ReadSession, *, subject: Subject | None, author_id: UUID | None, cursor: str | None, limit: int
) -> tuple[Sequence[Any], str | None]:
    """Rows of `_decisions`, the newest first: all, those about one thing, or about what is the author's."""
    statement = _decisions()
    if subject is not None:
        statement = statement.where(is_about(Decision, subject))
    if author_id is not None:
        statement = statement.where(col(Decision.author_id) == author_id)
    keys = col(Decision.created_at), col(Decision.id)
    listing = f"decisions {_name_of(subject)} {author_id}"
    return await keyset_page(session, statement, *keys, listing=listing, cursor=cursor, limit=limit)


async def decision_row(session: ReadSession, decision_id: UUID) -> Any:
    """The row of `_decisions` for a decision that there is."""
    return (await session.execute(_decisions().where(col(Decision.id) == decision_id))).one()


def _decisions() -> Any:
    """Each decision with the handles of author and moderator."""
    author, moderator = aliased(User), aliased(User)
    return (
        select(Decision, col(author.handle), col(moderator.handle))
        .join(author, col(author.id) == col(Decision.author_id))
        .join(moderator, col(moderator.id) == col(Decision.moderator_id))
    )
