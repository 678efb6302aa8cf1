"""`python -m tests.benchmarks.publish`: from a publish to its picture, on the whole site as `make run` starts it.

Idle: one publish after the other, each begun when nothing is left to do; the clock runs from before the POST until the
picture's bytes are here (the state is asked for every 10 ms). Burst: 100 publishes at once; the stills' rate until the
last one is ready, against the renderer's own rate, which is driven directly with POST /render and the same shaders in
the same run, stills alone and then stills with previews. Every text is salted, so no cache answers. Ten authors have
the pro plan; all limits are the defaults. A publish that is told to come back (503) comes back, and is counted.

Prints a table and writes build/bench/publish.json: rows of name, value, unit, baseline, ratio, goal.
"""

import asyncio
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from services.core.accounts.admin import set_plan
from services.core.accounts.models import Plan
from services.core.kit.database import Database
from services.core.kit.settings import DatabaseSettings
from services.standalone.layout import running_environment
from services.standalone.ports import held_port
from tests.benchmarks.renderer import salted_sources
from tests.fixtures.processes import Process

REPORT = Path("build/bench/publish.json")
IDLE, BURST, AUTHORS = 40, 100, 10
DIRECT_AT_ONCE = 6


@dataclass
class Site:
    """The running site, its signed-in authors, and the renderer behind it."""

    client: httpx2.AsyncClient
    renderer: httpx2.AsyncClient
    authors: list[dict[str, str]] = field(default_factory=list)
    put_off: int = 0

    async def publish(self, source: str, author: int = 0, visibility: str = "public") -> str:
        """Publish a work, or keep it as a draft; its id."""
        given: dict[str, Any] = {"source": source, "title": "A work of the benchmark", "licence": "CC0-1.0"}
        given |= {"tags": ["benchmark"], "visibility": visibility}
        while True:
            answer = await self.client.post("/api/v1/shaders", json=given, headers=self.authors[author])
            if answer.status_code == 201:
                shader_id: str = answer.json()["id"]
                return shader_id
            if answer.status_code != 503:
                raise RuntimeError(f"{answer.status_code}: {answer.text}")
            self.put_off += 1
            await asyncio.sleep(float(answer.headers["retry-after"]))

    async def sign_up(self, database: Database, handle: str) -> None:
        """Add a pro author."""
        given = {"handle": handle, "email": f"{handle}@example.org", "password": "seven moons over Lisbon"}
        answer = await self.client.post("/api/v1/auth/register", json={**given, "token_transport": "body"})
        self.authors.append({"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"})
        async with database.write() as session:
            await set_plan(session, handle, Plan.PRO)

    async def wait_for_renderer(self) -> None:
        """Wait for the renderer's self-test."""

        async def ready() -> bool:
            try:
                return (await self.renderer.get("/readyz")).status_code == 200
            except httpx2.TransportError:
                return False

        await until(ready, 0.2)

    async def render_of(self, shader_id: str, author: int = 0) -> dict[str, Any]:
        """Where the work's pictures stand."""
        answer = await self.client.get(f"/api/v1/shaders/{shader_id}/render", headers=self.authors[author])
        state: dict[str, Any] = answer.raise_for_status().json()
        if state["status"] == "failed":
            raise RuntimeError(f"a render failed: {state['failure_code']}")
        return state

    async def picture_of(self, shader_id: str, author: int = 0) -> bytes:
        """Wait for the still and fetch it."""

        async def drawn() -> bool:
            return (await self.render_of(shader_id, author))["still_url"] is not None

        await until(drawn, 0.01)
        url = (await self.render_of(shader_id, author))["still_url"]
        return (await self.client.get(url)).raise_for_status().content

    async def finished(self, shader_id: str) -> None:
        """Wait until nothing is left to draw of the work."""

        async def done() -> bool:
            return (await self.render_of(shader_id))["preview_status"] in {"ready", "skipped"}

        await until(done, 0.1)


async def until(condition: Callable[[], Awaitable[bool]], pause: float) -> None:
    """Ask again and again, with a pause in seconds, until it holds."""
    while True:
        if await condition():
            return
        await asyncio.sleep(pause)


def sources(count: int) -> list[str]:
    """That many different shaders."""
    return list(itertools.islice(itertools.chain.from_iterable(salted_sources() for _ in itertools.count()), count))


async def idle(site: Site) -> list[float]:
    """Seconds from publish to picture."""
    times = []
    for source in sources(IDLE):
        began = time.perf_counter()
        shader_id = await site.publish(source)
        await site.picture_of(shader_id)
        times.append(time.perf_counter() - began)
        await site.finished(shader_id)
    return times


async def burst(site: Site, database: Database) -> tuple[float, float]:
    """Seconds until the last of 100 stills is ready, and until the last preview is done."""
    began = time.perf_counter()
    ids = await asyncio.gather(
        *(site.publish(source, number % AUTHORS) for number, source in enumerate(sources(BURST)))
    )
    times = []
    for still_open in ("ready_at IS NULL", "preview_status IN ('pending', 'rendering')"):
        statement = f"SELECT 1 FROM renders WHERE shader_id = ANY($1) AND {still_open} LIMIT 1"  # noqa: S608 -- ours

        async def done(statement: str = statement) -> bool:
            return not await database.rows(statement, ids)

        await until(done, 0.1)
        times.append(time.perf_counter() - began)
    for state in await asyncio.gather(*(site.render_of(shader_id) for shader_id in ids)):
        if state["status"] != "ready":
            raise RuntimeError(f"a render is {state['status']}")
    return times[0], times[1]


