"""The inbox over HTTP: what comes into it from where, whose it is, and that it is seen to fill."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import redis.asyncio

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.renders import service as renders
from tests.core.renders.test_service import STILL, answer, claimed
from tests.factories import SOURCE
from tests.fixtures.accounts import PASSWORD, log_in, register, register_moderator, sign_up, with_token
from tests.fixtures.api import app_for
from tests.fixtures.ports import on_a_port

NOTICES = "/api/v1/notices"
WORK = {"title": "Tide", "source": SOURCE, "licence": "CC0-1.0"}


async def texts(client: httpx2.AsyncClient, **params: Any) -> list[str]:
    return [item["text"] for item in (await page(client, **params))["items"]]


async def page(client: httpx2.AsyncClient, **params: Any) -> dict[str, Any]:
    answer = await client.get(NOTICES, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def publish(client: httpx2.AsyncClient, **fields: Any) -> str:
    answer = await client.post("/api/v1/shaders", json={**WORK, **fields})
    assert answer.status_code == 201, answer.text
    shader_id: str = answer.json()["id"]
    return shader_id


async def forked(client: httpx2.AsyncClient, database: Database, shader_id: str, **fields: Any) -> str:
    """A fork with its picture, public unless told otherwise."""
    given = await client.post(f"/api/v1/shaders/{shader_id}/forks", json={"visibility": "public", **fields})
    assert given.status_code == 201, given.text
    fork_id: str = given.json()["id"]
    async with database.write() as session:
        await renders.finish_ready(session, await claimed(session, fork_id), STILL, answer())
    return fork_id


class TestWhatIsTold:
    async def test_a_fork_is_told_when_it_is_first_in_lists(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada, bob = await register(client, "ada"), await register(client, "bob")
        tide = await publish(ada)
        await forked(ada, database, tide)
        fork = await forked(bob, database, tide, visibility="draft")
        await bob.patch(f"/api/v1/shaders/{fork}", json={"visibility": "unlisted"})
        assert await texts(ada) == []
        for visibility in ("public", "private", "public"):
            await bob.patch(f"/api/v1/shaders/{fork}", json={"visibility": visibility})
        assert await texts(ada) == ["bob forked “Tide”"]
        assert (await page(ada))["items"][0]["link"] == f"/s/{fork}"

    async def test_a_first_vote_is_told_and_not_by_whom(self, client: httpx2.AsyncClient) -> None:
        ada, bob = await register(client, "ada"), await register(client, "bob")
        tide = await publish(ada)
        await bob.put(f"/api/v1/shaders/{tide}/vote", json={"value": "up"})
        assert await texts(ada, kind="voted") == ["“Tide” got its first vote"]

    async def test_moderation_is_told_to_both_sides(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada, bob, eve = [await register(client, name) for name in ("ada", "bob", "eve")]
        judge = await register_moderator(client, database)
        tide, calm = await publish(ada), await publish(ada, title="Calm")
        for reporter in (bob, eve):
            await reporter.post(f"/api/v1/shaders/{tide}/reports", json={"reason": "spam"})
        await bob.post(f"/api/v1/shaders/{calm}/reports", json={"reason": "spam"})
        await judge.post(f"/api/v1/shaders/{calm}/decisions", json={"action": "keep", "reason": "No spam"})
        for _ in range(2):
            await judge.post(f"/api/v1/shaders/{tide}/hide", json={"reason": "It is spam"})
        await judge.post(f"/api/v1/shaders/{tide}/unhide")
        assert await texts(ada) == [
            "“Tide” was hidden and is shown again",
            "A moderator hid “Tide”: It is spam",
            "“Calm” was reported, and it stays: No spam",
        ]
        assert await texts(eve) == ["A moderator hid “Tide”, which you reported"]
        assert (await texts(bob))[1] == "A moderator looked at “Calm”, which you reported, and it stays"

    async def test_a_picture_that_failed_is_told_once(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client, "ada")
        tide = await publish(ada)
        for code in ("compile_failed", "compile_failed"):
            async with database.write() as session:
                job = await claimed(session, tide)
                await renders.finish_failed(session, job, code, [])
            await ada.post(f"/api/v1/shaders/{tide}/redraw")
        assert await texts(ada) == ["“Tide” could not be drawn"]

    async def test_what_was_given_up_is_tried_again_and_not_told(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client, "ada")
        tide = await publish(ada)
        async with database.write() as session:
            await renders.finish_failed(session, await claimed(session, tide), renders.GAVE_UP, [])
        assert await texts(ada) == []

    async def test_what_happens_to_an_account_is_told(self, client: httpx2.AsyncClient) -> None:
        await sign_up(client, "ada")
        client.headers["User-Agent"] = "Firefox/140 Linux"
        ada = with_token(client, (await log_in(client, "ada"))["access_token"])
        change = {"email": "new@example.org", "current_password": PASSWORD}
        assert (await ada.patch("/api/v1/users/me", json=change)).status_code == 200
        words = {"current_password": PASSWORD, "new_password": "eight moons over Porto"}
        assert (await ada.post("/api/v1/auth/password", json=words)).status_code == 204
        assert await texts(ada) == [
            "Your password was changed",
            "Your e-mail address was changed",
            "Somebody signed in to your account from a new place, with Firefox on Linux",
        ]


class TestWhose:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("GET", "", None),
            ("GET", "/events", None),
            ("POST", "/read", {"until": "x"}),
            ("GET", "/settings", None),
            ("PUT", "/settings/forked", {"page": True, "mail": "none"}),
        ],
    )
    async def test_a_visitor_has_no_inbox(
        self, client: httpx2.AsyncClient, method: str, path: str, body: dict[str, Any] | None
    ) -> None:
        answer = await client.request(method, f"{NOTICES}{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")

    async def test_another_sees_and_changes_nothing_of_it(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada, bob = await register(client, "ada"), await register(client, "bob")
        await forked(bob, database, await publish(ada))
        mine = await page(ada)
        assert await texts(bob) == []
        answer = await bob.post(f"{NOTICES}/read", json={"ids": [mine["items"][0]["id"]]})
        assert answer.json()["unread"] == 0
        for place in ({"since": mine["since"]}, {"cursor": mine["since"]}):
            assert (await bob.get(NOTICES, params=place)).json()["code"] == "invalid_cursor"
        assert (await bob.post(f"{NOTICES}/read", json={"until": mine["since"]})).status_code == 422
        assert (await page(ada))["unread"] == 1

    async def test_an_agent_follows_it_by_key(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada, bob = await register(client, "ada"), await register(client, "bob")
        key = (await ada.post("/api/v1/keys", json={"name": "agent", "scopes": ["read"]})).json()["key"]
        agent, tide = with_token(client, key), await publish(ada)
        place = (await page(agent))["since"]
        assert (await page(agent, since=place))["items"] == []
        for name in ("a", "b"):
            await forked(bob, database, await publish(ada, title=name))
        await bob.put(f"/api/v1/shaders/{tide}/vote", json={"value": "up"})
        seen = []
        while (found := await page(agent, since=place, limit=1))["items"]:
            seen += [item["text"] for item in found["items"]]
            place = found["since"]
        assert seen == ["bob forked “a”", "bob forked “b”", "“Tide” got its first vote"]
        refused = await agent.post(f"{NOTICES}/read", json={"until": place})
        assert (refused.status_code, refused.json()["code"]) == (403, "missing_scope")


async def test_old_ones_are_on_later_pages(client: httpx2.AsyncClient, database: Database) -> None:
    ada, bob = await register(client, "ada"), await register(client, "bob")
    for name in "abc":
        await forked(bob, database, await publish(ada, title=name))
    first = await page(ada, limit=2)
    assert [item["text"] for item in first["items"]] == ["bob forked “c”", "bob forked “b”"]
    assert await texts(ada, limit=2, cursor=first["next_cursor"]) == ["bob forked “a”"]
    both = await ada.get(NOTICES, params={"cursor": first["next_cursor"], "since": first["since"]})
    assert both.status_code == 422
    assert (await ada.get(NOTICES, params={"kind": "weather"})).json()["code"] == "unknown_kind"


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"until": "!"}, {"ids": ["x"]}, {"until": "WyJ4Il0", "ids": []}])
async def test_what_was_read_is_named_by_what_there_is(client: httpx2.AsyncClient, body: dict[str, Any]) -> None:
    ada = await register(client, "ada")
    assert (await ada.post(f"{NOTICES}/read", json=body)).status_code == 422


async def test_one_chooses_how_to_hear_of_what(client: httpx2.AsyncClient, database: Database) -> None:
    ada, bob = await register(client, "ada"), await register(client, "bob")
    changed = await ada.put(f"{NOTICES}/settings/forked", json={"page": False, "mail": "none"})
    assert changed.status_code == 200
    settings = (await ada.get(f"{NOTICES}/settings")).json()
    assert settings == changed.json()
    found = {item["kind"]: (item["page"], item["mail"], item["security"]) for item in settings["items"]}
    assert (found["forked"], found["password_changed"]) == ((False, "none", False), (True, "now", True))
    assert settings["mail_on"] is False
    await forked(bob, database, await publish(ada))
    assert await texts(ada) == []
    refused = await ada.put(f"{NOTICES}/settings/password_changed", json={"page": False, "mail": "none"})
    assert (refused.status_code, refused.json()["code"]) == (409, "security_kind")
    unknown = await ada.put(f"{NOTICES}/settings/weather", json={"page": True, "mail": "none"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_kind")


@pytest.fixture
async def served(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the API behind a real server."""
    async with on_a_port(app_for(settings)) as url, httpx2.AsyncClient(base_url=url, timeout=20) as client:
        yield client


async def test_an_inbox_is_seen_to_fill_and_to_empty(served: httpx2.AsyncClient) -> None:
    def signed_in(tokens: dict[str, Any]) -> dict[str, str]:
        return {"Authorization": f"Bearer {tokens['access_token']}"}

    ada, bob = [signed_in(await sign_up(served, name)) for name in ("ada", "bob")]
    tide = (await served.post("/api/v1/shaders", json=WORK, headers=ada)).json()["id"]
    async with served.stream("GET", f"{NOTICES}/events", headers=ada) as stream:
        assert stream.headers["cache-control"] == "no-store"
        states = (json.loads(line[6:])["unread"] async for line in stream.aiter_lines() if line.startswith("data: "))
        assert await anext(states) == 0
        await served.put(f"/api/v1/shaders/{tide}/vote", json={"value": "up"}, headers=bob)
        assert await anext(states) == 1
        since = (await served.get(NOTICES, headers=ada)).json()["since"]
        await served.post(f"{NOTICES}/read", json={"until": since}, headers=ada)
        assert await anext(states) == 0
