"""Registration, sign-in, sign-out, sessions and passwords over HTTP."""

import asyncio
import statistics
import time
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select, update
from sqlmodel import col

from services.core.accounts import repository
from services.core.accounts.models import AuthSession, User
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.standalone.postgres import EmbeddedPostgres
from tests.fixtures.accounts import PASSWORD, log_in, register, sign_up, with_token
from tests.fixtures.database import waits_for_a_lock


def _given(handle: str = "ada", **fields: Any) -> dict[str, Any]:
    return {"handle": handle, "email": f"{handle}@example.org", "password": PASSWORD, **fields}


class TestRegister:
    async def test_a_new_user_is_signed_in(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client, "Ada")
        answer = await ada.get("/api/v1/users/me")
        assert answer.status_code == 200
        assert answer.json()["handle"] == "ada"
        assert answer.json()["email"] == "ada@example.org"
        assert "password" not in answer.text

    async def test_the_refresh_token_goes_into_a_cookie_by_default(self, client: httpx2.AsyncClient) -> None:
        answer = await client.post("/api/v1/auth/register", json=_given())
        assert answer.json()["refresh_token"] is None
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("fractafrag-refresh=")
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Path=/;" in cookie
        assert answer.headers["cache-control"] == "no-store"

    async def test_the_body_transport_sets_no_cookie(self, client: httpx2.AsyncClient) -> None:
        answer = await client.post("/api/v1/auth/register", json=_given(token_transport="body"))
        assert len(answer.json()["refresh_token"]) == 43
        assert "set-cookie" not in answer.headers

    @pytest.mark.parametrize(
        "handle",
        ["", "a", "ab", "-ada", "ada-", "a--b", "a_-b", "ä-da", "ada lovelace", "x" * 33, "admin", "deleted-1"],
    )
    async def test_a_bad_handle_is_refused(self, client: httpx2.AsyncClient, handle: str) -> None:
        answer = await client.post("/api/v1/auth/register", json={**_given(), "handle": handle})
        assert answer.status_code == 422
        assert answer.json()["fields"][0]["field"] == "handle"

    @pytest.mark.parametrize(
        "email", ["", "ada", "ada@", "@example.org", "a b@example.org", "x" * 400 + "@example.org"]
    )
    async def test_a_bad_address_is_refused(self, client: httpx2.AsyncClient, email: str) -> None:
        answer = await client.post("/api/v1/auth/register", json={**_given(), "email": email})
        assert answer.status_code == 422

    @pytest.mark.parametrize(
        "password", ["short", "x" * 257, "password1!", "12345678", "qwertyuiop", "Dr4gon2024", "lovelace", "aaaaaaaaaa"]
    )
    async def test_a_weak_password_is_refused(self, client: httpx2.AsyncClient, password: str) -> None:
        answer = await client.post("/api/v1/auth/register", json=_given("lovelace", password=password))
        assert answer.status_code == 422
        assert answer.json()["code"] == "weak_password"
        assert password not in answer.text

    async def test_a_long_password_counts_to_its_last_character(self, client: httpx2.AsyncClient) -> None:
        long = "correct horse battery staple " * 8
        await sign_up(client, "ada", password=long)
        wrong = {"login": "ada", "password": long[:-1] + "x"}
        assert (await client.post("/api/v1/auth/login", json=wrong)).status_code == 401
        assert (await client.post("/api/v1/auth/login", json={**wrong, "password": long})).status_code == 200

    async def test_a_taken_handle_or_address_is_a_conflict(self, client: httpx2.AsyncClient) -> None:
        await sign_up(client, "ada")
        handle = await client.post("/api/v1/auth/register", json=_given("ADA", email="else@example.org"))
        assert (handle.status_code, handle.json()["code"]) == (409, "handle_taken")
        email = await client.post("/api/v1/auth/register", json=_given("bob", email="ADA@EXAMPLE.ORG"))
        assert (email.status_code, email.json()["code"]) == (409, "email_taken")

    @pytest.mark.parametrize("same", ["handle", "email"])
    async def test_of_ten_at_once_one_gets_the_handle_or_the_address(
        self, client: httpx2.AsyncClient, migrated: EmbeddedPostgres, same: str
    ) -> None:
        """And PostgreSQL refuses none: its log would quote the address."""
        log = migrated.folder / "postgres.log"
        before = log.stat().st_size
        given = [_given(f"ada{number}") | {same: _given()[same]} for number in range(10)]
        answers = await asyncio.gather(*(client.post("/api/v1/auth/register", json=each) for each in given))
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
        assert {answer.json().get("code") for answer in answers} == {None, f"{same}_taken"}
        assert "duplicate key" not in log.read_text()[before:]


