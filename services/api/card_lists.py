"""Answers with pages of cards: bytes that PostgreSQL wrote, kept for a moment where they are the same for everybody.

First pages are what a crowd asks for, so those are kept (services/core/kit/cache.py), and the answer itself is given
again (services/api/shared_pages.py) as long as that. Pages after a cursor are not.
"""

import time

from fastapi import Request, Response

from services.api.conditional import etag_of
from services.api.shared_pages import CachedPage, share
from services.api.state import Services
from services.core.kit.pagination import JsonPage
from services.core.shaders.search import ShaderQuery, find


async def list_response(
    request: Request, services: Services, name: str, query: ShaderQuery, *, cursor: str | None, limit: int
) -> Response:
    """The page of the list `name` (which its cursors are bound to), from the cache if it is a first one."""

    async def make() -> CachedPage:
        until = time.monotonic() + services.settings.cache.list_seconds
        page = await find(services.database, query, name=name, cursor=cursor, limit=limit)
        body = page.body()
        return CachedPage(body, etag_of(body), until)

    if cursor is not None:
        page = await make()
    else:
        page = await services.lists.get((name, query, limit), make)
        share(request, until=page.until)
    return Response(page.body, media_type="application/json", headers={"ETag": page.etag})


def page_response(page: JsonPage) -> Response:
    """A page that is for one caller only."""
    return Response(page.body(), media_type="application/json")
