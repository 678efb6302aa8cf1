"""Candidates for personal feeds, read from the database at most once in a moment for all users together.

The pool holds the hottest works, the newest, and new works that few have seen (`fresh`); for a user's favourite tags
the hottest works of each tag are added. With each candidate comes its card. What was hidden or deleted leaves the
pool with its `BriefCache`'s next turn.
"""

from dataclasses import dataclass
from typing import Any

from services.core.feed.ranking import Candidate
from services.core.kit.cache import BriefCache
from services.core.kit.database import Database
from services.core.shaders.card_json import CARD, CARD_TABLES

HOTTEST = 300
NEWEST = 100
FRESH = 60
OF_TAG = 60
FRESH_DAYS = 14
FRESH_IMPRESSIONS = 30

_SHAPE = f"""
    SELECT s.id, s.author_id::text AS author, coalesce(s.root_id, s.id) AS root, s.tags, s.score,
        extract(epoch FROM s.published_at)::float8 AS published_at, chosen.fresh, {CARD} AS card
    FROM (SELECT id, bool_or(fresh) AS fresh FROM ({{chosen}}) found GROUP BY id) chosen
    JOIN ({CARD_TABLES}) ON s.id = chosen.id
"""  # noqa: S608 -- constants of ours
_EVERYBODYS = _SHAPE.format(
    chosen=f"""
        (SELECT id, false AS fresh FROM shaders WHERE listed ORDER BY hot DESC, id DESC LIMIT {HOTTEST})
        UNION ALL
        (SELECT id, false FROM shaders WHERE listed ORDER BY published_at DESC, id DESC LIMIT {NEWEST})
        UNION ALL
        (
            SELECT recent.id, true
            FROM (
                SELECT id FROM shaders
                WHERE listed AND published_at > now() - interval '{FRESH_DAYS} days'
                ORDER BY published_at DESC, id DESC LIMIT 1000
            ) recent
            LEFT JOIN exposures ON exposures.shader_id = recent.id
            WHERE coalesce(exposures.impressions, 0) < {FRESH_IMPRESSIONS}
            ORDER BY coalesce(exposures.impressions, 0), random() LIMIT {FRESH}
        )
    """  # noqa: S608 -- as above
)
_OF_TAG = _SHAPE.format(
    chosen=f"""
        SELECT id, false AS fresh FROM shaders WHERE listed AND tags @> ARRAY[$1]::varchar[]
        ORDER BY hot DESC, id DESC LIMIT {OF_TAG}
    """  # noqa: S608 -- as above
)


@dataclass(frozen=True, slots=True)
class Pool:
    """Candidates, and the cards of all of them as JSON text."""

    candidates: tuple[Candidate, ...]
    cards: dict[str, str]


class CandidatePools:
    """The pools of one process; each is read anew after `seconds`."""

    def __init__(self, database: Database, *, seconds: float) -> None:
        self._database = database
        self._pools: BriefCache[Pool] = BriefCache(seconds=seconds, size=200)

    async def everybodys(self) -> Pool:
        """The pool that is the same for all users."""
        return await self._pools.get("", lambda: self._read(_EVERYBODYS))

    async def of_tag(self, tag: str) -> Pool:
        """The hottest works with this tag."""
        return await self._pools.get(tag, lambda: self._read(_OF_TAG, tag))

    async def _read(self, statement: str, *values: Any) -> Pool:
        rows = await self._database.rows(statement, *values)
        candidates = [Candidate(row["id"], row["author"], row["root"], tuple(row["tags"]), *row[4:7]) for row in rows]
        return Pool(tuple(candidates), {row["id"]: row["card"] for row in rows})
