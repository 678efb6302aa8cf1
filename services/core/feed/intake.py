"""What signed-in visitors saw, as it is written: for many users in one statement. The rules are in recording.py."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Date, DateTime, Integer, String, TextClause, Uuid, bindparam, select, text
from sqlmodel import col

from services.core.accounts.models import User
from services.core.feed.models import Counted, EventKind
from services.core.kit.database import ReadSession, WriteSession

_DAY_MS = 86_400_000


@dataclass(slots=True)
class Look:
    """What a user saw of a shader, by kind. `network` is where it came from, `counts` whether it counts for all."""

    user_id: UUID
    shader_id: str
    kind: EventKind
    network: str
    position: int | None
    dwell_ms: int = 0
    counts: bool = False


_ARRAYS = {"users": Uuid, "ids": String, "kinds": String, "dwells": Integer, "positions": Integer, "counts": Boolean}


def _statement(sql: str, **types: Any) -> TextClause:
    """With the types of its values."""
    arrays: dict[str, Any] = {name: ARRAY(type_) for name, type_ in _ARRAYS.items() if f":{name}" in sql}
    return text(sql).bindparams(*(bindparam(name, type_=type_) for name, type_ in {**arrays, **types}.items()))


_KNOWN = _statement(
    """
    SELECT given.place - 1 AS place, coalesce(old.dwell_ms, -1) AS dwell_ms
    FROM unnest(:users, :ids, :kinds) WITH ORDINALITY AS given (user_id, shader_id, kind, place)
    JOIN shaders ON shaders.id = given.shader_id AND shaders.listed AND shaders.author_id <> given.user_id
    LEFT JOIN feed_events AS old ON old.user_id = given.user_id AND old.day = :day
        AND old.shader_id = given.shader_id AND old.kind = given.kind
    WHERE NOT EXISTS (SELECT FROM feed_choices WHERE feed_choices.user_id = given.user_id AND NOT learning)
    """,
    day=Date(),
)
# A row that changed meanwhile is looked at anew, so that no look counts twice. The order keeps two such statements from
# blocking each other for good.
_KEEP = _statement(
    """
    WITH given AS (
        SELECT * FROM unnest(:users, :ids, :kinds, :dwells, :positions, :counts)
            AS given (user_id, shader_id, kind, dwell_ms, position, counts)
    ),
    kept AS (
        INSERT INTO feed_events AS old (user_id, shader_id, kind, dwell_ms, position, created_at, day, counted)
        SELECT user_id, shader_id, kind, dwell_ms, position, :at, :day, counts::int
        FROM given ORDER BY user_id, shader_id, kind
        ON CONFLICT (user_id, day, shader_id, kind) WHERE day IS NOT NULL
        DO UPDATE SET
            dwell_ms = old.dwell_ms + excluded.dwell_ms,
            counted = CASE
                WHEN old.dwell_ms < :long_ms AND old.dwell_ms + excluded.dwell_ms >= :long_ms THEN excluded.counted
                ELSE old.counted
            END
        WHERE old.kind = 'dwell' AND old.dwell_ms < :most_ms
        RETURNING user_id, shader_id, kind, dwell_ms
    ),
    added AS (
        SELECT shader_id, count(*) FILTER (WHERE kind = 'impression') AS shown,
            count(*) FILTER (WHERE kind = 'dwell') AS looked
        FROM kept JOIN given USING (user_id, shader_id, kind)
        WHERE counts
            AND (kind = 'impression' OR (kept.dwell_ms >= :long_ms AND kept.dwell_ms - given.dwell_ms < :long_ms))
        GROUP BY shader_id
    )
    INSERT INTO exposures AS old (shader_id, impressions, looked)
    SELECT shader_id, shown, looked FROM added ORDER BY shader_id
    ON CONFLICT (shader_id)
    DO UPDATE SET impressions = old.impressions + excluded.impressions, looked = old.looked + excluded.looked
    """,
    at=DateTime(timezone=True),
    day=Date(),
    long_ms=Integer(),
    most_ms=Integer(),
)
_RECOUNT = _statement(
    """
    WITH turned AS (
        UPDATE feed_events SET counted = :after WHERE user_id = :user_id AND counted = :before
        RETURNING shader_id, kind
    ),
    changed AS (
        SELECT shader_id, count(*) FILTER (WHERE kind = 'impression') AS shown,
            count(*) FILTER (WHERE kind = 'dwell') AS looked
        FROM turned GROUP BY shader_id
    ),
    locked AS (
        SELECT shader_id FROM exposures JOIN changed USING (shader_id) ORDER BY shader_id FOR UPDATE OF exposures
    )
    UPDATE exposures SET impressions = greatest(exposures.impressions + :sign * changed.shown, 0),
        looked = greatest(exposures.looked + :sign * changed.looked, 0)
    FROM changed JOIN locked USING (shader_id) WHERE exposures.shader_id = changed.shader_id
    """,
    user_id=Uuid(),
    before=Integer(),
    after=Integer(),
    sign=Integer(),
)


async def known(session: ReadSession, looks: Sequence[Look], at: datetime) -> dict[int, int]:
    """The places of those looks that are about listed shaders of others, by users who let the feed learn.

    With each stands what the user has looked at the shader today, in milliseconds, or -1 where there is no row yet.
    """
    values = {
        "users": [look.user_id for look in looks],
        "ids": [look.shader_id for look in looks],
        "kinds": [look.kind.value for look in looks],
        "day": at.date(),
    }
    return {row.place: row.dwell_ms for row in await session.execute(_KNOWN, values)}


async def keep(session: WriteSession, looks: Sequence[Look], at: datetime, *, long_ms: int) -> None:
    """Store looks, different in user, shader or kind, with those of the day, and count those that count for all."""
    if not looks:
        return
    values = {
        "users": [look.user_id for look in looks],
        "ids": [look.shader_id for look in looks],
        "kinds": [look.kind.value for look in looks],
        "dwells": [look.dwell_ms for look in looks],
        "positions": [look.position for look in looks],
        "counts": [look.counts for look in looks],
    }
    given = {"at": at, "day": at.date(), "long_ms": long_ms, "most_ms": _DAY_MS}
    await session.execute(_KEEP, values | given)


async def made_before(session: ReadSession, user_ids: Collection[UUID], at: datetime) -> set[UUID]:
    """Those of the users whose accounts were made at that time or earlier."""
    if not user_ids:
        return set()
    statement = select(col(User.id)).where(col(User.id).in_(user_ids), col(User.created_at) <= at)
    return set(await session.scalars(statement))


async def recount(session: WriteSession, user_id: UUID) -> None:
    """Take back from the counts of all what the user added, while suspended; else add it again. It may run twice."""
    suspended = await session.scalar(select(col(User.suspended_at).is_not(None)).where(col(User.id) == user_id))
    if suspended is None:
        return
    before, after = (Counted.YES, Counted.WITHHELD) if suspended else (Counted.WITHHELD, Counted.YES)
    values = {"user_id": user_id, "before": before, "after": after, "sign": -1 if suspended else 1}
    await session.execute(_RECOUNT, values)
