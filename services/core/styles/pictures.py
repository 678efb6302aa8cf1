"""The pictures of a work, measured: colours, layout and texture of the still, motion of the loop.

Everything is measured small (a person judges likeness at the size of a card) and in Oklab, where distances are as
people see them. A picture that cannot be read counts as none: the rest of the work still says what it is like.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import structlog
from numpy.typing import NDArray

from services.core.styles.code import Floats

Image = NDArray[np.float32]

_STILL = (96, 54)
_FRAME = (48, 27)
_FRAMES = 12
_AB_BINS, _AB_RANGE = 5, 0.22
_L_BINS = 8
_SCALES = 3
_ORIENTATIONS = 6
_FLAT = 0.012
_MOVES = 0.02

# The parts of a measurement and how many numbers each has.
BLOCKS = {"colour": 2 * _AB_BINS**2 + _L_BINS + 6, "layout": 51, "texture": _SCALES * 9, "motion": 18}
PICTURE_DIM = sum(BLOCKS.values())

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)

log = structlog.get_logger("styles")


@dataclass(frozen=True, slots=True)
class Measured:
    """The numbers of each part, as they come; None where there is no still, or no loop."""

    still: Floats | None
    motion: Floats | None


def measure(still: bytes | None, loop: bytes | None) -> Measured:
    """Measure the files of a still and a loop (WebP)."""
    stills = _frames(still, _STILL, 1)
    frames = _frames(loop, _FRAME, _FRAMES)
    return Measured(
        still=_of_still(_oklab(stills[0])) if stills else None,
        motion=_motion(np.stack([_oklab(frame) for frame in frames])) if len(frames) > 1 else None,
    )


def _frames(data: bytes | None, size: tuple[int, int], most: int) -> list[Image]:
    """At most `most` frames, evenly over the time, as RGB from 0 to 1; none of what is no picture."""
    if data is None:
        return []
    from PIL import Image as Pillow

    try:
        with Pillow.open(io.BytesIO(data)) as picture:
            count = min(getattr(picture, "n_frames", 1), 1_000)
            frames = []
            for number in np.unique(np.linspace(0, count - 1, min(count, most)).astype(int)):
                picture.seek(int(number))
                small = picture.convert("RGB").resize(size, Pillow.Resampling.BOX)
                frames.append(np.asarray(small, np.float32) / np.float32(255))
    except (OSError, ValueError, EOFError, SyntaxError, Pillow.DecompressionBombError) as error:
        log.warning("a stored picture cannot be read", error=type(error).__name__)
        return []
    return frames


def _oklab(rgb: Image) -> Image:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4).astype(np.float32)
    lab: Image = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    return lab


def _of_still(lab: Image) -> Floats:
    return np.concatenate([_colour(lab), _layout(lab), _texture(lab[..., 0])]).astype(np.float32)


def _colour(lab: Image) -> Floats:
    """How much there is of each colour, dark and light; how much of each lightness; mean and spread."""
    light, flat = lab[..., 0].ravel(), lab.reshape(-1, 3)
    scale = (_AB_BINS - 1) / (2 * _AB_RANGE)
    a, b = (np.clip((flat[:, axis] + _AB_RANGE) * scale, 0, _AB_BINS - 1 - 1e-4) for axis in (1, 2))
    colours = []
    for share in (np.clip(light * 1.6 - 0.3, 0, 1), 1 - np.clip(light * 1.6 - 0.3, 0, 1)):
        grid = np.zeros((_AB_BINS, _AB_BINS), np.float64)
        for da in (0, 1):
            for db in (0, 1):
                weight = share * np.abs(1 - da - a % 1) * np.abs(1 - db - b % 1)
                np.add.at(grid, (a.astype(int) + da, b.astype(int) + db), weight)
        colours.append(grid.ravel() / len(light))
    steps, _ = np.histogram(np.clip(light, 0, 1), _L_BINS, (0, 1))
    moments = np.concatenate([flat.mean(0), flat.std(0)])
    return np.concatenate([np.sqrt(np.concatenate([*colours, steps / len(light)])), moments])


def _layout(lab: Image) -> Floats:
    """Where it is light and where which colour is, and whether one half mirrors the other."""
    light = lab[..., 0]
    contrast = light.std() + 0.05
    lights = (_cells(light, 4, 8) - light.mean()) / contrast
    colours = [(_cells(lab[..., axis], 2, 4) - lab[..., axis].mean()) * 8 for axis in (1, 2)]
    mirrored = [_alike(light, other) for other in (light[:, ::-1], light[::-1], light[::-1, ::-1])]
    return np.concatenate([lights.ravel(), *(each.ravel() for each in colours), mirrored])


def _texture(light: Image) -> Floats:
    """At several scales: how strong edges are, how even, which way they run, and how much is flat."""
    numbers: list[NDArray[np.floating]] = []
    for _ in range(_SCALES):
        down, right = np.gradient(light)
        strength = np.hypot(down, right)
        angle = np.mod(np.arctan2(down, right), np.pi) / np.pi * _ORIENTATIONS
        ways = np.bincount(angle.astype(int).ravel() % _ORIENTATIONS, strength.ravel(), _ORIENTATIONS)
        flat = (strength < _FLAT).mean()
        even = strength.mean() / (np.sqrt((strength**2).mean()) + 1e-4)
        head = np.array([np.log(strength.mean() + 1e-3), even, flat])
        numbers += [head, ways / (ways.sum() + 1e-2)]
        light = _cells(light, light.shape[0] // 2, light.shape[1] // 2)
    return np.concatenate(numbers)


def _motion(frames: Image) -> Floats:
    """How much moves, where, how evenly in time, and whether light or colour changes as a whole."""
    light = frames[..., 0]
    steps = np.abs(np.diff(light, axis=0))
    each = steps.mean((1, 2))
    where = _cells(steps.mean(0), 2, 4).ravel()
    later = [np.abs(light[lag:] - light[:-lag]).mean() if len(light) > lag else each.mean() for lag in (2, 4)]
    mean = each.mean() + 1e-4
    tints = frames[..., 1:].mean((1, 2))
    return np.concatenate(
        [
            [np.log(each.mean() + 1e-3), (steps.max(0) > _MOVES).mean(), each.std() / mean, each.max() / mean / 4],
            where / (where.sum() + 1e-4),
            [later[0] / mean / 2, later[1] / mean / 4, light.mean((1, 2)).std() * 10],
            tints.std(0) * 20,
            [1.0],
        ]
    ).astype(np.float32)


def _cells(image: Image, rows: int, columns: int) -> Image:
    """The mean of each cell of a grid; what is over at the right and below is left out."""
    height, width = image.shape[0] // rows, image.shape[1] // columns
    cut = image[: rows * height, : columns * width]
    cells: Image = cut.reshape(rows, height, columns, width).mean((1, 3))
    return cells


def _alike(one: Image, other: Image) -> float:
    """The correlation of two pictures; 1 for two that are flat."""
    a, b = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum()) / scale if scale > 1e-6 else 1.0


def joined(measured: Measured) -> Floats:
    """All numbers of a work with a still; one without a loop does not move."""
    still = measured.still
    if still is None:
        raise ValueError("there is no still")
    motion = measured.motion if measured.motion is not None else np.zeros(BLOCKS["motion"], np.float32)
    return np.concatenate([still, motion])


def blocks(numbers: Floats) -> Sequence[Floats]:
    """The parts of `joined` numbers, in the order of `BLOCKS`."""
    return np.split(numbers, np.cumsum(list(BLOCKS.values()))[:-1])
