"""Access tokens that ended before their time: session and token ids in Redis, until they expire by themselves.

PostgreSQL is the truth (`auth_sessions.revoked_at`); Redis spares a query per request. A Redis that lost its
memory costs at most the rest of an access token's life. When Redis is down `blocks` raises `UnavailableError`;
the caller then refuses writes and asks PostgreSQL for reads.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from services.core.accounts.caller import Caller
from services.core.accounts.tokens import CLOCK_SKEW_SECONDS
from services.core.redis_guard import RedisGuard
from services.core.settings import AuthSettings


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
                    pipeline.set(key, "1", ex=self._life)
                await pipeline.execute()

        await self._guard.call(write)

    async def block_token(self, token_id: str) -> None:
        """End one access token now."""
        await self._guard.call(lambda client: client.set(f"bl:jti:{token_id}", "1", ex=self._life))

    async def blocks(self, caller: Caller) -> bool:
        """Whether the caller's token or session ended; raises `UnavailableError`."""
        keys = [f"bl:sid:{caller.session_id}", f"bl:jti:{caller.token_id}"]
        return bool(await self._guard.call(lambda client: client.exists(*keys)))
