"""Keys that are used, rotated, revoked and made at the same time: no use after the end, no limit passed, no 5xx."""

import asyncio
from collections import Counter

import httpx2
import pytest
from sqlalchemy import func, select
from sqlmodel import col

from services.core.keys.models import ApiKey, ApiKeyUse
from services.core.kit.database import Database
from services.core.shaders.models import Shader
from tests.api.keys import CURRENT, WORK, make_key
from tests.fixtures.accounts import PASSWORD, register, with_token


@pytest.fixture
async def ada(client: httpx2.AsyncClient, database: Database) -> httpx2.AsyncClient:
    return await register(client, "ada")


async def _writes(agent: httpx2.AsyncClient, count: int) -> list[int]:
    return [(await agent.post("/api/v1/shaders", json=WORK)).status_code for _ in range(count)]


async def test_no_request_that_begins_after_the_end_passes(client: httpx2.AsyncClient, ada: httpx2.AsyncClient) -> None:
    made = await make_key(ada, "write")
    agent = with_token(client, made["key"])
    ended = False

    async def work(number: int) -> set[tuple[bool, int]]:
        seen = set()
        left = 5
        while left:
            began_after = ended
            left -= began_after
            if number % 2:
                answer = await agent.post("/api/v1/shaders", json=WORK)
            else:
                answer = await agent.get(CURRENT)
            seen.add((began_after, answer.status_code // 100 * 100 if answer.is_success else answer.status_code))
        return seen

    working = [asyncio.create_task(work(number)) for number in range(6)]
    await asyncio.sleep(0.3)
    assert (await ada.delete(f"/api/v1/keys/{made['id']}")).status_code == 204
    ended = True
    seen = set().union(*await asyncio.gather(*working))
    assert seen >= {(False, 200), (True, 401)}
    assert seen <= {(False, 200), (False, 401), (True, 401)}


async def test_there_are_as_many_audit_rows_as_changes(
    client: httpx2.AsyncClient, ada: httpx2.AsyncClient, database: Database
) -> None:
    made = await make_key(ada, "write")
    agent = with_token(client, made["key"])
    working = [asyncio.create_task(_writes(agent, 8)) for _ in range(5)]
    await asyncio.sleep(0.1)
    for _ in range(4):
        rotated = await ada.post(f"/api/v1/keys/{made['id']}/rotate", json={"overlap_seconds": 3600})
        assert rotated.status_code in {201, 409}, rotated.text
    assert (await ada.delete(f"/api/v1/keys/{made['id']}")).status_code == 204
    statuses = Counter(status for part in await asyncio.gather(*working) for status in part)
    assert set(statuses) <= {201, 401}, "never 503 by a deadlock"
    async with database.read() as session:
        works = await session.scalar(select(func.count()).select_from(Shader))
        uses = await session.scalar(select(func.count()).select_from(ApiKeyUse))
    assert works == uses == statuses[201]


async def test_many_made_at_once_stop_at_twenty(ada: httpx2.AsyncClient) -> None:
    given = {"name": "agent", "scopes": ["read"]}
    answers = await asyncio.gather(*(ada.post("/api/v1/keys", json=given) for _ in range(30)))
    assert Counter(answer.status_code for answer in answers) == {201: 20, 409: 10}


async def test_a_key_rotated_many_times_at_once_has_one_successor(ada: httpx2.AsyncClient) -> None:
    made = await make_key(ada)
    answers = await asyncio.gather(*(ada.post(f"/api/v1/keys/{made['id']}/rotate") for _ in range(8)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    assert len((await ada.get("/api/v1/keys")).json()["items"]) == 2


async def test_rotated_and_revoked_at_once_the_old_key_is_dead(
    client: httpx2.AsyncClient, ada: httpx2.AsyncClient
) -> None:
    for _ in range(6):
        made = await make_key(ada)
        agent = with_token(client, made["key"])
        assert (await agent.get(CURRENT)).status_code == 200
        path = f"/api/v1/keys/{made['id']}"
        rotated, revoked = await asyncio.gather(ada.post(f"{path}/rotate"), ada.delete(path))
        assert (rotated.status_code, revoked.status_code) in {(201, 204), (409, 204)}
        assert (await agent.get(CURRENT)).status_code == 401


async def test_keys_made_while_the_account_is_deleted_do_not_outlive_it(
    client: httpx2.AsyncClient, ada: httpx2.AsyncClient, database: Database
) -> None:
    given = {"name": "agent", "scopes": ["read"]}
    making = [asyncio.create_task(ada.post("/api/v1/keys", json=given)) for _ in range(6)]
    deleting = asyncio.create_task(ada.request("DELETE", "/api/v1/users/me", json={"password": PASSWORD}))
    making += [asyncio.create_task(ada.post("/api/v1/keys", json=given)) for _ in range(6)]
    assert (await deleting).status_code == 204
    answers = await asyncio.gather(*making)
    assert {answer.status_code for answer in answers} <= {201, 401}
    for answer in answers:
        if answer.status_code == 201:
            assert (await with_token(client, answer.json()["key"]).get(CURRENT)).status_code == 401
    async with database.read() as session:
        assert set((await session.scalars(select(col(ApiKey.revoked_at).is_(None)))).all()) <= {False}
