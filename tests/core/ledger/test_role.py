"""What the role of the processes can do to the ledger: read and add."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy.exc
from sqlalchemy import Connection, text

from services.core.domains import TABLES
from services.core.kit.database import Database
from services.core.kit.roles import APP_ROLE, bring_up_to_date
from services.core.kit.settings import DatabaseSettings
from services.core.ledger.check import check, may_change
from services.core.ledger.posting import post
from services.standalone import postgres as standalone
from services.standalone.postgres import EmbeddedPostgres
from tests.core.ledger.test_posting import paid, post_entries, write_raw
from tests.factories import make_user


@pytest.fixture
async def processes(database: Database, migrated: EmbeddedPostgres) -> AsyncIterator[Database]:
    """The database as the processes reach it; `database` is its owner and empties it."""
    found = Database(DatabaseSettings(url=migrated.app_url()), application="tests")
    yield found
    await found.dispose()


async def test_processes_post_and_read(processes: Database) -> None:
    async with processes.write() as session:
        assert await post(session, paid()) is True
    async with processes.read() as session:
        assert (await check(session)).count == 0
        assert not await may_change(session)


async def test_processes_write_all_other_tables(processes: Database) -> None:
    async with processes.write() as session:
        await make_user(session)
    async with processes.write() as session:
        await session.execute(text("UPDATE users SET bio = 'new'"))
        await session.execute(text("DELETE FROM users"))
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="permission denied"):
        async with processes.write() as session:
            await session.execute(text("UPDATE alembic_version SET version_num = 'x'"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET amount = amount + 1",
        "UPDATE ledger_transactions SET xact = 1",
        "UPDATE ledger_accounts SET balance = 0",
        "DELETE FROM ledger_entries",
        "DELETE FROM ledger_transactions",
        "DELETE FROM ledger_accounts",
        "TRUNCATE ledger_accounts CASCADE",
        "SELECT 1 FROM ledger_accounts FOR UPDATE",
        "ALTER TABLE ledger_entries DISABLE TRIGGER ALL",
        "DROP TRIGGER balances ON ledger_entries",
        "DROP TABLE ledger_entries",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
        "SET ROLE fractafrag",
    ],
)
async def test_processes_cannot_change_what_was_written(processes: Database, statement: str) -> None:
    async with processes.write() as session:
        await post(session, paid())
    with pytest.raises(sqlalchemy.exc.DBAPIError, match=r"permission denied|must be owner"):
        async with processes.write() as session:
            await session.execute(text(statement))


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ([("stripe", 500, "EUR"), ("held", -499, "EUR")], "does not balance"),
        ([], "has no entries"),
        ([("held", 501, "EUR"), ("stripe", -501, "EUR")], "floor"),
    ],
)
async def test_nor_can_they_write_what_is_no_posting(
    processes: Database, entries: list[tuple[str, int, str]], why: str
) -> None:
    async with processes.write() as session:
        await post(session, paid())
    with pytest.raises(sqlalchemy.exc.DBAPIError, match=why):
        await write_raw(processes, *entries)


async def test_an_old_transaction_stays_closed_to_one_that_has_its_number_again(database: Database) -> None:
    """As after a restore: in a new cluster numbers begin anew."""
    async with database.write() as session:
        await post(session, paid())

    async def again() -> None:
        async with database.write() as session:
            await session.execute(text("SET LOCAL session_replication_role = replica"))
            await session.execute(text("UPDATE ledger_transactions SET xact = pg_current_xact_id()::text::bigint"))
            await session.execute(text("SET LOCAL session_replication_role = origin"))
            await post_entries(session, ("stripe", 7, "EUR"), ("held", -7, "EUR"))

    with pytest.raises(sqlalchemy.exc.DBAPIError, match="closed by its commit"):
        await again()


async def test_the_check_finds_what_was_done_past_the_triggers(database: Database) -> None:
    async with database.write() as session:
        await post(session, paid())
    async with database.write() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text("UPDATE ledger_accounts SET balance = balance + 1 WHERE kind = 'stripe'"))
        await session.execute(text("DELETE FROM ledger_entries WHERE amount < 0"))
    async with database.read() as session:
        found = await check(session)
        assert await may_change(session), "the tables' owner could"
    assert (found.accounts, len(found.transactions)) == (("held:p1:EUR", "stripe::EUR"), 1)


async def test_a_migration_takes_back_what_the_role_should_not_have(database: Database) -> None:
    def rights(connection: Connection) -> set[str]:
        connection.execute(text(f"GRANT UPDATE, TRUNCATE ON ledger_entries TO {APP_ROLE}"))
        connection.execute(text(f"REVOKE DELETE ON users FROM {APP_ROLE}"))
        bring_up_to_date(connection, TABLES.sorted_tables)
        held = (
            "SELECT privilege_type FROM information_schema.role_table_grants WHERE table_name = :name AND grantee = :to"
        )
        found = connection.execute(text(held), {"name": "ledger_entries", "to": APP_ROLE}).scalars()
        assert connection.scalar(text("SELECT has_table_privilege(:to, 'users', 'DELETE')"), {"to": APP_ROLE})
        return set(found)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(rights) == {"SELECT", "INSERT"}


def test_one_machine_gives_its_processes_this_role() -> None:
    assert standalone.APP_ROLE == APP_ROLE
