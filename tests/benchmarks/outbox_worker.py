"""The consuming side of the outbox measurement, as a process: `python -m tests.benchmarks.outbox_worker ours|plain`.

`ours` is our broker and relay; with `--no-relay` or `--no-threads` one half of it. `plain` is dramatiq as it comes.
The actor writes down when it was called: the list `picked:<run>` in Redis gets `<number> <seconds since the epoch>`.
"""

import argparse
import asyncio
import logging
import time
from typing import Any

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker

from services.core.jobs.outbox import Job
from services.core.kit.observability import configure_logging
from services.worker.actors import declare
from services.worker.broker import POLL_MS
from services.worker.relay import Relay
from services.worker.run import build_broker
from services.worker.runtime import Runtime
from services.worker.settings import WorkerSettings

PICKUP = Job("bench.pickup", "default")


def note(store: redis.Redis, run: str, number: int) -> None:
    """Write down that message `number` of `run` has reached its actor."""
    store.rpush(f"picked:{run}", f"{number} {time.time()}")


async def ours(settings: WorkerSettings, *, relay: bool, threads: bool) -> None:
    """Our worker's halves, until killed."""
    runtime = Runtime.open(settings)
    broker = build_broker(runtime)
    store = redis.Redis.from_url(settings.redis.url)

    async def pickup(_: Runtime, run: str, number: int) -> None:
        note(store, run, number)

    declare(broker, runtime, PICKUP, pickup)
    if threads:
        dramatiq.Worker(broker, worker_timeout=POLL_MS, worker_threads=16).start()
    print("ready", flush=True)
    await (Relay(runtime, broker).run() if relay else asyncio.Event().wait())


def plain(settings: WorkerSettings) -> None:
    """dramatiq with its own defaults, until killed."""
    broker: Any = RedisBroker(url=settings.redis.url, namespace="plain")  # type: ignore[no-untyped-call]
    store = redis.Redis.from_url(settings.redis.url)

    def pickup(run: str, number: int) -> None:
        note(store, run, number)

    dramatiq.actor(broker=broker, actor_name=PICKUP.name, queue_name=PICKUP.queue)(pickup)
    dramatiq.Worker(broker, worker_threads=16).start()
    print("ready", flush=True)
    while True:
        time.sleep(60)


def main() -> None:
    """Run one of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["ours", "plain"])
    parser.add_argument("--no-relay", action="store_true")
    parser.add_argument("--no-threads", action="store_true")
    options = parser.parse_args()
    configure_logging("bench", "ERROR")
    logging.getLogger("dramatiq").setLevel("ERROR")
    if options.kind == "plain":
        plain(WorkerSettings())
    else:
        asyncio.run(ours(WorkerSettings(), relay=not options.no_relay, threads=not options.no_threads))


if __name__ == "__main__":
    main()
