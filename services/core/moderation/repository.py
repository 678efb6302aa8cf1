"""Every query about reports and decisions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.pagination import keyset_page
from services.core.kit.tables import utc_now
from services.core.moderation.models import Action, Decision, Report
from services.core.moderation.schemas import Resolution
from services.core.shaders import views
from services.core.shaders.models import Render, Shader
from services.core.shaders.visibility import visible_to


async def insert_report(session: WriteSession, report: Report) -> UUID | None:
    """The id of the new report; None when its reporter has an open one about this shader."""
    statement = insert(Report).values(report.model_dump()).on_conflict_do_nothing().returning(col(Report.id))
    written: UUID | None = await session.scalar(statement)
    return written


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


async def latest(session: WriteSession, shader_id: str) -> Decision | None:
    """What was decided about the shader last."""
    newest = select(Decision).where(col(Decision.shader_id) == shader_id, col(Decision.superseded_at).is_(None))
    return (await session.scalars(newest)).one_or_none()


async def supersede(session: WriteSession, shader_id: str, at: datetime) -> None:
    """Close what was decided about the shader before."""
    await session.execute(
        update(Decision)
        .where(col(Decision.shader_id) == shader_id, col(Decision.superseded_at).is_(None))
        .values(superseded_at=at)
    )


async def locked_decision(session: WriteSession, author_id: UUID, decision_id: UUID) -> Decision | None:
    """A decision about a work of this author, locked after the work so that none comes in between."""
    mine = col(Decision.id) == decision_id, col(Decision.author_id) == author_id
    shader = select(col(Shader.id)).join(Decision, col(Decision.shader_id) == col(Shader.id)).where(*mine)
    await session.execute(shader.with_for_update(of=Shader, key_share=True))
    return (await session.scalars(select(Decision).where(*mine).with_for_update())).one_or_none()


async def answerable(session: ReadSession, author: Caller) -> Sequence[Any]:
    """Rows of `_decisions` that the author may answer now (as `is_answerable` says), the newest first."""
    statement = _decisions(author).where(*_answerable_by(author.user_id)).order_by(col(Decision.created_at).desc())
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
    session: ReadSession, caller: Caller, *, resolved: bool, shader_id: str | None, cursor: str | None, limit: int
) -> tuple[Sequence[Any], str | None]:
    """Reports, the oldest first, and the cursor of the next page.

    Each row is the report, the shader's version, its title where the caller may see it, its author, and the handles of
    reporter and moderator.
    """
    reporter, author, moderator = aliased(User), aliased(User), aliased(User)
    state = col(Report.resolved_at)
    statement: Any = (
        select(
            Report,
            col(Shader.current_version),
            _title_for(caller),
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


async def cases_page(
    session: ReadSession, moderator: Caller, *, cursor: str | None, limit: int
) -> tuple[Sequence[Any], str | None]:
    """Works with open reports or an answer that nobody decided about, or that await review; the longest waiting first.

    Each row has `card`, `shader_id`, `author_id`, `description`, `updated_at`, `hidden_reason` and `since`.
    """
    reported: Any = select(col(Report.shader_id).label("shader_id"), col(Report.created_at).label("at"))
    answered: Any = select(col(Decision.shader_id), col(Decision.answered_at))
    waiting = union_all(
        reported.where(col(Report.resolved_at).is_(None)), answered.where(*_WAITS), _to_review()
    ).subquery()
    since = func.min(waiting.c.at).label("since")
    cases = select(waiting.c.shader_id, since).group_by(waiting.c.shader_id).subquery()
    statement = (
        views.cards(
            col(Shader.id).label("shader_id"),
            col(Shader.author_id),
            col(Shader.description),
            col(Shader.updated_at),
            col(Shader.hidden_reason),
            cases.c.since,
            caller=moderator,
        )
        .join(cases, cases.c.shader_id == col(Shader.id))
        .where(visible_to(moderator))
    )
    keys = cases.c.since, col(Shader.id)
    return await keyset_page(
        session, statement, *keys, listing="moderation queue", cursor=cursor, limit=limit, descending=False
    )


def _to_review() -> Any:
    """The works that a moderator can look at before others see them: those with a picture of the newest version.

    One that was hidden instead is decided. What a suspended author has made waits until they are restored.
    """
    newest = and_(col(Render.shader_id) == col(Shader.id), col(Render.version) == col(Shader.current_version))
    return (
        select(col(Shader.id), col(Shader.review_asked_at))
        .join(Render, newest)
        .where(
            col(Shader.review_asked_at).is_not(None),
            col(Shader.hidden_at).is_(None),
            col(Shader.withheld).is_(False),
            col(Render.still_name).is_not(None),
        )
    )


_WAITS = col(Decision.answered_at).is_not(None), col(Decision.superseded_at).is_(None)


async def open_reports(session: ReadSession, shader_ids: Sequence[str]) -> Sequence[Any]:
    """Each open report about these shaders with its reporter's handle, the oldest first."""
    statement: Any = (
        select(Report, col(User.handle))
        .join(User, col(User.id) == col(Report.reporter_id))
        .where(col(Report.shader_id).in_(shader_ids), col(Report.resolved_at).is_(None))
        .order_by(col(Report.created_at), col(Report.id))
    )
    rows: Sequence[Any] = (await session.execute(statement)).all()
    return rows


