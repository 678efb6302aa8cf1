"""Answers with pages of cards: bytes that PostgreSQL wrote, kept for a moment where they are the same for everybody.

First pages are what a crowd asks for, so those are cached (services/core/brief_cache.py); pages after a cursor are not.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import Response

from services.api.conditional import etag_of
from services.core.shaders.card_json import CardPage
from services.core.shaders.search import ShaderQuery, find

if TYPE_CHECKING:
    from services.api.state import State


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A body and its ETag."""

    body: bytes
    etag: str


async def list_response(opened: "State", name: str, query: ShaderQuery, *, cursor: str | None, limit: int) -> Response:
    """The page of the list `name` (which its cursors are bound to), from the cache if it is a first one."""

    async def make() -> CachedPage:
        page = await find(opened["database"], query, name=name, cursor=cursor, limit=limit)
        body = page.body()
        return CachedPage(body, etag_of(body))

    page = await (opened["lists"].get((name, query, limit), make) if cursor is None else make())
    return Response(page.body, media_type="application/json", headers={"ETag": page.etag})


def page_response(page: CardPage) -> Response:
    """A page that is for one caller only."""
    return Response(page.body(), media_type="application/json")
