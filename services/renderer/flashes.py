"""How often frames flash, by WCAG 2.3.1: the flashes of the worst second, general or red, whichever are more.

`count` is pure: frames go in, a number comes out. A *change* is one of relative luminance by 10 % or more of the most
there can be, where the darker state is below 0.80; or one of (R - G - B) * 320, in linear light and not below 0, by
more than 20, where either state is a saturated red, with R / (R + G + B) of 0.8 or more. A *flash* is a pair of
opposing changes. It counts where more than a quarter of a field of 10 degrees flashes as often: of a block of 341x256
pixels anywhere in a picture that is 1024 pixels wide, scaled to the width of the frames.

- Each pixel has its own flashes, so two halves that flash in turn, and stripes that pass, flash like a whole picture.
  A change may take several frames; it is when it has come to its size.
- Flashes count together that occur at once. A pixel flashes while it is in that of its two states, light or dark, which
  it is in for less of the second. So a spoke or a glint, which is somewhere else each time, is no larger than it is.
- What is finer than a tenth of a degree does not flash: the mean of squares of pixels is taken as light, of 2x2 where a
  pixel is as wide as that, and larger ones in smaller frames, where a fine pattern, drawn at few points, is coarse.
- Frames at `rate` a second show half as many flashes at most. Below `LEAST_RATE`, or for less than a second, nothing
  can be said but that there are too many; the answer is None.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.contracts.renderer import MOST_FLASHES
from services.renderer.light import LIGHT, Light
from services.renderer.page_server import Pixels

# As many changes a second as one flash too many has.
LEAST_RATE: Final = 2 * (MOST_FLASHES + 1)
_LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)
_LEAST_CHANGE, _BRIGHT = np.float32(0.1), np.float32(0.8)
_LEAST_RED_CHANGE, _SATURATED = np.nextafter(np.float32(20), np.float32(np.inf)), np.float32(0.8)
_BLOCK, _PICTURE_WIDTH = (341, 256), 1024
_PART = 0.25
# How wide a picture is whose pixels are a tenth of a degree.
_PIXELS_OF_A_TENTH = 320

Flags = NDArray[np.bool_]


def count(pixels: Pixels, seconds: float, *, loops: bool) -> int | None:
    """Flashes in the worst second of frames that take `seconds` together; `loops` says that the first follows the last.

    None where so few frames cannot show one too many, and none was seen.
    """
    rate = pixels.frames / seconds
    side = max(2, round(2 * _PIXELS_OF_A_TENTH / pixels.width))
    light = np.stack([_light(pixels, index, side) for index in range(pixels.frames)])
    window = max(1, math.ceil(rate - 1e-6))
    if loops:
        light = light[np.arange(pixels.frames + window) % pixels.frames]
    field = _Field(light.shape[2], light.shape[1])
    found = max(_worst(changes, window, field) for changes in (_general(light), _red(light)))
    tells = rate >= LEAST_RATE and seconds >= 1
    return found if tells or found > MOST_FLASHES else None


def _light(pixels: Pixels, index: int, side: int) -> Light:
    """A frame as light, of `side` times fewer pixels in each direction."""
    height, width = pixels.height // side, pixels.width // side
    frame = np.frombuffer(pixels.frame(index), np.uint8).reshape(pixels.height, pixels.width, 4)
    light = LIGHT[frame[: side * height, : side * width, :3]]
    smaller: Light = light.reshape(height, side, width, side, 3).mean(axis=(1, 3), dtype=np.float32)
    return smaller


@dataclass(frozen=True, slots=True)
class _Changes:
    """Of each frame and pixel: how many changes there were so far, and whether it is high since the last one."""

    total: NDArray[np.int16]
    high: Flags


def _general(light: Light) -> _Changes:
    luminance = light @ _LUMINANCE
    return _changes(luminance, luminance < _BRIGHT, _LEAST_CHANGE)


def _red(light: Light) -> _Changes:
    red, rest = light[..., 0], light[..., 1] + light[..., 2]
    saturated = (red > 0) & (red >= _SATURATED * (red + rest))
    return _changes(np.maximum(red - rest, 0) * np.float32(320), saturated, _LEAST_RED_CHANGE)


def _changes(levels: Light, counts: Flags, least: np.float32) -> _Changes:
    """The changes of each pixel.

    A change is one by `least` or more from the last extreme, against the direction of the change before, where the
    level there or here `counts`.
    """
    total, is_high = np.zeros(levels.shape, np.int16), np.zeros(levels.shape, bool)
    low = high = levels[0]
    low_counts = high_counts = counts[0]
    falls = rises = began_high = np.zeros(levels.shape[1:], bool)
    for index in range(1, len(levels)):
        now, now_counts = levels[index], counts[index]
        up = ~rises & (now - low >= least) & (now_counts | low_counts)
        down = ~falls & ~up & (high - now >= least) & (now_counts | high_counts)
        began_high = began_high | (down & ~rises & ~falls)
        rises, falls = up | (rises & ~down), down | (falls & ~up)
        lowest, highest = down | (now < low), up | (now > high)
        low, high = np.where(lowest, now, low), np.where(highest, now, high)
        low_counts, high_counts = np.where(lowest, now_counts, low_counts), np.where(highest, now_counts, high_counts)
        total[index], is_high[index] = total[index - 1] + (up | down), rises
    return _Changes(total, is_high | (began_high & (total == 0)))


def _worst(changes: _Changes, window: int, field: "_Field") -> int:
    """The most flashes that are in so many steps together, at once over the part of a field that counts."""
    worst, last = 0, len(changes.total) - 1
    for end in range(min(window, last), last + 1):
        start = max(0, end - window)
        flashes = (changes.total[end] - changes.total[start]) // 2
        while field.is_filled(flashes > worst) and _at_once(changes.high[start + 1 : end + 1], flashes > worst, field):
            worst += 1
    return worst


def _at_once(high: Flags, pixels: Flags, field: "_Field") -> bool:
    """Whether these pixels fill the part of a field that counts in one of the frames, each while it flashes."""
    rarely_high = 2 * np.count_nonzero(high, axis=0) <= len(high)
    return any(field.is_filled(pixels & (frame == rarely_high)) for frame in high)


class _Field:
    """What 10 degrees are in a picture of so many pixels."""

    def __init__(self, width: int, height: int) -> None:
        across, down = (side * width / _PICTURE_WIDTH for side in _BLOCK)
        self._most = _PART * across * down
        self._across, self._down = (max(1, min(round(across), width)), max(1, min(round(down), height)))

    def is_filled(self, pixels: Flags) -> bool:
        """Whether more than the part that counts of a field anywhere in the picture is of these pixels."""
        if np.count_nonzero(pixels) <= self._most:
            return False
        sums = np.pad(pixels, ((1, 0), (1, 0))).cumsum(0, dtype=np.int32).cumsum(1, dtype=np.int32)
        rows = sums[self._down :] - sums[: -self._down]
        return bool((rows[:, self._across :] - rows[:, : -self._across]).max() > self._most)
