"""What users do about their own feed: reasons, mutes, and what it thinks they like."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select, update

from services.core.accounts.models import User
from services.core.feed.domain import erase
from services.core.feed.models import FeedEvent, Forgotten, Mute
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.shaders.models import Shader
from tests.api.feeds import EVENTS, FEED, learn, make_works, user_of, vote
from tests.api.walks import ids_of, page_of, pages_of
from tests.factories import make_shader
from tests.fixtures.accounts import register

MUTES = f"{FEED}/mutes"
TASTE = f"{FEED}/taste"


async def reasons_in(client: httpx2.AsyncClient, **params: Any) -> dict[str, list[dict[str, Any]]]:
    page = await page_of(client, FEED, **params)
    return {item["id"]: item["reasons"] for item in page["items"]}


class TestReasons:
    async def test_each_card_says_why_it_is_there(self, client: httpx2.AsyncClient, database: Database) -> None:
        long_ago = utc_now().replace(year=2020)
        liked, popular, plain, voted = await make_works(
            database,
            {"tags": ["water", "noise"], "published_at": long_ago},
            {"weighted_score": 90_000, "published_at": long_ago},
            {"tags": ["fire"], "published_at": long_ago},
            {"tags": ["water"], "published_at": long_ago},
        )
        (new,) = await make_works(database, {})
        ada = await register(client, "ada")
        await vote(ada, voted)
        await learn(database, "ada")
        reasons = await reasons_in(ada)
        assert reasons[liked] == [{"kind": "tag", "tag": "water"}]
        assert reasons[popular] == [{"kind": "popular", "tag": None}]
        assert reasons[plain] == [{"kind": "chance", "tag": None}]
        assert [reason["kind"] for reason in reasons[new]] == ["fresh", "new"]

    async def test_later_pages_say_it_too(self, client: httpx2.AsyncClient, database: Database) -> None:
        works = await make_works(database, *({"tags": ["water"]} for _ in range(7)))
        ada = await register(client, "ada")
        await vote(ada, works[0])
        await learn(database, "ada")
        cursor = (await page_of(ada, FEED, limit=3))["next_cursor"]
        for reasons in (await reasons_in(ada, limit=3, cursor=cursor)).values():
            assert reasons[0] == {"kind": "tag", "tag": "water"}

    async def test_visitors_see_what_is_trending(self, client: httpx2.AsyncClient, database: Database) -> None:
        (work,) = await make_works(database, {})
        assert await reasons_in(client) == {work: [{"kind": "trending", "tag": None}]}


class TestMutes:
    @pytest.mark.parametrize("kind", ["tag", "author", "shader", "ai_label"])
    async def test_what_is_muted_is_not_shown_until_it_is_taken_back(
        self, client: httpx2.AsyncClient, database: Database, kind: str
    ) -> None:
        (gone,) = await make_works(database, {"tags": ["fire", "red"], "ai_label": "ai-generated"}, handle="eve")
        shown = await make_works(database, {"tags": ["water"]}, {})
        ada, bob = await register(client), await register(client)
        name = {"tag": "fire", "author": "eve", "shader": gone, "ai_label": "ai-generated"}[kind]
        for _ in range(2):
            assert (await ada.put(f"{MUTES}/{kind}/{name}")).status_code == 204
        assert sorted(await ids_of(ada, FEED)) == sorted(shown)
        assert sorted(await ids_of(bob, FEED)) == sorted([gone, *shown])
        (item,) = (await ada.get(MUTES)).json()["items"]
        assert (item["kind"], item["name"]) == (kind, name)
        for _ in range(2):
            # A tag may be written in any case.
            typed = name.upper() if kind == "tag" else name
            assert (await ada.delete(f"{MUTES}/{kind}/{typed}")).status_code == 204
        assert (await ada.get(MUTES)).json() == {"items": []}
        assert sorted(await ids_of(ada, FEED)) == sorted([gone, *shown])

    async def test_a_mute_acts_on_the_pages_that_are_left(self, client: httpx2.AsyncClient, database: Database) -> None:
        works = await make_works(database, *({"tags": ["fire" if n % 2 else "water"]} for n in range(12)))
        ada = await register(client)
        page = await page_of(ada, FEED, limit=4)
        await ada.put(f"{MUTES}/tag/fire")
        rest: list[str] = []
        while page["next_cursor"] is not None:
            page = await page_of(ada, FEED, limit=4, cursor=page["next_cursor"])
            rest += [item["id"] for item in page["items"]]
        assert rest
        assert set(rest) <= set(works[::2])

    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [
            ("tag/not%20a%20tag%21", 422, "invalid_mute"),
            ("ai_label/robot", 422, "invalid_mute"),
            ("author/nobody", 404, "not_found"),
            ("shader/nothere", 404, "not_found"),
            ("colour/red", 422, "malformed"),
        ],
    )
    async def test_what_is_not_there_cannot_be_muted(
        self, client: httpx2.AsyncClient, path: str, status: int, code: str
    ) -> None:
        ada = await register(client)
        answer = await ada.put(f"{MUTES}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (status, code)

    async def test_nobody_mutes_without_end(
        self, client: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.core.feed.mutes.MOST", 2)
        ada = await register(client)
        answers = [await ada.put(f"{MUTES}/tag/t{number}") for number in (1, 2, 2, 3)]
        assert [answer.status_code for answer in answers] == [204, 204, 204, 409]
        assert [item["name"] for item in (await ada.get(MUTES)).json()["items"]] == ["t2", "t1"]

    async def test_what_one_cannot_see_is_not_named(self, client: httpx2.AsyncClient, database: Database) -> None:
        (work,) = await make_works(database, {"title": "A secret"}, handle="eve")
        ada = await register(client)
        await ada.put(f"{MUTES}/shader/{work}")
        async with database.write() as session:
            await session.execute(update(Shader).values(visibility="private", listed=False))
        assert (await ada.get(MUTES)).json() == {"items": []}


class TestTaste:
    async def test_it_is_shown_as_tags_and_works(self, client: httpx2.AsyncClient, database: Database) -> None:
        water, fire, looked = await make_works(database, {"tags": ["water"]}, {"tags": ["fire"]}, {"tags": ["looked"]})
        ada = await register(client, "ada")
        assert (await ada.get(TASTE)).json() == {"learning": True, "updated_at": None, "tags": [], "works": []}
        await vote(ada, water)
        await vote(ada, fire, "down")
        await ada.post(EVENTS, json={"events": [{"shader_id": looked, "kind": "dwell", "dwell_ms": 60_000}]})
        await learn(database, "ada")
        taste = (await ada.get(TASTE)).json()
        assert {each["tag"]: each["weight"] for each in taste["tags"]} == pytest.approx(
            {"water": 1, "fire": -1, "looked": 0.5}, abs=0.01
        )
        assert [(each["shader"]["id"], each["cause"]) for each in taste["works"]] == [
            (water, "voted"),
            (looked, "looked"),
        ]

    async def test_a_published_fork_is_liked(self, client: httpx2.AsyncClient, database: Database) -> None:
        (parent,) = await make_works(database, {"tags": ["water"]})
        ada = await register(client, "ada")
        user_id = await user_of(database, "ada")
        async with database.write() as session:
            author = await session.get_one(User, user_id)
            await make_shader(session, author=author, parent_id=parent, parent_version=1, tags=["mine"])
        assert set(await learn(database, "ada")) == {"water"}
        (work,) = (await ada.get(TASTE)).json()["works"]
        assert (work["shader"]["id"], work["cause"]) == (parent, "forked")

    async def test_one_thing_can_be_forgotten(self, client: httpx2.AsyncClient, database: Database) -> None:
        one, two = await make_works(database, {"tags": ["water", "noise"]}, {"tags": ["fire"]})
        ada = await register(client, "ada")
        await vote(ada, one)
        await vote(ada, two)
        await learn(database, "ada")
        assert (await ada.delete(f"{TASTE}/tags/water")).status_code == 204
        assert {each["tag"] for each in (await ada.get(TASTE)).json()["tags"]} == {"noise", "fire"}
        assert (await ada.delete(f"{TASTE}/shaders/{two}")).status_code == 204
        taste = (await ada.get(TASTE)).json()
        assert ([each["tag"] for each in taste["tags"]], [each["shader"]["id"] for each in taste["works"]]) == (
            ["noise"],
            [one],
        )
        for path in ("tags/nothing", f"shaders/{two}x"):
            assert (await ada.delete(f"{TASTE}/{path}")).status_code == 404
        # What one does later teaches anew.
        await vote(ada, two, "none")
        await vote(ada, two)
        assert set(await learn(database, "ada")) == {"noise", "fire"}

    async def test_learning_can_be_switched_off(self, client: httpx2.AsyncClient, database: Database) -> None:
        one, two = await make_works(database, {"tags": ["water"]}, {"tags": ["fire"]})
        ada = await register(client, "ada")
        looked = {"events": [{"shader_id": two, "kind": "dwell", "dwell_ms": 60_000}]}
        await vote(ada, one)
        await ada.post(EVENTS, json=looked)
        await learn(database, "ada")
        off: dict[str, Any] = {"learning": False, "updated_at": None, "tags": [], "works": []}
        assert (await ada.put(TASTE, json={"learning": False})).json() == off
        assert (await ada.post(EVENTS, json=looked)).json() == {"accepted": 0, "ignored": 1}
        assert await learn(database, "ada") == {}
        async with database.read() as session:
            assert await session.scalar(select(func.count()).select_from(FeedEvent)) == 0
        assert (await ada.get(TASTE)).json() == off
        assert set((await ada.put(TASTE, json={"learning": True})).json()) >= {"learning"}
        assert set(await learn(database, "ada")) == {"water"}

    async def test_all_of_it_goes_with_the_account(self, client: httpx2.AsyncClient, database: Database) -> None:
        one, two = await make_works(database, {"tags": ["water"]}, {})
        ada = await register(client, "ada")
        await vote(ada, one)
        await learn(database, "ada")
        await ada.put(f"{MUTES}/shader/{two}")
        await ada.delete(f"{TASTE}/tags/water")
        exported = (await ada.get("/api/v1/users/me/export")).json()
        assert [row["name"] for row in exported["feed_mutes"]] == [two]
        assert [row["name"] for row in exported["feed_forgotten"]] == ["water"]
        user_id = await user_of(database, "ada")
        async with database.write() as session:
            await erase(session, user_id, utc_now())
        async with database.read() as session:
            for model in (Mute, Forgotten):
                assert await session.scalar(select(func.count()).select_from(model)) == 0


class TestWalks:
    async def test_no_walk_shows_a_work_twice(self, client: httpx2.AsyncClient, database: Database) -> None:
        """With several pools that share works, authors of many works, lineages, and mutes on the way."""
        many = await make_works(database, *({"tags": ["water", "fire"]} for _ in range(10)), handle="prolific")
        family = await make_works(database, *({"tags": ["water"], "root_id": many[0]} for _ in range(6)))
        others = await make_works(database, *({"tags": [["fire", "water", "noise"][n % 3]]} for n in range(20)))
        ada = await register(client, "ada")
        for work in (many[1], others[0], others[2]):
            await vote(ada, work)
        await learn(database, "ada")
        for limit in (1, 3, 7, 100):
            shown = [one for page in await pages_of(ada, FEED, limit=limit) for one in page]
            assert sorted(shown) == sorted({*many, *family, *others})
