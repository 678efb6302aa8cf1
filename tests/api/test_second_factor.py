"""Codes after the password, recovery codes, and proofs that are asked for again: over HTTP."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pyotp
import pytest
from sqlalchemy import update

from services.api.settings import ApiSettings
from services.core.accounts import admin
from services.core.accounts.mails import AccountMails
from services.core.accounts.models import AuthSession
from services.core.factors.models import Totp
from services.core.kit.database import Database
from services.core.kit.settings import LimitSettings
from services.core.kit.tables import utc_now
from services.core.mail.service import MailQueue
from services.core.mail.settings import MailSettings
from tests.api.test_passkeys import answer_to, ask, offer
from tests.fixtures.accounts import PASSWORD, register, with_token
from tests.fixtures.authenticator import Authenticator

_AUTH = "/api/v1/auth"
_NONE = "00000000-0000-0000-0000-000000000000"
_LOGIN = {"login": "ada", "password": PASSWORD, "token_transport": "body"}


def code_of(secret: str, steps: int = 1) -> str:
    """The next code, which is taken already and still will be when the step ends meanwhile."""
    return pyotp.TOTP(secret).at(utc_now() + timedelta(seconds=30 * steps))


@pytest.fixture
async def ada(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    return await register(client, "ada")


@pytest.fixture
async def app_secret(ada: httpx2.AsyncClient) -> str:
    """Ada's app is set up; the next code is unused."""
    secret: str = (await ada.post(f"{_AUTH}/totp")).json()["secret"]
    answer = await ada.post(f"{_AUTH}/totp/confirm", json={"code": code_of(secret, 0)})
    assert len(set(answer.json()["codes"])) == 10
    return secret


async def ticket_of(client: httpx2.AsyncClient, **more: Any) -> str:
    answer = await client.post(f"{_AUTH}/login", json={**_LOGIN, **more})
    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_needed")
    ticket: str = answer.json()["ticket"]
    return ticket


async def second_step(client: httpx2.AsyncClient, ticket: str, code: str) -> httpx2.Response:
    body = {"ticket": ticket, "code": code, "token_transport": "body"}
    return await client.post(f"{_AUTH}/login/code", json=body)


async def age(database: Database, minutes: int = 16) -> None:
    """Every proof gets older."""
    async with database.write() as session:
        await session.execute(update(AuthSession).values(proved_at=utc_now() - timedelta(minutes=minutes)))


