"""A Lua script in Redis on a connection of its own: for what each request asks.

redis-py's client takes a connection out of a pool, retries, measures, and limits the time of sending and of reading by
tasks and timers of their own; together that is more than half of what a call costs. `LoneScript` speaks over one
connection, one call after the other. Its user sees to that: of two calls at once one would read the other's answer.

A connection that was lost is opened anew and the call sent once more, even when the server may have run it before, so
the script has to bear that. Raises what redis-py raises, and `TimeoutError`; neither leaves an answer unread.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

import redis.asyncio
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as LostConnectionError
from redis.exceptions import NoScriptError


class LoneScript:
    """The script `text` on the server of `client`, whose settings it shares."""

    def __init__(self, client: redis.asyncio.Redis, text: str) -> None:
        self._pool = client.connection_pool
        self._seconds: float | None = self._pool.connection_kwargs.get("socket_timeout")
        self._made: AbstractConnection | None = None
        self._text = text
        self._hash = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, keys: Sequence[str], arguments: Sequence[int]) -> Any:
        """What the script gives."""
        try:
            return await self._call("EVALSHA", self._hash, len(keys), *keys, *arguments)
        except (LostConnectionError, NoScriptError):
            return await self._call("EVAL", self._text, len(keys), *keys, *arguments)

    async def _call(self, *command: str | int) -> Any:
        connection = self._connection()
        async with asyncio.timeout(self._seconds):
            # Without a call there is nothing to read but the end of a connection.
            if connection.is_connected and await connection.can_read():
                await connection.disconnect(nowait=True)
            await connection.send_packed_command(connection.pack_command(*command), check_health=False)
            return await connection.read_response()

    def _connection(self) -> AbstractConnection:
        if self._made is None:
            # One limit for the whole call takes the place of the connection's own.
            self._made = self._pool.connection_class(**{**self._pool.connection_kwargs, "socket_timeout": None})
        return self._made

    async def aclose(self) -> None:
        """Close the connection."""
        if self._made is not None:
            await self._made.disconnect()
