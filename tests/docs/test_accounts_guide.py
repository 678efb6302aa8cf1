"""docs/operations/accounts.md: what it has one type is taken by the processes, the charts and the database.

`make`, `kubectl` and `helm` are stubs that note with what they were called: what `make run` is given goes through the
layout of a site on one machine into the settings of its processes, what `helm` is given through the chart, and each
Secret that the chart then wants is one that `kubectl` was told to make, with the keys that are read.
"""

import asyncio
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.admin.__main__ import COMMANDS, parser
from services.api.settings import ApiSettings
from services.core.accounts.settings import AuthSettings
from services.core.accounts.sign_in_settings import SignInSettings
from services.core.kit.database import Database
from services.core.mail.settings import MailDelivery, MailSettings, SmtpSettings
from services.standalone.home import Home
from services.standalone.layout import Layout
from services.worker.settings import WorkerSettings
from tests.charts import helm, objects
from tests.docs.guide import DOCS

GUIDE = (DOCS / "operations/accounts.md").read_text()
BLOCKS = re.findall(r"(?:^    .*\n)+", GUIDE, re.MULTILINE)
# What runs elsewhere is not started.
ELSEWHERE = {
    "FRACTAFRAG_DATABASE_URL": "postgresql+asyncpg://db/x",
    "FRACTAFRAG_REDIS_URL": "redis://queue",
    "FRACTAFRAG_RENDERER_URL": "http://renderers:3100",
}
# Each call is its words, one ended by a zero, and an empty word.
STUBS = r"""
make() { printf '%s\0' make "$@"; env -0 | grep -z ^FRACTAFRAG_; printf '\0'; }
kubectl() { printf '%s\0' kubectl "$@" ''; }
helm() { printf '%s\0' helm "$@" ''; }
"""


async def typed(block: str) -> list[list[str]]:
    """The calls of one block: each what was called, with its arguments or its environment."""
    process = await asyncio.create_subprocess_exec(
        *("bash", "-euo", "pipefail", "-c", STUBS + block),
        env={"PATH": os.environ["PATH"]},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
    return [call.split("\0") for call in out.decode().removesuffix("\0\0").split("\0\0")]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home(tmp_path / "home")
    opened.lock()
    yield opened
    opened.unlock()


async def test_what_is_run_on_one_machine_is_what_its_processes_read(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "work"
    secret.write_text("a secret\n")
    seen: list[tuple[ApiSettings, WorkerSettings]] = []
    for block in [block.replace("/run/secrets/work", str(secret)) for block in BLOCKS if "make run" in block]:
        (call,) = await typed(block)
        assert call[:2] == ["make", "run"]
        given = dict(variable.split("=", 1) for variable in call[2:])
        with monkeypatch.context() as patched:
            for name, value in Layout(home, {**ELSEWHERE, **given}, address="http://localhost:8000").settings().items():
                patched.setenv(name, value)
            seen.append((ApiSettings(), WorkerSettings()))
    providers, mailbox, smtp = seen
    assert [one.name for one in providers[0].of(SignInSettings).configured] == ["github", "google", "work"]
    assert mailbox[0].of(MailSettings).mailbox
    assert mailbox[0].of(AuthSettings).verify_addresses
    assert mailbox[1].of(MailSettings).delivery is MailDelivery.FOLDER
    assert smtp[1].of(MailSettings).delivery is MailDelivery.SMTP
    assert (smtp[1].of(SmtpSettings).host, smtp[1].of(SmtpSettings).username) == ("smtp.example.org", "site")


async def test_what_is_told_to_a_cluster_is_what_the_chart_takes() -> None:
    blocks = [block for block in BLOCKS if "helm upgrade" in block]
    assert len(blocks) == 2
    for block in blocks:
        created, upgrade = await typed(block)
        assert created[:4] == ["kubectl", "create", "secret", "generic"]
        keys = {part.removeprefix("--from-literal=").partition("=")[0] for part in created[5:]}
        assert upgrade[:4] == ["helm", "upgrade", "fractafrag", "charts/fractafrag"]
        wanted = wants(values_of(upgrade[4:]), created[4])
        assert wanted, "nothing in the chart reads that Secret"
        assert wanted <= keys


def values_of(arguments: list[str]) -> dict[str, Any]:
    """What `--set` and `--set-json` say, as helm reads it."""
    assert arguments[0] == "--reuse-values"
    values: dict[str, Any] = {}
    for option, said in zip(arguments[1::2], arguments[2::2], strict=True):
        assert option in {"--set", "--set-json"}
        pairs = [said.split("=", 1)] if option == "--set-json" else [pair.split("=", 1) for pair in said.split(",")]
        for path, value in pairs:
            *folders, name = path.split(".")
            place = values
            for folder in folders:
                place = place.setdefault(folder, {})
            place[name] = json.loads(value) if option == "--set-json" else value
    return values


def wants(values: dict[str, Any], secret: str) -> set[str]:
    """The keys of a Secret that pods of the chart read with these values."""
    found = [
        ref for _, pod in objects.pods(helm.render("fractafrag", values).docs) for ref in objects.secret_references(pod)
    ]
    return {str(key) for name, key, _ in found if name == secret and key}


async def test_its_queries_run(database: Database) -> None:
    queries = re.findall(r"^    (SELECT .*?);", GUIDE, re.MULTILINE)
    assert len(queries) == 2
    async with database.read() as session:
        for query in queries:
            await session.execute(text(query))


@pytest.mark.parametrize("page", sorted((DOCS / "operations").glob("*.md")), ids=lambda page: page.stem)
def test_every_command_for_administrators_is_one(page: Path) -> None:
    for words in re.findall(r"fractafrag admin ([^`#\n]+)", page.read_text()):
        name, *arguments = re.findall(r'"[^"]*"|\S+', words)
        # Without arguments a sentence may only speak of it.
        assert name in COMMANDS
        if arguments:
            parser().parse_args(["admin", name, *arguments])
