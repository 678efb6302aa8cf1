"""The pool of renderers against a renderer that misbehaves."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from typing import Any

import pytest
from starlette.responses import JSONResponse

from services.contracts.renderer import Load, PreviewOptions, Sheet, SheetOptions, StillOptions
from services.core.renders.answers import CheckedResult
from services.core.renders.client import RendererPool
from services.core.renders.errors import (
    CompileFailedError,
    LimitExceededError,
    RendererBusyError,
    RendererLostError,
    RendererSlowError,
)
from services.core.renders.settings import RendererClientSettings
from services.standalone.ports import held_port
from tests.fixtures.fake_renderer import FakeRenderer, problem, webp
from tests.fixtures.worker import eventually


@pytest.fixture
async def pool(fake_renderer: FakeRenderer) -> AsyncIterator[RendererPool]:
    opened = RendererPool(RendererClientSettings(url=fake_renderer.url, timeout_seconds=2))
    yield opened
    await opened.aclose()


def _draw(pool: RendererPool, wait_seconds: float = 0.5) -> Coroutine[Any, Any, CheckedResult]:
    return pool.render(
        "void main(){}", "es100", job_id="a.1.still.1", still=StillOptions(), request_id="r1", wait_seconds=wait_seconds
    )


async def test_a_still_comes_back_as_it_was_ordered(pool: RendererPool, fake_renderer: FakeRenderer) -> None:
    answer = await _draw(pool)
    assert answer.still is not None
    assert (answer.still.width, answer.still.height) == (640, 360)
    assert fake_renderer.request_ids == ["r1"]


async def test_compile_gives_parameters_and_errors(pool: RendererPool, fake_renderer: FakeRenderer) -> None:
    assert (await pool.compile("void main(){}", None)).ok


@pytest.mark.parametrize("behaviour", ["busy", "draining"])
async def test_a_busy_renderer_is_asked_again(pool: RendererPool, fake_renderer: FakeRenderer, behaviour: str) -> None:
    fake_renderer.script.extend([behaviour] * 3)
    await _draw(pool, wait_seconds=3)
    assert len(fake_renderer.calls) == 4


async def test_one_that_took_the_job_and_was_too_slow_is_not_asked_again_at_once(
    pool: RendererPool, fake_renderer: FakeRenderer
) -> None:
    fake_renderer.default = problem(503, "renderer_slow", retry_after=5)
    for ask in (_draw(pool, wait_seconds=60), _draw_sheet(pool, wait_seconds=60), pool.compile("s", None)):
        with pytest.raises(RendererSlowError):
            await ask
    assert len(fake_renderer.calls) == 3


async def test_the_wait_for_a_busy_renderer_is_bounded(pool: RendererPool, fake_renderer: FakeRenderer) -> None:
    fake_renderer.default = "busy"
    started = time.monotonic()
    with pytest.raises(RendererBusyError) as caught:
        await _draw(pool, wait_seconds=0.4)
    assert time.monotonic() - started < 1
    assert caught.value.headers["Retry-After"] == "1"
    assert 2 <= len(fake_renderer.calls) <= 12


async def test_who_sits_and_waits_is_refused_at_once_with_the_time_that_was_measured(
    pool: RendererPool, fake_renderer: FakeRenderer
) -> None:
    fake_renderer.default = problem(429, "queue_full", retry_after=7)
    for ask in (pool.compile("s", None, wait_seconds=60), _draw_sheet(pool, wait_seconds=60)):
        with pytest.raises(RendererBusyError) as caught:
            await ask
        assert caught.value.headers["Retry-After"] == "7"
    assert [(call["source"], fake_renderer.patience.pop(0)) for call in fake_renderer.calls] == [("s", "wait=60")] * 2


async def test_a_validation_waits_for_a_renderer_that_is_about_to_come(
    pool: RendererPool, fake_renderer: FakeRenderer
) -> None:
    fake_renderer.script.extend(["draining"] * 2)
    assert (await pool.compile("s", None)).ok
    assert len(fake_renderer.calls) == 3


async def test_the_load_of_all_that_are_ready(fake_renderer: FakeRenderer, other_renderer: FakeRenderer) -> None:
    fake_renderer.slots, other_renderer.slots = 2, 3
    pool = Several([fake_renderer.url, other_renderer.url, f"http://127.0.0.1:{held_port()}"])
    assert await pool.load() == Load(slots=5, busy=0, waiting=0, ready=True)
    other_renderer.ready = False
    assert (await pool.load()).slots == 2
    await pool.aclose()


async def test_nobody_waits_any_longer_when_the_process_stops(pool: RendererPool, fake_renderer: FakeRenderer) -> None:
    fake_renderer.default = "busy"
    waiting = asyncio.ensure_future(_draw(pool, wait_seconds=60))
    await asyncio.sleep(0.2)
    pool.stop_waiting()
    with pytest.raises(RendererBusyError):
        await asyncio.wait_for(waiting, 1)


async def test_no_renderer_at_all_is_like_a_busy_one() -> None:
    pool = RendererPool(RendererClientSettings(url=f"http://127.0.0.1:{held_port()}"))
    with pytest.raises(RendererBusyError):
        await _draw(pool, wait_seconds=0.1)
    await pool.aclose()


async def test_an_unknown_host_is_like_a_busy_one() -> None:
    pool = RendererPool(RendererClientSettings(url="http://renderer.invalid:3100"))
    with pytest.raises(RendererBusyError):
        await _draw(pool, wait_seconds=0.1)
    await pool.aclose()


async def test_a_compile_error_is_the_sources_fault(pool: RendererPool, fake_renderer: FakeRenderer) -> None:
    errors = [{"line": 3, "column": None, "token": "colr", "message": "undeclared identifier"}]
    fake_renderer.script.append(problem(422, "compile_failed", errors))
    with pytest.raises(CompileFailedError) as caught:
        await _draw(pool)
    assert caught.value.code == "compile_failed"
    assert [(error.line, error.token) for error in caught.value.errors] == [(3, "colr")]


@pytest.mark.parametrize(
    ("status", "code"), [(408, "still_timeout"), (413, "source_too_large"), (507, "memory_limit"), (504, "job_timeout")]
)
async def test_a_limit_has_its_code(pool: RendererPool, fake_renderer: FakeRenderer, status: int, code: str) -> None:
    fake_renderer.script.append(problem(status, code))
    with pytest.raises(LimitExceededError) as caught:
        await _draw(pool)
    assert caught.value.code == code


async def test_a_body_that_we_were_too_slow_to_send_says_nothing_about_the_shader(
    pool: RendererPool, fake_renderer: FakeRenderer
) -> None:
    fake_renderer.script.append(problem(408, "slow_body"))
    with pytest.raises(RendererBusyError):
        await _draw(pool)


@pytest.mark.parametrize(
    "behaviour", ["lost", "cut", "huge", "garbage", "wrong size", "not a picture", "unordered", "bad request"]
)
async def test_no_proper_answer_is_a_lost_renderer_and_is_not_tried_elsewhere(
    pool: RendererPool, fake_renderer: FakeRenderer, behaviour: str
) -> None:
    if behaviour == "bad request":
        fake_renderer.script.append(problem(400, "bad_request"))
    elif behaviour == "unordered":
        fake_renderer.script.append(JSONResponse({"backend": "x", "animated": False}))
    else:
        fake_renderer.script.append(behaviour)
    with pytest.raises(RendererLostError):
        await _draw(pool)
    assert len(fake_renderer.calls) == 1


async def test_a_renderer_that_hangs_is_lost_in_time(pool: RendererPool, fake_renderer: FakeRenderer) -> None:
    fake_renderer.hold.clear()
    started = time.monotonic()
    with pytest.raises(RendererLostError):
        await _draw(pool)
    assert time.monotonic() - started < 4


async def test_a_preview_may_be_smaller_and_may_be_missing(pool: RendererPool, fake_renderer: FakeRenderer) -> None:
    order = PreviewOptions(width=320, height=180)
    answer = await pool.render("s", None, job_id="j", preview=order)
    assert answer.preview is not None
    assert answer.preview.frames == 36
    skipped = {"backend": "llvmpipe", "animated": True, "preview_skipped": "budget"}
    fake_renderer.script.append(JSONResponse(skipped))
    assert (await pool.render("s", None, job_id="j", preview=order)).preview_skipped == "budget"


SHEET = SheetOptions(width=64, height=36, times=[0.0, 1.0, 2.5, 4.0], columns=2, max_bytes=20_000)


def _draw_sheet(
    pool: RendererPool, order: SheetOptions = SHEET, wait_seconds: float = 0.5
) -> Coroutine[Any, Any, tuple[Sheet, CheckedResult]]:
    return pool.sheet("s", None, job_id="j", parameters={"a": 1.0}, sheet=order, wait_seconds=wait_seconds)


async def test_a_sheet_comes_back_as_it_was_ordered(pool: RendererPool, fake_renderer: FakeRenderer) -> None:
    sheet, answer = await _draw_sheet(pool)
    assert (sheet.columns, sheet.rows, sheet.times, sheet.frame_size) == (2, 2, SHEET.times, (64, 36))
    assert answer.animated is False
    assert fake_renderer.calls[0]["sheet"] == SHEET.model_dump()


async def test_a_sheet_may_have_fewer_frames(pool: RendererPool, fake_renderer: FakeRenderer) -> None:
    fake_renderer.script.append(JSONResponse(_sheet_answer(times=[0.0], flat=[False], columns=1, rows=1)))
    sheet, _ = await _draw_sheet(pool)
    assert (sheet.times, sheet.frame_size) == ([0.0], (64, 36))


@pytest.mark.parametrize(
    "changes",
    [
        {"times": [1.0], "flat": [False]},
        {"times": [0.0, 1.0], "flat": [False, False]},
        {"times": [], "flat": []},
        {"rows": 2},
        {"size": (66, 36)},
        {"size": (64, 38)},
        {"gap": 70},
        {"data": base64.b64encode(webp(64, 36, exif=b"Exif\0\0" + b"x" * 20_000)).decode()},
    ],
)
async def test_a_sheet_that_was_not_ordered_is_a_lost_renderer(
    pool: RendererPool, fake_renderer: FakeRenderer, changes: dict[str, Any]
) -> None:
    fake_renderer.script.append(
        JSONResponse(_sheet_answer(**{"times": [0.0], "flat": [False], "columns": 1, "rows": 1, **changes}))
    )
    with pytest.raises(RendererLostError):
        await _draw_sheet(pool)
    assert len(fake_renderer.calls) == 1


@pytest.mark.parametrize("behaviour", ["wrong size", "not a picture", "huge", "no sheet"])
async def test_no_proper_sheet_is_a_lost_renderer(
    pool: RendererPool, fake_renderer: FakeRenderer, behaviour: str
) -> None:
    nothing = JSONResponse({"backend": "x", "animated": False})
    fake_renderer.script.append(nothing if behaviour == "no sheet" else behaviour)
    with pytest.raises(RendererLostError):
        await _draw_sheet(pool)


async def test_a_time_that_the_renderer_chose_is_a_time(pool: RendererPool, fake_renderer: FakeRenderer) -> None:
    order = SHEET.model_copy(update={"times": None})
    sheet, _ = await _draw_sheet(pool, order)
    assert sheet.times == [1.0]
    for times in ([-1.0], [4000.0], [1.0, 2.0]):
        wrong = _sheet_answer(times=times, flat=[False] * len(times), columns=1, rows=len(times), size=(64, 36))
        fake_renderer.script.append(JSONResponse(wrong))
        with pytest.raises(RendererLostError):
            await _draw_sheet(pool, order)


def _sheet_answer(*, size: tuple[int, int] = (64, 36), **fields: Any) -> dict[str, Any]:
    data = base64.b64encode(webp(*size)).decode()
    picture = {"content_type": "image/webp", "width": size[0], "height": size[1], "data": data}
    sheet = {**picture, "gap": 0, "average_color": "#224466", **fields}
    return {"backend": "x", "animated": False, "sheet": sheet}


class Several(RendererPool):
    """A pool whose host stands for several renderers, as a headless Service's does."""

    def __init__(self, urls: list[str]) -> None:
        super().__init__(RendererClientSettings(url=urls[0]))
        self.urls = urls

    async def _resolve(self) -> list[str]:
        return list(self.urls)


