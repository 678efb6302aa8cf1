"""Retries: a message after its actor is done, tried again, or a dead letter. And the log lines and metrics of it.

- An actor that raises `TryLaterError` or `UnavailableError` waits for something that will come back (a renderer, the
  database). It is tried again with pauses up to `LONGEST_PAUSE`, about a day long, and that does not count as failing.
- Any other error is a failure: `MAX_FAILURES` retries with growing pauses, then a dead letter in PostgreSQL. When that
  cannot be written the message stays in Redis and is tried again.

Logs hold ids, the error's class and its stack, never the error's text, which may quote a stranger.
"""

import random
import threading
import time
from typing import Any
from uuid import UUID

import structlog
from dramatiq.broker import Broker, MessageProxy
from dramatiq.middleware import Middleware
from prometheus_client import Counter, Histogram

from services.core.domains import ALL_JOBS
from services.core.jobs.dead_letters import add_dead_letter
from services.core.kit.errors import UnavailableError
from services.core.kit.observability import frames_of
from services.worker.broker import RETRY_IN, milliseconds
from services.worker.runtime import Runtime

MAX_FAILURES = 5
MAX_WAITS = 3_000
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
DUE_AT = "due_at"

JOBS = Counter("jobs_total", "Messages by actor and what became of them.", ["actor", "outcome"])
DURATION = Histogram("job_duration_seconds", "Time that an actor took.", ["actor"])
PICKUP = Histogram(
    "job_pickup_seconds",
    "Time from the moment a job was due to the moment an actor began.",
    ["queue"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)

log = structlog.get_logger("jobs")
_NAMES = frozenset(job.name for job in ALL_JOBS)


class TryLaterError(Exception):
    """What the actor needs is not there at the moment; `pause` says in how many seconds it may be, if that is known."""

    def __init__(self, *, pause: float | None = None) -> None:
        super().__init__()
        self.pause = pause


class JobContext(Middleware):
    """Binds the ids of the request and the job to the log lines of this thread, and measures."""

    def __init__(self) -> None:
        self._thread = threading.local()

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        """The actor begins."""
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(job_id=message.message_id, actor=message.actor_name)
        if request_id := message.options.get("request_id"):
            structlog.contextvars.bind_contextvars(request_id=request_id)
        due_at = message.options.pop(DUE_AT, None)
        if isinstance(due_at, int):
            PICKUP.labels(message.queue_name).observe(max(0, milliseconds() - due_at) / 1000)
        self._thread.started = time.perf_counter()

    def after_process_message(
        self, broker: Broker, message: MessageProxy, *, result: Any = None, exception: BaseException | None = None
    ) -> None:
        """The actor has ended; the retry policy has decided already, as hooks after the fact run in reverse order."""
        seconds = time.perf_counter() - self._thread.started
        DURATION.labels(_label(message)).observe(seconds)
        if exception is None:
            JOBS.labels(_label(message), "done").inc()
            log.info("job done", ms=round(seconds * 1000, 1))
        structlog.contextvars.clear_contextvars()


class RetryPolicy(Middleware):
    """Decides about a message whose actor raised."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def after_process_message(
        self, broker: Broker, message: MessageProxy, *, result: Any = None, exception: BaseException | None = None
    ) -> None:
        """Leave a pause in `options[RETRY_IN]` for the consumer, or make the message a dead letter."""
        if exception is None:
            return
        waiting = isinstance(exception, TryLaterError | UnavailableError)
        kind, most = ("waits", MAX_WAITS) if waiting else ("failures", MAX_FAILURES)
        count = int(message.options.get(kind, 0)) + 1
        error = type(exception.__cause__ or exception).__name__ if waiting else type(exception).__name__
        if count > most and self._dead_lettered(message, error):
            JOBS.labels(_label(message), "dead").inc()
            log.error("job is a dead letter", error=error, at=frames_of(exception))
            return
        # A dead letter that could not be written keeps its count, so that the next failure tries to write it again.
        message.options[kind] = min(count, most)
        known = exception.pause if isinstance(exception, TryLaterError) else None
        growing = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(count - 1, 10))
        pause = (known or growing) * random.uniform(0.5, 1)  # noqa: S311 -- jitter
        message.options[RETRY_IN] = int(pause * 1000)
        if waiting:
            JOBS.labels(_label(message), "waiting").inc()
            log.info("job waits", on=error, count=count, pause=round(pause, 2))
        else:
            JOBS.labels(_label(message), "retried").inc()
            log.warning("job failed", error=error, count=count, pause=round(pause, 2), at=frames_of(exception))

    def _dead_lettered(self, message: MessageProxy, error: str) -> bool:
        try:
            self._runtime.call(_dead_letter(self._runtime, message, error))
        except Exception as failure:
            log.critical("dead letter cannot be written", error=type(failure).__name__)
            return False
        return True


async def _dead_letter(runtime: Runtime, message: MessageProxy, error: str) -> None:
    async with runtime.database.write() as session:
        await add_dead_letter(
            session,
            message_id=UUID(message.message_id),
            actor=message.actor_name,
            queue=message.queue_name,
            payload=message.kwargs,
            request_id=message.options.get("request_id"),
            error=error,
        )


def _label(message: MessageProxy) -> str:
    return message.actor_name if message.actor_name in _NAMES else "unknown"
