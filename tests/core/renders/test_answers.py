"""What a renderer may answer, and what is refused."""

import base64
from typing import Any

import pytest
from pydantic import ValidationError

from services.contracts.glsl import SourceError
from services.core.renders.answers import CheckedResult, jpeg_size, webp_size
from tests.fixtures.fake_renderer import jpeg, webp


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": b"Exif\x00\x00MM\x00*"}])
def test_the_size_of_every_kind_of_webp_is_read_from_its_header(options: dict[str, Any]) -> None:
    assert webp_size(webp(640, 360, **options)) == (640, 360)


def test_an_animated_webp_has_the_size_of_its_canvas() -> None:
    import io

    from PIL import Image

    out = io.BytesIO()
    frames = [Image.new("RGB", (320, 180), color) for color in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=50)
    assert webp_size(out.getvalue()) == (320, 180)


@pytest.mark.parametrize(
    "data",
    [b"", b"RIFF", b"GIF89a" * 10, webp(8, 8)[:-1], webp(8, 8) + b"x", webp(8, 8).replace(b"VP8 ", b"VP9 ")],
)
def test_what_is_not_a_whole_webp_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="WebP"):
        webp_size(data)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"exif": b"Exif\x00\x00MM\x00*", "quality": 95}])
def test_the_size_of_a_jpeg_is_read_from_its_frame(options: dict[str, Any]) -> None:
    assert jpeg_size(jpeg(1200, 630, **options)) == (1200, 630)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xd9", jpeg(8, 8)[:-2], webp(8, 8), b"\xff\xd8" + b"\xff\xd9" * 9])
def test_what_is_not_a_whole_jpeg_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="JPEG"):
        jpeg_size(data)


def still(**changes: Any) -> dict[str, Any]:
    data = base64.b64encode(webp(64, 36)).decode()
    picture = {"content_type": "image/webp", "width": 64, "height": 36, "data": data}
    return {**picture, "time": 1.0, "flat": False, "average_color": "#224466", **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"width": 65},
        {"content_type": "image/svg+xml"},
        {"data": "not base64!"},
        {"average_color": "red;}</style>"},
        {"height": 0},
    ],
)
def test_a_still_that_is_not_what_it_says_is_refused(changes: dict[str, Any]) -> None:
    CheckedResult.model_validate({"backend": "llvmpipe", "animated": True, "still": still()})
    with pytest.raises(ValidationError):
        CheckedResult.model_validate({"backend": "llvmpipe", "animated": True, "still": still(**changes)})


def test_a_long_message_is_cut_and_not_refused() -> None:
    assert len(SourceError.model_validate({"line": 1, "message": "x" * 10_000}).message) == 500


def test_pictures_do_not_show_in_a_repr() -> None:
    answer = CheckedResult.model_validate({"backend": "llvmpipe", "animated": True, "still": still()})
    assert "RIFF" not in repr(answer)
