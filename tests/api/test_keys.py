"""API keys over HTTP: made, used, rotated, revoked."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlmodel import col

from services.core.accounts.models import User
from services.core.keys.models import ApiKey, ApiKeyUse
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from tests.api.keys import CURRENT, WORK, make_key
from tests.api.walks import ids_of
from tests.fixtures.accounts import PASSWORD, register, with_token


async def refusal_of(client: httpx2.AsyncClient, key: str) -> tuple[str, str]:
    """Code and detail that a key gets, which is 401."""
    answer = await client.get(CURRENT, headers={b"Authorization": b"Bearer " + key.encode()})
    assert answer.status_code == 401, answer.text
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    return answer.json()["code"], answer.json()["detail"]


async def end_at(database: Database, key_id: str, days: float) -> None:
    """Let the key expire in so many days."""
    async with database.write() as session:
        at = utc_now() + timedelta(days=days)
        await session.execute(update(ApiKey).where(col(ApiKey.id) == UUID(key_id)).values(expires_at=at))


@pytest.fixture
async def ada(client: httpx2.AsyncClient, database: Database) -> httpx2.AsyncClient:
    return await register(client, "ada")


class TestUse:
    async def test_a_key_says_who_it_is(self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient) -> None:
        made = await make_key(ada, "write", "read", "write", expires_in_days=30)
        assert made["key"].startswith(made["prefix"])
        assert (len(made["key"]), len(made["prefix"])) == (51, 12)
        found = (await with_token(client, made["key"]).get(CURRENT)).json()
        assert found == {
            "id": made["id"],
            "name": "agent",
            "prefix": made["prefix"],
            "scopes": ["read", "write"],
            "expires_at": made["expires_at"],
            "handle": "ada",
        }

    async def test_a_token_says_that_it_may_do_everything(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient
    ) -> None:
        found = (await ada.get(CURRENT)).json()
        assert (found.pop("handle"), found.pop("scopes")) == ("ada", ["read", "write", "bounty"])
        assert set(found.values()) == {None}
        assert (await client.get(CURRENT)).status_code == 401

    async def test_a_missing_scope_is_named(self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient) -> None:
        reader = with_token(client, (await make_key(ada, "read"))["key"])
        answer = await reader.post("/api/v1/shaders", json=WORK)
        assert (answer.status_code, answer.json()["code"], answer.json()["scope"]) == (403, "missing_scope", "write")
        assert "write" in answer.json()["detail"]
        assert 'scope="write"' in answer.headers["www-authenticate"]

    @pytest.mark.parametrize(
        "value",
        [
            "ff_live_",
            "ff_live_" + "A" * 42,
            "ff_live_" + "A" * 44,
            "ff_live_" + "A" * 42 + "é",
            "ff_live_" + "A" * 42 + "٣",
            "ff_live_" + "A" * 42 + "+",
            "ff_live_" + "A" * 100_000,
            "ff_live_' OR 1=1 --",
            "ff_live_%00" + "A" * 39,
        ],
    )
    async def test_what_cannot_be_a_key_is_401(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, value: str
    ) -> None:
        assert await refusal_of(client, value) == ("invalid_token", "This is no API key")

    async def test_each_end_says_which(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, database: Database
    ) -> None:
        expired, revoked = await make_key(ada), await make_key(ada)
        await end_at(database, expired["id"], -0.001)
        await ada.delete(f"/api/v1/keys/{revoked['id']}")
        assert (await refusal_of(client, expired["key"]))[1] == "This API key has expired"
        assert (await refusal_of(client, revoked["key"]))[1] == "This API key was revoked"
        assert (await refusal_of(client, "ff_live_" + "A" * 43))[1] == "There is no such API key"
        assert (await refusal_of(client, revoked["key"][:-1] + "!"))[1] == "This is no API key"

    async def test_a_key_that_expires_while_it_is_known_ends_in_time(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, database: Database
    ) -> None:
        made = await make_key(ada)
        await end_at(database, made["id"], 0.5 / 86_400)
        agent = with_token(client, made["key"])
        assert (await agent.get(CURRENT)).status_code == 200
        await asyncio.sleep(0.6)
        assert (await refusal_of(client, made["key"]))[1] == "This API key has expired"

    async def test_the_key_of_a_suspended_account_is_401(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, database: Database
    ) -> None:
        made = await make_key(ada)
        async with database.write() as session:
            await session.execute(update(User).values(suspended_at=utc_now()))
        assert (await refusal_of(client, made["key"]))[1] == "The account of this API key is suspended"

    async def test_a_bad_key_is_refused_where_none_is_needed(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient
    ) -> None:
        bad = with_token(client, "ff_live_" + "A" * 43)
        assert (await bad.get("/api/v1/feed")).status_code == 401


class TestMaking:
    @pytest.mark.parametrize(
        "change",
        [
            {"name": ""},
            {"name": " \n "},
            {"name": "x" * 81},
            {"name": "a\x1b[31mb"},
            {"name": "a\u202eb"},
            {"scopes": []},
            {"scopes": ["admin"]},
            {"scopes": "read"},
            {"scopes": ["read"] * 11},
            {"expires_in_days": 0},
            {"expires_in_days": 366},
            {"key": "ff_live_" + "A" * 43},
        ],
    )
    async def test_bad_values_are_refused(self, ada: httpx2.AsyncClient, change: dict[str, Any]) -> None:
        answer = await ada.post("/api/v1/keys", json={"name": "agent", "scopes": ["read"], **change})
        assert answer.status_code == 422, answer.text

    async def test_twenty_work_at_a_time(self, ada: httpx2.AsyncClient, database: Database) -> None:
        made = [await make_key(ada) for _ in range(20)]
        answer = await ada.post("/api/v1/keys", json={"name": "one more", "scopes": ["read"]})
        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_keys")
        await ada.delete(f"/api/v1/keys/{made[0]['id']}")
        await end_at(database, made[1]["id"], -1)
        for _ in range(2):
            await make_key(ada)
        assert (await ada.post("/api/v1/keys", json={"name": "x", "scopes": ["read"]})).status_code == 409

    async def test_the_list_shows_no_value_and_forgets_old_ones(
        self, ada: httpx2.AsyncClient, client: httpx2.AsyncClient, database: Database
    ) -> None:
        made = [await make_key(ada, name=f"key {number}") for number in range(5)]
        await make_key(await register(client, "bob"))
        await end_at(database, made[0]["id"], -31)
        await end_at(database, made[1]["id"], -29)
        await ada.delete(f"/api/v1/keys/{made[2]['id']}")
        assert await ids_of(ada, "/api/v1/keys", limit=2) == [key["id"] for key in reversed(made[1:])]
        listed = await ada.get("/api/v1/keys")
        assert "hash" not in listed.text
        assert not any(key["key"] in listed.text for key in made)
        assert [key["revoked_at"] is not None for key in listed.json()["items"]] == [False, False, True, False]

    async def test_the_last_use_is_noted(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, app: FastAPI
    ) -> None:
        made = await make_key(ada)
        for _ in range(3):
            await with_token(client, made["key"]).get(CURRENT)
        await app.state.services.keys.aclose()
        assert (await ada.get("/api/v1/keys")).json()["items"][0]["last_used_at"] is not None


class TestStrangers:
    async def test_nobody_reaches_a_key_that_is_not_theirs(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient
    ) -> None:
        made = await make_key(ada)
        bob = await register(client, "bob")
        path = f"/api/v1/keys/{made['id']}"
        for answer in (await bob.delete(path), await bob.post(f"{path}/rotate"), await bob.get(f"{path}/uses")):
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert (await bob.get("/api/v1/keys")).json()["items"] == []
        assert (await with_token(client, made["key"]).get(CURRENT)).status_code == 200


class TestRevoking:
    async def test_it_counts_at_once_and_twice_is_once(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient
    ) -> None:
        made = await make_key(ada)
        agent = with_token(client, made["key"])
        assert (await agent.get(CURRENT)).status_code == 200
        for _ in range(2):
            assert (await ada.delete(f"/api/v1/keys/{made['id']}")).status_code == 204
            assert (await agent.get(CURRENT)).status_code == 401
        assert (await agent.get("/api/v1/shaders")).status_code == 200, "what asks for nobody stays open"

    async def test_keys_end_with_their_account(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, database: Database
    ) -> None:
        made = await make_key(ada, "write", name="ada's laptop")
        agent = with_token(client, made["key"])
        assert (await agent.post("/api/v1/shaders", json=WORK)).status_code == 201
        assert (await ada.request("DELETE", "/api/v1/users/me", json={"password": PASSWORD})).status_code == 204
        assert (await refusal_of(client, made["key"]))[1] == "This API key was revoked"
        async with database.read() as session:
            assert (await session.scalars(select(col(ApiKey.name)))).all() == [""]
            assert (await session.scalars(select(ApiKeyUse))).all() == []

    async def test_a_new_password_leaves_keys_alone(self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient) -> None:
        made = await make_key(ada)
        change = {"current_password": PASSWORD, "new_password": "eight suns over Porto"}
        assert (await ada.post("/api/v1/auth/password", json=change)).status_code == 204
        assert (await with_token(client, made["key"]).get(CURRENT)).status_code == 200


class TestRotating:
    async def test_both_work_for_the_overlap(self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient) -> None:
        old = await make_key(ada, "write", name="painter", expires_in_days=10)
        assert (await with_token(client, old["key"]).get(CURRENT)).status_code == 200
        answer = await ada.post(f"/api/v1/keys/{old['id']}/rotate", json={"overlap_seconds": 1})
        assert answer.status_code == 201, answer.text
        new = answer.json()
        assert (new["name"], new["scopes"]) == ("painter", ["write"])
        assert new["expires_at"] > old["expires_at"]
        for key in (old, new):
            assert (await with_token(client, key["key"]).get(CURRENT)).status_code == 200
        await asyncio.sleep(1.1)
        assert (await refusal_of(client, old["key"]))[1] == "This API key has expired"
        assert (await with_token(client, new["key"]).get(CURRENT)).status_code == 200
        listed = (await ada.get("/api/v1/keys")).json()["items"]
        assert [(key["id"], key["replaced_by"]) for key in listed] == [(new["id"], None), (old["id"], new["id"])]

    async def test_without_an_overlap_the_old_one_ends_at_once(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient
    ) -> None:
        old = await make_key(ada)
        assert (await with_token(client, old["key"]).get(CURRENT)).status_code == 200
        answer = await ada.post(f"/api/v1/keys/{old['id']}/rotate", json={"overlap_seconds": 0})
        assert answer.status_code == 201
        assert (await refusal_of(client, old["key"]))[1] == "This API key has expired"

    async def test_unless_told_it_is_a_day_but_no_longer_than_the_key(
        self, ada: httpx2.AsyncClient, database: Database
    ) -> None:
        endless, short = await make_key(ada), await make_key(ada, expires_in_days=1)
        await end_at(database, short["id"], 0.5)
        for key in (endless, short):
            assert (await ada.post(f"/api/v1/keys/{key['id']}/rotate")).status_code == 201
        ends = {key["id"]: key["expires_at"] for key in (await ada.get("/api/v1/keys")).json()["items"]}
        assert ends[short["id"]] < (utc_now() + timedelta(hours=13)).isoformat()
        assert ends[endless["id"]] > (utc_now() + timedelta(hours=23)).isoformat()

    async def test_an_ended_key_and_a_rotated_one_stay_as_they_are(
        self, ada: httpx2.AsyncClient, database: Database
    ) -> None:
        revoked, expired, rotated = [await make_key(ada) for _ in range(3)]
        await ada.delete(f"/api/v1/keys/{revoked['id']}")
        await end_at(database, expired["id"], -1)
        await ada.post(f"/api/v1/keys/{rotated['id']}/rotate")
        for key in (revoked, expired, rotated):
            answer = await ada.post(f"/api/v1/keys/{key['id']}/rotate")
            assert (answer.status_code, answer.json()["code"]) == (409, "key_ended")

    async def test_a_chain_of_overlaps_has_an_end(self, ada: httpx2.AsyncClient) -> None:
        key = await make_key(ada)
        for _ in range(39):
            key = (await ada.post(f"/api/v1/keys/{key['id']}/rotate")).json()
        answer = await ada.post(f"/api/v1/keys/{key['id']}/rotate")
        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_keys")
        answer = await ada.post(f"/api/v1/keys/{key['id']}/rotate", json={"overlap_seconds": 0})
        assert answer.status_code == 201

    @pytest.mark.parametrize("overlap", [-1, 604_801, "a day", 1.5, None])
    async def test_bad_overlaps_are_refused(self, ada: httpx2.AsyncClient, overlap: Any) -> None:
        made = await make_key(ada)
        answer = await ada.post(f"/api/v1/keys/{made['id']}/rotate", json={"overlap_seconds": overlap})
        assert answer.status_code == 422


class TestExport:
    async def test_it_lists_keys_and_uses_without_hashes(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient
    ) -> None:
        made = await make_key(ada, "write")
        await with_token(client, made["key"]).post("/api/v1/shaders", json=WORK)
        exported = (await ada.get("/api/v1/users/me/export")).json()
        assert [key["id"] for key in exported["api_keys"]] == [made["id"]]
        assert "key_hash" not in exported["api_keys"][0]
        assert [use["key_id"] for use in exported["api_key_uses"]] == [made["id"]]
