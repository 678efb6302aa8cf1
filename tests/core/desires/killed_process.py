"""Workers that are killed with -9: `python -m tests.core.desires.killed_process LIVES SEED`.

Each life is a forked process that goes through all jobs of desires that wait, in any order, and dies after some of them
or at any moment at all. A job is deleted after it was done, so it may be done twice. It prints how many lives ended by
a kill.
"""

import random
import sys
import threading

from sqlalchemy import delete, select
from sqlmodel import col

from services.core import domains
from services.core.desires import processing
from services.core.desires.jobs import PROCESS
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database
from services.worker.settings import WorkerSettings
from tests.core.desires.words import matcher
from tests.fixtures.lives import die, live_and_die

MOST_STEPS = 4


async def work(database: Database, chance: random.Random, left: int) -> None:
    """Jobs until there are none; the process ends after `left` of them, if that comes first."""
    while True:
        async with database.read() as session:
            jobs = list(await session.scalars(select(OutboxMessage).where(col(OutboxMessage.actor) == PROCESS.name)))
        if not jobs:
            return
        job = chance.choice(jobs)
        await processing.process(database, matcher(), job.payload["desire_id"])
        left -= 1
        if left <= 0:
            die()
        async with database.write() as session:
            await session.execute(delete(OutboxMessage).where(col(OutboxMessage.id) == job.id))


async def live(chance: random.Random) -> None:
    """One life."""
    if chance.random() < 0.6:
        threading.Timer(chance.uniform(0, 0.4), die).start()
    await work(Database(WorkerSettings().database, application="killed"), chance, chance.randint(1, MOST_STEPS))


def main(lives: int, seed: int) -> None:
    """Live and die."""
    assert domains.DOMAINS
    live_and_die(live, lives, seed)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
