"""One's own account, its export and its end; public profiles."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import col

from services.contracts.glsl import Dialect
from services.core.accounts.models import AuthSession, User
from services.core.domains import DOMAINS
from services.core.feed.models import EventKind, FeedEvent, TagAffinity
from services.core.kit.database import Database
from services.core.privacy import export
from services.core.registry.domain import ExportSection
from services.core.shaders.models import Shader, ShaderVersion
from services.core.votes.models import Vote
from tests.factories import SOURCE, make_shader, make_user
from tests.fixtures.accounts import PASSWORD, log_in, register, sign_up, with_token


async def _change(client: httpx2.AsyncClient, **fields: Any) -> httpx2.Response:
    return await client.patch("/api/v1/users/me", json=fields)


async def _delete(client: httpx2.AsyncClient, password: str = PASSWORD) -> httpx2.Response:
    return await client.request("DELETE", "/api/v1/users/me", json={"password": password})


class TestChange:
    async def test_what_is_given_is_changed(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client, "ada")
        answer = await _change(ada, display_name="  Ada\n\u202e Lovelace\x1b ", bio="Numbers.\nAnd more.")
        assert answer.status_code == 200
        assert answer.json()["display_name"] == "Ada Lovelace"
        assert answer.json()["bio"] == "Numbers.\nAnd more."
        assert (await _change(ada)).json()["bio"] == "Numbers.\nAnd more."
        assert (await client.get("/api/v1/users/ada")).json()["display_name"] == "Ada Lovelace"

    async def test_the_default_licence_is_that_of_new_works_for_which_none_is_named(
        self, client: httpx2.AsyncClient
    ) -> None:
        ada, bob = await register(client, "ada"), await register(client, "bob")
        order = {"source": SOURCE, "title": "Tide", "visibility": "draft"}

        async def licence(author: httpx2.AsyncClient, **fields: str) -> str:
            return str((await author.post("/api/v1/shaders", json={**order, **fields})).json()["licence"])

        assert (await ada.get("/api/v1/users/me")).json()["default_licence"] is None
        assert await licence(ada) == "all-rights-reserved"
        assert (await _change(ada, default_licence="CC-BY-SA-4.0")).json()["default_licence"] == "CC-BY-SA-4.0"
        assert [await licence(ada), await licence(ada, licence="MIT")] == ["CC-BY-SA-4.0", "MIT"]
        assert await licence(bob) == "all-rights-reserved"
        refused = await _change(ada, default_licence="WTFPL")
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_licence")
        assert "CC-BY-SA-4.0" in refused.json()["allowed"]
        assert await licence(ada) == "CC-BY-SA-4.0"

    async def test_a_new_address_takes_the_password(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client, "ada")
        answer = await _change(ada, email="new@example.org", current_password="not the one")
        assert (answer.status_code, answer.json()["code"]) == (422, "wrong_password")
        answer = await _change(ada, email="New@Example.org", current_password=PASSWORD)
        assert answer.json()["email"] == "new@example.org"
        await log_in(client, "new@example.org")

    async def test_a_taken_address_is_a_conflict(self, client: httpx2.AsyncClient) -> None:
        await register(client, "bob")
        ada = await register(client, "ada")
        answer = await _change(ada, email="bob@example.org", current_password=PASSWORD)
        assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")

    @pytest.mark.parametrize(
        "fields",
        [
            {"handle": "eve"},
            {"role": "admin"},
            {"plan": "pro"},
            {"display_name": ""},
            {"display_name": "x" * 81},
            {"display_name": "\u202e"},
            {"bio": "x" * 2001},
            {"bio": 5},
            {"email": "no"},
        ],
    )
    async def test_other_fields_and_bad_values_are_refused(
        self, client: httpx2.AsyncClient, fields: dict[str, Any]
    ) -> None:
        assert (await _change(await register(client, "ada"), **fields)).status_code == 422


class TestProfile:
    async def test_it_shows_no_address_and_counts_listed_works(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        async with database.write() as session:
            ada = await make_user(session, handle="ada")
            for score in (3, 4):
                await make_shader(session, author=ada, title="Tide", score=score)
            await make_shader(session, author=ada, title="Draft", rendered=False)
        answer = (await client.get("/api/v1/users/ADA")).json()
        assert set(answer) == {"handle", "display_name", "bio", "created_at", "shaders", "score", "reputation"}
        assert (answer["shaders"], answer["score"], answer["reputation"]) == (2, 7, 0)

    async def test_nobody_is_404(self, client: httpx2.AsyncClient) -> None:
        for handle in ("nobody", "a" * 5000, "%F0%9F%8C%92", "..%2f.."):
            assert (await client.get(f"/api/v1/users/{handle}")).status_code == 404


class TestDelete:
    async def test_personal_data_goes_and_works_disappear(self, client: httpx2.AsyncClient, database: Database) -> None:
        tokens = await sign_up(client, "ada", display_name="Ada L.")
        ada = with_token(client, tokens["access_token"])
        async with database.write() as session:
            user = (await session.scalars(select(User))).one()
            bob = await make_user(session, handle="bob")
            work = await make_shader(session, author=user, title="Tide")
            fork = await make_shader(session, author=bob, title="My tide", parent_id=work.id, parent_version=1)
            origin = await make_shader(session, author=bob, title="Origin")
            await make_shader(session, author=user, title="Forked", parent_id=origin.id, parent_version=1)
            session.add(FeedEvent(user_id=user.id, shader_id=fork.id, kind=EventKind.DWELL, dwell_ms=5))
            session.add(TagAffinity(user_id=user.id, tag="water"))
            session.add(Vote(user_id=user.id, shader_id=fork.id, value=1))
        assert (await _delete(ada)).status_code == 204

        assert (await ada.get("/api/v1/users/me")).status_code == 401
        assert (await client.get("/api/v1/users/ada")).status_code == 404
        renewed = await client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
        assert renewed.status_code == 401
        answer = await client.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD})
        assert answer.status_code == 401
        async with database.read() as session:
            user = await session.get_one(User, user.id)
            assert "ada" not in f"{user.handle} {user.email} {user.display_name} {user.bio}".lower()
            assert user.password_hash is None
            assert await session.scalar(select(func.count()).select_from(FeedEvent)) == 0
            assert await session.scalar(select(func.count()).select_from(TagAffinity)) == 0
            assert await session.scalar(select(func.count()).select_from(Vote)) == 1
            devices = (await session.execute(select(col(AuthSession.user_agent), col(AuthSession.address)))).all()
            assert [tuple(device) for device in devices] == [("", "")]
            assert (await session.get_one(Shader, work.id)).deleted_at is not None
            assert (await session.get_one(Shader, fork.id)).parent_id == work.id
            assert (await session.get_one(Shader, origin.id)).forks == 0

    async def test_the_handle_and_the_address_are_free_again(self, client: httpx2.AsyncClient) -> None:
        assert (await _delete(await register(client, "ada"))).status_code == 204
        assert (await (await register(client, "ada")).get("/api/v1/users/me")).status_code == 200

    async def test_a_wrong_password_deletes_nothing(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client, "ada")
        assert (await _delete(ada, "not the one")).json()["code"] == "wrong_password"
        assert (await ada.request("DELETE", "/api/v1/users/me")).status_code == 422
        assert (await ada.get("/api/v1/users/me")).status_code == 200

    async def test_twice_at_once_is_once(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client, "ada")
        answers = await asyncio.gather(*(_delete(ada) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [204, 401, 401, 401, 401]


class TestExport:
    async def test_it_holds_everything_but_secrets(self, client: httpx2.AsyncClient, database: Database) -> None:
        tokens = await sign_up(client, "ada")
        async with database.write() as session:
            user = (await session.scalars(select(User))).one()
            bob = await make_user(session, handle="bob")
            other = await make_shader(session, author=bob, title="Other")
            for number in range(3):
                work = await make_shader(session, author=user, title=f'Quoted "{number}" 🌒')
            session.add(_version(work.id, 2, "// second\n" + SOURCE))
            session.add(Vote(user_id=user.id, shader_id=other.id, value=-1))
            session.add(FeedEvent(user_id=user.id, shader_id=other.id, kind=EventKind.DWELL, dwell_ms=5))
        answer = await with_token(client, tokens["access_token"]).get("/api/v1/users/me/export")
        assert answer.headers["content-disposition"] == 'attachment; filename="ada.json"'
        found = answer.json()
        assert found["profile"]["email"] == "ada@example.org"
        works = {work["id"]: work for work in found["works"]}
        assert len(works) == 3
        assert [version["number"] for version in works[work.id]["versions"]] == [1, 2]
        assert works[work.id]["versions"][1]["source"] == "// second\n" + SOURCE
        assert found["votes"][0]["value"] == -1
        assert found["events"][0]["dwell_ms"] == 5
        assert found["sessions"][0]["id"] == tokens["session_id"]
        assert "argon2" not in answer.text
        assert "token_hash" not in answer.text
        assert "Other" not in answer.text

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(works=st.integers(0, 7), versions=st.integers(1, 7))
    async def test_pages_of_any_size_join_without_a_seam(
        self, database: Database, works: int, versions: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        domains = tuple(
            replace(domain, export=tuple(_three_at_a_time(section) for section in domain.export)) for domain in DOMAINS
        )
        monkeypatch.setattr(export, "DOMAINS", domains)
        async with database.write() as session:
            user = await make_user(session)
            made = [await make_shader(session, author=user) for _ in range(works)]
            session.add_all(_version(work.id, n, SOURCE) for work in made for n in range(2, versions + 1))
        found = httpx2.Response(200, content=b"".join([piece async for piece in export.export_account(database, user)]))
        assert sorted(work["id"] for work in found.json()["works"]) == sorted(work.id for work in made)
        for work in found.json()["works"]:
            assert [version["number"] for version in work["versions"]] == list(range(1, versions + 1))

    async def test_strangers_get_none(self, client: httpx2.AsyncClient) -> None:
        assert (await client.get("/api/v1/users/me/export")).status_code == 401


def _three_at_a_time(section: ExportSection) -> ExportSection:
    children = section.children and _three_at_a_time(section.children)
    return replace(section, page=3, children=children)


def _version(shader_id: str, number: int, source: str) -> ShaderVersion:
    return ShaderVersion(
        shader_id=shader_id, number=number, source=source, source_sha256="0" * 64, dialect=Dialect.SHADERTOY
    )
