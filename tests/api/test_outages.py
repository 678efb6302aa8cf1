"""PostgreSQL or Redis stopped and started again under a running API: what still works, what is said, and healing.

Servers of its own, because they are stopped.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import httpx2
import psutil
import pytest
from asgi_lifespan import LifespanManager

from services.api.app import create_app
from services.api.settings import ApiSettings
from services.core.accounts.settings import AuthSettings
from services.core.kit.database import Database
from services.core.kit.errors import UnavailableError
from services.core.kit.settings import DatabaseSettings, LimitSettings, RedisSettings, StorageSettings
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.valkey import EmbeddedValkey
from tests.api.keys import CURRENT, WORK, make_key
from tests.fixtures.accounts import PASSWORD, sign_up, with_token
from tests.fixtures.database import migrate

_TRIES = 40


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), options={"fsync": "off"})
    server.start()
    migrate(server)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def own_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def client(
    own_postgres: EmbeddedPostgres, own_valkey: EmbeddedValkey, tmp_path: object
) -> AsyncIterator[httpx2.AsyncClient]:
    settings = ApiSettings(
        database=DatabaseSettings(url=own_postgres.url()),
        redis=RedisSettings(url=own_valkey.url()),
        storage=StorageSettings(url=f"file://{tmp_path}/objects"),
        limits=LimitSettings(),
    ).replace(AuthSettings(argon2_memory_kib=8_192, argon2_time_cost=1))
    application = create_app(settings)
    async with LifespanManager(application):
        transport = httpx2.ASGITransport(application, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as opened:
            yield opened


async def _until(client: httpx2.AsyncClient, path: str, status: int) -> httpx2.Response:
    for _ in range(_TRIES):
        answer = await client.get(path)
        if answer.status_code == status:
            return answer
        await asyncio.sleep(0.1)
    raise AssertionError(f"{path} still gives {answer.status_code}")


def _is_unavailable(answer: httpx2.Response) -> bool:
    problem = answer.headers["content-type"] == "application/problem+json" and answer.json()["code"]
    return answer.status_code == 503 and problem == "unavailable" and int(answer.headers["retry-after"]) > 0


async def test_without_postgresql_requests_get_503_and_heal(
    client: httpx2.AsyncClient, own_postgres: EmbeddedPostgres
) -> None:
    ada = with_token(client, (await sign_up(client, "ada"))["access_token"])
    own_postgres.stop()
    try:
        for _ in range(3):
            assert _is_unavailable(await ada.get("/api/v1/users/me"))
            assert _is_unavailable(await client.get("/api/v1/users/ada"))
            assert _is_unavailable(await client.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD}))
            assert _is_unavailable(await ada.patch("/api/v1/users/me", json={"bio": "x"}))
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
        assert ready.json()["checks"]["postgresql"].startswith("unreachable (")
        assert ready.json()["checks"]["redis"] == "ok"
        assert (await client.get("/healthz")).status_code == 200
    finally:
        own_postgres.start()
    await _until(ada, "/api/v1/users/me", 200)
    await _until(client, "/readyz", 200)
    for _ in range(10):
        assert (await ada.get("/api/v1/users/me")).status_code == 200


async def test_a_postgresql_that_is_killed_in_mid_work_heals(
    client: httpx2.AsyncClient, own_postgres: EmbeddedPostgres
) -> None:
    bob = with_token(client, (await sign_up(client, "bob"))["access_token"])
    statuses: set[int] = set()

    async def work() -> None:
        for number in range(30):
            statuses.add((await bob.patch("/api/v1/users/me", json={"bio": str(number)})).status_code)
            await asyncio.sleep(0.005)

    working = [asyncio.create_task(work()) for _ in range(4)]
    await asyncio.sleep(0.05)

    os.kill(own_postgres.pid, signal.SIGKILL)
    await asyncio.gather(*working)
    assert statuses <= {200, 503}
    own_postgres.stop()
    own_postgres.start()
    await _until(bob, "/api/v1/users/me", 200)


async def test_a_postgresql_that_hangs_hangs_no_request(own_postgres: EmbeddedPostgres) -> None:
    settings = DatabaseSettings(url=own_postgres.url(), statement_timeout_ms=200)
    database = Database(settings, application="test")
    calls: list[Callable[[], Awaitable[object]]] = [database.ping, lambda: database.rows("SELECT 1")]
    await asyncio.gather(*(call() for call in calls))
    frozen = [own_postgres.pid, *(child.pid for child in psutil.Process(own_postgres.pid).children())]
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(30):
            answers = await asyncio.gather(*(call() for call in calls), return_exceptions=True)
        assert [type(answer) for answer in answers] == [UnavailableError] * 2
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    await asyncio.gather(*(call() for call in calls))
    await database.dispose()


async def test_without_redis_reads_work_and_writes_get_503_and_heal(
    client: httpx2.AsyncClient, own_valkey: EmbeddedValkey
) -> None:
    eve = with_token(client, (await sign_up(client, "eve"))["access_token"])
    gone = await sign_up(client, "gone")
    own_valkey.stop()
    try:
        begun = time.perf_counter()
        for _ in range(3):
            assert (await client.get("/api/v1/users/eve")).status_code == 200
            assert (await eve.get("/api/v1/users/me")).status_code == 200
            assert _is_unavailable(await eve.patch("/api/v1/users/me", json={"bio": "x"}))
            assert _is_unavailable(await client.post("/api/v1/auth/login", json={"login": "eve", "password": PASSWORD}))
            assert _is_unavailable(await client.post("/api/v1/auth/refresh", json=_token(gone)))
            assert _is_unavailable(await eve.delete("/api/v1/auth/sessions"))
        assert time.perf_counter() - begun < 3
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        assert ready.json()["checks"]["redis"].startswith("unreachable (")
    finally:
        own_valkey.start()
    for _ in range(_TRIES):
        if (await eve.patch("/api/v1/users/me", json={"bio": "back"})).status_code == 200:
            break
        await asyncio.sleep(0.1)
    assert (await client.get("/api/v1/users/eve")).json()["bio"] == "back"
    assert (await client.post("/api/v1/auth/refresh", json=_token(gone))).status_code == 200


def _token(tokens: dict[str, str]) -> dict[str, str]:
    return {"refresh_token": tokens["refresh_token"]}


async def test_without_redis_a_revoked_session_reads_nothing(
    client: httpx2.AsyncClient, own_valkey: EmbeddedValkey
) -> None:
    tokens = await sign_up(client, "mallory")
    mallory = with_token(client, tokens["access_token"])
    await mallory.post("/api/v1/auth/logout")
    own_valkey.stop()
    try:
        assert (await mallory.get("/api/v1/users/me")).status_code == 401
        assert _is_unavailable(await mallory.patch("/api/v1/users/me", json={"bio": "x"}))
    finally:
        own_valkey.start()


async def test_without_redis_keys_read_what_postgresql_allows(
    client: httpx2.AsyncClient, own_valkey: EmbeddedValkey
) -> None:
    carol = with_token(client, (await sign_up(client, "carol"))["access_token"])
    kept, gone = await make_key(carol, "write"), await make_key(carol, "write")
    for key in (kept, gone):
        assert (await with_token(client, key["key"]).get(CURRENT)).status_code == 200
    assert (await carol.delete(f"/api/v1/keys/{gone['id']}")).status_code == 204
    agent = with_token(client, kept["key"])
    own_valkey.stop()
    try:
        assert (await agent.get(CURRENT)).json()["handle"] == "carol"
        assert (await with_token(client, gone["key"]).get(CURRENT)).status_code == 401
        assert (await with_token(client, "ff_live_" + "A" * 43).get(CURRENT)).status_code == 401
        assert _is_unavailable(await agent.post("/api/v1/shaders", json=WORK))
        assert _is_unavailable(await agent.post("/api/v1/shaders/validate", json={"source": WORK["source"]}))
        assert _is_unavailable(await carol.delete(f"/api/v1/keys/{kept['id']}"))
        assert _is_unavailable(await carol.post(f"/api/v1/keys/{kept['id']}/rotate"))
        assert _is_unavailable(await carol.post("/api/v1/keys", json={"name": "x", "scopes": ["read"]}))
        assert (await agent.get(CURRENT)).status_code == 200, "what could not be announced did not happen"
    finally:
        own_valkey.start()
    for _ in range(_TRIES):
        if (await agent.post("/api/v1/shaders", json=WORK)).status_code == 201:
            break
        await asyncio.sleep(0.1)
    assert (await carol.delete(f"/api/v1/keys/{kept['id']}")).status_code == 204
    assert (await agent.get(CURRENT)).status_code == 401


async def test_without_postgresql_keys_get_503_and_heal(
    client: httpx2.AsyncClient, own_postgres: EmbeddedPostgres
) -> None:
    dave = with_token(client, (await sign_up(client, "dave"))["access_token"])
    known, fresh = [with_token(client, (await make_key(dave, "write"))["key"]) for _ in range(2)]
    assert (await known.get(CURRENT)).status_code == 200
    own_postgres.stop()
    try:
        assert (await known.get(CURRENT)).status_code == 200, "who it is, is known for a while"
        assert _is_unavailable(await fresh.get(CURRENT))
        assert _is_unavailable(await known.post("/api/v1/shaders", json=WORK))
    finally:
        own_postgres.start()
    await _until(fresh, CURRENT, 200)


async def test_a_redis_that_hangs_does_not_hang_the_api(client: httpx2.AsyncClient, own_valkey: EmbeddedValkey) -> None:

    await client.get("/api/v1/version")
    os.kill(own_valkey.pid, signal.SIGSTOP)
    try:
        begun = time.perf_counter()
        answers = await asyncio.gather(*(client.get("/api/v1/version") for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        assert time.perf_counter() - begun < 8
        begun = time.perf_counter()
        for _ in range(20):
            assert (await client.get("/api/v1/version")).status_code == 200
        assert time.perf_counter() - begun < 8
    finally:
        os.kill(own_valkey.pid, signal.SIGCONT)
