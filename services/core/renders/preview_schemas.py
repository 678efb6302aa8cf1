"""What goes in and out of a preview: a source that is drawn and not kept, and its picture."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from services.core.kit.schemas import StrictBody
from services.core.shaders.schemas import ParameterValues, Source, Validation

MAX_TIMES = 9

Time = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]


class PreviewRequest(StrictBody):
    """A source to be drawn at these times. It is neither published nor stored."""

    source: Source
    parameter_values: ParameterValues = Field(default_factory=dict)
    times: Annotated[list[Time], Field(min_length=1, max_length=MAX_TIMES)] | None = Field(
        default=None,
        examples=[[0.5, 1, 2, 4]],
        description="Seconds into the animation; null: the renderer chooses one that shows something. "
        "They are drawn in ascending order, and each once",
    )
    width: Annotated[int, Field(ge=64, le=512)] | None = Field(
        default=None,
        examples=[256],
        description="Pixels of one frame, whose height is 9/16 of it; 512 for one frame, 256 for several unless told",
    )


class PreviewPicture(BaseModel):
    """The frames in one picture, in rows from the upper left, all of the same size."""

    content_type: Literal["image/webp"]
    width: int = Field(description="Of the whole picture", examples=[512])
    height: int = Field(examples=[288])
    columns: int = Field(examples=[1])
    rows: int = Field(examples=[1])
    gap: int = Field(description="Grey pixels between two frames", examples=[0])
    times: list[float] = Field(description="Of each frame; a time that took too long is left out", examples=[[1.0]])
    flat: list[bool] = Field(description="Whether a frame shows hardly more than one colour", examples=[[False]])
    average_color: str = Field(description="Of all frames", examples=["#224466"])
    data: str = Field(description="The file in base64, at most 150,000 bytes before that", examples=["UklGRg=="])


class ShaderPreview(Validation):
    """A validation with a picture. Where `ok` is false there is none, and `code` and `errors` say why."""

    animated: bool | None = Field(description="Whether the picture moves; null without one")
    picture: PreviewPicture | None
