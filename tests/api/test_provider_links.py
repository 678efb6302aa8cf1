"""Linking and unlinking providers over HTTP, who does not get in by them, and what is told of it."""

from collections.abc import AsyncIterator

import httpx2
import pytest
import redis.asyncio
from sqlalchemy import select, update
from sqlmodel import col

from services.api.settings import ApiSettings
from services.core.accounts.models import AuthSession, LinkedIdentity, User
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from tests.fixtures.accounts import register, sign_up, with_token
from tests.fixtures.identity_provider import Liar
from tests.fixtures.mail import Post
from tests.fixtures.provider_site import AUTH, begin, browser_at, finish, new_account
from tests.fixtures.smtp import Mailbox


@pytest.fixture
async def client(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis, honest: str, liar: Liar
) -> AsyncIterator[httpx2.AsyncClient]:
    async with browser_at(settings, honest, liar) as opened:
        yield opened


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
