"""Paging sessions of personal feeds: the pages that one has left to show, in Redis.

All pages are laid out when the session begins, so they stay what they were whatever happens meanwhile; every shader of
the session is on one page. What is needed to say why a shader is shown is kept with it (reasons.py). A user has at most
`MOST` sessions (the oldest make room), each for `LIFE` seconds.
"""

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
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


@dataclass(frozen=True, slots=True)
class Walk:
    """Pages: `sizes` of them, the ids of all shaders in their order, a hint for each, and the tags that are liked."""

    sizes: Sequence[int]
    ids: Sequence[str]
    hints: bytes
    liked: Mapping[str, float]

    def page(self, number: int) -> tuple[Sequence[str], bytes]:
        """The ids and hints of page `number`, from 0."""
        ends = list(accumulate(self.sizes))
        start, end = ends[number] - self.sizes[number], ends[number]
        return self.ids[start:end], self.hints[start:end]

    def packed(self) -> str:
        """All of it as text."""
        parts = [self.sizes, ",".join(self.ids), self.hints.hex(), self.liked]
        return json.dumps(parts, separators=(",", ":"))

    @classmethod
    def unpacked(cls, text: str) -> "Walk":
        """What `packed` gave."""
        sizes, ids, hints, liked = json.loads(text)
        return cls(sizes, ids.split(","), bytes.fromhex(hints), liked)


class PagingSessions:
    """The paging sessions of all users."""

    def __init__(self, guard: RedisGuard) -> None:
        self._guard = guard
        self._keep = guard.client.register_script(_KEEP)

    async def keep(self, user_id: UUID, walk: Walk) -> str:
        """Keep a session and return its token. Raises `UnavailableError` without Redis."""
        token = f"{time.time_ns():016x}{secrets.token_hex(6)}"
        await self._guard.call(lambda _: self._keep(keys=[_key(user_id)], args=[token, walk.packed(), LIFE, MOST]))
        return token

    async def read(self, user_id: UUID, token: str, number: int) -> Walk:
        """The session, which has a page `number`.

        Raises `PagingEndedError` when there is none, `UnavailableError` without Redis.
        """
        stored = await self._guard.call(lambda client: client.hget(_key(user_id), token))
        walk = Walk.unpacked(str(stored)) if stored is not None else None
        if walk is None or not 0 <= number < len(walk.sizes):
            raise PagingEndedError
        return walk


def _key(user_id: UUID) -> str:
    return f"walk:{user_id.hex}"
