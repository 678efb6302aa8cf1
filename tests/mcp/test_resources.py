"""Resources and prompts, and guides whose shaders work."""

import json
import re
from typing import Any

import pytest
from mcp.shared.exceptions import MCPError

from services.mcp.resources import GUIDES, guide
from services.mcp.tools import TOOL_SPECS
from tests.factories import SOURCE, make_shader, make_user
from tests.fixtures.renderer import RendererProcess
from tests.mcp.agent import Agent, connected
from tests.mcp.conftest import Service

_BLOCKS = [
    (name, dialect, source)
    for name in GUIDES
    for dialect, source in re.findall(r"```glsl ([\w-]+)\n(.*?)```", guide(name), re.DOTALL)
]


async def _text(agent: Agent, uri: str) -> tuple[str, str]:
    [content] = (await agent.client.read_resource(uri)).contents
    return str(getattr(content, "text", "")), str(content.mime_type)


@pytest.mark.parametrize("mode", ["2026-07-28", "legacy"])
async def test_works_are_resources(service: Service, mode: str) -> None:
    async with service.database.write() as session:
        work = (await make_shader(session, author=await make_user(session), title="Tide pool")).id
    async with connected(service.mcp, mode=mode) as agent:
        templates = (await agent.client.list_resource_templates()).resource_templates
        assert [template.uri_template for template in templates] == [
            "shader://{shader_id}",
            "shader://{shader_id}/source",
            "shader://{shader_id}/versions/{number}",
        ]
        text, kind = await _text(agent, f"shader://{work}")
        found = json.loads(text)
        assert (found["title"], found["source"], kind) == ("Tide pool", SOURCE, "application/json")
        assert await _text(agent, f"shader://{work}/source") == (SOURCE, "text/x-glsl")
        text, _ = await _text(agent, f"shader://{work}/versions/1")
        assert (json.loads(text)["version"], json.loads(text)["source"]) == (1, SOURCE)


@pytest.mark.parametrize(
    "uri",
    [
        "shader://AAAAAAAAAAA",
        "shader://AAAAAAAAAAA/source",
        "shader://AAAAAAAAAAA/versions/1",
        "shader://AAAAAAAAAAA/versions/x",
        "shader://AAAAAAAAAAA/versions/0",
        "shader://..%2F..%2Fhealthz",
        "shader://a%20b",
        "guide://nothing",
        "file:///etc/passwd",
    ],
)
async def test_what_is_not_there_is_not_found(service: Service, uri: str) -> None:
    async with connected(service.mcp, mode="2026-07-28") as agent:
        with pytest.raises(MCPError) as caught:
            await agent.client.read_resource(uri)
    assert caught.value.error.code == -32602


async def test_a_dead_key_and_a_draft_are_refused(service: Service) -> None:
    made = await service.made_key("write")
    async with connected(service.mcp, made["key"]) as agent:
        draft = (await agent.ok("create_shader_draft", source=SOURCE, title="Mine")).data["id"]
        assert (await _text(agent, f"shader://{draft}/source"))[0] == SOURCE
        await service.ada.delete(f"/api/v1/keys/{made['id']}")
        with pytest.raises(MCPError, match="revoked"):
            await agent.client.read_resource(f"shader://{draft}")
    async with connected(service.mcp) as stranger:
        with pytest.raises(MCPError):
            await stranger.client.read_resource(f"shader://{draft}")


async def test_guides_are_there_and_name_what_exists(service: Service) -> None:
    names = {spec.name for spec in TOOL_SPECS}
    async with connected(service.mcp) as agent:
        listed = (await agent.client.list_resources()).resources
        assert sorted(str(resource.uri) for resource in listed) == sorted(f"guide://{name}" for name in GUIDES)
        for name in GUIDES:
            text, kind = await _text(agent, f"guide://{name}")
            assert (text, kind) == (guide(name), "text/markdown")
            assert len(text.encode()) < 8_000
            assert set(re.findall(r"`(\w+_(?:shader|shaders|preview|draft|job))`", text)) <= names


@pytest.mark.parametrize(("name", "dialect", "source"), _BLOCKS, ids=[f"{block[0]} {block[1]}" for block in _BLOCKS])
def test_shaders_of_the_guides_compile(renderer: RendererProcess, name: str, dialect: str, source: str) -> None:
    answer: dict[str, Any] = renderer.compile(source).json()
    assert (answer["ok"], answer["dialect"], answer["errors"]) == (True, dialect, [])


async def test_prompts(service: Service) -> None:
    names = {spec.name for spec in TOOL_SPECS}
    async with connected(service.mcp) as agent:
        prompts = (await agent.client.list_prompts()).prompts
        assert [prompt.name for prompt in prompts] == ["write_shader", "remix_shader"]
        written = await agent.client.get_prompt("write_shader", {"idea": "rain on {neon}"})
        remixed = await agent.client.get_prompt("remix_shader", {"shader_id": "7YkQm2Xb4Ra", "change": "slower"})
    for prompt, words in ((written, "rain on {neon}"), (remixed, "7YkQm2Xb4Ra")):
        [message] = prompt.messages
        text = str(getattr(message.content, "text", ""))
        assert words in text
        assert set(re.findall(r"\b(\w+_(?:shader|shaders|preview|draft|job))\b", text)) <= names
