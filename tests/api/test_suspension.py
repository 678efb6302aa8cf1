"""A suspended account: who may suspend it, what ends, what is hidden, and that it all comes back."""

import asyncio
from typing import Any
from uuid import UUID

import httpx2
import pytest
import redis.asyncio
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlmodel import col

from services.api.authentication import maybe_caller
from services.api.routing import dependencies_of, routes_of
from services.core.accounts import repository, service
from services.core.accounts.models import AuthSession, User
from services.core.accounts.sign_in import Device
from services.core.audit.log import Actor
from services.core.audit.models import AuditEntry
from services.core.identity.permissions import Role
from services.core.kit.database import Database
from services.core.kit.errors import UnauthorizedError
from services.core.shaders.models import Shader
from tests.api.samples import OPERATIONS, body_of, operation, ready_path
from tests.api.test_shaders import PATH, finish_render, publish
from tests.factories import SOURCE, make_shader, make_user
from tests.fixtures.accounts import PASSWORD, log_in, register, register_moderator, sign_up, with_token
from tests.fixtures.database import waits_for_a_lock
from tests.fixtures.mail import Post
from tests.fixtures.smtp import Mailbox

REASON = {"reason": "Spam in forty descriptions"}


async def fork_of(caller: httpx2.AsyncClient, database: Database, parent: str) -> str:
    answer = await caller.post(f"{PATH}/{parent}/forks", json={"source": SOURCE + "//", "visibility": "public"})
    assert answer.status_code == 201, answer.text
    shader_id: str = answer.json()["id"]
    await finish_render(database, shader_id)
    return shader_id


async def seen_by(caller: httpx2.AsyncClient, *works: str) -> dict[str, Any]:
    """What the site shows of these works and of Ada."""
    lists = (
        "/api/v1/feed/trending",
        "/api/v1/feed/new",
        "/api/v1/shaders",
        "/api/v1/shaders?q=tide",
        "/api/v1/users/ada/shaders",
    )
    answers = [await caller.get(path) for path in lists]
    return {
        "lists": [{item["id"] for item in answer.json().get("items", [])} & set(works) for answer in answers],
        "pages": [(await caller.get(f"{PATH}/{work}")).status_code for work in works],
        "profile": (await caller.get("/api/v1/users/ada")).status_code,
    }


async def role_of(database: Database, handle: str, role: Role) -> None:
    async with database.write() as session:
        await session.execute(update(User).where(col(User.handle) == handle).values(role=role))


async def test_it_ends_hides_tells_and_comes_back(
    mail_client: httpx2.AsyncClient, database: Database, mailbox: Mailbox, post: Post
) -> None:
    signed = [await signed_up(mail_client, database, handle) for handle in ("ada", "bob")]
    ada, bob = (with_token(mail_client, each["access_token"]) for each in signed)
    key = (await ada.post("/api/v1/keys", json={"name": "agent", "scopes": ["write"]})).json()["key"]
    agent = with_token(mail_client, key)
    work = await published(ada, database, "Tide")
    bobs = await published(bob, database, "Tide of Bob")
    by_ada, by_bob = await fork_of(ada, database, bobs), await fork_of(bob, database, work)
    before = await seen_by(bob, work, by_ada, by_bob)
    assert before["lists"][:3] == [{work, by_ada, by_bob}] * 3
    assert (await bob.get(f"{PATH}/{bobs}")).json()["forks"] == 1
    judge = await register_moderator(mail_client, database)
    picture = f"/api/v1/pictures?name={(await bob.get(f'{PATH}/{work}')).json()['still_url'].split('/renders/')[-1]}"
    pictures_before = (await mail_client.get(picture)).json()

    assert (await judge.post("/api/v1/users/ADA/suspend", json=REASON)).status_code == 204

    for credential in (ada, agent):
        assert {(await credential.get(path)).status_code for path in ("/api/v1/users/me", f"{PATH}/{work}")} == {401}
    await refused_everywhere(mail_client, signed[0])
    for visitor in (mail_client, bob):
        is_gone(await seen_by(visitor, work, by_ada, by_bob), work, by_ada, by_bob)
    assert (await mail_client.get(picture)).json() == [] != pictures_before
    assert (await bob.get(f"{PATH}/{bobs}")).json()["forks"] == 0
    assert (await judge.get(f"{PATH}/{work}")).status_code == 200
    await post()
    assert any(REASON["reason"] in str(mail) for mail in mailbox.of("ada@example.org"))

    assert (await judge.post("/api/v1/users/ada/restore")).status_code == 204
    assert await seen_by(bob, work, by_ada, by_bob) == before
    assert (await bob.get(f"{PATH}/{bobs}")).json()["forks"] == 1
    assert (await mail_client.get(picture)).json() == pictures_before
    ada = with_token(mail_client, (await log_in(mail_client, "ada"))["access_token"])
    assert (await ada.get("/api/v1/users/me")).status_code == 200
    assert (await agent.get("/api/v1/users/me")).status_code == 401, "a key that ended does not come back"
    assert await audited(database) == [("account.suspended", "judge"), ("account.restored", "judge")]


