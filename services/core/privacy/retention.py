"""Rows that have served their time are deleted, a bounded number at once."""

from sqlalchemy import text

from services.core.domains import DOMAINS
from services.core.kit.database import WriteSession

MOST_AT_ONCE = 5_000


async def delete_old_rows(session: WriteSession) -> int:
    """Delete what is over its time in every table that a domain names, and return how many rows went."""
    deleted = 0
    for table, condition in [rule for domain in DOMAINS for rule in domain.retention.items()]:
        statement = text(
            f"DELETE FROM {table} WHERE ctid IN"  # noqa: S608 -- both are constants of a domain
            f" (SELECT ctid FROM {table} WHERE {condition} LIMIT :most FOR UPDATE SKIP LOCKED)"
        )
        deleted += (await session.execute(statement, {"most": MOST_AT_ONCE})).rowcount  # type: ignore[attr-defined]
    return deleted
