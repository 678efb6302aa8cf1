"""What feeds are told of looks, and what counts of it."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from services.api.settings import ApiSettings
from services.core.accounts.models import User
from services.core.feed import taste
from services.core.feed.bursts import MOST_OF_A_NETWORK
from services.core.feed.models import Exposure, FeedEvent
from services.core.keys.models import ApiKeyUse
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.shaders.models import Shader
from services.core.votes.settings import VoteSettings
from tests.api.feeds import EVENTS, exposure_of, learn, make_works, user_of, vote
from tests.api.keys import make_key
from tests.fixtures.accounts import register, with_token


class TestEvents:
    @pytest.fixture
    def settings(self, settings: ApiSettings) -> ApiSettings:
        """On which the looks of accounts of today count."""
        return settings.replace(VoteSettings(full_after_days=0))

    async def test_events_are_kept_and_learnt_from(self, client: httpx2.AsyncClient, database: Database) -> None:
        water, fire = await make_works(database, {"tags": ["water"]}, {"tags": ["fire"]})
        ada = await register(client, "ada")
        events = [
            {"shader_id": water, "kind": "dwell", "dwell_ms": 86_000_000, "position": 0},
            {"shader_id": fire, "kind": "impression", "dwell_ms": 5, "position": 1},
            {"shader_id": fire, "kind": "impression"},
            {"shader_id": "nothere", "kind": "dwell", "dwell_ms": 1},
        ]
        answer = await ada.post(EVENTS, json={"events": events})
        assert (answer.status_code, answer.json()) == (202, {"accepted": 3, "ignored": 1})
        async with database.read() as session:
            kept = (await session.scalars(select(FeedEvent).order_by(col(FeedEvent.id)))).all()
            counted = [
                (one.shader_id, (one.impressions, one.looked)) for one in await session.scalars(select(Exposure))
            ]
        assert sorted((event.shader_id, event.dwell_ms) for event in kept) == sorted([(water, 600_000), (fire, 0)])
        assert dict(counted) == {fire: (1, 0), water: (0, 1)}
        assert await learn(database, "ada") == {"water": pytest.approx(taste.DWELL_WEIGHT, abs=1e-3)}

    async def test_one_update_waits_for_all_that_happens(self, client: httpx2.AsyncClient, database: Database) -> None:
        works = await make_works(database, *({"tags": ["a"]} for _ in range(4)))
        ada, bob = await register(client), await register(client)
        for shader_id in works:
            await vote(ada, shader_id)
            await ada.post(EVENTS, json={"events": [{"shader_id": shader_id, "kind": "dwell", "dwell_ms": 9}]})
        await vote(bob, works[0])
        async with database.read() as session:
            rows = (await session.execute(text("SELECT actor, run_at - created_at FROM outbox"))).all()
        assert [row[0] for row in rows] == ["feed.update_taste"] * 2
        assert all(timedelta(0) < row[1] <= taste.DELAY for row in rows)

    async def test_a_work_counts_once_a_day_for_a_user(self, client: httpx2.AsyncClient, database: Database) -> None:
        (work,) = await make_works(database, {"tags": ["a"]})
        ada = await register(client, "ada")
        shown = {"shader_id": work, "kind": "impression"}
        looked = {"shader_id": work, "kind": "dwell", "dwell_ms": 6_000}
        for _ in range(3):
            answer = await ada.post(EVENTS, json={"events": [shown, looked, shown, looked]})
            assert answer.json() == {"accepted": 4, "ignored": 0}
        assert await exposure_of(database, work) == (1, 1)
        async with database.write() as session:
            days = (await session.execute(select(col(FeedEvent.kind), col(FeedEvent.dwell_ms)))).all()
            assert sorted(map(tuple, days)) == [("dwell", 36_000), ("impression", 0)]
            yesterday = col(FeedEvent.day) - text("interval '1 day'")
            await session.execute(update(FeedEvent).values(day=yesterday))
        await ada.post(EVENTS, json={"events": [shown, looked]})
        assert await exposure_of(database, work) == (2, 1)

    async def test_own_works_teach_nothing(self, client: httpx2.AsyncClient, database: Database) -> None:
        (own,) = await make_works(database, {"tags": ["a"]})
        ada = await register(client, "ada")
        user_id = await user_of(database, "ada")
        async with database.write() as session:
            await session.execute(update(Shader).values(author_id=user_id))
        events = [{"shader_id": own, "kind": "dwell", "dwell_ms": 60_000}, {"shader_id": own, "kind": "impression"}]
        assert (await ada.post(EVENTS, json={"events": events})).json() == {"accepted": 0, "ignored": 2}
        assert await exposure_of(database, own) == (0, 0)
        assert await learn(database, "ada") == {}

    async def test_many_accounts_of_one_address_count_as_a_few(
        self, client: httpx2.AsyncClient, database: Database
    ) -> None:
        (work,) = await make_works(database, {"tags": ["a"]})
        events = [
            {"shader_id": work, "kind": "impression"},
            {"shader_id": work, "kind": "dwell", "dwell_ms": 20_000},
        ]
        for number in range(MOST_OF_A_NETWORK + 4):
            one = await register(client, f"puppet{number}")
            assert (await one.post(EVENTS, json={"events": events})).json()["accepted"] == 2
        assert await exposure_of(database, work) == (MOST_OF_A_NETWORK, MOST_OF_A_NETWORK)
        # Their own taste is their own business.
        assert set(await learn(database, f"puppet{MOST_OF_A_NETWORK + 3}")) == {"a"}

    async def test_a_vote_taken_back_is_forgotten(self, client: httpx2.AsyncClient, database: Database) -> None:
        (work,) = await make_works(database, {"tags": ["a"]})
        ada = await register(client, "ada")
        await vote(ada, work)
        assert set(await learn(database, "ada")) == {"a"}
        await vote(ada, work, "none")
        assert await learn(database, "ada") == {}

    async def test_a_strange_batch_is_refused(self, client: httpx2.AsyncClient) -> None:
        batches: list[Any] = [
            [],
            [{"shader_id": "a", "kind": "impression"}] * 101,
            [{"shader_id": "a", "kind": "click"}],
            [{"shader_id": "a", "kind": "dwell", "dwell_ms": -1}],
            [{"shader_id": "a", "kind": "dwell", "dwell_ms": 10**12}],
            [{"shader_id": "a", "kind": "dwell", "position": -1}],
            [{"shader_id": "x" * 17, "kind": "dwell"}],
            [{"kind": "dwell"}],
            "none",
        ]
        ada = await register(client)
        for events in batches:
            answer = await ada.post(EVENTS, json={"events": events})
            assert (answer.status_code, answer.json()["code"]) == (422, "malformed"), events

    async def test_nothing_is_kept_about_visitors(self, client: httpx2.AsyncClient, database: Database) -> None:
        (work,) = await make_works(database, {})
        answer = await client.post(EVENTS, json={"events": [{"shader_id": work, "kind": "impression"}]})
        assert answer.status_code == 401


async def test_a_newcomers_look_teaches_their_own_taste_and_counts_for_nobody_else(
    client: httpx2.AsyncClient, database: Database
) -> None:
    (work,) = await make_works(database, {"tags": ["water"]})
    looked = {"events": [{"shader_id": work, "kind": "dwell", "dwell_ms": 60_000}]}
    for days, expected in ((29, (0, 0)), (30, (0, 1))):
        ada = await register(client, f"ada-{days}")
        async with database.write() as session:
            mine = update(User).where(col(User.handle) == f"ada-{days}")
            await session.execute(mine.values(created_at=utc_now() - timedelta(days=days)))
        assert (await ada.post(EVENTS, json=looked)).json() == {"accepted": 1, "ignored": 0}
        assert await exposure_of(database, work) == expected
        assert await learn(database, f"ada-{days}") == {"water": pytest.approx(taste.DWELL_WEIGHT, abs=1e-3)}


async def test_looks_that_come_with_a_key_are_written_down(client: httpx2.AsyncClient, database: Database) -> None:
    (work,) = await make_works(database, {})
    agent = with_token(client, (await make_key(await register(client, "ada"), "write"))["key"])
    answer = await agent.post(EVENTS, json={"events": [{"shader_id": work, "kind": "impression"}]})
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "ignored": 0})
    async with database.read() as session:
        uses = (await session.scalars(select(ApiKeyUse))).all()
    assert [(use.route, use.status, use.path) for use in uses] == [(EVENTS, 202, EVENTS)]
