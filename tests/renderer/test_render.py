"""What the renderer draws, seen in the pixels of its answers."""

import pytest

from tests.fixtures.renderer import RendererProcess, picture
from tests.renderer.shaders import DIALECTS, GRADIENT, MOVING, body, solid

pytestmark = pytest.mark.xdist_group("renderer")

_FEEDBACK = (
    "uniform sampler2D backbuffer; uniform vec2 resolution; uniform float time;\n"
    "void main() { vec4 before = texture2D(backbuffer, gl_FragCoord.xy / resolution);\n"
    "gl_FragColor = vec4(before.r + 4.0 / 255.0, 0.0, 0.2, 1.0); }"
)


def test_every_dialect_gives_the_same_picture(renderer: RendererProcess) -> None:
    for dialect, source in DIALECTS.items():
        reply = renderer.render(source)
        assert reply.status_code == 200, reply.text
        answer = reply.json()
        assert answer["dialect"] == dialect
        still = picture(answer["still"]).convert("RGB")
        assert still.size == (640, 360)
        # Red to the right, green upwards: the first row of the picture is the top.
        for place, expected in {(4, 4): (2, 252, 64), (635, 4): (253, 252, 64), (635, 355): (253, 3, 64)}.items():
            found = still.getpixel(place)
            assert isinstance(found, tuple)
            assert all(abs(a - b) <= 12 for a, b in zip(found, expected, strict=True)), (dialect, place, found)
        assert renderer.render(source, dialect=dialect).json()["still"]["data"] == answer["still"]["data"]


def test_answer_describes_the_job(renderer: RendererProcess) -> None:
    answer = renderer.render(solid(200, 100, 50), job_id="job-7").json()
    assert answer["job_id"] == "job-7"
    assert answer["backend"] == "llvmpipe"
    assert "llvmpipe" in answer["renderer"]
    assert answer["chromium"].startswith("Chrome/")
    assert answer["still"]["average_color"] == "#c86432"
    assert answer["still"]["content_type"] == "image/webp"
    assert answer["timings"].keys() == {"queue_ms", "compile_ms", "still_ms", "encode_ms", "total_ms"}
    assert (answer["animated"], answer["preview"], answer["preview_skipped"]) == (False, None, None)


def test_alpha_is_opaque(renderer: RendererProcess) -> None:
    answer = renderer.render("void main() { gl_FragColor = vec4(1.0, 0.5, 0.0, 0.1); }").json()
    assert picture(answer["still"]).mode == "RGB"
    assert answer["still"]["average_color"] == "#ff8000"


def test_size_and_time_are_honoured(renderer: RendererProcess) -> None:
    source = "void mainImage(out vec4 c, in vec2 p) { c = vec4(vec3(iTime / 10.0), 1.0); }"
    answer = renderer.render(source, still={"width": 320, "height": 200, "time": 5.0}).json()
    assert picture(answer["still"]).size == (320, 200)
    assert (answer["still"]["time"], answer["still"]["average_color"], answer["still"]["flat"]) == (
        5.0,
        "#808080",
        True,
    )


def test_flat_still_is_looked_for_at_another_time(renderer: RendererProcess) -> None:
    source = body("a = iTime < 4.0 ? 0.0 : fract(p.x * 0.01);")
    still = renderer.render(source).json()["still"]
    assert (still["time"], still["flat"]) == (5.0, False)


def test_flat_everywhere_keeps_the_first_time(renderer: RendererProcess) -> None:
    source = "void mainImage(out vec4 c, in vec2 p) { c = vec4(0.2 + iTime * 0.0001); }"
    still = renderer.render(source).json()["still"]
    assert (still["time"], still["flat"]) == (1.0, True)


def test_parameters_reach_the_shader_clamped(renderer: RendererProcess) -> None:
    source = (
        "uniform float level; // = 0.5 in [0.0, 1.0]\nuniform vec3 tint; // = vec3(1.0, 0.0, 0.0) color\n"
        "void mainImage(out vec4 c, in vec2 p) { c = vec4(tint * level, 1.0); }"
    )
    assert renderer.render(source).json()["still"]["average_color"] == "#800000"
    given = {"level": 9.0, "tint": [0.0, 0.0, 1.0], "unknown": 3}
    answer = renderer.render(source, parameters=given).json()
    assert answer["still"]["average_color"] == "#0000ff"
    assert [parameter["name"] for parameter in answer["parameters"]] == ["level", "tint"]


