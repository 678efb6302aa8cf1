"""What was added to an account since a time, forgotten: when its owner takes it back from somebody."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col

from services.core.factors import challenges
from services.core.factors.models import Passkey, RecoveryCode, Totp
from services.core.kit.database import WriteSession


async def forget(session: WriteSession, user_id: UUID, since: datetime | None) -> None:
    """Remove passkeys, app and recovery codes that were made after `since`, or all, and what waits for an answer."""
    for table in (Passkey, Totp, RecoveryCode):
        theirs = delete(table).where(col(table.user_id) == user_id)
        await session.execute(theirs if since is None else theirs.where(col(table.created_at) > since))
    await challenges.end(session, user_id)
