"""`python -m tests.benchmarks.outbox`: from the commit of an outbox row to the call of its actor.

Real PostgreSQL (fsync on) and Valkey (append-only file), both sides in processes of their own. One row at a time at
random intervals, so that everything is idle when it comes; the clock starts just before the commit. The baseline is
dramatiq's own `.send()` to a worker with dramatiq's defaults, which waits for no database and no transaction.

Prints a table and writes build/bench/outbox.json: rows of name, value, unit, baseline, ratio, goal.
"""

import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.message import Message

from services.api.settings import ApiSettings
from services.core.jobs.outbox import enqueue
from services.core.kit.database import Database
from services.core.kit.settings import LimitSettings
from tests.benchmarks.outbox_worker import PICKUP
from tests.benchmarks.servers import servers
from tests.fixtures.processes import Process, environment

REPORT = Path("build/bench/outbox.json")
SINGLE, BURST = 150, 3_000
GOAL_MS = 100.0

Send = Callable[[str, int], Awaitable[float]]


class Bench:
    """The servers, the processes and the figures."""

    def __init__(self, settings: ApiSettings, folder: Path) -> None:
        self.settings = settings
        self.folder = folder
        self.store = redis.Redis.from_url(settings.redis.url)
        self.database = Database(settings.database, application="bench")
        self.plain: Any = RedisBroker(url=settings.redis.url, namespace="plain")  # type: ignore[no-untyped-call]
        self.rows: list[dict[str, Any]] = []

    @contextmanager
    def process(self, name: str, *arguments: str) -> Iterator[Process]:
        """A consuming process, ready."""
        command = ["-m", "tests.benchmarks.outbox_worker", *arguments]
        process = Process(name, command, environment(self.settings), self.folder)
        process.start()
        process.wait_for("ready")
        try:
            yield process
        finally:
            process.kill()

    async def outbox(self, run: str, number: int) -> float:
        """Commit one row; when the commit began."""
        async with self.database.write() as session:
            await enqueue(session, PICKUP, run=run, number=number)
            return time.time()

    async def send(self, run: str, number: int) -> float:
        """dramatiq's own way; when it began."""
        message: Message[Any] = Message(PICKUP.queue, PICKUP.name, (), {"run": run, "number": number}, {})
        began = time.time()
        self.plain.enqueue(message)
        return began

    async def singles(self, run: str, send: Send) -> list[float]:
        """Pick-up times in milliseconds of rows that come one at a time."""
        chance = random.Random(run)
        for number in range(-20, 0):
            await send(run, number)
        began = {}
        for number in range(SINGLE):
            await asyncio.sleep(chance.uniform(0.05, 0.75))
            began[number] = await send(run, number)
        picked = await self.picked(run, SINGLE + 20)
        return [1000 * max(0.0, picked[number] - began[number]) for number in began]

    async def burst(self, run: str) -> float:
        """Rows a second from one transaction of many rows to the last actor."""
        async with self.database.write() as session:
            for number in range(BURST):
                await enqueue(session, PICKUP, run=run, number=number)
            began = time.time()
        return BURST / (max((await self.picked(run, BURST)).values()) - began)

    async def picked(self, run: str, count: int) -> dict[int, float]:
        """When each message was picked up first, once all were."""
        deadline = time.monotonic() + 60
        while True:
            lines: Any = self.store.lrange(f"picked:{run}", 0, -1)
            found: dict[int, float] = {}
            for line in lines:
                number, at = line.decode().split()
                found.setdefault(int(number), float(at))
            if len(found) >= count:
                return found
            if time.monotonic() > deadline:
                raise SystemExit(f"{run}: only {len(found)} of {count} messages reached their actor")
            await asyncio.sleep(0.05)

    def row(self, name: str, value: float, unit: str, baseline: float | None = None, goal: str | None = None) -> None:
        """One line of the report."""
        ratio = round(baseline / value, 2) if baseline and value else None
        rounded = None if baseline is None else round(baseline, 2)
        self.rows.append(
            {"name": name, "value": round(value, 2), "unit": unit, "baseline": rounded, "ratio": ratio, "goal": goal}
        )


def quantile(values: list[float], share: float) -> float:
    """The value below which `share` of `values` lie."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]


async def measure(bench: Bench) -> bool:
    """All rows; whether the goals are met."""
    with bench.process("plain", "plain"):
        base = await bench.singles("plain", bench.send)
    with bench.process("ours", "ours") as worker:
        near = await bench.singles("ours", bench.outbox)
        throughput = await bench.burst("burst")
        idle = await asyncio.to_thread(idle_cpu, worker.pid)
    with bench.process("relay", "ours", "--no-threads"), bench.process("threads", "ours", "--no-relay"):
        far = await bench.singles("apart", bench.outbox)
    goal = f"< {GOAL_MS:.0f} ms"
    for share, wanted in ((0.5, None), (0.95, goal)):
        name = f"p{share * 100:.0f}"
        bench.row(f"outbox to actor {name}", quantile(near, share), "ms", quantile(base, share), wanted)
        bench.row(f"outbox to actor {name}, relay elsewhere", quantile(far, share), "ms", quantile(base, share), wanted)
    bench.row(f"{BURST} rows of one transaction", throughput, "rows/s")
    bench.row("idle worker's processor time", idle, "% of a core")
    return max(quantile(near, 0.95), quantile(far, 0.95)) < GOAL_MS


def idle_cpu(pid: int) -> float:
    """Percent of a core that an idle process takes, over some seconds."""
    process = psutil.Process(pid)
    process.cpu_percent()
    return process.cpu_percent(interval=5)


def report(rows: list[dict[str, Any]]) -> None:
    """Print the table and write the file."""
    print(f"{'':44} {'value':>9} {'unit':12} {'baseline':>9} {'ratio':>6}  goal")
    for row in rows:
        baseline, ratio, goal = (("" if row[name] is None else row[name]) for name in ("baseline", "ratio", "goal"))
        print(f"{row['name']:44} {row['value']:>9} {row['unit']:12} {baseline:>9} {ratio:>6}  {goal}")
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(rows, indent=1) + "\n")


def main() -> int:
    """Measure and report; 1 when a goal is missed."""
    with servers(LimitSettings()) as (settings, _, folder):
        bench = Bench(settings, folder)
        met = asyncio.run(measure(bench))
    report(bench.rows)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
