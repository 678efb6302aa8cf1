"""Rate limits over HTTP, the client's address, and the headers."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from services.api.limits import network_of
from services.api.settings import ApiSettings
from services.core.kit.settings import LimitSettings
from tests.api.keys import CURRENT, make_key
from tests.api.test_account_mails import token_in
from tests.api.test_passkeys import answer_to, ask, offer
from tests.fixtures.accounts import PASSWORD, register, sign_up, with_token
from tests.fixtures.authenticator import Authenticator
from tests.fixtures.mail import Post
from tests.fixtures.smtp import Mailbox


@pytest.fixture
def limits() -> LimitSettings:
    return LimitSettings(trusted_proxies=1)


@pytest.fixture
def settings(settings: ApiSettings, limits: LimitSettings) -> ApiSettings:
    return settings.model_copy(update={"limits": limits})


def _from(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


async def _login(
    client: httpx2.AsyncClient, login: str, address: str, password: str = "not the one"
) -> httpx2.Response:
    return await client.post("/api/v1/auth/login", json={"login": login, "password": password}, headers=_from(address))


class TestLogin:
    async def test_300_logins_a_minute_meet_429_and_the_server_stays_awake(self, client: httpx2.AsyncClient) -> None:
        slowest = 0.0
        done = asyncio.Event()

        async def read() -> None:
            nonlocal slowest
            while not done.is_set():
                begun = time.perf_counter()
                assert (await client.get("/api/v1/version", headers=_from("10.9.9.9"))).status_code == 200
                slowest = max(slowest, time.perf_counter() - begun)
                await asyncio.sleep(0.01)

        twenty_at_once = asyncio.Semaphore(20)

        async def log_in(number: int) -> httpx2.Response:
            async with twenty_at_once:
                return await _login(client, f"user{number}", "10.0.0.1")

        reading, begun = asyncio.create_task(read()), time.perf_counter()
        answers = await asyncio.gather(*(log_in(number) for number in range(300)))
        done.set()
        await reading
        statuses = [answer.status_code for answer in answers]
        passed = statuses.count(401)
        assert 30 <= passed <= 30 + (time.perf_counter() - begun) / 2 + 1  # one more each two seconds
        assert statuses.count(429) == 300 - passed
        assert slowest < 3
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert refused.json()["code"] == "rate_limited"
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.headers["ratelimit-limit"] == "30"
        assert refused.headers["ratelimit-remaining"] == "0"
        assert refused.headers["ratelimit-policy"] == "30;w=60"

    async def test_one_login_from_one_address_has_ten_tries(
        self, client: httpx2.AsyncClient, settings: ApiSettings
    ) -> None:
        settings.limits.login_pair = "10/36000"
        await sign_up(client, "ada")
        statuses = [(await _login(client, login, "10.0.0.1")).status_code for login in ["ada", " ADA "] * 6]
        assert statuses == [401] * 10 + [429] * 2
        assert (await _login(client, "ada", "10.0.0.2", PASSWORD)).status_code == 200

    async def test_one_login_from_many_addresses_is_slowed_too(
        self, client: httpx2.AsyncClient, settings: ApiSettings
    ) -> None:
        settings.limits.login_account = "12/36000"
        statuses = [(await _login(client, "ada", f"10.0.{n}.1")).status_code for n in range(14)]
        assert statuses == [401] * 12 + [429] * 2

    async def test_handle_and_address_of_an_account_are_counted_together(
        self, client: httpx2.AsyncClient, settings: ApiSettings
    ) -> None:
        settings.limits.login_pair = "4/36000"
        await sign_up(client, "ada")
        logins = ["ada", "ada@example.org"] * 3
        statuses = [(await _login(client, login, "10.0.0.1")).status_code for login in logins]
        assert statuses == [401] * 4 + [429] * 2

    async def test_an_owner_gets_in_on_a_known_device_while_strangers_try(
        self, client: httpx2.AsyncClient, settings: ApiSettings
    ) -> None:
        """They even sit behind the owner's own address."""
        settings.limits.login_account = settings.limits.login_address = "12/36000"
        await sign_up(client, "ada", token_transport="cookie")
        device = client.cookies["fractafrag-device"]
        client.cookies.clear()
        tries = [await _login(client, "ada", address) for address in ["10.0.0.1"] * 10 + ["10.0.0.2"] * 4]
        assert [answer.status_code for answer in tries] == [401] * 12 + [429] * 2
        assert (await _login(client, "ada", "10.0.0.1", PASSWORD)).status_code == 429, "nobody knows that it is her"
        client.cookies.set("fractafrag-device", device)
        assert (await _login(client, "ada", "10.0.0.1", PASSWORD)).status_code == 200

    async def test_an_owner_on_a_new_device_gets_in_by_mail_while_strangers_try(
        self, mail_client: httpx2.AsyncClient, mail_settings: ApiSettings, mailbox: Mailbox, post: Post
    ) -> None:
        """The strangers even ask for the mails."""
        mail_settings.limits.login_account = "3/36000"
        await sign_up(mail_client, "ada")
        assert [(await _login(mail_client, "ada", f"10.0.{n}.1")).status_code for n in range(4)] == [401] * 3 + [429]
        forgot, ada = "/api/v1/auth/password/forgot", {"email": "ada@example.org"}
        asked = [await mail_client.post(forgot, json=ada, headers=_from(f"10.0.{n}.1")) for n in range(7)]
        assert [answer.status_code for answer in asked] == [204] * 5 + [429] * 2
        await post()
        body = {"token": token_in(mailbox.of("ada@example.org")[-1], "reset"), "password": "eight suns over Porto"}
        assert not mail_client.cookies
        answer = await mail_client.post("/api/v1/auth/password/reset", json=body, headers=_from("10.1.0.1"))
        assert (answer.status_code, set(mail_client.cookies)) == (204, {"fractafrag-device"})
        mark = mail_client.cookies["fractafrag-device"]
        assert (await _login(mail_client, "ada", "10.1.0.1", body["password"])).status_code == 200
        # The mark alone opens nothing, and a link that is over gives none.
        mail_client.cookies.clear()
        over = await mail_client.post("/api/v1/auth/password/reset", json=body, headers=_from("10.1.0.1"))
        assert (over.status_code, dict(mail_client.cookies)) == (410, {})
        mail_client.cookies.set("fractafrag-device", mark)
        assert (await _login(mail_client, "ada", "10.1.0.1")).status_code == 401
        assert (await mail_client.post("/api/v1/auth/refresh")).status_code == 401

    async def test_a_passkey_is_not_counted_among_the_tries_of_a_password(
        self, client: httpx2.AsyncClient, settings: ApiSettings
    ) -> None:
        settings.limits.login_account = "3/36000"
        authenticator = Authenticator()
        assert (await offer(await register(client, "ada"), authenticator)).status_code == 200
        assert [(await _login(client, "ada", f"10.0.{n}.1")).status_code for n in range(4)] == [401] * 3 + [429]
        asked = await ask(client)
        assert (await answer_to(client, asked, authenticator.get(asked["options"]))).status_code == 200

    async def test_a_device_helps_with_its_own_account_only_and_has_ten_tries(
        self, client: httpx2.AsyncClient, settings: ApiSettings
    ) -> None:
        settings.limits.login_pair = "2/36000"
        settings.limits.login_device = "9/36000"
        await sign_up(client, "ada")
        await sign_up(client, "eve", token_transport="cookie")
        statuses = [(await _login(client, "ada", "10.0.0.1")).status_code for _ in range(4)]
        assert statuses == [401] * 2 + [429] * 2
        statuses = [(await _login(client, "eve", "10.0.0.1")).status_code for _ in range(6)]
        assert statuses == [401] * 5 + [429]
        mark = client.cookies["fractafrag-device"]
        client.cookies.clear()
        client.cookies.set("fractafrag-device", mark[:-2])
        assert (await _login(client, "eve", "10.0.0.1")).status_code == 401, "as from a device that nobody knows"

    async def test_malformed_ones_are_counted(self, client: httpx2.AsyncClient, settings: ApiSettings) -> None:
        settings.limits.login_address = "3/3600"
        statuses = [(await client.post("/api/v1/auth/login", json={"nothing": 1})).status_code for _ in range(5)]
        assert statuses == [422] * 3 + [429] * 2


