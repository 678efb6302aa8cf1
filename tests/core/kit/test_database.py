"""What errors of PostgreSQL become."""

import asyncio

import pytest
import sqlalchemy.exc
from sqlalchemy import text

from services.core.kit import database as module
from services.core.kit.database import Database
from services.core.kit.errors import InvalidInputError, UnavailableError
from services.core.kit.settings import DatabaseSettings


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        ("SELECT CAST(:value AS int)", 2**40),
        ("SELECT CAST(:value AS int)", 2**100),
        ("SELECT CAST(:value AS text)", "a\x00b"),
        ("SELECT CAST(:value AS text)", "\ud800"),
        ("SELECT CAST(CAST(:value AS text) AS jsonb)", '"\\u0000"'),
        ("SELECT CAST(CAST(:value AS text) AS int)", "x"),
    ],
)
async def test_a_value_that_no_column_holds_is_the_callers_mistake(
    database: Database, statement: str, value: object
) -> None:
    with pytest.raises(InvalidInputError):
        async with database.read() as session:
            await session.execute(text(statement), {"value": value})


async def test_a_statement_over_its_time_is_unavailable(database: Database) -> None:
    async def sleep() -> None:
        async with database.read() as session:
            await session.execute(text("SET LOCAL statement_timeout = 20"))
            await session.execute(text("SELECT pg_sleep(1)"))

    with pytest.raises(UnavailableError):
        await sleep()


async def test_without_an_end_the_driver_waits_too(
    migrated_settings: DatabaseSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As migrations do for those that others make, which may take minutes."""
    monkeypatch.setattr(module, "_GRACE_SECONDS", 0.01)
    endless = Database(migrated_settings.model_copy(update={"statement_timeout_ms": 0}), application="endless")
    try:
        assert await endless.rows("SELECT 1 AS one FROM pg_sleep(0.2)")
    finally:
        await endless.dispose()


async def test_a_killed_connection_is_unavailable_and_the_next_works(database: Database) -> None:
    async def kill(pid: int | None) -> None:
        async with database.write() as other:
            await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})

    async def be_killed() -> None:
        async with database.read() as session:
            await kill(await session.scalar(text("SELECT pg_backend_pid()")))
            await session.execute(text("SELECT 1"))

    with pytest.raises(UnavailableError):
        await be_killed()
    await database.ping()


async def test_a_deadlock_is_unavailable_for_one(database: Database) -> None:
    async def lock(first: int, second: int) -> None:
        async with database.write() as session:
            await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": first})
            await asyncio.sleep(0.1)
            await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": second})

    outcomes = await asyncio.gather(lock(1, 2), lock(2, 1), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "UnavailableError"]


async def test_plans_are_made_for_the_values_unless_told(migrated_settings: DatabaseSettings) -> None:
    """A search after a statement that keeps its plan, on the same connection, is planned for its own words."""
    one = Database(migrated_settings.model_copy(update={"pool_size": 1, "max_overflow": 0}), application="one")

    async def mode(*, keep_plan: bool) -> str:
        (row,) = await one.rows("SELECT current_setting('plan_cache_mode') AS mode", keep_plan=keep_plan)
        return str(row["mode"])

    try:
        for keep_plan in (False, True, True, False, True, False):
            assert await mode(keep_plan=keep_plan) == ("auto" if keep_plan else "force_custom_plan")
    finally:
        await one.dispose()


async def test_rows_of_a_statement(database: Database) -> None:
    rows = await database.rows("SELECT CAST($1 AS int) + n AS sum FROM generate_series(1, 2) AS n", 40)
    assert [row["sum"] for row in rows] == [41, 42]
    with pytest.raises(InvalidInputError):
        await database.rows("SELECT CAST($1 AS int)", 2**40)


async def test_after_a_restart_of_the_server_one_statement_fails_at_most(migrated_settings: DatabaseSettings) -> None:
    three = Database(migrated_settings.model_copy(update={"pool_size": 3}), application="three")
    other = Database(migrated_settings, application="other")
    try:
        await asyncio.gather(*(three.rows("SELECT pg_sleep(0.05)") for _ in range(3)))
        await other.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'three'")
        failed = 0
        for _ in range(4):
            try:
                await three.rows("SELECT 1")
            except UnavailableError:
                failed += 1
        assert failed <= 1
    finally:
        await three.dispose()
        await other.dispose()


async def test_an_exhausted_pool_is_unavailable(migrated_settings: DatabaseSettings) -> None:
    small = Database(migrated_settings, application="small")
    small.engine.sync_engine.pool._timeout = 0.05  # type: ignore[attr-defined]
    try:
        async with small.read() as first:
            await first.execute(text("SELECT 1"))
            with pytest.raises(UnavailableError):
                async with small.read() as second:
                    await second.execute(text("SELECT 1"))
    finally:
        await small.dispose()


async def test_connections_that_the_pool_has_no_room_for_are_closed(migrated_settings: DatabaseSettings) -> None:
    settings = migrated_settings.model_copy(update={"pool_size": 1, "max_overflow": 4})
    small, others = Database(settings, application="small"), Database(migrated_settings, application="others")
    await asyncio.gather(*(small.rows("SELECT pg_sleep(0.1)") for _ in range(5)))
    count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1"

    async def left() -> int:
        return int((await others.rows(count, "small"))[0]["count"])

    for _ in range(100):
        if await left() == 1:
            break
        await asyncio.sleep(0.05)
    assert await left() == 1
    await small.dispose()
    await others.dispose()


@pytest.fixture
def migrated_settings(database: Database) -> DatabaseSettings:
    url = database.engine.url.render_as_string(hide_password=False)
    return DatabaseSettings(url=url, pool_size=1, max_overflow=0)


async def test_an_error_of_ours_stays_what_it_is(database: Database) -> None:
    with pytest.raises(sqlalchemy.exc.ProgrammingError):
        async with database.read() as session:
            await session.execute(text("SELECT nonsense"))


async def test_no_value_gets_into_an_errors_text(database: Database) -> None:
    with pytest.raises(sqlalchemy.exc.ProgrammingError) as caught:
        async with database.read() as session:
            await session.execute(text("SELECT nonsense, :secret"), {"secret": "hunter2"})
    assert "hunter2" not in str(caught.value)
