"""Shaders that want to do harm: each gets a definite answer in time, and the next one is drawn as ever."""

import time
from pathlib import Path

import pytest

from services.contracts.renderer import MOST_STRETCHED
from tests.fixtures.renderer import SHORT_LIMITS, RendererProcess, running_renderer
from tests.renderer.shaders import GRADIENT, HOSTILE, body

pytestmark = pytest.mark.xdist_group("renderer")

# One job's limit, and what it takes to bring the slot back.
_DEFINITE_SECONDS = SHORT_LIMITS["job_seconds"] + 2.0


@pytest.fixture(scope="module")
def undisturbed(shared_renderer: RendererProcess) -> str:
    """What the good shader looks like when nothing has happened yet."""
    data: str = shared_renderer.render(GRADIENT).json()["still"]["data"]
    return data


@pytest.mark.parametrize("name", HOSTILE)
def test_render_answers_and_the_next_picture_is_right(renderer: RendererProcess, undisturbed: str, name: str) -> None:
    source, codes = HOSTILE[name]
    reply = renderer.judged(source)
    assert reply.elapsed.total_seconds() < MOST_STRETCHED * _DEFINITE_SECONDS
    assert reply.json().get("code", "drawn") in codes
    after = renderer.judged(GRADIENT)
    assert after.status_code == 200
    assert after.json()["still"]["data"] == undisturbed


@pytest.mark.parametrize("name", ["for", "64 KB array", "4 million inlined calls", "macro bomb", "deep nesting"])
def test_compile_answers(renderer: RendererProcess, name: str) -> None:
    source, _ = HOSTILE[name]
    started = time.monotonic()
    reply = renderer.compile(source)
    assert time.monotonic() - started < _DEFINITE_SECONDS
    # A machine that is too busy to tell says so.
    assert reply.json().get("code", "compiled") in {"compiled", "compile_timeout", "memory_limit", "renderer_slow"}
    assert renderer.compile(GRADIENT).json()["ok"] is True


def test_megabyte_comment_is_too_large(renderer: RendererProcess) -> None:
    reply = renderer.render(f"/*{'x' * 2**20}*/" + GRADIENT)
    assert reply.status_code == 413
    assert reply.json()["code"] == "source_too_large"


def test_memory_returns_to_its_bound(renderer: RendererProcess) -> None:
    for _ in range(2):
        assert renderer.render(HOSTILE["4 million inlined calls"][0]).status_code in (408, 507)
    renderer.wait_until_ready()
    assert renderer.render(GRADIENT).status_code == 200
    largest = max(process.memory_info().rss for process in renderer.processes("gpu-process"))
    assert largest < 400 * 2**20


@pytest.mark.slow
def test_swiftshader_never_returns_and_is_killed(tmp_path: Path) -> None:
    settings = {**SHORT_LIMITS, "backend": "swiftshader", "still_seconds": 1.0, "recycle_kills": 9}
    with running_renderer(tmp_path, settings) as swift:
        assert swift.wait_until_ready()["backend"] == "swiftshader"
        undisturbed = swift.render(GRADIENT).json()["still"]["data"]
        browsers = {process.pid for process in swift.processes("browser")}
        for loop in ("for (;;) { a = sin(a); if (a > 9.0) break; }", "do { a = cos(a); } while (a < 9.0);"):
            reply = swift.render(body(loop))
            assert (reply.status_code, reply.json()["code"]) == (408, "still_timeout")
            after = swift.render(GRADIENT)
            assert after.json()["still"]["data"] == undisturbed
        # The page survived: what was killed is the GPU process alone.
        assert {process.pid for process in swift.processes("browser")} == browsers
