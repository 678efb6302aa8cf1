"""A guide whose commands are run against a site."""

import asyncio
import contextlib
import importlib
import os
import pkgutil
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType

import uvicorn
from fastapi import APIRouter

from services.api.app import create_app
from services.api.settings import ApiSettings
from services.core.kit.errors import FractafragError
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


def codes_of(domain: ModuleType) -> set[str]:
    """The codes of all errors that a domain defines."""
    found = set()
    for module in pkgutil.iter_modules(domain.__path__, f"{domain.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, FractafragError) and value.__module__ == module.name:
                found.add(value.code)
    return found


def unshown(router: APIRouter, guide: str) -> list[str]:
    """The routes whose last word the guide does not have."""
    paths = [str(getattr(route, "path", "")) for route in router.routes]
    return [path for path in paths if not (last := path.rpartition("/")[2]).startswith("{") and last not in guide]
