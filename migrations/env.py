"""Alembic's entry: the URL comes from the settings, or from `-x url=...`. Then the rights of the processes' role."""

import asyncio

from alembic import context
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from services.core.domains import TABLES
from services.core.kit.migrations import MigrationSettings
from services.core.kit.roles import bring_up_to_date


def run(connection: Connection) -> None:
    """Bring the schema of `connection` to the revision that was asked for."""
    context.configure(connection=connection, target_metadata=TABLES, compare_type=True, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


def grant(connection: Connection) -> None:
    """Give the processes' role its rights on the tables that are there: after a downgrade some are not."""
    there = set(inspect(connection).get_table_names())
    bring_up_to_date(connection, [table for table in TABLES.sorted_tables if table.name in there])


async def online(url: str) -> None:
    """Connect to `url` and run."""
    engine = create_async_engine(url, connect_args={"server_settings": {"lock_timeout": "4000"}})
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
        await connection.run_sync(grant)
        await connection.commit()
    await engine.dispose()


asyncio.run(online(context.get_x_argument(as_dictionary=True).get("url") or MigrationSettings().database.url))
