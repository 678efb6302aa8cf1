"""`python -m tests.benchmarks.feed [SCALE]`: the personal feed over 100,000 works, 10,000 readers and 2 million events.

Real PostgreSQL and Valkey and one process of the API with its default limits, caches and log, as in api.py. SCALE
shrinks the data (0.1 is a tenth). Measured are first pages of `READERS_ASKING` readers: alone (one client, how long
95 of 100 take), and by 16 clients against a bare FastAPI route that gives the same bytes; later pages; and events taken
in, in batches of `BATCH` by 4 clients.

Prints a table and writes build/bench/feed.json: rows of name, value, unit, baseline, ratio, goal.
"""

import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

import httpx2
from joserfc.jwk import ECKey
from pydantic import SecretStr
from sqlalchemy import text

from services.core.accounts.settings import AuthSettings
from services.core.accounts.tokens import AccessTokens
from services.core.identity.permissions import Role
from services.core.kit.database import Database
from services.core.kit.settings import DatabaseSettings, LimitSettings
from services.standalone.ports import held_port
from tests.benchmarks.api import Bench, Request, cpu_seconds, print_report, row
from tests.benchmarks.library import generate_library
from tests.benchmarks.readers import generate_readers
from tests.benchmarks.servers import servers
from tests.fixtures.processes import Process, environment

REPORT = Path("build/bench/feed.json")
WORKS, READERS, EVENTS = 100_000, 10_000, 2_000_000
READERS_ASKING, BATCH, SENDERS = 2_000, 20, 4
GOAL, GOAL_P95_MS, GOAL_EVENTS = 0.15, 40.0, 2_000.0
FEED = "/api/v1/feed"


async def filled(database: Database, scale: float) -> list[tuple[str, str]]:
    """Fill the database; id and handle of the readers who will ask. Connections are closed for the next event loop."""
    works, readers, began = max(int(WORKS * scale), 2_000), max(int(READERS * scale), 200), time.monotonic()
    await generate_library(database, works=works)
    await generate_readers(database, works=works, readers=readers, events=int(EVENTS * scale))
    async with database.read() as session:
        statement = text(
            "SELECT id::text, handle FROM users WHERE handle LIKE 'reader-%' ORDER BY md5(handle) LIMIT :n"
        )
        rows = [(row[0], row[1]) for row in await session.execute(statement, {"n": READERS_ASKING})]
        counted = await session.execute(text("SELECT count(*) FROM feed_events UNION ALL SELECT count(*) FROM votes"))
        sizes = f"{works} works, {readers} readers, {[one[0] for one in counted]} events and votes"
        print(f"{sizes}, filled in {time.monotonic() - began:.0f} s", flush=True)
    await database.dispose()
    return rows


