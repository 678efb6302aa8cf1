"""Answers of creating requests, kept so that the same request sent again gets the same answer.

`begin` writes the record of a key in the transaction of the work, so the record exists exactly when the work does:
a request that fails leaves nothing and may be sent again. A second request with the same key waits for the first
one's transaction, at most `_WAIT_MS`; then `InProgressError` (409, Retry-After). A key that comes back with
another request is refused with `IdempotencyMismatchError`. Records are deleted after a day
(services/core/privacy/retention.py).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy.exc
from sqlalchemy import Index, LargeBinary, delete, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, SQLModel, col

from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError, InvalidInputError
from services.core.kit.tables import time_field, utc_now

MAXIMUM_KEY_LENGTH = 255
_WAIT_MS = 3000
_LOCK_NOT_AVAILABLE = "55P03"


class IdempotencyRecord(SQLModel, table=True):
    """The answer to a POST with an `Idempotency-Key`, kept for a day and given again to the same request."""

    __tablename__ = "idempotency_records"
    __table_args__ = (Index("ix_idempotency_records_created_at", "created_at"),)

    scope: str = Field(primary_key=True, max_length=100)
    key: str = Field(primary_key=True, max_length=255)
    fingerprint: str = Field(max_length=64)
    status: int | None = None
    content_type: str | None = Field(default=None, max_length=100)
    location: str | None = Field(default=None, max_length=300)
    body: bytes | None = Field(default=None, sa_type=LargeBinary)
    created_at: datetime = time_field()


class IdempotencyMismatchError(InvalidInputError):
    """The key was used for another request."""

    code = "idempotency_mismatch"
    title = "This Idempotency-Key was used for another request"


class InProgressError(ConflictError):
    """The first request with this key is still at work."""

    code = "idempotency_in_progress"
    title = "The first request with this Idempotency-Key is still at work"


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer that the first request got."""

    status: int
    content_type: str
    body: bytes
    location: str | None


def fingerprint(*parts: bytes) -> str:
    """What makes a request the same one: 64 hexadecimal digits over its parts (method, path, body)."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


async def begin(session: WriteSession, *, scope: str, key: str, mark: str) -> StoredAnswer | None:
    """Claim `key` for the request with fingerprint `mark`; gives the stored answer when it was answered before.

    After None the caller does the work and calls `finish` in the same transaction.
    """
    row = {"scope": scope, "key": key, "fingerprint": mark, "created_at": utc_now()}
    statement = insert(IdempotencyRecord).values(row).on_conflict_do_nothing().returning(col(IdempotencyRecord.key))
    await session.execute(text(f"SET LOCAL lock_timeout = {_WAIT_MS}"))
    try:
        claimed = (await session.execute(statement)).first() is not None
    except sqlalchemy.exc.DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise InProgressError(headers={"Retry-After": "1"}) from error
        raise
    await session.execute(text("SET LOCAL lock_timeout = 0"))
    if claimed:
        return None
    stored = await look_up(session, scope=scope, key=key, mark=mark)
    if stored is None:  # It was purged between the two statements; the next try claims it.
        raise InProgressError(headers={"Retry-After": "1"})
    return stored


async def look_up(session: ReadSession, *, scope: str, key: str, mark: str) -> StoredAnswer | None:
    """The answer that is kept under `key`; raises `IdempotencyMismatchError` when it is another request's."""
    found = await session.get(IdempotencyRecord, (scope, key), populate_existing=True)
    if found is None:
        return None
    if found.fingerprint != mark:
        raise IdempotencyMismatchError
    return StoredAnswer(found.status or 200, found.content_type or "", found.body or b"", found.location)


async def finish(session: WriteSession, *, scope: str, key: str, answer: StoredAnswer) -> None:
    """Keep the answer with the key that `begin` claimed."""
    await session.execute(
        update(IdempotencyRecord)
        .where(col(IdempotencyRecord.scope) == scope, col(IdempotencyRecord.key) == key)
        .values(status=answer.status, content_type=answer.content_type, body=answer.body, location=answer.location)
    )


async def forget(session: WriteSession, *, scope: str, key: str) -> None:
    """Drop the claim: the request failed, or its answer cannot be kept."""
    await session.execute(
        delete(IdempotencyRecord).where(col(IdempotencyRecord.scope) == scope, col(IdempotencyRecord.key) == key)
    )
