"""The loopback server behind every browser: it serves the harness page and takes the pixels that the page draws.

Each browser gets its own token; its page is `http://127.0.0.1:PORT/TOKEN/index.html` and sends binary WebSocket
messages to `/TOKEN/pixels`. A message is a header of eight little-endian uint32 (delivery, width, height, frames,
and four that are reserved), then `frames` frames of RGBA bytes, bottom row first. A message that nobody waits for
is dropped: it belongs to a job that was given up. A text message is the number of a delivery: the page has done what
comes before it and begins to draw it. When the page's time is over it asks `/TOKEN/more` for how many seconds it may
go on; `/TOKEN/spent` says how many count against its limit so far.
"""

import asyncio
import secrets
import struct
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

_HEADER = struct.Struct("<8I")
_MESSAGE_BYTES = 160 * 2**20
_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
_TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


class HarnessMissingError(Exception):
    """The harness page was not built."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """Frames as the GPU gave them: RGBA, 8 bits, bottom row first, one frame after the other."""

    width: int
    height: int
    frames: int
    data: memoryview

    def frame(self, index: int) -> memoryview:
        """The bytes of one frame."""
        size = self.width * self.height * 4
        return self.data[index * size : (index + 1) * size]


class PageServer:
    """Started once per process; `port` is chosen by the kernel."""

    def __init__(self, harness: Path) -> None:
        """Read the page from `harness`; raises `HarnessMissingError`."""
        self._files = _read(harness)
        self._expected: dict[tuple[str, int], asyncio.Future[Pixels]] = {}
        self._tokens: set[str] = set()
        self.more: dict[str, Callable[[], float]] = {}
        self.begun: dict[tuple[str, str], Callable[[], None]] = {}
        self.spent: dict[str, Callable[[], float]] = {}
        self._server: Server | None = None
        self.port = 0

    async def start(self) -> None:
        """Listen on the loopback address."""
        self._server = await serve(
            self._receive,
            "127.0.0.1",
            0,
            process_request=self._answer,
            compression=None,
            max_size=_MESSAGE_BYTES,
            ping_interval=None,
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        """Close all connections."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def admit(self) -> str:
        """A token for one more browser."""
        token = secrets.token_urlsafe(16)
        self._tokens.add(token)
        return token

    def dismiss(self, token: str) -> None:
        """Forget a browser."""
        self._tokens.discard(token)

    def url(self, token: str) -> str:
        """Where the browser with `token` finds its page."""
        return f"http://127.0.0.1:{self.port}/{token}/index.html"

    def expect(self, token: str, delivery: int) -> asyncio.Future[Pixels]:
        """A future of the pixels that the page of `token` will send under the number `delivery`."""
        future: asyncio.Future[Pixels] = asyncio.get_running_loop().create_future()
        key = (token, delivery)
        self._expected[key] = future
        future.add_done_callback(lambda _: self._expected.pop(key, None))
        return future

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        token, _, name = request.path.strip("/").partition("/")
        if token not in self._tokens:
            return connection.respond(HTTPStatus.NOT_FOUND, "not found\n")
        if name == "pixels":
            return None
        if name in ("more", "spent"):
            asked = self.more if name == "more" else self.spent
            return connection.respond(HTTPStatus.OK, f"{asked[token]() if token in asked else 0.0:.4f}")
        if name not in self._files:
            return connection.respond(HTTPStatus.NOT_FOUND, "not found\n")
        content = self._files[name]
        headers = Headers(
            {
                "Content-Type": _TYPES[Path(name).suffix],
                "Content-Length": str(len(content)),
                "Content-Security-Policy": _POLICY,
                "Connection": "close",
            }
        )
        return Response(HTTPStatus.OK.value, HTTPStatus.OK.phrase, headers, content)

    async def _receive(self, connection: ServerConnection) -> None:
        token = connection.request.path.strip("/").partition("/")[0] if connection.request else ""
        try:
            async for message in connection:
                if isinstance(message, bytes):
                    self._deliver(token, message)
                elif (token, message) in self.begun:
                    self.begun.pop((token, message))()
        except ConnectionClosed:
            return

    def _deliver(self, token: str, message: bytes) -> None:
        if len(message) < _HEADER.size:
            return
        delivery, width, height, frames, *_ = _HEADER.unpack_from(message)
        future = self._expected.get((token, delivery))
        data = memoryview(message)[_HEADER.size :]
        if future is None or future.done() or len(data) != width * height * frames * 4:
            return
        future.set_result(Pixels(width, height, frames, data))


def _read(harness: Path) -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in harness.glob("*") if path.suffix in _TYPES}
    if "index.html" not in files:
        raise HarnessMissingError(
            "The renderer's page is not built: run `npm ci` and `npm run build` in services/web, or `make run`"
        )
    return files
