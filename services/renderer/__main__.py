"""`python -m services.renderer`: serve until SIGTERM or SIGINT, then finish what is being drawn.

The first signal refuses new jobs (503 `draining`, and `/readyz` says so), fails those that wait, lets the ones
being drawn end and stops; a second one stops at once.
"""

import asyncio
import signal
import sys
from types import FrameType

import structlog
import uvicorn
from starlette.applications import Starlette

from services.core.kit.observability import configure_logging
from services.core.kit.server import server_config
from services.renderer import processes
from services.renderer.app import create_app
from services.renderer.settings import RendererSettings

_log = structlog.get_logger("renderer")


class _DrainingServer(uvicorn.Server):
    """uvicorn stops listening at once when it is told to stop; we first answer those who still come."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self._app = app
        self._draining: asyncio.Task[None] | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called by uvicorn for SIGTERM and SIGINT, on the main thread, maybe between two lines of anything."""
        if self._draining is not None or not self.started:
            super().handle_exit(sig, frame)
            return
        asyncio.get_event_loop().call_soon_threadsafe(self._drain, sig, frame)

    def _drain(self, sig: int, frame: FrameType | None) -> None:
        if self._draining is None:
            _log.info("draining", signal=signal.Signals(sig).name)
            self._draining = asyncio.create_task(self._finish())

    async def _finish(self) -> None:
        await self._app.state.pool.drain()
        self.should_exit = True


def main() -> None:
    """Serve."""
    settings = RendererSettings()
    configure_logging("renderer", settings.log_level)
    processes.become_subreaper()
    app = create_app(settings)
    config = server_config(
        app,
        host=settings.host,
        port=settings.port,
        # pyppeteer sets attributes on futures, which uvloop's do not promise to allow.
        loop="asyncio",
        timeout_graceful_shutdown=round(settings.job_seconds),
        timeout_keep_alive=30,
    )
    server = _DrainingServer(config, app)
    asyncio.run(server.serve())
    if not server.started:
        sys.exit(1)


if __name__ == "__main__":
    main()
