"""docs/mcp.md: what it shows to be put into a file is well-formed, and what it shows to be run, runs."""

import asyncio
import json
import os
import re
import sys
import tomllib
from pathlib import Path

from services.mcp.resources import GUIDES
from services.mcp.tools import TOOL_SPECS
from tests.factories import make_shader, make_user
from tests.mcp.conftest import Service

GUIDE = (Path(__file__).parents[2] / "docs" / "mcp.md").read_text()
URL = "https://fractafrag.example/mcp"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


async def _run(*command: str, url: str, key: str) -> str:
    environment = {"PATH": os.environ["PATH"], "FRACTAFRAG_KEY": key, "FRACTAFRAG_MCP": url}
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, out.decode()
    return out.decode()


def test_files_of_clients_are_well_formed() -> None:
    files = [json.loads(block) for block in _blocks("json")]
    assert len(files) == 2
    for file in files:
        [server] = file["mcpServers"].values()
        assert URL in (server.get("url"), *server.get("args", []))
        assert "Authorization" in json.dumps(server)
    [codex] = [tomllib.loads(block) for block in _blocks("toml")]
    assert codex["mcp_servers"]["fractafrag"]["url"] == URL
    [claude] = _blocks("text")
    assert URL in claude


def test_it_names_every_tool_with_its_scope() -> None:
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| (nothing|`read`|`write`|`bounty`) \|", GUIDE, re.MULTILINE)
    named = {name: scope.strip("`") for names, scope in rows for name in re.findall(r"`(\w+)`", names)}
    assert named == {spec.name: spec.scope or "nothing" for spec in TOOL_SPECS}
    assert all(f"guide://{name}" in GUIDE for name in GUIDES)


async def test_the_python_example_runs(studio: Service, tmp_path: Path) -> None:
    [program] = _blocks("python")
    (tmp_path / "example.py").write_text(program)
    key = await studio.key("write")
    said = await _run(sys.executable, str(tmp_path / "example.py"), url=studio.mcp, key=key)
    assert "publish_shader" in said
    assert '"ok":true' in said
    assert said.rstrip().endswith("image")


async def test_the_curl_example_runs(service: Service) -> None:
    async with service.database.write() as session:
        work = (await make_shader(session, author=await make_user(session), title="Water")).id
    [command] = _blocks("sh")
    answer = json.loads(
        await _run("bash", "-euo", "pipefail", "-c", command, url=service.mcp, key=await service.key("read"))
    )
    assert [row["id"] for row in answer["result"]["structuredContent"]["items"]] == [work]
