"""The kept still: large, smooth, in all its sizes, the same picture as the quick one, and in nobody's way."""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from PIL import Image

from services.contracts.renderer import KeptOptions, RenderRequest
from services.renderer import kept
from services.renderer.job import Job, Priority
from services.renderer.queue import JobQueue
from tests.fixtures.renderer import SHORT_LIMITS, RendererProcess, picture, running_renderer
from tests.renderer.shaders import DIALECTS, GRADIENT, SLOW
from tests.renderer.test_encode import frames, plain

_ORDER: dict[str, Any] = {"still": None, "kept": {"time": 1.0}}
_EDGE = "void mainImage(out vec4 c, in vec2 p) { c = vec4(vec3(step(p.x * 0.37, p.y)), 1.0); }"
_VARYING = (
    "precision highp float; varying vec2 vUv;\n"
    "void main() { gl_FragColor = vec4(vec3(step(vUv.x * 0.37, vUv.y)), 1.0); }"
)
_FEEDBACK = (
    "uniform sampler2D backbuffer; uniform vec2 resolution; uniform float time;\n"
    "void main() { gl_FragColor = texture2D(backbuffer, gl_FragCoord.xy / resolution) + 1.0 / 255.0; }"
)
_AS_SEEN = "void main() { gl_FragColor = vec4(gl_FragCoord.xy / vec2(640.0, 360.0), place, 1.0); }"
# To these the macro that gives the places of samples would make a difference.
_PREPROCESSED = {
    "define": f"#define gl_FragCoord vec4(64.0)\nprecision highp float; const float place = 0.5;\n{_AS_SEEN}",
    "ifdef": "\n".join(
        ("precision highp float;", "#ifdef gl_FragCoord", "#define place 1.0", "#else", "#define place 0.2", "#endif")
    )
    + f"\n{_AS_SEEN}",
    "defined": f"#if defined ( gl_FragCoord )\n#error\n#endif\n#define place 0.5\nprecision highp float;\n{_AS_SEEN}",
}


def _array(part: dict[str, Any]) -> np.ndarray:
    return np.asarray(picture(part).convert("RGB")).astype(float)


@pytest.mark.xdist_group("renderer")
class TestDrawn:
    def test_it_comes_in_all_sizes(self, renderer: RendererProcess) -> None:
        reply = renderer.render(GRADIENT, **_ORDER)
        assert reply.status_code == 200, reply.text
        found = reply.json()["kept"]
        assert [(size["width"], size["height"]) for size in found["sizes"]] == [(1280, 720), (640, 360), (320, 180)]
        assert [picture(size).size for size in found["sizes"]] == [(1280, 720), (640, 360), (320, 180)]
        assert (picture(found["share"]).format, picture(found["share"]).size) == ("JPEG", (1200, 630))
        assert found["samples"] == 4

    @pytest.mark.parametrize("source", [_EDGE, _VARYING], ids=["place", "varying"])
    def test_edges_are_smooth(self, renderer: RendererProcess, source: str) -> None:
        """On the way of an edge from one row to the next there are the three steps that four samples give."""
        found = _array(renderer.render(source, **_ORDER).json()["kept"]["sizes"][0])
        quick = _array(renderer.render(source).json()["still"])
        between = [int(((array > 60) & (array < 230)).sum() / 3) for array in (found, quick)]
        assert between[0] > 1280 * 0.5
        assert between[1] < 100, "WebP alone makes none"

    @pytest.mark.parametrize("dialect", DIALECTS)
    def test_it_is_the_quick_picture(self, renderer: RendererProcess, dialect: str) -> None:
        """Also where the shader takes its place in pixels for that in a picture of 640."""
        quick = _array(renderer.render(DIALECTS[dialect]).json()["still"])
        found = renderer.render(DIALECTS[dialect], **_ORDER).json()["kept"]
        for size in found["sizes"]:
            again = np.asarray(picture(size).convert("RGB").resize((640, 360), Image.Resampling.BILINEAR)).astype(float)
            assert abs(again - quick).mean() < 3, (dialect, size["width"])

    def test_what_builds_on_its_last_frame_stays_small(self, renderer: RendererProcess) -> None:
        """Its pixels are what it computes with."""
        found = renderer.render(_FEEDBACK, **_ORDER).json()["kept"]
        assert ([size["width"] for size in found["sizes"]], found["samples"]) == ([640, 320], 1)

    @pytest.mark.parametrize("source", _PREPROCESSED.values(), ids=_PREPROCESSED)
    def test_what_does_not_bear_the_macro_is_kept_as_it_was(self, renderer: RendererProcess, source: str) -> None:
        quick = renderer.render(source)
        assert quick.status_code == 200, quick.text
        found = renderer.render(source, **_ORDER).json()["kept"]
        assert ([size["width"] for size in found["sizes"]], found["samples"]) == ([640, 320], 1)
        assert abs(_array(found["sizes"][0]) - _array(quick.json()["still"])).mean() < 3


