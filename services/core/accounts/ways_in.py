"""The ways into an account, of which the last cannot be removed: its password, passkeys, and identities at providers.

Whoever removes one locks the user's row first (`repository.lock_user`), removes it, and calls `keep_one` in the same
transaction: of two that are removed at once the second sees what the first has left. A way counts when it would let the
user in today: a password only where the site takes passwords, an identity only while its provider is configured. A link
that is mailed is no way in: an address may be lost too.
"""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import col

from services.core.accounts.models import LinkedIdentity, User
from services.core.factors import passkeys
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError


class LastWayInError(ConflictError):
    """Without this nobody could sign in to the account any more; nothing was changed."""

    code = "last_way_in"
    title = "This is the last way into your account; add another one first"


@dataclass(frozen=True, slots=True)
class WaysIn:
    """What the site takes: passwords or not, and identities of these issuers."""

    passwords: bool
    issuers: frozenset[str]

    async def count(self, session: ReadSession, user: User) -> int:
        """How many ways lead into the account."""
        by_password = int(self.passwords and user.password_hash is not None)
        by_passkey = len(await passkeys.of_user(session, user.id))
        return by_password + by_passkey + await self._identities(session, user)

    async def keep_one(self, session: WriteSession, user: User) -> None:
        """Raise `LastWayInError` when none is left; the caller's transaction is rolled back by it."""
        await session.flush()
        if await self.count(session, user) == 0:
            raise LastWayInError

    async def _identities(self, session: ReadSession, user: User) -> int:
        statement = select(func.count()).where(
            col(LinkedIdentity.user_id) == user.id, col(LinkedIdentity.issuer).in_(self.issuers)
        )
        return (await session.scalar(statement)) or 0
