"""From raw frames to WebP, and what is measured on a frame before. Slow functions are meant for a worker thread."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from services.renderer.page_server import Pixels

# A picture whose pixels, but for one in two hundred at either end, lie this close together (of 255) shows nothing.
_FLAT_SPAN = 10
_FLAT_TAIL = 1 / 200
_SAMPLE_STEP = 3
_LEVELS = np.arange(256)
# Two black frames side by side would be taken for one; grey is at the edge of few pictures.
SHEET_GAP = 4
_GAP_COLOR = (128, 128, 128)
# Lower qualities with about the part of the bytes that they leave; below the last one fewer pixels look better.
_SHEET_QUALITY = 85
_LOWER_QUALITIES = ((70, 0.6), (50, 0.45), (30, 0.3))


@dataclass(frozen=True, slots=True)
class Look:
    """What a frame looks like."""

    span: int
    average_color: str

    @property
    def flat(self) -> bool:
        """Whether it is one colour, nearly everywhere."""
        return self.span < _FLAT_SPAN


def look_at(pixels: Pixels) -> Look:
    """Measure the first frame: its largest spread in a colour channel, and its mean colour as `#rrggbb`."""
    sample = _rgb(pixels, 0)[::_SAMPLE_STEP, ::_SAMPLE_STEP]
    # Counting levels takes a tenth of the time that ordering samples does.
    counts = [np.bincount(sample[:, :, channel].ravel(), minlength=256) for channel in range(3)]
    size = sample.shape[0] * sample.shape[1]
    red, green, blue = (round(float(count @ _LEVELS) / size) for count in counts)
    return Look(span=max(map(_spread, counts)), average_color=f"#{red:02x}{green:02x}{blue:02x}")


def _spread(count: NDArray[np.int64]) -> int:
    """How far apart the levels lie between the tails."""
    below = np.cumsum(count)
    low, high = np.searchsorted(below, (_FLAT_TAIL * below[-1], (1 - _FLAT_TAIL) * below[-1]), side="right")
    return int(min(high, _LEVELS[-1]) - low)


def is_still(pixels: Pixels) -> bool:
    """Whether all frames are the same picture."""
    first = _rgb(pixels, 0)
    return all(np.array_equal(_rgb(pixels, index), first) for index in range(1, pixels.frames))


def equal(one: Pixels, other: Pixels) -> bool:
    """Whether the first frames of two deliveries are the same picture."""
    return np.array_equal(_rgb(one, 0), _rgb(other, 0))


def mean_color(looks: Sequence[Look]) -> str:
    """The mean of the frames' mean colours, as `#rrggbb`."""
    parts = zip(*(bytes.fromhex(look.average_color[1:]) for look in looks), strict=True)
    return "#" + bytes(round(sum(part) / len(looks)) for part in parts).hex()


def encode_still(pixels: Pixels, quality: int, method: int) -> bytes:
    """The first frame as an opaque WebP."""
    buffer = io.BytesIO()
    _image(pixels, 0).save(buffer, "WEBP", quality=quality, method=method)
    return buffer.getvalue()


def encode_preview(pixels: Pixels, seconds: float, quality: int, method: int) -> bytes:
    """All frames as an opaque animated WebP that loops for ever and takes `seconds` once around."""
    buffer = io.BytesIO()
    images = [_image(pixels, index) for index in range(pixels.frames)]
    # Frame times are whole milliseconds; rounding each end separately keeps the sum right.
    ends = [round(1000 * seconds * (index + 1) / pixels.frames) for index in range(pixels.frames)]
    durations = [end - start for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    images[0].save(
        buffer,
        "WEBP",
        save_all=True,
        append_images=images[1:],
        duration=durations,
        loop=0,
        quality=quality,
        method=method,
    )
    return buffer.getvalue()


def encode_sheet(
    frames: Sequence[Pixels], columns: int, max_bytes: int, method: int
) -> tuple[bytes, tuple[int, int], int]:
    """The first frame of each in rows from the upper left, as one opaque WebP of at most `max_bytes`.

    Gives also its size and the gap between frames, both in pixels. A file that would be too large gets a lower quality,
    then fewer pixels.
    """
    gap = SHEET_GAP if len(frames) > 1 else 0
    scale = 1.0

    def encoded(quality: int) -> tuple[bytes, tuple[int, int]]:
        sheet = _side_by_side([_scaled(_image(pixels, 0), scale) for pixels in frames], columns, gap)
        buffer = io.BytesIO()
        sheet.save(buffer, "WEBP", quality=quality, method=method)
        return buffer.getvalue(), sheet.size

    data, size = encoded(_SHEET_QUALITY)
    whole = len(data)
    for quality, share in _LOWER_QUALITIES:
        if len(data) > max_bytes >= share * whole:
            data, size = encoded(quality)
    expected = min(len(data), share * whole)
    while len(data) > max_bytes:
        scale *= min(0.9, 0.95 * math.sqrt(max_bytes / expected))
        data, size = encoded(quality)
        expected = len(data)
    return data, size, gap


def _scaled(frame: Image.Image, scale: float) -> Image.Image:
    if scale == 1.0:
        return frame
    width, height = (max(1, round(length * scale)) for length in frame.size)
    return frame.resize((width, height), Image.Resampling.BOX)


def _side_by_side(frames: Sequence[Image.Image], columns: int, gap: int) -> Image.Image:
    width, height = (length + gap for length in frames[0].size)
    rows = -(-len(frames) // columns)
    sheet = Image.new("RGB", (columns * width - gap, rows * height - gap), _GAP_COLOR)
    for index, frame in enumerate(frames):
        sheet.paste(frame, (index % columns * width, index // columns * height))
    return sheet


def warm_up() -> None:
    """Load the codec, which would cost the first job a tenth of a second."""
    black = Pixels(16, 16, 2, memoryview(bytes(2 * 16 * 16 * 4)))
    look_at(black)
    encode_preview(black, 1.0, 75, 0)


def _image(pixels: Pixels, index: int) -> Image.Image:
    # RGBX drops alpha, -1 turns the bottom row, which comes first, to the bottom.
    return Image.frombuffer(
        "RGB",
        (pixels.width, pixels.height),
        np.frombuffer(pixels.frame(index), np.uint8),
        "raw",
        "RGBX",
        pixels.width * 4,
        -1,
    )


def _rgb(pixels: Pixels, index: int) -> NDArray[np.uint8]:
    frame = np.frombuffer(pixels.frame(index), dtype=np.uint8)
    return frame.reshape(pixels.height, pixels.width, 4)[:, :, :3]
