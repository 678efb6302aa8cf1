"""The schema is what the models say, and a version cannot be changed."""

import pytest
import sqlalchemy.exc
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from services.core.domains import TABLES
from services.core.kit.database import Database


async def test_migrations_give_exactly_the_models(database: Database) -> None:
    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), TABLES)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_read_session_cannot_write(database: Database) -> None:
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only"):
        async with database.read() as session:
            await session.execute(text("DELETE FROM votes"))
