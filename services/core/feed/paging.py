"""Paging sessions of personal feeds: the ranking of which each shows pages, in Redis.

The ranking is made when the session begins, and pages follow from it alone, so they stay what they were whatever
happens meanwhile; every shader of the session is on one page. What is needed to say why a shader is shown is kept with
it (reasons.py). A user has at most `MOST` sessions (the oldest make room), each for `LIFE` seconds.
"""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.core.feed.ranking import arrange
from services.core.feed.reasons import FRESH
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


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """A ranking, of which pages of `size` are laid out when they are asked for, always the same.

    Columns of the shaders in their order: ids, 32 bits that stand for authors and lineages, and hints. `liked` are the
    tags that the reader likes.
    """

    size: int
    ids: list[str]
    authors: NDArray[np.uint32]
    roots: NDArray[np.uint32]
    hints: bytes
    liked: Mapping[str, float]

    def pages(self, *, first_only: bool = False) -> list[list[int]]:
        """The pages, each with the places of its shaders in the columns."""
        fresh = [hint & FRESH for hint in self.hints]
        return arrange(self.authors.tolist(), self.roots.tolist(), fresh, size=self.size, first_only=first_only)

    def packed(self) -> str:
        """All of it as text."""
        numbers = np.concatenate([self.authors, self.roots]).astype("<u4").tobytes()
        parts = [self.size, ",".join(self.ids), numbers.hex(), self.hints.hex(), self.liked]
        return json.dumps(parts, separators=(",", ":"))

    @classmethod
    def unpacked(cls, text: str) -> "Walk":
        """What `packed` gave."""
        size, ids, numbers, hints, liked = json.loads(text)
        authors, roots = np.frombuffer(bytes.fromhex(numbers), dtype="<u4").reshape(2, -1)
        return cls(size, ids.split(","), authors, roots, bytes.fromhex(hints), liked)


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

    async def read(self, user_id: UUID, token: str) -> Walk:
        """The session. Raises `PagingEndedError` when there is none, `UnavailableError` without Redis."""
        stored = await self._guard.call(lambda client: client.hget(_key(user_id), token))
        if stored is None:
            raise PagingEndedError
        return Walk.unpacked(str(stored))


def _key(user_id: UUID) -> str:
    return f"walk:{user_id.hex}"
