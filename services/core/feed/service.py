"""The personal feed.

A walk begins with a request without a cursor: candidates (pool.py) are ranked for the user (ranking.py) and laid out
in pages; the first is answered, the others are kept (walks.py) and the cursor names the walk and the page. So a walk
shows each work at most once, whatever is voted meanwhile; a work that is hidden or deleted during the walk is left
out. The size of the pages is that of the first. A walk holds up to `MOST_WORKS` works and then ends.

Left out from the start are the user's own works and those they voted down; what they have voted up, looked at or been
shown lately comes later. Without Redis there is a first page and no cursor.
"""

import json
import secrets
from collections import ChainMap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from services.core.feed.pool import CandidatePools
from services.core.feed.ranking import Candidate, arrange, rank
from services.core.feed.taste import aged
from services.core.feed.walks import Walks
from services.core.kit.database import Database
from services.core.kit.errors import UnavailableError
from services.core.kit.pagination import decode_cursor, encode_cursor
from services.core.kit.tables import utc_now
from services.core.shaders.card_json import CARD, CARD_TABLES, CardPage

MOST_WORKS = 300
FAVOURITE_TAGS = 3
SEEN_DAYS = 3

_MEMORY = f"""
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
                WHERE user_id = $1 AND created_at > now() - interval '{SEEN_DAYS} days'
                ORDER BY created_at DESC LIMIT 500
            )
        ) AS seen
"""  # noqa: S608 -- a constant of ours
_CARDS = f"SELECT s.id, {CARD} AS card FROM {CARD_TABLES} WHERE s.id = ANY($1) AND s.listed"  # noqa: S608 -- as above

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
    """Feeds of signed-in users."""

    def __init__(self, database: Database, pools: CandidatePools, walks: Walks) -> None:
        self._database = database
        self._pools = pools
        self._walks = walks

    async def page(self, user_id: UUID, *, cursor: str | None, limit: int) -> CardPage:
        """The first page of a new walk, or the page that `cursor` names.

        Raises `InvalidCursorError`; `UnavailableError` for a cursor without Redis.
        """
        if cursor is None:
            return await self._begin(user_id, limit)
        token, number = decode_cursor(_listing(user_id), cursor, str, int)
        ids, more = await self._walks.page(user_id, token, number)
        rows = await self._database.rows(_CARDS, ids)
        cards: dict[str, str] = {row["id"]: row["card"] for row in rows}
        following = encode_cursor(_listing(user_id), token, number + 1) if more else None
        return CardPage([cards[shader_id] for shader_id in ids if shader_id in cards], following)

    async def _begin(self, user_id: UUID, limit: int) -> CardPage:
        memory = await self._memory(user_id)
        pools = [await self._pools.everybodys()]
        pools += [await self._pools.of_tag(tag) for tag in memory.favourites()]
        # Last, so that what the common pool says about being fresh is what counts.
        found = {candidate.id: candidate for pool in reversed(pools) for candidate in pool.candidates}
        pages = _laid_out(user_id, found.values(), memory, limit)
        if not pages:
            return CardPage([], None)
        cards = ChainMap(*(pool.cards for pool in pools))
        following = await self._keep(user_id, pages[1:]) if len(pages) > 1 else None
        return CardPage([cards[shader_id] for shader_id in pages[0]], following)

    async def _keep(self, user_id: UUID, pages: Sequence[Sequence[str]]) -> str | None:
        try:
            token = await self._walks.keep(user_id, pages)
        except UnavailableError:
            log.warning("feed without walk")
            return None
        return encode_cursor(_listing(user_id), token, 0)

    async def _memory(self, user_id: UUID) -> _Memory:
        row: Any = (await self._database.rows(_MEMORY, user_id))[0]
        taste: dict[str, float] = {}
        if row["learnt_at"] is not None:
            taste = aged(json.loads(row["weights"]), since=row["learnt_at"], now=utc_now())
        return _Memory(taste, frozenset(row["unwanted"]), frozenset(row["seen"]))


def _laid_out(user_id: UUID, found: Iterable[Candidate], memory: _Memory, limit: int) -> list[list[str]]:
    """The walk's pages as ids."""
    own = str(user_id)
    wanted = [each for each in found if each.author != own and each.id not in memory.unwanted]
    now = utc_now().timestamp()
    ranked = rank(wanted, taste=memory.taste, seed=secrets.randbits(62), now=now, seen=memory.seen)
    return [[each.id for each in page] for page in arrange(ranked[:MOST_WORKS], size=limit)]


def _listing(user_id: UUID) -> str:
    return f"feed {user_id}"
