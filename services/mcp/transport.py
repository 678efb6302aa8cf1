"""One request to the API and its whole answer: over HTTP on kept connections, or into an application of this process.

`send` gives an `Answer` of any status, and raises `NoAnswerError` when none came in time. Only a request that the other
side cannot have read is sent again, and only when its method changes nothing.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import httpx2

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
    """The API at `settings.api_url`, by httpx2's transport: its client would double the time of a request."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._base = settings.api_url.rstrip("/")
        limits = httpx2.Limits(max_connections=settings.api_connections, keepalive_expiry=_KEEP_SECONDS)
        self._transport = httpx2.AsyncHTTPTransport(limits=limits)
        self._seconds = settings.api_seconds
        self._timeout = httpx2.Timeout(settings.api_seconds, connect=_CONNECT_SECONDS).as_dict()

    async def send(self, method: str, target: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        """As `Transport` says."""
        request = _request(method, f"{self._base}{target}", headers, content)
        request.extensions["timeout"] = self._timeout
        try:
            async with asyncio.timeout(self._seconds):
                response = await self._transport.handle_async_request(request)
                try:
                    return Answer(response.status_code, response.headers, await response.aread())
                finally:
                    await response.aclose()
        except (httpx2.HTTPError, OSError, TimeoutError) as error:
            raise NoAnswerError(type(error).__name__) from error

    async def close(self) -> None:
        """As `Transport` says."""
        await self._transport.aclose()


class InProcess:
    """An ASGI application, called as from the address that X-Forwarded-For names."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def send(self, method: str, target: str, headers: Mapping[str, str], content: bytes | None) -> Answer:
        """As `Transport` says."""
        client = (headers.get("X-Forwarded-For", "127.0.0.1"), 0)
        transport = httpx2.ASGITransport(self._app, raise_app_exceptions=False, client=client)
        request = _request(method, f"http://api{target}", headers, content)
        # In a task of its own, because the API binds its own log context.
        answer = await asyncio.create_task(transport.handle_async_request(request))
        return Answer(answer.status_code, answer.headers, await answer.aread())

    async def close(self) -> None:
        """There is nothing to close."""


def _request(method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> httpx2.Request:
    """Headers go on as they came: a credential may hold any byte."""
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return httpx2.Request(method, url, headers=encoded, content=content)
