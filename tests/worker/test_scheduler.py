"""Schedule runs: once each, whoever schedules and whoever dies."""

import asyncio
from datetime import timedelta

from sqlalchemy import select, text
from sqlmodel import col

from services.core.jobs.models import ScheduleRun
from services.core.kit.database import Database, WriteSession
from services.worker.broker import JobBroker
from services.worker.periodic import periodic_tasks
from services.worker.runtime import Runtime
from services.worker.scheduler import Periodic, run_once, run_scheduler

HOUR = timedelta(hours=1)


async def test_of_many_schedulers_one_does_the_run(database: Database) -> None:
    runs: list[int] = []

    async def work(session: WriteSession) -> int:
        runs.append(1)
        await session.execute(text("SELECT pg_sleep(0.05)"))
        return 1

    task = Periodic("test", HOUR, work)
    done = await asyncio.gather(*(run_once(database, task) for _ in range(8)))
    assert sum(done) == len(runs) == 1
    assert not await run_once(database, task)


async def test_a_scheduler_that_dies_in_the_middle_leaves_it_to_another(database: Database) -> None:
    began = asyncio.Event()

    async def hangs(session: WriteSession) -> int:
        began.set()
        await asyncio.sleep(60)
        return 1

    async def works(session: WriteSession) -> int:
        return 1

    dying = asyncio.create_task(run_once(database, Periodic("test", HOUR, hangs)))
    await began.wait()
    waiting = asyncio.create_task(run_once(database, Periodic("test", HOUR, works)))
    await asyncio.sleep(0.2)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert await asyncio.wait_for(waiting, 5)


async def test_a_task_is_done_once_in_each_period_and_a_broken_one_stops_no_other(database: Database) -> None:
    runs: list[int] = []

    async def work(session: WriteSession) -> int:
        runs.append(1)
        return 0

    async def breaks(session: WriteSession) -> int:
        raise ValueError

    period = timedelta(seconds=0.5)
    tasks = (Periodic("breaks", period, breaks), Periodic("works", period, work))
    schedulers = [asyncio.create_task(run_scheduler(database, tasks)) for _ in range(2)]
    await asyncio.sleep(2.2)
    assert not any(scheduler.done() for scheduler in schedulers)
    for scheduler in schedulers:
        scheduler.cancel()
    await asyncio.gather(*schedulers, return_exceptions=True)
    async with database.read() as session:
        due = (await session.scalars(select(col(ScheduleRun.due_at)).where(col(ScheduleRun.task) == "works"))).all()
    assert len(due) == len(set(due)) == len(runs)
    assert len(runs) in (4, 5)


async def test_our_own_tasks_run(database: Database, runtime: Runtime, broker: JobBroker) -> None:
    tasks = periodic_tasks(runtime, broker)
    assert {task.name for task in tasks} >= {"housekeeping.delete_old_rows", "renders.resend_lost"}
    for task in tasks:
        assert await run_once(database, task)
