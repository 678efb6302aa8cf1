"""The web process as an application: `create_app(settings)`.

It reads works from the API and pictures from the object store, and reaches no database. Every failure is a page with a
sentence: 404 for what is not there, 503 while the API or the store is down.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import quote

import prometheus_client
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from services.core.errors import FractafragError, InvalidInputError
from services.core.observability import App, RequestLog
from services.core.storage import ObjectStore
from services.web.server.api_client import ApiClient
from services.web.server.assets import Assets
from services.web.server.for_agents import ForAgents
from services.web.server.frame import Frame, Page
from services.web.server.gallery_page import Wanted, gallery_page
from services.web.server.html import tag
from services.web.server.pictures import picture
from services.web.server.settings import WebSettings
from services.web.server.work_page import work_page
from services.web.server.works import CardPage, Lineage, VersionPage, Work


def create_app(settings: WebSettings, *, api: App | None = None) -> Starlette:
    """The application. `api` is the API's application when it lives in this process, else `settings.web.api_url`."""
    assets = Assets()
    frame = Frame(settings.site.name, settings.site.public_url, assets)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.api = ApiClient(settings.web.api_url, api, hops=settings.limits.trusted_proxies)
        app.state.store = ObjectStore(settings.storage)
        app.state.frame = frame
        yield
        await app.state.api.close()

    app = Starlette(
        routes=[
            Route("/", gallery),
            Route("/s/{id}", work),
            Route("/renders/{name:path}", picture),
            Route("/assets/{mark}/{name}", assets.serve),
            Route("/favicon.svg", assets.favicon),
            Route("/favicon.ico", assets.favicon),
            *ForAgents(settings.site).routes,
            Route("/healthz", _alive),
            Route("/readyz", _alive),
            Route("/metrics", _metrics),
        ],
        exception_handlers={FractafragError: _refused, HTTPException: _not_served, Exception: _broken},
        lifespan=lifespan,
    )
    app.add_middleware(RequestLog, process="web")
    return app


async def gallery(request: Request) -> Response:
    """`GET /`: a list of works."""
    api, frame = _parts(request)
    wanted = Wanted.of(request.query_params)
    try:
        found = await api.get(request, "/api/v1/shaders", wanted.parameters())
    except InvalidInputError:
        # A link with another list's cursor begins again; what cannot be searched for is found nowhere.
        if wanted.cursor:
            return RedirectResponse(replace(wanted, cursor="").address())
        found = {"items": []}
    return frame.response(gallery_page(CardPage.model_validate(found), wanted))


async def work(request: Request) -> Response:
    """`GET /s/{id}`: one work."""
    api, frame = _parts(request)
    path = f"/api/v1/shaders/{quote(request.path_params['id'], safe='')}"
    shader = Work.model_validate(await api.get(request, path))
    versions = VersionPage.model_validate(await api.get(request, f"{path}/versions", {"limit": "20"}))
    lineage = Lineage(ancestors=[])
    if shader.parent is not None:
        lineage = Lineage.model_validate(await api.get(request, f"{path}/lineage"))
    return frame.response(work_page(shader, versions.items, lineage.ancestors))


def _parts(request: Request) -> tuple[ApiClient, Frame]:
    return request.app.state.api, request.app.state.frame


def _message(request: Request, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    frame: Frame = request.app.state.frame
    body = tag("p", sentence, " ", tag("a", "See the gallery", href="/"), class_="note")
    return frame.response(Page("", body, status=status, headers=dict(headers or {})))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, FractafragError)  # noqa: S101 -- tells mypy what Starlette promises
    if error.status in {404, 422}:
        return _message(request, 404, "There is nothing at this address.")
    if error.status == 429:
        return _message(request, 429, "That was too often; wait a moment and try again.", error.headers)
    sentence = "A part of the site is down at the moment. Nothing is lost; try again in a few seconds."
    return _message(request, 503, sentence, {"Retry-After": "5"})


async def _not_served(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 -- as above
    if error.status_code == 404:
        return _message(request, 404, "There is nothing at this address.")
    return _message(request, error.status_code, "This address does not take that kind of request.", error.headers)


async def _broken(request: Request, _: Exception) -> Response:
    return _message(request, 500, "Something went wrong here. Nothing is lost; try again in a moment.")


async def _alive(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _metrics(request: Request) -> Response:
    if "x-forwarded-for" in request.headers:
        # Came through the ingress, whose `/` is ours as a whole; who scrapes asks the process itself.
        raise HTTPException(404)
    return Response(prometheus_client.generate_latest(), media_type=prometheus_client.CONTENT_TYPE_LATEST)
