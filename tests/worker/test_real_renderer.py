"""The render actors with the real renderer and Chromium: the two sides of the contract meet."""

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import redis.asyncio
from PIL import Image
from sqlalchemy import select
from sqlmodel import col

from services.api.settings import ApiSettings
from services.contracts.glsl import Dialect
from services.core.kit.database import Database
from services.core.renders.settings import RendererClientSettings
from services.core.shaders.models import Render
from services.worker.actors.renders import render
from services.worker.retries import TryLaterError
from services.worker.runtime import Runtime
from services.worker.settings import WorkerSettings
from tests.factories import make_shader, make_user
from tests.fixtures.renderer import SHORT_LIMITS, RendererProcess, running_renderer
from tests.fixtures.worker import quick_worker

MOVING = "void mainImage(out vec4 c, in vec2 p) { c = vec4(0.5 + 0.5 * cos(iTime + p.xyx / 90.0), 1.0); }\n"
STILL = "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, 0.5, 1.0); }\n"
BROKEN = "// fine\nvoid mainImage(out vec4 c, in vec2 p) {\n    c = vec4(undeclared);\n}\n"
ENDLESS = (
    "void mainImage(out vec4 c, in vec2 p) {\n"
    "    float a = p.x;\n"
    "    while (a < 1.0e30) a = abs(sin(a)) * 100.0 + fract(a);\n"
    "    c = vec4(a);\n"
    "}\n"
)
HEAVY = (
    "void mainImage(out vec4 c, in vec2 p) {\n"
    "    float a = p.x;\n"
    "    for (int i = 0; i < 50000; i++) a = sin(a + float(i));\n"
    "    c = vec4(a);\n"
    "}\n"
)


def _settings(settings: ApiSettings, url: str) -> WorkerSettings:
    return quick_worker(settings, RendererClientSettings(url=url))


@pytest.fixture
async def real(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis, renderer: RendererProcess
) -> AsyncIterator[Runtime]:
    """A runtime that draws with the shared real renderer."""
    runtime = Runtime.open(_settings(settings, renderer.url))
    yield runtime
    await runtime.close()


async def _publish(database: Database, source: str, dialect: Dialect = Dialect.SHADERTOY) -> str:
    async with database.write() as session:
        author = await make_user(session)
        return (await make_shader(session, author=author, rendered=False, source=source, dialect=dialect)).id


async def _row(database: Database, shader_id: str) -> Render:
    async with database.read() as session:
        return (await session.scalars(select(Render).where(col(Render.shader_id) == shader_id))).one()


async def _picture(runtime: Runtime, name: str | None) -> Any:
    assert name is not None
    return Image.open(io.BytesIO(await runtime.store.get(name)))


async def test_a_moving_work_gets_a_still_and_a_loop(real: Runtime) -> None:
    shader_id = await _publish(real.database, MOVING)
    await render(real, shader_id, 1)
    await render(real, shader_id, 1)
    found = await _row(real.database, shader_id)
    assert (found.status, found.preview_status, found.animated) == ("ready", "ready", True)
    assert found.backend in ("llvmpipe", "swiftshader")
    assert found.timings["total_ms"] > 0
    still, loop = await _picture(real, found.still_name), await _picture(real, found.preview_name)
    assert (still.format, still.size) == ("WEBP", (640, 360))
    assert loop.n_frames > 1


async def test_a_static_work_gets_a_still_only(real: Runtime) -> None:
    shader_id = await _publish(real.database, STILL)
    await render(real, shader_id, 1)
    found = await _row(real.database, shader_id)
    assert (found.status, found.preview_reason) == ("ready", "static")
    pixel = (await _picture(real, found.still_name)).convert("RGB").getpixel((639, 359))
    assert pixel[0] > 240
    assert pixel[1] < 15


async def test_a_compile_error_stands_at_its_line(real: Runtime) -> None:
    shader_id = await _publish(real.database, BROKEN)
    await render(real, shader_id, 1)
    found = await _row(real.database, shader_id)
    assert (found.status, found.failure_code) == ("failed", "compile_failed")
    assert (found.errors[0]["line"], found.errors[0]["token"]) == (3, "undeclared")


async def test_an_endless_loop_ends_with_a_code(real: Runtime) -> None:
    shader_id = await _publish(real.database, ENDLESS)
    await render(real, shader_id, 1)
    found = await _row(real.database, shader_id)
    assert (found.status, found.attempts) == ("failed", 1)
    assert found.failure_code in ("loop_limit", "still_timeout", "job_timeout")


async def test_compiling_alone_gives_parameters(real: Runtime) -> None:
    answer = await real.renderers.compile("uniform float speed; // = 0.5 in [0, 2]\n" + MOVING, None)
    assert answer.ok
    assert answer.dialect == "shadertoy"
    assert [parameter["name"] for parameter in answer.parameters] == ["speed"]
    broken = await real.renderers.compile(BROKEN, None)
    assert not broken.ok
    assert broken.errors[0].line == 3


async def test_a_renderer_killed_in_mid_job_costs_one_attempt(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis, tmp_path: Path
) -> None:
    with running_renderer(tmp_path, {**SHORT_LIMITS, "still_seconds": 20.0, "job_seconds": 30.0}) as own:
        runtime = Runtime.open(_settings(settings, own.url))
        shader_id = await _publish(database, HEAVY)
        drawing = asyncio.create_task(render(runtime, shader_id, 1))
        await asyncio.sleep(1)
        os.kill(own.process.pid, signal.SIGKILL)
        with pytest.raises(TryLaterError):
            await drawing
        found = await _row(database, shader_id)
        assert (found.status, found.attempts) == ("pending", 1)
        await runtime.close()
