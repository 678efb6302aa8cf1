"""Server-sent events of a work's pictures, over a real connection."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import redis.asyncio
from fastapi import FastAPI
from sqlalchemy import select, text, update
from sqlmodel import col

from services.api import streams
from services.api.settings import ApiSettings
from services.contracts.shaders import Visibility
from services.core.accounts.models import User
from services.core.kit import topics
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.renders import service
from services.core.shaders.models import Shader
from services.standalone.ports import held_port
from tests.core.renders.test_service import STILL, answer
from tests.factories import make_shader, make_user
from tests.fixtures.accounts import sign_up
from tests.fixtures.api import app_for
from tests.fixtures.forks import ForkedProcess
from tests.fixtures.ports import on_a_port
from tests.fixtures.processes import Process, environment
from tests.fixtures.worker import eventually


@pytest.fixture
async def served(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis
) -> AsyncIterator[tuple[FastAPI, httpx2.AsyncClient]]:
    """The API behind a real server, and a client for it."""
    app = app_for(settings)
    async with on_a_port(app) as url, httpx2.AsyncClient(base_url=url, timeout=10) as client:
        yield app, client


async def work(database: Database, **fields: Any) -> str:
    async with database.write() as session:
        author = fields.pop("author", None) or await make_user(session)
        return (await make_shader(session, author=author, rendered=False, **fields)).id


@asynccontextmanager
async def watching(client: httpx2.AsyncClient, shader_id: str, **options: Any) -> AsyncIterator[AsyncIterator[str]]:
    """The blocks of a stream, one by one."""
    async with client.stream("GET", f"/api/v1/shaders/{shader_id}/events", **options) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        yield _blocks(response)


async def _blocks(response: httpx2.Response) -> AsyncIterator[str]:
    text_ = ""
    async for part in response.aiter_text():
        text_ += part
        while "\n\n" in text_:
            block, _, text_ = text_.partition("\n\n")
            yield block


async def event(blocks: AsyncIterator[str]) -> dict[str, Any]:
    """The next `render` event's data."""
    while True:
        block = await asyncio.wait_for(anext(blocks), 5)
        if block.startswith("event: render\ndata: "):
            data: dict[str, Any] = json.loads(block.partition("data: ")[2])
            return data


async def ended(blocks: AsyncIterator[str], within: float = 5) -> list[str]:
    """What still comes until the stream ends."""
    async with asyncio.timeout(within):
        return [block async for block in blocks]


async def finish(database: Database, shader_id: str, *, code: str | None = None) -> None:
    async with database.write() as session:
        job = await service.claim_still(session, shader_id, 1)
        assert job is not None
    async with database.write() as session:
        if code is None:
            await service.finish_ready(session, job, STILL, answer(animated=False))
        else:
            await service.finish_failed(session, job, code, [])


Served = tuple[FastAPI, httpx2.AsyncClient]


async def test_a_stream_tells_the_present_state_and_every_change_and_ends(served: Served, database: Database) -> None:
    shader_id = await work(database)
    async with watching(served[1], shader_id, headers={"Last-Event-ID": "nonsense"}) as blocks:
        assert (await event(blocks))["status"] == "pending"
        async with database.write() as session:
            job = await service.claim_still(session, shader_id, 1)
            assert job is not None
        assert (await event(blocks))["status"] == "rendering"
        async with database.write() as session:
            await service.finish_ready(session, job, STILL, answer())
        ready = await event(blocks)
        assert (ready["status"], ready["preview_status"]) == ("ready", "pending")
        assert ready["still_url"] == f"/renders/{STILL}"
        async with database.write() as session:
            job = await service.claim_preview(session, shader_id, 1)
            assert job is not None
            await service.skip_preview(session, job, "budget")
        assert (await event(blocks))["preview_reason"] == "budget"
        assert await ended(blocks) == []


async def test_a_change_arrives_at_once(served: Served, database: Database) -> None:
    shader_id = await work(database)
    async with watching(served[1], shader_id) as blocks:
        await event(blocks)
        await asyncio.sleep(0.3)
        started = time.monotonic()
        await finish(database, shader_id, code="memory_limit")
        while (await event(blocks))["status"] != "failed":
            pass
        assert time.monotonic() - started < streams.HEARTBEAT_SECONDS / 2


async def test_a_settled_work_has_one_event(served: Served, database: Database) -> None:
    shader_id = await work(database)
    await finish(database, shader_id)
    async with watching(served[1], shader_id) as blocks:
        assert (await event(blocks))["status"] == "ready"
        assert await ended(blocks) == []


