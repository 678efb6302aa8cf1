"""Answers that are the same for everybody, given again for a moment without asking the route.

A route marks such an answer with `share(request, until=...)`. For a GET without credentials to the same address and
query, `SharedPages` then gives its status, headers and body again until that moment (`time.monotonic()`). Limits,
log line, metrics and If-None-Match come before it and work as ever; a request with an Authorization header, whoever
sends it, goes to the route.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SIZE = 256
_LONGEST_QUERY = 1_000


def share(request: Request, *, until: float) -> None:
    """Let the answer to this request be given to everybody who asks for the same until then."""
    request.state.shared_until = until


@dataclass(slots=True)
class _Kept:
    until: float
    route: Any
    head: Message
    body: Message


class SharedPages:
    """ASGI middleware, innermost: right before the routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: OrderedDict[tuple[str, bytes], _Kept] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["method"] != "GET" or _has_credentials(scope):
            await self.app(scope, receive, send)
            return
        key = (scope["path"], scope["query_string"])
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() < kept.until:
            scope["route"] = kept.route
            # The headers are copied, as those who hand the answer on add theirs.
            await send({**kept.head, "headers": list(kept.head["headers"])})
            await send(kept.body)
            return
        await self.app(scope, receive, self._keeping(scope, key, send))

    def _keeping(self, scope: Scope, key: tuple[str, bytes], send: Send) -> Send:
        head: Message = {}

        async def keep(message: Message) -> None:
            nonlocal head
            if message["type"] == "http.response.start":
                head = {**message, "headers": list(message["headers"])}
            else:
                until = scope["state"].get("shared_until")
                if until is not None and head and not message.get("more_body", False):
                    self._keep(key, _Kept(until, scope.get("route"), head, message))
                head = {}
            await send(message)

        return keep

    def _keep(self, key: tuple[str, bytes], kept: _Kept) -> None:
        if kept.head["status"] != 200 or len(key[1]) > _LONGEST_QUERY:
            return
        self._kept[key] = kept
        self._kept.move_to_end(key)
        if len(self._kept) > _SIZE:
            self._kept.popitem(last=False)


def _has_credentials(scope: Scope) -> bool:
    return any(name == b"authorization" for name, _ in scope["headers"])
