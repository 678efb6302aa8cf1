"""One request to the API and its whole answer: over HTTP on kept connections, or into an application of this process.

`send` gives an `Answer` of any status, and raises `NoAnswerError` when none came in time. Only a request that the other
side cannot have read is sent again, and only when its method changes nothing.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import aiohttp
import httpx2
from yarl import URL

from services.core.kit.observability import App
from services.mcp.settings import ServiceSettings

_CONNECT_SECONDS = 2.0
# Shorter than what the API keeps a connection open for (75), so that it is never closed under a request.
_KEEP_SECONDS = 30.0


class NoAnswerError(Exception):
    """Nobody answered; `args[0]` is the kind of the error, never its text."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (of any case) and body."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Transport(Protocol):
    """A way to the API."""

    async def send(self, method: str, target: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        """The answer to a request; `target` is an encoded path with its query."""

    async def close(self) -> None:
        """Close the connections."""


class OverHttp:
    """The API at `settings.api_url`. By httpx2 a call would miss its goal (docs/decisions/0051-mcp.md)."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._base = settings.api_url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=settings.api_seconds, sock_connect=_CONNECT_SECONDS)
        self._connections = settings.api_connections
        self._opened: aiohttp.ClientSession | None = None

    async def send(self, method: str, target: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        """As `Transport` says."""
        url = URL(f"{self._base}{target}", encoded=True)
        try:
            async with self._session().request(
                method, url, headers=headers, data=content, allow_redirects=False
            ) as answer:
                return Answer(answer.status, answer.headers, await answer.read())
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise NoAnswerError(type(error).__name__) from error

    async def close(self) -> None:
        """As `Transport` says."""
        if self._opened is not None:
            await self._opened.close()

    def _session(self) -> aiohttp.ClientSession:
        """Opened with the first request, because it belongs to the loop that runs then."""
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_KEEP_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
                timeout=self._timeout,
            )
        return self._opened


class InProcess:
    """An ASGI application, called as from the address that X-Forwarded-For names."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def send(self, method: str, target: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        """As `Transport` says."""
        client = (headers.get("X-Forwarded-For", "127.0.0.1"), 0)
        transport = httpx2.ASGITransport(self._app, raise_app_exceptions=False, client=client)
        # As it came: a credential may hold any byte.
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        request = httpx2.Request(method, f"http://api{target}", headers=encoded, content=content)
        # In a task of its own, because the API binds its own log context.
        answer = await asyncio.create_task(transport.handle_async_request(request))
        return Answer(answer.status_code, answer.headers, await answer.aread())

    async def close(self) -> None:
        """There is nothing to close."""
