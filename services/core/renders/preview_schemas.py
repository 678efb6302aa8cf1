"""What goes in and out of a preview: a source that is drawn and not kept, and its picture."""

from typing import Annotated

from pydantic import Field

from services.core.kit.schemas import StrictBody
from services.core.shaders.schemas import ParameterValues, Source

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
