"""Devices on which an account signed in before, or its password was set anew by a mailed link.

Tries of a password are counted by account, so strangers could use them up and keep its owner out. A device that shows
by a mark of ours that it is the account's has tries of its own. The mark proves nothing else.

The devices of one account share their tries, so that signing in again and again makes no more of them.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.core.accounts.seals import Sealed, Seals
from services.core.kit.tables import utc_now

KNOWN_FOR = timedelta(days=180)


class KnownDevice(Sealed):
    """A device of this user."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class KnownDevices:
    """Makes and reads marks."""

    seals: Seals

    def mark(self, user_id: UUID) -> str:
        """What a device keeps on which the user has just signed in, or set the password by a mailed link."""
        return self.seals.seal(KnownDevice(ends_at=utc_now() + KNOWN_FOR, user_id=user_id))

    def user_of(self, mark: str | None) -> UUID | None:
        """Whose device it is that has this mark; None when it is over, or was not made by us."""
        known = self.seals.open(KnownDevice, mark)
        return known.user_id if known is not None else None
