"""What every request passes before a route sees it: a catch-all, security headers, and the checks of its body.

- `Shield` answers an unexpected error with a problem document of 500, logs where it happened but not its text
  (which may hold what a user sent), and adds the security and cache headers that a route did not set itself.
- `BodyGuard` reads the body, as many bytes as the route may have (413) and for at most 30 seconds (408), and refuses
  JSON with more members or levels than any route takes, before anybody parses it, and what no part behind can hold: NUL
  characters, halves of surrogate pairs, text that is not UTF-8, NaN and infinity (400).
"""

import asyncio
import contextlib
from dataclasses import dataclass

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.problems import problem
from services.core.kit.asgi import replayed
from services.core.kit.json_bounds import flaw_of
from services.core.kit.observability import frames_of, kinds_of

_READ_SECONDS = 30
_LINGER_SECONDS = 5
_LINGER_BYTES = 67_108_864
_CLOSE = {"Connection": "close"}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
log = structlog.get_logger("problems")


class Shield:
    """ASGI middleware, outermost but for the log: no error gets out raw, every answer has its headers."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        headers = {**_HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if https else {})}
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._complete(scope, message)
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            # Not `exception`: the text of an error may hold what a user sent.
            log.error("unexpected", error=kinds_of(error), at=frames_of(error))  # noqa: TRY400
            if started:
                raise RuntimeError("the answer was cut off by an error that is logged above") from None
            answer = problem(500, "internal", "Something went wrong", "This is our fault; the request id helps")
            await answer(scope, receive, send_with_headers)

    def _complete(self, scope: Scope, message: Message) -> None:
        headers: list[tuple[bytes, bytes]] = message.setdefault("headers", [])
        present = {name for name, _ in headers}
        headers.extend(pair for pair in self._headers if pair[0] not in present)
        if b"cache-control" in present:
            return
        if scope["method"] in {"GET", "HEAD"} and message["status"] in {200, 304}:
            signed_in = any(name == b"authorization" for name, _ in scope["headers"])
            headers.append((b"cache-control", b"private, no-cache" if signed_in else b"no-cache"))
            if b"vary" in present:
                MutableHeaders(scope=message).add_vary_header("Authorization")
            else:
                headers.append((b"vary", b"Authorization"))
        else:
            headers.append((b"cache-control", b"no-store"))


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """What a body may have: bytes, and members (of objects and lists, all levels together)."""

    bytes: int
    members: int = 1_000


# By the beginning of the path; the first that fits counts. Two passwords may have 4,096 characters each.
_SMALL_BODIES = (
    ("/api/v1/auth/password", BodyLimit(40_960, 32)),
    ("/api/v1/auth/", BodyLimit(8_192, 32)),
    ("/api/v1/keys", BodyLimit(8_192, 32)),
    ("/api/v1/users/", BodyLimit(40_960, 32)),
)


# What comes here is signed as it is, so nothing of it may be refused or changed before: a body that breaks our rules
# for JSON is the provider's right, and one that was refused would be lost with the event.
AS_THEY_ARE = "/api/v1/payments/webhooks/"


class BodyGuard:
    """ASGI middleware: hands on a whole, bounded and clean body; where bodies stay as they are, a bounded one."""

    def __init__(self, app: ASGIApp, *, limit: int) -> None:
        self.app = app
        self._limit = BodyLimit(limit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if "\x00" in scope["path"] or b"%00" in scope["query_string"] or b"\x00" in scope["query_string"]:
            await _bad("The address holds a NUL character")(scope, receive, send)
            return
        headers = Headers(scope=scope)
        length = headers.get("content-length", "")
        if scope["method"] == "GET" and not length and "transfer-encoding" not in headers:
            await self.app(scope, receive, send)
            return
        limit = self._limit_of(scope["path"])
        if length.isdecimal() and int(length[:20]) > limit.bytes:
            await _refuse(limit, scope, receive, send)
            return
        await self._checked(limit, scope, receive, send)

    def _limit_of(self, path: str) -> BodyLimit:
        return next((limit for beginning, limit in _SMALL_BODIES if path.startswith(beginning)), self._limit)

    async def _checked(self, limit: BodyLimit, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(_READ_SECONDS):
                body = await _read(receive, limit.bytes)
        except TimeoutError:
            answer = problem(408, "slow_body", "The body did not arrive in time", "Send it faster", headers=_CLOSE)
            await answer(scope, receive, send)
            return
        if body is None:  # The client went away.
            return
        if len(body) > limit.bytes:
            await _refuse(limit, scope, receive, send)
            return
        # FastAPI takes a body without a type for JSON, too.
        is_judged = body and not scope["path"].startswith(AS_THEY_ARE)
        if is_judged and (flaw := flaw_of(body, limit.members)) is not None:
            await _bad(flaw)(scope, receive, send)
            return
        await self.app(scope, replayed(body, receive), send)


async def _refuse(limit: BodyLimit, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 413, then throw away what still comes, so that a client that is still sending sees the answer."""
    detail = f"A request body has at most {limit.bytes} bytes here"
    answer = problem(413, "too_large", "This is too large", detail, headers=_CLOSE)

    async def send_and_hold(message: Message) -> None:
        if message["type"] == "http.response.body":
            message["more_body"] = True
        await send(message)

    await answer(scope, receive, send_and_hold)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_SECONDS):
            await _discard(receive, _LINGER_BYTES)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _bad(detail: str) -> ASGIApp:
    return problem(400, "bad_request", "The request cannot be read", detail)


async def _discard(receive: Receive, limit: int) -> None:
    more = True
    while more and limit > 0:
        message = await receive()
        limit -= len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)


async def _read(receive: Receive, limit: int) -> bytes | None:
    """The body, or a little more than `limit` of it; None when the client went away."""
    chunks: list[bytes] = []
    size = 0
    while size <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if not message.get("more_body", False):
            break
    return b"".join(chunks)
