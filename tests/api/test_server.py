"""`python -m services.api` as a process of its own: sockets, signals, logs, settings."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import psutil
import pytest
from sqlalchemy import text

from services.api.settings import ApiSettings
from services.contracts.shaders import SAMPLE_SOURCE
from services.core.kit.database import Database
from tests.fixtures.accounts import PASSWORD, sign_up
from tests.fixtures.forks import fork

_ROOT = Path(__file__).parents[2]


class Server:
    """A running API; `log` holds its lines."""

    def __init__(self, settings: ApiSettings, log: Path) -> None:
        self.log = log
        environment = {
            "PATH": os.environ["PATH"],
            "FRACTAFRAG_DATABASE_URL": settings.database.url,
            "FRACTAFRAG_REDIS_URL": settings.redis.url,
            "FRACTAFRAG_STORAGE_URL": settings.storage.url,
        }
        with log.open("wb") as output:
            self.process = fork(["-m", "services.api", "--port", "0"], environment, output)
        self.url = self._wait() if log.is_file() else self._look()

    def _wait(self) -> str:
        for _ in range(600):
            if found := re.search(r"running on (http://127\.0\.0\.1:\d+)", self.log.read_text()):
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def _look(self) -> str:
        """As `_wait`, for a log that holds nothing."""
        for _ in range(2400):
            sockets = psutil.Process(self.process.pid).net_connections("tcp")
            if listening := [each.laddr.port for each in sockets if each.status == psutil.CONN_LISTEN]:
                return f"http://127.0.0.1:{listening[0]}"
            time.sleep(0.05)
        raise AssertionError("it does not listen")

    def stop(self) -> None:
        """SIGTERM; uvicorn ends by the signal that it was sent, after it has closed everything."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) in {0, -signal.SIGTERM}


@pytest.fixture
def server(settings: ApiSettings, database: Database, redis_client: object, tmp_path: Path) -> Iterator[Server]:
    running = Server(settings, tmp_path / "api.log")
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.wait()


@pytest.fixture
async def visitor(server: Server) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=server.url, timeout=20) as opened:
        yield opened


