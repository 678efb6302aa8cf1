"""Periodic tasks. Any number of schedulers may run; each schedule run is done once.

A schedule run is a row `(task, due_at)` of the table `ticks`, with `due_at` on a grid of the task's period by the
database's clock. The task runs in the transaction that inserts the row, so a scheduler that dies in the middle leaves
the run to another one. Tasks stay short; what is long is a job.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from dramatiq.errors import ConnectionClosed
from prometheus_client import Counter
from sqlalchemy import text

from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import UnavailableError
from services.core.kit.observability import frames_of

RUNS = Counter("scheduler_ticks_total", "Schedule runs by task and outcome.", ["task", "outcome"])

log = structlog.get_logger("scheduler")

_TAKE = text(
    """
    INSERT INTO ticks (task, due_at, taken_at)
    SELECT :task, date_bin(:every, now(), timestamptz 'epoch'), now()
    ON CONFLICT DO NOTHING
    RETURNING due_at
    """
)


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task and its period. `run` returns how many rows it changed, for the log."""

    name: str
    every: timedelta
    run: Callable[[WriteSession], Awaitable[int]]


async def run_scheduler(database: Database, tasks: Iterable[Periodic]) -> None:
    """Run all `tasks` for ever, each beside the others."""
    async with asyncio.TaskGroup() as group:
        for task in tasks:
            group.create_task(_repeat(database, task))


async def run_once(database: Database, task: Periodic) -> bool:
    """Do the task's present run unless somebody has; whether it was done here."""
    async with database.write() as session:
        taken = await session.scalar(_TAKE, {"task": task.name, "every": task.every})
        if taken is None:
            return False
        changed = await task.run(session)
    if changed:
        log.info("task done", task=task.name, changed=changed)
    return True


async def _repeat(database: Database, task: Periodic) -> None:
    period = task.every.total_seconds()
    while True:
        # Each in its own part of the period, so that schedulers of several processes do not all come at once.
        await asyncio.sleep(period - time.time() % period + random.uniform(0, min(1.0, period / 10)))  # noqa: S311
        try:
            done = await run_once(database, task)
        except (UnavailableError, ConnectionClosed) as error:
            RUNS.labels(task.name, "unavailable").inc()
            log.warning("task put off", task=task.name, error=type(error.__cause__ or error).__name__)
        except Exception as error:
            # One broken task must not stop the others; it has its next chance at its next run.
            RUNS.labels(task.name, "failed").inc()
            log.error("task failed", task=task.name, error=type(error).__name__, at=frames_of(error))  # noqa: TRY400 -- without the text
        else:
            RUNS.labels(task.name, "done" if done else "elsewhere").inc()
