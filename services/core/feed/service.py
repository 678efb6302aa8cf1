"""The personal feed.

A paging session begins with a request without a cursor: candidates (pool.py) are ranked for the user (ranking.py) and
laid out in pages; the first is answered, the others are kept (paging.py) and the cursor names the session and the page.
So a session shows each shader at most once, whatever is voted meanwhile; one that is hidden or deleted by then is left
out. The size of the pages is that of the first. A session holds up to `MOST_SHADERS` and then ends.

Left out from the start are the user's own shaders and those they voted down; what they have voted up, looked at or been
shown lately comes later. Without Redis there is a first page and no cursor.
"""

import json
import secrets
from collections import ChainMap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import String, any_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from services.core.feed.paging import PagingSessions
from services.core.feed.pool import CandidatePools
from services.core.feed.ranking import Candidate, arrange, rank
from services.core.feed.taste import aged
from services.core.kit.database import Database
from services.core.kit.errors import UnavailableError
from services.core.kit.pagination import JsonPage, decode_cursor, encode_cursor
from services.core.kit.redis.guard import RedisGuard
from services.core.kit.statements import Prepared, placeholder
from services.core.kit.tables import utc_now
from services.core.shaders.models import Shader
from services.core.shaders.views import cards

MOST_SHADERS = 300
FAVOURITE_TAGS = 3
SEEN_DAYS = 3

# $1: the user, $2: SEEN_DAYS.
_MEMORY = """
    SELECT
        (SELECT json_object_agg(tag, weight)::text FROM tag_affinities WHERE user_id = $1) AS weights,
        (SELECT max(updated_at) FROM tag_affinities WHERE user_id = $1) AS learnt_at,
        ARRAY(
            SELECT shader_id FROM votes WHERE user_id = $1 AND value < 0 ORDER BY created_at DESC LIMIT 500
        ) AS unwanted,
        ARRAY(
            (SELECT shader_id FROM votes WHERE user_id = $1 AND value > 0 ORDER BY created_at DESC LIMIT 500)
            UNION ALL
            (
                SELECT shader_id FROM feed_events
                WHERE user_id = $1 AND created_at > now() - make_interval(days => $2)
                ORDER BY created_at DESC LIMIT 500
            )
        ) AS seen
"""

log = structlog.get_logger("feed")


@dataclass(frozen=True, slots=True)
class _Memory:
    """What is known about a user."""

    taste: dict[str, float]
    unwanted: frozenset[str]
    seen: frozenset[str]

    def favourites(self) -> list[str]:
        """The tags that the user likes most."""
        liked = [(weight, tag) for tag, weight in self.taste.items() if weight > 0]
        return [tag for _, tag in sorted(liked, reverse=True)[:FAVOURITE_TAGS]]


class PersonalFeed:
    """Feeds of signed-in users; candidates are read anew after `pool_seconds`."""

    def __init__(self, database: Database, guard: RedisGuard, *, pool_seconds: float) -> None:
        self._database = database
        self._pools = CandidatePools(database, seconds=pool_seconds)
        self._paging = PagingSessions(guard)

    async def page(self, user_id: UUID, *, cursor: str | None, limit: int) -> JsonPage:
        """The first page of a new session, or the page that `cursor` names.

        Raises `InvalidCursorError`; `UnavailableError` for a cursor without Redis.
        """
        if cursor is None:
            return await self._begin(user_id, limit)
        token, number = decode_cursor(_listing(user_id), cursor, str, int)
        ids, more = await self._paging.page(user_id, token, number)
        statement = _listed_cards()
        rows = await self._database.rows(statement.sql, *statement.values(ids=ids))
        cards: dict[str, str] = {row["id"]: row["card"] for row in rows}
        following = encode_cursor(_listing(user_id), token, number + 1) if more else None
        return JsonPage([cards[shader_id] for shader_id in ids if shader_id in cards], following)

    async def _begin(self, user_id: UUID, limit: int) -> JsonPage:
        memory = await self._memory(user_id)
        pools = [await self._pools.everybodys()]
        pools += [await self._pools.of_tag(tag) for tag in memory.favourites()]
        # Last, so that what the common pool says about being fresh is what counts.
        found = {candidate.id: candidate for pool in reversed(pools) for candidate in pool.candidates}
        pages = _laid_out(user_id, found.values(), memory, limit)
        if not pages:
            return JsonPage([], None)
        cards = ChainMap(*(pool.cards for pool in pools))
        following = await self._keep(user_id, pages[1:]) if len(pages) > 1 else None
        return JsonPage([cards[shader_id] for shader_id in pages[0]], following)

    async def _keep(self, user_id: UUID, pages: Sequence[Sequence[str]]) -> str | None:
        try:
            token = await self._paging.keep(user_id, pages)
        except UnavailableError:
            log.warning("feed without paging")
            return None
        return encode_cursor(_listing(user_id), token, 0)

    async def _memory(self, user_id: UUID) -> _Memory:
        row: Any = (await self._database.rows(_MEMORY, user_id, SEEN_DAYS))[0]
        taste: dict[str, float] = {}
        if row["learnt_at"] is not None:
            taste = aged(json.loads(row["weights"]), since=row["learnt_at"], now=utc_now())
        return _Memory(taste, frozenset(row["unwanted"]), frozenset(row["seen"]))


@cache
def _listed_cards() -> Prepared:
    ids = placeholder("ids", ARRAY(String))
    return Prepared.of(cards(col(Shader.id)).where(col(Shader.id) == any_(ids), col(Shader.listed)))


def _laid_out(user_id: UUID, found: Iterable[Candidate], memory: _Memory, limit: int) -> list[list[str]]:
    """The pages as ids."""
    own = str(user_id)
    wanted = [each for each in found if each.author != own and each.id not in memory.unwanted]
    now = utc_now().timestamp()
    ranked = rank(wanted, taste=memory.taste, seed=secrets.randbits(62), now=now, seen=memory.seen)
    return [[each.id for each in page] for page in arrange(ranked[:MOST_SHADERS], size=limit)]


def _listing(user_id: UUID) -> str:
    return f"feed {user_id}"