def test_what_is_too_expensive_stays_small(tmp_path: Any) -> None:
    with running_renderer(tmp_path, {**SHORT_LIMITS, "kept_seconds": 1.0, "job_seconds": 60.0}) as renderer:
        found = renderer.render(SLOW, **_ORDER).json()["kept"]
    assert found["sizes"][0]["width"] == 640


def test_it_is_given_up_when_somebody_waits(tmp_path: Any) -> None:
    with running_renderer(tmp_path, {**SHORT_LIMITS, "kept_seconds": 30.0, "job_seconds": 60.0}) as renderer:
        with ThreadPoolExecutor() as threads:
            waiting = threads.submit(renderer.render, SLOW, **_ORDER)
            while renderer.client.get("/load").json()["busy"] == 0:
                pass
            answer = renderer.render(GRADIENT)
            refused = waiting.result()
        assert answer.status_code == 200
        assert (refused.status_code, refused.json()["code"]) == (503, "outranked")
        assert "retry-after" in refused.headers


async def test_it_waits_until_nothing_else_is_drawn() -> None:
    queue = JobQueue(8, 5.0)
    request = RenderRequest(job_id="j", source="", kept=KeptOptions(time=1.0))
    kept_jobs = [Job(request, 15.0) for _ in range(2)]
    still = Job(RenderRequest.model_validate({"job_id": "j", "source": "", "still": {}}), 15.0)
    for job in (*kept_jobs, still):
        asyncio.ensure_future(queue.run(job))  # noqa: RUF006 -- nobody does these jobs
    await asyncio.sleep(0)
    assert kept_jobs[0].priority is Priority.KEPT
    assert queue.wanted == 1
    assert await queue.take(1.0) is still
    assert await queue.take(0.05) is None
    queue.ended(still)
    assert await queue.take(1.0) is kept_jobs[0]
    assert not kept_jobs[0].outranked()
    assert await queue.take(0.05) is None, "one at a time"
    other = Job(RenderRequest.model_validate({"job_id": "j", "source": "", "preview": {}}), 15.0)
    asyncio.ensure_future(queue.run(other))  # noqa: RUF006
    await asyncio.sleep(0)
    assert kept_jobs[0].outranked()


def test_the_mean_is_one_of_light() -> None:
    black, white = frames(plain(0, 0, 0)), frames(plain(255, 255, 255))
    found = kept.encode_kept([black, white], 90, 2)
    pixel = Image.open(io.BytesIO(found.sizes[64, 48])).convert("RGB").getpixel((32, 24))
    assert isinstance(pixel, tuple)
    assert all(abs(value - 188) <= 2 for value in pixel), "half of the light, not half of 255"


def test_a_file_for_links_is_small_also_of_noise() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (360, 640, 3))
    found = kept.encode_kept([frames(noise)], 85, 0)
    assert len(found.share) < 450_000
    assert list(found.sizes) == [(640, 360), (320, 180)]
