"""Sheets: several frames of one shader in one picture, drawn by the real browser."""

from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.fixtures.renderer import RendererProcess, picture
from tests.renderer.fire import drawn_under_fire
from tests.renderer.shaders import GRADIENT, body, solid

pytestmark = pytest.mark.xdist_group("renderer")

# Red is the time in tenths of a second, so each frame says when it was drawn.
CLOCK = "void mainImage(out vec4 c, in vec2 p) { c = vec4(iTime / 10.0, 0.25, 1.0 - iTime / 10.0, 1.0); }"
# Four levels of red more in each frame.
FEEDBACK = (
    "uniform sampler2D backbuffer; uniform vec2 resolution;\n"
    "void main() { vec4 before = texture2D(backbuffer, gl_FragCoord.xy / resolution);\n"
    "gl_FragColor = vec4(before.r + 4.0 / 255.0, 0.0, 0.2, 1.0); }"
)
NOISE = (
    "float h(vec3 q) { return fract(sin(dot(q, vec3(12.9898, 78.233, 3.17))) * 43758.5); }\n"
    "void mainImage(out vec4 c, in vec2 p) { vec3 q = vec3(p, iTime); c = vec4(h(q), h(q.yzx), h(q.zxy), 1.0); }"
)
# Slow in a way that the page can look at its clock between two strips, and slow within a single one.
SLOW = "for (int i = 0; i < 59000; i++) a = sin(a * 1.1 + p.y);"
HANGING = f"for (int i = 0; i < 59000; i++) {{ {'a = sin(a * 1.1 + p.y) + cos(a * 0.7); ' * 12} }}"


def from_two_seconds_on(statements: str) -> str:
    """A shader whose red is its time in tenths until the statements come into it."""
    return body(f"a = iTime / 10.0; if (iTime > 2.0) {{ {statements} }}")


def order(renderer: RendererProcess, source: str, times: list[float] | None, **fields: Any) -> httpx2.Response:
    sheet = {"times": times, "width": 64, "height": 36, **fields}
    return renderer.render(source, still=None, sheet=sheet, motion=True)


