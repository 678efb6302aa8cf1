"""Links to pictures that not everybody may see.

An `<img>` sends no Authorization header. So what the API gives of such a picture is its address with a query that
names a user, an end and a MAC over them and the object's name: `?user=UUID&until=1767225600&mac=...`. It only says for
whom to look; whether that user may see the picture is asked anew each time (core/renders/pictures.py).

PostgreSQL writes the addresses (core/shaders/views.py), so the MAC is one that its functions can make:
`sha256(key || name)`, cut to 128 bits, under a key that is made here with HMAC for this user and end. Names are of one
form, and none is the beginning of another.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from time import time
from uuid import UUID

# A link is good for one to two of these. Its text stays the same meanwhile, so that browsers keep the picture.
PERIOD_SECONDS = 3_600
MAC_DIGITS = 32
_QUERY = re.compile(r"user=([0-9a-f-]{36})&until=([0-9]{1,12})&mac=([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class PictureGrant:
    """What a link is made of: `/renders/NAME`, `query`, and the first `MAC_DIGITS` of `sha256(key || NAME)` in hex."""

    query: str
    key: str

    def link(self, name: str) -> str:
        """The query that belongs to the object `name`, with its question mark."""
        return self.query + hashlib.sha256((self.key + name).encode()).hexdigest()[:MAC_DIGITS]


class PictureLinks:
    """Makes and checks links; `secret` is known to the API alone."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def grant(self, user_id: UUID) -> PictureGrant:
        """For links that speak for this user."""
        return self._grant(user_id, (int(time()) // PERIOD_SECONDS + 2) * PERIOD_SECONDS)

    def user_of(self, name: str, query: str) -> UUID | None:
        """For whom a link to the object `name` speaks; None when it is over, or was not made by us."""
        match = _QUERY.fullmatch(query)
        if match is None or int(match[2]) < time():
            return None
        try:
            user_id = UUID(match[1])
        except ValueError:
            return None
        expected = self._grant(user_id, int(match[2])).link(name)
        return user_id if hmac.compare_digest(expected, f"?{query}") else None

    def _grant(self, user_id: UUID, until: int) -> PictureGrant:
        query = f"?user={user_id}&until={until}&mac="
        key = hmac.digest(self._secret, f"picture {query}".encode(), "sha256").hex()
        return PictureGrant(query, key)
