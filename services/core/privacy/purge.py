"""What was deleted goes for good, `FRACTAFRAG_PURGE_DELETED_DAYS` after its deletion.

`purge_batch` does a bounded part in the caller's transaction and says how much it was; whoever calls it until that is
nothing has done all of it, and may be stopped anywhere. Two that run at once take different rows.

- Of a deleted shader go the rows of every table that has a `shader_id`: versions, renders, votes, reports and whatever
  domains add later. Its own row goes when nothing else names it. While forks of it are there it stays, emptied, because
  they show that there was one. The pictures are collected from the store by themselves (renders/pictures.py).
- Of a desire whose account was deleted, which has emptied it, reports and decisions go, and its row where nothing names
  it any more: works that answer it keep it.
- Of a deleted account the row, which its deletion has emptied, goes when nothing names it any more. Its votes keep it:
  they count without a name.

A shader that is not deleted is never touched: each statement asks for `deleted_at`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, ForeignKey, Table, delete, exists, select, update
from sqlmodel import SQLModel, col

from services.core.accounts.models import User
from services.core.desires.models import Desire
from services.core.domains import TABLES
from services.core.kit.database import WriteSession
from services.core.kit.tables import utc_now
from services.core.moderation.models import Decision, Report
from services.core.shaders.models import PublishUsage, Shader

MOST_AT_ONCE = 50
_OF_A_SHADER = "shader_id"


@dataclass(frozen=True, slots=True)
class Purged:
    """How many shaders were emptied, how many emptied shaders and desires left no trace, and how many accounts."""

    shaders: int = 0
    traces: int = 0
    accounts: int = 0

    def __add__(self, other: "Purged") -> "Purged":
        return Purged(self.shaders + other.shaders, self.traces + other.traces, self.accounts + other.accounts)

    def __bool__(self) -> bool:
        return bool(self.shaders or self.traces or self.accounts)


async def purge_batch(session: WriteSession, days: int, *, most: int = MOST_AT_ONCE) -> Purged:
    """Purge at most `most` of each kind of what was deleted at least `days` ago."""
    before = utc_now() - timedelta(days=days)
    return Purged(
        shaders=await _empty_shaders(session, before, most),
        traces=await _drop_traces(session, most) + await _drop_desires(session, before, most),
        accounts=await _drop_accounts(session, before, most),
    )


async def _empty_shaders(session: WriteSession, before: datetime, most: int) -> int:
    due = (
        select(col(Shader.id))
        .where(col(Shader.deleted_at) < before, col(Shader.purged_at).is_(None))
        .order_by(col(Shader.deleted_at), col(Shader.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = (await session.scalars(due)).all()
    if not ids:
        return 0
    for table in reversed(TABLES.sorted_tables):
        if _OF_A_SHADER in table.columns:
            await session.execute(delete(table).where(table.columns[_OF_A_SHADER].in_(ids)))
    emptied: dict[str, Any] = {
        **dict.fromkeys(("title", "description", "search_words"), ""),
        **dict.fromkeys(("hidden_reason", "still_name", "preview_name", "kept_name", "average_color"), None),
        **dict.fromkeys(("up", "down", "score", "weighted_score", "kept_bytes"), 0),
        "tags": [],
        "purged_at": utc_now(),
    }
    await session.execute(
        update(Shader)
        .where(col(Shader.id).in_(ids), col(Shader.deleted_at) < before)
        .values(emptied)
        .execution_options(synchronize_session=False)
    )
    return len(ids)


async def _drop_traces(session: WriteSession, most: int) -> int:
    emptied = col(Shader.purged_at).is_not(None), col(Shader.deleted_at).is_not(None)
    return await _delete(session, Shader, [*emptied, *_unnamed(Shader)], most)


async def _drop_desires(session: WriteSession, before: datetime, most: int) -> int:
    deleted = select(col(Desire.id)).where(col(Desire.deleted_at) < before)
    for model in (Report, Decision):
        await session.execute(delete(model).where(col(model.desire_id).in_(deleted)))
    return await _delete(session, Desire, [col(Desire.deleted_at) < before, *_unnamed(Desire)], most)


async def _drop_accounts(session: WriteSession, before: datetime, most: int) -> int:
    deleted = select(col(User.id)).where(col(User.deleted_at) < before)
    await session.execute(delete(PublishUsage).where(col(PublishUsage.user_id).in_(deleted)))
    return await _delete(session, User, [col(User.deleted_at) < before, *_unnamed(User)], most)


async def _delete(
    session: WriteSession,
    model: type[Shader] | type[Desire] | type[User],
    conditions: list[ColumnElement[bool]],
    most: int,
) -> int:
    due = select(col(model.id)).where(*conditions).limit(most).with_for_update(skip_locked=True)
    ids = (await session.scalars(due)).all()
    if ids:
        await session.execute(delete(model).where(col(model.id).in_(ids)).execution_options(synchronize_session=False))
    return len(ids)


def _unnamed(model: type[SQLModel]) -> list[ColumnElement[bool]]:
    """No row of any table has a foreign key to the row."""
    target = TABLES.tables[str(model.__tablename__)]
    return [~_names(column, target) for table in TABLES.sorted_tables for column in _references(table, target)]


def _references(table: Table, target: Table) -> list[Column[object]]:
    return [column for column in table.columns if any(_is_to(key, target) for key in column.foreign_keys)]


def _is_to(key: ForeignKey, target: Table) -> bool:
    return key.column.table is target


def _names(column: Column[object], target: Table) -> ColumnElement[bool]:
    other = column.table.alias()
    return exists(select(1).select_from(other).where(other.columns[column.name] == target.columns["id"]))
