"""Like desires come together, people part them, and nothing is lost on the way."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from services.contracts.desires import DesireState, MembershipHow
from services.core.desires import following, grouping, posting, processing
from services.core.desires.matching import Matcher, Vector
from services.core.desires.models import Cluster, Desire, Ended, LabelledPair, PairKind
from services.core.desires.notices import GROUPED, JOINED
from services.core.kit.database import Database
from services.core.kit.errors import NotFoundError
from services.core.notices.models import Notice
from services.core.shaders.repository import NotYoursError
from tests.core.desires.boards import (
    FIRE,
    LIKE_RAIN,
    RAIN,
    cluster_of,
    held,
    memberships,
    people,
    post,
    some_user,
    state,
    wish,
)
from tests.core.desires.words import matcher
from tests.factories import caller_of


async def test_a_text_is_embedded_once_though_it_is_asked_for_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded: list[str] = []
    embed = Matcher.embed

    async def noted(self: Matcher, texts: Sequence[str]) -> list[Vector]:
        embedded.extend(texts)
        return await embed(self, texts)

    monkeypatch.setattr(Matcher, "embed", noted)
    await wish(database, RAIN)
    assert embedded == [RAIN]


async def test_like_ones_come_together_and_are_told(database: Database) -> None:
    ada, bob = await some_user(database), await some_user(database)
    first, second, other = (
        await wish(database, RAIN, ada),
        await wish(database, LIKE_RAIN, bob),
        await wish(database, FIRE),
    )
    joined = await held(database, second)
    assert (joined.cluster_id, joined.how, joined.embedder_id) == (
        (await held(database, first)).cluster_id,
        MembershipHow.AUTO,
        "words-1",
    )
    assert joined.score == pytest.approx(0.9, abs=0.1)
    assert (await held(database, other)).how == MembershipHow.FOUNDED
    assert await people(database) == [1, 2]
    async with database.read() as session:
        told = {row.user_id: row.kind for row in await session.scalars(select(Notice))}
    assert told == {bob.id: GROUPED.name, ada.id: JOINED.name}


async def test_another_attribute_is_another_wish(database: Database) -> None:
    for colour in ("red", "blue"):
        await wish(database, f"{colour} {RAIN}")
    assert await people(database) == [1, 1]


async def test_a_job_that_comes_again_does_nothing_more(database: Database) -> None:
    first, second = await wish(database, RAIN), await wish(database, LIKE_RAIN)
    before = await state(database)
    for each in (first, second, first):
        await processing.process(database, matcher(), each)
    assert await state(database) == before
    assert len(await memberships(database, second)) == 1


async def test_like_ones_at_the_same_moment_end_in_one_cluster(database: Database) -> None:
    ids = [await post(database, await some_user(database), RAIN) for _ in range(8)]
    await asyncio.gather(*(processing.process(database, matcher(), each) for each in ids))
    assert await people(database) == [8]


async def test_leaving_restores_what_was_and_stays(database: Database) -> None:
    bob = await some_user(database)
    await wish(database, RAIN)
    before = await state(database)
    second = await wish(database, LIKE_RAIN, bob)
    async with database.write() as session:
        await grouping.leave(session, caller_of(bob), second, matcher())
    after = await state(database)
    alone = (await held(database, second)).cluster_id
    assert {each: found for each, found in after.items() if each != alone} == before
    await processing.process(database, matcher(), second)
    assert await state(database) == after
    ended = [(row.ended, row.until is None) for row in await memberships(database, second)]
    assert ended == [(Ended.LEFT, False), (None, True)]
    async with database.write() as session:
        with pytest.raises(grouping.AloneError):
            await grouping.leave(session, caller_of(bob), second, matcher())


async def test_a_join_by_hand_goes_back_to_the_cluster_before(database: Database) -> None:
    ada = await some_user(database)
    rain, fire, more = await wish(database, RAIN), await wish(database, FIRE, ada), await wish(database, FIRE)
    before = await state(database)
    async with database.write() as session:
        await grouping.join(session, caller_of(ada), fire, (await held(database, rain)).cluster_id, matcher())
    assert (await cluster_of(database, rain)).people == 2
    assert (await held(database, fire)).how == MembershipHow.CLICK
    async with database.write() as session:
        await grouping.leave(session, caller_of(ada), fire, matcher())
    assert await state(database) == before
    assert (await held(database, fire)).cluster_id == (await held(database, more)).cluster_id
    async with database.read() as session:
        said = [row.kind for row in await session.scalars(select(LabelledPair).order_by(col(LabelledPair.created_at)))]
    assert said == [PairKind.JOIN, PairKind.LEFT]


async def test_a_new_wish_may_name_its_cluster(database: Database) -> None:
    cluster = await cluster_of(database, await wish(database, RAIN))
    fire = await wish(database, FIRE, join=cluster.id)
    other = await wish(database, FIRE, different_from=cluster.id, difference="No water at all")
    assert (await held(database, fire)).cluster_id == cluster.id
    assert (await held(database, other)).cluster_id != cluster.id
    async with database.read() as session:
        pairs = {row.desire_id: row for row in await session.scalars(select(LabelledPair))}
        assert (await session.get_one(Desire, other)).difference == "No water at all"
    assert {each: (row.kind, row.embedder_id) for each, row in pairs.items()} == {
        fire: (PairKind.JOIN, "words-1"),
        other: (PairKind.DIFFERENT, "words-1"),
    }
    assert all(row.score is not None for row in pairs.values())


async def test_only_ones_own_is_moved_and_only_where_something_is_to_be_seen(database: Database) -> None:
    ada = await some_user(database)
    rain, fire = await wish(database, RAIN), await wish(database, FIRE, ada)
    async with database.write() as session:
        with pytest.raises(NotYoursError):
            await grouping.join(session, caller_of(ada), rain, (await held(database, fire)).cluster_id, matcher())
        with pytest.raises(NotFoundError):
            await grouping.join(session, caller_of(ada), fire, "nothing", matcher())
    async with database.write() as session:
        await posting.withdraw(session, caller_of(ada), fire)
    async with database.write() as session:
        with pytest.raises(grouping.NotOpenError):
            await grouping.join(session, caller_of(ada), fire, (await held(database, rain)).cluster_id, matcher())


async def test_each_person_counts_once_by_wishes_and_by_following(database: Database) -> None:
    ada, bob = await some_user(database), await some_user(database)
    rain = await wish(database, RAIN, ada)
    again = await wish(database, LIKE_RAIN, ada)
    for user in (ada, bob, bob):
        for each in (rain, again):
            async with database.write() as session:
                await following.follow(session, caller_of(user), each)
    assert await people(database) == [2]
    async with database.write() as session:
        await posting.withdraw(session, caller_of(ada), rain)
    assert await people(database) == [2]
    async with database.write() as session:
        await following.unfollow(session, caller_of(bob), again)
    assert await people(database) == [1]
    async with database.write() as session:
        await posting.withdraw(session, caller_of(ada), again)
        await posting.withdraw(session, caller_of(ada), again)
    assert await people(database) == [0]
    async with database.read() as session:
        states = set(await session.scalars(select(col(Desire.state))))
        assert states == {DesireState.WITHDRAWN}
        assert await session.scalar(select(func.sum(col(Cluster.wordings)))) == 0
