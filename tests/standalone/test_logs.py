"""What a full run of the site leaves in its logs: nothing secret, no address, no words of strangers.

Every process is there (site with API, pages and MCP; worker; renderer with Chromium; PostgreSQL; Valkey; supervisor),
all that is said to it is marked (visit.py), each is killed with -9 while people go on, and PostgreSQL stands still.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.fixtures.identity_provider import CLIENT_ID, CLIENT_SECRET, Liar
from tests.standalone.running import Running, all_gone, running, wait
from tests.standalone.visit import SHADERS, Visit

# Seconds; the driver waits for two more than a statement may take.
_LONGER_THAN_A_STATEMENT = 6
VICTIMS = ("services.worker", "services.renderer", "postgres", "valkey", "services.standalone.site")


@contextlib.asynccontextmanager
async def people(visit: Visit) -> AsyncIterator[None]:
    """Somebody who goes on, whatever happens."""
    task = asyncio.create_task(visit.insist())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def frozen(site: Running, words: str) -> AsyncIterator[None]:
    """Processes that are there and answer nothing."""
    processes = [each for process in site.children(words) for each in (process, *process.children(recursive=True))]
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.suspend()
    try:
        yield
    finally:
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()


def kill(site: Running, words: str) -> None:
    """Kill one process, and wait until the supervisor has started it again."""
    victim = site.children(words)[0]
    victim.kill()
    wait(lambda: all_gone([victim]))
    wait(lambda: victim not in (found := site.children(words)) and len(found) > 0)


async def ready(address: str) -> None:
    """Return when the site says that it has all that it needs."""
    async with httpx2.AsyncClient(base_url=address, trust_env=False) as client:
        while True:
            with contextlib.suppress(httpx2.TransportError):
                answer = await client.get("/readyz")
                if answer.status_code == 200 and answer.json()["status"] == "ok":
                    return
            await asyncio.sleep(0.2)


async def drawn(visit: Visit, work: str) -> None:
    """Return when the work has its picture."""
    while (await visit.browser.get(f"{SHADERS}/{work}")).json()["render_status"] != "ready":  # noqa: ASYNC110 -- HTTP
        await asyncio.sleep(0.2)


def logs_of(site: Running) -> dict[str, str]:
    """What every process wrote, by file."""
    folders = [site.home / "logs", site.home / "postgres", site.home / "valkey"]
    files = [file for folder in folders for file in folder.glob("*.log*")]
    return {file.name: file.read_text(errors="replace") for file in files} | {"terminal": site.said()}


def secrets_of(home: Path) -> dict[str, str]:
    """What the site itself made up: passwords of its servers, peppers, keys."""
    files = [*(home / "secrets").iterdir(), home / "postgres" / "password", home / "valkey" / "password"]
    words = {file.name: file.read_text().strip() for file in files}
    (key,) = json.loads(words.pop("signing-keys.json"))["keys"]
    return {**words, "signing key": key["d"]}


def leaks(said: dict[str, str], logs: dict[str, str]) -> list[tuple[str, str, str]]:
    """What was said and stands in a log: its name, the log, and the first line with it."""
    return [
        (what, name, next(line for line in text.splitlines() if word in line)[:1000])
        for what, word in said.items()
        for name, text in logs.items()
        if word in text
    ]


@pytest.mark.slow
async def test_no_log_holds_what_is_secret_or_anybodys(tmp_path: Path, liar: Liar) -> None:
    provider = {"name": "liar", "kind": "oidc", "issuer": liar.issuer, "client_id": CLIENT_ID}
    environment = {
        "FRACTAFRAG_AUTH_VERIFY_ADDRESSES": "true",
        "FRACTAFRAG_LIMITS_TRUSTED_PROXIES": "1",
        "FRACTAFRAG_LIMITS_REGISTER_ADDRESS": "9999/60",
        "FRACTAFRAG_LOG_LEVEL": "DEBUG",
        "FRACTAFRAG_DATABASE_STATEMENT_TIMEOUT_MS": "3000",
        "FRACTAFRAG_SIGNIN_PROVIDERS": json.dumps([{**provider, "client_secret": CLIENT_SECRET}]),
    }
    with running(tmp_path / "home", **environment) as site:
        visit = Visit(await asyncio.to_thread(site.address), site.home / "mail")
        marks = visit.marks
        await visit.register()
        await visit.follow_mails()
        work = await visit.publish()
        await visit.use_factors()
        await visit.use_key()
        await visit.report(work, await visit.use_provider(liar))
        await visit.send_nonsense()
        await drawn(visit, work)
        async with people(visit):
            for words in VICTIMS:
                await asyncio.to_thread(kill, site, words)
                await ready(visit.address)
            async with frozen(site, "postgres"):
                await asyncio.sleep(_LONGER_THAN_A_STATEMENT)
            await ready(visit.address)
        await visit.browser.aclose()
        assert await asyncio.to_thread(site.stop) == 0
        found = logs_of(site)
    assert {"site.log", "worker.log", "renderer.log", "postgres.log", "valkey.log"} < found.keys()
    assert min(len(text) for name, text in found.items() if name != "migrations.log") > 100
    said = {**marks.said, **secrets_of(site.home), "the provider's secret": CLIENT_SECRET}
    assert leaks(said, found) == []
