"""The operator's own port: `/healthz` (every loop still turns), `/readyz` (the resources are known), `/metrics`.

`/healthz` is 503 when a loop has not come round for three polls beyond what one round may take. A round that failed
counts as one: restarting the operator heals no API server. Nothing here needs a login, and nothing here is secret.
"""

import time
from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest


class Pulse:
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


class HealthServer:
    """A small HTTP server on its own port."""

    def __init__(self, *, pulse: Pulse, synced: Callable[[], bool], registry: CollectorRegistry) -> None:
        self.pulse = pulse
        self.synced = synced
        self.registry = registry
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; gives the port, which matters when 0 was asked for."""
        app = web.Application()
        app.add_routes(
            [web.get("/healthz", self._healthz), web.get("/readyz", self._readyz), web.get("/metrics", self._metrics)]
        )
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound: int = self._runner.addresses[0][1]
        return bound

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _healthz(self, _: web.Request) -> web.Response:
        late = self.pulse.late()
        return web.json_response({"status": "late" if late else "ok", "late": late}, status=503 if late else 200)

    async def _readyz(self, _: web.Request) -> web.Response:
        synced = self.synced()
        return web.json_response({"synced": synced}, status=200 if synced else 503)

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
