"""The worker as a process, with servers of its own: killed, stopped, cut off; every render has one outcome."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlmodel import col

from services.contracts.shaders import Visibility
from services.core.accounts.models import User
from services.core.feed.jobs import UPDATE_TASTE
from services.core.jobs.models import OutboxMessage
from services.core.jobs.outbox import enqueue
from services.core.kit.database import Database
from services.core.kit.settings import DatabaseSettings, StorageSettings
from services.core.renders.jobs import RENDER_STILL
from services.core.renders.service import MAX_ATTEMPTS
from services.core.renders.settings import RendererClientSettings
from services.core.shaders.models import Render
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.valkey import EmbeddedValkey
from services.worker.settings import QueueSettings, WorkerSettings
from tests.factories import make_shader, make_user
from tests.fixtures.database import migrate
from tests.fixtures.fake_renderer import FakeRenderer
from tests.fixtures.forks import ForkedProcess
from tests.fixtures.processes import Process, environment
from tests.fixtures.worker import QUICK, eventually

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def own_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedPostgres, EmbeddedValkey]]:
    """Servers that these tests may stop."""
    postgres = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), options={"fsync": "off"})
    valkey = EmbeddedValkey(tmp_path_factory.mktemp("valkey"))
    postgres.start()
    valkey.start()
    migrate(postgres)
    yield postgres, valkey
    valkey.stop()
    postgres.stop()


@pytest.fixture
def own_settings(
    own_servers: tuple[EmbeddedPostgres, EmbeddedValkey], fake_renderer: FakeRenderer, tmp_path: Path
) -> WorkerSettings:
    postgres, valkey = own_servers
    # The works of the tests before are still there; their kept stills would come in between.
    fake_renderer.keeps = False
    return WorkerSettings(
        database=DatabaseSettings(url=postgres.url()),
        redis=QueueSettings(url=valkey.url()),
        storage=StorageSettings(url=f"file://{tmp_path}/objects"),
        worker=QUICK,
    ).replace(RendererClientSettings(url=fake_renderer.url, timeout_seconds=10))


@pytest.fixture
async def own_database(own_settings: WorkerSettings) -> AsyncIterator[Database]:
    database = Database(own_settings.database, application="tests")
    yield database
    await database.dispose()


@pytest.fixture
def workers(own_settings: WorkerSettings, tmp_path: Path) -> Iterator[list[Process]]:
    """Two workers, not started."""
    made: list[Process] = [
        ForkedProcess(f"worker-{n}", ["-m", "services.worker"], environment(own_settings), tmp_path) for n in (1, 2)
    ]
    yield made
    for worker in made:
        worker.kill()


def begin(worker: Process) -> None:
    """Start a worker and wait until it works."""
    before = worker.text().count("worker started")
    worker.start()
    while worker.text().count("worker started") == before:
        worker.wait_for("worker started")


async def publish(database: Database, works: int, author: User | None = None, **fields: Any) -> set[str]:
    """So many works with their render jobs, by `author` or each by another; gives their ids."""
    ids = set()
    for _ in range(works):
        async with database.write() as session:
            by = author or await make_user(session)
            shader = await make_shader(session, author=by, rendered=False, **fields)
            await enqueue(session, RENDER_STILL, shader_id=shader.id, version=1)
            ids.add(shader.id)
    return ids


async def statuses(database: Database, ids: set[str]) -> dict[str, int]:
    """How many renders of `ids` have which status."""
    async with database.read() as session:
        counts = select(col(Render.status), func.count()).where(col(Render.shader_id).in_(ids)).group_by(Render.status)
        return {str(status): found for status, found in await session.execute(counts)}


def all_ready(database: Database, ids: set[str]) -> Any:
    """A condition: every render of `ids` is ready."""

    async def check() -> bool:
        return await statuses(database, ids) == {"ready": len(ids)}

    return check


async def nothing_waits(database: Database) -> bool:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(OutboxMessage)) == 0


async def test_a_worker_renders_and_stops_cleanly(
    workers: list[Process], own_database: Database, fake_renderer: FakeRenderer
) -> None:
    begin(workers[0])
    ids = await publish(own_database, 5)
    await eventually(all_ready(own_database, ids))
    fake_renderer.hold.clear()
    more = await publish(own_database, 6)
    await eventually(lambda: fake_renderer.drawing == QUICK.threads)
    stopping = asyncio.create_task(asyncio.to_thread(workers[0].stop))
    await asyncio.sleep(0.5)
    assert workers[0].running, "it finishes what is being drawn"
    fake_renderer.hold.set()
    assert await stopping == 0
    assert (await statuses(own_database, more))["ready"] >= QUICK.threads
    begin(workers[1])
    await eventually(all_ready(own_database, more))
    assert len(fake_renderer.calls) == 11, "nothing was drawn twice"


async def test_waiting_for_a_busy_renderer_does_not_hold_up_the_stop(
    workers: list[Process], own_database: Database, fake_renderer: FakeRenderer
) -> None:
    fake_renderer.default = "busy"
    begin(workers[0])
    ids = await publish(own_database, 4)
    await eventually(lambda: len(fake_renderer.calls) > 8)
    assert await asyncio.wait_for(asyncio.to_thread(workers[0].stop), 4) == 0
    async with own_database.read() as session:
        attempts = await session.scalar(select(func.sum(Render.attempts)).where(col(Render.shader_id).in_(ids)))
    assert attempts == 0
    fake_renderer.default = "ok"
    begin(workers[1])
    await eventually(all_ready(own_database, ids))


async def test_a_worker_killed_in_mid_job_loses_nothing(
    workers: list[Process], own_database: Database, fake_renderer: FakeRenderer
) -> None:
    fake_renderer.hold.clear()
    begin(workers[0])
    ids = await publish(own_database, 12)
    await eventually(lambda: fake_renderer.drawing == QUICK.threads)
    workers[0].kill()
    fake_renderer.hold.set()
    begin(workers[1])
    await eventually(all_ready(own_database, ids), within=30)
    assert len(fake_renderer.calls) == 12 + QUICK.threads, "only what was being drawn is drawn again"
    await eventually(lambda: nothing_waits(own_database))


async def test_a_flood_is_drawn_whoever_dies_and_a_stranger_goes_before_it(
    workers: list[Process], own_database: Database, fake_renderer: FakeRenderer
) -> None:
    """Two slots, so three jobs are under way: those are drawn again, and nothing else is drawn twice or lost."""
    fake_renderer.slots = 2
    async with own_database.write() as session:
        flooder = await make_user(session)
    ids = await publish(own_database, 30, author=flooder, visibility=Visibility.DRAFT)
    fake_renderer.hold.clear()
    begin(workers[0])
    await eventually(lambda: fake_renderer.drawing == 3)
    (wanted,) = await publish(own_database, 1)
    workers[0].kill()
    before = len(fake_renderer.calls)
    fake_renderer.hold.set()
    begin(workers[1])
    await eventually(all_ready(own_database, {*ids, wanted}), within=30)
    drawn = [call["job_id"].partition(".")[0] for call in fake_renderer.calls]
    assert wanted in drawn[before : before + 3]
    assert len(drawn) == 31 + before
    await eventually(lambda: nothing_waits(own_database))


async def test_other_jobs_go_on_while_no_renderer_answers(
    workers: list[Process], own_database: Database, fake_renderer: FakeRenderer
) -> None:
    fake_renderer.ready = False
    begin(workers[0])
    ids = await publish(own_database, 3 * QUICK.threads)
    await eventually(lambda: nothing_waits(own_database))
    async with own_database.write() as session:
        await enqueue(session, UPDATE_TASTE, user_id=str(uuid4()))
    await eventually(
        lambda: any("job done" in line and f'"{UPDATE_TASTE.name}"' in line for line in workers[0].text().splitlines())
    )
    assert fake_renderer.calls == []
    fake_renderer.ready = True
    await eventually(all_ready(own_database, ids))


async def test_a_source_that_breaks_every_renderer_ends_and_the_others_go_on(
    workers: list[Process], own_database: Database, fake_renderer: FakeRenderer
) -> None:
    fake_renderer.script.extend(["lost"] * MAX_ATTEMPTS)
    begin(workers[0])
    poison = await publish(own_database, 1)
    await eventually(lambda: len(fake_renderer.calls) == MAX_ATTEMPTS, within=60)
    ids = await publish(own_database, 5)
    await eventually(all_ready(own_database, ids))

    async def ended() -> bool:
        return await statuses(own_database, poison) == {"failed": 1}

    await eventually(ended)


async def test_redis_may_stop_and_start(
    workers: list[Process],
    own_database: Database,
    own_servers: tuple[EmbeddedPostgres, EmbeddedValkey],
    fake_renderer: FakeRenderer,
) -> None:
    valkey = own_servers[1]
    fake_renderer.script.extend(["lost"] * 6)
    begin(workers[0])
    ids = await publish(own_database, 8)
    await eventually(lambda: len(fake_renderer.calls) >= 6)
    # Now some messages are in the delay queue and some may be in flight.
    valkey.stop()
    ids |= await publish(own_database, 5)
    await asyncio.sleep(2)
    assert workers[0].running
    valkey.start()
    await eventually(all_ready(own_database, ids), within=60)
    await eventually(lambda: nothing_waits(own_database))


async def test_a_redis_that_is_away_does_not_hold_up_the_stop(
    workers: list[Process],
    own_database: Database,
    own_servers: tuple[EmbeddedPostgres, EmbeddedValkey],
    fake_renderer: FakeRenderer,
) -> None:
    fake_renderer.hold.clear()
    begin(workers[0])
    ids = await publish(own_database, 4)
    await eventually(lambda: fake_renderer.drawing == 4)
    own_servers[1].stop()
    fake_renderer.hold.set()
    await eventually(all_ready(own_database, ids))
    assert await asyncio.to_thread(workers[0].stop, 9) == 0
    own_servers[1].start()


async def test_redis_may_lose_everything(
    workers: list[Process], own_database: Database, own_servers: tuple[EmbeddedPostgres, EmbeddedValkey]
) -> None:
    """What no longer has a message is noticed and sent again."""
    valkey = own_servers[1]
    begin(workers[0])
    ids = await publish(own_database, 1)
    await eventually(all_ready(own_database, ids))
    assert workers[0].stop() == 0
    ids = await publish(own_database, 5)
    async with own_database.write() as session:
        await session.execute(text("DELETE FROM outbox"))
    valkey.stop()
    for file in valkey.folder.rglob("*.aof*"):
        file.unlink()
    valkey.start()
    begin(workers[1])
    await eventually(all_ready(own_database, ids), within=40)


async def test_postgres_may_stop_and_start(
    workers: list[Process],
    own_database: Database,
    own_servers: tuple[EmbeddedPostgres, EmbeddedValkey],
    fake_renderer: FakeRenderer,
) -> None:
    postgres = own_servers[0]
    begin(workers[0])
    fake_renderer.hold.clear()
    ids = await publish(own_database, 10)
    await eventually(lambda: fake_renderer.drawing == QUICK.threads)
    await own_database.dispose()
    await asyncio.to_thread(postgres.stop)
    # The pictures are ready while there is nobody to write them down.
    fake_renderer.hold.set()
    await asyncio.sleep(3)
    assert workers[0].running
    await asyncio.to_thread(postgres.start)
    await eventually(all_ready(own_database, ids), within=60)


async def test_logs_and_the_renderer_carry_the_requests_id_and_no_source(
    workers: list[Process], own_database: Database, fake_renderer: FakeRenderer
) -> None:
    begin(workers[0])
    async with own_database.write() as session:
        author = await make_user(session)
        shader = await make_shader(session, author=author, rendered=False, title="private words", source="secret_fn()")
        await enqueue(session, RENDER_STILL, shader_id=shader.id, version=1)
        await session.execute(text("UPDATE renders SET request_id = 'r-77'"))
        await session.execute(text("UPDATE outbox SET request_id = 'r-77'"))
    await eventually(all_ready(own_database, {shader.id}))

    def lines_of_the_render() -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in workers[0].text().splitlines()]
        return [line for line in lines if line.get("request_id") == "r-77" and line.get("actor") == RENDER_STILL.name]

    await eventually(lambda: len(lines_of_the_render()) == 2)
    assert fake_renderer.request_ids == ["r-77"]
    ours = lines_of_the_render()
    assert {line["event"] for line in ours} == {"render begins", "job done"}
    assert len({line["job_id"] for line in ours}) == 1
    assert list(ours[0])[:4] == ["timestamp", "level", "process", "event"]
    assert "secret_fn" not in workers[0].text()
    assert "private words" not in workers[0].text()


async def test_the_health_port(workers: list[Process], own_servers: tuple[EmbeddedPostgres, EmbeddedValkey]) -> None:
    begin(workers[0])
    started = next(line for line in workers[0].text().splitlines() if "worker started" in line)
    port = json.loads(started)["health_port"]

    def get(path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    async def ask(path: str) -> tuple[int, str]:
        return await asyncio.to_thread(get, path)

    assert await ask("/healthz") == (200, "ok\n")
    assert await ask("/readyz") == (200, "ok\n")
    assert (await ask("/secrets"))[0] == 404
    status, metrics = await ask("/metrics")
    assert status == 200
    for name in ('queue_depth{queue="render",state="waiting"} 0.0', 'outbox_rows{state="due"} 0.0', "dead_letters"):
        assert name in metrics
    own_servers[1].stop()
    assert await ask("/readyz") == (503, "Redis is down\n")
    assert (await ask("/healthz"))[0] == 200
    assert 'queue_depth{queue="render",state="waiting"} NaN' in (await ask("/metrics"))[1]
    own_servers[1].start()
