"""What a look at a source says, and what of it reaches a renderer."""

from typing import Any

import pytest

from services.contracts.shaders import ShaderPreview
from services.core.kit.settings import LimitSettings
from services.core.renders.client import RendererPool
from services.core.renders.errors import RendererBusyError, RendererLostError
from services.core.renders.preview import preview
from services.core.renders.preview_schemas import PreviewRequest
from services.core.renders.settings import RendererClientSettings
from tests.factories import SOURCE
from tests.fixtures.fake_renderer import FakeRenderer, problem

WITH_SLIDER = "uniform float a; // = 1.0 in [0.0, 4.0]\n" + SOURCE


async def asked(renderer: FakeRenderer, **fields: Any) -> ShaderPreview:
    pool = RendererPool(RendererClientSettings(url=renderer.url))
    try:
        return await preview(pool, PreviewRequest(**{"source": SOURCE, **fields}), LimitSettings(), request_id="r1")
    finally:
        await pool.aclose()


def ordered(renderer: FakeRenderer) -> dict[str, Any]:
    """The one sheet that the renderer was asked for."""
    (call,) = renderer.calls
    assert (call["still"], call["preview"]) == (None, None)
    sheet: dict[str, Any] = call["sheet"]
    return sheet


async def test_without_times_it_is_one_large_frame(fake_renderer: FakeRenderer) -> None:
    found = await asked(fake_renderer)
    sheet = ordered(fake_renderer)
    assert sheet == {"width": 512, "height": 288, "times": None, "columns": 1, "max_bytes": 150_000}
    assert fake_renderer.request_ids == ["r1"]
    assert (found.ok, found.code, found.compiled, found.dialect) == (True, None, True, "shadertoy")
    assert found.picture is not None
    assert (found.picture.times, found.picture.columns, found.picture.rows) == ([1.0], 1, 1)


@pytest.mark.parametrize(
    ("times", "drawn", "columns"),
    [
        ([2], [2.0], 1),
        ([3, 1], [1.0, 3.0], 2),
        ([1, 0, 1.0, 0.5], [0.0, 0.5, 1.0], 3),
        ([4, 3, 2, 1], [1.0, 2.0, 3.0, 4.0], 2),
        (range(9), [float(n) for n in range(9)], 3),
    ],
)
async def test_times_are_drawn_in_ascending_order_and_once(
    fake_renderer: FakeRenderer, times: Any, drawn: list[float], columns: int
) -> None:
    found = await asked(fake_renderer, times=list(times))
    sheet = ordered(fake_renderer)
    assert (sheet["times"], sheet["columns"]) == (drawn, columns)
    assert (sheet["width"], sheet["height"]) == ((512, 288) if len(drawn) == 1 else (256, 144))
    assert found.picture is not None
    assert found.picture.times == drawn


@pytest.mark.parametrize(("width", "frame"), [(64, (64, 36)), (65, (64, 36)), (333, (332, 188)), (512, (512, 288))])
async def test_frames_have_even_sides(fake_renderer: FakeRenderer, width: int, frame: tuple[int, int]) -> None:
    await asked(fake_renderer, width=width, times=[0, 1])
    sheet = ordered(fake_renderer)
    assert (sheet["width"], sheet["height"]) == frame


async def test_values_are_fitted_to_what_the_source_declares(fake_renderer: FakeRenderer) -> None:
    values = {"a": 99, "gone": 1, "b": {"x": [10**400]}}
    found = await asked(fake_renderer, source=WITH_SLIDER, parameter_values=values)
    assert fake_renderer.calls[0]["parameters"] == {"a": 4.0}
    assert [parameter["name"] for parameter in found.parameters] == ["a"]


async def test_what_the_gate_refuses_reaches_no_renderer(fake_renderer: FakeRenderer) -> None:
    for source, code in (("#line 4\n" + SOURCE, "line_directive"), (SOURCE + "x" * 70_000, "source_too_large")):
        found = await asked(fake_renderer, source=source)
        assert (found.ok, found.code, found.compiled, found.picture) == (False, code, False, None)
        assert found.errors
    assert fake_renderer.calls == []


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (422, "compile_failed"),
        (422, "loop_limit"),
        (408, "compile_timeout"),
        (408, "still_timeout"),
        (408, "job_timeout"),
        (507, "memory_limit"),
    ],
)
async def test_what_cannot_be_drawn_is_an_answer_with_an_error(
    fake_renderer: FakeRenderer, status: int, code: str
) -> None:
    error = {"line": 2, "column": None, "token": "x", "message": "undeclared identifier"}
    fake_renderer.script.append(problem(status, code, [error] if status == 422 else None))
    found = await asked(fake_renderer)
    assert (found.ok, found.code, found.compiled, found.dialect) == (False, code, True, "shadertoy")
    assert found.errors[0].message
    assert (found.animated, found.picture) == (None, None)


async def test_a_renderer_that_is_lost_says_nothing_about_the_source(fake_renderer: FakeRenderer) -> None:
    fake_renderer.script.append("lost")
    with pytest.raises(RendererLostError):
        await asked(fake_renderer)


async def test_busy_renderers_are_waited_for_briefly(
    fake_renderer: FakeRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.core.renders.preview._WAIT_SECONDS", 0.3)
    fake_renderer.default = "busy"
    with pytest.raises(RendererBusyError) as caught:
        await asked(fake_renderer)
    assert int(caught.value.headers["Retry-After"]) > 0