async def signed_up(client: httpx2.AsyncClient, database: Database, handle: str) -> dict[str, Any]:
    """The tokens of a new account whose address is confirmed."""
    await sign_up(client, handle)
    await confirm_all(database)
    return await log_in(client, handle)


def is_gone(seen: dict[str, Any], work: str, by_ada: str, by_bob: str) -> None:
    """Her works and profile are; what somebody else made of one stays."""
    assert seen["pages"] == [404, 404, 200]
    assert (seen["profile"], seen["lists"][:3]) == (404, [{by_bob}] * 3)
    assert not {work, by_ada} & set().union(*seen["lists"])


async def published(author: httpx2.AsyncClient, database: Database, title: str) -> str:
    """The id of a shader that is drawn."""
    work: str = (await publish(author, title=title))["id"]
    await finish_render(database, work)
    return work


async def audited(database: Database) -> list[tuple[str, str]]:
    """What was done, by whom, in order."""
    actor = col(User.id) == col(AuditEntry.actor_id)
    async with database.read() as session:
        entries = await session.execute(
            select(col(AuditEntry.action), col(User.handle)).join(User, actor).order_by(col(AuditEntry.at))
        )
        return [(action, handle) for action, handle in entries]


async def refused_everywhere(client: httpx2.AsyncClient, signed: dict[str, str]) -> None:
    """Neither the refresh token nor the password opens a session; only who knows the password learns why."""
    renewed = await client.post("/api/v1/auth/refresh", json={"refresh_token": signed["refresh_token"]})
    assert renewed.status_code == 401
    refused = await client.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD})
    assert (refused.status_code, refused.json()["code"]) == (403, "suspended")
    assert REASON["reason"] in refused.json()["detail"]
    wrong = await client.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD + "!"})
    assert wrong.json()["code"] == "invalid_credentials"


async def confirm_all(database: Database) -> None:
    async with database.write() as session:
        await session.execute(update(User).values(email_verified_at=col(User.created_at)))


async def test_what_was_private_hidden_or_deleted_is_so_again(client: httpx2.AsyncClient, database: Database) -> None:
    ada = await register(client, "ada")
    judge = await register_moderator(client, database)
    works = [(await publish(ada))["id"] for _ in range(4)]
    for work in works:
        await finish_render(database, work)
    await ada.patch(f"{PATH}/{works[1]}", json={"visibility": "private"})
    await judge.post(f"{PATH}/{works[2]}/hide", json={"reason": "no"})
    await ada.delete(f"{PATH}/{works[3]}")

    async def listed() -> list[bool]:
        async with database.read() as session:
            rows = {row.id: row.listed for row in await session.execute(select(col(Shader.id), col(Shader.listed)))}
        return [rows[work] for work in works]

    assert await listed() == [True, False, False, False]
    for _ in range(2):
        assert (await judge.post("/api/v1/users/ada/suspend", json=REASON)).status_code == 204
        await judge.post(f"{PATH}/{works[0]}/unhide")
        assert await listed() == [False] * 4
    for _ in range(2):
        assert (await judge.post("/api/v1/users/ada/restore")).status_code == 204
        assert await listed() == [True, False, False, False]


@pytest.mark.parametrize("action", ["suspend", "restore"])
async def test_who_may_suspend_whom(client: httpx2.AsyncClient, database: Database, action: str) -> None:
    judge = await register_moderator(client, database)
    await register_moderator(client, database, "peer")
    ada = await register(client, "ada")
    await sign_up(client, "chief")
    await role_of(database, "chief", Role.ADMIN)
    root = with_token(client, (await log_in(client, "chief"))["access_token"])
    key = (await root.post("/api/v1/keys", json={"name": "k", "scopes": ["write", "bounty"]})).json()["key"]

    async def tries(caller: httpx2.AsyncClient, handle: str) -> int:
        body = REASON if action == "suspend" else None
        return (await caller.post(f"/api/v1/users/{handle}/{action}", json=body)).status_code

    assert await tries(client, "ada") == 401
    assert [await tries(ada, handle) for handle in ("ada", "judge", "nobody")] == [403, 403, 403]
    assert [await tries(judge, handle) for handle in ("judge", "peer", "chief", "nobody")] == [403, 403, 403, 404]
    assert await tries(with_token(client, key), "ada") == 403
    assert [await tries(root, handle) for handle in ("chief", "peer")] == [403, 204]
    assert await tries(judge, "ada") == 204


