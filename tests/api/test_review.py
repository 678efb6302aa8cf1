"""The first works of new accounts, where a moderator looks at them before others see them."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, update
from sqlmodel import col

from services.api.settings import ApiSettings
from services.contracts.shaders import RenderStatus, Visibility
from services.core.accounts.models import Plan, User
from services.core.jobs.events import emit
from services.core.kit.database import Database, WriteSession
from services.core.shaders import publication
from services.core.shaders.models import Shader
from services.core.shaders.repository import locked_for_moderation
from tests.api.test_decisions import OWN, QUEUE, decide, items, reply
from tests.api.test_shaders import PATH, finish_render, publish
from tests.factories import SOURCE
from tests.fixtures.accounts import register, register_moderator
from tests.fixtures.database import waits_for_a_lock

LISTS = ("/api/v1/feed/trending", "/api/v1/feed/new", PATH, f"{PATH}?q=tide", "/api/v1/users/ada/shaders")


@pytest.fixture
def settings(settings: ApiSettings) -> ApiSettings:
    """The first work of each account waits."""
    return settings.model_copy(update={"limits": settings.limits.model_copy(update={"reviewed_publishes": 1})})


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The shaders about which `shader.published` was emitted."""
    emitted: list[str] = []

    async def note(session: WriteSession, event: Any, **payload: Any) -> None:
        emitted.append(payload["shader_id"])
        await emit(session, event, **payload)

    monkeypatch.setattr(publication, "emit", note)
    return emitted