def frames_of(sheet: dict[str, Any]) -> list[Image.Image]:
    """The frames, in the order of `times`."""
    image = picture(sheet).convert("RGB")
    assert image.size == (sheet["width"], sheet["height"])
    gap, columns, rows = sheet["gap"], sheet["columns"], sheet["rows"]
    width, height = (image.width + gap) // columns, (image.height + gap) // rows
    corners = [(index % columns * width, index // columns * height) for index in range(len(sheet["times"]))]
    return [image.crop((x, y, x + width - gap, y + height - gap)) for x, y in corners]


def reds_of(sheet: dict[str, Any]) -> list[int]:
    return [frame.getpixel((frame.width // 2, frame.height // 2))[0] for frame in frames_of(sheet)]  # type: ignore[index]


def nearly(found: list[int], expected: list[float], off: int = 4) -> bool:
    return len(found) == len(expected) and all(abs(a - b) <= off for a, b in zip(found, expected, strict=True))


def test_frames_are_in_reading_order(renderer: RendererProcess) -> None:
    times = [0.0, 1.0, 2.5, 4.0, 9.0]
    answer = order(renderer, CLOCK, times).json()
    sheet = answer["sheet"]
    assert (answer["still"], answer["preview"], answer["animated"]) == (None, None, True)
    assert (sheet["columns"], sheet["rows"], sheet["times"], sheet["flat"]) == (3, 2, times, [True] * 5)
    assert (sheet["width"], sheet["height"], sheet["gap"]) == (3 * 64 + 2 * 4, 2 * 36 + 4, 4)
    assert nearly(reds_of(sheet), [25.5 * time for time in times])
    assert picture(sheet).convert("RGB").getpixel((190, 60)) == (128, 128, 128)
    assert sheet["average_color"] == "#5440ab"


def test_frames_are_upright_and_parameters_reach_them(renderer: RendererProcess) -> None:
    source = (
        "uniform float blue; // = 0.0 in [0.0, 1.0]\n"
        "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, blue, 0.2 + iTime); }"
    )
    size = {"width": 64, "height": 36}
    answer = renderer.render(source, still=None, sheet={"times": [0, 1], **size}, parameters={"blue": 1.0}).json()
    (frame, _) = frames_of(answer["sheet"])
    for place, expected in {(3, 3): (12, 230, 255), (60, 32): (240, 25, 255)}.items():
        found = frame.getpixel(place)
        assert isinstance(found, tuple)
        assert nearly(list(found), list(expected), off=16)


def test_without_times_it_is_one_that_shows_something(renderer: RendererProcess) -> None:
    sheet = order(renderer, body("a = iTime < 4.0 ? 0.0 : fract(p.x * 0.05);"), None).json()["sheet"]
    assert (sheet["times"], sheet["flat"], sheet["columns"], sheet["rows"], sheet["gap"]) == ([5.0], [False], 1, 1, 0)


def test_without_clock_and_memory_one_frame_is_enough(renderer: RendererProcess) -> None:
    answer = order(renderer, GRADIENT, [0, 1, 2]).json()
    assert (answer["animated"], answer["sheet"]["times"], answer["sheet"]["columns"]) == (False, [0.0], 1)


@pytest.mark.parametrize(
    ("source", "animated"),
    [
        (body("a = 0.5 + 0.5 * sin(iTime * 6.2831853);"), True),
        (body("a = iTime < 0.0 ? 1.0 : p.x * 0.001;"), False),
    ],
)
def test_frames_that_are_the_same_may_be_a_period_apart(renderer: RendererProcess, source: str, animated: bool) -> None:
    answer = order(renderer, source, [0, 1, 2]).json()
    assert (answer["animated"], answer["sheet"]["times"]) == (animated, [0.0, 1.0, 2.0])


def test_feedback_goes_on_from_frame_to_frame(renderer: RendererProcess) -> None:
    # At 60 frames a second there are 16 frames up to and at 0.25 s, 31 at 0.5 s, 61 at 1 s, as in a still of its own.
    answer = order(renderer, FEEDBACK, [0, 0.25, 0.5, 1.0]).json()
    assert answer["animated"] is True
    assert nearly(reds_of(answer["sheet"]), [4, 64, 124, 244], off=2)
    alone = renderer.render(FEEDBACK, still={"time": 1.0, "width": 64, "height": 36}).json()["still"]
    assert alone["average_color"] == "#f40033"


@pytest.mark.parametrize("statements", [SLOW, HANGING], ids=["slow", "hanging"])
def test_what_takes_too_long_does_not_cost_the_frames_before(renderer: RendererProcess, statements: str) -> None:
    source = from_two_seconds_on(statements)
    answer = order(renderer, source, [0.5, 1.5, 2.5, 3.5], width=640, height=360)
    assert answer.status_code == 200, answer.text
    sheet = answer.json()["sheet"]
    assert (sheet["times"], sheet["columns"], sheet["rows"]) == ([0.5, 1.5], 2, 1)
    assert nearly(reds_of(sheet), [12.75, 38.25])
    assert answer.json()["animated"] is True
    # What that left behind is in nobody's picture.
    assert renderer.render(solid(10, 200, 30)).json()["still"]["average_color"] == "#0ac81e"


@pytest.mark.parametrize("statements", [SLOW, HANGING], ids=["slow", "hanging"])
def test_looking_for_motion_costs_no_frame(renderer: RendererProcess, statements: str) -> None:
    source = body(f"a = 0.5; if (iTime > 2.0) {{ {statements} {statements} }}")
    answer = order(renderer, source, [1.5], width=640, height=360)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["animated"], answer.json()["sheet"]["times"]) == (True, [1.5])


def test_a_first_frame_that_takes_too_long_is_the_answer(renderer: RendererProcess) -> None:
    answer = order(renderer, from_two_seconds_on(SLOW), [2.5, 3.5], width=640, height=360)
    # A busy machine cannot tell.
    assert (answer.status_code, answer.json()["code"]) in {(408, "still_timeout"), (503, "renderer_slow")}


def test_a_loop_that_would_be_cut_is_the_answer(renderer: RendererProcess) -> None:
    answer = order(renderer, body("while (true) { a = sin(a * 1.1) * 2.0; if (a > 100.0) break; }"), [0, 1])
    assert (answer.status_code, answer.json()["code"]) == (422, "loop_limit")


@pytest.mark.parametrize("max_bytes", [10_000, 150_000])
def test_the_file_is_no_larger_than_ordered(renderer: RendererProcess, max_bytes: int) -> None:
    times = [float(second) for second in range(9)]
    answer = order(renderer, NOISE, times, width=512, height=288, max_bytes=max_bytes).json()
    assert len(answer["sheet"]["data"]) * 3 / 4 <= max_bytes
    assert answer["sheet"]["times"] == times
    assert len(frames_of(answer["sheet"])) == 9


@pytest.mark.parametrize(
    "fields",
    [
        {"times": [1, 0]},
        {"times": [1, 1]},
        {"times": []},
        {"times": [float(n) for n in range(10)]},
        {"times": [-1]},
        {"times": [3601]},
        {"columns": 0},
        {"width": 63},
        {"max_bytes": 100},
        {"seconds": 2},
    ],
)
def test_an_order_that_is_none_is_refused(renderer: RendererProcess, fields: dict[str, Any]) -> None:
    reply = renderer.render(GRADIENT, still=None, sheet=fields)
    assert (reply.status_code, reply.json()["code"]) == (400, "bad_request")


def test_a_sheet_is_ordered_alone(renderer: RendererProcess) -> None:
    assert renderer.render(GRADIENT, sheet={}, still={}).status_code == 400
    assert renderer.render(GRADIENT, sheet={}, still=None, preview={}).status_code == 400


def test_a_sheet_is_counted_as_one(renderer: RendererProcess) -> None:
    def counted() -> dict[str, float]:
        lines = renderer.client.get("/metrics").text.splitlines()
        names = ('renderer_jobs_total{kind="sheet",outcome="ok"}', 'renderer_stage_seconds_count{stage="compile"}')
        return {name: sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)) for name in names}

    before = counted()
    order(renderer, CLOCK, [0, 1, 2, 3]).raise_for_status()
    assert {name: value - before[name] for name, value in counted().items()} == dict.fromkeys(before, 1.0)


@pytest.mark.slow
def test_no_sheet_holds_another_jobs_pixels(enduring_renderer: RendererProcess) -> None:
    own = enduring_renderer
    own.wait_until_ready()
    answers = drawn_under_fire(own, lambda number: order(own, tinted(number), [1, 2, 3, 4]), 40)
    codes = [answer.status_code for answer in answers]
    assert set(codes) <= {200, 408, 429, 500, 503}
    assert codes.count(200) > 8
    for number, answer in enumerate(answers):
        if answer.status_code == 200:
            sheet = answer.json()["sheet"]
            for at, frame in zip(sheet["times"], frames_of(sheet), strict=True):
                found = frame.getpixel((32, 18))
                assert isinstance(found, tuple)
                assert nearly(list(found), [40 * at, 20 + 29 * (number % 8), 20 + 31 * (number % 7)])
                assert sheet["times"] == [1, 2, 3, 4][: len(sheet["times"])]


def tinted(number: int) -> str:
    """A shader of its own colours whose red is its time."""
    green, blue = 20 + 29 * (number % 8), 20 + 31 * (number % 7)
    return f"void mainImage(out vec4 c, in vec2 p) {{ c = vec4(40.0 * iTime, {green}.0, {blue}.0, 255.0) / 255.0; }}"
