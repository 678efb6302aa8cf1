"""Dependencies of the routes, as annotated aliases: sessions, the caller, paging.

A write session commits before the response leaves (`scope="function"`): a failed commit is never answered with 200.
"""

from collections.abc import AsyncIterator
from typing import Annotated, TypedDict, cast

import redis.asyncio
from fastapi import Depends, Query, Request

from services.core.db import Database, ReadSession, WriteSession
from services.core.renders.client import RendererPool
from services.core.settings import Settings
from services.core.storage import ObjectStore


class State(TypedDict):
    """What the lifespan opens once for all requests."""

    settings: Settings
    database: Database
    redis: redis.asyncio.Redis
    store: ObjectStore
    renderers: RendererPool


def state(request: Request) -> State:
    """The application's state."""
    return cast("State", request.app.state.opened)


StateDep = Annotated[State, Depends(state)]


async def read_session(opened: StateDep) -> AsyncIterator[ReadSession]:
    """A read-only transaction for this request."""
    async with opened["database"].read() as session:
        yield session


async def write_session(opened: StateDep) -> AsyncIterator[WriteSession]:
    """This request's transaction."""
    async with opened["database"].write() as session:
        yield session


ReadDep = Annotated[ReadSession, Depends(read_session, scope="function")]
WriteDep = Annotated[WriteSession, Depends(write_session, scope="function")]

Cursor = Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before")]
Limit = Annotated[int, Query(ge=1, le=100, description="How many items at most")]
