"""What a domain's module in services/worker/actors lists."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from services.core.jobs.outbox import Job

# Called with the process' `Runtime` and the members of the job's payload.
Run = Callable[..., Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Actor:
    """What is run for a job."""

    job: Job
    run: Run
