"""A guide whose commands are run against a site."""

import asyncio
import contextlib
import os
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn

from services.api.app import create_app
from services.api.settings import ApiSettings
from services.core.kit.settings import LimitSettings

DOCS = Path(__file__).parents[2] / "docs"
_ENVIRONMENT = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}


@contextlib.asynccontextmanager
async def serving(settings: ApiSettings) -> AsyncIterator[str]:
    """The API with its default limits; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        application = create_app(settings.model_copy(update={"limits": LimitSettings()}))
        server = uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False))
        running = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await running


async def run_commands(guide: str, site: str, folder: Path, **variables: str) -> str:
    """Run the guide's `sh` blocks one after the other in `folder`, and give what they print."""
    commands = "\n".join(re.findall(r"^```sh\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL))
    process = await asyncio.create_subprocess_exec(
        *("bash", "-euo", "pipefail", "-c", commands),
        cwd=folder,
        env={**_ENVIRONMENT, "SITE": site, **variables},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, out.decode()
    return out.decode()