class TestCodes:
    async def test_a_secret_counts_only_when_a_code_of_it_was_sent(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, database: Database
    ) -> None:
        first = (await ada.post(f"{_AUTH}/totp")).json()
        secret = (await ada.post(f"{_AUTH}/totp")).json()["secret"]
        assert f"secret={first['secret']}" in first["uri"]
        assert first["picture"].startswith("data:image/svg+xml")
        assert (await client.post(f"{_AUTH}/login", json=_LOGIN)).status_code == 200
        for wrong in (code_of(first["secret"]), "000000"):
            refused = await ada.post(f"{_AUTH}/totp/confirm", json={"code": wrong})
            assert (refused.status_code, refused.json()["code"]) == (422, "wrong_code")
        assert (await ada.post(f"{_AUTH}/totp/confirm", json={"code": code_of(secret)})).status_code == 200
        assert (await ada.post(f"{_AUTH}/totp")).json()["code"] == "totp_on"
        async with database.read() as session:
            assert secret not in repr(await session.get(Totp, await _id(ada)))

    async def test_a_sign_in_has_two_steps(self, client: httpx2.AsyncClient, app_secret: str) -> None:
        wrong = await client.post(f"{_AUTH}/login", json={**_LOGIN, "password": "not the one"})
        assert wrong.json()["code"] == "invalid_credentials"
        ticket = await ticket_of(client)
        assert (await second_step(client, ticket, "000000")).json()["code"] == "wrong_code"
        answer = await second_step(client, ticket, code_of(app_secret))
        assert answer.json()["user"]["handle"] == "ada"
        assert (await second_step(client, ticket, code_of(app_secret))).status_code == 410

    async def test_a_code_counts_once_also_of_ten_at_once(self, client: httpx2.AsyncClient, app_secret: str) -> None:
        tickets = [await ticket_of(client) for _ in range(5)]
        code = code_of(app_secret)
        answers = await asyncio.gather(*(second_step(client, ticket, code) for ticket in tickets))
        assert sorted(answer.status_code for answer in answers) == [200] + [422] * 4
        # Neither does one of an earlier step after it.
        assert (await second_step(client, await ticket_of(client), code_of(app_secret, 0))).status_code == 422

    async def test_the_ticket_is_of_use_in_one_browser(self, client: httpx2.AsyncClient, app_secret: str) -> None:
        ticket = await ticket_of(client, token_transport="cookie")
        kept = dict(client.cookies)
        client.cookies.clear()
        assert (await second_step(client, ticket, code_of(app_secret))).status_code == 410
        client.cookies.update(kept)
        assert (await second_step(client, ticket, code_of(app_secret))).status_code == 200

    async def test_five_wrong_codes_end_a_ticket(self, client: httpx2.AsyncClient, app_secret: str) -> None:
        ticket = await ticket_of(client)
        answers = [(await second_step(client, ticket, f"{number:06}")).status_code for number in range(5)]
        assert answers == [422] * 5
        assert (await second_step(client, ticket, code_of(app_secret))).status_code == 410

    async def test_nonsense_is_no_ticket(self, client: httpx2.AsyncClient, app_secret: str) -> None:
        for ticket in ("x", "a.b", "0" * 100, f"{'0' * 32}.x"):
            assert (await second_step(client, ticket, "123456")).status_code == 410

    async def test_a_recovery_code_counts_once(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, app_secret: str
    ) -> None:
        earlier = (await ada.post(f"{_AUTH}/recovery-codes")).json()["codes"]
        codes = (await ada.post(f"{_AUTH}/recovery-codes")).json()["codes"]
        assert (await second_step(client, await ticket_of(client), earlier[0])).status_code == 422
        assert (await second_step(client, await ticket_of(client), codes[3].upper())).status_code == 200
        assert (await second_step(client, await ticket_of(client), codes[3])).status_code == 422
        assert (await ada.get(f"{_AUTH}/security")).json()["recovery_codes"] == 9

    async def test_without_the_app_the_password_is_enough_again(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, app_secret: str
    ) -> None:
        ticket = await ticket_of(client)
        assert (await ada.delete(f"{_AUTH}/totp")).status_code == 204
        assert (await second_step(client, ticket, code_of(app_secret))).status_code == 410
        assert (await client.post(f"{_AUTH}/login", json=_LOGIN)).status_code == 200
        assert (await ada.delete(f"{_AUTH}/totp")).json()["code"] == "totp_off"
        assert (await ada.get(f"{_AUTH}/security")).json()["recovery_codes"] == 0

    async def test_an_administrator_resets_it_and_passkeys_stay(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, app_secret: str, database: Database
    ) -> None:
        await offer(ada, Authenticator())
        async with database.write() as session:
            await admin.reset_second_factor(session, "ada", AccountMails(MailQueue(MailSettings())))
        assert (await client.post(f"{_AUTH}/login", json=_LOGIN)).status_code == 200
        assert len((await ada.get(f"{_AUTH}/security")).json()["passkeys"]) == 1

    async def test_a_new_password_ends_tickets(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, app_secret: str
    ) -> None:
        ticket = await ticket_of(client)
        change = {"current_password": PASSWORD, "new_password": "nine moons over Faro"}
        assert (await ada.post(f"{_AUTH}/password", json=change)).status_code == 204
        assert (await second_step(client, ticket, code_of(app_secret))).status_code == 410


class TestGuessing:
    @pytest.fixture
    def settings(self, settings: ApiSettings) -> ApiSettings:
        """With limits."""
        return settings.model_copy(update={"limits": LimitSettings()})

    async def test_codes_are_counted_by_account(self, client: httpx2.AsyncClient, app_secret: str) -> None:
        answers = []
        for _ in range(3):
            ticket = await ticket_of(client)
            answers += [(await second_step(client, ticket, f"{number:06}")).status_code for number in range(4)]
        # The fixture's confirmation took one of ten.
        assert answers == [422] * 9 + [429] * 3


