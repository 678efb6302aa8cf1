"""What an attempt at a job has drawn, as it left the GPU."""

from dataclasses import dataclass, field
from typing import Any

from services.contracts.glsl import Dialect
from services.renderer.encode import Look
from services.renderer.page_server import Pixels


@dataclass(slots=True)
class DrawnStill:
    """A still as it left the GPU."""

    pixels: Pixels
    time: float
    look: Look


@dataclass(frozen=True, slots=True)
class Frames:
    """Frames of an animation that take `seconds` together."""

    pixels: Pixels
    seconds: float


@dataclass(slots=True)
class Drawing:
    """All that an attempt found out and drew, and with what. Durations in milliseconds."""

    backend: str
    renderer: str
    chromium: str
    dialect: Dialect | None = None
    parameters: list[dict[str, Any]] = field(default_factory=list)
    animated: bool = False
    still: DrawnStill | None = None
    preview: Frames | None = None
    preview_skipped: str | None = None
    # Whether its frames may differ at all.
    varies: bool = False
    # Small ones, as many a second as a screen shows, in which flashes are counted.
    quick: Frames | None = None
    sheet: list[DrawnStill] = field(default_factory=list)
    samples: list[Pixels] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
