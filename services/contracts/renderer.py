"""What goes to a renderer and comes back over HTTP (docs/renderer.md), for both sides of the wire.

Nothing here trusts anybody: the renderer reads requests with these models and the client reads results with them, so
bounds and forms are checked on each side. Only the bytes of pictures are looked at elsewhere (core/renders/answers.py).
Pixels are whole, times are seconds.
"""

import base64
import binascii
import re
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, field_validator, model_validator

from services.contracts.glsl import Dialect, SourceError

MAX_PICTURE_BYTES = 4_194_304
# A text of nonsense gives thousands; nobody reads them.
MAX_ERRORS = 50
MAX_FRAMES = 9
MAX_TIME = 3600.0
# What flashes more often in one second is not for everybody (WCAG 2.3.1).
MOST_FLASHES = 3
# A kept still comes in its own width and in those of these that are smaller, in pixels.
KEPT_WIDTHS = (640, 320)
# What other sites show for a link.
SHARE_SIZE = (1200, 630)
# A job that renderers had too much else to do for may take twice as long each time, up to so many times as long.
MOST_STRETCHED = 4

Number = Annotated[float, Field(allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, le=MAX_TIME, allow_inf_nan=False)]
ParameterValue = bool | Number | Annotated[list[Number], Field(min_length=2, max_length=4)]
Color = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
# As long as WebGL 2 lets a name be.
_NAME = re.compile(r"[A-Za-z_]\w{0,1023}", re.ASCII)


class LimitCode(StrEnum):
    """The limits that a shader may be over; the author can mend that."""

    SOURCE = "source_too_large"
    COMPILE = "compile_timeout"
    STILL = "still_timeout"
    PREVIEW = "preview_timeout"
    JOB = "job_timeout"
    MEMORY = "memory_limit"


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CompileRequest(_Request):
    """A shader to validate; the dialect is detected when it is not given."""

    source: str
    dialect: Dialect | None = None


class StillOptions(_Request):
    """Pixels, and the shader's time; null lets the renderer look for a time that shows something."""

    width: int = Field(640, ge=16, le=1920, multiple_of=2)
    height: int = Field(360, ge=16, le=1080, multiple_of=2)
    time: Seconds | None = None


class PreviewOptions(_Request):
    """Pixels, length, frames a second; `start` is the still's time, or 1.0, when it is null.

    The renderer may make it smaller or skip it.
    """

    width: int = Field(320, ge=16, le=640, multiple_of=2)
    height: int = Field(180, ge=16, le=360, multiple_of=2)
    seconds: float = Field(2.0, ge=0.5, le=4.0)
    fps: float = Field(18.0, ge=4.0, le=30.0)
    start: Seconds | None = None


class SheetOptions(_Request):
    """Pixels of a frame, the times of the frames, how many stand side by side, and the most that the file may have.

    Null for the times is one frame, at a time that shows something, as for a still. The renderer may leave out the last
    times, and make the picture smaller.
    """

    width: int = Field(256, ge=16, le=640, multiple_of=2)
    height: int = Field(144, ge=16, le=360, multiple_of=2)
    times: Annotated[list[Seconds], Field(min_length=1, max_length=MAX_FRAMES)] | None = None
    columns: int = Field(3, ge=1, le=MAX_FRAMES)
    max_bytes: int = Field(150_000, ge=10_000, le=MAX_PICTURE_BYTES)

    @field_validator("times")
    @classmethod
    def _must_ascend(cls, times: list[float] | None) -> list[float] | None:
        # A shader that builds on its last frame is played forwards only.
        if times is not None and any(after <= before for before, after in pairwise(times)):
            raise ValueError("the times of a sheet ascend")
        return times


class KeptOptions(_Request):
    """The still that is kept, at the time of the quick one, whose `least_width` it has where more is too heavy."""

    time: Seconds
    width: int = Field(1280, ge=16, le=1920, multiple_of=16)
    least_width: int = Field(640, ge=16, le=1920, multiple_of=16)


