"""The HTTP API. `create_app(settings)` builds it; it holds no rule of the domain.

A request passes, from outside to inside: the log line and metrics (`RequestLog`), the catch-all and security
headers (`Shield`), the limit by address (`AddressLimit`), answers that are the same for everybody (`ResponseCache`),
the checks of its body (`BodyGuard`), ETags (`Conditional`), then its route.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from services.api.authentication import declare_key_scopes, maybe_caller
from services.api.conditional import Conditional
from services.api.deps import claim_of_request
from services.api.idempotency import IdempotentRoute, install_replay
from services.api.limits import AddressLimit
from services.api.openapi import install_openapi, operation_id
from services.api.problems import install_problems
from services.api.protection import BodyGuard, Shield
from services.api.response_cache import ResponseCache
from services.api.routes import health
from services.api.routing import dependencies_of, routes_of
from services.api.settings import ApiSettings
from services.api.state import open_services
from services.core.domains import domain_modules
from services.core.kit.observability import RequestLog

# A request is compared with one route after the other (about 2 us each), so what is asked for most stands first.
_ASKED_MOST = ("services.api.routes.feed", "services.api.routes.shaders", "services.api.routes.styles")
_MODULES = sorted(
    domain_modules("services.api.routes"),
    key=lambda module: _ASKED_MOST.index(module.__name__) if module.__name__ in _ASKED_MOST else len(_ASKED_MOST),
)
ROUTERS: tuple[APIRouter, ...] = (*(router for module in _MODULES for router in module.ROUTERS), health.router)


def create_app(settings: ApiSettings) -> FastAPI:
    """The application; its connections open with the lifespan and close with it."""

    # No docs page: FastAPI's loads scripts from another host into the origin that holds the refresh cookie.
    app = FastAPI(
        title="Fractafrag",
        version="1",
        lifespan=_lifespan,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        # A redirect would name the host that the client named.
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
    )
    app.state.settings = settings
    install_problems(app)
    install_replay(app)
    install_openapi(app)
    for router in ROUTERS:
        app.include_router(router)
    declare_key_scopes(app)
    _check_idempotent(app)
    app.add_middleware(Conditional)
    app.add_middleware(BodyGuard, limit=settings.limits.body_bytes)
    app.add_middleware(ResponseCache)
    app.add_middleware(AddressLimit, settings=settings.limits, callers=_paths_of_callers(app))
    app.add_middleware(Shield, https=settings.site.public_url.startswith("https://"))
    app.add_middleware(RequestLog, process="api")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with open_services(app.state.settings) as services:
        app.state.services = services
        yield


def _paths_of_callers(app: FastAPI) -> re.Pattern[str]:
    """The paths of the GET routes that ask who calls."""
    reading = [route for route in routes_of(app) if "GET" in (route.methods or ())]
    asking = [route.path_regex.pattern for route in reading if maybe_caller in dependencies_of(route)]
    return re.compile("|".join(re.sub(r"\?P<\w+>", "?:", pattern) for pattern in asking))


def _check_idempotent(app: FastAPI) -> None:
    """Refuse to start with a route that claims an Idempotency-Key and would not keep its answer."""
    for route in routes_of(app):
        if claim_of_request in dependencies_of(route) and not isinstance(route.original_route, IdempotentRoute):
            raise TypeError(f"the router of {route.path} needs route_class=IdempotentRoute")
