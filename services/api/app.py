"""The HTTP API. `create_app(settings)` builds it; it holds no rule of the domain."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from services.api.idempotency import install_replay
from services.api.problems import install_problems
from services.api.routes import auth, users
from services.api.state import open_state
from services.core.observability import RequestLog
from services.core.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The application; its connections open with the lifespan and close with it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_state(settings) as opened:
            app.state.opened = opened
            yield

    app = FastAPI(
        title="Fractafrag", version="1", lifespan=lifespan, openapi_url="/api/openapi.json", docs_url="/api/docs"
    )
    install_problems(app)
    install_replay(app)
    for module in (auth, users):
        app.include_router(module.router)
    app.add_middleware(RequestLog, process="api")
    return app
