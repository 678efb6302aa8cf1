"""What tells programs where to go: it is built from the settings, says what is true, and may be read by all."""

import json
import re
from typing import Any
from urllib.robotparser import RobotFileParser

import httpx2
import pytest
from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Route

from services.api.settings import ApiSettings
from services.core.kit.settings import SiteSettings
from services.core.kit.version import VERSION
from services.mcp.app import create_app as create_mcp
from services.mcp.settings import McpSettings
from services.web.server.app import create_app
from services.web.server.for_agents import CARD_PATH, CATALOGUE_PATH, PROTOCOL_VERSIONS
from services.web.server.settings import WebSettings

URL = "https://shaders.example.org"
META = "io.modelcontextprotocol/"


@pytest.fixture
def settings(settings: ApiSettings) -> ApiSettings:
    return settings.model_copy(update={"site": SiteSettings(public_url=f"{URL}/", name="Glow\nworm")})


async def card_of(application: Starlette) -> dict[str, Any]:
    """The card that this application serves."""
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(application), base_url=URL) as opened:
        card: dict[str, Any] = (await opened.get(CARD_PATH)).json()
        return card


async def answered(service: Starlette, version: str, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """What a running MCP service answers by this revision of the protocol."""
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
    headers = {
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": version,
        "Mcp-Method": method,
    }
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(service), base_url=URL) as opened:
        text = (await opened.post("/mcp", json=message, headers=headers)).text
    result: dict[str, Any] = json.loads(text[text.index("{") :])["result"]
    return result


class TestLlms:
    async def test_it_names_the_site_and_its_addresses(self, web: httpx2.AsyncClient) -> None:
        answer = await web.get("/llms.txt")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.text.startswith("# Glow worm\n\n> ")
        for address in ("/mcp", "/mcp/readonly", "/api/openapi.json", CARD_PATH):
            assert f"({URL}{address})" in answer.text
        assert "{" not in answer.text
        assert len(answer.text) < 4_000

    async def test_every_address_of_the_api_is_one(self, web: httpx2.AsyncClient, app: FastAPI) -> None:
        text = (await web.get("/llms.txt")).text
        paths = {re.sub(r"\{\w+\}", "ID", path) for path in app.openapi()["paths"]} | {"/api/openapi.json"}
        named = set(re.findall(rf"{URL}(/api/[^)`\s:]*)", text))
        assert len(named) >= 5
        assert named <= paths
        for last in re.findall(r"`/(\w+)`", text):
            assert f"/api/v1/shaders/ID/{last}" in paths

    async def test_what_it_links_to_is_there(self, web: httpx2.AsyncClient, client: httpx2.AsyncClient) -> None:
        for address in re.findall(rf"\({URL}(/[^)]*)\)", (await web.get("/llms.txt")).text):
            if not address.startswith("/mcp"):
                asked = client if address.startswith("/api/") else web
                assert (await asked.get(address)).status_code == 200, address


class TestCard:
    async def test_it_is_a_server_card(self, web: httpx2.AsyncClient) -> None:
        answer = await web.get(CARD_PATH, headers={"Accept": "application/mcp-server-card+json"})
        assert answer.headers["content-type"] == "application/mcp-server-card+json"
        card = answer.json()
        assert card["$schema"] == "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json"
        assert (card["name"], card["title"]) == ("org.example.shaders/fractafrag", "Glow worm")
        assert (card["version"], card["websiteUrl"]) == (VERSION, URL)
        assert 1 <= len(card["description"]) <= 100
        (remote,) = card["remotes"]
        assert (remote["type"], remote["url"]) == ("streamable-http", f"{URL}/mcp")
        (header,) = remote["headers"]
        assert (header["name"], header["isSecret"], header["isRequired"]) == ("Authorization", True, False)
        icon = httpx2.URL(card["icons"][0]["src"])
        assert (await web.get(icon.path)).headers["content-type"] == card["icons"][0]["mimeType"]

    async def test_the_catalogue_leads_to_it(self, web: httpx2.AsyncClient) -> None:
        answer = await web.get(CATALOGUE_PATH)
        assert answer.headers["content-type"] == "application/ai-catalog+json"
        assert answer.json()["specVersion"] == "1.0"
        (entry,) = answer.json()["entries"]
        assert entry["identifier"] == "urn:air:shaders.example.org:mcp:fractafrag"
        assert entry["type"] == "application/mcp-server-card+json"
        assert (await web.get(httpx2.URL(entry["url"]).path)).status_code == 200

    @pytest.mark.parametrize(
        ("url", "name"),
        [
            ("http://localhost:8000", "localhost/fractafrag"),
            ("http://127.0.0.1:8000", "127.0.0.1/fractafrag"),
            ("http://[::1]:8000", "-1/fractafrag"),
            ("https://sub.example.org/", "org.example.sub/fractafrag"),
        ],
    )
    async def test_every_public_address_gives_a_name(self, settings: ApiSettings, url: str, name: str) -> None:
        site = SiteSettings(public_url=url, name="x" * 300)
        card = await card_of(create_app(WebSettings(storage=settings.storage, site=site)))
        assert card["name"] == name
        assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", card["name"])
        assert len(card["title"]) == 100

    async def test_it_says_what_the_server_says(self, settings: ApiSettings, web: httpx2.AsyncClient) -> None:
        remote = (await web.get(CARD_PATH)).json()["remotes"][0]
        assert remote["supportedProtocolVersions"] == list(PROTOCOL_VERSIONS)
        service = create_mcp(McpSettings(site=settings.site), api=FastAPI())
        paths = [route.path for route in service.routes if isinstance(route, Route)]
        assert {httpx2.URL(remote["url"]).path, "/mcp/readonly"} <= set(paths)
        new, old = PROTOCOL_VERSIONS
        who = {"name": "test", "version": "1"}
        about = {f"{META}protocolVersion": new, f"{META}clientInfo": who, f"{META}clientCapabilities": {}}
        hello = {"protocolVersion": old, "capabilities": {}, "clientInfo": who}
        async with LifespanManager(service):
            found = await answered(service, new, "server/discover", {"_meta": about})
            greeted = await answered(service, old, "initialize", hello)
        assert new in found["supportedVersions"]
        assert greeted["protocolVersion"] == old
        assert greeted["serverInfo"]["version"] == VERSION


@pytest.mark.parametrize("path", ["/llms.txt", "/robots.txt", CARD_PATH, CATALOGUE_PATH])
async def test_each_may_be_kept_and_read_from_any_page(web: httpx2.AsyncClient, path: str) -> None:
    first = await web.get(path, headers={"Origin": "https://elsewhere.example"})
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["cache-control"] == "public, max-age=3600"
    assert first.headers["x-content-type-options"] == "nosniff"
    again = await web.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    asked = await web.options(path, headers={"Origin": "https://elsewhere.example"})
    assert (asked.status_code, asked.headers["access-control-allow-methods"]) == (204, "GET")
    head = await web.head(path)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(first.content)))
    assert (await web.post(path)).status_code == 405


async def test_robots_may_read_pages_and_the_description_of_the_api(web: httpx2.AsyncClient) -> None:
    rules = RobotFileParser()
    rules.parse((await web.get("/robots.txt")).text.splitlines())
    for path in ("/", "/s/7YkQm2Xb4Ra", "/renders/still/aa.webp", "/llms.txt", CARD_PATH, "/api/openapi.json"):
        assert rules.can_fetch("Anybot", URL + path), path
    for path in ("/api/v1/shaders", "/mcp", "/mcp/readonly"):
        assert not rules.can_fetch("Anybot", URL + path), path
