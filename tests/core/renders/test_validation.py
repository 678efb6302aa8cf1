"""Validation says whether a source compiles, or that nobody can say at the moment."""

import pytest

from services.contracts.shaders import Validation
from services.core.kit.settings import LimitSettings
from services.core.renders.client import RendererPool
from services.core.renders.errors import RendererBusyError, RendererLostError
from services.core.renders.settings import RendererClientSettings
from services.core.renders.validation import validate
from services.standalone.ports import held_port
from tests.factories import SOURCE
from tests.fixtures.fake_renderer import FakeRenderer, problem

LIMITS = LimitSettings()


async def asked(renderer: FakeRenderer, source: str) -> Validation:
    pool = RendererPool(RendererClientSettings(url=renderer.url))
    try:
        return await validate(pool, source, LIMITS)
    finally:
        await pool.aclose()


async def test_a_good_source_is_compiled_in_its_dialect(fake_renderer: FakeRenderer) -> None:
    found = await asked(fake_renderer, "uniform float a; // = 1.0\r\n" + SOURCE)
    assert (found.ok, found.code, found.compiled, found.dialect) == (True, None, True, "shadertoy")
    assert [parameter["name"] for parameter in found.parameters] == ["a"]
    assert fake_renderer.calls == [{"source": "uniform float a; // = 1.0\n" + SOURCE, "dialect": "shadertoy"}]


@pytest.mark.parametrize(
    ("source", "code"), [("#line 1\n" + SOURCE, "line_directive"), ("", "source_empty"), ("x", "unknown_dialect")]
)
async def test_what_the_gate_refuses_reaches_no_compiler(fake_renderer: FakeRenderer, source: str, code: str) -> None:
    found = await asked(fake_renderer, source)
    assert (found.ok, found.code, found.compiled) == (False, code, False)
    assert found.errors[0].line == 1
    assert fake_renderer.calls == []


async def test_a_source_that_is_too_large_is_refused_too(fake_renderer: FakeRenderer) -> None:
    found = await asked(fake_renderer, SOURCE + "//" + "x" * 65_536)
    assert (found.ok, found.code, found.compiled) == (False, "source_too_large", False)
    assert fake_renderer.calls == []


@pytest.mark.parametrize(("status", "code"), [(422, "compile_failed"), (408, "compile_timeout"), (507, "memory_limit")])
async def test_what_a_compiler_refuses_has_a_line(fake_renderer: FakeRenderer, status: int, code: str) -> None:
    error = {"line": 2, "column": None, "token": "x", "message": "undeclared identifier"}
    fake_renderer.script.append(problem(status, code, [error] if status == 422 else None))
    found = await asked(fake_renderer, SOURCE)
    assert (found.ok, found.code, found.compiled) == (False, code, True)
    assert found.errors[0].line == (2 if status == 422 else 1)
    assert found.errors[0].message


async def test_a_renderer_that_is_lost_says_nothing_about_the_source(fake_renderer: FakeRenderer) -> None:
    fake_renderer.script.append("lost")
    with pytest.raises(RendererLostError):
        await asked(fake_renderer, SOURCE)


async def test_without_a_renderer_nobody_can_say() -> None:
    pool = RendererPool(RendererClientSettings(url=f"http://127.0.0.1:{held_port()}"))
    with pytest.raises(RendererBusyError) as caught:
        await validate(pool, SOURCE, LIMITS)
    assert caught.value.status == 503
    assert int(caught.value.headers["Retry-After"]) > 0
    # What the gate refuses needs no renderer.
    assert (await validate(pool, "", LIMITS)).ok is False
    await pool.aclose()
