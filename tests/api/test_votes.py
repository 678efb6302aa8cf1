"""Votes: once per user and work, counted without loss, on nothing that the voter cannot see."""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from services.api.settings import ApiSettings
from services.contracts.shaders import Visibility
from services.core.kit.database import Database
from services.core.kit.settings import LimitSettings
from services.core.kit.tables import utc_now
from services.core.ranking.hot import hot_score
from services.core.shaders.models import Shader
from services.core.votes.weights import FRESH_WEIGHT
from tests.factories import make_shader, make_user
from tests.fixtures.accounts import register


async def a_work(database: Database, **fields: Any) -> Shader:
    async with database.write() as session:
        return await make_shader(session, author=await make_user(session), **fields)


async def vote(client: httpx2.AsyncClient, shader_id: str, value: str = "up") -> httpx2.Response:
    return await client.put(f"/api/v1/shaders/{shader_id}/vote", json={"value": value})


async def stored(database: Database, shader_id: str) -> Shader:
    async with database.read() as session:
        return (await session.scalars(select(Shader).where(col(Shader.id) == shader_id))).one()


class TestCast:
    async def test_a_vote_counts_once(self, client: httpx2.AsyncClient, database: Database) -> None:
        work = await a_work(database)
        ada = await register(client)
        first, again = await vote(ada, work.id), await vote(ada, work.id)
        expected = {"shader_id": work.id, "value": "up", "up": 1, "down": 0, "score": 1}
        assert first.status_code == 200
        assert first.json() == again.json() == expected
        assert (await ada.get(f"/api/v1/shaders/{work.id}/vote")).json() == expected

    async def test_a_vote_can_be_changed_and_taken_back(self, client: httpx2.AsyncClient, database: Database) -> None:
        work = await a_work(database)
        ada = await register(client)
        await vote(ada, work.id)
        assert (await vote(ada, work.id, "down")).json()["score"] == -1
        assert (await ada.delete(f"/api/v1/shaders/{work.id}/vote")).json()["score"] == 0
        assert (await vote(ada, work.id, "none")).json()["value"] == "none"
        assert (await stored(database, work.id)).up == 0

    async def test_the_hot_score_follows(self, client: httpx2.AsyncClient, database: Database) -> None:
        work = await a_work(database)
        assert work.published_at is not None
        for _ in range(3):
            await vote(await register(client), work.id)
        after = await stored(database, work.id)
        assert (after.up, after.down, after.score) == (3, 0, 3)
        # Each is of an account that was made today.
        assert after.weighted_score == 3 * FRESH_WEIGHT
        assert after.hot == pytest.approx(hot_score(after.weighted_score, work.published_at), abs=1e-6)

    async def test_twenty_votes_of_one_user_at_once_are_one(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        work = await a_work(database)
        ada = await register(client)
        answers = await asyncio.gather(*(vote(ada, work.id) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        after = await stored(database, work.id)
        assert (after.up, after.score) == (1, 1)
        async with database.read() as session:
            assert await session.scalar(text("SELECT count(*) FROM rank_changes")) == 1

    async def test_votes_of_many_at_once_all_count(self, client: httpx2.AsyncClient, database: Database) -> None:
        work = await a_work(database)
        voters = [await register(client) for _ in range(12)]
        await asyncio.gather(*(vote(voter, work.id, "down" if n % 3 == 0 else "up") for n, voter in enumerate(voters)))
        after = await stored(database, work.id)
        assert (after.up, after.down, after.score) == (8, 4, 4)

    async def test_ones_own_work_is_refused(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client, "ada")
        work = await a_work(database)
        async with database.write() as session:
            await session.execute(text("UPDATE shaders SET author_id = (SELECT id FROM users WHERE handle = 'ada')"))
        answer = await vote(ada, work.id)
        assert answer.status_code == 403
        assert answer.json()["code"] == "own_work"
        assert (await stored(database, work.id)).up == 0

    @pytest.mark.parametrize(
        "fields",
        [
            {"visibility": Visibility.PRIVATE},
            {"visibility": Visibility.DRAFT},
            {"hidden_at": utc_now()},
            {"deleted_at": utc_now()},
        ],
    )
    async def test_what_one_cannot_see_is_not_there(
        self, client: httpx2.AsyncClient, database: Database, fields: dict[str, Any]
    ) -> None:
        work = await a_work(database, **fields)
        ada = await register(client)
        assert (await vote(ada, work.id)).status_code == 404
        assert (await vote(ada, work.id, "none")).status_code == 404
        assert (await ada.get(f"/api/v1/shaders/{work.id}/vote")).status_code == 404
        assert (await stored(database, work.id)).up == 0

    async def test_an_unlisted_work_can_be_voted_on(self, client: httpx2.AsyncClient, database: Database) -> None:
        work = await a_work(database, visibility=Visibility.UNLISTED)
        assert (await vote(await register(client), work.id)).json()["up"] == 1

    @pytest.mark.parametrize("body", [{}, {"value": "sideways"}, {"value": 1}, {"value": "up", "weight": 100}, []])
    async def test_a_strange_vote_is_refused(self, client: httpx2.AsyncClient, database: Database, body: Any) -> None:
        work = await a_work(database)
        ada = await register(client)
        answer = await ada.put(f"/api/v1/shaders/{work.id}/vote", json=body)
        assert answer.status_code == 422
        assert answer.json()["code"] == "malformed"

    @pytest.mark.parametrize("shader_id", ["nothere", "x" * 300, "%E2%82%AC", "' OR 1=1 --"])
    async def test_an_unknown_work_is_not_found(self, client: httpx2.AsyncClient, shader_id: str) -> None:
        assert (await vote(await register(client), shader_id)).status_code == 404

    async def test_a_visitor_has_to_sign_in(self, client: httpx2.AsyncClient, database: Database) -> None:
        work = await a_work(database)
        assert (await vote(client, work.id)).status_code == 401


class TestNetworks:
    @pytest.fixture
    def settings(self, settings: ApiSettings) -> ApiSettings:
        return settings.model_copy(update={"limits": LimitSettings(trusted_proxies=1)})

    async def test_votes_from_one_network_share(self, client: httpx2.AsyncClient, database: Database) -> None:
        """By the address that the proxy saw, not by one that the client makes up."""
        near, far = await a_work(database), await a_work(database)
        for number in range(3):
            voter = await register(client)
            for work, seen in ((near, f"8.8.8.{number}"), (far, f"8.8.{number}.8")):
                headers = {"X-Forwarded-For": f"1.{number}.1.1, {seen}"}
                path = f"/api/v1/shaders/{work.id}/vote"
                assert (await voter.put(path, json={"value": "up"}, headers=headers)).json()["up"] == number + 1
        assert (await stored(database, near.id)).weighted_score == FRESH_WEIGHT + FRESH_WEIGHT // 2 + FRESH_WEIGHT // 3
        assert (await stored(database, far.id)).weighted_score == 3 * FRESH_WEIGHT

    async def test_top_and_trending_follow_the_weights(self, client: httpx2.AsyncClient, database: Database) -> None:
        """Ten accounts that somebody made in one place today lose against one person who is here for long."""
        bought, loved = await a_work(database), await a_work(database)
        for number in range(10):
            headers = {"X-Forwarded-For": f"8.8.8.{number}"}
            await (await register(client)).put(
                f"/api/v1/shaders/{bought.id}/vote", json={"value": "up"}, headers=headers
            )
        fan = await register(client, "fan")
        async with database.write() as session:
            await session.execute(text("UPDATE users SET created_at = now() - interval '1 year' WHERE handle = 'fan'"))
            await session.execute(
                text("UPDATE shaders SET hot = 0, published_at = '2025-01-01', created_at = '2025-01-01'")
            )
        await vote(fan, loved.id)
        for path in ("/api/v1/shaders?sort=top", "/api/v1/feed/trending", "/api/v1/shaders?sort=hot"):
            items = (await client.get(path)).json()["items"]
            assert [(item["id"], item["up"]) for item in items] == [(loved.id, 1), (bought.id, 10)], path


class TestMyVotes:
    async def test_the_latest_come_first_and_each_once(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client)
        works = [await a_work(database) for _ in range(7)]
        for number, work in enumerate(works):
            await vote(ada, work.id, "down" if number == 2 else "up")
        seen: list[str] = []
        cursor: str | None = None
        while True:
            answer = (
                await ada.get("/api/v1/votes", params={"limit": 3, **({"cursor": cursor} if cursor else {})})
            ).json()
            seen += [item["shader"]["id"] for item in answer["items"]]
            cursor = answer["next_cursor"]
            # A vote that is changed keeps its place.
            await vote(ada, works[0].id, "down")
            if cursor is None:
                break
        assert seen == [work.id for work in reversed(works)]
        down = (await ada.get("/api/v1/votes", params={"value": "down"})).json()["items"]
        assert [(item["shader"]["id"], item["value"]) for item in down] == [
            (works[2].id, "down"),
            (works[0].id, "down"),
        ]

    async def test_a_work_that_was_hidden_is_left_out(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client)
        work = await a_work(database)
        await vote(ada, work.id)
        async with database.write() as session:
            await session.execute(update(Shader).values(hidden_at=utc_now()))
        assert (await ada.get("/api/v1/votes")).json()["items"] == []

    async def test_votes_are_looked_up_for_many_works(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada, bob = await register(client), await register(client)
        works = [await a_work(database) for _ in range(3)]
        await vote(ada, works[0].id)
        await vote(ada, works[1].id, "down")
        await vote(bob, works[2].id)
        params = {"id": [*(work.id for work in works), "nothere"]}
        answer = (await ada.get("/api/v1/votes/lookup", params=params)).json()
        assert answer == {"votes": {works[0].id: "up", works[1].id: "down"}}

    async def test_a_cursor_of_another_list_is_refused(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client)
        for _ in range(2):
            await vote(ada, (await a_work(database)).id)
        cursor = (await ada.get("/api/v1/votes?limit=1")).json()["next_cursor"]
        for params in ({"cursor": cursor, "value": "up"}, {"cursor": "WyJ4Il0"}):
            answer = await ada.get("/api/v1/votes", params=params)
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")
