"""Who a credential belongs to: asked of the API, and remembered by its hash for some seconds.

`Identities.of(call)` gives the identity; None when the API did not say (it is down, or too busy), and raises
`BadCredentialError` when it refused the credential. A refusal is remembered too, so that a client that goes on with a
dead key does not reach the API each time. Calls at the same time share one question.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict

from services.mcp.api_client import Api, ApiDownError, ApiProblemError
from services.mcp.calls import Call, Identity

_MOST = 4096


class BadCredentialError(Exception):
    """The API does not take the credential; `args[0]` says why."""


class Identities:
    """The identities of the last callers."""

    def __init__(self, api: Api, seconds: float) -> None:
        self._api = api
        self._seconds = seconds
        self._known: OrderedDict[bytes, tuple[float, asyncio.Task[Identity | str | None]]] = OrderedDict()

    async def of(self, call: Call) -> Identity | None:
        """Whose credential the call came with."""
        mark = _mark(call)
        now = time.monotonic()
        until, task = self._known.get(mark, (0.0, None))
        if task is None or now >= until:
            task = asyncio.create_task(self._ask(call, mark))
            self._known[mark] = (now + self._seconds, task)
            self._known.move_to_end(mark)
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        # Others may wait for the same answer; a caller that goes away must not take it from them.
        found = await asyncio.shield(task)
        if isinstance(found, str):
            raise BadCredentialError(found)
        return found

    def forget(self, call: Call) -> None:
        """Ask again next time: the API said something else about this credential."""
        self._known.pop(_mark(call), None)

    async def _ask(self, call: Call, mark: bytes) -> Identity | str | None:
        try:
            found = await self._api.current_key(call)
        except ApiProblemError as problem:
            if problem.status == 401:
                return problem.detail
        except ApiDownError:
            pass
        else:
            return found
        self._known.pop(mark, None)
        return None


def _mark(call: Call) -> bytes:
    return hashlib.sha256((call.authorization or "").encode("latin-1")).digest()
