"""`Idempotency-Key`: a creating request that is sent twice does its work once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from asgi_lifespan import LifespanManager
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel
from sqlalchemy import func, select, text

from services.api.deps import CallerDep, IdempotencyDep, IdempotentRoute, WriteDep
from services.api.settings import ApiSettings
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database
from services.core.kit.errors import ConflictError
from services.core.kit.idempotency import IdempotencyRecord
from tests.fixtures.accounts import PASSWORD, register
from tests.fixtures.api import app_for

router = APIRouter(prefix="/api/v1/things", route_class=IdempotentRoute)


class Thing(BaseModel):
    name: str


class Made(BaseModel):
    id: int | None
    name: str


@router.post("", status_code=201, response_model=Made)
async def make(body: Thing, response: Response, caller: CallerDep, session: WriteDep, _: IdempotencyDep) -> Any:
    row = OutboxMessage(actor=body.name, queue="default")
    session.add(row)
    await session.flush()
    if body.name == "slow":
        await session.execute(text("SELECT pg_sleep(0.4)"))
    if body.name == "late failure":
        raise ConflictError
    if body.name == "returned failure":
        return JSONResponse({}, 409)
    if body.name == "streamed":
        return StreamingResponse(iter(["{}"]), 201)
    response.headers["Location"] = f"/api/v1/things/{row.id}"
    return Made(id=row.id, name=body.name)


@pytest.fixture
async def app(settings: ApiSettings, database: Database, redis_client: object) -> AsyncIterator[FastAPI]:
    application = app_for(settings, router)
    async with LifespanManager(application):
        yield application


async def _post(client: httpx2.AsyncClient, name: str, key: str | None = "k1") -> httpx2.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post("/api/v1/things", json={"name": name}, headers=headers)


async def _rows(database: Database, table: type) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_the_same_request_gets_the_same_answer_and_does_nothing(
    client: httpx2.AsyncClient, database: Database
) -> None:
    ada = await register(client)
    first, second = await _post(ada, "one"), await _post(ada, "one")
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert first.headers["location"] == second.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert second.headers["content-type"] == first.headers["content-type"]
    assert await _rows(database, OutboxMessage) == 1


async def test_without_a_key_each_request_works(client: httpx2.AsyncClient, database: Database) -> None:
    ada = await register(client)
    await _post(ada, "one", None)
    await _post(ada, "one", None)
    assert await _rows(database, OutboxMessage) == 2
    assert await _rows(database, IdempotencyRecord) == 0


async def test_another_body_with_the_key_is_refused(client: httpx2.AsyncClient, database: Database) -> None:
    ada = await register(client)
    await _post(ada, "one")
    answer = await _post(ada, "two")
    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_mismatch"
    assert await _rows(database, OutboxMessage) == 1


async def test_keys_of_two_users_do_not_meet(client: httpx2.AsyncClient, database: Database) -> None:
    await _post(await register(client), "one")
    answer = await _post(await register(client), "two")
    assert answer.status_code == 201
    assert await _rows(database, OutboxMessage) == 2


async def test_a_failed_request_stores_nothing(client: httpx2.AsyncClient, database: Database) -> None:
    ada = await register(client)
    assert (await _post(ada, "late failure")).status_code == 409
    assert await _rows(database, IdempotencyRecord) == 0
    assert (await _post(ada, "one")).status_code == 201


@pytest.mark.parametrize("name", ["returned failure", "streamed"])
async def test_what_cannot_be_kept_is_not(client: httpx2.AsyncClient, database: Database, name: str) -> None:
    ada = await register(client)
    await _post(ada, name)
    assert await _rows(database, IdempotencyRecord) == 0
    assert "idempotency-replayed" not in (await _post(ada, name)).headers


async def test_ten_at_once_do_the_work_once(client: httpx2.AsyncClient, database: Database) -> None:
    ada = await register(client)
    answers = await asyncio.gather(*(_post(ada, "slow") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 9
    assert await _rows(database, OutboxMessage) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "é"])
async def test_an_unusable_key_is_refused(client: httpx2.AsyncClient, key: str) -> None:
    ada = await register(client)
    answer = await ada.post("/api/v1/things", json={"name": "one"}, headers={b"Idempotency-Key": key.encode()})
    assert answer.status_code == 422


async def test_a_registration_sent_twice_signs_in_twice(client: httpx2.AsyncClient) -> None:
    given = {"handle": "ada", "email": "ada@example.org", "password": PASSWORD, "token_transport": "body"}
    headers = {"Idempotency-Key": "r1"}
    first = await client.post("/api/v1/auth/register", json=given, headers=headers)
    second = await client.post("/api/v1/auth/register", json=given, headers=headers)
    assert first.status_code == second.status_code == 201
    assert second.headers["idempotency-replayed"] == "true"
    assert first.json()["user"] == second.json()["user"]
    assert first.json()["session_id"] != second.json()["session_id"]
    wrong = await client.post("/api/v1/auth/register", json={**given, "password": "another good one"}, headers=headers)
    assert wrong.status_code == 401
    other = await client.post("/api/v1/auth/register", json={**given, "handle": "bob"}, headers=headers)
    assert other.json()["code"] == "idempotency_mismatch"
    without = await client.post("/api/v1/auth/register", json=given)
    assert without.json()["code"] == "handle_taken"
