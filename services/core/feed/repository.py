"""Queries of the feed's memory: what a user did, and the taste that was learnt from it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.core.feed.candidates import Styles
from services.core.feed.models import (
    EventKind,
    FeedChoice,
    FeedEvent,
    Forgotten,
    ForgottenKind,
    StyleTaste,
    TagAffinity,
)
from services.core.kit.database import ReadSession, WriteSession
from services.core.shaders.models import Shader
from services.core.shaders.views import cards
from services.core.votes.models import Vote

_MOST = 500


async def lock_taste(session: WriteSession, user_id: UUID) -> None:
    """Wait until nobody else computes this user's taste."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('taste:' || :user, 0))"), {"user": str(user_id)}
    )


async def votes_of(session: ReadSession, user_id: UUID, since: datetime) -> Sequence[Row[Any]]:
    """`id` and `tags` of a shader, `value` (1 or -1) and `at` of the latest votes on others' that still exist."""
    statement: Any = (
        select(col(Shader.id), col(Shader.tags), col(Vote.value), col(Vote.created_at).label("at"))
        .join(Shader, col(Shader.id) == col(Vote.shader_id))
        .where(col(Vote.user_id) == user_id, col(Vote.created_at) >= since, *_of_others(user_id))
        .order_by(col(Vote.created_at).desc())
        .limit(_MOST)
    )
    rows: Sequence[Row[Any]] = (await session.execute(statement)).all()
    return rows


async def dwells_of(session: ReadSession, user_id: UUID, since: datetime) -> Sequence[Row[Any]]:
    """`id` and `tags` of a shader, `milliseconds` and `at` of each of the last days on which it was looked at."""
    statement: Any = (
        select(
            col(Shader.id),
            col(Shader.tags),
            col(FeedEvent.dwell_ms).label("milliseconds"),
            col(FeedEvent.created_at).label("at"),
        )
        .join(Shader, col(Shader.id) == col(FeedEvent.shader_id))
        .where(
            col(FeedEvent.user_id) == user_id,
            col(FeedEvent.created_at) >= since,
            col(FeedEvent.kind) == EventKind.DWELL,
            *_of_others(user_id),
        )
        .order_by(col(FeedEvent.created_at).desc())
        .limit(_MOST)
    )
    rows: Sequence[Row[Any]] = (await session.execute(statement)).all()
    return rows


async def forks_of(session: ReadSession, user_id: UUID, since: datetime) -> Sequence[Row[Any]]:
    """`id` and `tags` of what the user has forked and published, and `at` of that."""
    fork = Shader.__table__.alias("fork")  # type: ignore[attr-defined]
    statement: Any = (
        select(col(Shader.id), col(Shader.tags), fork.c.published_at.label("at"))
        .join(fork, fork.c.parent_id == col(Shader.id))
        .where(
            fork.c.author_id == user_id,
            fork.c.published_at >= since,
            fork.c.deleted_at.is_(None),
            *_of_others(user_id),
        )
        .order_by(fork.c.published_at.desc())
        .limit(_MOST)
    )
    rows: Sequence[Row[Any]] = (await session.execute(statement)).all()
    return rows


def _of_others(user_id: UUID) -> tuple[Any, Any]:
    return col(Shader.deleted_at).is_(None), col(Shader.author_id) != user_id


async def replace_taste(session: WriteSession, user_id: UUID, weights: Mapping[str, float], at: datetime) -> None:
    """Store the whole taste anew."""
    await session.execute(delete(TagAffinity).where(col(TagAffinity.user_id) == user_id))
    if weights:
        rows = [{"user_id": user_id, "tag": tag, "weight": weight, "updated_at": at} for tag, weight in weights.items()]
        await session.execute(insert(TagAffinity), rows)


async def keep_style(
    session: WriteSession,
    user_id: UUID,
    embedder_id: str,
    vector: Styles,
    *,
    near: Sequence[str],
    weight: float,
    at: datetime,
) -> None:
    """Store the style that the user likes, and the works that are near to it."""
    values = {"embedder_id": embedder_id, "vector": vector, "near": near, "weight": weight, "updated_at": at}
    statement = upsert(StyleTaste).values(user_id=user_id, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))


async def forget_style(session: WriteSession, user_id: UUID) -> None:
    """Store that no style is known."""
    await session.execute(delete(StyleTaste).where(col(StyleTaste.user_id) == user_id))


async def users_of_other_embedders(session: ReadSession, embedder_id: str, *, most: int) -> Sequence[UUID]:
    """Some of those whose style is of another embedder."""
    other = select(col(StyleTaste.user_id)).where(col(StyleTaste.embedder_id) != embedder_id)
    return (await session.scalars(other.order_by(col(StyleTaste.updated_at)).limit(most))).all()


async def taste_of(session: ReadSession, user_id: UUID) -> tuple[dict[str, float], datetime | None]:
    """The weight of each tag, and when they were computed."""
    statement = select(col(TagAffinity.tag), col(TagAffinity.weight), col(TagAffinity.updated_at))
    rows = (await session.execute(statement.where(col(TagAffinity.user_id) == user_id))).all()
    return {row.tag: row.weight for row in rows}, max((row.updated_at for row in rows), default=None)


async def is_learning(session: ReadSession, user_id: UUID) -> bool:
    """Whether the user lets the feed learn."""
    chosen = await session.scalar(select(col(FeedChoice.learning)).where(col(FeedChoice.user_id) == user_id))
    return chosen is not False


async def choose_learning(session: WriteSession, user_id: UUID, *, learning: bool) -> None:
    """Keep the user's choice."""
    statement = upsert(FeedChoice).values(user_id=user_id, learning=learning)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["user_id"], set_={"learning": statement.excluded.learning})
    )


async def forgotten_by(session: ReadSession, user_id: UUID) -> dict[tuple[ForgottenKind, str], datetime]:
    """Up to when what the user did about a tag or a shader is forgotten."""
    rows = await session.scalars(select(Forgotten).where(col(Forgotten.user_id) == user_id))
    return {(row.kind, row.name): row.at for row in rows}


async def forget(session: WriteSession, user_id: UUID, kind: ForgottenKind, name: str, at: datetime) -> None:
    """Forget what the user did about it up to `at`."""
    statement = upsert(Forgotten).values(user_id=user_id, kind=kind, name=name, at=at)
    await session.execute(
        statement.on_conflict_do_update(index_elements=["user_id", "kind", "name"], set_={"at": statement.excluded.at})
    )


async def delete_events(session: WriteSession, user_id: UUID) -> None:
    """Forget what the user saw."""
    await session.execute(delete(FeedEvent).where(col(FeedEvent.user_id) == user_id))


async def listed_cards(session: ReadSession, shader_ids: Sequence[str]) -> dict[str, str]:
    """The cards, as JSON, of those of the shaders that everybody may see."""
    statement = cards(col(Shader.id)).where(col(Shader.id).in_(shader_ids), col(Shader.listed))
    return {row.id: row.card for row in await session.execute(statement)}
