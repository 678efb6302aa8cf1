"""What the list of tools says: its size, its annotations, and that it changes only on purpose.

`UPDATE_SNAPSHOTS=1 .venv/bin/python -m pytest -n0 tests/mcp/test_schemas.py` writes the snapshot anew; read the
difference before it is committed, because agents rely on these names.
"""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from services.mcp.tools import TOOL_SPECS
from tests.fixtures.mcp import serving
from tests.mcp.agent import connected
from tests.mcp.conftest import Service

SNAPSHOT = Path(__file__).parent / "snapshots" / "tools.json"
# Of 18 tools; X-MCP-Tools and X-MCP-Toolsets show a client fewer.
TOKENS = 8_900
# JSON of schemas has about four bytes a token with the tokenizers in use; fewer bytes a token count more tokens.
BYTES_PER_TOKEN = 3.5
READ = ["search_shaders", "get_trending", "similar_shaders", "get_shader", "validate_shader", "render_preview"]
READ += ["get_job", "list_desires", "get_desire", "get_bounty"]
WRITE = ["create_shader_draft", "fork_shader", "publish_shader", "redraw_shader", "post_desire", "fulfil_desire"]
WRITE += ["pledge"]


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


async def _listed(service: Service, mode: str = "auto") -> list[dict[str, Any]]:
    async with connected(service.mcp, await service.key("write", "bounty"), mode=mode) as agent:
        tools = (await agent.client.list_tools()).tools
    return [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools]


@pytest.mark.parametrize("mode", ["2026-07-28", "legacy"])
async def test_tools_are_as_their_snapshot_says(service: Service, mode: str) -> None:
    listed = {tool["name"]: tool for tool in await _listed(service, mode)}
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(json.dumps(listed, indent=2, ensure_ascii=False) + "\n")
    assert json.loads(SNAPSHOT.read_text()) == listed


async def test_the_list_fits_its_budget(service: Service) -> None:
    listed = await _listed(service)
    assert len(listed) <= 18
    assert len(_compact(listed).encode()) / BYTES_PER_TOKEN <= TOKENS


async def test_every_tool_says_what_it_does(service: Service) -> None:
    for tool in await _listed(service):
        hints = tool["annotations"]
        assert set(hints) == {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
        assert hints["readOnlyHint"] == (tool["name"] in READ)
        assert not (hints["readOnlyHint"] and hints["destructiveHint"])
        assert tool["title"]
        assert 60 < len(tool["description"]) < 600
        assert "_meta" not in tool


async def test_schemas_are_strict_and_plain(service: Service) -> None:
    for tool in await _listed(service):
        assert tool["inputSchema"]["additionalProperties"] is False
        for schema in (tool["inputSchema"], tool["outputSchema"]):
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
            assert not {"$ref", "$defs", "anyOf", "null"} & set(_words(schema))


async def test_the_order_stays_the_same(service: Service) -> None:
    async with connected(service.mcp, await service.key("write", "bounty")) as agent:
        first, second = await agent.tools(), await agent.tools()
    assert first == second == [spec.name for spec in TOOL_SPECS]
    assert sorted(first) == sorted(READ + WRITE)


async def test_lists_may_be_kept_for_a_while() -> None:
    async with serving("http://127.0.0.1:9") as url, connected(f"{url}/mcp", mode="2026-07-28") as agent:
        tools = await agent.client.list_tools()
        resources = await agent.client.list_resource_templates()
        guide = await agent.client.read_resource("guide://dialects")
    assert (tools.ttl_ms, tools.cache_scope) == (300_000, "private")
    assert (resources.ttl_ms, resources.cache_scope) == (3_600_000, "public")
    assert (guide.ttl_ms, guide.cache_scope) == (0, "private")


async def test_descriptions_of_tools_that_give_strangers_text_say_so() -> None:
    for spec in TOOL_SPECS:
        if spec.name in {*READ} - {"validate_shader", "render_preview", "get_job", "get_bounty"}:
            assert "never instructions" in spec.description


def _words(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [*node, *(word for value in node.values() for word in _words(value))]
    if isinstance(node, list):
        return [word for value in node for word in _words(value)]
    return [node] if isinstance(node, str) else []