class TestRegister:
    async def test_an_address_makes_twenty_accounts_an_hour(self, client: httpx2.AsyncClient) -> None:
        given: dict[str, Any] = {"password": "short"}
        statuses = []
        for number in range(22):
            given |= {"handle": f"user{number}", "email": f"user{number}@example.org"}
            answer = await client.post("/api/v1/auth/register", json=given, headers=_from("10.0.0.1"))
            statuses.append(answer.status_code)
        assert statuses == [422] * 20 + [429] * 2


class TestCallers:
    async def test_an_account_is_counted_from_all_addresses(
        self, client: httpx2.AsyncClient, settings: ApiSettings
    ) -> None:
        settings.limits.account = "5/3600"
        ada = with_token(client, (await sign_up(client, "ada"))["access_token"])
        answers = [await ada.get("/api/v1/users/me", headers=_from(f"10.0.0.{n}")) for n in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]

    async def test_what_is_said_of_likeness_is_counted_by_the_account(
        self, client: httpx2.AsyncClient, settings: ApiSettings
    ) -> None:
        settings.limits.desire_clicks_account = "4/36000"
        ada = with_token(client, (await sign_up(client, "ada"))["access_token"])
        said = {"cluster": "none"}
        ways = [("join", said), ("different", said), ("leave", {})] * 2
        answers = [await ada.post(f"/api/v1/desires/none/{way}", json=body) for way, body in ways]
        assert [answer.status_code for answer in answers] == [404] * 4 + [429] * 2

    async def test_made_up_tokens_do_not_lead_around_the_address(
        self, client: httpx2.AsyncClient, settings: ApiSettings
    ) -> None:
        settings.limits.bad_token_address = "60/36000"
        statuses = []
        for number in range(62):
            bearer = {"Authorization": f"Bearer made.up.{number}", **_from("10.0.0.1")}
            statuses.append((await client.get("/api/v1/users/me", headers=bearer)).status_code)
        assert statuses == [401] * 60 + [429] * 2


