"""The worker's own small port: `/healthz` (alive), `/readyz` (can work), `/metrics` (Prometheus)."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.core.kit.server import server_config

Endpoint = Callable[[Request], Awaitable[Response]]


class HealthServer(uvicorn.Server):
    """Serves `endpoints` by path, beside everything else in the loop; signals are left to the process."""

    def __init__(self, endpoints: Mapping[str, Endpoint]) -> None:
        app = Starlette(routes=[Route(path, endpoint) for path, endpoint in endpoints.items()])
        # A redirect would name the host that the client named.
        app.router.redirect_slashes = False
        super().__init__(server_config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1))
        self._serving: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; gives the port, which matters when 0 was asked for. Raises `OSError` for a taken one."""
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self._serving = asyncio.create_task(self.serve(sockets=[listener]), name="health")
        bound: int = listener.getsockname()[1]
        return bound

    async def stop(self) -> None:
        """Stop listening."""
        self.should_exit = True
        if self._serving is not None:
            await self._serving

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None of them."""
        yield
