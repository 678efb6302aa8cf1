"""API, MCP and pages as one application."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
import redis.asyncio
from asgi_lifespan import LifespanManager
from starlette.routing import Route

from services.api.app import create_app as create_api
from services.api.routing import methods_at, routes_of
from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.mcp.settings import McpSettings
from services.standalone.site import Site
from services.web.server.app import create_app as create_web
from services.web.server.settings import WebSettings
from tests.fixtures.ports import on_a_port

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
        httpx2.AsyncClient(transport=httpx2.ASGITransport(site), base_url="http://localhost") as http,
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
        httpx2.AsyncClient(transport=httpx2.ASGITransport(site), base_url="http://localhost") as http,
    ):
        answer = await http.get("/", headers={"X-Request-ID": "from-outside-1"})
    assert answer.headers.get_list("x-request-id") == ["from-outside-1"]


# Of each kind of parameter, something that can be one.
VALUES = {"number": "1", "version": "1"} | dict.fromkeys(
    ("key_id", "session_id", "identity_id", "order_id", "passkey_id"), "0" * 32
)


def _paths(settings: ApiSettings) -> Iterator[str]:
    for context in routes_of(create_api(settings)):
        yield str(context.path)
    for route in create_web(WebSettings(storage=settings.storage)).routes:
        if isinstance(route, Route):
            yield route.path
    yield from ("/api/openapi.json", "/mcp", "/mcp/readonly", "/nothing", "/api/nothing")


def _filled(path: str) -> str:
    return re.sub(r"{(\w+)(?::\w+)?}", lambda match: VALUES.get(match[1], "x"), path)


@pytest.fixture
async def url(settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis) -> AsyncIterator[str]:
    """The site on a port."""
    assert await redis_client.ping()
    await database.ping()
    async with on_a_port(_site(settings)) as found:
        yield found


async def test_head_is_answered_at_every_address_on_a_connection_that_goes_on(
    url: str, settings: ApiSettings, caplog: pytest.LogCaptureFixture
) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for path in map(_filled, _paths(settings)):
        writer.write(f"HEAD {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
        assert re.match(rb"HTTP/1\.1 [234]\d\d ", head), (path, head)
    writer.close()
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_405_names_all_that_may_be_done_there(url: str, settings: ApiSettings) -> None:
    app = create_api(settings)
    async with httpx2.AsyncClient(base_url=url) as http:
        for path in {_filled(str(context.path)) for context in routes_of(app)}:
            there = methods_at(app, path)
            absent = next(method for method in ("PUT", "PATCH", "DELETE", "POST") if method not in there)
            answer = await http.request(absent, path, json={})
            assert (answer.status_code, answer.headers.get("allow")) == (405, ", ".join(there)), path
        current = await http.delete("/api/v1/keys/current")
    assert (current.status_code, current.headers["allow"]) == (405, "GET, HEAD")
    assert methods_at(app, "/api/v1/keys") == ["GET", "HEAD", "POST"]


async def test_it_answers_to_its_own_names_only(url: str) -> None:
    async with httpx2.AsyncClient(base_url=url) as http:
        for path in ("/", "/api/v1/feed", "/mcp", "/renders/nothing"):
            refused = await http.get(path, headers={"Host": "evil.example"})
            assert (refused.status_code, refused.json()["code"]) == (421, "unknown_host")
        assert (await http.get("/api/v1/feed", headers={"Host": "192.168.1.5:8000"})).status_code == 200
        assert (await http.get("/metrics", headers={"X-Forwarded-For": "10.0.0.1"})).status_code == 404
        assert "http_requests_total" in (await http.get("/metrics")).text


async def test_no_redirect_names_the_host_that_was_asked_for(url: str, settings: ApiSettings) -> None:
    async with httpx2.AsyncClient(base_url=url) as http:
        for path in map(_filled, _paths(settings)):
            answer = await http.get(
                path.rstrip("/") + "/", headers={"Host": "192.168.1.5:8000"}, follow_redirects=False
            )
            assert "192.168.1.5" not in answer.headers.get("location", ""), path
