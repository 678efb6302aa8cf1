"""Every query about votes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.pagination import keyset_page
from services.core.kit.tables import utc_now
from services.core.ranking.hot import hot_score
from services.core.ranking.models import RankChange
from services.core.shaders.models import Shader
from services.core.shaders.views import cards
from services.core.shaders.visibility import visible_to
from services.core.votes.models import Vote
from services.core.votes.weights import Tally, Weighed


@dataclass(frozen=True, slots=True)
class Rank:
    """What a shader's place in the lists rests on."""

    shader_id: str
    author_id: UUID
    tally: Tally
    hot: float
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Ballot:
    """A voter, and their vote on a shader; `value` is 0 without one."""

    created_at: datetime
    value: int
    weight: int
    network: int | None


_RANK = (
    col(Shader.id),
    col(Shader.author_id),
    col(Shader.up),
    col(Shader.down),
    col(Shader.weighted_score),
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


async def counted(session: ReadSession, shader_id: str) -> Tally:
    """The votes on the shader, without those of suspended accounts."""
    return Tally.of(
        [Weighed(row.value, row.weight, row.network) for row in await session.execute(_counting(shader_id))]
    )


async def neighbours(
    session: ReadSession, shader_id: str, *, network: int, value: int, voter_id: UUID
) -> Sequence[int]:
    """What others' votes of this direction from this network weigh by age."""
    statement = _counting(shader_id).where(
        col(Vote.network) == network, col(Vote.value) == value, col(Vote.user_id) != voter_id
    )
    return [row.weight for row in await session.execute(statement)]


def _counting(shader_id: str) -> Any:
    return (
        select(col(Vote.value), col(Vote.weight), col(Vote.network))
        .join(User, col(User.id) == col(Vote.user_id))
        .where(col(Vote.shader_id) == shader_id, col(User.suspended_at).is_(None))
    )


async def ballot(session: ReadSession, voter_id: UUID, shader_id: str) -> Ballot:
    """The voter, whom there is, and their vote on the shader."""
    statement = (
        select(col(User.created_at), col(Vote.value), col(Vote.weight), col(Vote.network))
        .outerjoin(Vote, and_(col(Vote.user_id) == col(User.id), col(Vote.shader_id) == shader_id))
        .where(col(User.id) == voter_id)
    )
    row = (await session.execute(statement)).one()
    return Ballot(row.created_at, row.value or 0, row.weight or 0, row.network)


def _rank(row: Any) -> Rank | None:
    if row is None:
        return None
    tally = Tally(row.up, row.down, row.weighted_score)
    return Rank(row.id, row.author_id, tally, row.hot, row.published_at or row.created_at)


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


async def put(
    session: WriteSession, user_id: UUID, shader_id: str, value: int, *, weight: int, network: int | None
) -> None:
    """Set the vote; 0 takes it away. The time and the network of the first vote stay."""
    if value == 0:
        await session.execute(delete(Vote).where(col(Vote.user_id) == user_id, col(Vote.shader_id) == shader_id))
        return
    values = {"value": value, "weight": weight}
    statement = insert(Vote).values(
        user_id=user_id, shader_id=shader_id, network=network, created_at=utc_now(), **values
    )
    await session.execute(statement.on_conflict_do_update(index_elements=["user_id", "shader_id"], set_=values))


async def move(session: WriteSession, before: Rank, after: Tally) -> None:
    """Write the new counts of a locked shader, and remember the old place for those who are paging."""
    await session.execute(
        insert(RankChange).values(
            shader_id=before.shader_id, hot=before.hot, score=before.tally.weighted_score, changed_at=utc_now()
        )
    )
    await session.execute(
        update(Shader)
        .where(col(Shader.id) == before.shader_id)
        .values(
            up=after.up,
            down=after.down,
            score=after.up - after.down,
            weighted_score=after.weighted_score,
            hot=hot_score(after.weighted_score, before.published_at),
        )
        .execution_options(synchronize_session=False)
    )
