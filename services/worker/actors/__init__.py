"""Actors by domain, in a module with its name: `ACTORS`, and `periodic(runtime, broker)` for what runs by time.

An actor opens a transaction, calls the core, and is done. Retry rules are in services/worker/retries.py.
"""

from typing import Any

import dramatiq

from services.core.domains import domain_modules
from services.core.jobs.outbox import Job
from services.worker.actor import Actor, Run
from services.worker.broker import JobBroker
from services.worker.runtime import Runtime

ACTORS: tuple[Actor, ...] = tuple(actor for module in domain_modules(__name__) for actor in module.ACTORS)


def declare_actors(broker: JobBroker, runtime: Runtime) -> None:
    """Declare every actor of `ACTORS` on `broker`."""
    for actor in ACTORS:
        declare(broker, runtime, actor.job, actor.run)


def declare(broker: JobBroker, runtime: Runtime, job: Job, run: Run) -> None:
    """Declare one actor that runs `run(runtime, **payload)` on the runtime's loop."""

    def act(**payload: Any) -> None:
        runtime.call(run(runtime, **payload))

    dramatiq.actor(broker=broker, actor_name=job.name, queue_name=job.queue)(act)
