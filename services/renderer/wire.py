"""What the renderer asks of its page, verb by verb, and what the page replies.

services/web/harness/wire.ts has the same in TypeScript; the examples in services/web/harness/vectors/wire.json hold for
both. Names are in camel case there. The page is ours, but it runs in the browser that draws strangers' shaders: a reply
that does not fit is none.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from services.contracts.glsl import Dialect, SourceError
from services.contracts.renderer import ParameterValue


class _Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid", frozen=True)


class Command(_Wire):
    """The argument of a verb."""


class Reply(_Wire):
    """What a verb gives back. Where the GPU process was not `alive` at its end, nothing else may be believed."""

    alive: bool


class Nothing(Command):
    """For verbs without an argument."""


class SourceCommand(Command):
    """A shader to compile."""

    source: str
    dialect: Dialect | None


class DrawCommand(Command):
    """A picture to draw within `limit` seconds; its pixels come under the number `delivery`."""

    width: int
    height: int
    limit: float
    delivery: int


class StillCommand(DrawCommand):
    """One frame at `time`; a shader that builds on its last frame may spend `share` of the limit on those before.

    `sample` is the point of each pixel, in pixels from its middle, and `grid` how wide the picture is for a shader that
    does not ask.
    """

    time: float
    share: float
    sample: list[float] = Field([0.0, 0.0], min_length=2, max_length=2)
    grid: int | None = None


class OpenCommand(SourceCommand):
    """A shader to compile and to translate for a picture of this size, and the first picture to draw."""

    width: int
    height: int
    parameters: dict[str, ParameterValue]
    loop_limit: bool = Field(description="Whether this backend ends loops after 65,535 iterations")
    guard: bool = Field(False, description="Whether divisions are to be guarded: the shader has ended a GPU process")
    sampled: bool = Field(False, description="Whether the stills say which point of a pixel they are drawn from")
    still: StillCommand | None = None


class MotionCommand(Command):
    """Small frames after `time` to draw and to compare within `limit` seconds."""

    time: float
    limit: float


class PreviewCommand(DrawCommand):
    """A loop from `start` on; all frames together should cost `budget` seconds, and may take `most`."""

    start: float
    seconds: float
    fps: float
    budget: float
    most: float


class ProbeReply(Reply):
    """The renderer string of a fresh context."""

    renderer: str


class CompileReply(Reply):
    """Whether a text compiles, and what it is."""

    ok: bool
    dialect: Dialect | None
    errors: list[SourceError]
    parameters: list[dict[str, Any]]
    animated: bool
    uses_backbuffer: bool
    lost: bool


class StillReply(Reply):
    """Whether the frame was drawn and sent."""

    complete: bool
    loops_exceeded: bool


class OpenReply(CompileReply):
    """What the shader is, how long that took, and what became of the first picture, if the shader compiles."""

    compile_ms: float
    still: StillReply | None


class MotionReply(Reply):
    """Whether the frames differ; what cannot be drawn in time is taken to move, as it reads a clock."""

    moves: bool


class PreviewReply(Reply):
    """How many frames there should be at the rate that was chosen, and how many were drawn and sent.

    `late` says that the time was over before the last of them, or would have been.
    """

    wanted: int
    frames: int
    late: bool
    loops_exceeded: bool


ReplyT = TypeVar("ReplyT", bound=Reply)


@dataclass(frozen=True, slots=True)
class Verb(Generic[ReplyT]):
    """A method of the page and the form of its reply."""

    name: str
    reply: type[ReplyT]


PROBE = Verb("probe", ProbeReply)
COMPILE = Verb("compile", CompileReply)
OPEN = Verb("open", OpenReply)
STILL = Verb("still", StillReply)
MOTION = Verb("motion", MotionReply)
PREVIEW = Verb("preview", PreviewReply)
