"""Sign-in with providers over HTTP: with a real OpenID provider, and with one that lies."""

import hmac
import json
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
from pydantic import SecretStr
from sqlalchemy import select, update
from sqlmodel import col

from services.api.settings import ApiSettings
from services.core.accounts.models import AuthSession, LinkedIdentity, User
from services.core.accounts.sign_in_settings import SignInSettings
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from tests.fixtures.accounts import PASSWORD, log_in, register, sign_up, with_token
from tests.fixtures.api import app_for
from tests.fixtures.identity_provider import CLIENT_ID, CLIENT_SECRET, Liar, allow
from tests.fixtures.mail import Post
from tests.fixtures.smtp import Mailbox

AUTH = "/api/v1/auth"


def configured(*issuers: tuple[str, str], **more: Any) -> SignInSettings:
    """Settings with OIDC providers of these names and issuers."""
    listed = [
        {"name": name, "kind": "oidc", "issuer": issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        for name, issuer in issuers
    ]
    return SignInSettings(providers=SecretStr(json.dumps(listed)), **more)


@pytest.fixture
async def client(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis, honest: str, liar: Liar
) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser at a site with both providers: it keeps cookies."""
    app = app_for(settings.replace(configured(("honest", honest), ("liar", liar.issuer))))
    async with LifespanManager(app):
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as opened:
            yield opened


async def begin(client: httpx2.AsyncClient, name: str = "liar", **body: str) -> str:
    answer = await client.post(f"{AUTH}/providers/{name}/begin", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["url"])


async def finish(client: httpx2.AsyncClient, came: dict[str, str], name: str = "liar") -> httpx2.Response:
    return await client.post(f"{AUTH}/providers/{name}/finish", json=came)


async def new_account(client: httpx2.AsyncClient, liar: Liar, handle: str, **claims: Any) -> dict[str, Any]:
    """Sign in with the liar and register; gives the answer."""
    came = liar.allow(await begin(client), **claims)
    assert (await finish(client, came)).json()["next"] == "new"
    made = await client.post(f"{AUTH}/providers/register", json={"handle": handle, "email": f"{handle}@example.org"})
    assert made.status_code == 200, made.text
    answer: dict[str, Any] = made.json()
    return answer


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


class TestLinking:
    async def test_one_links_and_unlinks_but_never_the_last_way_in(
        self, client: httpx2.AsyncClient, liar: Liar
    ) -> None:
        made = await new_account(client, liar, "bob")
        headers = {"Authorization": f"Bearer {made['tokens']['access_token']}"}
        (only,) = (await client.get(f"{AUTH}/identities", headers=headers)).json()["identities"]
        refused = await client.delete(f"{AUTH}/identities/{only['id']}", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "last_way_in")
        url = (await client.post(f"{AUTH}/providers/liar/link", json={}, headers=headers)).json()["url"]
        came = liar.allow(url, sub="bob-2")
        linked = await client.post(f"{AUTH}/providers/liar/finish", json=came, headers=headers)
        assert linked.json()["next"] == "linked"
        assert (await client.delete(f"{AUTH}/identities/{only['id']}", headers=headers)).status_code == 204
        assert (await client.delete(f"{AUTH}/identities/{only['id']}", headers=headers)).status_code == 404
        assert (await finish(client, liar.allow(await begin(client), sub="bob-2"))).json()["next"] == "signed_in"
        assert (await finish(client, liar.allow(await begin(client), sub="bob-1"))).json()["next"] == "new"

    async def test_a_link_goes_to_who_began_it_and_takes_nothing_from_others(
        self, client: httpx2.AsyncClient, liar: Liar
    ) -> None:
        await new_account(client, liar, "bob")
        tokens = {name: (await sign_up(client, name))["access_token"] for name in ("ada", "eve")}
        ada, eve = ({"Authorization": f"Bearer {tokens[name]}"} for name in ("ada", "eve"))
        link, end = f"{AUTH}/providers/liar/link", f"{AUTH}/providers/liar/finish"
        for sender in ({}, eve):
            came = liar.allow((await client.post(link, json={}, headers=ada)).json()["url"], sub="new-1")
            assert (await client.post(end, json=came, headers=sender)).json()["code"] == "sign_in_over"
        came = liar.allow((await client.post(link, json={}, headers=ada)).json()["url"], sub="bob-1")
        assert (await client.post(end, json=came, headers=ada)).json()["code"] == "identity_taken"
        theirs = (await client.get(f"{AUTH}/identities", headers=ada)).json()["identities"]
        assert theirs == []

    async def test_nobody_unlinks_what_is_not_theirs(
        self, client: httpx2.AsyncClient, liar: Liar, database: Database
    ) -> None:
        await new_account(client, liar, "bob")
        async with database.read() as session:
            (row,) = (await session.scalars(select(LinkedIdentity))).all()
            made = await session.scalar(select(col(User.created_at)).where(col(User.id) == row.user_id))
        assert row.linked_at == made, "what the account was made with stays when its address is taken back"
        eve = await register(client, "eve")
        assert (await eve.delete(f"{AUTH}/identities/{row.id}")).status_code == 404

    async def test_a_suspended_user_and_a_deleted_one_do_not_get_in(
        self, client: httpx2.AsyncClient, liar: Liar, database: Database
    ) -> None:
        made = await new_account(client, liar, "bob")
        mine = update(User).where(col(User.handle) == "bob")
        async with database.write() as session:
            await session.execute(mine.values(suspended_at=utc_now()))
        assert (await finish(client, liar.allow(await begin(client)))).json()["code"] == "suspended"
        async with database.write() as session:
            await session.execute(mine.values(suspended_at=None))
        bob = with_token(client, made["tokens"]["access_token"])
        # Who has no password needs none, while the sign-in is young.
        async with database.write() as session:
            began = utc_now().replace(year=2025)
            await session.execute(update(AuthSession).values(created_at=began, proved_at=began))
        old = await bob.request("DELETE", "/api/v1/users/me", json={})
        assert old.json()["code"] == "proof_needed"
        again = (await finish(client, liar.allow(await begin(client)))).json()["tokens"]["access_token"]
        bob = with_token(client, again)
        assert (await bob.request("DELETE", "/api/v1/users/me", json={})).status_code == 204
        assert (await finish(client, liar.allow(await begin(client)))).json()["next"] == "new"


class TestTold:
    @pytest.fixture
    def settings(self, mail_settings: ApiSettings) -> ApiSettings:
        """Of a site that sends mail."""
        return mail_settings

    async def test_a_link_and_its_end_are_told_once_by_mail_and_in_the_inbox(
        self, client: httpx2.AsyncClient, liar: Liar, mailbox: Mailbox, post: Post
    ) -> None:
        made = await new_account(client, liar, "bob")
        headers = {"Authorization": f"Bearer {made['tokens']['access_token']}"}
        bob = with_token(client, made["tokens"]["access_token"])

        async def told() -> tuple[list[str], list[str]]:
            await post()
            notices = (await bob.get("/api/v1/notices")).json()["items"]
            subjects = [str(message["Subject"]) for message in mailbox.of("bob@example.org")]
            return [entry["kind"] for entry in notices if entry["kind"].startswith("way_in")], subjects

        async def link(subject: str) -> None:
            begun = await client.post(f"{AUTH}/providers/liar/link", json={}, headers=headers)
            came = liar.allow(begun.json()["url"], sub=subject)
            answer = await client.post(f"{AUTH}/providers/liar/finish", json=came, headers=headers)
            assert answer.json()["next"] == "linked"

        kinds, before = await told()
        assert kinds == [], "what an account is made with is no news"
        await link("bob-2")
        await link("bob-2")
        kinds, mails = await told()
        assert (kinds, len(mails)) == (["way_in_added"], len(before) + 1)
        found = (await bob.get(f"{AUTH}/identities")).json()["identities"]
        for number, identity in enumerate(found):
            answer = await bob.delete(f"{AUTH}/identities/{identity['id']}")
            assert answer.status_code == (204, 409)[number]
        kinds, mails = await told()
        assert sorted(kinds) == ["way_in_added", "way_in_removed"], "what was refused is not told"
        assert len(mails) == len(before) + 2
        assert len(set(mails[-2:])) == 2


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
