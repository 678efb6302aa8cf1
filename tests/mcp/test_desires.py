"""Desires by agents, with a real client: find, read, post and answer one."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from services.api import state
from services.core.accounts.models import User
from services.core.desires import processing
from services.core.desires.models import Desire, Fulfilment
from tests.core.desires.boards import FIRE, LIKE_RAIN, RAIN, wish
from tests.core.desires.words import matcher
from tests.factories import make_shader
from tests.mcp.agent import connected
from tests.mcp.conftest import Service


@pytest.fixture(autouse=True)
def embedder_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "open_matcher", lambda _: matcher())


async def work_of_ada(service: Service, **fields: Any) -> str:
    async with service.database.write() as session:
        ada = (await session.scalars(select(User).where(col(User.handle) == "ada"))).one()
        return (await make_shader(session, author=ada, **fields)).id


async def test_a_wish_is_found_read_and_answered(service: Service) -> None:
    rain, _, fire = [await wish(service.database, each) for each in (RAIN, LIKE_RAIN, FIRE)]
    work = await work_of_ada(service, title="Wet glass")
    async with connected(service.mcp, await service.key("write")) as agent:
        listed = (await agent.ok("list_desires")).data["items"]
        assert [(row["id"], row["people"]) for row in listed] == [(rain, 2), (fire, 1)]
        (like,) = (await agent.ok("list_desires", like="rain on a neon window")).data["items"]
        named = (await agent.ok("list_desires", words="neon windows")).data["items"]
        assert like["id"] in [each["id"] for each in named]
        assert (await agent.ok("list_desires", words="nothing of it")).data["items"] == []
        assert (like["id"], like["cluster"]) == (rain, listed[0]["cluster"])
        read = (await agent.ok("get_desire", desire_id=rain)).data
        assert (read["prompt"], read["wordings"], read["fulfilments"]) == (RAIN, [LIKE_RAIN], [])
        answers = [(await agent.ok("fulfil_desire", desire_id=rain, shader_id=work)).data for _ in range(2)]
        assert answers[0] == answers[1]
        assert answers[0]["state"] == "submitted"
        (made,) = (await agent.ok("get_desire", desire_id=rain)).data["fulfilments"]
        assert (made["shader_id"], made["title"], made["author"]) == (work, "Wet glass", "ada")
    async with service.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Fulfilment)) == 1


async def test_a_wish_is_posted_once_and_shows_like_ones(service: Service) -> None:
    rain = await wish(service.database, RAIN)
    async with connected(service.mcp, await service.key("write")) as agent:
        first, again = [(await agent.ok("post_desire", prompt=LIKE_RAIN)).data for _ in range(2)]
        assert (again["id"], again["repeated"]) == (first["id"], True)
        assert [row["id"] for row in first["similar"]] == [rain]
        joined = (await agent.ok("post_desire", prompt=FIRE, join=first["similar"][0]["cluster"])).data
        assert first["url"].endswith(f"/desires/{first['id']}")
        await processing.process(service.database, matcher(), joined["id"])
        assert (await agent.ok("get_desire", desire_id=joined["id"])).data["people"] == 2
    async with service.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Desire)) == 3


async def test_what_is_refused_says_what_to_change(service: Service) -> None:
    rain = await wish(service.database, RAIN)
    draft = await work_of_ada(service, visibility="draft")
    async with connected(service.mcp, await service.key("write")) as agent:
        refused = await agent.refused("fulfil_desire", desire_id=rain, shader_id=draft)
        assert (refused["code"], "publish_shader" in refused["change"]) == ("not_published", True)
        assert (await agent.refused("post_desire", prompt="short"))["code"] == "invalid_arguments"
        assert (await agent.refused("post_desire", prompt=RAIN, licence="mine"))["code"] == "unknown_licence"
        assert (await agent.refused("get_desire", desire_id="nothing"))["code"] == "not_found"
    async with connected(service.mcp, await service.key("read")) as agent:
        assert (await agent.refused("post_desire", prompt=RAIN))["code"] == "missing_scope"
    async with connected(service.mcp) as agent:
        assert len((await agent.ok("list_desires")).data["items"]) == 1
        assert (await agent.refused("fulfil_desire", desire_id=rain, shader_id=draft))["code"] == "unauthorized"


async def test_results_are_small_whatever_people_write(service: Service) -> None:
    wave = "\U0001f30a" * 490
    ids = await asyncio.gather(*(wish(service.database, f"{wave} {number}") for number in range(14)))
    async with connected(service.mcp) as agent:
        for row in (await agent.ok("list_desires", sort="new")).data["items"]:
            assert len(json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode()) <= 200
        assert (await agent.ok("get_desire", desire_id=ids[0])).data["prompt"].startswith(wave)
