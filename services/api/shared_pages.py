"""Answers that are the same for everybody, given again for a moment without asking the route.

A route marks such an answer with `share(request, until=...)`. For a GET without credentials to the same address and
query, `SharedPages` then gives its status, headers and body again until that moment (`time.monotonic()`), or 304 to
whom has it already. Limits, log line and metrics come before it and work as ever; a request with an Authorization
header, whoever sends it, goes to the route.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.conditional import ABSENT_FROM_304, matches

_SIZE = 256
_LONGEST_QUERY = 1_000
# Where a route leaves its note for the middleware, a dictionary of its own for each request.
_NOTE = "fractafrag.shared_pages"
_ABSENT = frozenset(name.encode() for name in ABSENT_FROM_304)


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A body, its ETag, and until when (`time.monotonic()`) it may be given to others."""

    body: bytes
    etag: str
    until: float


def share(request: Request, *, until: float) -> None:
    """Let the answer to this request be given to everybody who asks for the same until then."""
    request.scope.get(_NOTE, {})["until"] = until


@dataclass(slots=True)
class _Kept:
    until: float
    route: Any
    etag: str
    headers: list[tuple[bytes, bytes]]
    body: Message

    async def give(self, if_none_match: bytes | None, send: Send) -> None:
        """The answer, or 304. Headers are copied, as those who hand the answer on add theirs."""
        if if_none_match is not None and matches(if_none_match.decode("latin-1"), self.etag):
            headers = [pair for pair in self.headers if pair[0] not in _ABSENT]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        await send({"type": "http.response.start", "status": 200, "headers": list(self.headers)})
        await send(self.body)


class SharedPages:
    """ASGI middleware, outside of what checks bodies and makes ETags."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: OrderedDict[tuple[str, bytes], _Kept] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        if_none_match = None
        for name, value in scope["headers"]:
            if name == b"authorization":
                await self.app(scope, receive, send)
                return
            if name == b"if-none-match":
                if_none_match = value
        key = (scope["path"], scope["query_string"])
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() < kept.until:
            scope["route"] = kept.route
            await kept.give(if_none_match, send)
            return
        await self.app(scope, receive, self._keeping(scope, key, send))

    def _keeping(self, scope: Scope, key: tuple[str, bytes], send: Send) -> Send:
        head: Message | None = None
        note: dict[str, float] = {}
        scope[_NOTE] = note

        async def keep(message: Message) -> None:
            nonlocal head
            if message["type"] == "http.response.start":
                head = {**message, "headers": list(message["headers"])}
            else:
                until = note.get("until")
                if until is not None and head is not None and not message.get("more_body", False):
                    self._keep(scope, key, until, head, message)
                head = None
            await send(message)

        return keep

    def _keep(self, scope: Scope, key: tuple[str, bytes], until: float, head: Message, body: Message) -> None:
        etag = next((value for name, value in head["headers"] if name == b"etag"), None)
        if head["status"] != 200 or etag is None or len(key[1]) > _LONGEST_QUERY:
            return
        self._kept[key] = _Kept(until, scope.get("route"), etag.decode("latin-1"), head["headers"], body)
        self._kept.move_to_end(key)
        if len(self._kept) > _SIZE:
            self._kept.popitem(last=False)
