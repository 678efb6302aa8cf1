"""The web process's way to the API: over HTTP, or straight into an application in this process.

`get` raises `NotFoundError` for a 404, `InvalidInputError` for a 400 or 422, `RateLimitedError` for a 429, and
`UnavailableError` for everything else that keeps the page from its data. The visitor's address travels along, so that
the API's limits count visitors and not us.
"""

from collections.abc import Mapping
from typing import Any

import httpx
import structlog
from starlette.requests import Request

from services.core.errors import InvalidInputError, NotFoundError, RateLimitedError, UnavailableError
from services.core.observability import App

log = structlog.get_logger("api_client")


class _InProcess(httpx.AsyncBaseTransport):
    """Calls an ASGI application as the visitor's own address would."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        visitor = request.extensions.get("visitor") or ("127.0.0.1", 0)
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=visitor)
        return await transport.handle_async_request(request)


class ApiClient:
    """Reads from the API at `url`, or from `app` when one is given."""

    def __init__(self, url: str, app: App | None = None) -> None:
        transport = _InProcess(app) if app is not None else None
        self._is_proxy = app is None
        self._client = httpx.AsyncClient(base_url=url, transport=transport, timeout=10, trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def get(self, request: Request, path: str, parameters: Mapping[str, str] | None = None) -> Any:
        """The JSON answer to `GET path`, asked for on behalf of `request`."""
        headers = {"X-Request-ID": str(structlog.contextvars.get_contextvars().get("request_id", ""))}
        chain = [request.headers.get("x-forwarded-for")]
        if self._is_proxy and request.client:
            chain.append(request.client.host)
        if forwarded := ", ".join(filter(None, chain)):
            headers["X-Forwarded-For"] = forwarded
        asked = self._client.build_request("GET", path, params=dict(parameters or {}), headers=headers)
        asked.extensions["visitor"] = tuple(request.client) if request.client else None
        try:
            answer = await self._client.send(asked)
        except httpx.HTTPError as error:
            log.warning("api_unreachable", cause=type(error).__name__)
            raise UnavailableError from error
        return _content(answer)


def _content(answer: httpx.Response) -> Any:
    if answer.status_code == 200:
        return answer.json()
    if answer.status_code == 404:
        raise NotFoundError
    if answer.status_code in {400, 422}:
        raise InvalidInputError
    if answer.status_code == 429:
        raise RateLimitedError(int(answer.headers.get("Retry-After", "1")))
    raise UnavailableError
