"""Paging sessions of personal feeds: the ranking of which each shows pages, in Redis.

The ranking is made when the session begins, and pages follow from it alone, so they stay what they were whatever
happens meanwhile; every shader of the session is on one page. What is needed to say why a shader is shown is kept with
it (reasons.py). A user has at most `MOST` sessions (the oldest make room), each for `LIFE` seconds.
"""

import json
import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.core.feed.ranking import arrange, first_page
from services.core.feed.reasons import FRESH
from services.core.kit.pagination import InvalidCursorError
from services.core.kit.redis.guard import RedisGuard
from services.core.kit.shared_calls import SharedCalls

LIFE = 3600
MOST = 16
_AT_ONCE = 32
_ID_BYTES = 16
_NAME, _NUMBER = f"S{_ID_BYTES}", "<u4"
# KEYS: whose sessions each is. ARGV: LIFE, MOST, then token and walk of each. A token begins with its time, so the
# oldest sort first.
_KEEP = """
for place, key in ipairs(KEYS) do
  redis.call('HSET', key, ARGV[2 * place + 1], ARGV[2 * place + 2])
  redis.call('EXPIRE', key, ARGV[1])
  local superfluous = redis.call('HLEN', key) - tonumber(ARGV[2])
  if superfluous > 0 then
    local tokens = redis.call('HKEYS', key)
    table.sort(tokens)
    redis.call('HDEL', key, unpack(tokens, 1, superfluous))
  end
end
"""


class PagingEndedError(InvalidCursorError):
    """The session is too old, or was pushed out by newer ones of the same user."""

    title = "This walk through the feed has ended; begin again without a cursor"


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """A ranking, of which pages of `size` are laid out when they are asked for, always the same.

    Columns of the shaders in their order: ids (`names`), 32 bits that stand for authors and lineages, and hints.
    `liked` are the tags that the reader likes.
    """

    size: int
    names: NDArray[np.bytes_]
    authors: NDArray[np.uint32]
    roots: NDArray[np.uint32]
    hints: bytes
    liked: Mapping[str, float]

    def ids(self, places: Sequence[int]) -> list[str]:
        """The ids of the shaders at these places."""
        return [name.decode() for name in self.names[places].tolist()]

    def pages(self) -> list[list[int]]:
        """The pages, each with the places of its shaders in the columns."""
        return arrange(*self._columns(), size=self.size)

    def first_page(self) -> list[int]:
        """The first of the pages."""
        return first_page(*self._columns(), size=self.size)

    def _columns(self) -> tuple[list[int], list[int], list[int]]:
        fresh = np.frombuffer(self.hints, dtype=np.uint8) & FRESH
        return self.authors.tolist(), self.roots.tolist(), fresh.tolist()

    def packed(self) -> str:
        """All of it as text."""
        columns = (_column(self.names, _NAME), _column(self.authors, _NUMBER), _column(self.roots, _NUMBER), self.hints)
        return f"{json.dumps([self.size, self.liked])} {b64encode(b''.join(columns)).decode()}"

    @classmethod
    def unpacked(cls, text: str) -> "Walk":
        """What `packed` gave."""
        head, _, packed = text.rpartition(" ")
        size, liked = json.loads(head)
        columns = b64decode(packed)
        count = len(columns) // (_ID_BYTES + 9)
        names = np.frombuffer(columns, _NAME, count)
        authors = np.frombuffer(columns, _NUMBER, count, offset=_ID_BYTES * count)
        roots = np.frombuffer(columns, _NUMBER, count, offset=(_ID_BYTES + 4) * count)
        return cls(size, names, authors, roots, columns[(_ID_BYTES + 8) * count :], liked)


def _column(values: NDArray[Any], kind: str) -> bytes:
    return values.astype(kind, copy=False).tobytes()


class PagingSessions:
    """The paging sessions of all users; those that begin at once are kept with one call."""

    def __init__(self, guard: RedisGuard) -> None:
        self._guard = guard
        self._script = guard.client.register_script(_KEEP)
        self._calls = SharedCalls(self._keep, most=_AT_ONCE)

    async def keep(self, user_id: UUID, walk: Walk) -> str:
        """Keep a session and return its token. Raises `UnavailableError` without Redis."""
        token = f"{time.time_ns():016x}{secrets.token_hex(6)}"
        await self._calls.ask((_key(user_id), token, walk.packed()))
        return token

    async def _keep(self, walks: Sequence[tuple[str, str, str]]) -> Sequence[None]:
        arguments = [part for _, token, packed in walks for part in (token, packed)]
        await self._guard.call(lambda _: self._script([key for key, _, _ in walks], [LIFE, MOST, *arguments]))
        return [None] * len(walks)

    async def read(self, user_id: UUID, token: str) -> Walk:
        """The session. Raises `PagingEndedError` when there is none, `UnavailableError` without Redis."""
        stored = await self._guard.call(lambda client: client.hget(_key(user_id), token))
        if stored is None:
            raise PagingEndedError
        return Walk.unpacked(str(stored))


def _key(user_id: UUID) -> str:
    return f"walks:{user_id.hex}"
