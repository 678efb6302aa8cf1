"""Devices on which an account signed in before.

Tries of a password are counted by account, so strangers could use them up and keep its owner out. A device that shows
by a mark of ours that the account signed in on it has tries of its own. The mark proves nothing else.

The devices of one account share their tries, so that signing in again and again makes no more of them.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.core.accounts.seals import Sealed, Seals
from services.core.kit.tables import utc_now

KNOWN_FOR = timedelta(days=180)


class KnownDevice(Sealed):
    """A device on which this user signed in."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class KnownDevices:
    """Makes and reads marks."""

    seals: Seals

    def mark(self, user_id: UUID) -> str:
        """What a device keeps on which the user has just signed in."""
        return self.seals.seal(KnownDevice(ends_at=utc_now() + KNOWN_FOR, user_id=user_id))

    def user_of(self, mark: str | None) -> UUID | None:
        """Who signed in on the device with this mark; None when it is over, or was not made by us."""
        known = self.seals.open(KnownDevice, mark)
        return known.user_id if known is not None else None