def headers_of(bench: Bench, auth: AuthSettings, readers: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    """Access tokens of the readers, each from an address of its own."""
    tokens = AccessTokens(auth, auth.key_set)
    return [
        {
            "Authorization": "Bearer "
            + tokens.issue(user_id=UUID(user_id), handle=handle, role=Role.USER, session_id=uuid4()).value,
            **bench.address(number % 500),
        }
        for number, (user_id, handle) in enumerate(readers)
    ]


def measure_alone(bench: Bench, requests: list[Request]) -> None:
    """How long a first page takes where nobody else asks."""
    file = bench.folder / "alone.json"
    file.write_text(json.dumps(requests))
    command = [sys.executable, "-m", "tests.benchmarks.load", str(bench.port), "8", str(file), "1"]
    result = json.loads(subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout)
    if result["failed"]:
        raise RuntimeError(f"{result['failed']} of {result['requests']} requests were not answered with 200")
    bench.rows.append(row("first page, one client: p50", result["p50_ms"], "ms", None, None, None))
    bench.rows.append(row("first page, one client: p95", result["p95_ms"], "ms", None, None, GOAL_P95_MS))


def later_pages(bench: Bench, headers: Sequence[dict[str, str]]) -> list[Request]:
    """The second pages of some readers."""
    requests: list[Request] = []
    for sent in headers[:300]:
        cursor = httpx2.get(f"http://127.0.0.1:{bench.port}{FEED}", headers=sent).json()["next_cursor"]
        requests.append((f"{FEED}?cursor={cursor}", sent))
    return requests


async def send_events(bench: Bench, headers: Sequence[dict[str, str]], seen: Sequence[str], seconds: float) -> None:
    """Batches as browsers send them: impressions, and a dwell for one in four."""
    dice, taken, until = random.Random(11), 0, time.monotonic() + seconds
    before, began = cpu_seconds(bench.api.pid), time.monotonic()

    async def sender(place: int) -> None:
        nonlocal taken
        number = place
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{bench.port}") as client:
            while time.monotonic() < until:
                shaders = dice.sample(seen, BATCH)
                events = [
                    {"shader_id": one, "kind": "impression", "position": at}
                    if at % 4
                    else {"shader_id": one, "kind": "dwell", "dwell_ms": 9_000}
                    for at, one in enumerate(shaders)
                ]
                sent = headers[number % len(headers)]
                answer = await client.post(f"{FEED}/events", json={"events": events}, headers=sent)
                taken += answer.raise_for_status().json()["accepted"]
                number += SENDERS

    await asyncio.gather(*(sender(place) for place in range(SENDERS)))
    took = time.monotonic() - began
    bench.rows.append(row("events taken", taken / took, "events/s", None, None, GOAL_EVENTS))
    bench.rows.append(
        row("events taken: cpu", (cpu_seconds(bench.api.pid) - before) / taken * 1e6, "us/event", None, None, None)
    )


def measure(bench: Bench, auth: AuthSettings, readers: Sequence[tuple[str, str]]) -> None:
    """All scenarios."""
    headers = headers_of(bench, auth, readers)
    requests = [(FEED, sent) for sent in headers]
    measure_alone(bench, requests)
    bench.measure(f"first pages of {len(readers)} readers", requests, goal=GOAL)
    bench.measure("second pages", later_pages(bench, headers), goal=None)
    page = httpx2.get(f"http://127.0.0.1:{bench.port}{FEED}/new?limit=100", headers=bench.address(1)).json()
    seen = [item["id"] for item in page["items"]]
    asyncio.run(send_events(bench, headers, seen, 8.0))


def missed(line: dict[str, object]) -> bool:
    """Whether a row misses its goal: times are to be below it, rates above."""
    goal, value = line["goal"], line["ratio"] if line["ratio"] is not None else line["value"]
    if not isinstance(goal, float) or not isinstance(value, float):
        return False
    return value > goal if line["unit"] == "ms" else value < goal


def main() -> int:
    """Measure and report; 1 when a goal is missed."""
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    signing_keys = json.dumps({"keys": [_signing_key()]})
    auth = AuthSettings(signing_keys=SecretStr(signing_keys))
    with servers(LimitSettings(trusted_proxies=1)) as (settings, postgres, folder):
        port = held_port()
        variables = environment(settings) | {AuthSettings.variable("signing_keys"): signing_keys}
        api = Process("api", ["-m", "services.api", "--port", str(port)], variables, folder)
        try:
            patient = DatabaseSettings(url=postgres.url(), statement_timeout_ms=600_000)
            readers = asyncio.run(filled(Database(patient, application="bench"), scale))
            api.start()
            api.wait_for_answer(f"http://127.0.0.1:{port}/readyz")
            bench = Bench(folder, api, port)
            measure(bench, auth, readers)
        finally:
            api.kill()
    print_report(bench.rows, REPORT)
    return int(any(missed(line) for line in bench.rows))


def _signing_key() -> dict[str, object]:
    return dict(ECKey.generate_key("P-256", {"kid": "bench", "use": "sig"}).as_dict(private=True))


if __name__ == "__main__":
    sys.exit(main())
