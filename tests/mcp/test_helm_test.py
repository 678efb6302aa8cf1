"""The chart's test of the MCP service, against one that runs here."""

import asyncio
import os
import sys
from pathlib import Path

from tests.fixtures.mcp import serving
from tests.mcp.conftest import Service

SCRIPT = Path(__file__).parents[2] / "charts" / "fractafrag" / "files" / "tests" / "mcp_handshake.py"


async def run(mcp_url: str, **more: str) -> tuple[int, str]:
    """How it ends, and all that it says."""
    places = {"MCP_URL": mcp_url, "API_URL": "http://127.0.0.1:1", "WEB_URL": "http://127.0.0.1:1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        SCRIPT,
        env={"PATH": os.environ["PATH"], **places, **more},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_it_passes_where_all_is_well(service: Service) -> None:
    code, said = await run(service.url, THROUGH_SERVICE="yes")
    assert code == 0, said
    assert [line.partition(":")[0] for line in said.splitlines()] == ["ok"] * 4, said
    assert "2026-07-28: " in said
    assert "2025-11-25: " in said


async def test_it_uses_the_name_that_visitors_use(service: Service) -> None:
    async with serving(service.api_url, allowed_hosts="shaders.example") as url:
        assert (await run(url, PUBLIC_HOST="shaders.example"))[0] == 0
        code, said = await run(url, PUBLIC_HOST="elsewhere.example")
    assert code == 1
    assert "421" in said


async def test_it_fails_where_tools_find_nothing() -> None:
    async with serving("http://127.0.0.1:1") as url:
        code, said = await run(url)
    assert code == 1
    assert "get_trending" in said
