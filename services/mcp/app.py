"""The MCP service as an application: `create_app(settings)`.

    /mcp            streamable HTTP, stateless; protocol 2026-07-28, and 2025-11-25 for older clients
    /mcp/readonly   the same without what writes
    /healthz /readyz /metrics

It is a client of the API with the caller's own credential and holds no secret. A foreign `Host` is answered with 421,
a foreign `Origin` with 403, a bad credential with 401; what a tool refuses is a result with `isError`. Each answer is
one JSON document, never a stream of events. What a renderer does for a call ends when its caller hangs up.
"""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import structlog
from fastmcp import FastMCP
from fastmcp.server.http import StarletteWithLifespan
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.core.kit.observability import App, RequestLog, place_of
from services.mcp.api_client import Api
from services.mcp.backend import Backend
from services.mcp.gate import Gate
from services.mcp.identity import Identities
from services.mcp.library_logs import quiet_libraries
from services.mcp.server import Server
from services.mcp.settings import McpSettings

PATH = "/mcp"
_READ_ONLY = f"{PATH}/readonly"
_OURS = {"jsonrpc": "2.0", "id": None, "error": {"code": -32603, "message": "This is a fault of the server."}}

log = structlog.get_logger("mcp.app")


class _Endpoint:
    """FastMCP's application under one of our paths."""

    def __init__(self, app: ASGIApp, *, read_only: bool) -> None:
        self.app = app
        self.read_only = read_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand over; FastMCP knows one path only."""
        inner = {**scope, "path": PATH, "raw_path": PATH.encode(), "mcp_read_only": self.read_only}
        started = False

        async def send_on(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(inner, receive, send_on)
        except Exception as error:
            # Not `exception`: the text of an error may hold what a user sent.
            log.error("unexpected", kind=type(error).__name__, where=place_of(error))  # noqa: TRY400
            if not started:
                await JSONResponse(_OURS, 500)(scope, receive, send)


def create_app(
    settings: McpSettings, *, api: App | None = None, extend: Callable[[FastMCP[Any]], None] | None = None
) -> Starlette:
    """The application. `api` is the API's application when it lives in this process, else `settings.mcp.api_url`.

    `extend` may add to the server, as the fixture of the conformance suite does.
    """
    quiet_libraries()
    client = Api(settings.mcp, api)
    identities = Identities(client, settings.mcp.identity_seconds)
    backend = Backend(client, settings.site.public_url, settings.mcp.picture_seconds)
    server = Server(settings.site.name, backend, identities)
    if extend is not None:
        extend(server)
    served = _served(server, settings, identities)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.api = client
        async with served.router.lifespan_context(served):
            yield
        await client.close()

    routes = [*_endpoints(served), *(Route(path, answer) for path, answer in _STATES.items())]
    app = Starlette(routes=routes, middleware=[Middleware(RequestLog, process="mcp")], lifespan=lifespan)
    # A redirect would name the host that the client named.
    app.router.redirect_slashes = False
    return app


def _served(server: Server, settings: McpSettings, identities: Identities) -> StarletteWithLifespan:
    gate = Middleware(
        Gate, identities=identities, hops=settings.limits.trusted_proxies, body_bytes=settings.mcp.body_bytes
    )
    return server.http_app(
        path=PATH,
        stateless_http=True,
        # No tool sends anything while it runs, so a stream would only cost: a fifth of the processor time of a call.
        json_response=True,
        host_origin_protection=True,
        allowed_hosts=settings.hosts,
        allowed_origins=settings.origins,
        middleware=[gate],
    )


def _endpoints(served: ASGIApp) -> Iterator[Route]:
    for path, read_only in ((PATH, False), (_READ_ONLY, True)):
        # With a slash, too: a redirect would have to know by which scheme and name the client came.
        for each in (path, f"{path}/"):
            yield Route(each, _Endpoint(served, read_only=read_only))


async def _healthz(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _readyz(request: Request) -> Response:
    if await request.app.state.api.alive():
        return JSONResponse({"status": "ok", "checks": {"api": "ok"}})
    return JSONResponse({"status": "unavailable", "checks": {"api": "no answer"}}, 503, {"Retry-After": "5"})


async def _metrics(_: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


_STATES = {"/healthz": _healthz, "/readyz": _readyz, "/metrics": _metrics}
