"""`python -m tests.benchmarks.api`: feed and search over 100,000 works, against a bare FastAPI route.

Real PostgreSQL and Valkey, one process of the API with its default limits, caches and log, and a library of the shape
of a real site (library.py). The requests come from 500 addresses (X-Forwarded-For, one trusted proxy), so that the
limiter has as much to do as behind an ingress and refuses nobody. The baseline is a FastAPI application with one route
that gives the same bytes (bare.py), under the same uvicorn settings; both are loaded in alternating rounds by the same
client (load.py), and the figures are medians of the rounds. `cpu` is the server process's time for one request, which
a busy machine disturbs less than requests per second.

Pictures come from the web process, which asks the API who may see them.

Prints a table and writes build/bench/api.json: rows of name, value, unit, baseline, ratio, goal.
"""

import asyncio
import json
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import httpx2
import psutil
from sqlalchemy import text

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.kit.settings import LimitSettings, ProxySettings
from services.standalone.ports import held_port
from services.web.server.settings import WebGroup, WebSettings
from tests.benchmarks.library import RARE_WORDS, TAGS, WORDS, generate_library
from tests.benchmarks.servers import servers
from tests.fixtures.processes import Process, environment

REPORT = Path("build/bench/api.json")
WORKS, USERS, ADDRESSES, QUERIES, PICTURES = 100_000, 100, 500, 200, 4_000
ROUNDS, SECONDS = 5, 3.0
GOAL = 0.4
Request = tuple[str, dict[str, str]]


@dataclass
class Measured:
    """What the rounds gave."""

    rates: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return statistics.median(self.rates)

    @property
    def cpu_us(self) -> float:
        """The server's processor time for a request, in microseconds."""
        return statistics.median(self.cpus)


class Bench:
    """The API with its servers, and what asks it."""

    def __init__(self, folder: Path, api: Process, port: int) -> None:
        self.folder = folder
        self.api = api
        self.port = port
        self.rows: list[dict[str, Any]] = []
        self._dice = random.Random(7)

    def address(self, number: int | None = None) -> dict[str, str]:
        """The header of one of many clients."""
        place = self._dice.randrange(ADDRESSES) if number is None else number
        return {"X-Forwarded-For": f"10.1.{place // 250}.{place % 250 + 1}"}

    def measure(
        self,
        name: str,
        requests: list[Request],
        *,
        goal: float | None,
        measured: tuple[Process, int] | None = None,
    ) -> None:
        """One scenario: both servers in turn; `measured` in place of the API."""
        process_measured, at_measured = measured or (self.api, self.port)
        body = httpx2.get(f"http://127.0.0.1:{at_measured}{requests[0][0]}", headers=requests[0][1]).content
        ours, bare = Measured(), Measured()
        with self._bare(body) as (process, port):
            for round_ in range(ROUNDS + 1):
                for server, at, asked, into in (
                    (process, port, [("/bytes", headers) for _, headers in requests], bare),
                    (process_measured, at_measured, requests, ours),
                ):
                    # The first round warms both up.
                    self._round(server, at, asked, Measured() if round_ == 0 else into)
        self._report(name, ours, bare, goal)

    @contextmanager
    def _bare(self, body: bytes) -> Iterator[tuple[Process, int]]:
        file, port = self.folder / "body", held_port()
        file.write_bytes(body)
        process = Process("bare", ["-m", "tests.benchmarks.bare", str(port), str(file)], {}, self.folder)
        process.start()
        process.wait_for_answer(f"http://127.0.0.1:{port}/bytes")
        try:
            yield process, port
        finally:
            process.kill()

    def _round(self, server: Process, port: int, requests: list[Request], into: Measured) -> None:
        file = self.folder / "requests.json"
        file.write_text(json.dumps(requests))
        before = cpu_seconds(server.pid)
        command = [sys.executable, "-m", "tests.benchmarks.load", str(port), str(SECONDS), str(file)]
        result = json.loads(subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout)
        if result["failed"]:
            raise RuntimeError(f"{result['failed']} of {result['requests']} requests were not answered with 200")
        into.rates.append(result["requests"] / result["seconds"])
        into.cpus.append((cpu_seconds(server.pid) - before) / result["requests"] * 1e6)
        into.latencies.append(result["p99_ms"])

    def _report(self, name: str, ours: Measured, bare: Measured, goal: float | None) -> None:
        self.rows += [
            row(name, ours.rate, "requests/s", bare.rate, ours.rate / bare.rate, goal),
            row(f"{name}: cpu", ours.cpu_us, "us/request", bare.cpu_us, bare.cpu_us / ours.cpu_us, None),
            row(f"{name}: p99", statistics.median(ours.latencies), "ms", statistics.median(bare.latencies), None, None),
        ]
        print(f"{name}: {ours.rate:.0f} of {bare.rate:.0f} requests/s", flush=True)


