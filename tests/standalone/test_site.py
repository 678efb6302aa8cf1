"""API, MCP and pages as one application."""

import httpx2
import redis.asyncio
from asgi_lifespan import LifespanManager

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.mcp.settings import McpSettings
from services.standalone.site import Site
from services.web.server.settings import WebSettings

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


def _site(settings: ApiSettings) -> Site:
    return Site(settings, WebSettings(storage=settings.storage), McpSettings())


async def test_paths_lead_where_the_ingress_leads_them(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis
) -> None:
    assert await redis_client.ping()
    await database.ping()
    site = _site(settings)
    async with (
        LifespanManager(site),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(site), base_url="http://t") as http,
    ):
        assert (await http.get("/")).headers["content-type"].startswith("text/html")
        assert (await http.get("/api/v1/version")).json()["name"] == "Fractafrag"
        assert (await http.get("/api/nothing")).headers["content-type"] == "application/problem+json"
        assert (await http.get("/renders/nothing")).headers["content-type"].startswith("text/html")
        for path in ("/mcp", "/mcp/readonly"):
            accept = {"Accept": "application/json, text/event-stream", "Host": "localhost"}
            answer = await http.post(path, json=HELLO, headers=accept)
            assert '"serverInfo"' in answer.text, answer.text
        assert (await http.get("/mcp-and-more")).headers["content-type"].startswith("text/html")
        assert (await http.get("/readyz")).json()["status"] == "ok"
        assert "http_requests_total" in (await http.get("/metrics")).text


async def test_one_request_id_goes_through_page_and_api(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis
) -> None:
    assert await redis_client.ping()
    await database.ping()
    site = _site(settings)
    async with (
        LifespanManager(site),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(site), base_url="http://t") as http,
    ):
        answer = await http.get("/", headers={"X-Request-ID": "from-outside-1"})
    assert answer.headers.get_list("x-request-id") == ["from-outside-1"]
