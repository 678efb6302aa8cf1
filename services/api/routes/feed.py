"""The feed: personal, trending, new; and what visitors saw of it."""

from fastapi import APIRouter, Request, Response

from services.api.card_lists import list_response, page_response
from services.api.deps import CallerDep, Cursor, Limit, MaybeCallerDep, ServicesDep, WriteDep, account_limit
from services.contracts.pages import Page
from services.contracts.shaders import ShaderSummary
from services.core.feed import recording
from services.core.feed.schemas import EventsTaken, FeedEvents
from services.core.shaders.search import ShaderQuery, Sort

router = APIRouter(prefix="/api/v1/feed", tags=["feed"])
ROUTERS = (router,)

_TRENDING = ShaderQuery(sort=Sort.HOT)
_NEW = ShaderQuery(sort=Sort.NEW)


@router.get("", response_model=Page[ShaderSummary])
async def read(
    request: Request, services: ServicesDep, caller: MaybeCallerDep, cursor: Cursor = None, limit: Limit = 20
) -> Response:
    """The caller's own feed when signed in (up to 300 shaders; the pages keep the size of the first), else trending."""
    if caller is None:
        return await list_response(request, services, "trending", _TRENDING, cursor=cursor, limit=limit)
    return page_response(await services.feed.page(caller.user_id, cursor=cursor, limit=limit))


@router.get("/trending", response_model=Page[ShaderSummary])
async def trending(request: Request, services: ServicesDep, cursor: Cursor = None, limit: Limit = 20) -> Response:
    """All shaders by their hot score. The first page may be two seconds old."""
    return await list_response(request, services, "trending", _TRENDING, cursor=cursor, limit=limit)


@router.get("/new", response_model=Page[ShaderSummary])
async def newest(request: Request, services: ServicesDep, cursor: Cursor = None, limit: Limit = 20) -> Response:
    """All shaders, the latest first. The first page may be two seconds old."""
    return await list_response(request, services, "new", _NEW, cursor=cursor, limit=limit)


@router.post("/events", status_code=202, dependencies=[account_limit("events_account")])
async def record(body: FeedEvents, caller: CallerDep, session: WriteDep) -> EventsTaken:
    """Say which cards came into view and how long shaders were looked at; the feed learns from it."""
    return await recording.record(session, user_id=caller.user_id, events=body.events)
