import io

import numpy as np
import pytest
from PIL import Image

from services.renderer import encode
from services.renderer.page_server import Pixels


def frames(*arrays: np.ndarray) -> Pixels:
    """Pixels as the GPU gives them, of pictures whose first row is the top one."""
    turned = np.stack([np.flipud(array) for array in arrays]).astype(np.uint8)
    opaque = np.concatenate([turned, np.full((*turned.shape[:3], 1), 7, np.uint8)], axis=-1)
    return Pixels(opaque.shape[2], opaque.shape[1], len(arrays), memoryview(opaque.tobytes()))


def plain(*colour: int) -> np.ndarray:
    return np.tile(np.array(colour), (48, 64, 1))


def test_still_is_upright_and_opaque() -> None:
    array = plain(0, 0, 0)
    array[:24, :32] = (250, 0, 0)
    image = Image.open(io.BytesIO(encode.encode_still(frames(array), 90, 2)))
    assert (image.format, image.mode, image.size) == ("WEBP", "RGB", (64, 48))
    assert image.getpixel((8, 8))[0] > 200  # type: ignore[index] # RGB pixels are tuples
    assert image.getpixel((8, 40))[0] < 50  # type: ignore[index]
    assert image.getpixel((56, 8))[0] < 50  # type: ignore[index]


def test_preview_has_all_frames_and_whole_milliseconds() -> None:
    pixels = frames(*(plain(10 * n, 0, 0) for n in range(7)))
    image = Image.open(io.BytesIO(encode.encode_preview(pixels, 2.0, 75, 2)))
    assert image.n_frames == 7  # type: ignore[attr-defined] # of WebP images
    assert image.info["loop"] == 0
    durations = []
    for index in range(7):
        image.seek(index)
        image.load()
        durations.append(image.info["duration"])
    assert sum(durations) == 2000
    assert set(durations) <= {285, 286}


def test_flat_is_one_colour_nearly_everywhere() -> None:
    assert encode.look_at(frames(plain(20, 30, 40))).flat
    assert encode.look_at(frames(plain(20, 30, 40))).average_color == "#141e28"
    speck = plain(0, 0, 0)
    speck[3, 3] = 255
    assert encode.look_at(frames(speck)).flat
    half = plain(0, 0, 0)
    half[:, :32] = 90
    assert not encode.look_at(frames(half)).flat


def test_equal_frames_are_a_still() -> None:
    assert encode.is_still(frames(plain(1, 2, 3), plain(1, 2, 3)))
    assert not encode.is_still(frames(plain(1, 2, 3), plain(1, 2, 3), plain(1, 2, 4)))


def test_sheet_has_its_frames_in_reading_order() -> None:
    colours = [(40 * n, 10, 200 - 40 * n) for n in range(5)]
    data, size, gap = encode.encode_sheet([frames(plain(*colour)) for colour in colours], 3, 150_000, 2)
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.mode, image.size) == ("WEBP", "RGB", (3 * 64 + 2 * 4, 2 * 48 + 4))
    assert (size, gap) == (image.size, 4)
    for index, colour in enumerate([*colours, (128, 128, 128)]):
        found = image.getpixel((index % 3 * 68 + 32, index // 3 * 52 + 24))
        assert all(abs(a - b) <= 4 for a, b in zip(found, colour, strict=True)), index  # type: ignore[arg-type]


def test_sheet_of_one_frame_has_no_gap() -> None:
    _, size, gap = encode.encode_sheet([frames(plain(1, 2, 3))], 1, 150_000, 2)
    assert (size, gap) == ((64, 48), 0)


@pytest.mark.parametrize("max_bytes", [1_000, 20_000, 60_000, 100_000, 150_000])
def test_sheet_is_never_larger_than_allowed(max_bytes: int) -> None:
    noise = np.random.default_rng(7).integers(0, 256, (144, 256, 3))
    data, size, gap = encode.encode_sheet([frames(noise) for _ in range(4)], 2, max_bytes, 2)
    assert len(data) <= max_bytes
    assert Image.open(io.BytesIO(data)).size == size
    assert (size[0] - gap) % 2 == (size[1] - gap) % 2 == 0
    # It uses what it may have: a still picture of nothing but noise is the worst that there is.
    assert len(data) > max_bytes / 5


def test_mean_colour_of_frames() -> None:
    looks = [encode.look_at(frames(plain(*colour))) for colour in ((0, 10, 255), (100, 20, 255))]
    assert encode.mean_color(looks) == "#320fff"
    assert encode.equal(frames(plain(1, 2, 3)), frames(plain(1, 2, 3)))
    assert not encode.equal(frames(plain(1, 2, 3)), frames(plain(1, 2, 4)))
