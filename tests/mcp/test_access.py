"""Who may do what: scopes, revoked keys, read-only addresses, headers that choose tools, foreign hosts and origins."""

from typing import Any

import httpx2
import pytest
import redis.asyncio

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.renders.settings import RendererClientSettings
from tests.factories import SOURCE
from tests.fixtures.fake_renderer import FakeRenderer
from tests.mcp.agent import connected
from tests.mcp.conftest import Service, running
from tests.mcp.test_schemas import READ, WRITE

VISITOR = ["search_shaders", "get_trending", "similar_shaders", "get_shader", "get_job", "list_desires", "get_desire"]
VISITOR += ["get_bounty"]
_META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


async def post(
    url: str, method: str = "tools/list", headers: dict[str, str] | None = None, **params: Any
) -> httpx2.Response:
    """A bare request of the present protocol."""
    given = {
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": method,
        **(headers or {}),
    }
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": _META}}
    async with httpx2.AsyncClient() as client:
        return await client.post(url, json=message, headers=given)


async def tools_with(url: str, key: str | None = None, **headers: str) -> set[str]:
    """The tools that a caller sees; underscores of headers' names are dashes."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    async with connected(url, key, headers=given) as agent:
        return set(await agent.tools())


async def test_a_visitor_reads(service: Service) -> None:
    async with connected(service.mcp) as agent:
        assert sorted(await agent.tools()) == sorted(VISITOR)
        assert (await agent.ok("search_shaders")).data == {"items": []}
        refusal = await agent.refused("publish_shader", source=SOURCE, title="A")
        assert refusal["code"] == "unauthorized"
        assert "Authorization: Bearer ff_live_" in refusal["change"]


async def test_a_key_that_may_read_does_not_write(service: Service) -> None:
    key = await service.key("read")
    async with connected(service.mcp, key) as agent:
        assert sorted(await agent.tools()) == sorted(READ)
        for tool, arguments in (
            ("create_shader_draft", {"source": SOURCE, "title": "A"}),
            ("publish_shader", {"source": SOURCE, "title": "A"}),
            ("fork_shader", {"shader_id": "7YkQm2Xb4Ra"}),
        ):
            refusal = await agent.refused(tool, **arguments)
            assert (refusal["code"], refusal["scope"]) == ("missing_scope", "write")
    assert (await service.ada.get("/api/v1/users/ada/shaders")).json()["items"] == []


async def test_a_key_that_may_write_may_read(service: Service) -> None:
    assert await tools_with(service.mcp, await service.key("write")) == {*READ, *WRITE} - {"pledge"}
    assert await tools_with(service.mcp, await service.key("write", "bounty")) == {*READ, *WRITE}


async def test_a_revoked_key_is_dead_at_once_and_then_at_the_door(service: Service) -> None:
    made = await service.made_key("read", "write")
    async with connected(service.mcp, made["key"]) as agent:
        await agent.ok("validate_shader", source=SOURCE)
        assert (await service.ada.delete(f"/api/v1/keys/{made['id']}")).status_code == 204
        refusal = await agent.refused("validate_shader", source=SOURCE)
        assert refusal["code"] == "invalid_token"
        assert "revoked" in refusal["message"]
    answer = await post(service.mcp, headers={"Authorization": f"Bearer {made['key']}"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token"')
    assert "revoked" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "credential", ["Bearer ff_live_" + "x" * 43, "Bearer nonsense", "Basic YTpi", "Bearer", "\u00e9"]
)
async def test_a_bad_credential_is_told_so(service: Service, credential: str) -> None:
    answer = await post(service.mcp, headers={"Authorization": credential.encode("latin-1")})  # type: ignore[dict-item]
    assert answer.status_code == 401
    assert answer.json()["error"]["data"] == {"code": "invalid_token"}
    assert credential.rsplit(maxsplit=1)[-1][:20] not in answer.text.replace("Bearer", "")


async def test_the_read_only_address_hides_what_writes(service: Service) -> None:
    key = await service.key("write")
    async with connected(f"{service.mcp}/readonly", key) as agent:
        assert sorted(await agent.tools()) == sorted(READ)
        refusal = await agent.refused("create_shader_draft", source=SOURCE, title="A")
        assert (refusal["code"], refusal["change"]) == ("read_only", "Connect to /mcp instead.")
        await agent.ok("search_shaders")


async def test_headers_choose_tools(service: Service) -> None:
    key, url = await service.key("write", "bounty"), service.mcp
    assert await tools_with(url, key, X_MCP_Toolsets="write") == set(WRITE)
    assert await tools_with(url, key, X_MCP_Toolsets="all") == {*READ, *WRITE}
    assert await tools_with(url, key, X_MCP_Tools="get_job, search_shaders") == {"get_job", "search_shaders"}
    assert await tools_with(url, key, X_MCP_Toolsets="write", X_MCP_Tools="get_job") == {*WRITE, "get_job"}
    assert await tools_with(url, key, X_MCP_Exclude_Tools="publish_shader") == {*READ, *WRITE} - {"publish_shader"}
    assert await tools_with(url, key, X_MCP_Readonly="true", X_MCP_Toolsets="write") == set()
    assert await tools_with(url, key, X_MCP_Readonly="true", X_MCP_Tools="publish_shader") == set()
    async with connected(url, key, headers={"X-MCP-Exclude-Tools": "get_job"}) as agent:
        assert (await agent.refused("get_job", job_id="render:a:1"))["code"] == "tool_excluded"


async def test_foreign_hosts_and_origins_are_turned_away(service: Service) -> None:
    assert (await post(service.mcp)).status_code == 200
    assert (await post(service.mcp, headers={"Host": "evil.example"})).status_code == 421
    assert (await post(service.mcp, headers={"Host": "localhost.evil.example:80"})).status_code == 421
    assert (await post(service.mcp, headers={"Origin": "https://evil.example"})).status_code == 403
    assert (await post(service.mcp, headers={"Origin": "null"})).status_code == 403
    assert (await post(service.mcp, headers={"Origin": "http://[::1"})).status_code == 403
    assert (await post(f"{service.mcp}/readonly", headers={"Host": "evil.example"})).status_code == 421
    assert (await post(service.mcp, headers={"Origin": "http://localhost:8000"})).status_code == 200
    assert (await post(f"{service.mcp}/")).status_code == 200


async def test_drafts_are_their_authors(service: Service) -> None:
    async with connected(service.mcp, await service.key("write")) as agent:
        draft = (await agent.ok("create_shader_draft", source=SOURCE, title="Secret")).data["id"]
        assert (await agent.ok("get_shader", shader_id=draft)).data["visibility"] == "draft"
    async with connected(service.mcp) as stranger:
        assert (await stranger.refused("get_shader", shader_id=draft))["code"] == "not_found"
        assert (await stranger.refused("get_job", job_id=f"render:{draft}:1"))["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/mcp", 405),
        ("PUT", "/mcp", 405),
        ("DELETE", "/mcp", 405),
        ("POST", "/mcp/other", 404),
        ("GET", "/", 404),
        ("GET", "/mcp/", 405),
    ],
)
async def test_other_ways_in_are_closed(service: Service, method: str, path: str, status: int) -> None:
    async with httpx2.AsyncClient(base_url=service.url) as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers.get("Allow") == ("POST" if status == 405 else None)


BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"[" * 50_000,
    b'{"jsonrpc":"2.0"}',
    b"\xff\xfe",
    b'"' + b"x" * 1_100_000 + b'"',
)


@pytest.mark.parametrize("version", ["2026-07-28", "2025-11-25"])
async def test_an_answer_is_one_document(service: Service, version: str) -> None:
    headers = {"MCP-Protocol-Version": version, "Mcp-Name": "search_shaders"}
    answer = await post(service.mcp, "tools/call", headers, name="search_shaders", arguments={})
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["result"]["structuredContent"] == {"items": []}


@pytest.mark.parametrize("version", ["2026-07-28", "2025-11-25", "1900-01-01", None])
async def test_no_body_breaks_it(service: Service, version: str | None) -> None:
    headers: dict[str, Any] = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    if version is not None:
        headers["MCP-Protocol-Version"] = version
    async with httpx2.AsyncClient() as client:
        for body in BODIES:
            answer = await client.post(service.mcp, content=body, headers=headers)
            assert 400 <= answer.status_code < 500, body[:20]
            assert "Traceback" not in answer.text


async def test_an_account_whose_address_is_not_confirmed_keeps_drafts(
    mail_settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis, fake_renderer: FakeRenderer
) -> None:
    renderer = RendererClientSettings(url=fake_renderer.url, timeout_seconds=5)
    async with (
        running(mail_settings.replace(renderer), database) as service,
        connected(service.mcp, await service.key("write")) as agent,
    ):
        draft = (await agent.ok("create_shader_draft", source=SOURCE, title="Tide")).data["id"]
        for arguments in ({"shader_id": draft}, {"source": SOURCE, "title": "Tide"}):
            refusal = await agent.refused("publish_shader", **arguments)
            assert refusal["code"] == "address_unverified"
            assert "draft" in refusal["change"]
