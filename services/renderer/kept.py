"""The kept still: one picture out of several samples, in all its sizes.

The same frame is drawn several times, each time from another point of every pixel, and the mean is what a finer grid
would give. But the shader sees the size of the picture and not of the grid: lines that it draws a pixel wide stay so,
and what it makes of places in pixels is not made smaller. The points are those of a turned grid, no two in one row or
column, so that edges which are nearly upright or level become smooth too; the first two lie opposite each other, for a
shader that can only be drawn twice. Colours are light that is added up, so means and smaller sizes are taken of light,
and not of the bytes that stand for it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from services.contracts.renderer import KEPT_WIDTHS, SHARE_SIZE
from services.renderer.light import LIGHT, Light
from services.renderer.page_server import Pixels

# In pixels from the middle of one.
SAMPLES = ((-0.125, -0.375), (0.125, 0.375), (0.375, -0.125), (-0.375, 0.125))
# What is expected to take this part of what is left is begun.
_SAFE = 0.85
# Some readers of links leave out what is larger.
_SHARE_BYTES = 300_000
_SHARE_QUALITIES = (88, 80, 70, 55, 40)

# The value that stands for each of 65,536 steps of light: the nearest one.
_VALUES = np.searchsorted((LIGHT[1:] + LIGHT[:-1]) / 2, np.arange(65_536) / 65_535).astype(np.uint8)


@dataclass(slots=True)
class KeptFiles:
    """WebP files by their size, the largest first, and a JPEG."""

    share: bytes
    sizes: dict[tuple[int, int], bytes] = field(default_factory=dict)


def fits(cost: float, left: float) -> bool:
    """Whether what has cost so many seconds may be drawn in those that are left."""
    return cost <= _SAFE * left


def encode_kept(samples: Sequence[Pixels], quality: int, method: int) -> KeptFiles:
    """All files of a kept still."""
    light = mean_light(samples)
    width, height = samples[0].width, samples[0].height
    found = KeptFiles(_share(light))
    for narrower in [width, *(each for each in KEPT_WIDTHS if each < width)]:
        size = (narrower, height * narrower // width)
        found.sizes[size] = _saved(_image(_scaled(light, size)), "WEBP", quality=quality, method=method)
    return found


def mean_light(samples: Sequence[Pixels]) -> Light:
    """The mean of the samples as light, rows from the top."""
    total = np.zeros((samples[0].height, samples[0].width, 3), np.float32)
    for pixels in samples:
        frame = np.frombuffer(pixels.frame(0), np.uint8).reshape(pixels.height, pixels.width, 4)
        total += LIGHT[frame[::-1, :, :3]]
    return total / np.float32(len(samples))


def _share(light: Light) -> bytes:
    """The middle of the picture, as wide as it is, of a quality that makes no large file."""
    height, width, _ = light.shape
    cut = (height - width * SHARE_SIZE[1] / SHARE_SIZE[0]) / 2
    image = _image(_scaled(light, SHARE_SIZE, (0, cut, width, height - cut)))
    data = b""
    for quality in _SHARE_QUALITIES:
        data = _saved(image, "JPEG", quality=quality, subsampling=0)
        if len(data) <= _SHARE_BYTES:
            break
    return data


def _scaled(light: Light, size: tuple[int, int], box: tuple[float, float, float, float] | None = None) -> Light:
    """`box` of the picture in another size."""
    height, width, _ = light.shape
    if box is None and (width, height) == size:
        return light
    lanczos = Image.Resampling.LANCZOS
    channels = (Image.fromarray(np.ascontiguousarray(light[:, :, channel])) for channel in range(3))
    return np.stack([np.asarray(channel.resize(size, lanczos, box)) for channel in channels], axis=-1)


def _image(light: Light) -> Image.Image:
    steps = (np.clip(light, 0, 1) * 65_535 + 0.5).astype(np.uint16)
    return Image.fromarray(_VALUES[steps])


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()
