"""Every query about votes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.pagination import keyset_page
from services.core.kit.tables import utc_now
from services.core.ranking.models import RankChange
from services.core.shaders.models import Shader
from services.core.shaders.views import cards
from services.core.shaders.visibility import visible_to
from services.core.votes.models import Vote


@dataclass(frozen=True, slots=True)
class Rank:
    """What a shader's place in the lists rests on."""

    shader_id: str
    author_id: UUID
    up: int
    down: int
    score: int
    hot: float
    published_at: datetime


_RANK = (
    col(Shader.id),
    col(Shader.author_id),
    col(Shader.up),
    col(Shader.down),
    col(Shader.score),
    col(Shader.hot),
    col(Shader.published_at),
    col(Shader.created_at),
)


async def rank_of(session: ReadSession, shader_id: str, *, caller: Caller, lock: bool = False) -> Rank | None:
    """The rank of a shader that the caller may see; None for any other.

    With `lock` nobody else changes it until the transaction ends, so that votes on one shader follow each other.
    """
    statement = select(*_RANK).where(col(Shader.id) == shader_id, visible_to(caller))
    if lock:
        statement = statement.with_for_update(key_share=True)
    return _rank((await session.execute(statement)).one_or_none())


async def locked_rank(session: WriteSession, shader_id: str) -> Rank | None:
    """The rank of a shader, whoever may see it, locked until the transaction ends."""
    statement = select(*_RANK).where(col(Shader.id) == shader_id).with_for_update(key_share=True)
    return _rank((await session.execute(statement)).one_or_none())


async def voted_ids(session: ReadSession, user_id: UUID, *, after: str, limit: int) -> Sequence[str]:
    """What the user has voted on, by id."""
    statement = select(col(Vote.shader_id)).where(col(Vote.user_id) == user_id, col(Vote.shader_id) > after)
    return (await session.scalars(statement.order_by(col(Vote.shader_id)).limit(limit))).all()


async def counted(session: ReadSession, shader_id: str) -> tuple[int, int]:
    """The votes for and against the shader, without those of suspended accounts."""
    up, down = (func.count().filter(col(Vote.value) == value) for value in (1, -1))
    statement = (
        select(up, down)
        .select_from(Vote)
        .join(User, col(User.id) == col(Vote.user_id))
        .where(col(Vote.shader_id) == shader_id, col(User.suspended_at).is_(None))
    )
    row = (await session.execute(statement)).one()
    return int(row[0]), int(row[1])


def _rank(row: Any) -> Rank | None:
    if row is None:
        return None
    return Rank(row.id, row.author_id, row.up, row.down, row.score, row.hot, row.published_at or row.created_at)


async def title_of(session: ReadSession, shader_id: str) -> str:
    """The title of a shader that there is."""
    return (await session.scalars(select(col(Shader.title)).where(col(Shader.id) == shader_id))).one()


async def votes_on(session: ReadSession, user_id: UUID, shader_ids: Sequence[str]) -> dict[str, int]:
    """The user's votes on these shaders; those without one are left out."""
    statement = select(col(Vote.shader_id), col(Vote.value)).where(
        col(Vote.user_id) == user_id, col(Vote.shader_id).in_(shader_ids)
    )
    return {row.shader_id: row.value for row in await session.execute(statement)}


async def voted_page(
    session: ReadSession, caller: Caller, *, value: int | None, listing: str, cursor: str | None, limit: int
) -> tuple[Sequence[Row[Any]], str | None]:
    """`card`, `value` and `created_at` (of the first vote) of shaders that the caller may see, latest first."""
    statement = (
        cards(col(Vote.value), col(Vote.created_at), caller=caller)
        .join(Vote, col(Shader.id) == col(Vote.shader_id))
        .where(col(Vote.user_id) == caller.user_id, visible_to(caller))
    )
    if value is not None:
        statement = statement.where(col(Vote.value) == value)
    keys = col(Vote.created_at), col(Vote.shader_id)
    return await keyset_page(session, statement, *keys, listing=listing, cursor=cursor, limit=limit)


async def put(session: WriteSession, user_id: UUID, shader_id: str, value: int) -> None:
    """Set the vote; 0 takes it away. The time of the first vote stays."""
    if value == 0:
        await session.execute(delete(Vote).where(col(Vote.user_id) == user_id, col(Vote.shader_id) == shader_id))
        return
    statement = insert(Vote).values(user_id=user_id, shader_id=shader_id, value=value, created_at=utc_now())
    await session.execute(
        statement.on_conflict_do_update(index_elements=["user_id", "shader_id"], set_={"value": value})
    )


async def move(session: WriteSession, before: Rank, *, up: int, down: int, hot: float) -> None:
    """Write the new counts of a locked shader, and remember the old place for those who are paging."""
    await session.execute(
        insert(RankChange).values(shader_id=before.shader_id, hot=before.hot, score=before.score, changed_at=utc_now())
    )
    await session.execute(
        update(Shader)
        .where(col(Shader.id) == before.shader_id)
        .values(up=up, down=down, score=up - down, hot=hot)
        .execution_options(synchronize_session=False)
    )
