"""Access tokens: ES256 JWTs of a few minutes that say who calls, and the secrets of refresh tokens.

`AccessTokens.issue` signs with the first key of the ring, `verify` accepts every key of it and only ES256 with
`typ: at+jwt`, our issuer and our audience; anything else raises `InvalidTokenError` (401). No database is asked.
Refresh tokens are 256 opaque bits; only their HMAC-SHA-256 under the pepper is stored.
"""

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.core.accounts.settings import AuthSettings
from services.core.identity.caller import Caller
from services.core.identity.errors import InvalidTokenError
from services.core.identity.permissions import Role

_ALGORITHMS = ["ES256"]
_TYPE = "at+jwt"
CLOCK_SKEW_SECONDS = 5
_REMEMBERED = 4_096


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A signed token and how many seconds it lives."""

    value: str
    expires_in: int


class AccessTokens:
    """Signs and verifies access tokens with the key ring."""

    def __init__(self, settings: AuthSettings, keys: KeySet) -> None:
        self._keys = keys
        self._lifetime = timedelta(minutes=settings.access_minutes)
        self._claims = jwt.JWTClaimsRegistry(
            leeway=CLOCK_SKEW_SECONDS,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            exp={"essential": True},
            sub={"essential": True},
            sid={"essential": True},
            jti={"essential": True},
        )
        self._verified: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()
        self._issuer = settings.issuer
        self._audience = settings.audience

    def issue(
        self, *, user_id: UUID, handle: str, role: Role, session_id: UUID, held_back: bool = False
    ) -> AccessToken:
        """A token for this user's session."""
        now = datetime.now(UTC)
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(user_id),
            "sid": str(session_id),
            "jti": uuid4().hex,
            "iat": int(now.timestamp()),
            "exp": int((now + self._lifetime).timestamp()),
            "handle": handle,
            "role": Role(role).value,
            **({"held_back": True} if held_back else {}),
        }
        key = self._keys.keys[0]
        header = {"alg": _ALGORITHMS[0], "kid": key.kid, "typ": _TYPE}
        value = jwt.encode(header, claims, key, algorithms=_ALGORITHMS)
        return AccessToken(value, int(self._lifetime.total_seconds()))

    def verify(self, value: str) -> Caller:
        """Who the token speaks for; raises `InvalidTokenError`.

        What was verified is remembered until the token expires: the signature takes longer than most of what is asked
        with it. Whether it was revoked is asked elsewhere, each time.
        """
        known = self.remembered(value)
        if known is not None:
            return known
        caller, expires_at = self._verify(value)
        self._verified[_mark(value)] = (expires_at, caller)
        if len(self._verified) > _REMEMBERED:
            self._verified.popitem(last=False)
        return caller

    def remembered(self, value: str) -> Caller | None:
        """Who the token speaks for, where it was verified before and has not expired."""
        until, known = self._verified.get(_mark(value), (0.0, None))
        return known if known is not None and time.time() < until else None

    def _verify(self, value: str) -> tuple[Caller, float]:
        """Who the token speaks for, and until when."""
        try:
            token = jwt.decode(value, self._keys, algorithms=_ALGORITHMS)
            if token.header.get("typ") != _TYPE:
                raise InvalidTokenError
            self._claims.validate(token.claims)
            caller = Caller(
                user_id=UUID(token.claims["sub"]),
                handle=str(token.claims["handle"]),
                role=Role(token.claims["role"]),
                session_id=UUID(token.claims["sid"]),
                held_back=token.claims.get("held_back") is True,
            )
            return caller, float(token.claims["exp"])
        except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise InvalidTokenError from error


def _mark(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


class RefreshSecrets:
    """Makes refresh tokens and their stored hashes.

    A child is derived from its parent's secret, the child's row id and the pepper, so that a client that lost the
    answer to a rotation gets the same child again although only hashes are stored. Without the pepper a child
    tells nothing about its parent and cannot be computed from it.
    """

    def __init__(self, settings: AuthSettings) -> None:
        self._pepper = settings.token_pepper.get_secret_value().encode()

    def new(self) -> str:
        """The first token of a session: 43 characters, 256 random bits."""
        return secrets.token_urlsafe(32)

    def child(self, parent: str, child_id: UUID) -> str:
        """The token that follows `parent` in the row `child_id`."""
        digest = self._mac(b"refresh-child", child_id.bytes, parent.encode())
        return urlsafe_b64encode(digest).decode().rstrip("=")

    def hash(self, token: str) -> str:
        """What is stored: 64 hexadecimal digits."""
        return self._mac(b"refresh-hash", token.encode(errors="replace")).hex()

    def _mac(self, *parts: bytes) -> bytes:
        return hmac.digest(self._pepper, b"\x00".join(parts), hashlib.sha256)
