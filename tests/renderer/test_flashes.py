"""Flashes by WCAG 2.3.1: made sequences at each threshold and just beyond, then shaders through the real renderer."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from services.renderer.flashes import count
from services.renderer.page_server import Pixels
from tests.fixtures.renderer import RendererProcess
from tests.renderer.shaders import GRADIENT, MOVING
from tests.renderer.test_encode import frames

BLACK, WHITE = (0, 0, 0), (255, 255, 255)
Colour = tuple[int, int, int]


def grey(level: int) -> Colour:
    return level, level, level


def plain(colour: Colour) -> np.ndarray:
    return np.tile(np.array(colour), (180, 320, 1))


def turns(pattern: str, one: Colour = BLACK, other: Colour = WHITE) -> Pixels:
    """A frame for each digit, all of the one colour or of the other."""
    return frames(*(plain((one, other)[int(digit)]) for digit in pattern))


def pictures(shown: Callable[[float], np.ndarray], rate: int, seconds: float = 2.0) -> Pixels:
    """Grey frames; `shown` gives the levels of 255 at a time."""
    times = np.arange(round(rate * seconds)) / rate
    return frames(*(np.repeat(shown(time)[..., None], 3, axis=-1) for time in times))


X, Y = np.meshgrid(np.arange(320), np.arange(180))


class TestNumber:
    def test_three_in_a_second_are_three(self) -> None:
        assert count(turns("000111" * 6), 2.0, loops=True) == 3

    def test_four_are_four(self) -> None:
        assert count(turns("0011" * 8), 2.0, loops=True) == 4

    def test_a_flash_is_a_pair_of_changes(self) -> None:
        assert count(turns("0" * 18 + "0101010" + "1" * 11), 2.0, loops=False) == 3
        assert count(turns("0" * 18 + "01010101" + "0" * 10), 2.0, loops=False) == 4

    def test_the_worst_second_counts_wherever_it_begins(self) -> None:
        """Eight changes, the last one second after the first, and then a frame less."""
        assert count(turns("0" * 5 + "11001100110011" + "0" * 9), 2.0, loops=False) == 3
        assert count(turns("0" * 5 + "1001100110011" + "0" * 10), 2.0, loops=False) == 4

    def test_a_loop_ends_where_it_begins(self) -> None:
        shown = turns("0" * 29 + "1010101")
        assert count(shown, 2.0, loops=False) == 3
        assert count(shown, 2.0, loops=True) == 4

    def test_a_change_may_be_slow(self) -> None:
        def shown(times: float) -> Callable[[float], np.ndarray]:
            return lambda time: np.full((180, 320), 127.5 - 127 * np.cos(2 * np.pi * times * time))

        assert count(pictures(shown(0.5), 60), 2.0, loops=False) == 1
        assert count(pictures(shown(3), 60), 2.0, loops=False) == 3
        assert count(pictures(shown(5), 60), 2.0, loops=False) == 5


class TestThresholds:
    """Of luminance a tenth is between the levels 89 and 90, eight tenths between 231 and 232."""

    @pytest.mark.parametrize(
        ("one", "other", "flashes"),
        [
            (BLACK, grey(89), 0),
            (BLACK, grey(90), 9),
            (grey(232), WHITE, 0),
            (grey(231), WHITE, 9),
            # Too little luminance for a general flash. A red difference of 20 is between the levels 70 and 71.
            (BLACK, (180, 0, 0), 9),
            (BLACK, (70, 0, 0), 0),
            (BLACK, (71, 0, 0), 9),
            # Red is eight tenths of the light with 67, and less with 68.
            (grey(100), (180, 67, 67), 9),
            (grey(100), (180, 68, 68), 0),
            # Of a blue, which is as dark, the red rule says nothing.
            (BLACK, (0, 0, 255), 0),
        ],
    )
    def test_colours(self, one: Colour, other: Colour, flashes: int) -> None:
        assert count(turns("01" * 18, one, other), 2.0, loops=True) == flashes

    @pytest.mark.parametrize(
        ("places", "flashes"),
        [
            # A quarter of a field of 107 x 80 pixels is 2131 pixels: here 2128 and 2132.
            ([(100, 50, 76, 28)], 0),
            ([(100, 50, 82, 26)], 9),
            ([(238, 154, 82, 26)], 9),
            ([(100, 50, 40, 26), (148, 60, 42, 26)], 9),
            ([(20, 50, 40, 26), (248, 50, 42, 26)], 0),
        ],
        ids=["less than a quarter", "more", "in a corner", "in two parts of a field", "in two fields"],
    )
    def test_area(self, places: list[tuple[int, int, int, int]], flashes: int) -> None:
        dark, light = plain(BLACK), plain(BLACK)
        for x, y, width, height in places:
            light[y : y + height, x : x + width] = WHITE
        assert count(frames(*[dark, light] * 18), 2.0, loops=True) == flashes

    def test_what_is_small_in_a_small_picture_is_so_too(self) -> None:
        """A field is a part of the picture, whatever its pixels are."""
        dark, more, less = (np.zeros((90, 160, 3)) for _ in range(3))
        more[22:38, 20:52] = less[22:38, 20:52] = more[22:26, 52:60] = WHITE
        assert count(frames(*[dark, more] * 18), 2.0, loops=True) == 9
        assert count(frames(*[dark, less] * 18), 2.0, loops=True) == 0


class TestPatterns:
    @pytest.mark.parametrize(("side", "flashes"), [(1, 0), (16, 9)])
    def test_a_chessboard_that_is_finer_than_a_tenth_of_a_degree_does_not_flash(self, side: int, flashes: int) -> None:
        board = 255 * ((X // side + Y // side) % 2)
        both = [np.repeat(one[..., None], 3, axis=-1) for one in (board, 255 - board)]
        assert count(frames(*both * 18), 2.0, loops=True) == flashes

    @pytest.mark.parametrize(("part", "flashes"), [(0.5, 5), (0.3, 5), (0.7, 5), (0.2, 0), (0.8, 0)])
    def test_what_passes_is_as_large_as_it_is(self, part: float, flashes: int) -> None:
        """Narrow bars reach every pixel, one after the other."""
        bars = pictures(lambda time: 255 * ((X / 107 + 5 * time) % 1 < part), 60)
        assert count(bars, 2.0, loops=False) == flashes

    def test_a_strobe_may_be_short(self) -> None:
        assert count(turns(("1" + "0" * 11) * 10), 2.0, loops=True) == 5

    def test_in_small_frames_coarser_ones_do_not_either(self) -> None:
        """There a glint of a pixel may be a far smaller one on a screen."""
        sparks = 255 * (np.random.default_rng(1).random((120, 90, 160)) < 0.013)
        found = count(frames(*(np.repeat(one[..., None], 3, axis=-1) for one in sparks)), 2.0, loops=False)
        assert found is not None
        assert found <= 3

    @pytest.mark.parametrize(("passing", "flashes"), [(2, 2), (5, 5)])
    def test_stripes_flash_by_how_many_pass(self, passing: int, flashes: int) -> None:
        stripes = pictures(lambda time: 255 * ((X / 48 + passing * time) % 1 < 0.5), 60)
        assert count(stripes, 2.0, loops=False) == flashes


class TestRate:
    @pytest.mark.parametrize(("pattern", "seconds", "flashes"), [("01" * 6, 2.0, None), ("01" * 8, 2.0, 4)])
    def test_too_few_frames_a_second_say_nothing(self, pattern: str, seconds: float, flashes: int | None) -> None:
        assert count(turns(pattern), seconds, loops=True) == flashes
        assert count(turns("0" * len(pattern)), seconds, loops=True) == (None if flashes is None else 0)

    def test_less_than_a_second_says_what_it_shows(self) -> None:
        assert count(turns("000111000"), 0.5, loops=False) is None
        assert count(turns("010101010"), 0.5, loops=False) == 4


def moving(colour: str) -> str:
    return f"void mainImage(out vec4 c, in vec2 p) {{ c = vec4({colour}, 1.0); }}"


def strobe(times: float, colour: str = "vec3(1.0)") -> str:
    return moving(f"{colour} * step(0.5, fract(iTime * {times:.1f} + 0.1))")


_CHESS = "mod(floor(p.x / iResolution.x * 8.0) + floor(p.y / iResolution.x * 8.0) + floor(iTime * 20.0), 2.0)"
_FEEDBACK = (
    "uniform sampler2D backbuffer; uniform vec2 resolution; uniform float time;\n"
    "void main() { vec4 before = texture2D(backbuffer, gl_FragCoord.xy / resolution);\n"
    "gl_FragColor = vec4(vec3(step(before.r, 0.5)), 1.0); }"
)
_LOOP: dict[str, Any] = {"still": None, "preview": {}, "flashes": True}


@pytest.mark.xdist_group("renderer")
class TestDrawn:
    @pytest.mark.parametrize(
        ("source", "least", "most"),
        [
            (strobe(5), 5, 5),
            (strobe(3), 3, 3),
            # Faster than a loop shows, and as fast as it repeats.
            (strobe(15), 14, 15),
            (strobe(18), 17, 18),
            (strobe(6, "vec3(0.6, 0.0, 0.0)"), 6, 6),
            (moving(f"vec3({_CHESS})"), 10, 10),
            (_FEEDBACK, 4, 30),
            (MOVING, 0, 1),
            (GRADIENT, 0, 0),
        ],
        ids=["strobe", "three", "fast", "as the loop", "red", "chessboard", "feedback", "calm", "still"],
    )
    def test_a_loop_comes_with_its_flashes(self, renderer: RendererProcess, source: str, least: int, most: int) -> None:
        reply = renderer.render(source, **_LOOP)
        assert reply.status_code == 200, reply.text
        assert least <= reply.json()["flashes"] <= most

    def test_they_are_counted_alone(self, renderer: RendererProcess) -> None:
        found = renderer.render(strobe(7), still=None, flashes=True).json()
        assert (found["flashes"], found["still"], found["preview"]) == (7, None, None)

    @pytest.mark.parametrize("times", [[0.5, 1.0], None])
    def test_a_look_tells_of_them(self, renderer: RendererProcess, times: Any) -> None:
        found = renderer.render(strobe(7), still=None, sheet={"times": times}, motion=True, flashes=True).json()
        assert (found["flashes"], found["animated"], len(found["sheet"]["times"])) == (7, True, len(times or [1]))

    def test_who_does_not_ask_is_not_told(self, renderer: RendererProcess) -> None:
        assert renderer.render(strobe(5), preview={}).json()["flashes"] is None

    def test_nothing_else_is_asked_for_beside_a_kept_still(self, renderer: RendererProcess) -> None:
        assert renderer.render(strobe(5), still=None, kept={"time": 1.0}, flashes=True).status_code == 400
