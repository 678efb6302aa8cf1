"""Listing and searching shaders."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.api.card_lists import list_response
from services.api.deps import Cursor, Limit, ServicesDep
from services.contracts.pages import Page
from services.contracts.shaders import ShaderSummary
from services.core.shaders.search import ShaderFilters, ShaderQuery

router = APIRouter(prefix="/api/v1/shaders", tags=["shaders"])


class SearchQuery(ShaderFilters):
    """The filters and the page."""

    cursor: Cursor = None
    limit: Limit = 20


@router.get("", response_model=Page[ShaderSummary])
async def search(request: Request, services: ServicesDep, query: Annotated[SearchQuery, Query()]) -> Response:
    """Shaders that everybody may see, by text and filters. First pages may be two seconds old."""
    found = ShaderQuery.of(query)
    return await list_response(request, services, "shaders", found, cursor=query.cursor, limit=query.limit)
