"""`python -m tests.benchmarks.flood`: what others notice of an account that has 200 drafts drawn, on the whole site.

One account saves 200 drafts as fast as the site takes them. While they wait, strangers publish and save a draft, one
after the other; the clock runs from before the POST until the picture's bytes are here. At the end drafts of the flood
must still wait, else nothing was measured. Every text is salted, all limits are the defaults.

Prints a table and writes build/bench/flood.json, in the form of publish.json.
"""

import asyncio
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from services.core.kit.database import Database
from tests.benchmarks.publish import AUTHORS, Site, opened, row, run, sources

REPORT = Path("build/bench/flood.json")
DRAFTS, PUBLISHES, FLOODER, AT_ONCE = 200, 24, 0, 10

_WAITING = """
    SELECT count(*) FILTER (WHERE r.ready_at IS NULL) AS stills,
        count(*) FILTER (WHERE r.preview_status IN ('pending', 'rendering')) AS loops
    FROM renders r JOIN shaders s ON s.id = r.shader_id WHERE s.visibility = 'draft'
"""


async def flood(site: Site) -> float:
    """Save the drafts; the seconds that this took."""
    began, waiting = time.perf_counter(), iter(sources(DRAFTS))

    async def save() -> None:
        for source in waiting:
            await site.publish(source, FLOODER, "draft")

    await asyncio.gather(*(save() for _ in range(AT_ONCE)))
    return time.perf_counter() - began


async def strangers(site: Site, visibility: str, count: int) -> list[float]:
    """Seconds until the picture of each is here."""
    times = []
    for number, source in enumerate(sources(count)):
        author = 1 + number % (AUTHORS - 1)
        began = time.perf_counter()
        await site.picture_of(await site.publish(source, author, visibility), author)
        times.append(time.perf_counter() - began)
    return sorted(times)


async def measure(home: Path, port: int) -> list[dict[str, Any]]:
    """All figures."""
    async with opened(home, port) as (site, database):
        # The first render warms Chromium up.
        await site.finished(await site.publish(sources(1)[0]))
        began = time.perf_counter()
        saved = await flood(site)
        before = await _waiting(database)
        print(f"{DRAFTS} drafts saved in {saved:.1f} s; {before} wait", flush=True)
        published = await strangers(site, "public", PUBLISHES)
        between = await _waiting(database)
        drafts = await strangers(site, "draft", PUBLISHES // 2)
        after, took = await _waiting(database), time.perf_counter() - began
        print(f"publishes {published[0]:.2f} to {published[-1]:.2f} s, then {between} wait, then {after}", flush=True)
    if after[1] < DRAFTS // 10:
        raise RuntimeError("the flood was over too soon")
    return [
        row("a stranger's publish to picture, p50", statistics.median(published), "s"),
        row("a stranger's publish to picture, p95", _p95(published), "s", goal=2.0),
        row("a stranger's draft to picture, p50", statistics.median(drafts), "s"),
        row("a stranger's draft to picture, p95", _p95(drafts), "s"),
        row("the flood's stills meanwhile", 60 * (DRAFTS - after[0]) / took, "a minute"),
    ]


async def _waiting(database: Database) -> tuple[int, int]:
    """Stills and loops of drafts that wait."""
    (found,) = await database.rows(_WAITING)
    return found["stills"], found["loops"]


def _p95(times: list[float]) -> float:
    return times[min(len(times) - 1, int(len(times) * 0.95))]


if __name__ == "__main__":
    sys.exit(run(measure, REPORT))
