"""Answers with pages of cards, as JSON that PostgreSQL wrote.

First pages that are the same for everybody are what a crowd asks for: those go into the response cache
(response_cache.py), and may show a shader for two seconds after it was hidden or deleted. Pages after a cursor do not.
"""

import time
from collections.abc import Callable

from fastapi import Request, Response

from services.api.response_cache import share
from services.api.state import Services
from services.core.kit.pagination import JsonPage
from services.core.shaders.search import ShaderQuery, find


async def list_response(
    request: Request,
    services: Services,
    name: str,
    query: ShaderQuery,
    *,
    cursor: str | None,
    limit: int,
    change: Callable[[JsonPage], JsonPage] | None = None,
) -> Response:
    """The page of the list `name` (which its cursors are bound to), changed by `change` where that is given."""
    if cursor is None:
        share(request, until=time.monotonic() + services.settings.cache.list_seconds)
    page = await find(services.database, query, name=name, cursor=cursor, limit=limit)
    return page_response(page if change is None else change(page))


def page_response(page: JsonPage) -> Response:
    """The page as a response."""
    return Response(page.body(), media_type="application/json")
