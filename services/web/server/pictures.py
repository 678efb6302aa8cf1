"""`GET /renders/{name}`: pictures from the object store, to who may see a shader that has them.

A name is the hash of its bytes, or of those of the picture that it is a smaller copy of, so it is the ETag and its
content never changes; but whether it may be served does. Who may have a picture may have its copies.
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
from services.core.kit.storage import CONTENT_TYPES, ObjectStore, is_object_name, original_name
from services.web.server.api_client import ApiClient

_PATH = "/api/v1/pictures"
_PUBLIC = "public, max-age=60, must-revalidate"
_PRIVATE = "private, no-cache"
_MOST_NAMES = 50
_MOST_QUESTIONS = 2
_REMEMBERED = 10_000
_LONGEST_LINK = 200

_Waiting = dict[str, tuple[Request, asyncio.Future[bool]]]


class VisiblePictures:
    """Asks the API which pictures may be served, each for `seconds`.

    A few questions about public pictures are on their way at a time; those that are wanted meanwhile go into the next.
    """

    def __init__(self, api: ApiClient, *, seconds: float) -> None:
        self._api = api
        self._cache: TtlCache[bool] = TtlCache(seconds=seconds, size=_REMEMBERED)
        self._links: TtlCache[set[str]] = TtlCache(seconds=seconds)
        self._waiting: _Waiting = {}
        self._asking = set[asyncio.Task[None] | None]()

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
        if len(self._asking) < _MOST_QUESTIONS:
            self._asking.add(asyncio.create_task(self._ask_for_all()))
        # Whoever goes away must not take it from the others.
        return await asyncio.shield(answer)

    async def _ask_for_all(self) -> None:
        while self._waiting:
            names = list(self._waiting)[:_MOST_NAMES]
            await self._answer({name: self._waiting.pop(name) for name in names})
        # At once, and not when the task is done: who comes in between would wait for nobody.
        self._asking.discard(asyncio.current_task())

    async def _answer(self, batch: _Waiting) -> None:
        """A visitor who asks too often is refused alone: each question goes on the account of the first."""
        while batch:
            try:
                visible = await self._ask(next(iter(batch.values()))[0], list(batch), "")
            except RateLimitedError as error:
                batch.pop(next(iter(batch)))[1].set_exception(error)
            except Exception as error:
                for _, answer in batch.values():
                    answer.set_exception(error)
                return
            else:
                for name, (_, answer) in batch.items():
                    answer.set_result(name in visible)
                return

    async def _ask(self, request: Request, names: list[str], link: str) -> set[str]:
        return set(await self._api.get(request, _PATH, {"name": names, "link": link}))


async def picture(request: Request) -> Response:
    """The bytes under a name; 404 also for what the visitor may not see."""
    name, link = request.path_params["name"], request.url.query
    if not is_object_name(name):
        raise NotFoundError
    visible: VisiblePictures = request.app.state.pictures
    original = original_name(name)
    is_public = await visible.to_everybody(request, original)
    if not is_public and not await visible.by_link(request, original, link):
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