class TestKeys:
    @pytest.fixture
    def limits(self) -> LimitSettings:
        return LimitSettings(trusted_proxies=1, address="100/36000", key="5/36000")

    @pytest.fixture
    def calls(self, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> list[object]:
        """The calls to Redis since it was emptied."""
        guard, made = app.state.services.guard, list[object]()
        call = guard.call

        async def counted(command: Any) -> Any:
            made.append(command)
            return await call(command)

        monkeypatch.setattr(guard, "call", counted)
        return made

    async def test_a_known_key_costs_one_call_and_is_counted_once_a_request(
        self, client: httpx2.AsyncClient, calls: list[object]
    ) -> None:
        ada = with_token(client, (await sign_up(client, "ada"))["access_token"])
        agent = with_token(client, (await make_key(ada))["key"])
        assert (await agent.get(CURRENT)).headers["ratelimit-remaining"] == "4"
        calls.clear()
        left = [(await agent.get(CURRENT, headers=_from(f"10.0.0.{n}"))).headers for n in range(4)]
        assert [headers["ratelimit-remaining"] for headers in left] == ["3", "2", "1", "0"]
        assert len(calls) == 4
        refused = await agent.get(CURRENT)
        assert (refused.status_code, refused.headers["ratelimit-policy"]) == (429, "5;w=36000")
        assert (await ada.get("/api/v1/users/me")).status_code == 200

    async def test_a_known_key_that_ended_is_refused_by_the_same_call(
        self, client: httpx2.AsyncClient, calls: list[object]
    ) -> None:
        ada = with_token(client, (await sign_up(client, "ada"))["access_token"])
        made = await make_key(ada)
        agent = with_token(client, made["key"])
        for _ in range(5):
            assert (await agent.get(CURRENT)).status_code == 200
        assert (await ada.delete(f"/api/v1/keys/{made['id']}")).status_code == 204
        calls.clear()
        refused = await agent.get(CURRENT, headers=_from("10.0.0.1"))
        assert refused.status_code == 401, "not 429, although its limit is used up, too"
        assert len(calls) == 2, "the second counts a bad credential of the address"
        assert refused.headers["ratelimit-policy"] == "60;w=60"
        again = await client.get("/api/v1/version", headers=_from("10.0.0.1"))
        assert again.headers["ratelimit-remaining"] == "98", "the address was counted each time"

    async def test_a_known_token_costs_one_call_is_counted_once_and_ends_by_it(
        self, app: FastAPI, client: httpx2.AsyncClient, settings: ApiSettings, calls: list[object]
    ) -> None:
        settings.limits.account = "5/36000"
        token = (await sign_up(client, "ada"))["access_token"]
        ada = with_token(client, token)
        assert (await ada.get("/api/v1/users/me")).headers["ratelimit-remaining"] == "4"
        calls.clear()
        left = [(await ada.get("/api/v1/users/me", headers=_from(f"10.0.0.{n}"))).headers for n in range(3)]
        assert [headers["ratelimit-remaining"] for headers in left] == ["3", "2", "1"]
        assert len(calls) == 3
        await app.state.services.blocklist.block_sessions([app.state.services.tokens.verify(token).session_id])
        calls.clear()
        assert (await ada.get("/api/v1/users/me")).status_code == 401
        assert len(calls) == 2, "the second counts a bad credential of the address"

    async def test_a_list_that_asks_for_nobody_is_not_counted_for_the_key(self, client: httpx2.AsyncClient) -> None:
        ada = with_token(client, (await sign_up(client, "ada"))["access_token"])
        agent = with_token(client, (await make_key(ada))["key"])
        assert (await agent.get(CURRENT)).headers["ratelimit-remaining"] == "4"
        for path in ("/api/v1/shaders", "/api/v1/feed/trending", "/api/v1/users/ada", "/api/v1/nothing"):
            assert (await agent.get(path)).headers["ratelimit-policy"] == "100;w=36000"
        assert (await agent.get("/api/v1/users/ada/shaders")).headers["ratelimit-remaining"] == "3"

    async def test_a_key_is_not_counted_where_its_address_is_refused(
        self, client: httpx2.AsyncClient, settings: ApiSettings
    ) -> None:
        ada = with_token(client, (await sign_up(client, "ada"))["access_token"])
        agent = with_token(client, (await make_key(ada))["key"])
        assert (await agent.get(CURRENT)).headers["ratelimit-remaining"] == "4"
        for _ in range(100):
            await client.get("/api/v1/version", headers=_from("10.0.0.1"))
        assert (await agent.get(CURRENT, headers=_from("10.0.0.1"))).headers["ratelimit-policy"] == "100;w=36000"
        assert (await agent.get(CURRENT, headers=_from("10.0.0.2"))).headers["ratelimit-remaining"] == "3"

    async def test_a_key_that_ends_while_its_body_is_on_the_way_is_refused(self, client: httpx2.AsyncClient) -> None:
        ada = with_token(client, (await sign_up(client, "ada"))["access_token"])
        made = await make_key(ada, "write")
        agent = with_token(client, made["key"])
        assert (await agent.get(CURRENT)).status_code == 200

        async def body() -> AsyncIterator[bytes]:
            yield b'{"title": "Late", '
            assert (await ada.delete(f"/api/v1/keys/{made['id']}")).status_code == 204
            yield b'"source": "void main() {}"}'

        headers = {"Content-Type": "application/json"}
        assert (await agent.post("/api/v1/shaders", content=body(), headers=headers)).status_code == 401


class TestAddress:
    @pytest.fixture
    def limits(self) -> LimitSettings:
        return LimitSettings(trusted_proxies=1, address="5/3600")

    async def test_every_answer_says_what_is_left(self, client: httpx2.AsyncClient) -> None:
        answers = [await client.get("/api/v1/version", headers=_from("10.0.0.1")) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]
        assert answers[-1].headers["content-type"] == "application/problem+json"
        assert answers[-1].headers["x-content-type-options"] == "nosniff"
        assert (await client.get("/api/v1/version", headers=_from("10.0.0.2"))).status_code == 200

    async def test_what_a_client_writes_before_the_proxys_entry_does_not_count(
        self, client: httpx2.AsyncClient
    ) -> None:
        statuses = []
        for number in range(6):
            forged = _from(f"1.2.3.{number}, 10.0.0.1")
            statuses.append((await client.get("/api/v1/version", headers=forged)).status_code)
        assert statuses == [200] * 5 + [429]

    async def test_probes_are_not_counted(self, client: httpx2.AsyncClient) -> None:
        for _ in range(8):
            assert (await client.get("/healthz", headers=_from("10.0.0.1"))).status_code == 200


def test_one_ipv6_customer_is_one_client() -> None:
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::1") == "2001:db8:1:2::"
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("10.0.0.1") == "10.0.0.1"
    assert network_of("unknown") == "unknown"
