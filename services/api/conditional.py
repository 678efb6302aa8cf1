"""ETag and If-None-Match on reads, and HEAD as a GET without its body.

A complete answer of 200 to a GET gets a strong ETag, a hash of its body, unless the route set one; a request whose
`If-None-Match` names it gets 304. A route that can tell without building the body calls `matches` itself.
"""

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ABSENT_FROM_304 = ("content-length", "content-type", "content-encoding")


def etag_of(body: bytes) -> str:
    """The strong ETag of these bytes."""
    return f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether the client has what `etag` names (weak comparison, as the RFC asks for)."""
    if if_none_match is None:
        return False
    tags = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags


class Conditional:
    """ASGI middleware for GET and HEAD."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"
        answer = _Answer(send, Headers(scope=scope).get("if-none-match"), bodiless=is_head)
        # A copy: the server looks into its own scope to know that HEAD has no body.
        inner = {**scope, "method": "GET"} if is_head else scope

        async def receive_until_done() -> Message:
            return {"type": "http.disconnect"} if answer.cut else await receive()

        try:
            await self.app(inner, receive_until_done, answer.send)
        except (ClientDisconnect, OSError):
            if not answer.cut:
                raise
        finally:
            if "route" in inner:  # for the log line
                scope["route"] = inner["route"]


class _Answer:
    """Holds the head of an answer back until its first piece of body shows whether it is complete."""

    def __init__(self, send: Send, if_none_match: str | None, *, bodiless: bool) -> None:
        self._send = send
        self._if_none_match = if_none_match
        self._bodiless = bodiless
        self._head: Message | None = None
        self.cut = False

    async def send(self, message: Message) -> None:
        """Take one message of the application."""
        if message["type"] == "http.response.start":
            self._head = message
        elif message["type"] != "http.response.body":
            await self._send(message)
        elif self._head is not None:
            head, self._head = self._head, None
            await self._begin(head, message)
        elif self.cut:
            raise OSError("the answer to HEAD is complete")  # It ends a stream like a client that went away.
        else:
            await self._send(message)

    async def _begin(self, head: Message, first: Message) -> None:
        complete = not first.get("more_body", False)
        headers = MutableHeaders(scope=head)
        if complete and head["status"] == 200:
            etag = headers.get("ETag") or headers.setdefault("ETag", etag_of(first.get("body", b"")))
            if matches(self._if_none_match, etag):
                head["status"] = 304
                for name in ABSENT_FROM_304:
                    del headers[name]
                first = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(head)
        if self._bodiless:
            self.cut = True
            first = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(first)
