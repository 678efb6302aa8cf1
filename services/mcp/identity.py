"""Who a credential belongs to: the API says so, and its answer is cached by the credential's hash for some seconds.

`Identities.of(call)` gives the identity; None when the API did not say (it is down, or too busy), and raises
`BadCredentialError` when it refused the credential. A refusal is remembered too, so that a client that goes on with a
dead key does not reach the API each time. Calls at the same time share one request.
"""

import hashlib

from services.core.kit.cache import TtlCache
from services.mcp.api_client import Api, ApiDownError, ApiProblemError
from services.mcp.calls import Call, Identity

_MOST = 4096


class BadCredentialError(Exception):
    """The API does not take the credential; `args[0]` says why."""


class Identities:
    """The identities of the last callers."""

    def __init__(self, api: Api, seconds: float) -> None:
        self._api = api
        self._cache: TtlCache[Identity | str | None] = TtlCache(seconds=seconds, size=_MOST)

    async def of(self, call: Call) -> Identity | None:
        """Whose credential the call came with."""
        found = await self._cache.get(_digest(call), lambda: self._load(call))
        if found is None:
            self.forget(call)
        if isinstance(found, str):
            raise BadCredentialError(found)
        return found

    def forget(self, call: Call) -> None:
        """Ask again next time: the API said something else about this credential."""
        self._cache.forget(_digest(call))

    async def _load(self, call: Call) -> Identity | str | None:
        """The identity, or why the API refused the credential; None when it did not say."""
        try:
            return await self._api.current_key(call)
        except ApiProblemError as problem:
            return problem.detail if problem.status == 401 else None
        except ApiDownError:
            return None


def _digest(call: Call) -> bytes:
    return hashlib.sha256((call.authorization or "").encode("latin-1")).digest()
