"""What a renderer answers, checked before anybody uses it.

A renderer runs strangers' code, so its answers are untrusted: sizes, forms and the pictures' own headers are
checked here. `ValueError` (pydantic's included) says that an answer broke the contract (docs/renderer.md).
"""

import base64
import binascii
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from services.contracts.glsl import SourceError

MAX_PICTURE_BYTES = 4_194_304
MAX_ERRORS = 50
MAX_FRAMES = 9
MAX_TIME = 3600.0
_COLOR = r"^#[0-9a-f]{6}$"


class CompileAnswer(BaseModel):
    """Whether a source compiles, and what it declares."""

    ok: bool
    dialect: str | None = None
    errors: list[SourceError] = Field(default_factory=list, max_length=MAX_ERRORS)
    parameters: list[dict[str, Any]] = Field(default_factory=list, max_length=256)
    duration_ms: float = 0.0


def _decode(value: object) -> bytes:
    if not isinstance(value, str) or len(value) > MAX_PICTURE_BYTES * 4 // 3 + 4:
        raise ValueError("a picture must be base64 text of at most 4 MiB")
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("a picture must be base64 text") from error


class Picture(BaseModel):
    """WebP bytes whose own header says `width` x `height` pixels."""

    content_type: Literal["image/webp"]
    width: int = Field(ge=1, le=4096)
    height: int = Field(ge=1, le=4096)
    data: Annotated[bytes, BeforeValidator(_decode)] = Field(repr=False)

    def model_post_init(self, _: Any) -> None:
        """Compare the header with what is declared."""
        if webp_size(self.data) != (self.width, self.height):
            raise ValueError("a picture is not of the size that it is declared to have")


class Still(Picture):
    """One frame, taken `time` seconds into the animation; `flat` when hardly anything is on it."""

    time: float
    flat: bool
    average_color: str = Field(pattern=_COLOR)


class Preview(Picture):
    """An animated loop."""

    frames: int = Field(ge=1, le=1000)
    seconds: float = Field(ge=0, le=60)


class Sheet(Picture):
    """Frames in rows from the upper left, all of one size, with `gap` pixels between them.

    `times` and `flat` are theirs, in that order.
    """

    columns: int = Field(ge=1, le=MAX_FRAMES)
    rows: int = Field(ge=1, le=MAX_FRAMES)
    gap: int = Field(ge=0, le=64)
    times: list[float] = Field(min_length=1, max_length=MAX_FRAMES)
    flat: list[bool] = Field(max_length=MAX_FRAMES)
    average_color: str = Field(pattern=_COLOR)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        frames = len(self.times)
        if len(self.flat) != frames or self.columns > frames or self.rows != -(-frames // self.columns):
            raise ValueError("a sheet has other cells than frames")
        if any((all_of_it + self.gap) % cells for all_of_it, cells in self._sides):
            raise ValueError("the frames of a sheet are of different sizes")
        return self

    @property
    def frame_size(self) -> tuple[int, int]:
        """Width and height of one frame."""
        width, height = ((all_of_it + self.gap) // cells - self.gap for all_of_it, cells in self._sides)
        return width, height

    @property
    def _sides(self) -> tuple[tuple[int, int], tuple[int, int]]:
        return (self.width, self.columns), (self.height, self.rows)


class RenderAnswer(BaseModel):
    """The pictures of one job and how they came about; `timings` are milliseconds."""

    backend: str = Field(max_length=40)
    animated: bool
    still: Still | None = None
    preview: Preview | None = None
    preview_skipped: str | None = Field(default=None, max_length=40)
    sheet: Sheet | None = None
    parameters: list[dict[str, Any]] = Field(default_factory=list, max_length=256)
    timings: dict[str, float | None] = Field(default_factory=dict, max_length=40)


class Refusal(BaseModel):
    """A problem document of a renderer."""

    code: str = Field(pattern=r"^[a-z_]{1,40}$")
    errors: list[SourceError] = Field(default_factory=list)


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of the WebP canvas in `data`; `ValueError` when it is not a whole WebP file."""
    if len(data) < 30 or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError("not a WebP file")
    if int.from_bytes(data[4:8], "little") + 8 != len(data):
        raise ValueError("a WebP file that is cut off")
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    raise ValueError("an unknown kind of WebP file")