@pytest.fixture
async def ada(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """A new author."""
    return await register(client, "ada")


@pytest.fixture
async def judge(client: httpx2.AsyncClient, database: Database) -> httpx2.AsyncClient:
    """A moderator."""
    return await register_moderator(client, database)


async def waiting(ada: httpx2.AsyncClient, database: Database, **fields: Any) -> str:
    work = await publish(ada, title="Tide", **fields)
    assert (work["awaits_review"], work["published_at"]) == (True, None)
    await finish_render(database, work["id"])
    shader_id: str = work["id"]
    return shader_id


async def seen(caller: httpx2.AsyncClient, work: str) -> tuple[int, bool]:
    """What the page of a work answers, and whether a list shows it."""
    found = [await caller.get(path) for path in LISTS]
    listed = any(item["id"] == work for answer in found for item in answer.json()["items"])
    return (await caller.get(f"{PATH}/{work}")).status_code, listed


async def used(author: httpx2.AsyncClient) -> int:
    count: int = (await author.get("/api/v1/users/me/usage")).json()["publishes"]["used"]
    return count


async def hidden_from(client: httpx2.AsyncClient, bob: httpx2.AsyncClient, work: str) -> None:
    """Neither a visitor nor somebody else finds it or anything of it."""
    for stranger in (client, bob):
        assert await seen(stranger, work) == (404, False)
        for part in ("versions", "versions/1", "raw", "render", "export", "forks", "lineage", "diff"):
            assert (await stranger.get(f"{PATH}/{work}/{part}")).status_code == 404, part
    for path, body in (("forks", {}), ("vote", {"value": "up"}), ("reports", {"reason": "spam"})):
        method = "PUT" if path == "vote" else "POST"
        assert (await bob.request(method, f"{PATH}/{work}/{path}", json=body)).status_code == 404, path
    assert (await client.get("/api/v1/oembed", params={"url": f"http://localhost:8000/s/{work}"})).status_code == 404


async def test_it_is_seen_by_nobody_and_then_published_with_all_that_follows(
    client: httpx2.AsyncClient,
    ada: httpx2.AsyncClient,
    judge: httpx2.AsyncClient,
    database: Database,
    events: list[str],
) -> None:
    root = (await publish(judge, title="Root"))["id"]
    assert (await judge.get(f"{PATH}/{root}")).json()["awaits_review"] is False, "moderators' own need no review"
    await finish_render(database, root)
    fork = {"source": SOURCE + "//", "visibility": "public", "title": "Tide"}
    work = (await ada.post(f"{PATH}/{root}/forks", json=fork)).json()["id"]
    await finish_render(database, work)
    bob = await register(client, "bob")
    await hidden_from(client, bob, work)
    mine = (await ada.get(f"{PATH}/{work}")).json()
    name, _, query = mine["still_url"].removeprefix("/renders/").partition("?")
    assert query, "a link for its author alone"
    assert (await client.get("/api/v1/pictures", params={"name": name})).json() == []
    assert await items(judge, "/api/v1/notices") == []
    assert (events, await used(ada)) == ([root], 1)

    (case,) = await items(judge, QUEUE)
    assert (case["shader"]["id"], case["shader"]["awaits_review"], case["reports"]) == (work, True, [])
    assert case["shader"]["still_url"].startswith(f"/renders/{name}?")
    await decide(judge, work, "keep", "Welcome")

    assert await seen(bob, work) == (200, True)
    shown = (await bob.get(f"{PATH}/{work}")).json()
    assert (shown["awaits_review"], shown["published_at"] is not None) == (False, True)
    assert len((await client.get("/api/v1/pictures", params={"name": name})).json()) == 1
    assert (await judge.get(f"{PATH}/{root}")).json()["forks"] == 1
    assert [notice["kind"] for notice in await items(judge, "/api/v1/notices")] == ["forked"]
    (notice,) = await items(ada, "/api/v1/notices")
    assert notice["text"] == "A moderator looked at “Tide”, and it is published: Welcome"
    assert await items(judge, QUEUE) == []
    assert (await decide(judge, work, "keep", status=409))["code"] == "already_resolved"
    second = await publish(ada)
    assert (second["awaits_review"], second["published_at"] is not None) == (False, True)
    assert (events, await used(ada)) == ([root, work, second["id"]], 2)


async def test_a_hidden_one_is_answered_and_published_after_all(
    ada: httpx2.AsyncClient, judge: httpx2.AsyncClient, client: httpx2.AsyncClient, database: Database
) -> None:
    work = await waiting(ada, database)
    hidden = await decide(judge, work, "hide", "An advertisement")
    assert await items(judge, QUEUE) == []
    mine = (await ada.get(f"{PATH}/{work}")).json()
    assert (mine["hidden_reason"], mine["awaits_review"], mine["published_at"]) == ("An advertisement", False, None)
    for visibility in ("private", "public"):
        assert (await ada.patch(f"{PATH}/{work}", json={"visibility": visibility})).json()["published_at"] is None
    assert (await publish(ada))["awaits_review"] is True, "what was hidden is no work that was shown"
    assert (await reply(ada, hidden, "It is a tide")).status_code == 200
    (case,) = [each for each in await items(judge, QUEUE) if each["answered"]]
    assert case["shader"]["id"] == work
    await decide(judge, work, "keep", "So it is")
    assert await seen(client, work) == (200, True)
    assert await used(ada) == 2


async def test_what_is_published_is_what_was_looked_at(
    ada: httpx2.AsyncClient, judge: httpx2.AsyncClient, client: httpx2.AsyncClient, database: Database
) -> None:
    work = await waiting(ada, database)
    (case,) = await items(judge, QUEUE)
    verdict = {"action": "keep", "reason": "Welcome", "updated_at": case["updated_at"]}
    edit = {"source": SOURCE + "// other", "based_on": 1}
    assert (await ada.post(f"{PATH}/{work}/versions", json=edit)).status_code == 201
    late = await judge.post(f"{PATH}/{work}/decisions", json=verdict)
    assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
    assert await items(judge, QUEUE) == [], "there is no picture of it to look at"
    assert (await decide(judge, work, "keep", status=409))["code"] == "picture_pending"
    await finish_render(database, work, 2, status=RenderStatus.FAILED, still_name=None, failure_code="timeout")
    assert (await decide(judge, work, "keep", status=409))["code"] == "no_picture"
    await finish_render(database, work, 2)
    (case,) = await items(judge, QUEUE)
    answer = await judge.post(f"{PATH}/{work}/decisions", json=verdict | {"updated_at": case["updated_at"]})
    assert answer.status_code == 201
    versions = await items(client, f"{PATH}/{work}/versions")
    assert [each["version"] for each in versions] == [2], "the way there is not shown"


async def test_its_author_takes_it_back_and_publishes_it_again(
    ada: httpx2.AsyncClient, judge: httpx2.AsyncClient, database: Database
) -> None:
    work = await waiting(ada, database)
    taken_back = (await ada.patch(f"{PATH}/{work}", json={"visibility": "private"})).json()
    assert taken_back["awaits_review"] is False
    assert await items(judge, QUEUE) == []
    assert (await judge.get(f"{PATH}/{work}")).status_code == 404
    await decide(judge, work, "keep", status=404)
    again = (await ada.patch(f"{PATH}/{work}", json={"visibility": "unlisted"})).json()
    assert (again["awaits_review"], again["published_at"], await used(ada)) == (True, None, 1)
    assert len(await items(judge, QUEUE)) == 1
    await ada.delete(f"{PATH}/{work}")
    assert await items(judge, QUEUE) == []
    await decide(judge, work, "keep", status=404)


@pytest.mark.parametrize("late", ["PATCH", "DELETE"])
async def test_a_keep_that_comes_too_late_publishes_nothing(
    ada: httpx2.AsyncClient, judge: httpx2.AsyncClient, database: Database, events: list[str], late: str
) -> None:
    work = await waiting(ada, database)
    async with database.write() as session:
        values: dict[str, Any] = {"visibility": Visibility.PRIVATE} if late == "PATCH" else {"deleted_at": func.now()}
        await session.execute(update(Shader).where(col(Shader.id) == work).values(values))
        task = asyncio.create_task(decide(judge, work, "keep", status=404))
        await waits_for_a_lock(database)
    await task
    assert events == []


async def test_what_its_author_changes_while_it_is_kept_comes_after(
    ada: httpx2.AsyncClient, judge: httpx2.AsyncClient, database: Database, events: list[str]
) -> None:
    work = await waiting(ada, database)
    async with database.write() as session:
        shader = await locked_for_moderation(session, work)
        task = asyncio.create_task(ada.patch(f"{PATH}/{work}", json={"visibility": "private", "title": "Mine"}))
        await waits_for_a_lock(database)
        await publication.open_to_others(session, shader)
    mine = (await task).json()
    assert (mine["visibility"], mine["published_at"] is not None, mine["title"]) == ("private", True, "Mine")
    assert (await ada.patch(f"{PATH}/{work}", json={"visibility": "public"})).json()["awaits_review"] is False
    assert (events, await used(ada)) == ([work], 1)


async def test_of_a_suspended_author_nothing_is_published(
    ada: httpx2.AsyncClient, judge: httpx2.AsyncClient, client: httpx2.AsyncClient, database: Database
) -> None:
    work = await waiting(ada, database)
    assert (await judge.post("/api/v1/users/ada/suspend", json={"reason": "Spam"})).status_code == 204
    assert await items(judge, QUEUE) == []
    assert (await decide(judge, work, "keep", status=409))["code"] == "author_suspended"
    assert (await judge.post("/api/v1/users/ada/restore")).status_code == 204
    assert await seen(client, work) == (404, False)
    assert len(await items(judge, QUEUE)) == 1


async def test_only_moderators_let_others_see_it(
    ada: httpx2.AsyncClient, client: httpx2.AsyncClient, database: Database
) -> None:
    work = await waiting(ada, database)
    bob = await register(client)
    for caller, status in ((client, 401), (bob, 403), (ada, 403)):
        await decide(caller, work, "keep", status=status)
        assert (await caller.post(f"{PATH}/{work}/unhide")).status_code == status
        assert (await caller.get(QUEUE)).status_code == status
    assert await items(ada, OWN) == []
    export = (await ada.get("/api/v1/users/me/export")).json()
    assert export["works"][0]["review_asked_at"] is not None


class TestYoungAccounts:
    @pytest.fixture
    def settings(self, settings: ApiSettings) -> ApiSettings:
        """All works of accounts that are younger than a week wait."""
        limits = settings.limits.model_copy(update={"reviewed_publishes": 0, "reviewed_days": 7})
        return settings.model_copy(update={"limits": limits})

    async def test_their_works_wait_until_they_are_older(
        self, ada: httpx2.AsyncClient, judge: httpx2.AsyncClient, client: httpx2.AsyncClient, database: Database
    ) -> None:
        first = await waiting(ada, database)
        await decide(judge, first, "keep")
        second = await waiting(ada, database)
        async with database.write() as session:
            earlier = col(User.created_at) - timedelta(days=8)
            await session.execute(update(User).where(col(User.handle) == "ada").values(created_at=earlier))
        assert (await publish(ada))["awaits_review"] is False
        bob = await register(client)
        async with database.write() as session:
            await session.execute(update(User).values(plan=Plan.PRO))
        assert (await publish(bob))["awaits_review"] is False, "whoever runs the site knows them"
        assert (await ada.get(f"{PATH}/{second}")).json()["awaits_review"] is True, "what waits is looked at"