def row(
    name: str, value: float, unit: str, baseline: float | None, ratio: float | None, goal: float | None
) -> dict[str, Any]:
    """A line of the report."""
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "baseline": None if baseline is None else round(baseline, 1),
        "ratio": None if ratio is None else round(ratio, 2),
        "goal": goal,
    }


def cpu_seconds(pid: int) -> float:
    """Processor time that the process has used."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def searches(bench: Bench) -> list[Request]:
    """Searches as people make them: few texts very often, many rarely, some with a filter or unfinished."""
    dice = random.Random(3)
    texts = []
    for _ in range(QUERIES):
        words = dice.sample(WORDS, dice.choice([1, 1, 2])) + dice.sample(RARE_WORDS, dice.choice([0, 0, 1]))
        text_ = " ".join(words)
        query = f"q={quote_plus(text_[: dice.choice([len(text_), len(text_) - 2])])}"
        extra = dice.choice(["", "", "", f"&tag={dice.choice(TAGS)}", "&sort=new", "&dialect=shadertoy"])
        texts.append(f"/api/v1/shaders?{query}{extra}")
    weights = [1 / place for place in range(1, QUERIES + 1)]
    return [(path, bench.address()) for path in dice.choices(texts, weights, k=4000)]


def sign_up(bench: Bench) -> list[dict[str, str]]:
    """The headers of signed-in users, each from an address of their own."""
    headers = []
    with httpx2.Client(base_url=f"http://127.0.0.1:{bench.port}") as client:
        for number in range(USERS):
            given = {"handle": f"reader{number}", "email": f"reader{number}@example.org", "token_transport": "body"}
            answer = client.post(
                "/api/v1/auth/register",
                json={**given, "password": "seven moons over Lisbon"},
                headers=bench.address(number),
            )
            token = answer.raise_for_status().json()["access_token"]
            headers.append({"Authorization": f"Bearer {token}", **bench.address(number)})
    return headers


async def give_taste(database: Database) -> None:
    """Let each reader like six tags; the connections are closed, because each event loop needs its own."""
    async with database.write() as session:
        await session.execute(
            text(
                "INSERT INTO tag_affinities (user_id, tag, weight, updated_at)"
                " SELECT DISTINCT ON (u.id, tag) u.id, tag, random() * 3 - 0.5, now() FROM users u,"
                " LATERAL (SELECT (CAST(:tags AS text[]))[1 + floor(random() * :count + 0 * hashtext(u.handle))] AS tag"
                " FROM generate_series(1, 6)) liked WHERE u.handle LIKE 'reader%'"
            ),
            {"tags": TAGS, "count": len(TAGS)},
        )
    await database.dispose()


def deep_pages(bench: Bench) -> list[Request]:
    """Pages 2 to 20 of trending, which no cache holds."""
    cursor = ""
    requests: list[Request] = []
    for _ in range(19):
        page = httpx2.get(f"http://127.0.0.1:{bench.port}/api/v1/feed{cursor}", headers=bench.address()).json()
        cursor = f"?cursor={page['next_cursor']}"
        requests += [(f"/api/v1/feed{cursor}", bench.address()) for _ in range(50)]
    random.Random(5).shuffle(requests)
    return requests


async def stored_pictures(database: Database, folder: Path) -> list[str]:
    """The names of stills that everybody may see, with something stored under each."""
    async with database.read() as session:
        statement = text("SELECT still_name FROM shaders WHERE listed ORDER BY random() LIMIT :most")
        names = list(await session.scalars(statement, {"most": PICTURES}))
    await database.dispose()
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode() * 100)
    return names


def measure_pictures(bench: Bench, settings: ApiSettings, database: Database) -> None:
    """The web process with pictures, of which the API says who may see them."""
    names, port = asyncio.run(stored_pictures(database, bench.folder / "objects")), held_port()
    own = WebSettings(
        storage=settings.storage,
        limits=ProxySettings(trusted_proxies=1),
        web=WebGroup(port=port, api_url=f"http://127.0.0.1:{bench.port}"),
    )
    process = Process("web", ["-m", "services.web.server"], environment(own), bench.folder)
    process.start()
    try:
        process.wait_for_answer(f"http://127.0.0.1:{port}/healthz")
        # As for searches: a few very often, many rarely.
        weights = [1 / place for place in range(1, len(names) + 1)]
        wanted = random.Random(9).choices(names, weights, k=8000)
        requests = [(f"/renders/{name}", bench.address()) for name in wanted]
        bench.measure(f"pictures, {PICTURES} different", requests, goal=None, measured=(process, port))
    finally:
        process.kill()


def measure(bench: Bench, database: Database) -> None:
    """All scenarios."""
    feed = [("/api/v1/feed", bench.address()) for _ in range(ADDRESSES)]
    search = [("/api/v1/shaders?q=neon", bench.address()) for _ in range(ADDRESSES)]
    readers = sign_up(bench)
    asyncio.run(give_taste(database))
    bench.measure("feed of a visitor", feed, goal=GOAL)
    bench.measure("one search", search, goal=GOAL)
    bench.measure(f"searches, {QUERIES} different", searches(bench), goal=GOAL)
    bench.measure("later pages of the feed", deep_pages(bench), goal=None)
    bench.measure(f"feeds of {USERS} users", [("/api/v1/feed", headers) for headers in readers], goal=None)


def print_report(rows: list[dict[str, Any]], report: Path = REPORT) -> None:
    """Print the table and write the file."""
    print(f"{'':36} {'value':>9} {'unit':12} {'baseline':>9} {'ratio':>6}  goal")
    for line in rows:
        baseline, ratio, goal = ("" if line[name] is None else line[name] for name in ("baseline", "ratio", "goal"))
        print(f"{line['name']:36} {line['value']:>9} {line['unit']:12} {baseline:>9} {ratio:>6}  {goal}")
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps(rows, indent=1) + "\n")


def main() -> int:
    """Measure and report; 1 when a goal is missed."""
    works = int(sys.argv[1]) if len(sys.argv) > 1 else WORKS
    with servers(LimitSettings(trusted_proxies=1)) as (settings, _, folder):
        port = held_port()
        database = Database(settings.database, application="bench")
        api = Process("api", ["-m", "services.api", "--port", str(port)], environment(settings), folder)
        try:
            asyncio.run(filled(database, works))
            api.start()
            api.wait_for_answer(f"http://127.0.0.1:{port}/readyz")
            bench = Bench(folder, api, port)
            measure(bench, database)
            measure_pictures(bench, settings, database)
        finally:
            api.kill()
    print_report(bench.rows)
    return 0 if all(line["goal"] is None or line["ratio"] >= line["goal"] for line in bench.rows) else 1


async def filled(database: Database, works: int) -> None:
    """Generate the library; the connections are closed, because each event loop needs its own."""
    await generate_library(database, works=works)
    await database.dispose()


if __name__ == "__main__":
    sys.exit(main())
