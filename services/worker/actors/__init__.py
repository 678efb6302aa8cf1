"""All actors, declared on a broker by name and queue as services/core/jobs/outbox.py has them.

An actor opens a transaction, calls the core, and is done. Retry rules are in services/worker/outcomes.py.
"""

from collections.abc import Callable, Coroutine
from typing import Any

import dramatiq

from services.core.feed.jobs import UPDATE_TASTE
from services.core.jobs.outbox import Job
from services.core.renders.jobs import RENDER_PREVIEW, RENDER_STILL
from services.worker.actors.feed import update_taste
from services.worker.actors.renders import render_preview, render_still
from services.worker.broker import JobBroker
from services.worker.runtime import Runtime

Work = Callable[..., Coroutine[Any, Any, None]]

# Job, work, priority: among what this process has fetched, the lower number goes first.
ACTORS: tuple[tuple[Job, Work, int], ...] = (
    (UPDATE_TASTE, update_taste, 0),
    (RENDER_STILL, render_still, 10),
    (RENDER_PREVIEW, render_preview, 20),
)


def declare_actors(broker: JobBroker, runtime: Runtime) -> None:
    """Declare every actor of `ACTORS` on `broker`."""
    for job, work, priority in ACTORS:
        declare(broker, runtime, job, work, priority)


def declare(broker: JobBroker, runtime: Runtime, job: Job, work: Work, priority: int = 0) -> None:
    """Declare one actor that runs `work(runtime, **payload)` on the runtime's loop."""

    def act(**payload: Any) -> None:
        runtime.call(work(runtime, **payload))

    dramatiq.actor(broker=broker, actor_name=job.name, queue_name=job.queue, priority=priority)(act)
