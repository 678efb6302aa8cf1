"""One time for all: the site's Python, its PostgreSQL and the fake of Stripe, which moves when it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from typing import Any
from unittest.mock import patch

from sqlalchemy import event, text

from services.core.kit import tables
from services.core.kit.database import Database
from tests.stripe.world import World

_SHIFTED = """
CREATE SCHEMA IF NOT EXISTS moved;
CREATE TABLE IF NOT EXISTS moved.by (seconds bigint NOT NULL);
DELETE FROM moved.by;
INSERT INTO moved.by VALUES (0);
CREATE OR REPLACE FUNCTION moved.now() RETURNS timestamptz LANGUAGE sql STABLE
    AS 'SELECT pg_catalog.now() + (SELECT seconds FROM moved.by) * interval ''1 second''';
"""


class Time:
    """How far ahead everything is."""

    def __init__(self, database: Database, world: World) -> None:
        self.seconds = 0
        self._database, self._world = database, world

    async def begin(self) -> None:
        """Have the database know of it; its connections look for `now()` there first."""
        event.listen(self._database.engine.sync_engine, "connect", _look_there)
        async with self._database.engine.begin() as connection:
            for statement in filter(str.strip, _SHIFTED.split(";\n")):
                await connection.execute(text(statement))
        await self._database.engine.dispose()

    async def pass_(self, seconds: int) -> None:
        """Let time pass."""
        self.seconds += seconds
        async with self._database.engine.begin() as connection:
            await connection.execute(text("UPDATE moved.by SET seconds = :seconds"), {"seconds": self.seconds})
        self._world.advance(seconds)

    def now(self) -> datetime:
        """The present time."""
        return tables.utc_now()

    @contextmanager
    def of_python(self) -> Iterator[None]:
        """While the block runs, `utc_now` of the site gives this time."""
        outer = self

        class Moved(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Any:
                return datetime.now(tz) + timedelta(seconds=outer.seconds)

        with patch.object(tables, "datetime", Moved):
            yield


def _look_there(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("SET search_path = moved, public, pg_catalog")
    cursor.close()
    connection.commit()
