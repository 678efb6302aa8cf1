"""Migrating and waiting: on a database that is empty, behind, ahead, or not there yet; by several at once."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.engine import make_url

from services.core.kit import migrations, roles
from services.core.kit.database import Database
from services.core.kit.roles import APP_ROLE, RoleSettings
from services.core.kit.settings import DatabaseSettings
from services.standalone.postgres import EmbeddedPostgres
from tests.fixtures.worker import eventually


@pytest.fixture
async def empty(database: Database, migrated: EmbeddedPostgres) -> AsyncIterator[DatabaseSettings]:
    """Settings of a database of its own, without any table."""
    name = f"schema_{uuid4().hex[:12]}"
    async with database.engine.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text(f"CREATE DATABASE {name}"))
        url = make_url(migrated.url()).set(database=name).render_as_string(hide_password=False)
        yield DatabaseSettings(url=url)
        await outside.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


async def set_revision(settings: DatabaseSettings, revision: str) -> None:
    database = Database(settings, application="tests")
    async with database.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    await database.dispose()


async def test_several_upgrades_at_once_apply_each_revision_once(
    empty: DatabaseSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    await asyncio.gather(*(migrations.upgrade(empty, seconds=20) for _ in range(3)))
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 3
    assert [line.startswith("schema: empty") for line in said].count(True) == 1


async def test_wait_returns_when_somebody_has_migrated(empty: DatabaseSettings) -> None:
    waiting = asyncio.create_task(migrations.wait(empty, seconds=20))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    await migrations.upgrade(empty, seconds=20)
    await waiting


async def test_wait_gives_up(empty: DatabaseSettings) -> None:
    with pytest.raises(TimeoutError):
        await migrations.wait(empty, seconds=0.3)


async def test_a_schema_of_newer_code_is_new_enough(empty: DatabaseSettings) -> None:
    await migrations.upgrade(empty, seconds=20)
    await set_revision(empty, "9999")
    await migrations.wait(empty, seconds=5)


async def test_an_upgrade_by_older_code_leaves_the_schema_alone(
    empty: DatabaseSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    await migrations.upgrade(empty, seconds=20)
    await set_revision(empty, "9999")
    capsys.readouterr()
    await migrations.upgrade(empty, seconds=20)
    assert capsys.readouterr().out == "schema: 9999, which newer code has made; it stays\n"
    await migrations.wait(empty, seconds=5)


def test_a_database_that_is_not_there_is_named_as_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FRACTAFRAG_DATABASE_URL", "postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    monkeypatch.setenv("FRACTAFRAG_ENVIRONMENT", "production")
    assert migrations.main(["upgrade", "--seconds", "0.5"]) == 1
    told = capsys.readouterr()
    assert "waiting for PostgreSQL" in told.out
    assert "did not come up" in told.err
    assert "Traceback" not in told.err


def test_sigterm_ends_the_waiting_at_once() -> None:
    environment = {**os.environ, "FRACTAFRAG_DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:1/nothing"}
    command = [sys.executable, "-m", "services.core.kit.migrations", "wait"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "waiting for PostgreSQL" in process.stdout.readline()
        process.terminate()
        assert process.wait(20) == 128 + signal.SIGTERM


async def test_an_upgrade_makes_the_role_of_the_processes_and_wait_runs_as_it(
    empty: DatabaseSettings, migrated: EmbeddedPostgres, capsys: pytest.CaptureFixture[str]
) -> None:
    password = "it's new: 100%"
    theirs = make_url(empty.url).set(username=APP_ROLE, password=password).render_as_string(hide_password=False)
    try:
        waiting = asyncio.create_task(migrations.wait(DatabaseSettings(url=theirs), seconds=20))
        await eventually(lambda: "it does not let us in" in capsys.readouterr().out)
        role = RoleSettings(password=SecretStr(password))
        await migrations.upgrade(empty, seconds=20, role=role)
        await waiting
    finally:
        kept = (migrated.folder / "app-password").read_text().strip()
        migrated.psql(f"ALTER ROLE {APP_ROLE} PASSWORD '{kept}'")


async def test_an_upgrade_waits_for_the_role_that_somebody_else_makes(
    empty: DatabaseSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrations.upgrade(empty, seconds=20, role=RoleSettings(expected=True))
    monkeypatch.setattr(roles, "APP_ROLE", "nobody_made_it")
    with pytest.raises(TimeoutError):
        await migrations.upgrade(empty, seconds=0.5, role=RoleSettings(expected=True))
