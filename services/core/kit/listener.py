"""LISTEN on PostgreSQL that survives lost connections.

`listen(database, channel, ...)` runs until it is cancelled. It holds one connection, checks every
`CHECK_SECONDS` that the server still answers, and reconnects with growing pauses. Notices sent while it was not
connected are lost; `on_connected` is called after each connect, so that the caller looks for itself.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Any

import asyncpg
import sqlalchemy.exc
import structlog

from services.core.kit.database import Database
from services.core.kit.errors import UnavailableError

CHECK_SECONDS = 15.0
LONGEST_PAUSE = 5.0

log = structlog.get_logger("listening")


async def listen(
    database: Database, channel: str, on_notice: Callable[[str], None], on_connected: Callable[[], None]
) -> None:
    """Call `on_notice` with the payload of every notice on `channel`, and `on_connected` after each connect."""
    pause = 0.1
    while True:
        try:
            async with database.engine.connect() as connection:
                raw = (await connection.get_raw_connection()).driver_connection
                try:
                    await _listen_once(raw, channel, on_notice, on_connected)
                finally:
                    # It must not go back to the pool as a connection that listens.
                    await connection.invalidate()
        except (
            OSError,
            TimeoutError,
            UnavailableError,
            sqlalchemy.exc.SQLAlchemyError,
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
        ) as error:
            log.warning("listening interrupted", channel=channel, error=type(error).__name__)
        else:
            log.warning("listening interrupted", channel=channel, error="connection closed")
            pause = 0.1
        await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 -- jitter
        pause = min(LONGEST_PAUSE, pause * 2)


async def _listen_once(
    raw: Any, channel: str, on_notice: Callable[[str], None], on_connected: Callable[[], None]
) -> None:
    """Until the connection is closed; raises when the server does not answer."""
    closed = asyncio.Event()
    raw.add_termination_listener(lambda _: closed.set())
    await raw.add_listener(channel, lambda _connection, _pid, _channel, payload: on_notice(payload))
    on_connected()
    while not closed.is_set():
        try:
            await asyncio.wait_for(closed.wait(), CHECK_SECONDS)
        except TimeoutError:
            await asyncio.wait_for(raw.execute("SELECT 1"), CHECK_SECONDS)
