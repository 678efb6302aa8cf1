"""The requests that the renderer takes; docs/renderer.md says what it answers."""

import re
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Dialect = Literal["shadertoy", "glsl-sandbox", "book-of-shaders", "es100", "es300"]
Number = Annotated[float, Field(allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]
ParameterValue = bool | Number | Annotated[list[Number], Field(min_length=2, max_length=4)]
_NAME = re.compile(r"[A-Za-z_]\w{0,63}", re.ASCII)


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CompileRequest(_Request):
    """A shader to validate; the dialect is detected when it is not given."""

    source: str
    dialect: Dialect | None = None


class StillOrder(_Request):
    """Pixels, and the shader's time in seconds; null lets the renderer look for a time that shows something."""

    width: int = Field(640, ge=16, le=1920, multiple_of=2)
    height: int = Field(360, ge=16, le=1080, multiple_of=2)
    time: Seconds | None = None


class PreviewOrder(_Request):
    """Pixels, length in seconds, frames a second; `start` is the still's time, or 1.0, when it is null."""

    width: int = Field(320, ge=16, le=640, multiple_of=2)
    height: int = Field(180, ge=16, le=360, multiple_of=2)
    seconds: float = Field(2.0, ge=0.5, le=4.0)
    fps: float = Field(18.0, ge=4.0, le=30.0)
    start: Seconds | None = None


class SheetOrder(_Request):
    """Pixels of a frame, the times of the frames, how many stand side by side, and the most that the file may have.

    Null for the times is one frame, at a time that shows something, as for a still.
    """

    width: int = Field(256, ge=16, le=640, multiple_of=2)
    height: int = Field(144, ge=16, le=360, multiple_of=2)
    times: Annotated[list[Seconds], Field(min_length=1, max_length=9)] | None = None
    columns: int = Field(3, ge=1, le=9)
    max_bytes: int = Field(150_000, ge=10_000, le=4_194_304)

    @field_validator("times")
    @classmethod
    def _must_ascend(cls, times: list[float] | None) -> list[float] | None:
        # A shader that builds on its last frame is played forwards only.
        if times is not None and any(after <= before for before, after in pairwise(times)):
            raise ValueError("the times of a sheet ascend")
        return times


class RenderRequest(_Request):
    """A shader to draw: a still, a preview or both, or a sheet. `parameters` are values of its parameters by name."""

    job_id: str = Field(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")
    source: str
    dialect: Dialect | None = None
    parameters: dict[str, ParameterValue] = Field(default_factory=dict, max_length=64)
    still: StillOrder | None = None
    preview: PreviewOrder | None = None
    sheet: SheetOrder | None = None

    @model_validator(mode="after")
    def _must_ask_for_something(self) -> Self:
        if (self.sheet is None) == (self.still is None and self.preview is None):
            raise ValueError("a job asks for a still, a preview or both, or for a sheet")
        if not all(_NAME.fullmatch(name) for name in self.parameters):
            raise ValueError("a parameter's name is an identifier")
        return self

    @property
    def kind(self) -> str:
        """The job's kind, for metrics."""
        if self.sheet is not None:
            return "sheet"
        if self.still is None:
            return "preview"
        return "still" if self.preview is None else "both"