async def test_only_those_who_may_see_the_work_may_watch_it(served: Served, database: Database) -> None:
    client = served[1]
    token = {"Authorization": f"Bearer {(await sign_up(client, 'ada'))['access_token']}"}
    other = {"Authorization": f"Bearer {(await sign_up(client, 'eve'))['access_token']}"}
    async with database.read() as session:
        ada = (await session.scalars(select(User).where(col(User.handle) == "ada"))).one()
    private = await work(database, author=ada, visibility=Visibility.PRIVATE)
    await finish(database, private, code="compile_failed")
    for headers in ({}, other):
        response = await client.get(f"/api/v1/shaders/{private}/events", headers=headers)
        assert (response.status_code, response.json()["code"]) == (404, "not_found")
    async with watching(client, private, headers=token) as blocks:
        assert (await event(blocks))["failure_code"] == "compile_failed"
    assert (await client.get("/api/v1/shaders/nothing/events")).status_code == 404
    assert (await client.get(f"/api/v1/shaders/{private}/events", headers={"Authorization": "x"})).status_code == 401


async def test_a_quiet_stream_is_kept_open_without_a_database_session(
    served: Served, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.1)
    app, client = served
    shader_id = await work(database)
    async with watching(client, shader_id) as blocks:
        await event(blocks)
        assert [await anext(blocks) for _ in range(3)] == [": still here"] * 3
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 15.0)
    async with watching(client, shader_id) as first, watching(client, shader_id) as second:
        for blocks in (first, second):
            await event(blocks)
        await eventually(lambda: app.state.services.database.engine.pool.checkedout() == 1)


async def test_a_client_that_goes_away_leaves_nothing(served: Served, database: Database) -> None:
    app, client = served
    shader_id = await work(database)
    for _ in range(3):
        async with watching(client, shader_id) as blocks:
            await event(blocks)
    await eventually(lambda: app.state.services.topics.count == 0)


async def test_streams_are_bounded_for_a_client_and_for_the_process(
    served: Served, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "MOST_PER_CLIENT", 1)
    client = served[1]
    shader_id = await work(database)
    async with watching(client, shader_id) as blocks:
        await event(blocks)
        refused = await client.get(f"/api/v1/shaders/{shader_id}/events")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
        monkeypatch.setattr(topics, "MOST_PER_CLIENT", 9)
        monkeypatch.setattr(topics, "MOST_SUBSCRIPTIONS", 1)
        assert (await client.get(f"/api/v1/shaders/{shader_id}/events")).status_code == 503


async def test_the_bound_holds_for_streams_that_are_asked_for_at_once(
    served: Served, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "MOST_PER_CLIENT", 3)
    app, client = served
    shader_id = await work(database)
    statuses: list[int] = []

    async def watch() -> None:
        async with client.stream("GET", f"/api/v1/shaders/{shader_id}/events") as response:
            statuses.append(response.status_code)
            await eventually(lambda: len(statuses) == 12)

    await asyncio.gather(*(watch() for _ in range(12)))
    assert sorted(statuses) == [200] * 3 + [429] * 9
    await eventually(lambda: app.state.services.topics.count == 0)


async def test_a_cut_listening_connection_loses_no_change(served: Served, database: Database) -> None:
    shader_id = await work(database)
    async with watching(served[1], shader_id) as blocks:
        await event(blocks)
        await asyncio.sleep(0.2)
        async with database.write() as session:
            await session.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
            )
        await finish(database, shader_id)
        while (await event(blocks))["status"] != "ready":
            pass


async def test_a_work_that_is_deleted_meanwhile_is_gone(served: Served, database: Database) -> None:
    shader_id = await work(database)
    async with watching(served[1], shader_id) as blocks:
        await event(blocks)
        async with database.write() as session:
            await session.execute(update(Shader).where(col(Shader.id) == shader_id).values(deleted_at=utc_now()))
            await topics.publish(session, service.topic_of(shader_id))
        assert await ended(blocks) == ["event: gone\ndata: {}"]


@pytest.fixture
def api(settings: ApiSettings, redis_client: redis.asyncio.Redis, tmp_path: Path) -> Iterator[tuple[Process, str]]:
    """The API as a process, and where it will be."""
    port = held_port()
    process = ForkedProcess("api", ["-m", "services.api", "--port", str(port)], environment(settings), tmp_path)
    process.start()
    yield process, f"http://127.0.0.1:{port}"
    process.kill()


async def test_open_streams_do_not_hold_up_the_stop(api: tuple[Process, str], database: Database) -> None:
    process, url = api
    shader_id = await work(database)
    async with httpx2.AsyncClient(base_url=url, timeout=20) as client:
        await eventually(lambda: "running on" in process.text(), within=60)
        async with watching(client, shader_id) as blocks:
            await event(blocks)
            started = time.monotonic()
            stopping = asyncio.create_task(asyncio.to_thread(process.stop))
            assert await ended(blocks) == []
            await stopping
            assert time.monotonic() - started < 3
