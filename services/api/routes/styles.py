"""Works that are like one."""

import time
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.api.card_lists import page_response
from services.api.deps import MaybeCallerDep, ServicesDep
from services.api.response_cache import share
from services.api.routes.shaders.shaders import ShaderId
from services.contracts.pages import Page
from services.contracts.shaders import ShaderSummary
from services.core.styles.similar import MOST, similar

router = APIRouter(prefix="/api/v1/shaders", tags=["shaders"])
ROUTERS = (router,)


@router.get("/{shader_id}/similar", response_model=Page[ShaderSummary])
async def read_similar(
    shader_id: ShaderId,
    request: Request,
    caller: MaybeCallerDep,
    services: ServicesDep,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 12,
) -> Response:
    """Listed shaders that look and are built alike, the nearest first. One list without further pages; empty while a
    shader is too new, or not published. Two at most are of its own lineage."""
    found = await similar(services.database, caller, shader_id, limit=limit)
    if found.public:
        share(request, until=time.monotonic() + services.settings.cache.list_seconds)
    return page_response(found.page)
