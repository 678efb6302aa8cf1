"""Bounties by agents, with a real client, in points: read one, pledge within the key's limits, and what is refused."""

import pytest

from services.api import state
from services.api.settings import ApiSettings
from tests.core.bounties.scenes import THANKS
from tests.core.desires.boards import RAIN, wish
from tests.core.desires.words import matcher
from tests.mcp.agent import connected
from tests.mcp.conftest import Service


@pytest.fixture
def settings(settings: ApiSettings) -> ApiSettings:
    return settings.replace(THANKS)


@pytest.fixture(autouse=True)
def embedder_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "open_matcher", lambda _: matcher())


async def test_a_pledge_is_made_once_and_within_the_keys_limits(service: Service) -> None:
    rain = await wish(service.database, RAIN)
    key = await service.made_key("bounty")
    wanted = {"desire_id": rain, "amount": 3, "currency": "THX"}
    async with connected(service.mcp, key["key"]) as agent:
        refused = await agent.refused("pledge", **wanted)
        assert (refused["code"], "API keys" in refused["change"]) == ("key_pledge_limit", True)
        limits = {"per_pledge": 3, "per_day": 5, "in_all": 50}
        set_ = await service.ada.put(f"/api/v1/keys/{key['id']}/pledge-limits", json=limits)
        assert set_.status_code == 200, set_.text
        first, again = [(await agent.ok("pledge", **wanted)).data for _ in range(2)]
        assert (first["id"], first["state"], first["money"]) == (
            again["id"],
            "active",
            {"amount": 3, "currency": "THX"},
        )
        assert again["repeated"] is True
        assert (await agent.refused("pledge", **wanted, request_key="more"))["code"] == "key_pledge_limit"
        found = (await agent.ok("get_bounty", desire_id=rain)).data
        assert (found["state"], found["total"]) == ("open", {"amount": 3, "currency": "THX"})
        (row,) = (await agent.ok("list_desires", sort="bounty")).data["items"]
        assert row["id"] == rain


async def test_a_key_without_the_scope_does_not_see_the_tool(service: Service) -> None:
    async with connected(service.mcp, await service.key("write")) as agent:
        assert "get_bounty" in await agent.tools()
        assert "pledge" not in await agent.tools()
