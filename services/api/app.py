"""The HTTP API. `create_app(settings)` builds it; it holds no rule of the domain."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis.asyncio
from fastapi import FastAPI

from services.api.deps import State
from services.api.problems import install_problems
from services.core.db import Database
from services.core.observability import RequestLog
from services.core.renders.client import RendererPool
from services.core.settings import Settings
from services.core.storage import ObjectStore


def create_app(settings: Settings) -> FastAPI:
    """The application; its connections open with the lifespan and close with it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.opened = State(
            settings=settings,
            database=Database(settings.database, application="api"),
            redis=redis.asyncio.Redis.from_url(
                settings.redis.url, decode_responses=True, socket_connect_timeout=1, socket_timeout=2
            ),
            store=ObjectStore(settings.storage),
            renderers=RendererPool(settings.renderer),
        )
        try:
            yield
        finally:
            await app.state.opened["renderers"].aclose()
            await app.state.opened["redis"].aclose()
            await app.state.opened["database"].dispose()

    app = FastAPI(
        title="Fractafrag", version="1", lifespan=lifespan, openapi_url="/api/openapi.json", docs_url="/api/docs"
    )
    install_problems(app)
    app.add_middleware(RequestLog, process="api")
    return app
