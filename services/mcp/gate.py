"""What each request to /mcp passes before FastMCP: its size, its form, its credential, and what its headers choose.

A credential that the API refuses is answered with 401 and `WWW-Authenticate`, a body that is too large with 413, what
is no message as messages.py says; all as JSON-RPC errors that say what to change. While the API cannot be asked the
request goes on: its tools say so.
"""

import structlog
from pydantic_core import to_json
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.core.kit.asgi import replayed
from services.core.kit.client_address import client_address
from services.mcp.calls import Call, ToolFilter, set_call
from services.mcp.identity import BadCredentialError, Identities
from services.mcp.messages import INVALID_REQUEST, fault_of

_MOST_NAMES = 32
_TRUE = frozenset({"1", "true", "yes", "on"})
_UNAUTHORIZED = -32001


class Gate:
    """ASGI middleware around FastMCP's application."""

    def __init__(self, app: ASGIApp, *, identities: Identities, hops: int, body_bytes: int) -> None:
        self.app = app
        self._identities = identities
        self._hops = hops
        self._body_bytes = body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        call = Call(
            authorization=headers.get("authorization"),
            address=self._address(scope, headers),
            tool_filter=_tool_filter(headers, read_only=bool(scope.get("mcp_read_only"))),
            receive=receive,
        )
        set_call(call)
        body = await self._body(headers, receive)
        if isinstance(body, Response):
            await body(scope, receive, send)
            return
        if scope["method"] == "POST" and (fault := fault_of(headers, body)) is not None:
            await _error_response(fault.status, fault.number, fault.code, fault.message, {})(scope, receive, send)
            return
        try:
            await self._identify(call)
        except BadCredentialError as bad:
            await _unauthorized(str(bad))(scope, receive, send)
            return
        try:
            await self.app(scope, replayed(body, receive), _naming_methods(send))
        finally:
            if call.tool is not None:
                structlog.contextvars.bind_contextvars(tool=call.tool, outcome=call.outcome)

    def _address(self, scope: Scope, headers: Headers) -> str:
        peer = scope["client"][0] if scope.get("client") else ""
        return client_address(peer, headers.getlist("x-forwarded-for"), self._hops)

    async def _identify(self, call: Call) -> None:
        if call.authorization is None:
            return
        call.identity = await self._identities.of(call)
        call.unknown = call.identity is None

    async def _body(self, headers: Headers, receive: Receive) -> bytes | Response:
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > self._body_bytes:
            return self._too_large()
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return bytes(body)
            body += message.get("body", b"")
            if len(body) > self._body_bytes:
                return self._too_large()
            if not message.get("more_body", False):
                return bytes(body)

    def _too_large(self) -> Response:
        message = f"A request has at most {self._body_bytes} bytes; a source at most 65536. Send less."
        return _error_response(413, INVALID_REQUEST, "too_large", message, {"Connection": "close"})


def _naming_methods(send: Send) -> Send:
    """Has a 405 say what may be sent: the library names DELETE, which it refuses, too, or nothing."""

    async def named(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 405:
            others = [(name, value) for name, value in message.get("headers", []) if name.lower() != b"allow"]
            message = {**message, "headers": [*others, (b"allow", b"POST")]}
        await send(message)

    return named


def _tool_filter(headers: Headers, *, read_only: bool) -> ToolFilter:
    toolsets = _names(headers, "x-mcp-toolsets")
    return ToolFilter(
        read_only=read_only or headers.get("x-mcp-readonly", "").strip().lower() in _TRUE,
        toolsets=None if toolsets is None or "all" in toolsets else toolsets,
        tools=_names(headers, "x-mcp-tools"),
        excluded=_names(headers, "x-mcp-exclude-tools") or frozenset(),
    )


def _names(headers: Headers, header: str) -> frozenset[str] | None:
    """The names that a header lists; None where it is missing or empty."""
    names = [name.strip().lower() for name in headers.get(header, "").split(",")[:_MOST_NAMES]]
    return frozenset(name for name in names if name) or None


def _unauthorized(why: str) -> Response:
    message = f"{why}. Send `Authorization: Bearer ff_live_...` with a key that is alive, or no Authorization at all."
    challenge = 'Bearer error="invalid_token", error_description="the key or token is not valid"'
    return _error_response(401, _UNAUTHORIZED, "invalid_token", message, {"WWW-Authenticate": challenge})


def _error_response(status: int, number: int, code: str, message: str, headers: dict[str, str]) -> Response:
    error = {"code": number, "message": message, "data": {"code": code}}
    body = to_json({"jsonrpc": "2.0", "id": None, "error": error})
    return Response(body, status, headers, media_type="application/json")
