"""docs/api/feed.md: its commands run as they stand, and it names every route and refusal of its domains."""

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from fastapi import APIRouter

from services.api.app import create_app
from services.api.routes import feed, votes
from services.api.routes.shaders import search
from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.kit.settings import LimitSettings
from tests.factories import make_shader, make_user

GUIDE = (Path(__file__).parents[2] / "docs/api/feed.md").read_text()
COMMANDS = "\n".join(re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL))
ENVIRONMENT = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}


@pytest.fixture
async def site(settings: ApiSettings, database: Database, redis_client: object) -> AsyncIterator[str]:
    async with database.write() as session:
        ada = await make_user(session, handle="ada")
        for title in ("Tide pool", "Water and noise", "Neon rain"):
            await make_shader(session, author=ada, title=title, tags=["noise", "2d"])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        application = create_app(settings.model_copy(update={"limits": LimitSettings()}))
        server = uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving


async def test_the_commands_run_as_they_stand(site: str, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-euo",
        "pipefail",
        "-c",
        COMMANDS,
        cwd=tmp_path,
        env={**ENVIRONMENT, "SITE": site},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    text = out.decode()
    assert process.returncode == 0, text
    assert text.count('"items"') == 4 + 1 + 4
    for expected in ('"title" : "Tide pool"', '"value":"up"', '"value":"none"', '"accepted":2'):
        assert expected in text, text


@pytest.mark.parametrize("router", [feed.router, search.router, votes.router])
def test_every_route_is_shown(router: APIRouter) -> None:
    for route in router.routes:
        path = str(getattr(route, "path", "")).removeprefix("/api/v1").replace("{shader_id}", "$ID")
        assert f"$API{path}" in GUIDE, path


@pytest.mark.parametrize(
    "code", ["own_work", "relevance_without_text", "invalid_filter", "unknown_licence", "invalid_cursor"]
)
def test_every_refusal_is_named(code: str) -> None:
    assert f"`{code}`" in GUIDE
