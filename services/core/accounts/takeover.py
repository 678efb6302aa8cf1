"""What somebody may have left in an account that was not theirs, ended when its owner has it back.

Ways in and keys have one rule: what was made since a time goes, as nobody knows any more who made it.
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.core.accounts import identities
from services.core.factors import since as factors
from services.core.kit.database import WriteSession


class Keys(Protocol):
    """The API keys of accounts, of which this room knows nothing more."""

    async def end_all(self, session: WriteSession, user_id: UUID, *, since: datetime | None = None) -> None:
        """Revoke those of the account that were made after `since`, or all."""
        ...


async def undo(session: WriteSession, keys: Keys, user_id: UUID, since: datetime | None) -> None:
    """End the identities, passkeys, codes and keys that were added after `since`, or all."""
    await identities.remove_since(session, user_id, since)
    await factors.forget(session, user_id, since)
    await keys.end_all(session, user_id, since=since)
