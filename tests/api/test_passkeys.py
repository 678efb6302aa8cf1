"""Passkeys over HTTP, with an authenticator in software that also cheats."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, update
from sqlmodel import col

from services.core.accounts.models import User
from services.core.factors import passkeys
from services.core.factors.models import Challenge, Passkey
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from tests.fixtures.accounts import register, with_token
from tests.fixtures.authenticator import Authenticator, text_of
from tests.fixtures.database import waits_for_a_lock

_AUTH = "/api/v1/auth"


async def offer(signed_in: httpx2.AsyncClient, authenticator: Authenticator) -> httpx2.Response:
    """Add a passkey."""
    asked = (await signed_in.post(f"{_AUTH}/passkeys/options")).json()
    made = authenticator.create(asked["options"])
    body = {"challenge_id": asked["challenge_id"], "credential": made, "name": "Laptop"}
    return await signed_in.post(f"{_AUTH}/passkeys", json=body)


async def ask(client: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await client.post(f"{_AUTH}/login/passkey/options")
    assert answer.status_code == 200, answer.text
    asked: dict[str, Any] = answer.json()
    return asked


async def answer_to(client: httpx2.AsyncClient, asked: dict[str, Any], credential: dict[str, Any]) -> httpx2.Response:
    body = {"challenge_id": asked["challenge_id"], "credential": credential, "token_transport": "body"}
    return await client.post(f"{_AUTH}/login/passkey", json=body)


@pytest.fixture
async def ada(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    return await register(client, "ada")


@pytest.fixture
async def passkey(ada: httpx2.AsyncClient) -> Authenticator:
    made = Authenticator()
    assert (await offer(ada, made)).status_code == 200
    return made


class TestAdd:
    async def test_a_passkey_is_listed_named_and_removed(self, ada: httpx2.AsyncClient, passkey: Authenticator) -> None:
        (shown,) = (await ada.get(f"{_AUTH}/security")).json()["passkeys"]
        assert (shown["name"], shown["backed_up"], shown["last_used_at"]) == ("Laptop", False, None)
        path = f"{_AUTH}/passkeys/{shown['id']}"
        assert (await ada.patch(path, json={"name": "Phone"})).json()["name"] == "Phone"
        assert (await ada.delete(path)).status_code == 204
        assert (await ada.get(f"{_AUTH}/security")).json()["passkeys"] == []
        assert (await ada.delete(path)).status_code == 404

    async def test_the_options_ask_for_a_verified_user_and_exclude_what_is_known(
        self, ada: httpx2.AsyncClient, passkey: Authenticator
    ) -> None:
        options = (await ada.post(f"{_AUTH}/passkeys/options")).json()["options"]
        assert options["rp"]["id"] == "localhost"
        assert options["authenticatorSelection"]["userVerification"] == "required"
        assert options["authenticatorSelection"]["residentKey"] == "required"
        (excluded,) = options["excludeCredentials"]
        assert (excluded["id"], excluded["transports"]) == (text_of(passkey.credential_id), ["internal"])

    @pytest.mark.parametrize(
        "lie", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"verified": False}]
    )
    async def test_one_for_another_site_or_without_its_user_is_refused(
        self, ada: httpx2.AsyncClient, lie: dict[str, Any]
    ) -> None:
        refused = await offer(ada, Authenticator(**lie))
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_passkey")

    async def test_a_challenge_is_answered_once_and_by_the_session_that_asked(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient
    ) -> None:
        asked = (await ada.post(f"{_AUTH}/passkeys/options")).json()
        bob = await register(client, "bob")
        body = {
            "challenge_id": asked["challenge_id"],
            "credential": Authenticator().create(asked["options"]),
            "name": "x",
        }
        assert (await bob.post(f"{_AUTH}/passkeys", json=body)).json()["code"] == "challenge_over"
        assert (await ada.post(f"{_AUTH}/passkeys", json=body)).status_code == 200
        assert (await ada.post(f"{_AUTH}/passkeys", json=body)).json()["code"] == "challenge_over"

    async def test_a_credential_belongs_to_one_account(
        self, client: httpx2.AsyncClient, passkey: Authenticator
    ) -> None:
        bob = await register(client, "bob")
        taken = await offer(bob, passkey)
        assert (taken.status_code, taken.json()["code"]) == (409, "passkey_known")

    async def test_of_two_accounts_that_add_one_at_once_the_later_is_told(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, database: Database
    ) -> None:
        authenticator, bob = Authenticator(), await register(client, "bob")
        async with database.write() as session:
            mine = (await session.scalars(select(User).where(col(User.handle) == "ada"))).one()
            row = Passkey(
                user_id=mine.id,
                credential_id=authenticator.credential_id,
                public_key=b"",
                sign_count=0,
                transports=[],
                name="Ada's",
                backed_up=False,
            )
            await passkeys.add(session, row)
            later = asyncio.create_task(offer(bob, authenticator))
            await waits_for_a_lock(database)
        assert (await later).json()["code"] == "passkey_known"

    @pytest.mark.parametrize(
        "credential",
        [
            {},
            {"id": 5, "response": []},
            {
                "id": "AA",
                "rawId": "AA",
                "type": "public-key",
                "response": {"clientDataJSON": "A", "attestationObject": "A"},
            },
            {
                "id": "AA",
                "rawId": "AA",
                "type": "public-key",
                "response": {"clientDataJSON": text_of(b"[]"), "attestationObject": text_of(b"\x9f" * 5000)},
            },
        ],
    )
    async def test_nonsense_is_refused(self, ada: httpx2.AsyncClient, credential: dict[str, Any]) -> None:
        asked = (await ada.post(f"{_AUTH}/passkeys/options")).json()
        body = {"challenge_id": asked["challenge_id"], "credential": credential, "name": "x"}
        answer = await ada.post(f"{_AUTH}/passkeys", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_passkey")
        sign_in = await ask(ada)
        assert (await answer_to(ada, sign_in, credential)).status_code == 401


class TestSignIn:
    async def test_a_passkey_signs_in_without_a_handle(
        self, client: httpx2.AsyncClient, passkey: Authenticator
    ) -> None:
        asked = await ask(client)
        assert asked["options"].get("allowCredentials", []) == []
        answer = await answer_to(client, asked, passkey.get(asked["options"]))
        assert answer.json()["user"]["handle"] == "ada"
        signed_in = with_token(client, answer.json()["access_token"])
        (shown,) = (await signed_in.get(f"{_AUTH}/security")).json()["passkeys"]
        assert shown["last_used_at"] is not None

    @pytest.mark.parametrize(
        "lie", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"verified": False}]
    )
    async def test_what_was_signed_for_another_site_or_without_its_user_is_refused(
        self, client: httpx2.AsyncClient, passkey: Authenticator, lie: dict[str, Any]
    ) -> None:
        for name, value in lie.items():
            setattr(passkey, name, value)
        asked = await ask(client)
        refused = await answer_to(client, asked, passkey.get(asked["options"]))
        assert (refused.status_code, refused.json()["code"]) == (401, "passkey_refused")

    async def test_an_answer_counts_once_also_of_ten_at_once(
        self, client: httpx2.AsyncClient, passkey: Authenticator
    ) -> None:
        asked = await ask(client)
        credential = passkey.get(asked["options"])
        answers = await asyncio.gather(*(answer_to(client, asked, credential) for _ in range(10)))
        assert sorted(answer.status_code for answer in answers) == [200] + [410] * 9
        # Nor does the signature fit another challenge.
        assert (await answer_to(client, await ask(client), credential)).status_code == 401

    async def test_a_refused_answer_uses_the_challenge_up(
        self, client: httpx2.AsyncClient, passkey: Authenticator
    ) -> None:
        asked = await ask(client)
        assert (await answer_to(client, asked, Authenticator().get(asked["options"]))).status_code == 401
        assert (await answer_to(client, asked, passkey.get(asked["options"]))).status_code == 410

    async def test_another_browser_cannot_answer(self, client: httpx2.AsyncClient, passkey: Authenticator) -> None:
        asked = await ask(client)
        client.cookies.clear()
        assert (await answer_to(client, asked, passkey.get(asked["options"]))).status_code == 410
        await ask(client)
        assert (await answer_to(client, asked, passkey.get(asked["options"]))).status_code == 410

    async def test_a_challenge_ends(
        self, client: httpx2.AsyncClient, passkey: Authenticator, database: Database
    ) -> None:
        asked = await ask(client)
        async with database.write() as session:
            await session.execute(update(Challenge).values(expires_at=utc_now()))
        assert (await answer_to(client, asked, passkey.get(asked["options"]))).status_code == 410

    async def test_a_count_that_goes_back_is_refused(self, client: httpx2.AsyncClient, passkey: Authenticator) -> None:
        for count, status in ((6, 200), (6, 401), (3, 401), (7, 200)):
            passkey.count = count - 1
            asked = await ask(client)
            assert (await answer_to(client, asked, passkey.get(asked["options"]))).status_code == status

    async def test_the_owner_that_it_names_must_be_the_one_that_is_known(
        self, client: httpx2.AsyncClient, passkey: Authenticator
    ) -> None:
        passkey.user_handle = text_of(b"0123456789abcdef")
        asked = await ask(client)
        assert (await answer_to(client, asked, passkey.get(asked["options"]))).status_code == 401

    async def test_a_suspended_or_deleted_user_does_not_get_in(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient, passkey: Authenticator, database: Database
    ) -> None:
        async with database.write() as session:
            await session.execute(update(User).values(suspended_at=utc_now()))
        asked = await ask(client)
        assert (await answer_to(client, asked, passkey.get(asked["options"]))).json()["code"] == "suspended"
        async with database.write() as session:
            await session.execute(update(User).values(suspended_at=None))
        assert (await ada.request("DELETE", "/api/v1/users/me", json={})).status_code == 204
        asked = await ask(client)
        assert (await answer_to(client, asked, passkey.get(asked["options"]))).status_code == 401
        async with database.read() as session:
            assert (await session.scalars(select(Passkey))).all() == []

    async def test_another_sites_page_cannot_ask(self, client: httpx2.AsyncClient) -> None:
        refused = await client.post(f"{_AUTH}/login/passkey/options", headers={"Sec-Fetch-Site": "cross-site"})
        assert refused.json()["code"] == "cross_site"


class TestLastWayIn:
    @pytest.fixture(autouse=True)
    async def without_password(self, ada: httpx2.AsyncClient, passkey: Authenticator, database: Database) -> None:
        """Ada has a passkey and no password."""
        async with database.write() as session:
            await session.execute(update(User).where(col(User.handle) == "ada").values(password_hash=None))

    async def test_the_last_passkey_stays(self, ada: httpx2.AsyncClient) -> None:
        (shown,) = (await ada.get(f"{_AUTH}/security")).json()["passkeys"]
        refused = await ada.delete(f"{_AUTH}/passkeys/{shown['id']}")
        assert (refused.status_code, refused.json()["code"]) == (409, "last_way_in")
        assert len((await ada.get(f"{_AUTH}/security")).json()["passkeys"]) == 1

    async def test_of_two_that_are_removed_at_once_one_stays(self, ada: httpx2.AsyncClient) -> None:
        await offer(ada, Authenticator())
        shown = (await ada.get(f"{_AUTH}/security")).json()["passkeys"]
        answers = await asyncio.gather(*(ada.delete(f"{_AUTH}/passkeys/{item['id']}") for item in shown))
        assert sorted(answer.status_code for answer in answers) == [204, 409]

    async def test_a_first_password_needs_no_present_one(
        self, client: httpx2.AsyncClient, ada: httpx2.AsyncClient
    ) -> None:
        assert (await ada.post(f"{_AUTH}/password", json={"new_password": "nine moons over Faro"})).status_code == 204
        login = {"login": "ada", "password": "nine moons over Faro"}
        assert (await client.post(f"{_AUTH}/login", json=login)).status_code == 200
