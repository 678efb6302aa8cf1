"""Sign-in with providers over HTTP: with a real OpenID provider, and with one that lies."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import redis.asyncio
from asgi_lifespan import LifespanManager
from joserfc import jwt
from joserfc.jwk import ECKey

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from tests.fixtures.accounts import PASSWORD, log_in, sign_up
from tests.fixtures.api import app_for
from tests.fixtures.identity_provider import CLIENT_ID, CLIENT_SECRET, Liar, allow
from tests.fixtures.provider_site import AUTH, begin, browser_at, configured, finish, new_account


@pytest.fixture
async def client(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis, honest: str, liar: Liar
) -> AsyncIterator[httpx2.AsyncClient]:
    async with browser_at(settings, honest, liar) as opened:
        yield opened


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def by_mac(key: bytes, payload: str) -> str:
    """An ID token that takes `key`, which is not secret to its maker, for a shared one."""
    header = encoded(b'{"alg":"HS256","kid":"first"}')
    signed = f"{header}.{payload}"
    return f"{signed}.{encoded(hmac.digest(key, signed.encode(), 'sha256'))}"


class TestRealProvider:
    async def test_a_first_sign_in_makes_an_account_and_the_next_one_opens_it(
        self, client: httpx2.AsyncClient, honest: str
    ) -> None:
        ways = (await client.get(f"{AUTH}/ways")).json()
        assert (ways["passwords"], ways["registration"]) == (True, True)
        assert ways["providers"][0] == {"name": "honest", "label": "honest"}
        url = await begin(client, "honest", return_to="/explore?q=sea")
        assert parse_qs(urlsplit(url).query)["redirect_uri"] == ["http://localhost:8000/sign-in/with/honest"]
        first = (await finish(client, await allow(url, "ada-1"), "honest")).json()
        assert first == {
            "next": "new",
            "return_to": "/explore?q=sea",
            "tokens": None,
            "proposal": {
                "handle": "ada",
                "display_name": "Ada L.",
                "email": "ada@example.org",
                "email_verified": True,
            },
        }
        kept = client.cookies["fractafrag-pending"]
        made = (await client.post(f"{AUTH}/providers/register", json={"handle": "countess"})).json()
        assert made["return_to"] == "/explore?q=sea"
        assert made["tokens"]["user"]["email_verified_at"] is not None
        assert (await client.post(f"{AUTH}/refresh")).status_code == 200
        assert "fractafrag-pending" not in client.cookies
        client.cookies.set("fractafrag-pending", kept)
        # The answer was lost, and the form is sent again.
        once_more = (await client.post(f"{AUTH}/providers/register", json={"handle": "countess"})).json()
        assert once_more["tokens"]["user"]["id"] == made["tokens"]["user"]["id"]
        again = await finish(client, await allow(await begin(client, "honest"), "ada-1"), "honest")
        assert (again.json()["next"], again.json()["tokens"]["user"]["handle"]) == ("signed_in", "countess")

    async def test_a_verified_address_of_an_account_asks_to_sign_in_there_once(
        self, client: httpx2.AsyncClient, honest: str
    ) -> None:
        await sign_up(client, "ada")
        came = await allow(await begin(client, "honest"), "ada-1")
        known = (await finish(client, came, "honest")).json()
        assert (known["next"], known["tokens"]) == ("known", None)
        refused = await client.post(f"{AUTH}/providers/register", json={"handle": "thief"})
        assert refused.json()["code"] == "email_taken"
        eve = (await sign_up(client, "eve"))["access_token"]
        confirm = f"{AUTH}/providers/confirm"
        other = await client.post(confirm, headers={"Authorization": f"Bearer {eve}"})
        assert other.json()["code"] == "other_account"
        mine = {"Authorization": f"Bearer {(await log_in(client, 'ada'))['access_token']}"}
        assert (await client.post(confirm, headers=mine)).status_code == 200
        again = await finish(client, await allow(await begin(client, "honest"), "ada-1"), "honest")
        assert again.json()["tokens"]["user"]["handle"] == "ada"

    async def test_an_unverified_address_is_a_proposal_and_opens_nothing(
        self, client: httpx2.AsyncClient, honest: str
    ) -> None:
        await sign_up(client, "ada")
        came = await allow(await begin(client, "honest"), "eve-1")
        answer = (await finish(client, came, "honest")).json()
        assert (answer["next"], answer["proposal"]["email_verified"]) == ("new", False)
        make = f"{AUTH}/providers/register"
        assert (await client.post(make, json={"handle": "eve"})).json()["code"] == "address_missing"
        taken = await client.post(make, json={"handle": "eve", "email": "ada@example.org"})
        assert taken.json()["code"] == "email_taken"
        ada = {"Authorization": f"Bearer {(await log_in(client, 'ada'))['access_token']}"}
        assert (await client.post(f"{AUTH}/providers/confirm", headers=ada)).json()["code"] == "other_account"
        made = await client.post(make, json={"handle": "eve", "email": "eve@example.org"})
        assert made.json()["tokens"]["user"]["email_verified_at"] is None

    async def test_a_code_is_good_once(self, client: httpx2.AsyncClient, honest: str) -> None:
        url = await begin(client, "honest")
        kept = client.cookies["fractafrag-attempt"]
        came = await allow(url, "ada-1")
        assert (await finish(client, came, "honest")).status_code == 200
        assert (await finish(client, came, "honest")).json()["code"] == "sign_in_over"
        client.cookies.set("fractafrag-attempt", kept)
        assert (await finish(client, came, "honest")).json()["code"] == "sign_in_over"
        # In a new attempt, too: the provider takes it no second time, and its verifier is another one.
        await begin(client, "honest")
        state = parse_qs(urlsplit(await begin(client, "honest")).query)["state"][0]
        assert (await finish(client, {**came, "state": state}, "honest")).json()["code"] == "sign_in_refused"


class TestHostile:
    @pytest.mark.parametrize(
        "change",
        [
            {"aud": "another"},
            {"aud": None},
            {"aud": [CLIENT_ID, "another"]},
            {"aud": [CLIENT_ID, "another"], "azp": "another"},
            {"azp": "another"},
            {"iss": "https://issuer.example.org"},
            {"nonce": "another"},
            {"nonce": None},
            {"exp": 1_700_000_000},
            {"exp": None},
            {"iat": 4_000_000_000},
            {"sub": None},
            {"sub": ""},
            {"sub": "x" * 256},
            {"sub": 7},
        ],
        ids=str,
    )
    async def test_a_wrong_claim_signs_nobody_in(
        self, client: httpx2.AsyncClient, liar: Liar, change: dict[str, Any]
    ) -> None:
        await new_account(client, liar, "bob")
        came = liar.allow(await begin(client))
        liar.claims |= change
        answer = await finish(client, came)
        assert (answer.status_code, answer.json()["code"]) == (400, "sign_in_refused")
        assert "set-cookie" not in answer.headers or "fractafrag-refresh" not in answer.headers["set-cookie"]

    async def test_a_token_without_a_signature_or_by_another_key_signs_nobody_in(
        self, client: httpx2.AsyncClient, liar: Liar
    ) -> None:
        url = await begin(client)
        came = liar.allow(url)
        asked = liar.codes[came["code"]]
        true = liar.signed(asked)
        payload = true.split(".")[1]
        unsigned = encoded(b'{"alg":"none"}')
        none = f"{unsigned}.{payload}."
        claims = jwt.decode(true, liar.key, algorithms=["ES256"]).claims
        confused, by_secret = (by_mac(key, payload) for key in (liar.key.as_pem(private=False), CLIENT_SECRET.encode()))
        stranger = ECKey.generate_key("P-256", {"kid": "first"})
        forged = jwt.encode({"alg": "ES256", "kid": "first"}, claims, stranger, algorithms=["ES256"])
        for token in (none, confused, by_secret, forged, "nonsense", "a.b.c", ""):
            liar.token = token
            answer = await finish(client, liar.allow(await begin(client)))
            assert (answer.status_code, answer.json()["code"]) == (400, "sign_in_refused"), token

    async def test_a_state_that_is_mixed_up_is_refused(self, client: httpx2.AsyncClient, liar: Liar) -> None:
        came = liar.allow(await begin(client))
        victim = httpx2.AsyncClient(transport=client._transport, base_url=client.base_url)
        # Another browser, with nothing begun and with an attempt of its own.
        assert (await finish(victim, came)).json()["code"] == "sign_in_over"
        await begin(victim)
        assert (await finish(victim, came)).json()["code"] == "sign_in_over"
        # This browser, at the page of another provider.
        assert (await finish(client, came, "honest")).json()["code"] == "sign_in_over"
        await begin(client)
        client.cookies.set("fractafrag-attempt", client.cookies["fractafrag-attempt"][:-4] + "AAAA")
        assert (await finish(client, came)).json()["code"] == "sign_in_over"

    async def test_an_answer_of_another_issuer_is_refused(self, client: httpx2.AsyncClient, liar: Liar) -> None:
        came = liar.allow(await begin(client))
        assert (await finish(client, {**came, "iss": "https://issuer.example.org"})).json()["code"] == "sign_in_refused"

    async def test_who_does_not_go_on_is_told_so(self, client: httpx2.AsyncClient, liar: Liar) -> None:
        came = liar.allow(await begin(client))
        answer = await finish(client, {"state": came["state"], "error": "access_denied"})
        assert (answer.status_code, answer.json()["code"]) == (400, "sign_in_cancelled")

    async def test_userinfo_about_somebody_else_is_refused(self, client: httpx2.AsyncClient, liar: Liar) -> None:
        liar.userinfo = {"sub": "ada-1", "email": "ada@example.org", "email_verified": True}
        assert (await finish(client, liar.allow(await begin(client)))).json()["code"] == "sign_in_refused"
        liar.userinfo = {"sub": "bob-1", "email": "bob@example.org", "email_verified": "yes"}
        answer = (await finish(client, liar.allow(await begin(client)))).json()
        assert answer["proposal"]["email_verified"] is False

    @pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", "x"])
    async def test_it_returns_to_paths_of_this_site_only(self, client: httpx2.AsyncClient, path: str) -> None:
        answer = await client.post(f"{AUTH}/providers/liar/begin", json={"return_to": path})
        assert answer.json()["code"] == "malformed"

    async def test_a_page_of_another_site_begins_and_finishes_nothing(self, client: httpx2.AsyncClient) -> None:
        for step in ("liar/begin", "liar/finish", "register"):
            answer = await client.post(f"{AUTH}/providers/{step}", json={}, headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.json()["code"] == "cross_site"


class TestKeysAndOutages:
    async def test_new_keys_are_found_and_old_ones_end(self, client: httpx2.AsyncClient, liar: Liar) -> None:
        await new_account(client, liar, "bob")
        old = liar.key
        liar.key = ECKey.generate_key("P-256", {"kid": "second", "use": "sig"})
        # Keys that were just read are not read again for a token by an unknown one.
        assert (await finish(client, liar.allow(await begin(client)))).json()["code"] == "sign_in_refused"
        assert liar.key_requests == 1
        provider = client._transport.app.state.services.provider_sign_in._providers["liar"]  # type: ignore[attr-defined]
        provider._keys._read_at -= 31
        assert (await finish(client, liar.allow(await begin(client)))).json()["next"] == "signed_in"
        liar.shown, liar.key = [liar.key], old
        assert (await finish(client, liar.allow(await begin(client)))).json()["code"] == "sign_in_refused"

    async def test_a_provider_that_is_down_is_said_to_be_and_nothing_else_breaks(
        self, client: httpx2.AsyncClient, liar: Liar
    ) -> None:
        liar.is_down = True
        down = await client.post(f"{AUTH}/providers/liar/begin", json={})
        assert (down.status_code, down.json()["code"]) == (503, "provider_down")
        assert "Retry-After" in down.headers
        await sign_up(client, "ada")
        liar.is_down = False
        came = liar.allow(await begin(client))
        liar.is_down = True
        assert (await finish(client, came)).json()["code"] == "provider_down"

    @pytest.mark.parametrize(
        "nonsense", [b"null", b"5", b'["id_token"]', b'"text"', b"{", b"\xff", b'{"expires_in": [1]}'], ids=repr
    )
    async def test_one_that_answers_with_no_tokens_is_down(
        self, client: httpx2.AsyncClient, liar: Liar, nonsense: bytes
    ) -> None:
        liar.nonsense = nonsense
        answer = await finish(client, liar.allow(await begin(client)))
        assert (answer.status_code, answer.json()["code"]) == (503, "provider_down")

    async def test_a_discovery_document_of_another_issuer_is_not_believed(
        self, client: httpx2.AsyncClient, liar: Liar
    ) -> None:
        liar.metadata = {"issuer": "https://issuer.example.org"}
        answer = await client.post(f"{AUTH}/providers/liar/begin", json={})
        assert answer.json()["code"] == "provider_down"


class TestSwitches:
    @pytest.fixture
    def closed(self, settings: ApiSettings, liar: Liar, database: Database, redis_client: Any) -> ApiSettings:
        return settings.replace(configured(("liar", liar.issuer), passwords=False, registration=False))

    async def test_without_passwords_and_registration_only_those_with_an_account_get_in(
        self, closed: ApiSettings, liar: Liar, client: httpx2.AsyncClient
    ) -> None:
        await new_account(client, liar, "bob")
        await sign_up(client, "ada")
        app = app_for(closed)
        async with LifespanManager(app):
            transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
            async with httpx2.AsyncClient(transport=transport, base_url="http://test") as shut:
                ways = (await shut.get(f"{AUTH}/ways")).json()
                assert (ways["passwords"], ways["registration"]) == (False, False)
                new = {"handle": "eve", "email": "eve@example.org", "password": PASSWORD}
                for path, body in (
                    ("login", {"login": "ada", "password": PASSWORD}),
                    ("register", new),
                    ("password/forgot", {"email": "ada@example.org"}),
                    ("password/reset", {"token": "x", "password": PASSWORD}),
                ):
                    answer = await shut.post(f"{AUTH}/{path}", json=body)
                    assert (answer.status_code, answer.json()["code"]) == (403, "passwords_off"), path
                assert (await finish(shut, liar.allow(await begin(shut)))).json()["next"] == "signed_in"
                stranger = await finish(shut, liar.allow(await begin(shut), sub="new-1"))
                assert (stranger.status_code, stranger.json()["code"]) == (403, "registration_off")
