"""None lost and none twice: whatever writes at once, whatever is rolled back, whoever is killed with -9."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from services.api.settings import ApiSettings
from services.core.accounts.models import User
from services.core.kit.database import Database, WriteSession
from services.core.kit.pagination import encode_cursor
from services.core.mail.models import Mail
from services.core.notices import kinds, service
from services.core.notices.models import Notice, NoticeOccasion
from services.core.notices.schemas import ReadInput
from services.core.privacy.deletion import delete_account
from services.core.registry.notices import MailTiming, NoticeKind
from services.core.shaders.notices import FORKED
from tests.core.notices.killed_process import FACTS, NOON, mail_all, tell_all
from tests.factories import make_user
from tests.fixtures.forks import ForkedProcess
from tests.fixtures.processes import environment
from tests.fixtures.worker import eventually

PLAIN = NoticeKind(
    name="plain", title="Plain", values=frozenset({"n"}), sentence=lambda v, _: v["n"], link=lambda *_: "/"
)


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind whose notices stand alone."""
    monkeypatch.setattr(kinds, "_kinds", {**kinds.all_kinds(), PLAIN.name: PLAIN})


async def told(session: WriteSession, user_id: UUID, number: int) -> bool:
    return await service.tell(session, PLAIN, user_id, about="x", occasion=str(number), values={"n": str(number)})


async def told_of(database: Database, user_id: UUID) -> int:
    """Of how many occasions the user's notices tell."""
    async with database.read() as session:
        counts = await session.scalars(select(col(Notice.count)).where(col(Notice.user_id) == user_id))
        return sum(counts.all())


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize("seed", range(3))
async def test_who_follows_an_inbox_sees_each_notice_once_in_its_order(database: Database, seed: int) -> None:
    """Writers at once tell the same things in any order, and some roll back; a reader follows all the while."""
    ada, chance = uuid4(), random.Random(seed)
    plans = [[(n, chance.random() < 0.3) for n in chance.sample(range(30), 30)] for _ in range(6)]

    async def write(plan: list[tuple[int, bool]]) -> None:
        for number, fails in plan:
            async with database.write() as session:
                await told(session, ada, number)
                await asyncio.sleep(chance.random() / 200)
                if fails:
                    await session.rollback()
        for number, _ in plan:
            async with database.write() as session:
                await told(session, ada, number)

    seen: list[str] = []
    place = encode_cursor(f"inbox {ada}", 0)

    async def follow() -> None:
        nonlocal place
        async with database.read() as session:
            page = await service.since(session, ada, unread=False, kind=None, place=place, limit=4)
        seen.extend(item.text for item in page.items)
        place = page.since

    writing = asyncio.gather(*(write(plan) for plan in plans))
    while not writing.done():
        await follow()
        await asyncio.sleep(0)
    await writing
    for _ in range(30):
        await follow()
    assert Counter(seen) == Counter(str(n) for n in range(30))


async def test_a_notice_that_grows_counts_each_occasion_once(database: Database) -> None:
    ada = uuid4()

    async def write(seed: int) -> None:
        await tell_all(database, random.Random(seed), ada)

    reading = asyncio.gather(*(write(seed) for seed in range(3)))
    while not reading.done():
        async with database.write() as session:
            page = await service.page(session, ada, unread=True, kind=None, cursor=None, limit=10)
            if page.items:
                await service.mark_read(session, ada, ReadInput(until=page.since))
        await asyncio.sleep(0.01)
    await reading
    assert await told_of(database, ada) == FACTS


async def _die_and_live(
    settings: ApiSettings, folder: Path, what: str, user_id: UUID, finish: Callable[[], Awaitable[None]]
) -> None:
    environs = environment(settings)
    arguments = ["-m", "tests.core.notices.killed_process", what, "10"]
    dying = [ForkedProcess(f"{what}-{n}", [*arguments, str(n), str(user_id)], environs, folder) for n in (1, 2)]
    for process in dying:
        process.start()
    await eventually(lambda: not any(process.running for process in dying), within=120)
    kills = sum(int(process.text().rpartition("killed ")[2]) for process in dying)
    print(f"{kills} kills")
    assert kills > 0, "nothing was killed in the middle, so nothing was tested"
    await finish()


async def test_what_is_true_is_told_once_whoever_is_killed(
    settings: ApiSettings, database: Database, tmp_path: Path
) -> None:
    ada = uuid4()
    await _die_and_live(settings, tmp_path, "tell", ada, lambda: _as_many_as_are_true(database, ada))
    await tell_all(database, random.Random(9), ada)
    await _as_many_as_are_true(database, ada)
    assert await told_of(database, ada) == FACTS


async def _as_many_as_are_true(database: Database, ada: UUID) -> None:
    async with database.read() as session:
        facts = select(func.count()).select_from(User).where(col(User.handle).startswith("fact-"))
        true = await session.scalar(facts)
    assert await told_of(database, ada) == true


async def test_everybody_gets_one_mail_a_day_whoever_is_killed(
    settings: ApiSettings, database: Database, tmp_path: Path
) -> None:
    async with database.write() as session:
        users = [(await make_user(session)).id for _ in range(30)]
        for user_id in users:
            for fork in "ab":
                values = {"title": "Tide", "who": "bob", "fork": fork}
                await service.tell(session, FORKED, user_id, about=fork, occasion=fork, values=values)
        await session.execute(update(Notice).values(told_at=NOON - timedelta(days=1)))
    await _die_and_live(settings, tmp_path, "digest", users[0], lambda: mail_all(database))
    async with database.read() as session:
        mails = (await session.scalars(select(Mail))).all()
        due = await session.scalar(
            select(func.count()).select_from(Notice).where(col(Notice.mail_due) == MailTiming.DIGEST)
        )
    assert Counter(mail.user_id for mail in mails) == Counter(users)
    assert due == 0


async def test_an_account_that_is_being_deleted_is_told_nothing_more(database: Database) -> None:
    async with database.write() as session:
        ada = (await make_user(session)).id

    async def tell() -> bool:
        async with database.write() as session:
            values = {"title": "Tide", "who": "bob", "fork": "fork"}
            return await service.tell(session, FORKED, ada, about="tide", occasion="fork", values=values)

    async with database.write() as deleting:
        await delete_account(deleting, ada)
        telling = asyncio.create_task(tell())
        await asyncio.sleep(0)
    assert not await telling
    assert not await tell()
    async with database.read() as reading:
        for table in (Notice, NoticeOccasion):
            assert await reading.scalar(select(func.count()).select_from(table)) == 0
