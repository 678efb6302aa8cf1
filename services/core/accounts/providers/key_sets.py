"""The keys that a provider signs with, as they are now.

They are read when they are first needed and kept for an hour. A token by a key that we do not know has them read anew,
at most once in `REFETCH_SECONDS`, so that strangers' tokens cause no stream of requests; when the provider does not
answer, the keys that are known go on counting.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from services.core.kit.errors import UnavailableError

KEPT_SECONDS = 3_600.0
REFETCH_SECONDS = 30.0
# Never `none`, and never one that takes our own secret for the key.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]


class BadTokenError(Exception):
    """No key of the provider signed this."""


class ProviderKeys:
    """Checks signatures; `read` gives the key set's document."""

    def __init__(self, read: Callable[[], Awaitable[Any]], clock: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._clock = clock
        self._keys: list[Key] = []
        self._read_at: float | None = None
        self._lock = asyncio.Lock()

    async def claims(self, token: str) -> dict[str, Any]:
        """What a token says that one of the keys signed; raises `BadTokenError`, and `UnavailableError` by `read`."""
        try:
            header = jws.extract_compact(token.encode()).headers()
        except (JoseError, ValueError) as error:
            raise BadTokenError("this is no signed token") from error
        kid = header.get("kid")
        await self._read_unless_younger(KEPT_SECONDS)
        found = self._verified(token, kid)
        if found is None and not any(kid is not None and key.kid == kid for key in self._keys):
            await self._read_unless_younger(REFETCH_SECONDS)
            found = self._verified(token, kid)
        if found is None:
            raise BadTokenError("no key of the provider signed this")
        return found

    def _verified(self, token: str, kid: object) -> dict[str, Any] | None:
        for key in self._keys:
            if kid is None or key.kid == kid:
                try:
                    return dict(jwt.decode(token, key, algorithms=ALGORITHMS).claims)
                except (JoseError, ValueError, TypeError):
                    continue
        return None

    async def _read_unless_younger(self, seconds: float) -> None:
        async with self._lock:
            if self._read_at is not None and self._clock() - self._read_at < seconds:
                return
            try:
                keys = _signing_keys(await self._read())
            except UnavailableError:
                if not self._keys:
                    raise
            else:
                self._keys = keys
            self._read_at = self._clock()


def _signing_keys(document: Any) -> list[Key]:
    """The public keys in it that sign; what is of a kind that we do not know is left out."""
    given = document.get("keys") if isinstance(document, dict) else None
    keys: list[Key] = []
    for member in given if isinstance(given, list) else []:
        if isinstance(member, dict) and member.get("kty") != "oct" and member.get("use", "sig") == "sig":
            try:
                keys += KeySet.import_key_set({"keys": [member]}).keys
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    return keys
