"""Every query about API keys and their uses."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlmodel import col

from services.core.accounts.models import User
from services.core.keys.models import ApiKey, ApiKeyUse
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.pagination import keyset_page

SHOWN_AFTER_ITS_END = timedelta(days=30)


def works_at(now: datetime) -> ColumnElement[bool]:
    """Whether the key is neither revoked nor expired."""
    unexpired = or_(col(ApiKey.expires_at).is_(None), col(ApiKey.expires_at) > now)
    return col(ApiKey.revoked_at).is_(None) & unexpired


async def key_and_user(session: ReadSession, key_hash: str) -> tuple[ApiKey, User] | None:
    """The key with this hash and whose it is, as they are now."""
    statement = select(ApiKey, User).join(User, col(User.id) == col(ApiKey.user_id))
    found = (await session.execute(statement.where(col(ApiKey.key_hash) == key_hash))).one_or_none()
    return (found[0], found[1]) if found else None


async def lock_owner(session: WriteSession, user_id: UUID) -> bool:
    """Hold the user's row until the transaction ends, beside uses that are being written; False when deleted."""
    statement = select(col(User.id)).where(col(User.id) == user_id, col(User.deleted_at).is_(None))
    return await session.scalar(statement.with_for_update(key_share=True)) is not None


async def own_key(session: ReadSession, user_id: UUID, key_id: UUID) -> ApiKey | None:
    """The user's key with this id."""
    statement = select(ApiKey).where(col(ApiKey.id) == key_id, col(ApiKey.user_id) == user_id)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def counts(session: ReadSession, user_id: UUID, now: datetime) -> tuple[int, int]:
    """How many keys of the user work, and how many of these were not replaced."""
    unreplaced = func.count().filter(col(ApiKey.replaced_by).is_(None))
    statement = select(func.count(), unreplaced).where(col(ApiKey.user_id) == user_id, works_at(now))
    row = (await session.execute(statement)).one()
    return int(row[0]), int(row[1])


async def keys_page(
    session: ReadSession, user_id: UUID, now: datetime, *, cursor: str | None, limit: int
) -> tuple[list[ApiKey], str | None]:
    """The user's keys, the newest first, without those that ended long ago; and the cursor of the next page."""
    ended = func.least(col(ApiKey.expires_at), col(ApiKey.revoked_at))
    statement = select(ApiKey).where(
        col(ApiKey.user_id) == user_id, or_(ended.is_(None), ended > now - SHOWN_AFTER_ITS_END)
    )
    order = col(ApiKey.created_at), col(ApiKey.id)
    rows, next_cursor = await keyset_page(session, statement, *order, listing="keys", cursor=cursor, limit=limit)
    return [row[0] for row in rows], next_cursor


async def uses_page(
    session: ReadSession, key_id: UUID, *, cursor: str | None, limit: int
) -> tuple[list[ApiKeyUse], str | None]:
    """What was written with the key, the latest first, and the cursor of the next page."""
    statement = select(ApiKeyUse).where(col(ApiKeyUse.key_id) == key_id)
    order, listing = (col(ApiKeyUse.at), col(ApiKeyUse.id)), f"key uses {key_id}"
    rows, next_cursor = await keyset_page(session, statement, *order, listing=listing, cursor=cursor, limit=limit)
    return [row[0] for row in rows], next_cursor


async def revoke_all(
    session: WriteSession, user_id: UUID, now: datetime, *, since: datetime | None = None
) -> list[UUID]:
    """Revoke the user's keys, or those made after `since`; gives their ids."""
    statement = (
        update(ApiKey)
        .where(col(ApiKey.user_id) == user_id, col(ApiKey.revoked_at).is_(None))
        .values(revoked_at=now)
        .returning(col(ApiKey.id))
    )
    if since is not None:
        statement = statement.where(col(ApiKey.created_at) > since)
    return list((await session.scalars(statement)).all())


async def forget(session: WriteSession, user_id: UUID) -> None:
    """Empty what the user wrote into keys, and delete what was noted of their uses."""
    await session.execute(update(ApiKey).where(col(ApiKey.user_id) == user_id).values(name=""))
    await session.execute(delete(ApiKeyUse).where(col(ApiKeyUse.user_id) == user_id))


async def touch(session: WriteSession, key_id: UUID, now: datetime, *, every: timedelta) -> None:
    """Note that the key was used, unless that was noted a moment ago."""
    stale = or_(col(ApiKey.last_used_at).is_(None), col(ApiKey.last_used_at) < now - every)
    await session.execute(update(ApiKey).where(col(ApiKey.id) == key_id, stale).values(last_used_at=now))
