"""Workers that are killed with -9: `python -m tests.core.desires.killed_process LIVES SEED`.

Each life is a forked process that goes through all jobs of desires that wait, in any order, and dies after some of them
or at any moment at all. A job is deleted after it was done, so it may be done twice. It prints how many lives ended by
a kill.
"""

import asyncio
import os
import random
import signal
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
            _die()
        async with database.write() as session:
            await session.execute(delete(OutboxMessage).where(col(OutboxMessage.id) == job.id))


async def live(chance: random.Random) -> None:
    """One life."""
    if chance.random() < 0.6:
        threading.Timer(chance.uniform(0, 0.4), _die).start()
    await work(Database(WorkerSettings().database, application="killed"), chance, chance.randint(1, MOST_STEPS))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(lives: int, seed: int) -> None:
    """Live and die."""
    assert domains.DOMAINS
    chance = random.Random(seed)
    killed = 0
    for _ in range(lives):
        life = random.Random(chance.random())
        child = os.fork()
        if child == 0:
            asyncio.run(live(life))
            os._exit(0)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    print(f"killed {killed}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
