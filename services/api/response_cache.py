"""The response cache: answers that are the same for everybody, given again for a moment without asking the route.

A route marks such an answer with `share(request, until=...)`; a GET of the same address and query then gets its status,
headers and body until that moment (`time.monotonic()`), or 304 when it has them already. Requests with an Authorization
header have entries of their own, so a route may mark what it gives to visitors only. Limits, log line and metrics come
before the cache and work as ever. Each process has its own.
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
_NOTE = "fractafrag.response_cache"
_ABSENT = frozenset(name.encode() for name in ABSENT_FROM_304)
_Key = tuple[str, bytes, bool]


def share(request: Request, *, until: float) -> None:
    """Let the answer to this request be given to everybody who asks for the same until then."""
    request.scope.get(_NOTE, {})["until"] = until


@dataclass(slots=True)
class _Entry:
    until: float
    route: Any
    etag: str
    headers: list[tuple[bytes, bytes]]
    body: Message

    async def send(self, if_none_match: bytes | None, send: Send) -> None:
        """The answer, or 304. Headers are copied, as the middleware outside adds its own."""
        if if_none_match is not None and matches(if_none_match.decode("latin-1"), self.etag):
            headers = [pair for pair in self.headers if pair[0] not in _ABSENT]
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        await send({"type": "http.response.start", "status": 200, "headers": list(self.headers)})
        await send(self.body)


class ResponseCache:
    """ASGI middleware, outside of what checks bodies and makes ETags."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._entries: OrderedDict[_Key, _Entry] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        if_none_match, authorized = None, False
        for name, value in scope["headers"]:
            if name == b"authorization":
                authorized = True
            elif name == b"if-none-match":
                if_none_match = value
        key = (scope["path"], scope["query_string"], authorized)
        entry = self._entries.get(key)
        if entry is not None and time.monotonic() < entry.until:
            scope["route"] = entry.route
            await entry.send(if_none_match, send)
            return
        await self.app(scope, receive, self._storing(scope, key, send))

    def _storing(self, scope: Scope, key: _Key, send: Send) -> Send:
        head: Message | None = None
        note: dict[str, float] = {}
        scope[_NOTE] = note

        async def store(message: Message) -> None:
            nonlocal head
            if message["type"] == "http.response.start":
                head = {**message, "headers": list(message["headers"])}
            else:
                until = note.get("until")
                if until is not None and head is not None and not message.get("more_body", False):
                    self._store(scope, key, until, head, message)
                head = None
            await send(message)

        return store

    def _store(self, scope: Scope, key: _Key, until: float, head: Message, body: Message) -> None:
        etag = next((value for name, value in head["headers"] if name == b"etag"), None)
        if head["status"] != 200 or etag is None or len(key[1]) > _LONGEST_QUERY:
            return
        self._entries[key] = _Entry(until, scope.get("route"), etag.decode("latin-1"), head["headers"], body)
        self._entries.move_to_end(key)
        if len(self._entries) > _SIZE:
            self._entries.popitem(last=False)
