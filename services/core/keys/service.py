"""API keys: create, list, rotate, revoke, and what was written with them.

Functions take a session and never commit. Who changes keys holds the user's row, so the limits hold for requests that
come at once and a deleted account gets no key. Keys that end are put on the blocklist by the caller before its commit
(services/core/keys/identities.py).
"""

from datetime import datetime, timedelta
from uuid import UUID

from services.contracts.pages import Page
from services.core.keys import repository
from services.core.keys.models import ApiKey
from services.core.keys.schemas import KeyCreate, KeyCreated, KeyPublic, KeyUse
from services.core.keys.secret import PREFIX_LENGTH, digest, new_secret
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError, NotFoundError, UnauthorizedError
from services.core.kit.tables import utc_now

MOST_KEYS = 20
# With those that were replaced and still work for their overlap.
MOST_WORKING = 40


class TooManyKeysError(ConflictError):
    """The user has as many keys as one may have."""

    code = "too_many_keys"
    title = "You have too many keys"


class KeyEndedError(ConflictError):
    """The key was revoked, has expired, or was rotated before."""

    code = "key_ended"
    title = "This key cannot be rotated any more"


async def create(session: WriteSession, user_id: UUID, request: KeyCreate) -> KeyCreated:
    """A new key with its value."""
    await _lock_owner(session, user_id)
    now = utc_now()
    _, unreplaced = await repository.counts(session, user_id, now)
    if unreplaced >= MOST_KEYS:
        raise TooManyKeysError(f"At most {MOST_KEYS} keys work at a time; revoke one first")
    lifetime = timedelta(days=request.expires_in_days) if request.expires_in_days is not None else None
    return await _add(session, user_id, request.name, [*request.scopes], now=now, lifetime=lifetime)


async def rotate(
    session: WriteSession, user_id: UUID, key_id: UUID, *, overlap: timedelta
) -> tuple[KeyCreated, datetime]:
    """A successor with the same name, scopes and lifetime, and when the old key ends; it ends no later than before."""
    await _lock_owner(session, user_id)
    now = utc_now()
    old = await _own(session, user_id, key_id)
    if old.replaced_by is not None:
        raise KeyEndedError("This key was rotated before; rotate its successor")
    if old.revoked_at is not None or (old.expires_at is not None and old.expires_at <= now):
        raise KeyEndedError("This key does not work any more; create a new one")
    working, _ = await repository.counts(session, user_id, now)
    if overlap and working >= MOST_WORKING:
        raise TooManyKeysError("Too many rotated keys still work; revoke some, or rotate with overlap_seconds 0")
    lifetime = old.expires_at - old.created_at if old.expires_at is not None else None
    created = await _add(session, user_id, old.name, old.scopes, now=now, lifetime=lifetime)
    ends_at = min(now + overlap, old.expires_at or now + overlap)
    old.replaced_by, old.expires_at = created.id, ends_at
    await session.flush()
    return created, ends_at


async def revoke(session: WriteSession, user_id: UUID, key_id: UUID) -> None:
    """End the key now; one that has ended stays as it is."""
    await _lock_owner(session, user_id)
    key = await _own(session, user_id, key_id)
    if key.revoked_at is None:
        key.revoked_at = utc_now()
        await session.flush()


async def keys(session: ReadSession, user_id: UUID, *, cursor: str | None, limit: int) -> Page[KeyPublic]:
    """The user's keys, the newest first; those that ended within the last 30 days are among them."""
    found, next_cursor = await repository.keys_page(session, user_id, utc_now(), cursor=cursor, limit=limit)
    return Page(items=[KeyPublic.model_validate(key) for key in found], next_cursor=next_cursor)


async def uses(session: ReadSession, user_id: UUID, key_id: UUID, *, cursor: str | None, limit: int) -> Page[KeyUse]:
    """What was written with one of the user's keys, the latest first."""
    await _own(session, user_id, key_id)
    found, next_cursor = await repository.uses_page(session, key_id, cursor=cursor, limit=limit)
    return Page(items=[KeyUse.model_validate(use) for use in found], next_cursor=next_cursor)


async def _add(
    session: WriteSession, user_id: UUID, name: str, scopes: list[str], *, now: datetime, lifetime: timedelta | None
) -> KeyCreated:
    value = new_secret()
    key = ApiKey(
        user_id=user_id,
        name=name,
        prefix=value[:PREFIX_LENGTH],
        key_hash=digest(value) or "",
        scopes=[str(scope) for scope in scopes],
        created_at=now,
        expires_at=now + lifetime if lifetime is not None else None,
    )
    session.add(key)
    await session.flush()
    return KeyCreated(**KeyPublic.model_validate(key).model_dump(), key=value)


async def _lock_owner(session: WriteSession, user_id: UUID) -> None:
    if not await repository.lock_owner(session, user_id):
        raise UnauthorizedError("This account does not exist any more")


async def _own(session: ReadSession, user_id: UUID, key_id: UUID) -> ApiKey:
    key = await repository.own_key(session, user_id, key_id)
    if key is None:
        raise NotFoundError("You have no key with this id")
    return key
