"""Which schema the database has: bring it up to date, or wait until it is.

    python -m services.core.kit.migrations upgrade [--seconds 120]    migrate to the newest revision of this code
    python -m services.core.kit.migrations wait [--seconds 600]       return when the schema is new enough for this code

Both wait for a database that is still coming up. `upgrade` holds an advisory lock, so that any number of them may run
at once and each revision is applied once. `wait` only reads. A revision that this code does not know was written by
newer code: it counts as new enough, because migrations suit the version that ran before them, and `upgrade` leaves it
alone. Only the database's settings are read: who migrates needs no other secret.

`upgrade` first makes the role of the processes, or waits for it, where the settings say so (roles.py). `wait` runs as
that role: until it can log in and read, it waits.

Exit status: 0 done, 1 it did not happen in time or a migration failed.
"""

import argparse
import asyncio
import signal
import sys
from argparse import Namespace
from pathlib import Path

import sqlalchemy.exc
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text

from services.core.kit.database import Database
from services.core.kit.errors import UnavailableError
from services.core.kit.roles import RoleSettings, make_or_await
from services.core.kit.settings import DatabaseSettings, EnvironmentSettings

PAUSE_SECONDS = 1.0
# Any number that no other advisory lock of ours uses.
_LOCK = 4_117_300_001
_NOT_LET_IN = "28"
_ROOT = Path(__file__).resolve().parents[3]


class MigrationSettings(EnvironmentSettings):
    """What a migration reads: the database, and who will use it."""

    database: DatabaseSettings = DatabaseSettings()
    role: RoleSettings = RoleSettings()


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m services.core.kit.migrations", description="The database's schema."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, sentence, seconds in (
        ("upgrade", "migrate to the newest revision of this code", 120.0),
        ("wait", "return as soon as the schema is new enough for this code", 600.0),
    ):
        sub = commands.add_parser(name, help=sentence)
        sub.add_argument("--seconds", type=float, default=seconds, help="how long to wait (default %(default)g)")
    given = parser.parse_args(arguments)
    # As a container's first process we would not hear SIGTERM without a handler; a migration under way is finished.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    settings = MigrationSettings()
    try:
        if given.command == "upgrade":
            asyncio.run(upgrade(settings.database, seconds=given.seconds, role=settings.role))
        else:
            asyncio.run(wait(settings.database, seconds=given.seconds))
    except TimeoutError:
        sys.stderr.write("The database did not come up, or its schema not up to date, in time\n")
        return 1
    return 0


async def upgrade(settings: DatabaseSettings, *, seconds: float, role: RoleSettings | None = None) -> None:
    """Bring the schema to this code's newest revision; raises `TimeoutError` when the database does not come up."""
    database = Database(settings.model_copy(update={"statement_timeout_ms": 0}), application="migrations")
    try:
        async with asyncio.timeout(seconds):
            await _revision_when_up(database)
        async with database.engine.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            async with asyncio.timeout(seconds):
                await make_or_await(connection, role or RoleSettings())
            before = await _revision(database)
            configuration = _configuration(settings)
            if is_unknown(ScriptDirectory.from_config(configuration), before):
                _say(f"schema: {before}, which newer code has made; it stays")
                return
            await asyncio.to_thread(command.upgrade, configuration, "head")
            _say(f"schema: {before or 'empty'} -> {await _revision(database)}")
    finally:
        await database.dispose()


async def wait(settings: DatabaseSettings, *, seconds: float) -> None:
    """Return when the schema is at least what this code needs; raises `TimeoutError`."""
    database = Database(settings, application="wait-for-schema")
    script = ScriptDirectory.from_config(_configuration(settings))
    said = None
    try:
        async with asyncio.timeout(seconds):
            while not is_new_enough(script, found := await _revision_when_up(database)):
                if (sentence := f"waiting for schema {script.get_current_head()}; it is {found or 'empty'}") != said:
                    _say(said := sentence)
                await asyncio.sleep(PAUSE_SECONDS)
    finally:
        await database.dispose()
    _say(f"schema: {found}")


def is_new_enough(script: ScriptDirectory, revision: str | None) -> bool:
    """Whether this code can run on a database at `revision`; None is an empty one."""
    return revision is not None and (is_unknown(script, revision) or revision == script.get_current_head())


def is_unknown(script: ScriptDirectory, revision: str | None) -> bool:
    """Whether newer code has been here, as after a rollback of the code alone."""
    try:
        script.get_revision(revision or "base")
    except CommandError:
        return True
    return False


async def schema_of(database: Database) -> tuple[str | None, str | None, bool]:
    """The database's revision, the newest of this code, and whether this code can run on it."""
    script, found = ScriptDirectory(str(_ROOT / "migrations")), await _revision(database)
    return found, script.get_current_head(), is_new_enough(script, found)


async def _revision_when_up(database: Database) -> str | None:
    said = False
    while True:
        try:
            return await _revision(database)
        except UnavailableError as error:
            cause = type(error.__cause__).__name__
        except sqlalchemy.exc.DBAPIError as error:
            # The role is made by whoever migrates.
            if not (getattr(error.orig, "sqlstate", None) or "").startswith(_NOT_LET_IN):
                raise
            cause = "it does not let us in"
        if not said:
            _say(f"waiting for PostgreSQL ({cause})")
            said = True
        await asyncio.sleep(PAUSE_SECONDS)


async def _revision(database: Database) -> str | None:
    """The database's revision, None when it has none yet. Raises `UnavailableError`."""
    try:
        async with database.read() as session:
            revision: str | None = await session.scalar(text("SELECT version_num FROM alembic_version"))
            return revision
    except sqlalchemy.exc.ProgrammingError:
        return None  # The table does not exist.


def _configuration(settings: DatabaseSettings) -> Config:
    options = Namespace(x=[f"url={settings.url}"])
    return Config(toml_file=_ROOT / "pyproject.toml", cmd_opts=options)


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
