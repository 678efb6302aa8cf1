"""The feeds: what they show, that pages hold, and that they learn."""

import asyncio
import re
from collections import Counter
from typing import Any

import httpx2
import pytest
import redis.asyncio
from asgi_lifespan import LifespanManager
from sqlalchemy import update
from sqlmodel import col

from services.api import quick_route
from services.api.app import create_app
from services.api.settings import ApiSettings, CacheSettings
from services.contracts.shaders import Visibility
from services.core.feed import paging
from services.core.feed.pool import CandidatePools
from services.core.kit.database import Database
from services.core.kit.settings import LimitSettings, RedisSettings
from services.core.kit.tables import utc_now
from services.core.shaders.models import Shader
from tests.api.feeds import EVENTS, FEED, learn, make_works, reader_of, user_of, vote
from tests.api.walks import ids_of, page_of, pages_of
from tests.fixtures.accounts import register


class TestForVisitors:
    async def test_trending_is_by_hot_score(self, client: httpx2.AsyncClient, database: Database) -> None:
        old, middle, new = await make_works(database, {}, {}, {})
        async with database.write() as session:
            await session.execute(update(Shader).where(col(Shader.id) == old).values(hot=10**6))
        expected = [old, new, middle]
        assert await ids_of(client, f"{FEED}/trending") == expected
        assert await ids_of(client, FEED) == expected
        assert await ids_of(client, f"{FEED}/new") == [new, middle, old]

    async def test_a_cursor_of_trending_goes_on_at_the_feed(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        await make_works(database, *({} for _ in range(5)))
        page = await page_of(client, f"{FEED}/trending", limit=2)
        assert len((await page_of(client, FEED, cursor=page["next_cursor"]))["items"]) == 3

    async def test_an_empty_site_has_an_empty_feed(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        for reader in (client, ada):
            for path in (FEED, f"{FEED}/trending", f"{FEED}/new"):
                assert await page_of(reader, path) == {"items": [], "next_cursor": None}


class TestPersonal:
    async def test_a_walk_sees_each_work_once_whatever_is_voted(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        made = await make_works(database, *({"tags": ["water"]} for _ in range(30)))
        ada, bob = await register(client, "ada"), await register(client)
        seen: list[str] = []
        cursor: str | None = None
        while True:
            page = await page_of(ada, FEED, limit=7, cursor=cursor)
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            await vote(bob, made[len(seen) % 30])
            await vote(ada, seen[-1], "down")
            await learn(database, "ada")
            if cursor is None:
                break
        assert len(seen) == 30
        assert sorted(seen) == sorted(made)

    async def test_a_page_can_be_read_again(self, client: httpx2.AsyncClient, database: Database) -> None:
        await make_works(database, *({} for _ in range(12)))
        ada = await register(client)
        cursor = (await page_of(ada, FEED, limit=4))["next_cursor"]
        assert await page_of(ada, FEED, cursor=cursor) == await page_of(ada, FEED, cursor=cursor)

    async def test_authors_and_lineages_share_a_page(self, client: httpx2.AsyncClient, database: Database) -> None:
        many = await make_works(database, *({} for _ in range(9)), handle="prolific")
        family = [many[0], *await make_works(database, *({"root_id": many[0]} for _ in range(4)))]
        others = await make_works(database, *({} for _ in range(10)))
        ada = await register(client)
        pages = await pages_of(ada, FEED, limit=6)
        assert sorted(shader_id for page in pages for shader_id in page) == sorted({*many, *family, *others})
        for page in pages:
            assert len(set(page) & set(many)) <= 2
            assert len(set(page) & set(family)) <= 1

    async def test_taste_is_learnt_from_votes(self, client: httpx2.AsyncClient, database: Database) -> None:
        works = await make_works(database, *({"tags": ["water" if n % 2 else "fire"]} for n in range(40)))
        ada = await register(client, "ada")
        liked, disliked = works[1], works[0]
        await vote(ada, liked)
        await vote(ada, disliked, "down")
        weights = await learn(database, "ada")
        assert weights["water"] > 0 > weights["fire"]
        first = [item["tags"][0] for item in (await page_of(ada, FEED, limit=15))["items"]]
        assert Counter(first)["water"] >= 12

    async def test_own_and_unwanted_works_are_left_out(self, client: httpx2.AsyncClient, database: Database) -> None:
        shown, unwanted, own = await make_works(database, {}, {}, {})
        ada = await register(client, "ada")
        async with database.write() as session:
            user_id = await user_of(database, "ada")
            await session.execute(update(Shader).where(col(Shader.id) == own).values(author_id=user_id))
        await vote(ada, unwanted, "down")
        assert await ids_of(ada, FEED) == [shown]

    async def test_what_was_seen_comes_later(self, client: httpx2.AsyncClient, database: Database) -> None:
        works = await make_works(database, *({} for _ in range(12)))
        ada = await register(client)
        events = [{"shader_id": shader_id, "kind": "impression"} for shader_id in works[6:]]
        assert (await ada.post(EVENTS, json={"events": events})).status_code == 202
        assert set((await ids_of(ada, FEED))[:6]) == set(works[:6])

    @pytest.mark.parametrize("change", [{"listed": False}, {"deleted_at": utc_now(), "listed": False}])
    async def test_what_disappears_during_a_walk_is_left_out(
        self, client: httpx2.AsyncClient, database: Database, change: dict[str, Any]
    ) -> None:
        works = await make_works(database, *({} for _ in range(8)))
        ada = await register(client)
        page = await page_of(ada, FEED, limit=4)
        shown = [item["id"] for item in page["items"]]
        gone = next(shader_id for shader_id in works if shader_id not in shown)
        async with database.write() as session:
            await session.execute(update(Shader).where(col(Shader.id) == gone).values(**change))
        rest = [item["id"] for item in (await page_of(ada, FEED, cursor=page["next_cursor"]))["items"]]
        assert sorted([*shown, *rest, gone]) == sorted(works)

    async def test_what_is_not_for_everybody_is_never_shown(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        unseen: list[dict[str, Any]] = [
            {"visibility": Visibility.PRIVATE},
            {"visibility": Visibility.UNLISTED},
            {"visibility": Visibility.DRAFT},
            {"hidden_at": utc_now()},
            {"deleted_at": utc_now()},
            {"rendered": False},
        ]
        shown, *_ = await make_works(database, {"tags": ["a"]}, *({"tags": ["a"], **fields} for fields in unseen))
        ada = await register(client, "ada")
        await vote(ada, shown)
        await learn(database, "ada")
        for reader in (client, ada):
            for path in (FEED, f"{FEED}/trending", f"{FEED}/new"):
                assert await ids_of(reader, path) == [shown]


class TestCursors:
    async def test_a_walk_is_its_owners(self, client: httpx2.AsyncClient, database: Database) -> None:
        await make_works(database, *({} for _ in range(6)))
        ada, bob = await register(client), await register(client)
        cursor = (await page_of(ada, FEED, limit=2))["next_cursor"]
        for reader in (bob, client):
            answer = await reader.get(FEED, params={"cursor": cursor})
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")

    async def test_the_oldest_walks_make_room(self, client: httpx2.AsyncClient, database: Database) -> None:
        await make_works(database, *({} for _ in range(4)))
        ada = await register(client)
        cursors = [(await page_of(ada, FEED, limit=2))["next_cursor"] for _ in range(paging.MOST + 8)]
        answers = [(await ada.get(FEED, params={"cursor": cursor})).status_code for cursor in cursors]
        assert answers.count(200) == paging.MOST
        assert answers[-1] == 200

    async def test_walks_end_by_themselves(
        self, client: httpx2.AsyncClient, database: Database, redis_client: redis.asyncio.Redis
    ) -> None:
        await make_works(database, *({} for _ in range(4)))
        ada = await register(client, "ada")
        cursor = (await page_of(ada, FEED, limit=2))["next_cursor"]
        key = f"walks:{(await user_of(database, 'ada')).hex}"
        assert 0 < await redis_client.ttl(key) <= paging.LIFE
        await redis_client.delete(key)
        answer = await ada.get(FEED, params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


class TestWithOtherSettings:
    """Limits and caches on, Redis off."""

    async def test_batches_are_limited(
        self, settings: ApiSettings, client: httpx2.AsyncClient, database: Database
    ) -> None:
        (work,) = await make_works(database, {})
        ada = await register(client)
        limited = settings.model_copy(update={"limits": LimitSettings(events_account="2/60")})
        async with LifespanManager(create_app(limited)) as running:
            reader = reader_of(running.app, ada)
            batch = {"events": [{"shader_id": work, "kind": "impression"}]}
            answers = [(await reader.post(EVENTS, json=batch)).status_code for _ in range(3)]
        assert answers == [202, 202, 429]

    async def test_a_cached_page_is_at_most_that_old(
        self, settings: ApiSettings, client: httpx2.AsyncClient, database: Database
    ) -> None:
        (work,) = await make_works(database, {})
        cached = settings.model_copy(update={"cache": CacheSettings(list_seconds=30)})
        async with LifespanManager(create_app(cached)) as running:
            reader = reader_of(running.app, client)
            assert await ids_of(reader, FEED) == [work]
            async with database.write() as session:
                await session.execute(update(Shader).values(listed=False))
            assert await ids_of(reader, FEED) == [work]
        assert await ids_of(client, FEED) == []

    async def test_what_is_hidden_leaves_the_pool_of_a_tag_before_it_is_read_anew(self, database: Database) -> None:
        one, two = await make_works(database, {"tags": ["water"]}, {"tags": ["water"]})
        pools = CandidatePools(database, seconds=1)
        pool = await pools.of_tag("water")
        assert (set(pool.cards), await pools.gone()) == ({one, two}, frozenset())
        async with database.write() as session:
            await session.execute(update(Shader).where(col(Shader.id) == two).values(listed=False))
        await asyncio.sleep(1)
        assert await pools.gone() == {two}
        assert await pools.of_tag("water") is pool

    async def test_without_redis_there_is_a_first_page(
        self, settings: ApiSettings, client: httpx2.AsyncClient, database: Database
    ) -> None:
        await make_works(database, *({} for _ in range(4)))
        ada = await register(client)
        cursor = (await page_of(ada, FEED, limit=2))["next_cursor"]
        down = settings.model_copy(update={"redis": RedisSettings(url="redis://127.0.0.1:1/0")})
        async with LifespanManager(create_app(down)) as running:
            reader = reader_of(running.app, ada)
            page = await page_of(reader, FEED, limit=2)
            assert (len(page["items"]), page["next_cursor"]) == (2, None)
            assert (await reader.get(FEED, params={"cursor": cursor})).status_code == 503
            assert len((await page_of(reader_of(running.app, client), FEED))["items"]) == 4


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=2", 200),
        ("limit=2&cursor=", 422),
        ("limit=2&limit=3", 200),
        ("limit=0", 422),
        ("limit=101", 422),
        ("limit=two", 422),
        ("cursor=%00", 400),
        ("limit=2&cursor=none", 422),
        ("cursor=" + "a" * 501, 422),
        ("shown=all", 200),
    ],
)
async def test_queries_that_are_read_without_fastapi_are_answered_as_by_it(
    client: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch, query: str, status: int
) -> None:
    await make_works(database, *({} for _ in range(4)))
    ada = await register(client)
    answers = [await ada.get(f"{FEED}?{query}")]
    monkeypatch.setattr(quick_route, "_USUAL", re.compile(b"nothing"))
    answers.append(await ada.get(f"{FEED}?{query}"))
    assert [answer.status_code for answer in answers] == [status] * 2
    kinds = [(sorted(answer.json()), answer.headers["content-type"]) for answer in answers]
    assert kinds[0] == kinds[1]
    assert len(answers[0].json().get("items", [])) == len(answers[1].json().get("items", []))
