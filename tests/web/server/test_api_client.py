"""The way to the API when that comes and goes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.requests import Request

from services.core.kit.errors import UnavailableError
from services.web.server.api_client import ApiClient

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
REQUEST = Request({"type": "http", "method": "GET", "path": "/", "headers": [], "client": ("192.0.2.1", 1)})


class Stopping:
    """An API that breaks off the first `breaks` requests of all and answers the rest, each connection kept."""

    def __init__(self, breaks: int) -> None:
        self.breaks = breaks
        self.seen = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.seen += 1
                if self.seen <= self.breaks:
                    break
                writer.write(ANSWER)
        except asyncio.IncompleteReadError:
            pass
        writer.close()


@asynccontextmanager
async def asking(api: Stopping) -> AsyncIterator[ApiClient]:
    """A client of `api`."""
    async with await asyncio.start_server(api, "127.0.0.1", 0) as server:
        client = ApiClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        yield client
        await client.close()


@pytest.mark.parametrize(("breaks", "seen"), [(0, 1), (1, 2)])
async def test_a_read_that_breaks_off_is_asked_again(breaks: int, seen: int) -> None:
    api = Stopping(breaks)
    async with asking(api) as client:
        assert await client.get(REQUEST, "/api/v1/version") == {}
    assert api.seen == seen


async def test_it_is_asked_again_once() -> None:
    api = Stopping(9)
    async with asking(api) as client:
        with pytest.raises(UnavailableError):
            await client.get(REQUEST, "/api/v1/version")
    assert api.seen == 2
