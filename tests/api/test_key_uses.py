"""What is counted and written down of API keys, and what must never be."""

import httpx2
import pytest
from sqlalchemy import select

from services.api.settings import ApiSettings
from services.core.keys.models import ApiKey, ApiKeyUse
from services.core.kit.database import Database
from services.core.kit.idempotency import IdempotencyRecord
from services.core.kit.settings import LimitSettings
from tests.api.keys import CURRENT, WORK, make_key
from tests.api.walks import ids_of
from tests.factories import SOURCE
from tests.fixtures.accounts import PASSWORD, register, sign_up, with_token


@pytest.fixture
async def ada(client: httpx2.AsyncClient, database: Database) -> httpx2.AsyncClient:
    return await register(client, "ada")


class TestLimits:
    @pytest.fixture
    def settings(self, settings: ApiSettings) -> ApiSettings:
        limits = LimitSettings(key="5/3600", account="20/3600", keys_account="3/3600", bad_token_address="4/3600")
        return settings.model_copy(update={"limits": limits})

    async def test_a_key_has_its_own_limit(self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient) -> None:
        one, other = [with_token(client, (await make_key(ada))["key"]) for _ in range(2)]
        statuses = [(await one.get(CURRENT)).status_code for _ in range(7)]
        assert statuses == [200] * 5 + [429] * 2
        assert (await other.get(CURRENT)).headers["ratelimit-remaining"] == "4"
        assert (await ada.get(CURRENT)).headers["ratelimit-remaining"] == "17", "two keys were made, and this"

    async def test_making_keys_has_one(self, ada: httpx2.AsyncClient) -> None:
        given = {"name": "agent", "scopes": ["read"]}
        statuses = [(await ada.post("/api/v1/keys", json=given)).status_code for _ in range(4)]
        assert statuses == [201] * 3 + [429]

    async def test_bad_keys_count_for_their_address(self, client: httpx2.AsyncClient, database: Database) -> None:
        statuses = [(await with_token(client, f"ff_live_{number:043}").get(CURRENT)).status_code for number in range(6)]
        assert statuses == [401] * 4 + [429] * 2


class TestSecrecy:
    async def test_the_value_is_in_no_log_and_in_no_table(
        self, client: httpx2.AsyncClient, database: Database, capfd: pytest.CaptureFixture[str]
    ) -> None:
        ada = await register(client, "ada")
        headers = {"Idempotency-Key": "k1"}
        body = {"name": "agent", "scopes": ["write"]}
        made = (await ada.post("/api/v1/keys", json=body, headers=headers)).json()
        rotated = (await ada.post(f"/api/v1/keys/{made['id']}/rotate", headers={"Idempotency-Key": "k2"})).json()
        agent = with_token(client, rotated["key"])
        await agent.post("/api/v1/shaders", json=WORK, headers={"Idempotency-Key": "k3"})
        await agent.post("/api/v1/shaders", json={"title": rotated["key"]})
        await agent.delete("/api/v1/users/me")
        await ada.delete(f"/api/v1/keys/{rotated['id']}")
        await agent.get(CURRENT)
        out = "".join(capfd.readouterr())
        assert str(made["id"]) in out or str(rotated["id"]) in out
        async with database.read() as session:
            tables = (ApiKey, ApiKeyUse, IdempotencyRecord)
            stored = repr([[row.model_dump() for row in (await session.scalars(select(t))).all()] for t in tables])
        for key in (made["key"], rotated["key"]):
            assert key[12:] not in out
            assert key[12:] not in stored

    async def test_a_replay_gives_the_key_without_its_value(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient
    ) -> None:
        given, headers = {"name": "agent", "scopes": ["read"]}, {"Idempotency-Key": "k1"}
        first, second = [await ada.post("/api/v1/keys", json=given, headers=headers) for _ in range(2)]
        assert second.headers["idempotency-replayed"] == "true"
        assert (second.status_code, second.json()) == (201, {**first.json(), "key": None})
        path, headers = f"/api/v1/keys/{first.json()['id']}/rotate", {"Idempotency-Key": "k2"}
        first, second = [await ada.post(path, headers=headers) for _ in range(2)]
        assert second.json() == {**first.json(), "key": None}
        assert len((await ada.get("/api/v1/keys")).json()["items"]) == 2


class TestRepeatedRequests:
    async def test_credentials_of_one_user_share_their_idempotency_keys(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient
    ) -> None:
        one, other = [with_token(client, (await make_key(ada, "write"))["key"]) for _ in range(2)]
        headers = {"Idempotency-Key": "w1"}
        answers = [await who.post("/api/v1/shaders", json=WORK, headers=headers) for who in (one, other, ada)]
        assert len({answer.json()["id"] for answer in answers}) == 1
        reader = with_token(client, (await make_key(ada, "read"))["key"])
        assert (await reader.post("/api/v1/shaders", json=WORK, headers=headers)).status_code == 403
        bob = await register(client, "bob")
        stranger = with_token(client, (await make_key(bob, "write"))["key"])
        own = await stranger.post("/api/v1/shaders", json=WORK, headers=headers)
        assert own.json()["id"] != answers[0].json()["id"]


class TestAudit:
    async def test_a_row_for_each_change_and_only_for_those(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient
    ) -> None:
        made = await make_key(ada, "write")
        agent = with_token(client, made["key"])
        path = "/api/v1/shaders"
        headers = {"Idempotency-Key": "w1", "X-Request-ID": "mine"}
        work = (await agent.post(path, json=WORK, headers=headers)).json()["id"]
        await agent.post(path, json=WORK, headers=headers)
        await agent.post(path, json={"title": ""})
        await agent.get(f"{path}/{work}")
        await agent.post(f"{path}/validate", json={"source": SOURCE})
        await agent.put(f"{path}/{work}/vote", json={"value": "up"})
        await ada.patch(f"{path}/{work}", json={"title": "By hand"})
        assert (await agent.delete(f"{path}/{work}")).status_code == 204
        assert (await agent.delete(f"{path}/{work}")).status_code == 404
        uses = (await ada.get(f"/api/v1/keys/{made['id']}/uses")).json()["items"]
        assert [(use["method"], use["route"], use["path"], use["status"]) for use in uses] == [
            ("DELETE", "/api/v1/shaders/{shader_id}", f"{path}/{work}", 204),
            ("POST", path, f"{path}/{work}", 201),
        ]
        assert (uses[1]["request_id"], uses[1]["address"]) == ("mine", "127.0.0.1")
        assert await ids_of(ada, f"/api/v1/keys/{made['id']}/uses", limit=1) == [use["id"] for use in uses]

    async def test_cursors_of_other_lists_are_refused(self, ada: httpx2.AsyncClient) -> None:
        one, other = await make_key(ada, "write"), await make_key(ada)
        cursor = (await ada.get("/api/v1/keys?limit=1")).json()["next_cursor"]
        for path in (f"/api/v1/keys/{one['id']}/uses", f"/api/v1/keys/{other['id']}/uses", "/api/v1/votes"):
            answer = await ada.get(path, params={"cursor": cursor})
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


async def test_sign_ups_with_a_key_in_the_header_are_refused(client: httpx2.AsyncClient, database: Database) -> None:
    ada = with_token(client, (await sign_up(client, "ada"))["access_token"])
    agent = with_token(client, (await make_key(ada, "write"))["key"])
    given = {"handle": "eve", "email": "eve@example.org", "password": PASSWORD}
    answer = await agent.post("/api/v1/auth/register", json=given)
    assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_required")
