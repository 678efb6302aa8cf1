"""Calls to Redis that fail fast.

Limits and the token blocklist ask Redis on each request. When it is gone, the first calls pay for finding out, and
for a second after that all others get `UnavailableError` at once, so that a dead Redis does not make every request
slow. A refused connection is believed at once; a timeout, which a busy moment gives too, only the third time in a
row. What then happens is decided by who asked: reads go on, writes are refused.
"""

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import redis.asyncio
import structlog
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from services.core.kit.errors import UnavailableError

T = TypeVar("T")
_PAUSE_SECONDS = 1.0
_TIMEOUTS_BELIEVED = 3

log = structlog.get_logger("redis")


class RedisGuard:
    """A Redis client behind a circuit breaker."""

    def __init__(self, client: redis.asyncio.Redis) -> None:
        self.client = client
        self._open_until = 0.0
        self._timeouts = 0

    async def call(self, command: Callable[[redis.asyncio.Redis], Awaitable[T]]) -> T:
        """The command's answer; raises `UnavailableError` when Redis does not give one."""
        if time.monotonic() < self._open_until:
            raise UnavailableError("The rate limiter and sign-in store is down at the moment")
        try:
            answer = await command(self.client)
        except (RedisError, OSError) as error:
            self._note(error)
            raise UnavailableError("The rate limiter and sign-in store is down at the moment") from error
        self._timeouts = 0
        return answer

    def _note(self, error: Exception) -> None:
        if isinstance(error, (TimeoutError, RedisTimeoutError)):
            self._timeouts += 1
            if self._timeouts < _TIMEOUTS_BELIEVED:
                return
        self._timeouts = 0
        self._open_until = time.monotonic() + _PAUSE_SECONDS
        log.warning("redis_down", cause=type(error).__name__)
