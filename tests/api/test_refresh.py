"""Refresh tokens over HTTP: rotation, replay, lost answers, expiry."""

import asyncio
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from services.core.accounts.models import AuthSession, RefreshToken
from services.core.kit.database import Database
from services.core.privacy.retention import delete_old_rows
from tests.fixtures.accounts import sign_up, with_token

PATH = "/api/v1/auth/refresh"


async def _refresh(client: httpx2.AsyncClient, token: str) -> httpx2.Response:
    return await client.post(PATH, json={"refresh_token": token})


async def _age(database: Database, time: timedelta) -> None:
    """Make everything look as if it had happened so much earlier."""
    async with database.write() as session:
        moved = {name: col(getattr(RefreshToken, name)) - time for name in ("created_at", "expires_at", "used_at")}
        await session.execute(update(RefreshToken).values(moved))
        expiry = {name: col(getattr(AuthSession, name)) - time for name in ("created_at", "expires_at")}
        await session.execute(update(AuthSession).values(expiry))


async def test_the_new_tokens_work_and_are_new(client: httpx2.AsyncClient) -> None:
    first = await sign_up(client, "ada")
    second = (await _refresh(client, first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["session_id"] == first["session_id"]
    assert (await with_token(client, second["access_token"]).get("/api/v1/users/me")).status_code == 200
    third = await _refresh(client, second["refresh_token"])
    assert third.status_code == 200


async def test_twenty_at_once_stay_signed_in_as_one_family(client: httpx2.AsyncClient, database: Database) -> None:
    first = await sign_up(client, "ada")
    answers = await asyncio.gather(*(_refresh(client, first["refresh_token"]) for _ in range(20)))
    assert [answer.status_code for answer in answers] == [200] * 20
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    assert (await _refresh(client, answers[0].json()["refresh_token"])).status_code == 200
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(AuthSession)) == 1


async def test_a_lost_answer_is_given_again(client: httpx2.AsyncClient) -> None:
    first = await sign_up(client, "ada")
    lost = (await _refresh(client, first["refresh_token"])).json()["refresh_token"]
    again = (await _refresh(client, first["refresh_token"])).json()["refresh_token"]
    assert again == lost
    assert (await _refresh(client, again)).status_code == 200


async def test_an_old_token_ends_the_family_on_all_sides(client: httpx2.AsyncClient, database: Database) -> None:
    first = await sign_up(client, "ada")
    second = (await _refresh(client, first["refresh_token"])).json()
    await _age(database, timedelta(seconds=11))
    answer = await _refresh(client, first["refresh_token"])
    assert (answer.status_code, answer.json()["code"]) == (401, "reused_refresh_token")
    assert (await _refresh(client, second["refresh_token"])).json()["code"] == "invalid_refresh_token"
    for tokens in (first, second):
        assert (await with_token(client, tokens["access_token"]).get("/api/v1/users/me")).status_code == 401
    async with database.read() as session:
        assert (await session.scalars(select(col(AuthSession.revoked_reason)))).all() == ["reuse"]


@pytest.mark.parametrize(("days", "status"), [(6, 200), (8, 401), (31, 401)])
async def test_an_idle_token_expires(client: httpx2.AsyncClient, database: Database, days: int, status: int) -> None:
    first = await sign_up(client, "ada")
    await _age(database, timedelta(days=days))
    assert (await _refresh(client, first["refresh_token"])).status_code == status


async def test_a_used_family_expires_all_the_same(client: httpx2.AsyncClient, database: Database) -> None:
    token = (await sign_up(client, "ada"))["refresh_token"]
    statuses = []
    for _ in range(6):
        await _age(database, timedelta(days=6))
        answer = await _refresh(client, token)
        statuses.append(answer.status_code)
        token = answer.json().get("refresh_token", token)
    assert statuses == [200, 200, 200, 200, 401, 401]


async def test_other_sessions_live_on_when_one_is_reused(client: httpx2.AsyncClient, database: Database) -> None:
    first, bob = await sign_up(client, "ada"), await sign_up(client, "bob")
    await _refresh(client, first["refresh_token"])
    await _age(database, timedelta(seconds=11))
    await _refresh(client, first["refresh_token"])
    assert (await _refresh(client, bob["refresh_token"])).status_code == 200


@pytest.mark.parametrize("body", [{}, {"refresh_token": ""}, {"refresh_token": "x"}, {"refresh_token": None}, None])
async def test_nothing_and_nonsense_are_401(client: httpx2.AsyncClient, body: object) -> None:
    answer = await client.post(PATH, json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_refresh_token")


async def test_a_flushed_redis_logs_nobody_out(
    client: httpx2.AsyncClient, database: Database, redis_client: object
) -> None:
    first = await sign_up(client, "ada")
    await redis_client.flushall()  # type: ignore[attr-defined]
    assert (await with_token(client, first["access_token"]).get("/api/v1/users/me")).status_code == 200
    assert (await _refresh(client, first["refresh_token"])).status_code == 200


async def test_housekeeping_signs_nobody_out(client: httpx2.AsyncClient, database: Database) -> None:
    token = (await sign_up(client, "ada"))["refresh_token"]
    for _ in range(14):
        await _age(database, timedelta(days=2))
        token = (await _refresh(client, token)).json()["refresh_token"]
        async with database.write() as session:
            await delete_old_rows(session)
    async with database.read() as session:
        assert 0 < (await session.scalar(select(func.count()).select_from(RefreshToken)) or 0) < 8


async def test_housekeeping_takes_ended_sessions_with_their_tokens(
    client: httpx2.AsyncClient, database: Database
) -> None:
    ended = await sign_up(client, "ada")
    await with_token(client, ended["access_token"]).post("/api/v1/auth/logout")
    kept = await sign_up(client, "bob")
    async with database.write() as session:
        await session.execute(update(AuthSession).values(revoked_at=col(AuthSession.revoked_at) - timedelta(days=31)))
        assert await delete_old_rows(session) == 1
        assert await session.scalar(select(func.count()).select_from(RefreshToken)) == 1
    assert (await _refresh(client, kept["refresh_token"])).status_code == 200