def test_preview_moves_and_takes_its_time(renderer: RendererProcess) -> None:
    answer = renderer.render(MOVING, preview={}).json()
    preview = answer["preview"]
    assert (preview["width"], preview["height"], preview["frames"], preview["seconds"]) == (320, 180, 36, 2.0)
    loop = picture(preview)
    assert getattr(loop, "n_frames", 1) == 36
    durations, colours = 0, set()
    for index in range(36):
        loop.seek(index)
        loop.load()
        durations += loop.info["duration"]
        colours.add(loop.convert("RGB").getpixel((160, 90)))
    assert durations == 2000
    assert len(colours) > 20


def test_preview_alone_starts_where_it_is_told(renderer: RendererProcess) -> None:
    source = "void mainImage(out vec4 c, in vec2 p) { c = vec4(vec3(iTime / 20.0), 1.0); }"
    answer = renderer.render(source, still=None, preview={"start": 10.0, "seconds": 1.0, "fps": 8}).json()
    assert answer["still"] is None
    first = picture(answer["preview"]).convert("RGB").getpixel((10, 10))
    assert isinstance(first, tuple)
    assert abs(first[0] - 128) <= 3


@pytest.mark.parametrize("order", [{"still": {}}, {"still": None}])
def test_static_shader_has_no_preview(renderer: RendererProcess, order: dict[str, object]) -> None:
    for source in (GRADIENT, body("a = iTime > 0.0 ? p.x * 0.001 : 1.0;")):
        answer = renderer.render(source, preview={}, **order).json()
        assert (answer["animated"], answer["preview"], answer["preview_skipped"]) == (False, None, "static")


def test_motion_is_looked_for_where_somebody_wants_to_know(renderer: RendererProcess) -> None:
    source = body("a = iTime > 0.0 ? p.x * 0.001 : 1.0;")
    assert [renderer.render(source, motion=motion).json()["animated"] for motion in (False, True)] == [True, False]
    assert renderer.render(MOVING, motion=True).json()["animated"] is True


def test_nothing_of_the_job_before_is_left(renderer: RendererProcess) -> None:
    """All in one context: a shader that draws nothing shows none of the pictures before, at any size."""
    nothing = "void mainImage(out vec4 c, in vec2 p) { if (iTime >= 0.0) discard; c = vec4(1.0); }"
    feedback = "uniform sampler2D backbuffer; void main() { gl_FragColor = texture2D(backbuffer, vec2(0.5)); }"
    for size in ({"width": 320, "height": 180}, {"width": 64, "height": 36}, {"width": 322, "height": 182}):
        assert renderer.render(solid(200, 100, 50), still=size).json()["still"]["average_color"] == "#c86432"
        for source in (nothing, feedback):
            assert renderer.render(source, still=size).json()["still"]["average_color"] == "#000000"


def test_feedback_is_played_up_to_the_stills_time(renderer: RendererProcess) -> None:
    # Four levels a frame, sixty frames a second: 61 frames are drawn up to and at one second.
    answer = renderer.render(_FEEDBACK, still={"time": 0.5}, preview={}).json()
    assert answer["animated"] is True
    assert answer["still"]["average_color"] == "#7c0033"
    loop = picture(answer["preview"])
    first = loop.convert("RGB").getpixel((10, 10))
    assert isinstance(first, tuple)
    assert abs(first[0] - 0x7C) <= 8


def test_heavy_preview_gets_smaller_or_fewer_frames(renderer: RendererProcess) -> None:
    heavy = body(
        "for (int i = 0; i < 400; i++) a = sin(a * 1.1 + p.y * 0.001) + 0.5; a = fract(a + p.x * 0.001 + iTime * 0.1);"
    )
    answer = renderer.render(heavy, preview={"width": 640, "height": 360, "fps": 30}).json()
    assert answer["still"] is not None
    if answer["preview"] is None:
        assert answer["preview_skipped"] in ("budget", "timeout", "renderer_slow")
    else:
        assert answer["preview"]["frames"] < 60


def test_pictures_repeat_bit_for_bit(renderer: RendererProcess) -> None:
    # Small enough to fit its budget on a busy machine: what is too slow is drawn with fewer frames.
    order = {
        "still": {"time": 0.5, "width": 320, "height": 180},
        "preview": {"width": 160, "height": 90, "seconds": 1.0, "fps": 10},
    }
    for source in (MOVING, _FEEDBACK):
        first, second = (renderer.render(source, **order).json() for _ in range(2))
        assert first["still"]["data"] == second["still"]["data"]
        assert first["preview"]["data"] == second["preview"]["data"]
