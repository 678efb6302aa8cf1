"""API and pages as one application."""

import httpx
import redis.asyncio
from asgi_lifespan import LifespanManager

from services.core.db import Database
from services.core.settings import Settings
from services.standalone.site import Site
from services.web.server.settings import WebSettings


async def test_paths_lead_where_the_ingress_leads_them(
    settings: Settings, database: Database, redis_client: redis.asyncio.Redis
) -> None:
    assert await redis_client.ping()
    await database.ping()
    site = Site(settings, WebSettings(storage=settings.storage))
    async with (
        LifespanManager(site),
        httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://t") as http,
    ):
        assert (await http.get("/")).headers["content-type"].startswith("text/html")
        assert (await http.get("/api/v1/version")).json()["name"] == "Fractafrag"
        assert (await http.get("/api/nothing")).headers["content-type"] == "application/problem+json"
        assert (await http.get("/renders/nothing")).headers["content-type"].startswith("text/html")
        assert (await http.get("/readyz")).json()["status"] == "ok"
        assert "http_requests_total" in (await http.get("/metrics")).text


async def test_one_request_id_goes_through_page_and_api(
    settings: Settings, database: Database, redis_client: redis.asyncio.Redis
) -> None:
    assert await redis_client.ping()
    await database.ping()
    site = Site(settings, WebSettings(storage=settings.storage))
    async with (
        LifespanManager(site),
        httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://t") as http,
    ):
        answer = await http.get("/", headers={"X-Request-ID": "from-outside-1"})
    assert answer.headers.get_list("x-request-id") == ["from-outside-1"]
