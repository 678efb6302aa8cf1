"""`GET /renders/{name}`: pictures from the object store, to who may see a shader that has them.

A name is the hash of its bytes, so it is the ETag and its content never changes; but whether it may be served does.
The API is asked (services/api/routes/renders/pictures.py), and its answer is kept for `picture_seconds`. Caches on the
way keep a picture of public shaders for a minute, then they ask again and get 304 or 404; pictures by a link stay with
the browser. Whatever has not the form of a name is answered with 404 without asking anybody.
"""

import asyncio
from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

from services.core.kit.cache import TtlCache
from services.core.kit.errors import NotFoundError, RateLimitedError
from services.core.kit.storage import CONTENT_TYPES, ObjectStore, is_object_name
from services.web.server.api_client import ApiClient

_PATH = "/api/v1/pictures"
_PUBLIC = "public, max-age=60, must-revalidate"
_PRIVATE = "private, no-cache"
_MOST_NAMES = 50
_REMEMBERED = 10_000
_LONGEST_LINK = 200

_Waiting = dict[str, tuple[Request, asyncio.Future[bool]]]


class VisiblePictures:
    """Asks the API which pictures may be served, each for `seconds`.

    One question about public pictures is on its way at a time; those that are wanted meanwhile go into the next.
    """

    def __init__(self, api: ApiClient, *, seconds: float) -> None:
        self._api = api
        self._cache: TtlCache[bool] = TtlCache(seconds=seconds, size=_REMEMBERED)
        self._links: TtlCache[set[str]] = TtlCache(seconds=seconds)
        self._waiting: _Waiting = {}
        self._asking: asyncio.Task[None] | None = None

    async def to_everybody(self, request: Request, name: str) -> bool:
        """Whether everybody may have the object `name`."""
        return await self._cache.get(name, lambda: self._to_everybody(request, name))

    async def by_link(self, request: Request, name: str, link: str) -> bool:
        """Whether who has the link with this query may have it."""
        if not link or len(link) > _LONGEST_LINK:
            return False
        return name in await self._links.get((name, link), lambda: self._ask(request, [name], link))

    async def _to_everybody(self, request: Request, name: str) -> bool:
        if name not in self._waiting:
            self._waiting[name] = request, asyncio.get_running_loop().create_future()
        answer = self._waiting[name][1]
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_for_all())
        # Whoever goes away must not take it from the others.
        return await asyncio.shield(answer)

    async def _ask_for_all(self) -> None:
        while self._waiting:
            names = list(self._waiting)[:_MOST_NAMES]
            asked = {name: self._waiting.pop(name) for name in names}
            try:
                visible = await self._ask(next(iter(asked.values()))[0], names, "")
            except Exception as error:
                self._refuse(asked, error)
            else:
                for name, (_, answer) in asked.items():
                    answer.set_result(name in visible)

    def _refuse(self, asked: _Waiting, error: Exception) -> None:
        """A visitor who asks too often is refused alone: the question went on the account of the first."""
        refused = list(asked)[:1] if isinstance(error, RateLimitedError) else list(asked)
        for name in refused:
            asked.pop(name)[1].set_exception(error)
        self._waiting = {**asked, **self._waiting}

    async def _ask(self, request: Request, names: list[str], link: str) -> set[str]:
        return set(await self._api.get(request, _PATH, {"name": names, "link": link}))


async def picture(request: Request) -> Response:
    """The bytes under a name; 404 also for what the visitor may not see."""
    name, link = request.path_params["name"], request.url.query
    if not is_object_name(name):
        raise NotFoundError
    visible: VisiblePictures = request.app.state.pictures
    is_public = await visible.to_everybody(request, name)
    if not is_public and not await visible.by_link(request, name, link):
        raise NotFoundError
    etag = f'"{PurePosixPath(name).stem}"'
    headers = {
        "Cache-Control": _PUBLIC if is_public else _PRIVATE,
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    store: ObjectStore = request.app.state.store
    data = await store.get(name)
    return Response(data, media_type=CONTENT_TYPES[PurePosixPath(name).suffix[1:]], headers=headers)
