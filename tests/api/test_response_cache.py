"""An answer for everybody is given again for its moment: with limits, ETags and metrics as ever, and to nobody else."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from asgi_lifespan import LifespanManager
from sqlalchemy import update

from services.api.app import create_app
from services.api.settings import ApiSettings, CacheSettings
from services.core.kit.database import Database
from services.core.kit.settings import LimitSettings
from services.core.shaders.models import Shader
from tests.factories import make_shader, make_user

FEED = "/api/v1/feed"


@pytest.fixture
async def reader(settings: ApiSettings, database: Database, redis_client: object) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of an application that keeps lists for half a minute and counts up to 8 requests."""
    async with database.write() as session:
        await make_shader(session, author=await make_user(session), title="Tide pool")
    changed = {"cache": CacheSettings(list_seconds=30), "limits": LimitSettings(address="8/3600")}
    async with (
        LifespanManager(create_app(settings.model_copy(update=changed))) as running,
        httpx2.AsyncClient(transport=httpx2.ASGITransport(running.app), base_url="http://test") as client,
    ):
        yield client


async def hide_everything(database: Database) -> None:
    async with database.write() as session:
        await session.execute(update(Shader).values(listed=False))


def plain(answer: httpx2.Response) -> dict[str, Any]:
    """The headers without those that differ from answer to answer."""
    return {name: value for name, value in answer.headers.items() if name not in {"x-request-id", "date"}}


async def test_the_same_answer_comes_again(reader: httpx2.AsyncClient, database: Database) -> None:
    first = await reader.get(FEED)
    await hide_everything(database)
    again = await reader.get(FEED)
    assert again.content == first.content
    assert {**plain(again), "ratelimit-remaining": "7", "ratelimit-reset": "450"} == plain(first)
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert again.headers["cache-control"] == "no-cache"


async def test_requests_are_counted_all_the_same(reader: httpx2.AsyncClient) -> None:
    assert [(await reader.get(FEED)).status_code for _ in range(10)] == [200] * 8 + [429] * 2


async def test_who_has_it_gets_304(reader: httpx2.AsyncClient) -> None:
    first = await reader.get(FEED)
    again = await reader.get(FEED, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert "content-type" not in again.headers
    other = await reader.get(FEED, headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)


async def test_head_has_no_body(reader: httpx2.AsyncClient) -> None:
    first = await reader.get(FEED)
    head = await reader.head(FEED)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])


async def test_another_query_is_another_answer(reader: httpx2.AsyncClient) -> None:
    await reader.get("/api/v1/shaders?q=tide")
    assert (await reader.get("/api/v1/shaders?q=neon")).json()["items"] == []
    assert (await reader.get("/api/v1/shaders?q=tide&limit=0")).status_code == 422


async def test_a_bad_token_is_refused_beside_a_cached_answer(reader: httpx2.AsyncClient) -> None:
    await reader.get(FEED)
    assert (await reader.get(FEED, headers={"Authorization": "Bearer broken"})).status_code == 401


async def test_pages_after_a_cursor_are_not_cached(reader: httpx2.AsyncClient, database: Database) -> None:
    async with database.write() as session:
        await make_shader(session, author=await make_user(session), title="Neon")
    cursor = (await reader.get(f"{FEED}/new?limit=1")).json()["next_cursor"]
    path = f"{FEED}/new?limit=1&cursor={cursor}"
    assert len((await reader.get(path)).json()["items"]) == 1
    await hide_everything(database)
    assert (await reader.get(path)).json()["items"] == []


async def test_the_metrics_name_the_route(reader: httpx2.AsyncClient) -> None:
    for _ in range(3):
        await reader.get("/api/v1/feed/trending")
    text = (await reader.get("/metrics")).text
    series = 'http_requests_total{method="GET",process="api",route="/api/v1/feed/trending",status="200"}'
    line = next(line for line in text.splitlines() if line.startswith(series))
    assert float(line.rsplit(" ", 1)[1]) >= 3
