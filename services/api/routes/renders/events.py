"""The progress of a shader's pictures as server-sent events (services/api/streams.py).

A stream sends `event: render` with a `RenderPublic`, until nothing more will happen.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from services.api import limits
from services.api.deps import MaybeCallerDep, ServicesDep
from services.api.problems import Problem
from services.api.streams import state_stream, stream_responses
from services.core.kit.topics import TopicSubscription
from services.core.renders.service import topic_of
from services.core.shaders import read

_EXAMPLE = 'event: render\ndata: {"shader_id": "7YkQm2Xb4Ra", "version": 1, "status": "ready"}\n\n'

router = APIRouter(prefix="/api/v1/shaders", tags=["shaders"])


async def subscription(
    shader_id: str, request: Request, services: ServicesDep, _: MaybeCallerDep
) -> AsyncIterator[TopicSubscription]:
    """Subscribed to the shader's pictures until the response is sent; 429 or 503 when there is no room."""
    with services.topics.subscribe(topic_of(shader_id), limits.address_of(request)) as changes:
        yield changes


@router.get(
    "/{shader_id}/events",
    response_class=StreamingResponse,
    responses={
        **stream_responses("`render` events until the pictures are ready or failed", _EXAMPLE),
        404: {"model": Problem, "description": "There is no such shader, or you may not see it"},
    },
)
async def watch_render(
    shader_id: str,
    services: ServicesDep,
    caller: MaybeCallerDep,
    changes: Annotated[TopicSubscription, Depends(subscription)],
    version: Annotated[int | None, Query(ge=1, le=1_000_000, description="The newest unless told")] = None,
) -> StreamingResponse:
    """Watch the pictures of a version come about."""
    async with services.database.read() as session:
        await read.render(session, shader_id, caller, version)
    return state_stream(
        "render",
        services.database,
        changes,
        lambda session: read.render(session, shader_id, caller, version),
        is_settled=read.is_settled,
    )
