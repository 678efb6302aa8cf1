"""How desires end: by time, with their account, or for a while with its suspension; and a change of the embedder."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlmodel import col

from services.contracts.desires import DesireState
from services.core.accounts import events as accounts
from services.core.accounts.models import User
from services.core.accounts.repository import lock_user
from services.core.desires import following, fulfilling, grouping, moderating, posting, processing, reading, recounting
from services.core.desires.jobs import RECOUNT_CLUSTERS, RECOUNT_USER, REEMBED
from services.core.desires.models import Cluster, ClusterVector, Desire, DesireVector, Follow, LabelledPair, Membership
from services.core.desires.notices import EXPIRED
from services.core.jobs.events import Event, emit
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now
from services.core.notices.models import Notice
from services.core.privacy.deletion import delete_account
from tests.core.desires.boards import FIRE, LIKE_RAIN, RAIN, cluster_of, held, people, post, some_user, state, wish
from tests.core.desires.words import WordEmbedder, matcher
from tests.factories import caller_of, make_shader


async def do(database: Database, step: Callable[[WriteSession], Awaitable[object]]) -> None:
    async with database.write() as session:
        await step(session)


async def waiting(database: Database, *names: str) -> list[tuple[str, dict[str, Any]]]:
    async with database.read() as session:
        jobs = await session.scalars(select(OutboxMessage).where(col(OutboxMessage.actor).in_(names)))
        return [(job.actor, job.payload) for job in jobs]


class TestTime:
    async def test_a_desire_ends_at_its_deadline_or_after_the_days_of_the_setting(self, database: Database) -> None:
        ada = await some_user(database)
        deadline = utc_now() + timedelta(days=2)
        early, late = await wish(database, RAIN, ada, deadline=deadline), await wish(database, FIRE, ada)
        async with database.read() as session:
            assert (await session.get_one(Desire, early)).expires_at == deadline
            assert (await session.get_one(Desire, late)).expires_at > utc_now() + timedelta(days=179)
        assert await self.expired(database) == 0
        async with database.write() as writing:
            await writing.execute(update(Desire).where(col(Desire.id) == early).values(expires_at=utc_now()))
        assert [await self.expired(database) for _ in range(2)] == [1, 0]
        async with database.read() as session:
            assert (await session.get_one(Desire, early)).state == DesireState.EXPIRED
            assert (await session.scalars(select(col(Notice.kind)))).all() == [EXPIRED.name]
        assert await people(database) == [0, 1]

    async def test_what_came_before_may_be_accepted_after_it(self, database: Database) -> None:
        ada, bob = await some_user(database), await some_user(database)
        rain = await wish(database, RAIN, ada)
        async with database.write() as writing:
            work = await make_shader(writing, author=bob)
            made, _ = await fulfilling.fulfil(writing, caller_of(bob), rain, work.id)
            await writing.execute(update(Desire).values(expires_at=utc_now()))
        assert await self.expired(database) == 1
        await do(database, lambda session: fulfilling.accept(session, caller_of(ada), rain, made.id))
        async with database.read() as session:
            assert (await session.get_one(Desire, rain)).state == DesireState.FULFILLED

    @staticmethod
    async def expired(database: Database) -> int:
        async with database.write() as session:
            return await posting.expire(session)


class TestAccounts:
    async def test_with_an_account_its_texts_go_and_the_counts_are_right(self, database: Database) -> None:
        ada, bob = await some_user(database), await some_user(database)
        rain, like = await wish(database, RAIN, ada), await wish(database, LIKE_RAIN, bob)
        fire, alone = await wish(database, FIRE, bob), await wish(database, "quite another wish of one", ada)
        await do(database, lambda session: following.follow(session, caller_of(ada), fire))
        cluster = (await held(database, like)).cluster_id
        await do(database, lambda session: grouping.leave(session, caller_of(ada), rain, matcher()))
        await do(database, lambda session: grouping.join(session, caller_of(ada), rain, cluster, matcher()))
        async with database.write() as writing:
            work = await make_shader(writing, author=bob)
            await fulfilling.fulfil(writing, caller_of(bob), rain, work.id)
        await do(database, lambda session: delete_account(session, ada.id))
        for name, payload in await waiting(database, RECOUNT_CLUSTERS.name):
            assert name == RECOUNT_CLUSTERS.name
            await recounting.recount(database, payload["cluster_ids"])
        assert ((await cluster_of(database, like)).people, (await cluster_of(database, fire)).people) == (1, 1)
        async with database.read() as session:
            for table in (LabelledPair, Follow):
                assert await session.scalar(select(func.count()).select_from(table)) == 0, table
            assert set(await session.scalars(select(col(DesireVector.desire_id)))) == {like, fire}
            assert set(await session.scalars(select(col(Membership.desire_id)))) == {like, fire}
            assert await session.get(Desire, alone) is None
            answered = await session.get_one(Desire, rain)
            assert (answered.prompt, answered.state, answered.deleted_at is None) == ("", DesireState.WITHDRAWN, False)
            left = await session.scalars(text("SELECT facts::text FROM notices"))
            assert [each for each in left if "rain on a neon" in each and "old town" in each] == []
            assert await reading.answered_by(session, None, work.id) == []
        await processing.process(database, matcher(), rain)
        await processing.process(database, matcher(), alone)

    @pytest.mark.parametrize("what", ["answer", "expire", "merge"])
    async def test_what_tells_the_author_waits_for_the_end_of_the_account_and_stops_it_not(
        self, database: Database, what: str
    ) -> None:
        ada, bob = await some_user(database), await some_user(database)
        rain, fire = await wish(database, RAIN, ada), await wish(database, FIRE, bob)
        here, there = [(await held(database, each)).cluster_id for each in (rain, fire)]
        async with database.write() as session:
            work = await make_shader(session, author=bob)
            if what == "expire":
                await session.execute(update(Desire).where(col(Desire.id) == rain).values(expires_at=utc_now()))
        steps: dict[str, Callable[[WriteSession], Awaitable[object]]] = {
            "answer": lambda session: fulfilling.fulfil(session, caller_of(bob), rain, work.id),
            "expire": posting.expire,
            "merge": lambda session: moderating.merge(session, caller_of(bob), there, here, matcher()),
        }
        async with database.write() as ending:
            await lock_user(ending, ada.id)
            telling = asyncio.create_task(do(database, steps[what]))
            waits = text("SELECT exists(SELECT FROM pg_locks WHERE NOT granted)")
            while not (telling.done() or await ending.scalar(waits)):
                await asyncio.wait([telling], timeout=0.01)
            assert not telling.done()
            await delete_account(ending, ada.id)
        with pytest.raises(NotFoundError) if what == "answer" else nullcontext():
            await telling

    async def test_a_suspended_account_does_not_count_until_it_is_restored(self, database: Database) -> None:
        ada, bob = await some_user(database), await some_user(database)
        rain, like = await wish(database, RAIN, ada), await wish(database, LIKE_RAIN, bob)
        fire = await wish(database, FIRE, bob)
        await do(database, lambda session: following.follow(session, caller_of(ada), fire))
        before = await state(database)
        for suspended_at, expected in ((utc_now(), [1, 1]), (None, [2, 2])):
            async with database.write() as session:
                (await session.get_one(User, ada.id)).suspended_at = suspended_at
            await recounting.recount_user(database, ada.id)
            assert await people(database) == expected
        assert await state(database) == before
        assert (await held(database, rain)).cluster_id == (await held(database, like)).cluster_id

    @pytest.mark.parametrize("event", [accounts.SUSPENDED, accounts.RESTORED])
    async def test_both_ask_for_the_count(self, database: Database, event: Event) -> None:
        await do(database, lambda session: emit(session, event, user_id="someone"))
        assert await waiting(database, RECOUNT_USER.name) == [(RECOUNT_USER.name, {"user_id": "someone"})]


class TestEmbedder:
    async def test_one_without_a_calibration_is_refused(self) -> None:
        with pytest.raises(ValueError, match="calibration"):
            type(matcher())(WordEmbedder(calibrated_on=""), lambda *_: True, lambda *_: ([], []))

    async def test_another_one_embeds_all_anew_while_the_old_vectors_serve(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(processing, "BATCH", 2)
        rain, _, _ = [await wish(database, each) for each in (RAIN, LIKE_RAIN, FIRE)]
        old, new = matcher(), matcher("words-2")
        late = await post(database, await some_user(database), RAIN)
        with pytest.raises(processing.ReembeddingError):
            await processing.process(database, new, late)
        await do(database, lambda session: processing.ask_to_reembed(session, new))
        await do(database, lambda session: processing.ask_to_reembed(session, new))
        assert await waiting(database, REEMBED.name) == [(REEMBED.name, {})]
        assert await processing.reembed(database, new) == 4
        assert await processing.reembed(database, new) == 0
        await processing.process(database, new, late)
        assert (await held(database, late)).cluster_id == (await held(database, rain)).cluster_id
        async with database.read() as session:
            rows = (await session.scalars(select(ClusterVector).order_by(col(ClusterVector.embedder_id)))).all()
        assert [(row.embedder_id, row.members) for row in rows if row.members > 1] == [("words-1", 3), ("words-2", 3)]
        assert await self.dropped(database) == [0]
        async with database.write() as session:
            await session.execute(update(DesireVector).values(created_at=utc_now() - timedelta(days=2)))
        assert await self.dropped(database) == [2, 2, 0]
        async with database.read() as session:
            for column in (col(DesireVector.embedder_id), col(ClusterVector.embedder_id)):
                assert set(await session.scalars(select(column))) == {"words-2"}
        assert old.embedder.id == "words-1"

    @staticmethod
    async def dropped(database: Database) -> list[int]:
        counts: list[int] = []
        while not counts or counts[-1]:
            async with database.write() as session:
                counts.append(await processing.drop_old(session, matcher("words-2")))
        return counts


async def test_nothing_is_negative_even_by_hand(database: Database) -> None:
    await wish(database, RAIN)
    with pytest.raises(Exception, match="counts"):
        await do(database, lambda session: session.execute(update(Cluster).values(people=-1)))
