"""Server-sent events about something that changes: its state at once, and each change of it.

`state_stream` sends `event: NAME` with the state as data, until it is settled, or `event: gone` when the caller may not
see it any more. Comments keep the connection open. A stream lasts at most `LONGEST_SECONDS`, then the client comes
again by itself, with a token that is still good; `Last-Event-ID` is not needed, as every stream begins with the present
state. No database session is held between two changes. Where there is no room for another stream the subscription is
refused with 429 or 503 (core/kit/topics.py), and the client polls.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from services.api.problems import Problem
from services.core.kit.database import Database, ReadSession
from services.core.kit.errors import NotFoundError, UnavailableError
from services.core.kit.topics import TopicSubscription

LONGEST_SECONDS = 300.0
HEARTBEAT_SECONDS = 15.0

State = TypeVar("State", bound=BaseModel)
Read = Callable[[ReadSession], Awaitable[State]]


def state_stream(
    name: str,
    database: Database,
    changes: TopicSubscription,
    read: Read[State],
    *,
    is_settled: Callable[[State], bool] = lambda _: False,
) -> StreamingResponse:
    """A response that goes on with each of `changes`."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    events = _events(name, database, changes, read, is_settled)
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


def stream_responses(description: str, example: str) -> dict[int | str, dict[str, Any]]:
    """What the API's description says of such a route."""
    content = {"text/event-stream": {"schema": {"type": "string"}, "example": example}}
    return {
        200: {"description": description, "content": content},
        429: {"model": Problem, "description": "Too many streams of yours are open"},
        503: {"model": Problem, "description": "Too many streams are open"},
    }


async def _events(
    name: str,
    database: Database,
    changes: TopicSubscription,
    read: Read[State],
    is_settled: Callable[[State], bool],
) -> AsyncIterator[str]:
    ends_at = time.monotonic() + LONGEST_SECONDS
    last: State | None = None
    yield "retry: 2000\n\n"
    while not changes.closing and time.monotonic() < ends_at:
        try:
            async with database.read() as session:
                state = await read(session)
        except NotFoundError:
            yield "event: gone\ndata: {}\n\n"
            return
        except UnavailableError:
            yield ": the database is away\n\n"
            await changes.wait(HEARTBEAT_SECONDS)
            continue
        if state != last:
            last = state
            yield f"event: {name}\ndata: {state.model_dump_json()}\n\n"
        if is_settled(state):
            return
        if not await changes.wait(HEARTBEAT_SECONDS):
            yield ": still here\n\n"
