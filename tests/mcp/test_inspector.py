"""The official Inspector's command line looks at the real service; `--strict` fails on schemas that trip clients."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.mcp.conftest import Service

INSPECTOR = Path(__file__).parent / "node" / "node_modules" / ".bin" / "mcp-inspector"


async def _inspect(url: str, method: str, *arguments: str, folder: Path) -> Any:
    """What the Inspector prints, as JSON."""
    node = Path(sys.executable).parent
    process = await asyncio.create_subprocess_exec(
        str(INSPECTOR),
        *("--cli", url, "--transport", "http", "--method", method),
        *arguments,
        cwd=folder,
        env={**os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    assert process.returncode == 0, complained.decode()[-4000:] + said.decode()[-2000:]
    return json.loads(said)


@pytest.mark.parametrize("path", ["/mcp", "/mcp/readonly"])
async def test_no_schema_trips_a_client(path: str, service: Service, tmp_path: Path) -> None:
    header = f"Authorization: Bearer {await service.key('read', 'write')}"
    listed = await _inspect(service.url + path, "tools/list", "--strict", "--header", header, folder=tmp_path)
    names = {tool["name"] for tool in listed["tools"]}
    assert ("publish_shader" in names) == (path == "/mcp"), names
    assert "search_shaders" in names


async def test_it_calls_a_tool_and_reads_a_resource(service: Service, tmp_path: Path) -> None:
    called = await _inspect(
        service.mcp, "tools/call", "--tool-name", "search_shaders", "--tool-arg", "query=rain", folder=tmp_path
    )
    assert called.get("isError") is not True
    read = await _inspect(service.mcp, "resources/read", "--uri", "guide://dialects", folder=tmp_path)
    assert "mainImage" in read["contents"][0]["text"]
