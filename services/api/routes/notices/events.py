"""How full the inbox is, as server-sent events (services/api/streams.py): `event: inbox` with an `InboxState`."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from services.api.deps import CallerDep, ServicesDep
from services.api.streams import state_stream, stream_responses
from services.core.kit.topics import TopicSubscription
from services.core.notices import service

_EXAMPLE = 'event: inbox\ndata: {"unread": 3, "since": "WyI5Y2Q4ZjM0MiIsM10"}\n\n'

router = APIRouter(prefix="/api/v1/notices", tags=["notices"])


async def subscription(services: ServicesDep, caller: CallerDep) -> AsyncIterator[TopicSubscription]:
    """Subscribed to the caller's inbox until the response is sent; 429 or 503 when there is no room."""
    with services.topics.subscribe(service.topic_of(caller.user_id), f"user {caller.user_id}") as changes:
        yield changes


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses=stream_responses("`inbox` events: the state, and each change of it", _EXAMPLE),
)
async def watch_inbox(
    services: ServicesDep, caller: CallerDep, changes: Annotated[TopicSubscription, Depends(subscription)]
) -> StreamingResponse:
    """Watch one's inbox fill."""
    return state_stream("inbox", services.database, changes, lambda session: service.state(session, caller.user_id))
