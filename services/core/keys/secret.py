"""The value of an API key: `ff_live_` and 43 characters for 32 random bytes. Only its SHA-256 is stored.

A plain hash is enough, as nobody can guess 256 random bits; it needs no pepper, so keys survive a change of it.
"""

import hashlib
import re
import secrets

MARK = "ff_live_"
PREFIX_LENGTH = 12
_SHAPE = re.compile(rf"{MARK}[A-Za-z0-9_-]{{43}}")


def new_secret() -> str:
    """A fresh value."""
    return MARK + secrets.token_urlsafe(32)


def digest(value: str) -> str | None:
    """What is stored of it, 64 hexadecimal digits; None for what cannot be a key."""
    if _SHAPE.fullmatch(value) is None:
        return None
    return hashlib.sha256(value.encode()).hexdigest()


def is_key(credential: str) -> bool:
    """Whether a bearer credential means to be a key rather than an access token."""
    return credential.startswith(MARK)
