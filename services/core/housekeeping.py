"""Rows that have served their time are deleted, a bounded number at once."""

from sqlalchemy import text

from services.core.db import WriteSession

MOST_AT_ONCE = 5_000

# A used refresh token stays until it expires: showing it again is how a stolen one is noticed.
_OLD = {
    "ticks": "taken_at < now() - interval '1 day'",
    "idempotency_records": "created_at < now() - interval '1 day'",
    "refresh_tokens": "expires_at < now() - interval '1 day'",
    "auth_sessions": "least(expires_at, revoked_at) < now() - interval '30 days'",
    # Its uses go with a key.
    "api_keys": "least(expires_at, revoked_at) < now() - interval '90 days'",
    "api_key_uses": "at < now() - interval '90 days'",
    # A walk through a list may take a day (services/core/votes/order.py); taste looks back 90 days.
    "rank_changes": "changed_at < now() - interval '1 day'",
    "feed_events": "created_at < now() - interval '90 days'",
    "dead_letters": "redriven_at < now() - interval '30 days'",
}


async def delete_old_rows(session: WriteSession) -> int:
    """Delete what is over its time in every table of the list and return how many rows went."""
    deleted = 0
    for table, condition in _OLD.items():
        statement = text(
            f"DELETE FROM {table} WHERE ctid IN"  # noqa: S608 -- both are constants above
            f" (SELECT ctid FROM {table} WHERE {condition} LIMIT :most FOR UPDATE SKIP LOCKED)"
        )
        deleted += (await session.execute(statement, {"most": MOST_AT_ONCE})).rowcount  # type: ignore[attr-defined]
    return deleted
