"""The server as it runs, over a socket: what a stranger's connection may hold, and for how long."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import psutil
import pytest
import uvicorn

from services.core.kit import server as kit_server
from services.core.kit.server import server_config

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def app(scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
    """Answers with the size of the body and the cookies; `/slow` after a while. It takes HEAD for GET, as a middleware
    may."""
    scope["method"] = scope["method"].replace("HEAD", "GET")
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    if scope["path"] == "/slow":
        await asyncio.sleep(1.5)
    body = str(size).encode()
    cookies = [(b"x-cookie", value) for name, value in scope["headers"] if name == b"cookie"]
    headers = [(b"content-length", str(len(body)).encode()), *cookies]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@dataclass
class Running:
    """A server in this loop."""

    port: int

    async def connect(self) -> Streams:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, request: bytes = _GET) -> bytes:
        """The answer's first bytes; nothing when the connection was closed without one."""
        reader, writer = await self.connect()
        try:
            writer.write(request)
            return await asyncio.wait_for(reader.read(1000), 10)
        finally:
            writer.close()


@pytest.fixture
async def running(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    monkeypatch.setattr(kit_server, "HEAD_SECONDS", 0.6)
    monkeypatch.setattr(kit_server, "BODY_SECONDS", 0.6)
    monkeypatch.setattr(kit_server, "MOST_CONNECTIONS", 8)
    server = uvicorn.Server(server_config(app, port=0, lifespan="off", timeout_graceful_shutdown=1))
    with contextlib.suppress(asyncio.CancelledError):
        serving = asyncio.create_task(server._serve())
        while not server.started:  # noqa: ASYNC110 -- uvicorn has no event for it
            await asyncio.sleep(0.01)
        yield Running(server.servers[0].sockets[0].getsockname()[1])
        server.should_exit = True
        await serving


async def closed_after(reader: asyncio.StreamReader) -> float:
    """Seconds until the other side closed."""
    clock = asyncio.get_running_loop().time
    began = clock()
    with contextlib.suppress(ConnectionError):
        await asyncio.wait_for(reader.read(), 10)
    return clock() - began


def is_refused(answer: bytes, status: int) -> bool:
    return answer.startswith(b"HTTP/1.1 %d " % status) and b"connection: close" in answer.lower()


async def test_a_request_is_answered(running: Running) -> None:
    assert (await running.ask()).endswith(b"\r\n\r\n0")
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n"
    assert (await running.ask(head + b"x" * 300_000)).endswith(b"300000")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 40_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Many: a\r\n" * 4_000 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Unfinished: " + b"a" * 2_000_000,
    ],
    ids=["address", "one header", "many headers", "unfinished"],
)
async def test_too_large_a_head_is_431(running: Running, head: bytes) -> None:
    assert is_refused(await running.ask(head), 431)
    assert (await running.ask()).startswith(b"HTTP/1.1 200")


async def test_endless_headers_do_not_fill_the_memory(running: Running) -> None:
    process = psutil.Process()
    reader, writer = await running.connect()
    before = process.memory_info().rss
    sent = 0
    with contextlib.suppress(ConnectionError):
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
        for number in range(1_000):
            writer.write(b"X-%d: " % number + b"a" * 60_000 + b"\r\n")
            await writer.drain()
            sent += 60_000
    assert sent < 20_000_000, "the connection was closed long before"
    assert process.memory_info().rss - before < 20_000_000
    assert await closed_after(reader) < 1
    writer.close()


async def test_a_silent_connection_is_closed(running: Running) -> None:
    reader, writer = await running.connect()
    assert 0.3 < await closed_after(reader) < 3
    writer.close()


@pytest.mark.parametrize("before", [b"", _GET], ids=["the first request", "a later request"])
async def test_trickling_headers_are_closed(running: Running, before: bytes) -> None:
    reader, writer = await running.connect()
    if before:
        writer.write(before)
        await reader.readuntil(b"\r\n\r\n0")
        await asyncio.sleep(0.8)  # idle between requests is no trickling

    async def trickle() -> None:
        writer.write(b"GET / HTTP/1.1\r\n")
        with contextlib.suppress(ConnectionError):
            while True:
                writer.write(b"X-A: b\r\n")
                await writer.drain()
                await asyncio.sleep(0.05)

    trickling = asyncio.create_task(trickle())
    assert 0.3 < await closed_after(reader) < 3
    trickling.cancel()
    writer.close()


async def test_a_trickling_body_is_closed(running: Running) -> None:
    reader, writer = await running.connect()
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx")
    assert 0.3 < await closed_after(reader) < 3
    writer.close()


async def test_a_slow_answer_is_waited_for(running: Running) -> None:
    assert (await running.ask(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_idle_connections_make_room(running: Running) -> None:
    """Somebody who only opens connections keeps nobody out, and those who have asked before keep theirs."""
    kept_reader, kept_writer = await running.connect()
    kept_writer.write(_GET)
    await kept_reader.readuntil(b"\r\n\r\n0")
    silent = [await running.connect() for _ in range(30)]
    assert (await running.ask()).startswith(b"HTTP/1.1 200")
    kept_writer.write(_GET)
    assert await asyncio.wait_for(kept_reader.readuntil(b"\r\n\r\n0"), 5)
    for _, writer in [*silent, (kept_reader, kept_writer)]:
        writer.close()


async def test_one_too_many_is_503_while_the_others_are_served(running: Running) -> None:
    busy = [asyncio.create_task(running.ask(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")) for _ in range(8)]
    await asyncio.sleep(0.4)
    assert is_refused(await running.ask(), 503)
    assert all(answer.startswith(b"HTTP/1.1 200") for answer in await asyncio.gather(*busy))
    assert (await running.ask()).startswith(b"HTTP/1.1 200")


async def test_what_the_application_writes_into_its_scope_does_not_reach_the_server(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await running.connect()
    for _ in range(2):
        writer.write(_GET.replace(b"GET", b"HEAD"))
        assert (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).startswith(b"HTTP/1.1 200")
    writer.write(_GET)
    assert (await asyncio.wait_for(reader.read(1000), 10)).endswith(b"\r\n\r\n0")
    writer.close()
    assert not caplog.records


async def test_cookies_have_none_of_the_escapes_that_python_takes_long_for(running: Running) -> None:
    answer = await running.ask(_GET.replace(b"\r\n\r\n", b'\r\nCookie: theme="\\\\\\", motion=still\r\n\r\n'))
    assert b'x-cookie: theme="", motion=still\r\n' in answer
