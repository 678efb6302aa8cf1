"""Calls to Redis that fail fast.

Limits and the token blocklist ask Redis on each request. When it is gone, the first call pays for finding out
(its timeout), and for a second after that all others get `UnavailableError` at once, so that a dead Redis does not
make every request slow. What then happens is decided by who asked: reads go on, writes are refused.
"""

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from services.core.errors import UnavailableError

Answer = TypeVar("Answer")
_PAUSE_SECONDS = 1.0

log = structlog.get_logger("redis")


class RedisGuard:
    """A Redis client behind a fuse."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self.client = client
        self._blown_until = 0.0

    async def call(self, command: Callable[[redis.asyncio.Redis], Awaitable[Answer]]) -> Answer:
        """The command's answer; raises `UnavailableError` when Redis does not give one."""
        if time.monotonic() < self._blown_until:
            raise UnavailableError("The rate limiter and sign-in store is down at the moment")
        try:
            return await command(self.client)
        except (RedisError, OSError) as error:
            self._blown_until = time.monotonic() + _PAUSE_SECONDS
            log.warning("redis_down", cause=type(error).__name__)
            raise UnavailableError("The rate limiter and sign-in store is down at the moment") from error
