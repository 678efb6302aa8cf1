"""The operator's own port: `/healthz` (every loop still turns), `/readyz` (the resources are known), `/metrics`.

`/healthz` is 503 when a loop has not come round for three polls beyond what one round may take. A round that failed
counts as one: restarting the operator heals no API server. Nothing here needs a login, and nothing here is secret.
"""

import asyncio
import socket
import time
from asyncio import Transport
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

# A probe and a scrape take a moment; uvicorn closes what is idle after an answer, and nothing before the first one.
CONNECTION_SECONDS = 30.0


class Heartbeats:
    """When each loop last came round."""

    def __init__(self, *, round_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.round_seconds = round_seconds
        self._clock = clock
        self._beats: dict[str, tuple[float, float]] = {}

    def beat(self, name: str, *, poll_seconds: float) -> None:
        """A loop came round and will again after `poll_seconds`."""
        self._beats[name] = (self._clock(), poll_seconds)

    def forget(self, name: str) -> None:
        """A loop has ended as it should."""
        self._beats.pop(name, None)

    def late(self) -> list[str]:
        """The loops that stand still."""
        now = self._clock()
        return sorted(name for name, (at, poll) in self._beats.items() if now - at > 3 * poll + self.round_seconds)


class ShortConnection(H11Protocol):
    """A connection that ends after `CONNECTION_SECONDS`, whatever was sent on it, for uvicorn's setting `http`."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """As asyncio says."""
        super().connection_made(transport)
        self._end = self.loop.call_later(CONNECTION_SECONDS, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """As asyncio says."""
        self._end.cancel()
        super().connection_lost(exc)


class HealthServer(uvicorn.Server):
    """The port, served beside everything else in the loop; signals are left to the process."""

    def __init__(self, *, heartbeats: Heartbeats, synced: Callable[[], bool], registry: CollectorRegistry) -> None:
        self.heartbeats = heartbeats
        self.synced = synced
        self.registry = registry
        paths = {"/healthz": self._healthz, "/readyz": self._readyz, "/metrics": self._metrics}
        super().__init__(
            uvicorn.Config(
                Starlette(routes=[Route(path, endpoint) for path, endpoint in paths.items()]),
                log_config=None,
                log_level="warning",
                access_log=False,
                lifespan="off",
                # Bounds for a port that only probes and a scraper need; h11 is what the next two are made for.
                http=ShortConnection,
                h11_max_incomplete_event_size=16_384,
                limit_concurrency=64,
                timeout_graceful_shutdown=1,
            )
        )
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

    async def _healthz(self, _: Request) -> Response:
        late = self.heartbeats.late()
        return JSONResponse({"status": "late" if late else "ok", "late": late}, status_code=503 if late else 200)

    async def _readyz(self, _: Request) -> Response:
        synced = self.synced()
        return JSONResponse({"synced": synced}, status_code=200 if synced else 503)

    async def _metrics(self, _: Request) -> Response:
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)
