"""`python -m tests.benchmarks.styles [WORKS] [FOLDER]`: how true and how fast the search for similar works is.

The vectors are those of the works in FOLDER (as tools/style/evaluate.py takes it), or of the repository's shaders,
varied to as many as there are works: each is one of them, on its way to another one. Recall is the share of the ten
nearest works that the index finds, of those that a look at all of them finds; the time is that of the route at one
client over HTTP, for a different work each time. Prints a table and writes build/bench/styles.json.
"""

import asyncio
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
from pgvector import HalfVector
from sqlalchemy import text

from services.core.kit.database import Database, ReadSession
from services.core.kit.settings import DatabaseSettings, LimitSettings
from services.core.styles.code import Floats, unit
from services.core.styles.embedder import Work, load, part_slices
from services.standalone.ports import held_port
from tests.benchmarks.api import cpu_seconds, print_report, row
from tests.benchmarks.library import generate_library
from tests.benchmarks.servers import servers
from tests.fixtures.processes import Process, environment
from tools.style.corpus import OURS, ROOT
from tools.style.evaluate import read

REPORT = Path("build/bench/styles.json")
WORKS, QUERIES, REQUESTS, WARM_UP = 20_000, 200, 1_000, 100
AT_ONCE = 500
MOVED = 0.25
NEAREST, LEAST_RECALL, MOST_MS = 10, 0.99, 10.0


def real_vectors(folder: Path | None) -> Floats:
    """What there is to vary."""
    if folder is not None:
        # On a site no work has a vector before it has a picture.
        works = [work for work in read(folder).works if work.still is not None]
    else:
        works = [Work(path.read_text(), path.stem) for pattern in OURS for path in sorted(ROOT.glob(pattern))]
    return np.stack([load().embed(work) for work in works])


def varied(real: Floats, count: int) -> Floats:
    """`count` vectors: each part of a real work goes up to half the way to another's, and is moved by `MOVED`."""
    dice = np.random.default_rng(7)
    ones, others = dice.integers(0, len(real), count), dice.integers(0, len(real), count)
    made = np.zeros((count, real.shape[1]), np.float32)
    for span in part_slices().values():
        way = (dice.random(count) / 2)[:, None]
        parts = real[ones, span] * (1 - way) + real[others, span] * way
        lengths = np.linalg.norm(parts, axis=1, keepdims=True)
        made[:, span] = parts + dice.standard_normal(parts.shape) * lengths * MOVED / parts.shape[1] ** 0.5
    return np.stack([unit(each) for each in made])


async def fill(database: Database, vectors: Floats) -> float:
    """A library with these vectors; gives the seconds that the index took."""
    await generate_library(database, works=len(vectors))
    async with database.engine.begin() as connection:
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(text("DROP INDEX ix_style_vectors_vector"))
        await connection.execute(text("INSERT INTO style_embedders VALUES (:id, now(), now())"), {"id": load().id})
        for at in range(0, len(vectors), AT_ONCE):
            values = [
                {"id": f"bench{at + number + 1:06}", "embedder": load().id, "vector": HalfVector(vector).to_text()}
                for number, vector in enumerate(vectors[at : at + AT_ONCE])
            ]
            insert = "INSERT INTO style_vectors VALUES (:id, :embedder, 1, '', CAST(:vector AS halfvec), now())"
            await connection.execute(text(insert), values)
        begun = time.monotonic()
        await connection.execute(
            text(
                "CREATE INDEX ix_style_vectors_vector ON style_vectors USING hnsw (vector halfvec_cosine_ops)"
                " WITH (m = 16, ef_construction = 64)"
            )
        )
        seconds = time.monotonic() - begun
        await connection.execute(text("ANALYZE style_vectors"))
    return seconds


async def recall(database: Database, count: int) -> float:
    """The share of the nearest listed works that the index finds."""
    found = 0
    async with database.read() as session:
        await session.execute(text("SET LOCAL statement_timeout = 0"))
        for number in random.Random(3).sample(range(count), QUERIES):
            near = await _nearest(session, number, index=True)
            found += len(near & await _nearest(session, number, index=False))
    return found / QUERIES / NEAREST


async def _nearest(session: ReadSession, number: int, *, index: bool) -> set[str]:
    await session.execute(text(f"SET LOCAL enable_indexscan = {index}"))
    statement = (
        "SELECT v.shader_id FROM style_vectors v JOIN shaders s ON s.id = v.shader_id WHERE s.listed"
        " ORDER BY v.vector <=> (SELECT vector FROM style_vectors WHERE shader_id = :id LIMIT 1) LIMIT :most"
    )
    values = {"id": f"bench{number + 1:06}", "most": NEAREST}
    return set(await session.scalars(text(statement), values))


def times(port: int, count: int) -> list[float]:
    """Milliseconds of each request, in their order of size."""
    dice, taken = random.Random(5), []
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for number in range(REQUESTS + WARM_UP):
            path = f"/api/v1/shaders/bench{dice.randrange(count) + 1:06}/similar"
            begun = time.perf_counter()
            answer = client.get(path, headers={"X-Forwarded-For": f"10.1.{number // 250}.{number % 250 + 1}"})
            if number >= WARM_UP:
                taken.append((time.perf_counter() - begun) * 1000)
            if answer.status_code not in (200, 404):  # One work in twenty is nobody's to see.
                raise RuntimeError(answer.text)
    return sorted(taken)


def measure(api: Process, port: int, database: Database, vectors: Floats) -> list[dict[str, Any]]:
    """All figures."""

    async def stored() -> tuple[float, float]:
        seconds, share = await fill(database, vectors), await recall(database, len(vectors))
        await database.dispose()
        return seconds, share

    seconds, share = asyncio.run(stored())
    api.start()
    api.wait_for_answer(f"http://127.0.0.1:{port}/readyz")
    before = cpu_seconds(api.pid)
    taken = times(port, len(vectors))
    spent = (cpu_seconds(api.pid) - before) / (REQUESTS + WARM_UP) * 1000
    high = taken[int(len(taken) * 0.95)]
    return [
        row(f"index of {len(vectors)} vectors", seconds, "s", None, None, None),
        row("recall of the ten nearest, %", share * 100, "%", None, share, LEAST_RECALL),
        row("similar works: processor time of the API", spent, "ms", None, None, None),
        row("similar works: p50", statistics.median(taken), "ms", None, None, None),
        row("similar works: p95", high, "ms", MOST_MS, MOST_MS / high, 1.0),
    ]


def main() -> int:
    """Measure and report; 1 when a goal is missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else WORKS
    vectors = varied(real_vectors(Path(sys.argv[2]) if len(sys.argv) > 2 else None), count)
    with servers(LimitSettings(trusted_proxies=1)) as (settings, postgres, folder):
        port = held_port()
        api = Process("api", ["-m", "services.api", "--port", str(port)], environment(settings), folder)
        try:
            patient = DatabaseSettings(url=postgres.url(), statement_timeout_ms=600_000)
            rows = measure(api, port, Database(patient, application="bench"), vectors)
        finally:
            api.kill()
    print_report(rows, REPORT)
    return 0 if all(line["goal"] is None or line["ratio"] >= line["goal"] for line in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
