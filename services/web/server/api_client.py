"""The web process's way to the API: over HTTP, or straight into an application in this process.

`get` raises `NotFoundError` for a 404, `InvalidInputError` for a 400 or 422, `RateLimitedError` for a 429, and
`UnavailableError` for everything else that keeps the page from its data. The visitor's address travels along, so that
the API's limits count visitors and not us; `hops` proxies before us are trusted to name it.
"""

from collections.abc import Mapping
from typing import Any

import httpx2
import structlog
from starlette.requests import Request

from services.core.kit.client_address import client_address
from services.core.kit.errors import InvalidInputError, NotFoundError, RateLimitedError, UnavailableError
from services.core.kit.observability import App

log = structlog.get_logger("api_client")


class _InProcess(httpx2.AsyncBaseTransport):
    """Calls an ASGI application as the visitor's own address would."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        visitor = request.extensions.get("visitor") or ("127.0.0.1", 0)
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False, client=visitor)
        return await transport.handle_async_request(request)


class ApiClient:
    """Reads from the API at `url`, or from `app` when one is given."""

    def __init__(self, url: str, app: App | None = None, *, hops: int = 0) -> None:
        transport = _InProcess(app) if app is not None else None
        self._is_proxy = app is None
        self._hops = hops
        self._client = httpx2.AsyncClient(base_url=url, transport=transport, timeout=10, trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def get(self, request: Request, path: str, parameters: Mapping[str, str | list[str]] | None = None) -> Any:
        """The JSON answer to `GET path`, made on behalf of `request`."""
        headers = {"X-Request-ID": str(structlog.contextvars.get_contextvars().get("request_id", ""))}
        if forwarded := self._forwarded(request):
            headers["X-Forwarded-For"] = forwarded
        outgoing = self._client.build_request("GET", path, params=dict(parameters or {}), headers=headers)
        outgoing.extensions["visitor"] = tuple(request.client) if request.client else None
        try:
            answer = await self._send(outgoing)
        except httpx2.HTTPError as error:
            log.warning("api_unreachable", cause=type(error).__name__)
            raise UnavailableError from error
        return _content(answer)

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        """Send, and once more when the connection broke: an API that stops closes those that it keeps, also ours."""
        try:
            return await self._client.send(request)
        except (httpx2.NetworkError, httpx2.RemoteProtocolError):
            return await self._client.send(request)

    def _forwarded(self, request: Request) -> str:
        """What the API shall know of where the request comes from.

        Over HTTP we are the proxy that it trusts, and write the visitor's address alone: appended to the chain, the
        entry that it believes would be that of the ingress, the same for all visitors.
        """
        chain = request.headers.getlist("x-forwarded-for")
        if not self._is_proxy:
            return ", ".join(chain)
        return client_address(request.client.host if request.client else "", chain, self._hops)


def _content(answer: httpx2.Response) -> Any:
    if answer.status_code == 200:
        return answer.json()
    if answer.status_code == 404:
        raise NotFoundError
    if answer.status_code in {400, 422}:
        raise InvalidInputError
    if answer.status_code == 429:
        raise RateLimitedError(int(answer.headers.get("Retry-After", "1")))
    raise UnavailableError
