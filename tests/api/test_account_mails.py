"""Confirming, changing and taking back an address, and a forgotten password: over HTTP, with mails by a real server."""

import asyncio
import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import httpx2
import pytest
from asgi_lifespan import LifespanManager
from sqlalchemy import select, update
from sqlmodel import col

from services.api.settings import ApiSettings
from services.core.accounts import links
from services.core.accounts.models import AccountLink, LinkedIdentity, LinkPurpose, User
from services.core.accounts.repository import lock_user
from services.core.accounts.settings import AuthSettings
from services.core.factors.models import Passkey
from services.core.jobs.models import OutboxMessage
from services.core.keys.models import ApiKey
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.mail import repository
from services.core.mail.models import Mail
from services.core.mail.settings import MailSettings
from services.core.mail.unsubscribe import Unsubscribing
from tests.fixtures.accounts import PASSWORD, log_in, register, sign_up, with_token
from tests.fixtures.api import app_for
from tests.fixtures.mail import Post
from tests.fixtures.smtp import Mailbox, text_of

NEW_PASSWORD = "eight moons over Porto"


@pytest.fixture
def client(mail_client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """A client of a site that sends mail and wants confirmed addresses."""
    return mail_client


def token_in(message: EmailMessage, page: str) -> str:
    found = re.search(rf"http://localhost:8000/{page}#(\S+)", text_of(message))
    assert found is not None, text_of(message)
    return found[1]


async def follow(client: httpx2.AsyncClient, action: str, token: str, **more: str) -> httpx2.Response:
    return await client.post(f"/api/v1/auth/{action}", json={"token": token, **more})


class TestVerify:
    async def test_a_new_account_is_held_back_until_its_address_is_confirmed(
        self, client: httpx2.AsyncClient, mailbox: Mailbox, post: Post
    ) -> None:
        tokens = await sign_up(client, "ada")
        assert tokens["user"]["held_back"] is True
        await post()
        (message,) = mailbox.of("ada@example.org")
        token = token_in(message, "verify")
        assert (await follow(client, "email/verify", token)).status_code == 204
        assert (await follow(client, "email/verify", token)).json()["code"] == "link_over"
        renewed = await log_in(client, "ada")
        assert renewed["user"]["held_back"] is False
        assert (await with_token(client, renewed["access_token"]).get("/api/v1/users/me")).json()["email_verified_at"]

    async def test_a_mail_can_be_sent_again_and_ends_the_link_before(
        self, client: httpx2.AsyncClient, mailbox: Mailbox, post: Post
    ) -> None:
        ada = await register(client, "ada")
        assert (await ada.post("/api/v1/auth/email/send")).status_code == 204
        await post()
        tokens = {token_in(message, "verify") for message in mailbox.of("ada@example.org")}
        answers = [(await follow(client, "email/verify", token)).status_code for token in tokens]
        assert sorted(answers) == [204, 410]
        again = await ada.post("/api/v1/auth/email/send")
        assert (again.status_code, again.json()["code"]) == (409, "already_verified")

    async def test_a_link_opened_while_something_ends_it_is_over(
        self, client: httpx2.AsyncClient, mailbox: Mailbox, post: Post, database: Database
    ) -> None:
        user_id = UUID((await sign_up(client, "ada"))["user"]["id"])
        await post()
        (message,) = mailbox.of("ada@example.org")
        async with database.write() as session:
            await lock_user(session, user_id)
            opened = asyncio.ensure_future(follow(client, "email/verify", token_in(message, "verify")))
            await asyncio.sleep(0.5)
            await links.end(session, user_id, LinkPurpose.VERIFY)
        assert (await opened).json()["code"] == "link_over"


class TestChange:
    async def test_a_new_address_is_used_when_it_is_confirmed_and_both_are_told(
        self, client: httpx2.AsyncClient, mailbox: Mailbox, post: Post
    ) -> None:
        ada = await confirmed(client, mailbox, post)
        change = {"email": "new@example.org", "current_password": PASSWORD}
        assert (await ada.patch("/api/v1/users/me", json=change)).json()["email"] == "ada@example.org"
        state = (await ada.get("/api/v1/auth/email")).json()
        assert (state["email"], state["pending"]) == ("ada@example.org", "new@example.org")
        await post()
        (asked,) = mailbox.of("new@example.org")
        assert "about to change" in mailbox.of("ada@example.org")[-1]["Subject"]
        assert (await follow(client, "email/confirm", token_in(asked, "confirm-address"))).status_code == 204
        await post()
        state = (await ada.get("/api/v1/auth/email")).json()
        assert (state["email"], state["pending"], state["verified_at"] is None) == ("new@example.org", None, False)
        assert "has changed" in mailbox.of("new@example.org")[-1]["Subject"]
        assert "no longer your address" in mailbox.of("ada@example.org")[-1]["Subject"]

    async def test_who_takes_an_account_over_cannot_end_its_owners_way_back(
        self, client: httpx2.AsyncClient, mailbox: Mailbox, post: Post
    ) -> None:
        thief = await confirmed(client, mailbox, post)
        for address in ("thief@example.org", "other@example.org"):
            await thief.patch("/api/v1/users/me", json={"email": address, "current_password": PASSWORD})
            await post()
            await follow(client, "email/confirm", token_in(mailbox.of(address)[-1], "confirm-address"))
            await post()
        # The thief takes the first stolen address back, asks for a new password, and sets it.
        later = token_in(mailbox.of("thief@example.org")[-1], "revert-address")
        assert (await follow(client, "email/revert", later)).status_code == 204
        await client.post("/api/v1/auth/password/forgot", json={"email": "thief@example.org"})
        await post()
        reset = token_in(mailbox.of("thief@example.org")[-1], "reset")
        assert (await follow(client, "password/reset", reset, password=NEW_PASSWORD)).status_code == 204
        tokens = await log_in(client, "ada", NEW_PASSWORD)
        # The owner's link is good all the same, and ends it all.
        back = token_in(mailbox.of("ada@example.org")[-1], "revert-address")
        assert (await follow(client, "email/revert", back)).status_code == 204
        assert (await with_token(client, tokens["access_token"]).get("/api/v1/users/me")).status_code == 401
        login = {"login": "ada@example.org", "password": NEW_PASSWORD}
        assert (await client.post("/api/v1/auth/login", json=login)).status_code == 401
        assert (await follow(client, "email/revert", later)).status_code == 410

    async def test_taking_it_back_ends_what_was_added_since_shortly_before_the_change_was_asked_for(
        self, client: httpx2.AsyncClient, database: Database, mailbox: Mailbox, post: Post
    ) -> None:
        thief = await confirmed(client, mailbox, post)
        user_id, now = UUID((await thief.get("/api/v1/users/me")).json()["id"]), utc_now()
        # The thief has waited for two days with the link that went to the new address.
        times = {"first": now - timedelta(hours=60), "thief": now - timedelta(hours=48)}
        agents = {}
        for name, at in times.items():
            made = (await thief.post("/api/v1/keys", json={"name": name, "scopes": ["write"]})).json()
            agents[name] = with_token(client, made["key"])
            async with database.write() as session:
                session.add(passkey_of(user_id, name, at))
                session.add(identity_of(user_id, name, at))
                await session.execute(update(ApiKey).where(col(ApiKey.name) == name).values(created_at=at))
        async with database.write() as session:
            await session.execute(update(User).values(created_at=times["first"]))
        await thief.patch("/api/v1/users/me", json={"email": "thief@example.org", "current_password": PASSWORD})
        await post()
        await follow(client, "email/confirm", token_in(mailbox.of("thief@example.org")[-1], "confirm-address"))
        await post()
        back = token_in(mailbox.of("ada@example.org")[-1], "revert-address")
        assert (await follow(client, "email/revert", back)).status_code == 204
        async with database.read() as session:
            assert (await session.scalars(select(col(Passkey.name)))).all() == ["first"]
            assert (await session.scalars(select(col(LinkedIdentity.subject)))).all() == ["first"]
        answers = {name: (await agent.get("/api/v1/users/me")).status_code for name, agent in agents.items()}
        assert answers == {"first": 200, "thief": 401}

    async def test_of_two_who_want_one_address_the_second_hears_that_it_is_taken(
        self, client: httpx2.AsyncClient, mailbox: Mailbox, post: Post
    ) -> None:
        for handle in ("ada", "bob"):
            user = await register(client, handle)
            change = {"email": "new@example.org", "current_password": PASSWORD}
            assert (await user.patch("/api/v1/users/me", json=change)).status_code == 200
        await post()
        first, second = (token_in(message, "confirm-address") for message in mailbox.of("new@example.org"))
        assert (await follow(client, "email/confirm", first)).status_code == 204
        answer = await follow(client, "email/confirm", second)
        assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")

    async def test_without_verification_it_changes_at_once_and_both_are_told(
        self, client: httpx2.AsyncClient, mail_settings: ApiSettings, mailbox: Mailbox, post: Post
    ) -> None:
        trusting = mail_settings.replace(mail_settings.of(AuthSettings).model_copy(update={"verify_addresses": False}))
        app = app_for(trusting)
        async with LifespanManager(app):
            transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
            async with httpx2.AsyncClient(transport=transport, base_url="http://test") as other:
                ada = await register(other, "ada")
                change = {"email": "new@example.org", "current_password": PASSWORD}
                assert (await ada.patch("/api/v1/users/me", json=change)).json()["email"] == "new@example.org"
        await post()
        assert len(mailbox.of("new@example.org")) == len(mailbox.of("ada@example.org")) == 1


class TestReset:
    async def test_a_forgotten_password_is_set_anew_and_all_sessions_end(
        self, client: httpx2.AsyncClient, mailbox: Mailbox, post: Post
    ) -> None:
        ada = await register(client, "ada")
        asked = await client.post("/api/v1/auth/password/forgot", json={"email": "Ada@example.org"})
        assert asked.status_code == 204
        await post()
        token = token_in(mailbox.of("ada@example.org")[-1], "reset")
        weak = await follow(client, "password/reset", token, password="password1")
        assert (weak.status_code, weak.json()["code"]) == (422, "weak_password")
        assert (await follow(client, "password/reset", token, password=NEW_PASSWORD)).status_code == 204
        assert (await follow(client, "password/reset", token, password=NEW_PASSWORD)).status_code == 410
        assert (await ada.get("/api/v1/users/me")).status_code == 401
        assert (await log_in(client, "ada", NEW_PASSWORD))["user"]["held_back"] is False
        await post()
        assert "password" in mailbox.of("ada@example.org")[-1]["Subject"]

    async def test_who_prepared_an_account_for_somebody_elses_address_keeps_no_way_in(
        self, client: httpx2.AsyncClient, database: Database, mailbox: Mailbox, post: Post
    ) -> None:
        signed = await sign_up(client, "ada")
        preparer = with_token(client, signed["access_token"])
        key = (await preparer.post("/api/v1/keys", json={"name": "later", "scopes": ["write"]})).json()["key"]
        async with database.write() as session:
            session.add(passkey_of(UUID(signed["user"]["id"]), "later", utc_now()))
            session.add(identity_of(UUID(signed["user"]["id"]), "later", utc_now()))
        agent = with_token(client, key)
        assert (await agent.get("/api/v1/users/me")).status_code == 200
        await client.post("/api/v1/auth/password/forgot", json={"email": "ada@example.org"})
        await post()
        token = token_in(mailbox.of("ada@example.org")[-1], "reset")
        assert (await follow(client, "password/reset", token, password=NEW_PASSWORD)).status_code == 204
        assert (await agent.get("/api/v1/users/me")).status_code == 401
        async with database.read() as session:
            assert (await session.scalars(select(Passkey))).all() == []
            assert (await session.scalars(select(LinkedIdentity))).all() == []

    async def test_who_has_confirmed_the_address_keeps_what_was_linked(
        self, client: httpx2.AsyncClient, database: Database, mailbox: Mailbox, post: Post
    ) -> None:
        ada = await confirmed(client, mailbox, post)
        user_id = UUID((await ada.get("/api/v1/users/me")).json()["id"])
        async with database.write() as session:
            session.add(identity_of(user_id, "hers", utc_now()))
        await client.post("/api/v1/auth/password/forgot", json={"email": "ada@example.org"})
        await post()
        token = token_in(mailbox.of("ada@example.org")[-1], "reset")
        assert (await follow(client, "password/reset", token, password=NEW_PASSWORD)).status_code == 204
        async with database.read() as session:
            assert (await session.scalars(select(col(LinkedIdentity.subject)))).all() == ["hers"]

    async def test_of_two_who_use_one_link_at_once_one_sets_the_password(
        self, client: httpx2.AsyncClient, mailbox: Mailbox, post: Post
    ) -> None:
        await sign_up(client, "ada")
        await client.post("/api/v1/auth/password/forgot", json={"email": "ada@example.org"})
        await post()
        token = token_in(mailbox.of("ada@example.org")[-1], "reset")
        passwords = [f"{number} moons over Porto" for number in range(5)]
        answers = await asyncio.gather(
            *(follow(client, "password/reset", token, password=password) for password in passwords)
        )
        assert sorted(answer.status_code for answer in answers) == [204, 410, 410, 410, 410]

    async def test_an_address_without_an_account_gets_the_same_answer_and_the_same_work(
        self, client: httpx2.AsyncClient, database: Database, mailbox: Mailbox, post: Post
    ) -> None:
        await sign_up(client, "ada")
        await post()
        seen = []
        for email in ("ada@example.org", "nobody@example.org"):
            before = await rows(database)
            answer = await client.post("/api/v1/auth/password/forgot", json={"email": email})
            written = [now - then for now, then in zip(await rows(database), before, strict=True)]
            seen.append((answer.status_code, answer.content, written))
        assert seen[0] == seen[1] == (204, b"", [1, 1, 1])
        await post()
        assert mailbox.of("nobody@example.org") == []

    async def test_a_link_is_good_for_half_an_hour_and_a_newer_one_ends_it(
        self, client: httpx2.AsyncClient, database: Database, mailbox: Mailbox, post: Post
    ) -> None:
        await sign_up(client, "ada")
        for _ in range(2):
            await client.post("/api/v1/auth/password/forgot", json={"email": "ada@example.org"})
            await post()
        first, second = (token_in(message, "reset") for message in mailbox.of("ada@example.org")[-2:])
        assert (await follow(client, "password/reset", first, password=NEW_PASSWORD)).status_code == 410
        async with database.write() as session:
            resets = select(AccountLink).where(col(AccountLink.purpose) == LinkPurpose.RESET)
            link = (await session.scalars(resets)).one()
            assert link.expires_at - link.created_at == timedelta(minutes=30)
            await session.execute(update(AccountLink).values(expires_at=utc_now()))
        assert (await follow(client, "password/reset", second, password=NEW_PASSWORD)).status_code == 410

    async def test_a_site_without_mail_says_so(self, settings: ApiSettings, database: Database) -> None:
        app = app_for(settings)
        async with LifespanManager(app):
            transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
            async with httpx2.AsyncClient(transport=transport, base_url="http://test") as other:
                ways = (await other.get("/api/v1/auth/ways")).json()
                answer = await other.post("/api/v1/auth/password/forgot", json={"email": "ada@example.org"})
        assert ways["mail"] is False
        assert (answer.status_code, answer.json()["code"]) == (409, "mail_off")


class TestNewSignIn:
    async def test_a_sign_in_from_a_new_place_is_told_once(
        self, client: httpx2.AsyncClient, mailbox: Mailbox, post: Post
    ) -> None:
        await sign_up(client, "ada")
        await log_in(client, "ada")
        await post()
        assert [message["Subject"] for message in mailbox.messages if "sign-in" in message["Subject"]] == []
        client.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko Firefox/150.0 <b>pay here</b>"
        for _ in range(2):
            await log_in(client, "ada")
        await post()
        (told,) = [message for message in mailbox.messages if "sign-in" in message["Subject"]]
        assert "Firefox on Linux" in text_of(told)
        assert "pay here" not in told.as_string()


class TestUnsubscribe:
    async def test_looking_changes_nothing_and_posting_does(
        self, client: httpx2.AsyncClient, mail_settings: ApiSettings, database: Database
    ) -> None:
        ada = (await sign_up(client, "ada"))["user"]
        token = Unsubscribing(mail_settings.of(MailSettings)).token(UUID(ada["id"]), "fork")
        path = f"/api/v1/mail/unsubscribe/{token}"
        looked = await client.get(path)
        assert (looked.status_code, looked.headers["location"]) == (303, f"http://localhost:8000/unsubscribe#{token}")
        async with database.read() as session:
            assert not await repository.is_opted_out(session, UUID(ada["id"]), "fork")
        one_click = await client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert (one_click.status_code, one_click.json()) == (200, {"topic": "fork"})
        async with database.read() as session:
            assert await repository.is_opted_out(session, UUID(ada["id"]), "fork")
        broken = await client.post(path + "x")
        assert (broken.status_code, broken.json()["code"]) == (404, "unknown_subscription")


async def confirm(client: httpx2.AsyncClient, mailbox: Mailbox, post: Post) -> httpx2.AsyncClient:
    """Confirm Ada's address by the mail to it, and sign in anew."""
    await post()
    token = token_in(mailbox.of("ada@example.org")[-1], "verify")
    assert (await follow(client, "email/verify", token)).status_code == 204
    return with_token(client, (await log_in(client, "ada"))["access_token"])


async def confirmed(client: httpx2.AsyncClient, mailbox: Mailbox, post: Post) -> httpx2.AsyncClient:
    """Ada with a confirmed address, signed in."""
    await register(client, "ada")
    return await confirm(client, mailbox, post)


def passkey_of(user_id: UUID, name: str, at: datetime) -> Passkey:
    """A row of a passkey that was added then."""
    return Passkey(
        user_id=user_id,
        credential_id=name.encode(),
        public_key=b"",
        sign_count=0,
        transports=[],
        name=name,
        backed_up=False,
        created_at=at,
    )


def identity_of(user_id: UUID, name: str, at: datetime) -> LinkedIdentity:
    """A row of an identity at a provider that was linked then."""
    return LinkedIdentity(user_id=user_id, issuer="https://id.test", subject=name, linked_at=at)


async def rows(database: Database) -> list[int]:
    """How many mails, jobs and links there are."""
    async with database.read() as session:
        return [len((await session.scalars(select(table))).all()) for table in (Mail, OutboxMessage, AccountLink)]
