"""One time for all: the site's Python, its PostgreSQL and the fake of Stripe, which moves when it is told to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, tzinfo
from typing import Any
from unittest.mock import patch

from sqlalchemy import event, text

from services.core.kit import tables
from services.core.kit.database import Database
from tests.stripe.world import World

# The ledger's trigger looks for `now()` where it wants to, so it is told as well.
_BEGIN = """
CREATE SCHEMA IF NOT EXISTS moved;
CREATE TABLE IF NOT EXISTS moved.by (seconds bigint NOT NULL);
DELETE FROM moved.by;
INSERT INTO moved.by VALUES (0);
CREATE OR REPLACE FUNCTION moved.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS 'SELECT pg_catalog.now() + make_interval(secs => (SELECT seconds FROM moved.by))';
ALTER FUNCTION ledger_add_entry() SET search_path = moved, public, pg_catalog, pg_temp
"""
_END = """
ALTER FUNCTION ledger_add_entry() SET search_path = public, pg_temp;
DROP SCHEMA moved CASCADE
"""


class Time:
    """How far ahead everything is."""

    def __init__(self, database: Database, world: World) -> None:
        self.seconds = 0
        self._database, self._world = database, world

    async def pass_(self, seconds: int) -> None:
        """Let time pass."""
        self.seconds += seconds
        async with self._database.engine.begin() as connection:
            await connection.execute(text("UPDATE moved.by SET seconds = :seconds"), {"seconds": self.seconds})
        self._world.advance(seconds)

    def now(self) -> datetime:
        """The present time."""
        return tables.utc_now()


@asynccontextmanager
async def moved(database: Database, world: World) -> AsyncIterator[Time]:
    """A time that moves, for all, while the block runs."""
    time = Time(database, world)

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + timedelta(seconds=time.seconds)

    await _run(database, _BEGIN)
    event.listen(database.engine.sync_engine, "connect", _look_there)
    await database.engine.dispose()
    try:
        with patch.object(tables, "datetime", Moved):
            yield time
    finally:
        event.remove(database.engine.sync_engine, "connect", _look_there)
        await database.engine.dispose()
        await _run(database, _END)


async def _run(database: Database, statements: str) -> None:
    async with database.engine.begin() as connection:
        for statement in filter(str.strip, statements.split(";\n")):
            await connection.execute(text(statement))


def _look_there(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("SET search_path = moved, public, pg_catalog")
    cursor.close()
    connection.commit()
