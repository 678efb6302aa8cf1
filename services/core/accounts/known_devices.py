"""Devices on which an account signed in before.

Tries of a password are counted by account, so strangers could use them up and keep its owner out. A device that shows
by a mark of ours that the account signed in on it has tries of its own. The mark proves nothing else.

A mark is `USER.UNTIL.MAC`. The devices of one account share their tries, so that signing in again and again makes no
more of them.
"""

import hmac
import re
from datetime import datetime, timedelta
from uuid import UUID

KNOWN_FOR = timedelta(days=180)
_MARK = re.compile(r"([0-9a-f]{32})\.([0-9]{1,12})\.([0-9a-f]{64})", re.ASCII)


class KnownDevices:
    """Makes and reads marks; `secret` is known to the API alone."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def mark(self, user_id: UUID, now: datetime) -> str:
        """What a device keeps on which the user has just signed in."""
        said = f"{user_id.hex}.{int((now + KNOWN_FOR).timestamp())}"
        return f"{said}.{self._mac(said)}"

    def user_of(self, mark: str, now: datetime) -> UUID | None:
        """Who signed in on the device with this mark; None when it is over, or was not made by us."""
        match = _MARK.fullmatch(mark)
        if match is None or int(match[2]) < now.timestamp():
            return None
        is_ours = hmac.compare_digest(self._mac(f"{match[1]}.{match[2]}"), match[3])
        return UUID(match[1]) if is_ours else None

    def _mac(self, said: str) -> str:
        return hmac.digest(self._secret, f"known device {said}".encode(), "sha256").hex()