class TestLogin:
    @pytest.mark.parametrize("login", ["ada", "ADA", " ada@example.org ", "Ada@Example.Org"])
    async def test_handle_or_address_sign_in(self, client: httpx2.AsyncClient, login: str) -> None:
        await sign_up(client, "ada")
        assert (await log_in(client, login))["user"]["handle"] == "ada"

    async def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(self, client: httpx2.AsyncClient) -> None:
        await sign_up(client, "ada")
        wrong = await client.post("/api/v1/auth/login", json={"login": "ada", "password": "not the one"})
        unknown = await client.post("/api/v1/auth/login", json={"login": "eve", "password": "not the one"})
        address = await client.post("/api/v1/auth/login", json={"login": "e@x.org", "password": "not the one"})
        assert wrong.status_code == unknown.status_code == address.status_code == 401
        for answer in (wrong, unknown, address):
            assert {**answer.json(), "request_id": ""} == {**wrong.json(), "request_id": ""}
        assert wrong.json()["code"] == "invalid_credentials"

    async def test_a_wrong_password_and_an_unknown_user_take_the_same_time(self, client: httpx2.AsyncClient) -> None:
        await sign_up(client, "ada")
        times: dict[str, list[float]] = {"ada": [], "eve": []}
        for _ in range(25):
            for login, taken in times.items():
                begun = time.perf_counter()
                await client.post("/api/v1/auth/login", json={"login": login, "password": "not the one"})
                taken.append(time.perf_counter() - begun)
        known, unknown = (statistics.median(taken) for taken in times.values())
        assert 0.6 < unknown / known < 1.6

    async def test_a_suspended_user_hears_so_only_with_the_password(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        tokens = await sign_up(client, "ada")
        async with database.write() as session:
            await session.execute(update(User).values(suspended_at=utc_now()))
        right = await client.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD})
        assert (right.status_code, right.json()["code"]) == (403, "suspended")
        wrong = await client.post("/api/v1/auth/login", json={"login": "ada", "password": "not the one"})
        assert wrong.json()["code"] == "invalid_credentials"
        renewed = await client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
        assert renewed.status_code == 401

    async def test_a_hash_of_weaker_settings_is_replaced(self, client: httpx2.AsyncClient, database: Database) -> None:
        from passlib.hash import argon2

        await sign_up(client, "ada")
        weak = argon2.using(type="ID", memory_cost=8192, time_cost=1, parallelism=2).hash(PASSWORD)
        async with database.write() as session:
            await session.execute(update(User).values(password_hash=weak))
        await log_in(client, "ada")
        async with database.read() as session:
            stored = await session.scalar(select(col(User.password_hash)))
        assert stored != weak
        assert ",p=1$" in str(stored)
        await log_in(client, "ada")


class TestLogout:
    async def test_it_ends_access_and_refresh_at_once(self, client: httpx2.AsyncClient) -> None:
        tokens = await sign_up(client, "ada")
        ada = with_token(client, tokens["access_token"])
        assert (await ada.post("/api/v1/auth/logout")).status_code == 204
        answer = await ada.get("/api/v1/users/me")
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        renewed = await client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
        assert (renewed.status_code, renewed.json()["code"]) == (401, "invalid_refresh_token")

    async def test_the_cookie_alone_is_enough_and_is_taken_away(self, client: httpx2.AsyncClient) -> None:
        answer = await client.post("/api/v1/auth/register", json=_given())
        ada = with_token(client, answer.json()["access_token"])
        assert "fractafrag-refresh" in client.cookies
        out = await client.post("/api/v1/auth/logout")
        assert out.status_code == 204
        assert set(client.cookies) == {"fractafrag-device"}, "the device stays known"
        assert (await ada.get("/api/v1/users/me")).status_code == 401

    async def test_with_an_expired_access_token_the_refresh_token_is_enough(self, client: httpx2.AsyncClient) -> None:
        tokens = await sign_up(client, "ada")
        given = {"refresh_token": tokens["refresh_token"]}
        answer = await with_token(client, "broken").post("/api/v1/auth/logout", json=given)
        assert answer.status_code == 204
        assert (await client.post("/api/v1/auth/refresh", json=given)).status_code == 401

    async def test_without_anything_there_is_nothing_to_end(self, client: httpx2.AsyncClient) -> None:
        assert (await client.post("/api/v1/auth/logout")).status_code == 204


