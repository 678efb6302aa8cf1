"""Listing and searching shaders."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.api.card_lists import list_response
from services.api.deps import Cursor, Limit, ServicesDep
from services.contracts.glsl import Dialect
from services.contracts.pages import Page
from services.contracts.shaders import AiLabel, ShaderSummary
from services.core.shaders.search import MAX_TEXT, Period, ShaderQuery, Sort

router = APIRouter(prefix="/api/v1/shaders", tags=["shaders"])

Words = Annotated[
    str | None,
    Query(
        alias="q",
        max_length=MAX_TEXT,
        description='Words that a shader has to have; `"a phrase"`, `or` and `-word` work. The last may be unfinished',
        examples=["neon rain"],
    ),
]
Tags = Annotated[
    list[str] | None, Query(alias="tag", max_length=8, description="Tags that a shader has to have, all of them")
]


@router.get("", response_model=Page[ShaderSummary])
async def search(
    request: Request,
    services: ServicesDep,
    words: Words = None,
    tags: Tags = None,
    author: Annotated[str | None, Query(max_length=40, description="The author's handle")] = None,
    licence: Annotated[str | None, Query(max_length=64, examples=["CC-BY-4.0"])] = None,
    dialect: Dialect | None = None,
    ai_label: AiLabel | None = None,
    period: Annotated[Period, Query(description="By the time of publication")] = Period.ALL,
    sort: Annotated[Sort | None, Query(description="Relevance where there are words, else hot, unless told")] = None,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Response:
    """Shaders that everybody may see, by text and filters. First pages may be two seconds old."""
    query = ShaderQuery.make(
        words=words,
        tags=tags,
        author=author.lower() if author is not None else None,
        licence=licence,
        dialect=dialect,
        ai_label=ai_label,
        period=period,
        sort=sort,
    )
    return await list_response(request, services, "shaders", query, cursor=cursor, limit=limit)
