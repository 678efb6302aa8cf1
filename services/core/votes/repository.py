"""Every query about votes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.tables import utc_now
from services.core.ranking.models import RankChange
from services.core.shaders.cards import cards
from services.core.shaders.models import Shader
from services.core.shaders.visibility import visible_to
from services.core.votes.models import Vote


@dataclass(frozen=True, slots=True)
class Rank:
    """What a work's place in the lists rests on."""

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


class VoteRepository:
    """Votes, and the ranks of the works that they are about."""

    def __init__(self, session: ReadSession) -> None:
        self.session = session

    async def rank(self, shader_id: str, *, caller: Caller, lock: bool = False) -> Rank | None:
        """The rank of a work that the caller may see; None for any other.

        With `lock` nobody else changes it until the transaction ends.
        """
        return await self._rank((col(Shader.id) == shader_id) & visible_to(caller), lock=lock)

    async def of_user_on(self, user_id: UUID, shader_ids: Sequence[str]) -> dict[str, int]:
        """The user's votes on these works; works without one are left out."""
        statement = select(col(Vote.shader_id), col(Vote.value)).where(
            col(Vote.user_id) == user_id, col(Vote.shader_id).in_(shader_ids)
        )
        return {row.shader_id: row.value for row in await self.session.execute(statement)}

    async def voted(
        self, caller: Caller, *, value: int | None, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[Row[Any]]:
        """Cards of works that the caller may see with `vote` and `voted_at` (the first vote), latest first."""
        statement = (
            cards()
            .add_columns(col(Vote.value).label("vote"), col(Vote.created_at).label("voted_at"))
            .join(Vote, col(Shader.id) == col(Vote.shader_id))
            .where(col(Vote.user_id) == caller.user_id, visible_to(caller))
            .order_by(col(Vote.created_at).desc(), col(Vote.shader_id).desc())
            .limit(limit)
        )
        if value is not None:
            statement = statement.where(col(Vote.value) == value)
        if after is not None:
            statement = statement.where(tuple_(col(Vote.created_at), col(Vote.shader_id)) < after)
        return (await self.session.execute(statement)).all()

    async def _rank(self, condition: ColumnElement[bool], *, lock: bool) -> Rank | None:
        statement = select(*_RANK).where(condition)
        if lock:
            statement = statement.with_for_update(key_share=True)
        row = (await self.session.execute(statement)).one_or_none()
        if row is None:
            return None
        return Rank(row.id, row.author_id, row.up, row.down, row.score, row.hot, row.published_at or row.created_at)


class VoteWriter(VoteRepository):
    """What a vote changes. The work's row is locked first, so that votes on one work follow each other."""

    def __init__(self, session: WriteSession) -> None:
        super().__init__(session)

    async def put(self, user_id: UUID, shader_id: str, value: int) -> None:
        """Set the vote; 0 takes it away. The time of the first vote stays."""
        if value == 0:
            await self.session.execute(
                delete(Vote).where(col(Vote.user_id) == user_id, col(Vote.shader_id) == shader_id)
            )
            return
        statement = insert(Vote).values(user_id=user_id, shader_id=shader_id, value=value, created_at=utc_now())
        await self.session.execute(
            statement.on_conflict_do_update(index_elements=["user_id", "shader_id"], set_={"value": value})
        )

    async def move(self, before: Rank, *, up: int, down: int, hot: float) -> None:
        """Write the new counts, and remember the old place for the walks that are under way."""
        await self.session.execute(
            insert(RankChange).values(
                shader_id=before.shader_id, hot=before.hot, score=before.score, changed_at=utc_now()
            )
        )
        await self.session.execute(
            update(Shader)
            .where(col(Shader.id) == before.shader_id)
            .values(up=up, down=down, score=up - down, hot=hot)
            .execution_options(synchronize_session=False)
        )
