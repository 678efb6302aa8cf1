"""The web process as an application: `create_app(settings)`.

It serves the files of the site, writes the document around each page, and hands out pictures of the object store. What
a document says of a shader it reads from the API, as an anonymous visitor; it reaches no database. Every failure is a
document with the same site in it: 404 for what is not there or not public (its author still sees it, the script asks
with the author's token), 503 while the API or the store is down; the script then asks by itself until it is back.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

import prometheus_client
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from services.core.kit.errors import FractafragError, NotFoundError
from services.core.kit.observability import App, RequestLog
from services.core.kit.storage import ObjectStore
from services.web.server import pages
from services.web.server.api_client import ApiClient
from services.web.server.built import Built
from services.web.server.for_agents import ForAgents
from services.web.server.frame import Frame, Page
from services.web.server.html import tag
from services.web.server.manifest import manifest_route
from services.web.server.pictures import VisiblePictures, picture
from services.web.server.settings import WebSettings
from services.web.server.sitemap import Sitemap

_SMALL_FILES = ("/favicon.svg", "/favicon.ico", "/icon-192.png", "/icon-512.png", "/icon-maskable-512.png")
_RETRY_SECONDS = 5

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(settings: WebSettings, *, api: App | None = None) -> Starlette:
    """The application. `api` is the API's application when it lives in this process, else `settings.web.api_url`."""
    built = Built()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.api = ApiClient(settings.web.api_url, api, hops=settings.limits.trusted_proxies)
        app.state.store = ObjectStore(settings.storage)
        app.state.pictures = VisiblePictures(app.state.api, seconds=settings.web.picture_seconds)
        app.state.frame = Frame(settings.site.name, settings.site.public_url, built)
        yield
        await app.state.api.close()

    app = Starlette(
        routes=[
            *_pages(),
            Route("/renders/{name:path}", picture),
            Route("/assets/{name}", built.asset),
            *(Route(path, built.small_file) for path in _SMALL_FILES),
            manifest_route(settings.site),
            *Sitemap(settings.site.public_url).routes,
            *ForAgents(settings.site).routes,
            Route("/healthz", _alive),
            Route("/readyz", _alive),
            Route("/metrics", _metrics),
            Route("/{path:path}/", _without_slash),
        ],
        exception_handlers={FractafragError: _refused, HTTPException: _not_served, Exception: _broken},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.add_middleware(RequestLog, process="web")
    return app


def _pages() -> list[Route]:
    """The addresses of the site; `src/app/Pages.tsx` has the same."""
    return [
        Route("/", feed),
        Route("/explore", _shell("Explore")),
        Route("/s/{id}", shader),
        Route("/s/{id}/v/{version:int}", shader),
        Route("/embed/{id}", embed),
        Route("/desires", _shell("Desires")),
        Route("/desires/new", _shell("Make a wish", is_listed=False)),
        Route("/desires/{id}", desire),
        Route("/u/{handle}", profile),
        Route("/new", _shell("New shader")),
        Route("/edit/{id}", _shell("Edit", is_listed=False)),
        Route("/import", _shell("Import")),
        Route("/inbox", _shell("Inbox", is_listed=False)),
        Route("/settings", _shell("Settings", is_listed=False)),
        Route("/settings/{section}", _shell("Settings", is_listed=False)),
        Route("/answer", _shell("Answer a decision", is_listed=False)),
        Route("/decisions", _shell("Decisions about your shaders", is_listed=False)),
        Route("/moderation", _shell("Moderation", is_listed=False)),
        Route("/moderation/wishes", _shell("Moderation", is_listed=False)),
        Route("/moderation/log", _shell("Moderation", is_listed=False)),
        Route("/moderation/pledges", _shell("Moderation", is_listed=False)),
        Route("/payments/return", _shell("Your payment", is_listed=False)),
        Route("/sign-in", _shell("Sign in")),
        Route("/register", _shell("Register")),
        Route("/sign-in/with/{provider}", _shell("Sign in", is_listed=False)),
        Route("/sign-in/link", _shell("Link your account", is_listed=False)),
        Route("/forgot", _shell("Forgotten password", is_listed=False)),
        Route("/reset", _shell("New password", is_listed=False)),
        Route("/verify", _shell("Confirm your address", is_listed=False)),
        Route("/confirm-address", _shell("Use your new address", is_listed=False)),
        Route("/revert-address", _shell("Take your address back", is_listed=False)),
        Route("/unsubscribe", _shell("No more mails like this", is_listed=False)),
        Route("/about", _shell("About")),
    ]


def _shell(title: str, *, is_listed: bool = True) -> Endpoint:
    """A page that needs nothing of the API before it is drawn."""

    async def endpoint(request: Request) -> Response:
        return _frame(request).response(request, Page(title, is_listed=is_listed))

    return endpoint


async def feed(request: Request) -> Response:
    """`GET /`."""
    frame = _frame(request)
    return frame.response(request, pages.feed(await _read(request, pages.FEED_PATH), frame.site_name))


async def shader(request: Request) -> Response:
    """`GET /s/{id}` and `GET /s/{id}/v/{version}`."""
    answer = await _read(request, pages.shader_path(request.path_params["id"]))
    return _frame(request).response(request, pages.shader(answer))


async def embed(request: Request) -> Response:
    """`GET /embed/{id}`."""
    answer = await _read(request, pages.shader_path(request.path_params["id"]))
    return _frame(request).response(request, pages.embed(answer))


async def profile(request: Request) -> Response:
    """`GET /u/{handle}`."""
    answer = await _read(request, pages.user_path(request.path_params["handle"]))
    return _frame(request).response(request, pages.profile(answer))


async def desire(request: Request) -> Response:
    """`GET /desires/{id}`."""
    answer = await _read(request, pages.desire_path(request.path_params["id"]))
    return _frame(request).response(request, pages.desire(answer))


async def _read(request: Request, path: str) -> object:
    api: ApiClient = request.app.state.api
    return await api.get(request, path)


def _frame(request: Request) -> Frame:
    frame: Frame = request.app.state.frame
    return frame


def _message(request: Request, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    plain = tag("p", sentence, " ", tag("a", "See the gallery", href="/"))
    reload_after = _RETRY_SECONDS if status == 503 else None
    page = Page(plain=plain, status=status, is_listed=False, reload_after=reload_after, headers=dict(headers or {}))
    return _frame(request).response(request, page)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, FractafragError)  # noqa: S101 -- tells mypy what Starlette promises
    if isinstance(error, NotFoundError) or error.status == 422:
        return _message(request, 404, "There is nothing at this address.")
    if error.status == 429:
        return _message(request, 429, "That was too often; wait a moment and try again.", error.headers)
    sentence = "A part of the site is down at the moment. Nothing is lost; try again in a few seconds."
    return _message(request, 503, sentence, {"Retry-After": str(_RETRY_SECONDS)})


async def _not_served(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 -- as above
    if error.status_code == 404:
        return _message(request, 404, "There is nothing at this address.")
    return _message(request, error.status_code, "This address does not take that kind of request.", error.headers)


async def _broken(request: Request, _: Exception) -> Response:
    return _message(request, 500, "Something went wrong here. Nothing is lost; try again in a moment.")


async def _without_slash(request: Request) -> Response:
    """Starlette's own redirect would name the host that the client named."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{request.path_params['path'].strip('/')}{query}")


async def _alive(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _metrics(request: Request) -> Response:
    if "x-forwarded-for" in request.headers:
        # Came through the ingress, whose `/` is ours as a whole; who scrapes asks the process itself.
        raise HTTPException(404)
    return Response(prometheus_client.generate_latest(), media_type=prometheus_client.CONTENT_TYPE_LATEST)