async def direct(site: Site, *, previews: bool) -> float:
    """Seconds that the renderer takes for 100 shaders when it is driven directly, as many at once as it takes."""
    numbers = itertools.count()
    waiting = iter(sources(BURST))

    async def draw() -> None:
        for source in waiting:
            order: dict[str, Any] = {"job_id": f"bench-{next(numbers)}", "source": source, "still": {}}
            if previews:
                order["preview"] = {}

            async def drawn(order: dict[str, Any] = order) -> bool:
                answer = await site.renderer.post("/render", json=order)
                return answer.status_code not in {429, 503} and bool(answer.raise_for_status())

            await until(drawn, 0.05)

    began = time.perf_counter()
    await asyncio.gather(*(draw() for _ in range(DIRECT_AT_ONCE)))
    return time.perf_counter() - began


@asynccontextmanager
async def opened(home: Path, port: int) -> AsyncIterator[tuple[Site, Database]]:
    """Clients of the running site, with its authors signed in."""
    environment = running_environment(home)
    database = Database(DatabaseSettings(url=environment["FRACTAFRAG_DATABASE_URL"]), application="bench")
    limits = httpx2.Limits(max_connections=200)
    async with (
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, limits=limits) as client,
        httpx2.AsyncClient(base_url=environment["FRACTAFRAG_RENDERER_URL"], timeout=60, limits=limits) as renderer,
    ):
        site = Site(client, renderer)
        await site.wait_for_renderer()
        for number in range(AUTHORS):
            await site.sign_up(database, f"maker{number}")
        yield site, database
    await database.dispose()


async def measure(home: Path, port: int) -> list[dict[str, Any]]:
    """All figures."""
    async with opened(home, port) as (site, database):
        # The first render warms Chromium up.
        await site.finished(await site.publish(sources(1)[0]))
        times = sorted(await idle(site))
        print(f"idle: {times[0]:.2f} to {times[-1]:.2f} s", flush=True)
        own_stills = await direct(site, previews=False)
        own_both = await direct(site, previews=True)
        print(f"directly: {own_stills:.1f} s, with previews {own_both:.1f} s", flush=True)
        stills, everything = await burst(site, database)
        print(f"burst: {stills:.1f} s, with previews {everything:.1f} s", flush=True)
    return [
        row("publish to picture, idle, p50", statistics.median(times), "s", goal=0.5),
        row("publish to picture, idle, p95", times[int(len(times) * 0.95) - 1], "s", goal=1.0),
        row("100 at once: stills", 60 * BURST / stills, "stills/min", 60 * BURST / own_stills),
        row("100 at once: told to come back", site.put_off, "times"),
        row("100 at once: with previews", 60 * BURST / everything, "works/min", 60 * BURST / own_both, goal=0.9),
    ]


def row(name: str, value: float, unit: str, baseline: float | None = None, goal: float | None = None) -> dict[str, Any]:
    """A line of the report."""
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "baseline": None if baseline is None else round(baseline, 3),
        "ratio": None if baseline is None else round(value / baseline, 2),
        "goal": goal,
    }


def print_report(rows: list[dict[str, Any]], report: Path = REPORT) -> None:
    """Print the table and write the file."""
    print(f"{'':34} {'value':>9} {'unit':12} {'baseline':>9} {'ratio':>6}  goal")
    for line in rows:
        baseline, ratio, goal = ("" if line[name] is None else line[name] for name in ("baseline", "ratio", "goal"))
        print(f"{line['name']:34} {line['value']:>9} {line['unit']:12} {baseline:>9} {ratio:>6}  {goal}")
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps(rows, indent=1) + "\n")


def run(measure: Callable[[Path, int], Awaitable[list[dict[str, Any]]]], report: Path) -> int:
    """Start a site, measure and report; 1 when a goal is missed."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), held_port()
        given = {key: value for key, value in os.environ.items() if key.startswith("FRACTAFRAG_RENDERER_")}
        environment = {"FRACTAFRAG_HOME": f"{folder}/home", "PORT": str(port), "FRACTAFRAG_GALLERY": "off", **given}
        process = Process("standalone", ["-u", "-m", "services.standalone"], environment, folder)
        process.start()
        try:
            process.wait_for("Fractafrag is at")
            rows = asyncio.run(_awaited(measure(folder / "home", port)))
        finally:
            process.stop(60)
    print_report(rows, report)
    return 0 if all(met(line) for line in rows) else 1


async def _awaited(rows: Awaitable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return await rows


def met(line: dict[str, Any]) -> bool:
    """Whether the goal of the line is met: a time stays below it, a ratio is at least it."""
    if line["goal"] is None:
        return True
    return bool(line["value"] < line["goal"] if line["ratio"] is None else line["ratio"] >= line["goal"])


if __name__ == "__main__":
    sys.exit(run(measure, REPORT))
