"""Queries of the feed's memory: what a user did, and the taste that was learnt from it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.core.feed.models import EventKind, Exposure, FeedEvent, TagAffinity
from services.core.kit.database import WriteSession
from services.core.shaders.models import Shader
from services.core.votes.models import Vote

_MOST_VOTES = 500
_MOST_SHADERS = 500


async def lock_taste(session: WriteSession, user_id: UUID) -> None:
    """Wait until nobody else computes this user's taste."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('taste:' || :user, 0))"), {"user": str(user_id)}
    )


async def votes_of(session: WriteSession, user_id: UUID, since: datetime) -> list[tuple[list[str], int, datetime]]:
    """(tags, 1 or -1, time) of the latest votes on shaders that still exist."""
    statement = (
        select(col(Shader.tags), col(Vote.value), col(Vote.created_at))
        .join(Shader, col(Shader.id) == col(Vote.shader_id))
        .where(col(Vote.user_id) == user_id, col(Vote.created_at) >= since, col(Shader.deleted_at).is_(None))
        .order_by(col(Vote.created_at).desc())
        .limit(_MOST_VOTES)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(statement)]


async def dwells_of(session: WriteSession, user_id: UUID, since: datetime) -> list[tuple[list[str], int, datetime]]:
    """(tags, milliseconds in all, last time) for each of the shaders looked at last that still exist."""
    looked = (
        select(
            col(FeedEvent.shader_id),
            func.sum(col(FeedEvent.dwell_ms)).label("milliseconds"),
            func.max(col(FeedEvent.created_at)).label("at"),
        )
        .where(
            col(FeedEvent.user_id) == user_id,
            col(FeedEvent.created_at) >= since,
            col(FeedEvent.kind) == EventKind.DWELL,
        )
        .group_by(col(FeedEvent.shader_id))
        .order_by(func.max(col(FeedEvent.created_at)).desc())
        .limit(_MOST_SHADERS)
        .subquery()
    )
    statement = (
        select(col(Shader.tags), looked.c.milliseconds, looked.c.at)
        .join(looked, looked.c.shader_id == col(Shader.id))
        .where(col(Shader.deleted_at).is_(None))
    )
    return [(row[0], int(row[1]), row[2]) for row in await session.execute(statement)]


async def replace_taste(session: WriteSession, user_id: UUID, weights: Mapping[str, float], at: datetime) -> None:
    """Store the whole taste anew."""
    await session.execute(delete(TagAffinity).where(col(TagAffinity.user_id) == user_id))
    if weights:
        rows = [{"user_id": user_id, "tag": tag, "weight": weight, "updated_at": at} for tag, weight in weights.items()]
        await session.execute(insert(TagAffinity), rows)


async def listed_of(session: WriteSession, shader_ids: Sequence[str]) -> set[str]:
    """Those of the ids that are shaders which everybody may see."""
    statement = select(col(Shader.id)).where(col(Shader.id).in_(shader_ids), col(Shader.listed))
    return set(await session.scalars(statement))


async def add_events(session: WriteSession, events: Sequence[FeedEvent]) -> None:
    """Store events."""
    session.add_all(events)
    await session.flush()


async def count_impressions(session: WriteSession, counts: Mapping[str, int]) -> None:
    """Add to the shaders' impressions, in one order for all, so that batches do not block each other for good."""
    if not counts:
        return
    rows = [{"shader_id": shader_id, "impressions": counts[shader_id]} for shader_id in sorted(counts)]
    statement = upsert(Exposure).values(rows)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["shader_id"],
            set_={"impressions": col(Exposure.impressions) + statement.excluded.impressions},
        )
    )
