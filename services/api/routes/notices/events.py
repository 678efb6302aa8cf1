"""How full the inbox is, as server-sent events.

A stream sends `event: inbox` with an `InboxState` at once and after each change of the inbox. It is made as that of a
shader's pictures (services/api/routes/renders/events.py): bounded, without a database session between two changes,
ended after some minutes so that the client comes again with a token that is still good.
"""

import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from services.api.deps import CallerDep, ServicesDep
from services.api.problems import Problem
from services.api.state import Services
from services.core.identity.caller import Caller
from services.core.kit.errors import UnavailableError
from services.core.kit.topics import TopicSubscription
from services.core.notices import service
from services.core.notices.schemas import InboxState

LONGEST_SECONDS = 300.0
HEARTBEAT_SECONDS = 15.0

router = APIRouter(prefix="/api/v1/notices", tags=["notices"])


async def subscription(services: ServicesDep, caller: CallerDep) -> AsyncIterator[TopicSubscription]:
    """Subscribed to the caller's inbox until the response is sent; 429 or 503 when there is no room."""
    with services.topics.subscribe(service.topic_of(caller.user_id), f"user {caller.user_id}") as changes:
        yield changes


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "`inbox` events: the state, and each change of it",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "example": 'event: inbox\ndata: {"unread": 3, "since": "WyI5Y2Q4ZjM0MiIsM10"}\n\n',
                }
            },
        },
        429: {"model": Problem, "description": "Too many streams of yours are open"},
        503: {"model": Problem, "description": "Too many streams are open"},
    },
)
async def watch_inbox(
    services: ServicesDep, caller: CallerDep, changes: Annotated[TopicSubscription, Depends(subscription)]
) -> StreamingResponse:
    """Watch one's inbox fill."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(services, caller, changes), media_type="text/event-stream", headers=headers)


async def _events(services: Services, caller: Caller, changes: TopicSubscription) -> AsyncIterator[str]:
    ends_at = time.monotonic() + LONGEST_SECONDS
    last: InboxState | None = None
    yield "retry: 2000\n\n"
    while not changes.closing and time.monotonic() < ends_at:
        try:
            async with services.database.read() as session:
                state = await service.state(session, caller.user_id)
        except UnavailableError:
            yield ": the database is away\n\n"
            await changes.wait(HEARTBEAT_SECONDS)
            continue
        if state != last:
            last = state
            yield f"event: inbox\ndata: {state.model_dump_json()}\n\n"
        if not await changes.wait(HEARTBEAT_SECONDS):
            yield ": still here\n\n"
