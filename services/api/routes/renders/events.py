"""The progress of a shader's pictures as server-sent events.

A stream sends the present state at once and then each change, as `event: render` with a `RenderPublic` as data, until
nothing more will happen. Comments keep the connection open. A stream lasts at most `LONGEST_SECONDS`, then the browser
comes again by itself; `Last-Event-ID` is not needed, as every stream begins with the present state. No database
session is held between two changes. Where there is no room for another stream the client gets 429 or 503 and polls.
"""

import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from services.api import limits
from services.api.deps import MaybeCallerDep, ServicesDep
from services.api.problems import Problem
from services.api.state import Services
from services.contracts.shaders import RenderPublic
from services.core.identity.caller import Caller
from services.core.kit.errors import NotFoundError, UnavailableError
from services.core.kit.topics import TopicSubscription
from services.core.renders.service import topic_of
from services.core.shaders import read

LONGEST_SECONDS = 300.0
HEARTBEAT_SECONDS = 15.0
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
        200: {
            "description": "`render` events until the pictures are ready or failed",
            "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
        },
        404: {"model": Problem, "description": "There is no such shader, or you may not see it"},
        429: {"model": Problem, "description": "Too many streams of yours are open"},
        503: {"model": Problem, "description": "Too many streams are open"},
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
    events = _events(services, shader_id, caller, version, changes)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


async def _events(
    services: Services, shader_id: str, caller: Caller | None, version: int | None, changes: TopicSubscription
) -> AsyncIterator[str]:
    ends_at = time.monotonic() + LONGEST_SECONDS
    last: RenderPublic | None = None
    yield "retry: 2000\n\n"
    while not changes.closing and time.monotonic() < ends_at:
        try:
            async with services.database.read() as session:
                render = await read.render(session, shader_id, caller, version)
        except NotFoundError:
            yield "event: gone\ndata: {}\n\n"
            return
        except UnavailableError:
            yield ": the database is away\n\n"
            await changes.wait(HEARTBEAT_SECONDS)
            continue
        if render != last:
            last = render
            yield f"event: render\ndata: {render.model_dump_json()}\n\n"
        if read.is_settled(render):
            return
        if not await changes.wait(HEARTBEAT_SECONDS):
            yield ": still here\n\n"
