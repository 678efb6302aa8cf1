"""The ways into an account: its password and its passkeys. The last of them cannot be removed.

Whoever removes one locks the user's row first, removes it, and then asks here in the same transaction; two that remove
the last two at once come one after the other. A link that is mailed is no way in: an address may be lost too.
"""

from services.core.accounts.models import User
from services.core.factors import passkeys
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError


class LastWayInError(ConflictError):
    """Nobody could sign in any more."""

    code = "last_way_in"
    title = "This is the last way into your account; add another one first"


async def count(session: ReadSession, user: User) -> int:
    """How many ways in there are."""
    return (user.password_hash is not None) + len(await passkeys.of_user(session, user.id))


async def keep_one(session: WriteSession, user: User) -> None:
    """Raise `LastWayInError` when none is left; `user` is locked, and what was removed is flushed."""
    if await count(session, user) == 0:
        raise LastWayInError