async def test_a_large_upload_gets_its_413(server: Server, visitor: httpx2.AsyncClient) -> None:
    """Ten megabytes in chunks without a length: whoever sends them all still gets the answer."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    writer.write((head + "Transfer-Encoding: chunked\r\n\r\n").encode())
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    for _ in range(160):
        writer.write(chunk)
        await asyncio.wait_for(writer.drain(), 5)
    answer = await asyncio.wait_for(reader.read(4000), 10)
    writer.close()
    assert b" 413 " in answer.split(b"\r\n")[0]
    assert b'"code":"too_large"' in answer
    announced = await visitor.post("/api/v1/auth/login", json={"login": "x" * 10_000_000, "password": "x"})
    assert announced.status_code == 413


async def test_head_is_answered_without_a_body_on_a_connection_that_goes_on(server: Server) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for path in ("/api/v1/version", "/api/v1/feed", "/healthz", "/api/v1/nothing", "/api/v1/shaders/0/events"):
        for _ in range(2):
            writer.write(f"HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            assert head.startswith(b"HTTP/1.1 "), "nothing came before it"
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200")
    log = server.log.read_text()
    assert "Traceback" not in log
    assert '"route": "/api/v1/version"' in log


async def test_with_a_log_on_a_full_disk_it_answers_as_ever(
    settings: ApiSettings, database: Database, redis_client: object
) -> None:
    """Refusals of ours, one of a part that is down, and an error of 500 that says so are the lines it would write."""
    server = await asyncio.to_thread(Server, settings, Path("/dev/full"))
    try:
        async with httpx2.AsyncClient(base_url=server.url, timeout=20) as visitor:
            tokens = await sign_up(visitor, "ada")
            bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
            assert (await visitor.get("/api/v1/shaders/0", headers=bearer)).json()["code"] == "not_found"
            down = await visitor.post("/api/v1/shaders/validate", json={"source": SAMPLE_SOURCE}, headers=bearer)
            assert (down.status_code, down.json()["status"]) == (503, 503)
            async with database.write() as session:
                await session.execute(text("ALTER TABLE shaders RENAME TO elsewhere"))
            broken = await visitor.get("/api/v1/shaders/0")
            async with database.write() as session:
                await session.execute(text("ALTER TABLE elsewhere RENAME TO shaders"))
            assert (broken.status_code, broken.json()["code"]) == (500, "internal")
            lost = re.search(r"^log_lines_lost_total (\d+)", (await visitor.get("/metrics")).text, re.MULTILINE)
            assert lost
            assert int(lost[1]) > 4
    finally:
        server.process.kill()
        server.process.wait()


async def test_too_large_a_head_is_431_and_others_are_served(server: Server, visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.get("/api/v1/version", headers={"X-Long": "a" * 40_000})
    assert answer.status_code == 431
    assert (await visitor.get("/api/v1/version")).status_code == 200


async def test_it_counts_by_the_peer_and_not_by_what_a_client_claims(visitor: httpx2.AsyncClient) -> None:
    given = {"login": "ada", "password": "not the one"}
    answers = await asyncio.gather(
        *(visitor.post("/api/v1/auth/login", json=given, headers={"X-Forwarded-For": f"10.0.0.{n}"}) for n in range(20))
    )
    assert [answer.status_code for answer in answers].count(429) == 10


async def test_a_signal_lets_running_requests_finish(server: Server, visitor: httpx2.AsyncClient) -> None:
    """The request whose body is still on its way when the signal comes gets its answer."""
    await sign_up(visitor, "ada")
    host, _, port = server.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    body = json.dumps({"login": "ada", "password": PASSWORD}).encode()
    head = f"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    writer.write((head + "Content-Type: application/json\r\n\r\n").encode() + body[:5])
    await writer.drain()
    assert (await visitor.get("/healthz")).status_code == 200
    server.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.5)
    assert server.process.poll() is None
    writer.write(body[5:])
    answer = await asyncio.wait_for(reader.read(4000), 15)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert await asyncio.to_thread(server.process.wait, 20) in {0, -signal.SIGTERM}


async def test_the_log_is_json_and_holds_no_secret(server: Server, visitor: httpx2.AsyncClient) -> None:
    tokens = await sign_up(visitor, "ada", display_name="Countess")
    bearer = {"Authorization": f"Bearer {tokens['access_token']}", "X-Request-ID": "trace-me"}
    await visitor.patch("/api/v1/users/me", json={"bio": "a bio nobody logs"}, headers=bearer)
    await visitor.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    await visitor.post("/api/v1/auth/login", json={"login": "ada", "password": "a wrong password"})
    await visitor.get("/api/v1/users/somebody", params={"q": "looked-for"})
    server.stop()
    said = server.log.read_text()
    for secret in (PASSWORD, "a wrong password", tokens["access_token"], tokens["refresh_token"], "Countess"):
        assert secret not in said
    for stranger in ("ada@example.org", "a bio nobody logs", "somebody", "looked-for", "argon2"):
        assert stranger not in said
    lines = [json.loads(line) for line in said.splitlines()]
    assert all(list(line)[:4] == ["timestamp", "level", "process", "event"] for line in lines)
    [traced] = [line for line in lines if line.get("request_id") == "trace-me"]
    assert (traced["route"], traced["status"], traced["user_id"]) == ("/api/v1/users/me", 200, tokens["user"]["id"])


def test_production_refuses_the_development_secrets() -> None:
    environment = {"PATH": os.environ["PATH"], "FRACTAFRAG_ENVIRONMENT": "production"}
    command = [sys.executable, "-m", "services.api", "--port", "0"]
    ended = subprocess.run(command, cwd=_ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode != 0
    assert "FRACTAFRAG_AUTH_TOKEN_PEPPER must be set" in ended.stderr