async def answered(session: ReadSession, caller: Caller, shader_ids: Sequence[str]) -> Sequence[Any]:
    """The answers about these shaders that wait, as rows of `_decisions`."""
    statement = _decisions(caller).where(col(Decision.shader_id).in_(shader_ids), *_WAITS)
    rows: Sequence[Any] = (await session.execute(statement)).all()
    return rows


async def histories(session: ReadSession, author_ids: Collection[UUID]) -> dict[UUID, Any]:
    """What `AuthorHistory` says of these authors."""
    mine = col(Shader.author_id) == col(User.id)
    shaders = select(func.count()).select_from(Shader).where(mine, col(Shader.published_at).is_not(None))
    reports = select(func.count()).select_from(Report).join(Shader, col(Shader.id) == col(Report.shader_id)).where(mine)
    hides = select(func.count()).select_from(Decision).where(col(Decision.author_id) == col(User.id))
    statement = select(
        col(User.id),
        col(User.created_at).label("joined_at"),
        shaders.correlate(User).scalar_subquery().label("published"),
        shaders.where(col(Shader.hidden_at).is_not(None)).correlate(User).scalar_subquery().label("hidden"),
        reports.correlate(User).scalar_subquery().label("reports"),
        hides.where(col(Decision.action) != Action.KEEP).correlate(User).scalar_subquery().label("hides"),
        col(User.suspended_at).is_not(None).label("suspended"),
    ).where(col(User.id).in_(author_ids))
    return {row.id: row for row in await session.execute(statement)}


async def decisions_page(
    session: ReadSession, caller: Caller, *, shader_id: str | None, own: bool, cursor: str | None, limit: int
) -> tuple[Sequence[Any], str | None]:
    """Rows of `_decisions`, the newest first: all, or those about the caller's `own` shaders."""
    statement = _decisions(caller)
    if shader_id is not None:
        statement = statement.where(col(Decision.shader_id) == shader_id)
    if own:
        statement = statement.where(col(Decision.author_id) == caller.user_id)
    keys = col(Decision.created_at), col(Decision.id)
    listing = f"decisions {shader_id} {caller.user_id if own else None}"
    return await keyset_page(session, statement, *keys, listing=listing, cursor=cursor, limit=limit)


async def decision_row(session: ReadSession, caller: Caller, decision_id: UUID) -> Any:
    """The row of `_decisions` for a decision that there is."""
    return (await session.execute(_decisions(caller).where(col(Decision.id) == decision_id))).one()


def _decisions(caller: Caller) -> Any:
    """Each decision with the shader's title where the caller may see it, and the handles of author and moderator."""
    author, moderator = aliased(User), aliased(User)
    return (
        select(Decision, _title_for(caller), col(author.handle), col(moderator.handle))
        .join(Shader, col(Shader.id) == col(Decision.shader_id))
        .join(author, col(author.id) == col(Decision.author_id))
        .join(moderator, col(moderator.id) == col(Decision.moderator_id))
    )


def _title_for(caller: Caller) -> Any:
    """A shader's title as it is now; null where the caller may not see the shader any more."""
    return case((visible_to(caller), col(Shader.title)))
