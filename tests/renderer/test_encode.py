import io

import numpy as np
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
