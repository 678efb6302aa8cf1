"""`make chaos`: publishes over HTTP while everything is killed with -9 at random.

Clients send each publish with an `Idempotency-Key` and again until it is answered. Afterwards every publish that was
answered 201 is ready or failed with a reason, none twice, what is ready has its kept still or is not to get one; and a
trigger in the database has seen no outcome change.
CHAOS_PUBLISHES and CHAOS_SEED change the number and the order of the kills. Prints a table.
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from services.contracts.renderer import KEPT_WIDTHS
from services.core.domains import ALL_JOBS
from services.core.kit.database import Database
from services.core.kit.storage import ObjectStore, copy_name
from services.core.renders.pictures import SHARE
from services.worker.broker import JobBroker
from tests.chaos.stack import TARGETS, Stack
from tests.fixtures.accounts import PASSWORD

PUBLISHES = int(os.environ.get("CHAOS_PUBLISHES", "200"))
SEED = int(os.environ.get("CHAOS_SEED", "1"))
CLIENTS = 8
# Something is stuck when nothing has changed for so long; how long all of it takes is the machine's affair.
QUIET_SECONDS = 300

_STATIC = "void mainImage(out vec4 c, in vec2 p) {{ c = vec4(fract(p / iResolution.xy * {n}.7), 0.5, 1.0); }}\n"
_MOVING = "void mainImage(out vec4 c, in vec2 p) {{ c = vec4(0.5 + 0.5 * cos(iTime + {n}.0 + p.xyx / 90.0), 1.0); }}\n"
_BROKEN = "void mainImage(out vec4 c, in vec2 p) {{ c = vec4(undeclared_{n}); }}\n"

_WATCH = """
CREATE TABLE violations (what text, shader_id text, at timestamptz DEFAULT now());
CREATE FUNCTION watch_renders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ready_at IS NOT NULL AND NEW.ready_at IS DISTINCT FROM OLD.ready_at THEN
        INSERT INTO violations VALUES ('ready twice', OLD.shader_id);
    END IF;
    IF OLD.status IN ('ready', 'failed') AND NEW.status <> OLD.status THEN
        INSERT INTO violations VALUES ('outcome changed', OLD.shader_id);
    END IF;
    IF OLD.preview_status IN ('ready', 'skipped') AND NEW.preview_status <> OLD.preview_status THEN
        INSERT INTO violations VALUES ('preview changed', OLD.shader_id);
    END IF;
    IF OLD.kept_status IN ('ready', 'skipped') AND NEW.kept_status <> OLD.kept_status THEN
        INSERT INTO violations VALUES ('kept still changed', OLD.shader_id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER watch BEFORE UPDATE ON renders FOR EACH ROW EXECUTE FUNCTION watch_renders();
"""


def source(number: int) -> str:
    """One in ten does not compile, three in ten move, the rest stand still; all are different."""
    kind = _BROKEN if number % 10 == 0 else _MOVING if number % 10 < 4 else _STATIC
    return kind.format(n=number)


class Author:
    """A client with an account that does not give up."""

    def __init__(self, url: str, name: str, answers: Counter[str]) -> None:
        self.name = name
        self.client = httpx2.AsyncClient(base_url=url, timeout=15)
        self._answers = answers

    async def sign_up(self) -> None:
        """Register, or sign in when an earlier attempt has registered."""
        account = {"handle": self.name, "email": f"{self.name}@example.org", "password": PASSWORD}
        response = await self._until_answered("/api/v1/auth/register", account)
        if response.status_code != 201:
            response = await self._until_answered("/api/v1/auth/login", {"login": self.name, "password": PASSWORD})
        self.client.headers["Authorization"] = f"Bearer {response.json()['access_token']}"

    async def publish(self, number: int) -> str:
        """The id of the work under the key `publish-<number>`."""
        body = {"source": source(number), "title": f"Work {number}", "licence": "CC0-1.0"}
        while True:
            key = {"Idempotency-Key": f"publish-{number}"}
            response = await self._until_answered("/api/v1/shaders", body, key)
            if response.status_code == 401:
                await self.sign_up()
                continue
            assert response.status_code == 201, response.text
            return str(response.json()["id"])

    async def _until_answered(self, path: str, body: Any, headers: dict[str, str] | None = None) -> httpx2.Response:
        deadline = time.monotonic() + QUIET_SECONDS
        while True:
            try:
                response = await self.client.post(path, json=body, headers=headers)
            except httpx2.TransportError as error:
                self._answers[type(error).__name__] += 1
            else:
                self._answers[str(response.status_code)] += 1
                if response.status_code < 500 and response.json().get("code") != "idempotency_in_progress":
                    return response
            assert time.monotonic() < deadline, f"{path} was not answered"
            await asyncio.sleep(0.2)


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    built = Stack(tmp_path, SEED)
    await asyncio.to_thread(built.start)
    yield built
    await asyncio.to_thread(built.stop)


async def _publish_all(stack: Stack, answers: Counter[str]) -> dict[int, str]:
    """Publish everything while things die; the works' ids by number."""
    numbers, ids = iter(range(PUBLISHES)), {}
    authors = [Author(stack.url, f"author{each}", answers) for each in range(CLIENTS)]

    async def work(author: Author) -> None:
        async with author.client:
            await author.sign_up()
            for number in numbers:
                ids[number] = await author.publish(number)
                # Slow enough that the killing goes on for most of the publishes.
                await asyncio.sleep(stack.chance.uniform(0.5, 2.5))

    await asyncio.gather(*map(work, authors))
    return ids


async def _query(database: Database, statement: str) -> list[Any]:
    async with database.read() as session:
        return list((await session.execute(text(statement))).all())


async def _killed_enough(stack: Stack, killer: asyncio.Task[None]) -> None:
    """Wait until each target was killed five times."""
    kills, changed = 0, time.monotonic()
    while len(stack.kills) < 5 * len(TARGETS):
        if len(stack.kills) > kills:
            kills, changed = len(stack.kills), time.monotonic()
        if time.monotonic() - changed > QUIET_SECONDS:
            raise AssertionError(f"nothing was killed any more; up are {[*filter(stack.is_up, TARGETS)]}")
        assert not killer.done(), killer.exception()
        await asyncio.sleep(1)


async def _settled(database: Database, broker: JobBroker) -> bool:
    """Wait until no render is open, kept stills too, and no message is anywhere, as long as that changes."""
    seen, changed = None, time.monotonic()
    unsettled = """
        SELECT (SELECT count(*) FROM renders WHERE status IN ('pending', 'rendering')
                OR preview_status IN ('pending', 'rendering')
                OR status = 'ready' AND kept_status IN ('pending', 'rendering')) + (SELECT count(*) FROM outbox)
    """
    while time.monotonic() - changed < QUIET_SECONDS:
        left = (await _query(database, unsettled))[0][0]
        queued = sum(sum(broker.depth(queue).values()) for queue in {job.queue for job in ALL_JOBS})
        if left == queued == 0:
            return True
        if seen != (left, queued):
            seen, changed = (left, queued), time.monotonic()
        await asyncio.sleep(1)
    return False


@pytest.mark.chaos
async def test_nothing_is_lost_and_nothing_comes_twice(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    database = Database(stack.settings.database, application="chaos")
    broker = JobBroker(stack.settings.redis.url, middleware=[])
    async with database.engine.begin() as connection:
        for statement in _WATCH.split(";\nCREATE "):
            prefix = "" if statement.lstrip().startswith("CREATE") else "CREATE "
            await connection.exec_driver_sql(prefix + statement)
    answers: Counter[str] = Counter()
    started = time.monotonic()
    supervisor = asyncio.create_task(stack.supervise())
    killer = asyncio.create_task(stack.rampage())
    ids = await _publish_all(stack, answers)
    published = time.monotonic() - started
    await _killed_enough(stack, killer)
    killer.cancel()
    settled = await _settled(database, broker)
    seconds = {"published": published, "settled": time.monotonic() - started}
    with capsys.disabled():
        await _report(stack, database, answers, seconds)
    assert settled, "something is still open"
    await _check(stack, database, ids)
    supervisor.cancel()
    await asyncio.to_thread(broker.close)
    await database.dispose()


async def _check(stack: Stack, database: Database, ids: dict[int, str]) -> None:
    """Every promise, by the database's own account."""
    assert len(set(ids.values())) == PUBLISHES
    works = {row.id: row.kept_name for row in await _query(database, "SELECT id, kept_name FROM shaders")}
    assert works.keys() == set(ids.values()), "a work that no client was told of, or one twice"
    renders = {row.shader_id: row for row in await _query(database, "SELECT * FROM renders")}
    assert len(await _query(database, "SELECT 1 FROM renders")) == PUBLISHES
    assert len(await _query(database, "SELECT 1 FROM shader_versions")) == PUBLISHES
    assert await _query(database, "SELECT * FROM violations") == []
    assert (await _query(database, "SELECT sum(used) FROM publish_usage"))[0][0] == PUBLISHES
    store = ObjectStore(stack.settings.storage)
    for number, shader_id in ids.items():
        render = renders[shader_id]
        if render.status == "failed":
            assert render.failure_code, "a failure without a reason"
            expected = {"compile_failed", "gave_up"} if number % 10 == 0 else {"gave_up"}
            assert render.failure_code in expected, f"{number}: {render.failure_code}"
        else:
            assert render.status == "ready"
            assert number % 10 != 0
            assert render.ready_at is not None
            assert await store.get(render.still_name)
            assert (render.preview_status == "ready") == (render.preview_name is not None)
            assert render.preview_status == "ready" or render.preview_reason
            assert render.kept_status in ("ready", "skipped")
            assert (render.kept_status == "ready") == (render.kept_name is not None)
            if render.kept_name is not None:
                assert works[shader_id] == render.kept_name, "what lists show is not what was kept"
                for name in _files(render.kept_name, render.kept_width):
                    assert await store.get(name)
    letters = await _query(database, "SELECT actor, payload, error FROM dead_letters WHERE redriven_at IS NULL")
    for letter in letters:
        assert renders[letter.payload["shader_id"]].status in ("ready", "failed"), letter


def _files(kept_name: str, width: int) -> list[str]:
    """What a kept still consists of."""
    smaller = [copy_name(kept_name, str(each), "webp") for each in KEPT_WIDTHS if each < width]
    return [kept_name, *smaller, copy_name(kept_name, SHARE, "jpg")]


async def _report(stack: Stack, database: Database, answers: Counter[str], seconds: dict[str, float]) -> None:
    """The table."""
    print(f"\n{PUBLISHES} publishes, seed {SEED}")
    for name, value in seconds.items():
        print(f"  {name + ' after':28} {value:8.1f} s")
    for target in TARGETS:
        hits = sum(kill.hit for kill in stack.kills if kill.target == target)
        restarts = f"{stack.restarts[target]} restarts" if target in stack.processes else ""
        print(f"  kill -9 {target:20} {hits:8} {restarts}")
    for answer, count in sorted(answers.items()):
        print(f"  answer {answer:21} {count:8}")
    outcomes = """
        SELECT status || coalesce(' ' || failure_code, '') || ', preview ' || preview_status
               || coalesce(' ' || preview_reason, '') || ', kept still ' || kept_status AS outcome,
               count(*), max(attempts) AS attempts
        FROM renders GROUP BY 1 ORDER BY 2 DESC
    """
    for row in await _query(database, outcomes):
        print(f"  {row.outcome:60} {row.count:4}, most attempts {row.attempts}")
    for title, statement in (
        ("dead letters", "SELECT actor, error, count(*) FROM dead_letters GROUP BY 1, 2"),
        ("violations", "SELECT what, count(*) FROM violations GROUP BY 1"),
    ):
        print(f"  {title}: {[tuple(row) for row in await _query(database, statement)]}")
