"""The API down, slow, busy or talking nonsense: tools say so and that a retry helps, and all heals by itself."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import httpx2
import pytest
import redis.asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.kit.settings import LimitSettings
from services.standalone.ports import held_port
from tests.factories import SOURCE
from tests.fixtures.fake_renderer import FakeRenderer
from tests.fixtures.mcp import serving
from tests.fixtures.ports import on_a_port
from tests.mcp.agent import connected
from tests.mcp.conftest import Service, running


@contextlib.asynccontextmanager
async def _strange_api(answer: Response | None, port: int) -> AsyncIterator[None]:
    """An API that gives this answer to everything; None: it never answers."""

    async def serve(_: Request) -> Response:
        if answer is None:
            await asyncio.sleep(30)
            return Response()
        return answer

    app = Starlette(routes=[Route("/{path:path}", serve, methods=["GET", "POST", "PATCH"])])
    async with on_a_port(app, port=port):
        yield


async def _ready(url: str) -> int:
    async with httpx2.AsyncClient() as client:
        assert (await client.get(f"{url}/healthz")).status_code == 200
        return (await client.get(f"{url}/readyz")).status_code


async def test_it_says_so_while_the_api_is_down_and_heals() -> None:
    port = held_port()
    page = JSONResponse({"items": [], "next_cursor": None})
    async with serving(f"http://127.0.0.1:{port}") as url, connected(f"{url}/mcp", "ff_live_x") as agent:
        refusal = await agent.refused("search_shaders")
        assert (refusal["code"], refusal["retry_after_seconds"]) == ("unavailable", 5)
        assert "again" in refusal["change"]
        assert (await agent.refused("publish_shader", source=SOURCE, title="A"))["code"] == "unavailable"
        assert "publish_shader" in await agent.tools()
        assert await _ready(url) == 503
        async with _strange_api(page, port):
            assert (await agent.ok("search_shaders")).data == {"items": []}
            assert await _ready(url) == 200
        assert (await agent.refused("search_shaders"))["code"] == "unavailable"
        async with _strange_api(page, port):
            await agent.ok("search_shaders")


@pytest.mark.parametrize(
    "answer",
    [
        Response("<html>secret-host</html>", 502),
        Response("secret-host", 200),
        JSONResponse({"items": "secret-host"}),
        JSONResponse({"detail": "secret-host at line 3 of main.py"}, 500),
        JSONResponse([1], 418),
    ],
    ids=["gateway", "no json", "wrong json", "internal", "strange"],
)
async def test_nonsense_of_the_api_is_not_passed_on(answer: Response) -> None:
    port = held_port()
    async with (
        _strange_api(answer, port),
        serving(f"http://127.0.0.1:{port}") as url,
        connected(f"{url}/mcp") as agent,
    ):
        result = await agent.call("search_shaders")
        assert result.error is not None
        assert "secret-host" not in result.text


async def test_a_silent_api_is_not_waited_for_without_end() -> None:
    port = held_port()
    async with (
        _strange_api(None, port),
        serving(f"http://127.0.0.1:{port}", api_seconds=0.3) as url,
        connected(f"{url}/mcp") as agent,
    ):
        began = time.monotonic()
        assert (await agent.refused("search_shaders"))["code"] == "unavailable"
        assert time.monotonic() - began < 5


@pytest.mark.slow
async def test_a_busy_renderer_names_the_wait(service: Service, fake_renderer: FakeRenderer) -> None:
    async with connected(service.mcp, await service.key("write")) as agent:
        fake_renderer.default = "busy"
        refusal = await agent.refused("render_preview", source=SOURCE)
        assert refusal["code"] == "renderer_busy"
        assert refusal["retry_after_seconds"] >= 1
        saved = (await agent.ok("create_shader_draft", source=SOURCE, title="Kept")).data
        assert "ok" not in saved
        assert "saved" in saved["note"]
        assert (await agent.refused("publish_shader", source=SOURCE, title="A"))["code"] == "renderer_busy"


async def test_a_limit_names_the_wait(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis, fake_renderer: FakeRenderer
) -> None:
    limits = LimitSettings(validate_account="2/60")
    async with (
        running(settings.model_copy(update={"limits": limits}), database) as service,
        connected(service.mcp, await service.key("read")) as agent,
    ):
        answers = [await agent.call("validate_shader", source=SOURCE) for _ in range(4)]
    errors = [answer.error for answer in answers if answer.error]
    assert errors[-1]["code"] == "rate_limited"
    assert 1 <= errors[-1]["retry_after_seconds"] <= 60