# What changes who controls an account, each as method, path and body.
SENSITIVE = [
    ("POST", "/api/v1/keys", {"name": "agent", "scopes": ["read"]}),
    ("PATCH", "/api/v1/users/me", {"email": "new@example.org"}),
    ("POST", f"{_AUTH}/passkeys/options", None),
    ("POST", f"{_AUTH}/totp", None),
    ("DELETE", f"{_AUTH}/totp", None),
    ("POST", f"{_AUTH}/totp/confirm", {"code": "123456"}),
    ("POST", f"{_AUTH}/recovery-codes", None),
    ("POST", f"{_AUTH}/passkeys", {"challenge_id": "x", "credential": {}, "name": "x"}),
    ("DELETE", f"{_AUTH}/passkeys/{_NONE}", None),
    ("POST", f"{_AUTH}/providers/none/link", {}),
    ("DELETE", f"{_AUTH}/identities/{_NONE}", None),
    ("POST", f"/api/v1/keys/{_NONE}/rotate", {}),
    ("DELETE", "/api/v1/users/me", {}),
]


class TestProofs:
    @pytest.mark.parametrize(("method", "path", "body"), SENSITIVE)
    async def test_an_old_proof_is_not_enough(
        self, ada: httpx2.AsyncClient, database: Database, method: str, path: str, body: dict[str, Any] | None
    ) -> None:
        await age(database)
        refused = await ada.request(method, path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "proof_needed")
        assert refused.json()["ways"] == ["password"]
        await age(database, minutes=14)
        assert (await ada.request(method, path, json=body)).status_code != 403

    async def test_a_password_is_a_proof(self, ada: httpx2.AsyncClient, database: Database) -> None:
        await age(database)
        wrong = await ada.post(f"{_AUTH}/proof", json={"password": "not the one"})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_password")
        assert (await ada.post(f"{_AUTH}/totp")).status_code == 403
        assert (await ada.post(f"{_AUTH}/proof", json={"password": PASSWORD})).status_code == 204
        assert (await ada.post(f"{_AUTH}/totp")).status_code == 200

    async def test_it_counts_for_its_own_session(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, database: Database
    ) -> None:
        other = with_token(client, (await client.post(f"{_AUTH}/login", json=_LOGIN)).json()["access_token"])
        await age(database)
        assert (await ada.post(f"{_AUTH}/proof", json={"password": PASSWORD})).status_code == 204
        assert (await other.post(f"{_AUTH}/totp")).status_code == 403

    async def test_with_an_app_a_code_is_needed_in_place_of_the_password(
        self, ada: httpx2.AsyncClient, app_secret: str, database: Database
    ) -> None:
        await age(database)
        refused = await ada.post(f"{_AUTH}/proof", json={"password": PASSWORD})
        assert (refused.status_code, refused.json()["ways"]) == (403, ["code"])
        assert (await ada.request("DELETE", "/api/v1/users/me", json={"password": PASSWORD})).status_code == 403
        code = code_of(app_secret)
        assert (await ada.post(f"{_AUTH}/proof", json={"code": code})).status_code == 204
        await age(database)
        assert (await ada.post(f"{_AUTH}/proof", json={"code": code})).json()["code"] == "wrong_code"

    async def test_ones_own_passkey_is_a_proof(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, database: Database
    ) -> None:
        own, others = Authenticator(), Authenticator()
        await offer(ada, own)
        await offer(await register(client, "bob"), others)
        await age(database)
        for authenticator, status in ((others, 401), (own, 204)):
            asked = (await ada.post(f"{_AUTH}/proof/options")).json()
            assert len(asked["options"]["allowCredentials"]) == 1
            credential = authenticator.get(asked["options"])
            answer = {"challenge_id": asked["challenge_id"], "credential": credential}
            assert (await ada.post(f"{_AUTH}/proof", json={"passkey": answer})).status_code == status
            # What was made to prove does not sign in.
            assert (await answer_to(client, {**await ask(client), **asked}, credential)).status_code == 410
        assert (await ada.post(f"{_AUTH}/totp")).status_code == 200

    async def test_a_key_proves_nothing(self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient) -> None:
        made = await ada.post("/api/v1/keys", json={"name": "agent", "scopes": ["read", "write"]})
        agent = with_token(client, made.json()["key"])
        for path, body in ((f"{_AUTH}/proof", {"password": PASSWORD}), (f"{_AUTH}/totp", None)):
            assert (await agent.post(path, json=body)).json()["code"] == "sign_in_required"

    @pytest.mark.parametrize("body", [{}, {"password": "a", "code": "123456"}])
    async def test_one_proof_at_a_time(self, ada: httpx2.AsyncClient, body: dict[str, str]) -> None:
        assert (await ada.post(f"{_AUTH}/proof", json=body)).status_code == 422


async def _id(client: httpx2.AsyncClient) -> str:
    found: str = (await client.get("/api/v1/users/me")).json()["id"]
    return found
