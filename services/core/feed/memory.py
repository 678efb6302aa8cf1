"""What the feed knows about a user, read when they begin to look: by one statement for all who begin meanwhile."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from uuid import UUID

from services.core.feed.candidates import style_of
from services.core.feed.models import MuteKind
from services.core.feed.ranking import Reader
from services.core.feed.taste import aged, decay
from services.core.kit.database import Database
from services.core.kit.shared_calls import SharedCalls
from services.core.kit.tables import utc_now

SEEN_DAYS = 3
FAVOURITE_TAGS = 3
NEAR_AT_ONCE = 12
# Of no others a card says that it is there for them.
NAMED_TAGS = 12

_AT_ONCE = 32
# $1: the users, $2: SEEN_DAYS.
_MEMORIES = """
    SELECT
        tags.weights, tags.learnt_at,
        style.embedder_id, halfvec_send(style.vector) AS style, style.near, style.weight AS style_weight,
        style.updated_at AS style_learnt_at,
        (SELECT json_agg(json_build_array(kind, name))::text FROM feed_mutes WHERE user_id = reader.id) AS mutes,
        ARRAY(
            SELECT shader_id FROM votes WHERE user_id = reader.id AND value < 0 ORDER BY created_at DESC LIMIT 500
        ) AS unwanted,
        ARRAY(
            (SELECT shader_id FROM votes WHERE user_id = reader.id AND value > 0 ORDER BY created_at DESC LIMIT 500)
            UNION ALL
            (
                SELECT shader_id FROM feed_events
                WHERE user_id = reader.id AND created_at > now() - make_interval(days => $2)
                ORDER BY created_at DESC LIMIT 500
            )
        ) AS seen
    FROM unnest($1::uuid[]) WITH ORDINALITY AS reader (id, place)
    CROSS JOIN LATERAL (
        SELECT json_object_agg(tag, weight)::text AS weights, max(updated_at) AS learnt_at
        FROM tag_affinities WHERE user_id = reader.id
    ) AS tags
    LEFT JOIN style_tastes AS style ON style.user_id = reader.id
    ORDER BY reader.place
"""


@dataclass(frozen=True, slots=True)
class Memory:
    """The user as a reader of the feed, which embedder the vector of their style is of, and unseen works near to it.

    `liked` are up to `NAMED_TAGS` tags that they like, with their weights, the most liked first.
    """

    reader: Reader
    embedder_id: str | None
    near: list[str]
    liked: list[tuple[str, float]]


class Memories:
    """What is known about users at the moment of asking."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._calls = SharedCalls(self._read, most=_AT_ONCE)

    async def of(self, user_id: UUID) -> Memory:
        """What is known about the user."""
        return _memory(user_id, await self._calls.ask(user_id))

    async def _read(self, user_ids: Sequence[UUID]) -> list[Any]:
        return await self._database.rows(_MEMORIES, user_ids, SEEN_DAYS, keep_plan=True)


def _memory(user_id: UUID, row: Any) -> Memory:
    now = utc_now()
    taste: dict[str, float] = {}
    if row["learnt_at"] is not None:
        taste = aged(json.loads(row["weights"]), since=row["learnt_at"], now=now)
    mutes: dict[str, set[str]] = {}
    for kind, name in json.loads(row["mutes"] or "[]"):
        mutes.setdefault(kind, set()).add(name)
    known = row["embedder_id"] is not None
    reader = Reader(
        author=str(user_id),
        taste=taste,
        style=style_of(row["style"]) if known else None,
        style_weight=row["style_weight"] * decay(now - row["style_learnt_at"]) if known else 0.0,
        seen=frozenset(row["seen"]),
        unwanted=frozenset(row["unwanted"]) | mutes.get(MuteKind.SHADER, set()),
        muted_tags=frozenset(mutes.get(MuteKind.TAG, ())),
        muted_authors=frozenset(mutes.get(MuteKind.AUTHOR, ())),
        muted_labels=frozenset(mutes.get(MuteKind.AI_LABEL, ())),
    )
    near = [one for one in row["near"] or () if one not in reader.seen and one not in reader.unwanted][:NEAR_AT_ONCE]
    ranked = sorted(taste.items(), key=itemgetter(1, 0), reverse=True)[:NAMED_TAGS]
    return Memory(reader, row["embedder_id"], near, [one for one in ranked if one[1] > 0])
