"""The schema is what the models say, and a version cannot be changed."""

import re
from pathlib import Path

import pytest
import sqlalchemy.exc
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, text

from services.core.domains import TABLES
from services.core.kit.database import Database
from services.standalone.layout import REPOSITORY

NAME = re.compile(r"\d{4}_\d\d_\d\d_\d{4}_[a-z0-9_]+\.py")


async def test_migrations_give_exactly_the_models(database: Database) -> None:
    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), TABLES)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_read_session_cannot_write(database: Database) -> None:
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only"):
        async with database.read() as session:
            await session.execute(text("DELETE FROM votes"))


def test_migrations_are_one_line_in_the_order_of_their_dates() -> None:
    directory = ScriptDirectory.from_config(Config(toml_file=REPOSITORY / "pyproject.toml"))
    names = [Path(script.path).name for script in directory.walk_revisions("base", "heads")]
    assert len(directory.get_heads()) == 1, "merge two migrations of two branches by hand: one follows the other"
    assert [name for name in names if not NAME.fullmatch(name)] == []
    assert names == sorted(names, reverse=True)


def test_a_new_migration_is_named_by_its_date_and_has_an_id_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "script.py.mako").write_bytes((REPOSITORY / "migrations" / "script.py.mako").read_bytes())
    (tmp_path / "versions").mkdir()
    config = Config(toml_file=REPOSITORY / "pyproject.toml")
    config.set_main_option("script_location", str(tmp_path))
    script = command.revision(config, "add tags")
    assert isinstance(script, Script)
    assert NAME.fullmatch(Path(script.path).name)
    assert re.fullmatch("[0-9a-f]{12}", script.revision)
