"""`servers(limits)`: PostgreSQL (fsync on, migrated) and Valkey for a run of a bench, and the settings that lead there.

All of it lies in one folder that goes afterwards. Whatever fails in between, the migration too, leaves no server
running.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from services.api.settings import ApiSettings
from services.core.kit.settings import DatabaseSettings, LimitSettings, RedisSettings, StorageSettings
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.valkey import EmbeddedValkey
from tests.fixtures.database import migrate


@contextmanager
def servers(limits: LimitSettings) -> Iterator[tuple[ApiSettings, EmbeddedPostgres, Path]]:
    """The settings, the database server, and a folder for what else the run writes."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        postgres, valkey = EmbeddedPostgres(folder / "postgres"), EmbeddedValkey(folder / "valkey")
        for server in (postgres, valkey):
            server.start()
            stack.callback(server.stop)
        migrate(postgres)
        settings = ApiSettings(
            database=DatabaseSettings(url=postgres.url()),
            redis=RedisSettings(url=valkey.url()),
            storage=StorageSettings(url=f"file://{folder}/objects"),
            limits=limits,
        )
        yield settings, postgres, folder
