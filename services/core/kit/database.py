"""The database: engine, sessions as types, and the one place where a transaction is committed.

A request or a task is one transaction. Domain code takes a `ReadSession` or a `WriteSession` (a write session
may be used where a read session is asked for, never the other way round; mypy sees to it) and never commits.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NewType

import asyncpg
import sqlalchemy.exc
from sqlalchemy import PoolProxiedConnection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from services.core.kit.errors import InvalidInputError, UnavailableError
from services.core.kit.settings import DatabaseSettings

ReadSession = NewType("ReadSession", AsyncSession)
WriteSession = NewType("WriteSession", ReadSession)

# A plan for any value would be a bad one for most lists: words and tags are rare or everywhere. But planning the
# statement of one work takes three quarters of its time (docs/benchmarks.md).
_GRACE_SECONDS = 2.0
_PLAN_FOR_VALUES, _PLAN_FOR_ALL = "force_custom_plan", "auto"
# A search for near vectors looks at so many, and goes on while its conditions leave too few.
_VECTORS = {"hnsw.ef_search": "100", "hnsw.iterative_scan": "relaxed_order"}


class Database:
    """A pool of connections, and transactions on it."""

    def __init__(self, settings: DatabaseSettings, *, application: str) -> None:
        self.engine: AsyncEngine = create_async_engine(
            settings.url,
            pool_size=settings.pool_size,
            max_overflow=settings.max_overflow,
            pool_timeout=5,
            pool_pre_ping=False,
            pool_recycle=1800,
            hide_parameters=True,  # An error's text would carry sources, addresses and hashes into the log.
            connect_args={
                "timeout": 5,
                # The server ends a statement by itself, unless it is frozen or cut off.
                "command_timeout": _patience(settings.statement_timeout_ms),
                "server_settings": {
                    "application_name": application,
                    "statement_timeout": str(settings.statement_timeout_ms),
                    "jit": "off",
                    "plan_cache_mode": _PLAN_FOR_VALUES,
                    **_VECTORS,
                },
            },
        )
        self._reading = self.engine.execution_options(postgresql_readonly=True)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises `UnavailableError` when the server cannot be reached.
        """
        async with (
            unavailable_when_down(),
            AsyncSession(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield WriteSession(ReadSession(session))

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """A read-only transaction; PostgreSQL refuses a write in it."""
        async with unavailable_when_down(), AsyncSession(self._reading, expire_on_commit=False) as session:
            yield ReadSession(session)

    async def rows(self, statement: str, *values: Any, keep_plan: bool = False) -> list[asyncpg.Record]:
        """The rows of one reading statement with values for $1, $2, ..., by asyncpg; it is its own transaction.

        For what is asked for most: a session costs several times what such a query does, and SQLAlchemy's result a
        third of it. `keep_plan` is for a statement whose best plan is the same for all values. Raises
        `UnavailableError` when the server cannot be reached.
        """
        mode = _PLAN_FOR_ALL if keep_plan else _PLAN_FOR_VALUES
        for _ in range(2):  # Once more for a connection that ended on the way: reading twice does no harm.
            async with unavailable_when_down(), self.engine.connect() as connection:
                lent = await _open(connection)
                driver: Any = lent.driver_connection
                try:
                    # It stays with the connection, so that statements of one kind pay for it once.
                    if lent.info.get("plans", _PLAN_FOR_VALUES) != mode:
                        await _fetch(driver, f"SET plan_cache_mode = {mode}")
                        lent.info["plans"] = mode
                    return await _fetch(driver, statement, *values)
                except UnavailableError:
                    if not driver.is_closed():
                        raise
        raise UnavailableError

    async def ping(self) -> None:
        """Raise `UnavailableError` unless the server answers."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    async def dispose(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def _patience(statement_timeout_ms: int) -> float | None:
    """How many seconds the driver waits for an answer; None, as long as it takes, where statements have no end."""
    return statement_timeout_ms / 1000 + _GRACE_SECONDS if statement_timeout_ms else None


async def _open(connection: AsyncConnection) -> PoolProxiedConnection:
    """What `connection` has of the pool, anew where it was closed: a restarted server leaves such ones there."""
    while True:
        lent = await connection.get_raw_connection()
        driver: Any = lent.driver_connection
        if driver is not None and not driver.is_closed():
            return lent
        await connection.invalidate()


async def _fetch(driver: asyncpg.Connection, statement: str, *values: Any) -> list[asyncpg.Record]:
    """As asyncpg does it, with the errors of `unavailable_when_down`."""
    try:
        rows: list[asyncpg.Record] = await driver.fetch(statement, *values)
    except asyncpg.DataError as error:
        raise InvalidInputError("A value is out of range") from error
    except (asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        driver.terminate()  # It is closed, or the server is about to: of no more use.
        raise UnavailableError from error
    except asyncpg.PostgresError as error:
        if (error.sqlstate or "").startswith(_LOST):
            driver.terminate()
        if (error.sqlstate or "").startswith(_NOT_NOW):
            raise UnavailableError(retry_after=1) from error
        raise
    return rows


@asynccontextmanager
async def unavailable_when_down() -> AsyncIterator[None]:
    """Turn what is not the caller's mistake, and what no column can hold, into our own errors.

    A lost or refused connection, an exhausted pool, a statement over its time and a lost race (deadlock) become
    `UnavailableError`; a number or text that PostgreSQL cannot hold becomes `InvalidInputError`.
    """
    try:
        yield
    except sqlalchemy.exc.TimeoutError as error:
        raise UnavailableError from error
    except sqlalchemy.exc.DBAPIError as error:
        if _is_bad_value(error):
            raise InvalidInputError("A value is out of range") from error
        if error.connection_invalidated or isinstance(error, sqlalchemy.exc.InterfaceError):
            raise UnavailableError from error
        if _state(error).startswith(_NOT_NOW):
            raise UnavailableError(retry_after=1) from error
        raise
    except OSError as error:
        if isinstance(error, (ConnectionError, TimeoutError, FileNotFoundError)) or error.errno is not None:
            raise UnavailableError from error
        raise


# SQLSTATE: the server is starting, stopping, full or gone (08, 53, 57P); cancelled by statement_timeout (57014);
# serialization failure and deadlock (40); a lock was not to be had in time (55P03).
_NOT_NOW = ("08", "53", "57P", "57014", "40", "55P03")
# After these the server closes the connection, if it has not yet.
_LOST = ("08", "57P")


def _state(error: sqlalchemy.exc.DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _is_bad_value(error: sqlalchemy.exc.DBAPIError) -> bool:
    """Whether PostgreSQL (SQLSTATE class 22) or asyncpg's encoder says that a value does not fit its type."""
    cause = error.orig.__cause__ if error.orig is not None else None
    return _state(error).startswith("22") or isinstance(cause, asyncpg.DataError)
