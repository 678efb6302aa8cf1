"""Workers that are killed with -9 while they group: each desire is in one cluster, and its author is told once."""

from collections import Counter
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from services.api.settings import ApiSettings
from services.core.desires import processing
from services.core.desires.models import Cluster, Membership
from services.core.desires.notices import GROUPED
from services.core.kit.database import Database
from services.core.notices.models import Notice
from tests.core.desires.boards import post, some_user
from tests.core.desires.test_undo import WORDINGS, counted
from tests.core.desires.words import matcher
from tests.fixtures.forks import ForkedProcess
from tests.fixtures.processes import environment
from tests.fixtures.worker import eventually


async def test_nothing_is_lost_and_nothing_is_done_twice(
    settings: ApiSettings, database: Database, tmp_path: Path
) -> None:
    ids = [await post(database, await some_user(database), prompt) for prompt in WORDINGS * 2]
    command = ["-m", "tests.core.desires.killed_process", "6"]
    dying = [ForkedProcess(f"dying-{n}", [*command, str(n)], environment(settings), tmp_path) for n in (1, 2)]
    for process in dying:
        process.start()
    await eventually(lambda: not any(process.running for process in dying), within=120)
    assert sum(int(process.text().rpartition("killed ")[2]) for process in dying) > 0, "nothing was killed"
    for desire_id in ids:
        await processing.process(database, matcher(), desire_id)
    async with database.read() as session:
        rows = (await session.scalars(select(Membership))).all()
        told = Counter(await session.scalars(select(col(Notice.user_id)).where(col(Notice.kind) == GROUPED.name)))
        stored = {row.id: (row.people, row.wordings) for row in await session.scalars(select(Cluster))}
    assert Counter(row.desire_id for row in rows) == Counter(ids)
    assert stored == await counted(database)
    assert sorted(people for people, _ in stored.values()) == [10, 10]
    assert set(told.values()) == {1}
    assert len(told) == len(ids) - 2
