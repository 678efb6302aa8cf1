"""The feeds: personal, trending, new; and what users saw of them."""

from fastapi import APIRouter, Request, Response

from services.api import limits
from services.api.card_lists import list_response, page_response
from services.api.deps import CallerDep, Cursor, KeyUseDep, Limit, MaybeCallerDep, ServicesDep, account_limit
from services.api.quick_route import QuickRoute
from services.api.state import services_of
from services.contracts.pages import Page
from services.contracts.shaders import ShaderSummary
from services.core.feed.reasons import with_trending
from services.core.feed.recording import Batch
from services.core.feed.schemas import EventsTaken, FeedCard, FeedEvents
from services.core.jobs.outbox import current_request_id
from services.core.shaders.search import ShaderQuery, Sort

router = APIRouter(prefix="/api/v1/feed", tags=["feed"])
quick_router = APIRouter(prefix="/api/v1/feed", tags=["feed"], route_class=QuickRoute)

_TRENDING = ShaderQuery(sort=Sort.HOT)
_NEW = ShaderQuery(sort=Sort.NEW)


@quick_router.get("", response_model=Page[FeedCard])
async def read(request: Request, caller: MaybeCallerDep, cursor: Cursor = None, limit: Limit = 20) -> Response:
    """The caller's own feed when signed in (up to 300 shaders; the pages keep the size of the first), else trending.

    Each card says why it is there.
    """
    services = services_of(request)
    if caller is None:
        return await list_response(
            request, services, "trending", _TRENDING, cursor=cursor, limit=limit, change=with_trending
        )
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
async def record(
    body: FeedEvents, request: Request, services: ServicesDep, caller: CallerDep, note: KeyUseDep
) -> EventsTaken:
    """Say which cards came into view and how long shaders were looked at; the feed learns from it."""
    network = limits.network_of(limits.address_of(request))
    return await services.intake.take(Batch(caller.user_id, network, body.events, note, current_request_id()))
