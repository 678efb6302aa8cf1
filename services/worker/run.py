"""The worker process: dramatiq's threads, the relay, the scheduler and the health port, until it is told to stop.

`serve(settings, stopping)` opens everything, works until `stopping` is set, and stops in this order: no new jobs, jobs
that wait for a renderer go back to the queue, jobs that are being drawn are finished, fetched ones are given back,
connections close. What does not end within `stop_seconds` is abandoned; its messages come back to another worker. If a
thread or the relay dies for a reason that nobody foresaw, the process stops as well, to be started again by whoever
runs it.
"""

import asyncio
import contextlib
import logging
from collections.abc import Iterable

import dramatiq
import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from services.core.kit.errors import UnavailableError
from services.core.kit.observability import frames_of
from services.worker.actors import declare_actors
from services.worker.broker import POLL_MS, JobBroker
from services.worker.gauges import update_gauges
from services.worker.health import HealthServer
from services.worker.periodic import periodic_tasks
from services.worker.relay import Relay
from services.worker.retries import JobContext, RetryPolicy
from services.worker.runtime import Runtime
from services.worker.scheduler import run_scheduler
from services.worker.settings import WorkerSettings

WATCH_SECONDS = 2.0

log = structlog.get_logger("worker")


def build_broker(runtime: Runtime) -> JobBroker:
    """The broker with our middleware and no actors yet."""
    settings = runtime.settings
    return JobBroker(
        settings.redis.queue,
        middleware=[JobContext(), RetryPolicy(runtime)],
        heartbeat_ms=int(settings.worker.heartbeat_seconds * 1000),
    )


async def serve(settings: WorkerSettings, stopping: asyncio.Event) -> int:
    """Work until `stopping`; the exit status, 1 when something broke that should never break."""
    # Its errors are logged by our middleware without the text of the error, which may quote a stranger.
    logging.getLogger("dramatiq.worker.WorkerThread").setLevel(logging.CRITICAL)
    logging.getLogger("dramatiq").setLevel(logging.WARNING)
    runtime = Runtime.open(settings)
    try:
        # Without the database there is nothing to look at yet: the process waits for it, as it does at any time.
        with contextlib.suppress(UnavailableError):
            await runtime.payments.check_left(runtime.database)
        return await _work(WorkerProcess(runtime), stopping)
    finally:
        await runtime.close()


async def _work(process: "WorkerProcess", stopping: asyncio.Event) -> int:
    try:
        await process.start()
        return await process.run(stopping)
    finally:
        await process.stop()


class WorkerProcess:
    """The parts of one worker; start, run and stop them in this order."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._settings = runtime.settings.worker
        self._broker = build_broker(runtime)
        declare_actors(self._broker, runtime)
        # Threads of its own for each queue: those of the render queue wait for renderers as long as it takes.
        self._workers = [
            dramatiq.Worker(self._broker, queues={queue}, worker_timeout=POLL_MS, worker_threads=self._settings.threads)
            for queue in sorted({name.strip() for name in self._settings.queues.split(",")} - {""})
        ]
        self._tasks: list[asyncio.Task[None]] = []
        self._health = HealthServer({"/healthz": self._alive, "/readyz": self._ready, "/metrics": self._metrics})

    async def start(self) -> None:
        """Open the health port and begin to work."""
        port = await self._health.start(self._settings.health_host, self._settings.health_port)
        for worker in self._workers:
            worker.start()
        self._tasks = [
            asyncio.create_task(Relay(self._runtime, self._broker).run(), name="relay"),
            asyncio.create_task(
                run_scheduler(self._runtime.database, periodic_tasks(self._runtime, self._broker)), name="scheduler"
            ),
        ]
        log.info(
            "worker started",
            queues=self._settings.queues,
            threads=self._settings.threads,
            health_port=port,
        )

    async def run(self, stopping: asyncio.Event) -> int:
        """Until `stopping` is set (0), or until a part is found dead (1)."""
        while not (dead := self._dead_parts()):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), WATCH_SECONDS)
                return 0
        log.critical("worker is broken", dead=dead, errors=[*self._task_errors()])
        return 1

    async def stop(self) -> None:
        """Stop as the module says."""
        log.info("worker stops")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._runtime.turns.stop()
        self._runtime.renderers.stop_waiting()
        self._broker.stopping.set()
        stop_ms = int(self._settings.stop_seconds * 1000)
        await asyncio.gather(*(asyncio.to_thread(worker.stop, stop_ms) for worker in self._workers))
        await asyncio.to_thread(self._broker.close)
        await self._health.stop()
        log.info("worker stopped")

    def _dead_parts(self) -> list[str]:
        consumers = [consumer for worker in self._workers for consumer in worker.consumers.items()]
        dead = [f"consumer {name}" for name, thread in consumers if not thread.is_alive()]
        dead += ["worker thread" for worker in self._workers for thread in worker.workers if not thread.is_alive()]
        return dead + [task.get_name() for task in self._tasks if task.done()]

    def _task_errors(self) -> Iterable[str]:
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()):
                inner = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error
                yield f"{type(inner).__name__} at {', '.join(frames_of(inner))}"

    async def _alive(self, _: Request) -> Response:
        dead = self._dead_parts()
        return _unavailable(f"dead: {', '.join(dead)}") if dead else PlainTextResponse("ok\n")

    async def _ready(self, _: Request) -> Response:
        try:
            await self._runtime.database.ping()
        except UnavailableError:
            return _unavailable("PostgreSQL is down")
        try:
            await asyncio.to_thread(self._broker.depth, "default")
        except dramatiq.errors.ConnectionClosed:
            return _unavailable("Redis is down")
        return PlainTextResponse("ok\n")

    async def _metrics(self, _: Request) -> Response:
        await update_gauges(self._runtime.database, self._broker)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _unavailable(why: str) -> Response:
    return PlainTextResponse(f"{why}\n", status_code=503)
