"""The worker's own small port: `/healthz` (alive), `/readyz` (can work), `/metrics` (Prometheus).

A plain HTTP/1.1 responder, one request per connection: a probe and a scraper need no more, and the worker needs no
web framework. It answers nothing but these three paths and reads at most 8 KiB of a request.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

PATHS = ("/healthz", "/readyz", "/metrics")
_MOST_BYTES = 8_192
_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and text of a response."""

    status: int
    body: str
    content_type: str = "text/plain; charset=utf-8"


Handler = Callable[[], Awaitable[Answer]]


async def serve_health(host: str, port: int, handlers: Mapping[str, Handler]) -> asyncio.Server:
    """Serve `handlers` by path; the returned server is closed by the caller. Raises `OSError` for a taken port."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_SECONDS):
                answer = await _answer(await reader.readuntil(b"\r\n\r\n"), handlers)
                body = answer.body.encode()
                head = f"HTTP/1.1 {answer.status} {'OK' if answer.status == 200 else 'Not OK'}\r\n"
                head += (
                    f"Content-Type: {answer.content_type}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                )
                writer.write(head.encode() + body)
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(connected, host, port, limit=_MOST_BYTES)


async def _answer(request: bytes, handlers: Mapping[str, Handler]) -> Answer:
    method, _, rest = request.partition(b"\r\n")[0].partition(b" ")
    handler = handlers.get(rest.partition(b" ")[0].partition(b"?")[0].decode("latin-1"))
    if handler is None:
        return Answer(404, "not found\n")
    if method != b"GET":
        return Answer(405, "method not allowed\n")
    return await handler()
