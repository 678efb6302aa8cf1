"""Works, votes and looks for tests of feeds over HTTP."""

from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import select
from sqlmodel import col

from services.core.accounts.models import User
from services.core.feed import taste
from services.core.feed.models import Exposure
from services.core.kit.database import Database
from tests.factories import make_shader, make_user

FEED = "/api/v1/feed"
EVENTS = "/api/v1/feed/events"


async def make_works(database: Database, *works: dict[str, Any], handle: str | None = None) -> list[str]:
    """Works in this order of time, of one author or each of its own; their ids."""
    async with database.write() as session:
        one = await make_user(session, handle=handle) if handle else None
        return [(await make_shader(session, author=one or await make_user(session), **fields)).id for fields in works]


async def vote(client: httpx2.AsyncClient, shader_id: str, value: str = "up") -> None:
    answer = await client.put(f"/api/v1/shaders/{shader_id}/vote", json={"value": value})
    assert answer.status_code == 200, answer.text


async def learn(database: Database, handle: str) -> dict[str, float]:
    """What the worker does for the job."""
    async with database.write() as session:
        user_id = await user_of(database, handle)
        return await taste.rebuild(session, user_id)


async def user_of(database: Database, handle: str) -> UUID:
    async with database.read() as session:
        return (await session.scalars(select(col(User.id)).where(col(User.handle) == handle))).one()


async def exposure_of(database: Database, shader_id: str) -> tuple[int, int]:
    """Impressions and long looks."""
    async with database.read() as session:
        row = await session.get(Exposure, shader_id)
        return (row.impressions, row.looked) if row else (0, 0)


def reader_of(app: Any, like: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """A client of `app` with the credentials of `like`."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://test", headers=like.headers)