@pytest.fixture
def other_renderer() -> Iterator[FakeRenderer]:
    renderer = FakeRenderer()
    renderer.start()
    yield renderer
    renderer.stop()


async def test_work_goes_to_the_renderer_that_has_least(
    fake_renderer: FakeRenderer, other_renderer: FakeRenderer
) -> None:
    pool = Several([fake_renderer.url, other_renderer.url])
    for renderer in (fake_renderer, other_renderer):
        renderer.hold.clear()
    jobs = [asyncio.ensure_future(_draw(pool, wait_seconds=5)) for _ in range(6)]
    await eventually(lambda: fake_renderer.drawing + other_renderer.drawing == 6)
    assert (fake_renderer.drawing, other_renderer.drawing) == (3, 3)
    for renderer in (fake_renderer, other_renderer):
        renderer.hold.set()
    await asyncio.gather(*jobs)
    await pool.aclose()


async def test_a_busy_and_a_dead_renderer_lead_to_the_next(fake_renderer: FakeRenderer) -> None:
    busy = FakeRenderer()
    busy.start()
    busy.default = "busy"
    pool = Several([f"http://127.0.0.1:{held_port()}", busy.url, fake_renderer.url])
    for _ in range(8):
        await _draw(pool)
    assert len(fake_renderer.calls) == 8
    busy.stop()
    await pool.aclose()


async def test_a_renderer_that_comes_up_is_found(fake_renderer: FakeRenderer) -> None:
    fake_renderer.stop()
    pool = RendererPool(RendererClientSettings(url=fake_renderer.url))
    waiting = asyncio.ensure_future(_draw(pool, wait_seconds=5))
    await asyncio.sleep(0.3)
    fake_renderer.start()
    await waiting
    await pool.aclose()


async def test_a_name_is_looked_up() -> None:
    pool = RendererPool(RendererClientSettings(url="http://localhost:3100/base/"))
    assert "http://127.0.0.1:3100/base" in await pool._resolve()
    await pool.aclose()
