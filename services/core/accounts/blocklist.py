"""Access tokens that ended before their time: session ids in Redis, until the tokens expire by themselves.

PostgreSQL is the truth (`auth_sessions.revoked_at`); Redis spares a query per request. A Redis that lost its
memory costs at most the rest of an access token's life. The rate limiter looks at `revocation_keys` with the call that
counts the request; when Redis is down its caller refuses writes and asks PostgreSQL for reads.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from services.core.accounts.settings import AuthSettings
from services.core.accounts.tokens import CLOCK_SKEW_SECONDS
from services.core.identity.caller import Caller
from services.core.kit.redis.guard import RedisGuard

# A revocation key holds the second from which it counts (kit/redis/limits.py).
_LONG_AGO = "1"


class Blocklist:
    """What is blocked, each entry for an access token's life."""

    def __init__(self, guard: RedisGuard, settings: AuthSettings) -> None:
        self._guard = guard
        self._life = timedelta(minutes=settings.access_minutes, seconds=CLOCK_SKEW_SECONDS + 10)

    async def block_sessions(self, session_ids: Iterable[UUID]) -> None:
        """End the access tokens of these sessions now; called before the commit of their revocation."""
        keys = [f"bl:sid:{session_id}" for session_id in session_ids]
        if not keys:
            return

        async def write(client: object) -> None:
            async with self._guard.client.pipeline(transaction=False) as pipeline:
                for key in keys:
                    pipeline.set(key, _LONG_AGO, ex=self._life)
                await pipeline.execute()

        await self._guard.call(write)

    @staticmethod
    def revocation_keys(caller: Caller) -> tuple[str]:
        """What says that the caller's session ended."""
        return (f"bl:sid:{caller.session_id}",)
