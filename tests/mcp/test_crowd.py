"""Fifty agents at once, each with a client of its own."""

import asyncio

import pytest

from tests.factories import SOURCE
from tests.mcp.agent import connected
from tests.mcp.conftest import Service


@pytest.mark.slow
async def test_fifty_agents_at_once(service: Service) -> None:
    keys = [await service.key("read", "write") for _ in range(5)]

    async def work(number: int) -> tuple[str, str]:
        title = f"Agent {number}"
        mode = "legacy" if number % 5 == 0 else "2026-07-28"
        async with connected(service.mcp, keys[number % 5], mode=mode) as agent:
            draft = (await agent.ok("create_shader_draft", source=SOURCE, title=title)).data["id"]
            found = (await agent.ok("get_shader", shader_id=draft)).data
            await agent.ok("search_shaders", query="agent")
            await agent.ok("validate_shader", source=SOURCE)
            return title, found["title"]

    answers = await asyncio.gather(*(work(number) for number in range(50)))
    assert all(asked == found for asked, found in answers)
    works = (await service.ada.get("/api/v1/users/ada/shaders", params={"limit": 100})).json()["items"]
    assert len({work["id"] for work in works}) == 50
