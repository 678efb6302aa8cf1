"""How every process with a port runs uvicorn, with bounds on what a stranger's connection may hold or hold up.

    serve(app, host="127.0.0.1", port=8000)

uvicorn runs httptools (h11 costs a third of a small answer's time), which bounds nothing by itself:

- a request's line and headers have at most `HEAD_BYTES`; more is answered with 431 and the connection closed;
- a head that is not complete `HEAD_SECONDS` after the connection was opened, or after its first byte, and a body that
  is not complete `BODY_SECONDS` after its head, end the connection; after an answer it is kept for `IDLE_SECONDS`;
- the application gets a copy of the server's scope, with cookies that are read in linear time (`on_a_copy`);
- at most `MOST_CONNECTIONS` are open. One more takes the place of an idle one, those without any request first; when
  all of them are at work it is answered with 503.
"""

import contextlib
import gc
import resource
import socket
import sys
from asyncio import Transport
from asyncio.events import TimerHandle
from collections.abc import Iterable
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from services.core.kit.observability import App, Receive, Scope, Send

HEAD_BYTES = 32_768
HEAD_SECONDS = 15.0
BODY_SECONDS = 60.0
IDLE_SECONDS = 75
# The other half of the process's descriptors is for files, databases and what it asks itself.
MOST_CONNECTIONS = min(1_000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)

_STARTUP_FAILED = 3
_REFUSAL = b"HTTP/1.1 %b\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n%b\r\n"
_TOO_LARGE = _REFUSAL % (b"431 Request Header Fields Too Large", b"")
_TOO_MANY = _REFUSAL % (b"503 Service Unavailable", b"Retry-After: 1\r\n")


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with the bounds of this module, for its setting `http`."""

    connections: set["BoundedProtocol"]  # type: ignore[assignment]

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """As asyncio says."""
        super().connection_made(transport)
        self.opened_at = self.loop.time()
        self._head_open = True
        self._head_bytes = 0
        self._phase: str | None = None
        self._deadline: TimerHandle | None = None
        self._wait("head", HEAD_SECONDS)
        if len(self.connections) > MOST_CONNECTIONS:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """As asyncio says."""
        self._wait(None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """As asyncio says."""
        if self._head_open:
            self._head_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            self._wait(None)
        elif not self._head_open:
            self._wait("body", BODY_SECONDS)
        elif self._head_bytes > HEAD_BYTES:
            self._refuse(_TOO_LARGE)
        elif self._head_bytes:
            self._wait("head", HEAD_SECONDS)
        else:
            self._wait(None)

    def on_headers_complete(self) -> None:
        """As httptools says. A head that came in one piece, with more behind it, is measured here."""
        self._head_open = False
        self._wait(None)
        if self._head_bytes > HEAD_BYTES:
            size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
            if size > HEAD_BYTES:
                self._refuse(_TOO_LARGE)
                return
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """As httptools says."""
        self._head_open, self._head_bytes = True, 0
        if not self.transport.is_closing():
            super().on_message_complete()

    def on_body(self, body: bytes) -> None:
        """As httptools says."""
        if not self.transport.is_closing():
            super().on_body(body)

    @property
    def is_idle(self) -> bool:
        """Whether no request is being answered."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def _make_room(self) -> None:
        idle = [other for other in self.connections if other is not self and other.is_idle]
        if not idle:
            self._refuse(_TOO_MANY)
            return
        oldest = min(idle, key=lambda other: (other.cycle is not None, other.opened_at))
        self.connections.discard(oldest)
        oldest.transport.abort()

    def _refuse(self, answer: bytes) -> None:
        """Answer and close; whatever is being answered on this connection is given up."""
        if self.is_idle:
            self.transport.write(answer)
        self.transport.close()

    def _wait(self, phase: str | None, seconds: float = 0) -> None:
        """Close the connection in `seconds`, unless another phase begins before; the same one goes on."""
        if phase == self._phase:
            return
        self._phase = phase
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self.transport.close) if phase is not None else None


def on_a_copy(app: App) -> App:
    """`app` with a scope of its own: what middlewares write into it does not reach the server.

    The server looks into its own while it answers, for one to know that HEAD has no body.
    """

    async def serve_copy(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "headers": _plain(scope["headers"])} if "headers" in scope else {**scope}, receive, send)

    return serve_copy


def _plain(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers, with no backslash in a cookie.

    No cookie may have one (RFC 6265). FastAPI has all cookies read for every request, and before Python 3.11.10 that
    takes quadratic time for backslashes in quotes (CVE-2024-7592): 5 s for 30 kB.
    """
    return [(name, value.replace(b"\\", b"") if name == b"cookie" else value) for name, value in headers]


def server_config(app: App, **options: Any) -> uvicorn.Config:
    """uvicorn's settings for `app`; `options` are uvicorn's own (host, port, loop, ...)."""
    common: dict[str, Any] = {
        "http": BoundedProtocol,
        "ws": "none",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "timeout_keep_alive": IDLE_SECONDS,
        "timeout_graceful_shutdown": 20,
    }
    return uvicorn.Config(on_a_copy(app), **{**common, **options})


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it. What is there by then stays, so the collector of garbage need not look at it again."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()


def serve(app: App, **options: Any) -> None:
    """Serve until SIGTERM or SIGINT; requests that run get 20 seconds to finish unless told."""
    server = _Server(server_config(app, **options))
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(_STARTUP_FAILED)