async def test_a_suspended_account_gets_nothing_from_any_route(
    app: FastAPI, client: httpx2.AsyncClient, database: Database
) -> None:
    """The row of the suspended in the matrix of routes: with a token, a moderator's too, and with a key."""
    async with database.write() as session:
        work = (await make_shader(session, author=await make_user(session, handle="bob"))).id
    former = await register_moderator(client, database, "former")
    key = (await former.post("/api/v1/keys", json={"name": "k", "scopes": ["write", "bounty"]})).json()["key"]
    async with database.write() as session:
        user = (await session.scalars(select(User).where(col(User.handle) == "former"))).one()
        await app.state.services.suspensions.suspend(session, Actor(name="os:test"), user.id, "test")
    asking = {
        (method.lower(), str(route.path_format))
        for route in routes_of(app)
        for method in route.methods or ()
        if maybe_caller in dependencies_of(route)
    }
    for credential in (former, with_token(client, key)):
        for pair in [pair for pair in OPERATIONS if pair in asking]:
            path = ready_path(pair[1], work)
            answer = await credential.request(pair[0].upper(), path, json=body_of(operation(*pair)))
            by_sign_in_only = answer.status_code == 403 and answer.json()["code"] == "sign_in_required"
            assert answer.status_code == 401 or (credential is not former and by_sign_in_only), f"{pair}: {answer.text}"


class TestRaces:
    """A request that was let in before the suspension finds the row of the user held, and looks again."""

    async def test_no_session_opens_meanwhile(
        self, app: FastAPI, client: httpx2.AsyncClient, database: Database
    ) -> None:
        await sign_up(client, "ada")
        services = app.state.services
        async with database.write() as session:
            user = (await session.scalars(select(User).where(col(User.handle) == "ada"))).one()

        async def opens() -> None:
            async with database.write() as other:
                await services.sign_in.open(other, user, Device("", ""))

        await self._during_suspension(app, database, user.id, opens())
        open_ones = select(AuthSession).where(col(AuthSession.revoked_at).is_(None))
        async with database.write() as session:
            assert (await session.scalars(open_ones)).all() == []

    async def test_no_session_opens_for_an_account_that_is_gone(
        self, app: FastAPI, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client, "ada")
        async with database.read() as session:
            user = (await session.scalars(select(User).where(col(User.handle) == "ada"))).one()
        assert (await ada.request("DELETE", "/api/v1/users/me", json={"password": PASSWORD})).status_code == 204
        with pytest.raises(UnauthorizedError):
            async with database.write() as session:
                await app.state.services.sign_in.open(session, user, Device("", ""))

    async def test_no_shader_is_added_meanwhile(
        self, app: FastAPI, client: httpx2.AsyncClient, database: Database
    ) -> None:
        ada = await register(client, "ada")
        async with database.write() as session:
            user = (await session.scalars(select(User).where(col(User.handle) == "ada"))).one()

        async def adds() -> None:
            answer = await ada.post(PATH, json={"title": "Tide", "source": SOURCE, "licence": "CC0-1.0"})
            assert answer.status_code == 403
            raise service.SuspendedError

        await self._during_suspension(app, database, user.id, adds())
        async with database.write() as session:
            assert (await session.scalars(select(Shader))).all() == []

    async def _during_suspension(self, app: FastAPI, database: Database, user_id: UUID, late: Any) -> None:
        """Begin `late` when the suspension has its locks, and let it go on after the commit."""
        async with database.write() as session:
            await repository.lock_user(session, user_id)
            task = asyncio.create_task(late)
            await waits_for_a_lock(database)
            await app.state.services.suspensions.suspend(session, Actor(name="os:test"), user_id, "test")
        with pytest.raises(service.SuspendedError):
            await task


async def test_without_redis_nothing_is_suspended(
    app: FastAPI, client: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await register(client, "ada")
    judge = await register_moderator(client, database)
    dead = redis.asyncio.Redis(port=1, socket_connect_timeout=1)
    monkeypatch.setattr(app.state.services.guard, "client", dead)
    assert (await judge.post("/api/v1/users/ada/suspend", json=REASON)).status_code == 503
    async with database.read() as session:
        assert await session.scalar(select(col(User.suspended_at)).where(col(User.handle) == "ada")) is None
