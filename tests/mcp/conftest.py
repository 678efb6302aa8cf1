"""A running site for agents: the API and the MCP service on ports of this machine, and a person who has keys.

`service` draws nothing: its renderer is the one that obeys (tests/fixtures/fake_renderer.py). `studio` has the real
renderer and a worker.
"""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
import pytest
import redis.asyncio

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.renders.settings import RendererClientSettings
from services.worker.run import WorkerProcess
from services.worker.runtime import Runtime
from tests.fixtures.accounts import register
from tests.fixtures.api import app_for
from tests.fixtures.fake_renderer import FakeRenderer
from tests.fixtures.mcp import serving
from tests.fixtures.ports import on_a_port
from tests.fixtures.renderer import RendererProcess
from tests.fixtures.worker import quick_worker


@dataclass
class Service:
    """A running MCP service and the API behind it. `ada` is signed in to the API."""

    url: str
    api_url: str
    ada: httpx2.AsyncClient
    database: Database

    @property
    def mcp(self) -> str:
        """Where agents connect."""
        return f"{self.url}/mcp"

    async def key(self, *scopes: str) -> str:
        """The value of a new key of ada's."""
        return str((await self.made_key(*scopes))["key"])

    async def made_key(self, *scopes: str) -> dict[str, str]:
        """A new key of ada's, as the API's answer."""
        answer = await self.ada.post("/api/v1/keys", json={"name": "agent", "scopes": [*scopes]})
        assert answer.status_code == 201, answer.text
        made: dict[str, str] = answer.json()
        return made


@contextlib.asynccontextmanager
async def running(settings: ApiSettings, database: Database, *, picture_seconds: float = 0.2) -> AsyncIterator[Service]:
    """API and MCP service with these settings, and ada; where no worker draws, nobody has to wait long for pictures."""
    async with (
        on_a_port(app_for(settings)) as api_url,
        serving(api_url, picture_seconds=picture_seconds) as url,
        httpx2.AsyncClient(base_url=api_url) as visitor,
    ):
        yield Service(url, api_url, await register(visitor, "ada"), database)


@pytest.fixture
async def service(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis, fake_renderer: FakeRenderer
) -> AsyncIterator[Service]:
    """A service whose renderer obeys; no worker."""
    renderer = RendererClientSettings(url=fake_renderer.url, timeout_seconds=5)
    async with running(settings.replace(renderer), database) as opened:
        yield opened


@pytest.fixture
async def studio(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis, renderer: RendererProcess
) -> AsyncIterator[Service]:
    """A service with the real renderer and a worker."""
    place = RendererClientSettings(url=renderer.url)
    runtime = Runtime.open(quick_worker(settings, place))
    worker = WorkerProcess(runtime)
    await worker.start()
    try:
        async with running(settings.replace(place), database, picture_seconds=20) as opened:
            yield opened
    finally:
        await worker.stop()
        await runtime.close()
