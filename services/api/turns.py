"""Changes of one account take turns, so that it never holds all connections to the database.

Changes of one account often wait for one another there: for the row of a shader, for the account's bounds. Each would
wait with a connection in its hand, and some dozens sent at once would leave none for anybody else. Here they wait
without one. Who waits too long gets 429. Every API process counts for itself.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from services.core.kit.errors import RateLimitedError

AT_ONCE = 2
PATIENCE_SECONDS = 20.0


class WriteTurns:
    """The accounts that change something now, each with its free turns and those who know of them."""

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE_SECONDS) -> None:
        self._at_once = at_once
        self._patience = patience
        self._free: dict[UUID, asyncio.Semaphore] = {}
        self._known: dict[UUID, int] = {}

    @property
    def accounts(self) -> int:
        """How many change something or wait to."""
        return len(self._free)

    @asynccontextmanager
    async def of(self, user_id: UUID) -> AsyncIterator[None]:
        """One turn of this account; raises `RateLimitedError` where none comes in time."""
        free = self._free.setdefault(user_id, asyncio.Semaphore(self._at_once))
        self._known[user_id] = self._known.get(user_id, 0) + 1
        try:
            await self._wait(free)
            try:
                yield
            finally:
                free.release()
        finally:
            self._known[user_id] -= 1
            if not self._known[user_id]:
                del self._known[user_id], self._free[user_id]

    async def _wait(self, free: asyncio.Semaphore) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await free.acquire()
        except TimeoutError:
            raise RateLimitedError(1, "Too many changes of this account wait: send fewer at once") from None
