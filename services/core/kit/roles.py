"""The role of the processes: what it may do in the database, which belongs to the role that migrates.

Where a role `fractafrag_app` exists, each migration brings its rights up to date; processes log in as it, or as a
member of it. It may read, add, change and delete rows, and only read and add where a table says `append_only`. It owns
nothing, so it can neither disable a trigger nor change a table. Without the role nothing happens: then the processes
are the owner, and triggers alone hold what is append-only.
"""

import asyncio
from collections.abc import Iterable

from pydantic import BaseModel, SecretStr
from sqlalchemy import Connection, Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

APP_ROLE = "fractafrag_app"
_PAUSE_SECONDS = 1.0
_ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
_APPEND = ("SELECT", "INSERT")
_VERSION = "alembic_version"

_HELD = text(
    """
    SELECT table_name, array_agg(privilege_type::text) FROM information_schema.role_table_grants
    WHERE grantee = :role AND table_schema = current_schema() GROUP BY table_name
    """
)


class RoleSettings(BaseModel):
    """Whether a migration finds the role of the processes: made with `password`, or by somebody else and `expected`."""

    expected: bool = False
    password: SecretStr | None = None


async def make_or_await(connection: AsyncConnection, settings: RoleSettings) -> None:
    """Make the role, with its password of now, or wait for it; nothing where the processes are the owner."""
    known = text("SELECT count(*) FROM pg_roles WHERE rolname = :role")
    if settings.password is not None:
        begin = "ALTER" if await connection.scalar(known, {"role": APP_ROLE}) else "CREATE"
        quoted = text("SELECT quote_literal(CAST(:password AS text))")
        password = await connection.scalar(quoted, {"password": settings.password.get_secret_value()})
        await connection.exec_driver_sql(f"{begin} ROLE {APP_ROLE} LOGIN PASSWORD {password}")
        await connection.commit()
    while settings.expected and not await connection.scalar(known, {"role": APP_ROLE}):
        await connection.commit()
        await asyncio.sleep(_PAUSE_SECONDS)


def bring_up_to_date(connection: Connection, tables: Iterable[Table]) -> None:
    """Give `fractafrag_app`, where there is one, exactly its rights on `tables`. For who owns them."""
    if connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": APP_ROLE}) is None:
        return
    wanted = {table.name: frozenset(_APPEND if table.info.get("append_only") else _ALL) for table in tables}
    wanted[_VERSION] = frozenset({"SELECT"})
    held = {name: frozenset(rights) for name, rights in connection.execute(_HELD, {"role": APP_ROLE})}
    for name, rights in sorted(wanted.items()):
        has = held.get(name, frozenset())
        if missing := sorted(rights - has):
            connection.execute(text(f'GRANT {", ".join(missing)} ON "{name}" TO {APP_ROLE}'))
        if surplus := sorted(has - rights):
            connection.execute(text(f'REVOKE {", ".join(surplus)} ON "{name}" FROM {APP_ROLE}'))
    schema = connection.scalar(text("SELECT quote_ident(current_schema())"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {APP_ROLE}"))
    # Of columns that count by a sequence of their own, as `serial` does; identities need none.
    connection.execute(text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {APP_ROLE}"))
