"""Paging sessions of personal feeds: the pages that one has left to show, as ids, in Redis.

All pages are laid out when the session begins, so they stay what they were whatever happens meanwhile; every shader of
the session is on one page. A user has at most `MOST` sessions (the oldest make room), each for `LIFE` seconds.
"""

import json
import secrets
import time
from collections.abc import Sequence
from uuid import UUID

from services.core.kit.pagination import InvalidCursorError
from services.core.kit.redis.guard import RedisGuard

LIFE = 3600
MOST = 16
# KEYS: the user's sessions. ARGV: token, pages, LIFE, MOST. A token begins with its time, so the oldest sort first.
_KEEP = """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
local superfluous = redis.call('HLEN', KEYS[1]) - tonumber(ARGV[4])
if superfluous > 0 then
  local tokens = redis.call('HKEYS', KEYS[1])
  table.sort(tokens)
  redis.call('HDEL', KEYS[1], unpack(tokens, 1, superfluous))
end
"""


class PagingEndedError(InvalidCursorError):
    """The session is too old, or was pushed out by newer ones of the same user."""

    title = "This walk through the feed has ended; begin again without a cursor"


class PagingSessions:
    """The paging sessions of all users."""

    def __init__(self, guard: RedisGuard) -> None:
        self._guard = guard
        self._keep = guard.client.register_script(_KEEP)

    async def keep(self, user_id: UUID, pages: Sequence[Sequence[str]]) -> str:
        """Keep a session and return its token. Raises `UnavailableError` without Redis."""
        token = f"{time.time_ns():016x}{secrets.token_hex(6)}"
        kept = json.dumps(pages, separators=(",", ":"))
        await self._guard.call(lambda _: self._keep(keys=[_key(user_id)], args=[token, kept, LIFE, MOST]))
        return token

    async def page(self, user_id: UUID, token: str, number: int) -> tuple[list[str], bool]:
        """The ids of page `number` (from 0), and whether another follows.

        Raises `PagingEndedError` when there is no such page, `UnavailableError` without Redis.
        """
        stored = await self._guard.call(lambda client: client.hget(_key(user_id), token))
        pages: list[list[str]] = json.loads(stored) if stored is not None else []
        if not 0 <= number < len(pages):
            raise PagingEndedError
        return pages[number], number + 1 < len(pages)


def _key(user_id: UUID) -> str:
    return f"feed:{user_id.hex}"