class TestSessions:
    async def test_they_are_listed_the_last_used_first(self, client: httpx2.AsyncClient) -> None:
        await client.post("/api/v1/auth/register", json=_given(), headers={"User-Agent": "first\x7f"})
        tokens = await log_in(client, "ada")
        items = (await with_token(client, tokens["access_token"]).get("/api/v1/auth/sessions")).json()["items"]
        assert [item["current"] for item in items] == [True, False]
        assert items[1]["user_agent"] == "first"
        assert items[1]["address"] == "127.0.0.1"

    async def test_one_is_ended(self, client: httpx2.AsyncClient) -> None:
        first = await sign_up(client, "ada")
        second = with_token(client, (await log_in(client, "ada"))["access_token"])
        path = f"/api/v1/auth/sessions/{first['session_id']}"
        assert (await second.delete(path)).status_code == 204
        assert (await with_token(client, first["access_token"]).get("/api/v1/users/me")).status_code == 401
        assert (await second.get("/api/v1/users/me")).status_code == 200
        assert (await second.delete(path)).status_code == 404

    async def test_nobody_ends_a_strangers_session(self, client: httpx2.AsyncClient) -> None:
        ada = await sign_up(client, "ada")
        eve = await register(client, "eve")
        assert (await eve.delete(f"/api/v1/auth/sessions/{ada['session_id']}")).status_code == 404
        assert (await with_token(client, ada["access_token"]).get("/api/v1/users/me")).status_code == 200

    async def test_all_others_are_ended(self, client: httpx2.AsyncClient) -> None:
        olds = [await sign_up(client, "ada"), await log_in(client, "ada")]
        last = with_token(client, (await log_in(client, "ada"))["access_token"])
        assert (await last.delete("/api/v1/auth/sessions")).status_code == 204
        for old in olds:
            assert (await with_token(client, old["access_token"]).get("/api/v1/users/me")).status_code == 401
        assert len((await last.get("/api/v1/auth/sessions")).json()["items"]) == 1


class TestChangePassword:
    async def test_other_sessions_end_and_the_new_password_counts(self, client: httpx2.AsyncClient) -> None:
        other = await sign_up(client, "ada")
        ada = with_token(client, (await log_in(client, "ada"))["access_token"])
        given = {"current_password": PASSWORD, "new_password": "eight suns over Porto"}
        assert (await ada.post("/api/v1/auth/password", json=given)).status_code == 204
        assert (await ada.get("/api/v1/users/me")).status_code == 200
        assert (await with_token(client, other["access_token"]).get("/api/v1/users/me")).status_code == 401
        renewed = await client.post("/api/v1/auth/refresh", json={"refresh_token": other["refresh_token"]})
        assert renewed.status_code == 401
        await log_in(client, "ada", "eight suns over Porto")
        old = await client.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD})
        assert old.status_code == 401

    async def test_a_wrong_or_weak_one_changes_nothing(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client, "ada")
        wrong = {"current_password": "not the one", "new_password": "eight suns over Porto"}
        answer = await ada.post("/api/v1/auth/password", json=wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "wrong_password")
        weak = {"current_password": PASSWORD, "new_password": "12345678"}
        assert (await ada.post("/api/v1/auth/password", json=weak)).json()["code"] == "weak_password"
        await log_in(client, "ada")

    async def test_a_sign_in_with_the_old_one_that_comes_at_the_same_time_opens_nothing(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        user_id = UUID((await sign_up(client, "ada"))["user"]["id"])
        async with database.write() as session:
            user = await repository.lock_user(session, user_id)
            assert user is not None
            late = asyncio.create_task(client.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD}))
            await waits_for_a_lock(database)
            user.password_hash = None
        answer = await late
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")

    async def test_of_two_at_once_one_wins(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client, "ada")
        passwords = ["eight suns over Porto", "nine seas under Faro"]
        answers = await asyncio.gather(
            *(
                ada.post("/api/v1/auth/password", json={"current_password": PASSWORD, "new_password": new})
                for new in passwords
            )
        )
        assert sorted(answer.status_code for answer in answers) == [204, 409]
        winner = passwords[[answer.status_code for answer in answers].index(204)]
        await log_in(client, "ada", winner)


async def test_the_stored_tokens_are_hashes(client: httpx2.AsyncClient, database: Database) -> None:
    tokens = await sign_up(client, "ada")
    async with database.read() as session:
        family = (await session.scalars(select(AuthSession))).one()
        stored = str((await session.execute(select(User.__table__))).all())  # type: ignore[attr-defined]
    assert str(family.id) == tokens["session_id"]
    assert PASSWORD not in stored
