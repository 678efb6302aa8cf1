"""The monthly count of publishes: what counts, what does not, and many at the same moment."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.contracts.shaders import Visibility
from services.core.accounts.models import Plan, User
from services.core.glsl.static_check import SourceRefusedError
from services.core.identity.caller import Caller
from services.core.kit.database import Database, WriteSession
from services.core.kit.settings import LimitSettings
from services.core.shaders import quota, write
from services.core.shaders.models import PublishUsage, Shader
from services.core.shaders.quota import PublishLimitError, count_publish
from services.core.shaders.schemas import ShaderCreate, ShaderUpdate
from tests.factories import SOURCE, caller_of, make_user

LIMITS = LimitSettings(publishes_per_month=5)


def order(visibility: Visibility = Visibility.PUBLIC) -> ShaderCreate:
    return ShaderCreate(source=SOURCE, title="Work", licence="CC0-1.0", visibility=visibility)


async def used(session: WriteSession, user: User) -> int:
    return await session.scalar(select(col(PublishUsage.used)).where(col(PublishUsage.user_id) == user.id)) or 0


async def test_of_twenty_publishes_at_once_exactly_five_pass(database: Database) -> None:
    async with database.write() as session:
        caller = caller_of(await make_user(session))

    async def attempt(caller: Caller) -> bool:
        try:
            async with database.write() as session:
                await write.create(session, caller, order(), LIMITS)
        except PublishLimitError:
            return False
        return True

    passed = await asyncio.gather(*(attempt(caller) for _ in range(20)))
    assert sum(passed) == 5
    async with database.read() as reading:
        assert len((await reading.scalars(select(Shader))).all()) == 5
        assert await reading.scalar(select(col(PublishUsage.used))) == 5


async def test_a_publish_that_is_rolled_back_costs_nothing(database: Database) -> None:
    async with database.write() as session:
        caller = caller_of(await make_user(session))

    async def fail_after_publishing() -> None:
        async with database.write() as session:
            await write.create(session, caller, order(), LIMITS)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_after_publishing()
    async with database.read() as reading:
        assert await reading.scalar(select(col(PublishUsage.used))) is None


class TestWhatCounts:
    @pytest.mark.parametrize(
        ("visibility", "counted"),
        [(Visibility.PUBLIC, 1), (Visibility.UNLISTED, 1), (Visibility.PRIVATE, 0), (Visibility.DRAFT, 0)],
    )
    async def test_a_new_work(self, session: WriteSession, visibility: Visibility, counted: int) -> None:
        user = await make_user(session)
        await write.create(session, caller_of(user), order(visibility), LIMITS)
        assert await used(session, user) == counted

    async def test_a_draft_counts_once_when_it_is_published(self, session: WriteSession) -> None:
        user = await make_user(session)
        work = await write.create(session, caller_of(user), order(Visibility.DRAFT), LIMITS)
        for visibility in (Visibility.PUBLIC, Visibility.DRAFT, Visibility.UNLISTED, Visibility.PUBLIC):
            await write.change(session, caller_of(user), work.id, ShaderUpdate(visibility=visibility), LIMITS)
            assert await used(session, user) == 1

    async def test_a_draft_stays_a_draft_when_the_month_is_used_up(self, session: WriteSession) -> None:
        user = await make_user(session)
        for _ in range(5):
            await write.create(session, caller_of(user), order(), LIMITS)
        work = await write.create(session, caller_of(user), order(Visibility.DRAFT), LIMITS)
        savepoint = await session.begin_nested()
        change = ShaderUpdate(visibility=Visibility.PUBLIC)
        with pytest.raises(PublishLimitError) as caught:
            await write.change(session, caller_of(user), work.id, change, LIMITS)
        await savepoint.rollback()
        assert caught.value.extra["limit"] == 5
        assert datetime.fromisoformat(caught.value.extra["resets_at"]) > datetime.now(UTC)
        await session.refresh(work)
        assert (work.visibility, work.published_at) == (Visibility.DRAFT, None)

    async def test_a_refused_source_costs_nothing(self, session: WriteSession) -> None:
        user = await make_user(session)
        with pytest.raises(SourceRefusedError):
            await write.create(session, caller_of(user), ShaderCreate(source="x", title="Work"), LIMITS)
        assert await used(session, user) == 0


async def test_a_paying_user_has_no_limit_and_is_counted(session: WriteSession) -> None:
    user = await make_user(session, plan=Plan.PRO)
    for number in range(1, 8):
        assert await count_publish(session, user.id, limit=5) == number


async def test_a_limit_of_zero_lets_nothing_through(session: WriteSession) -> None:
    user = await make_user(session)
    with pytest.raises(PublishLimitError):
        await count_publish(session, user.id, limit=0)


@pytest.mark.parametrize(
    ("now", "month", "resets"),
    [
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), date(2026, 12, 1), "2027-01-01T00:00:00+00:00"),
        (datetime(2028, 2, 29, tzinfo=UTC), date(2028, 2, 1), "2028-03-01T00:00:00+00:00"),
    ],
)
async def test_months_are_those_of_utc(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch, now: Any, month: date, resets: str
) -> None:
    monkeypatch.setattr(quota, "utc_now", lambda: now)
    user = await make_user(session)
    await count_publish(session, user.id, limit=1)
    with pytest.raises(PublishLimitError) as caught:
        await count_publish(session, user.id, limit=1)
    assert caught.value.extra["resets_at"] == resets
    assert await session.scalar(select(col(PublishUsage.month))) == month
    monkeypatch.setattr(quota, "utc_now", lambda: datetime.fromisoformat(resets))
    assert await count_publish(session, user.id, limit=1) == 1