class RenderRequest(_Request):
    """A shader to draw: a still, a preview or both, or a sheet, or a kept still; or one to measure only.

    `parameters` are values of its parameters by name. With `motion` it is looked at until it is known whether it moves;
    without, one that reads a clock is taken to. With `flashes` its flashes are counted, beside pictures or alone.
    `tries` says how often this job was tried before, in vain.
    """

    job_id: str = Field(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")
    source: str
    dialect: Dialect | None = None
    parameters: dict[str, ParameterValue] = Field(default_factory=dict, max_length=64)
    still: StillOptions | None = None
    preview: PreviewOptions | None = None
    sheet: SheetOptions | None = None
    motion: bool = False
    flashes: bool = False
    kept: KeptOptions | None = None
    tries: int = Field(0, ge=0, le=1000)

    @model_validator(mode="after")
    def _must_ask_for_something(self) -> Self:
        pictures = self.still is not None or self.preview is not None
        asked = pictures + (self.sheet is not None) + (self.kept is not None)
        if asked > 1 or (asked == 0 and not self.flashes) or (self.flashes and self.kept is not None):
            raise ValueError("a job asks for a still, a preview or both, for a sheet, for a kept still, or for flashes")
        if not all(_NAME.fullmatch(name) for name in self.parameters):
            raise ValueError("a parameter's name is an identifier")
        return self

    @property
    def stretch(self) -> int:
        """How many times as long as a job at its first try this one may take by the clock, before it is given up."""
        return min(MOST_STRETCHED, 1 << min(self.tries, 16))

    @property
    def kind(self) -> Literal["still", "preview", "both", "sheet", "kept", "flashes"]:
        """What is asked for, for metrics."""
        if self.kept is not None:
            return "kept"
        if self.sheet is not None:
            return "sheet"
        if self.still is None:
            return "flashes" if self.preview is None else "preview"
        return "still" if self.preview is None else "both"


class CompileResult(BaseModel):
    """Whether a source compiles, and what it declares."""

    ok: bool
    dialect: Dialect | None = None
    errors: list[SourceError] = Field(default_factory=list, max_length=MAX_ERRORS)
    parameters: list[dict[str, Any]] = Field(default_factory=list, max_length=256)
    duration_ms: float = 0.0


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    if len(value) > MAX_PICTURE_BYTES * 4 // 3 + 4:
        raise ValueError("a picture must be base64 text of at most 4 MiB")
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("a picture must be base64 text") from error


class _File(BaseModel):
    """Bytes of a picture of `width` x `height` pixels; base64 in JSON."""

    width: int = Field(ge=1, le=4096)
    height: int = Field(ge=1, le=4096)
    data: Annotated[
        bytes,
        BeforeValidator(_decoded),
        PlainSerializer(lambda data: base64.b64encode(data).decode(), return_type=str, when_used="json"),
    ] = Field(repr=False)


class Picture(_File):
    """A WebP file."""

    content_type: Literal["image/webp"] = "image/webp"


class SharePicture(_File):
    """A JPEG file, which every reader of links can show."""

    content_type: Literal["image/jpeg"] = "image/jpeg"


class Still(Picture):
    """One frame, taken `time` seconds into the animation; `flat` when hardly anything is on it."""

    time: float
    flat: bool
    average_color: Color


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
    average_color: Color

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


class Kept(BaseModel):
    """The kept still in its sizes, the largest first, and for links on other sites.

    `samples` is how many points of each pixel of the largest one were drawn.
    """

    sizes: list[Picture] = Field(min_length=1, max_length=4)
    share: SharePicture
    samples: int = Field(ge=1, le=64)


class RenderResult(BaseModel):
    """The pictures of one job and how they came about; `timings` are milliseconds by stage.

    `flashes` are those of the worst second, null where they were not asked for or could not be counted.
    """

    job_id: str | None = None
    dialect: Dialect | None = None
    backend: str = Field(max_length=40)
    renderer: str = Field("", max_length=1000)
    chromium: str = Field("", max_length=200)
    parameters: list[dict[str, Any]] = Field(default_factory=list, max_length=256)
    animated: bool
    flashes: int | None = Field(default=None, ge=0, le=60)
    still: Still | None = None
    preview: Preview | None = None
    preview_skipped: str | None = Field(default=None, max_length=40)
    sheet: Sheet | None = None
    kept: Kept | None = None
    timings: dict[str, float | None] = Field(default_factory=dict, max_length=40)


class Load(BaseModel):
    """What the client reads of `/load`: how many slots draw at once, how many of them do, how many jobs wait."""

    slots: int = Field(ge=0, le=1024)
    busy: int = Field(ge=0, le=1024)
    waiting: int = Field(ge=0)
    ready: bool


class Problem(BaseModel):
    """What the client reads of a problem document."""

    code: str = Field(pattern=r"^[a-z_]{1,40}$")
    errors: list[SourceError] = Field(default_factory=list)
