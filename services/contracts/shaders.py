"""What the API answers about shaders: cards, whole shaders, versions, renders, checks of a source.

The one definition of each, for the API that writes it and for the processes that read it (services/mcp,
services/web/server). A process may read the answers of an API that is a release older, so a member that is added later
gets a default. services/core/shaders/views.py says where each member comes from.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.contracts.glsl import Dialect, SourceError

# Samples, so that the API's documentation reads like the real thing.
SAMPLE_ID = "7YkQm2Xb4Ra"
SAMPLE_SOURCE = "void mainImage(out vec4 color, in vec2 at) {\n    color = vec4(at / iResolution.xy, 0.5, 1.0);\n}\n"
_STILL = "/renders/still/0f/0f" + "a" * 62 + ".webp"


class Visibility(StrEnum):
    """Who sees a shader: everybody, those who have the link, its author, or its author as unpublished work."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    PRIVATE = "private"
    DRAFT = "draft"


class AiLabel(StrEnum):
    """How much of a shader a machine wrote, as its author declares."""

    HUMAN = "human"
    AI_ASSISTED = "ai-assisted"
    AI_GENERATED = "ai-generated"


class ShaderChoices(BaseModel):
    """What an author says about a shader by one value out of several; columns of `Shader` have the same names.

    Answers, new shaders, forks, Shadertoy documents, the search and the MCP tools take the choices from here and from
    `SomeChoices`.
    """

    ai_label: AiLabel


class SomeChoices(BaseModel):
    """Any of the `ShaderChoices`: those that somebody sets, changes or searches for."""

    ai_label: AiLabel | None = None


class RenderStatus(StrEnum):
    """Where a picture stands: `pending` waits, `rendering` is claimed by a worker, `ready` and `failed` are ends."""

    PENDING = "pending"
    RENDERING = "rendering"
    READY = "ready"
    FAILED = "failed"


class PreviewStatus(StrEnum):
    """Where the loop stands; `skipped` says that there will be none (static, too slow)."""

    PENDING = "pending"
    RENDERING = "rendering"
    READY = "ready"
    SKIPPED = "skipped"


class Author(BaseModel):
    """Who made a shader."""

    handle: str = Field(examples=["ada"])
    display_name: str = Field(examples=["Ada"])


class PictureSize(BaseModel):
    """A picture in one of its sizes."""

    width: int = Field(description="Pixels", examples=[640])
    height: int = Field(examples=[360])
    url: str = Field(examples=[_STILL])


def _pictures() -> Any:
    return Field(
        default_factory=list,
        description="The still in each of its sizes, the smallest first: 640 pixels wide at first, later 320, 640 and "
        "1280, antialiased; 320 and 640 where a shader is too expensive for more",
    )


def _flashes() -> Any:
    return Field(
        default=None,
        description="Whether it flashes more than three times in a second (WCAG 2.3.1): then show its still, and what "
        "moves to those who ask for it; null where that is not known",
        examples=[False],
    )


def _flash_count() -> Any:
    return Field(default=None, description="Flashes in the worst second, general or red", examples=[0])


class VersionRef(BaseModel):
    """A version of a shader."""

    id: str = Field(examples=[SAMPLE_ID])
    version: int = Field(examples=[1])


class ShaderSummary(ShaderChoices):
    """A card in a list."""

    id: str = Field(examples=[SAMPLE_ID])
    title: str = Field(examples=["Tide pool"])
    author: Author
    tags: list[str] = Field(examples=[["water", "noise"]])
    licence: str = Field(examples=["CC-BY-4.0"])
    dialect: Dialect
    visibility: Visibility
    version: int = Field(description="The newest version", examples=[3])
    score: int = Field(examples=[12])
    up: int = Field(examples=[13])
    down: int = Field(examples=[1])
    forks: int = Field(examples=[2])
    parent: VersionRef | None = Field(description="The shader and version that this is a fork of")
    created_at: datetime
    published_at: datetime | None = Field(description="When others could first see it")
    awaits_review: bool = Field(
        default=False, description="Nobody but its author and moderators sees it until a moderator has looked at it"
    )
    still_url: str | None = Field(description="640 pixels wide", examples=[_STILL])
    pictures: list[PictureSize] = _pictures()
    share_url: str | None = Field(
        default=None, description="A JPEG of 1200 x 630 pixels, for link previews; null until the large still is drawn"
    )
    preview_url: str | None = Field(description="An animated loop, where there is one")
    average_color: str | None = Field(description="Of the still", examples=["#224466"])
    animated: bool | None = Field(description="Null until it is rendered")
    flashes: bool | None = _flashes()
    render_status: RenderStatus = Field(description="Of the newest version")


class RenderPublic(BaseModel):
    """Where the pictures of one version stand. `errors` are for the author (and moderators) only."""

    shader_id: str = Field(examples=[SAMPLE_ID])
    version: int = Field(examples=[1])
    status: RenderStatus
    preview_status: PreviewStatus
    failure_code: str | None = Field(examples=[None])
    errors: list[SourceError]
    still_url: str | None = Field(examples=[_STILL])
    pictures: list[PictureSize] = _pictures()
    still_time: float | None = Field(examples=[1.0])
    average_color: str | None = Field(examples=["#224466"])
    preview_url: str | None
    preview_reason: str | None = Field(description="Why there is no preview")
    animated: bool | None
    flashes: bool | None = _flashes()
    flash_count: int | None = _flash_count()
    backend: str | None = Field(examples=["llvmpipe"])
    created_at: datetime
    ready_at: datetime | None


class ShaderPublic(ShaderSummary):
    """A whole shader with its newest version."""

    description: str
    source: str = Field(examples=[SAMPLE_SOURCE])
    parameters: list[dict[str, Any]] = Field(description="Sliders that the source declares")
    parameter_values: dict[str, Any]
    note: str = Field(description="What the newest version's author said about it")
    still_time: float | None
    updated_at: datetime
    public_from: int = Field(1, description="The first version that others see, once they see the shader", examples=[1])
    inherited_licence: str | None = Field(description="The licence of others' work that this one has to respect")
    hidden_reason: str | None = Field(description="Why a moderator hid it; for its author and moderators")
    render: RenderPublic


class VersionSummary(BaseModel):
    """A version without its source."""

    version: int
    dialect: Dialect
    note: str
    restored_from: int | None
    source_sha256: str
    created_at: datetime
    render_status: RenderStatus
    still_url: str | None
    pictures: list[PictureSize] = _pictures()
    flashes: bool | None = _flashes()


class VersionPublic(VersionSummary):
    """An immutable snapshot."""

    shader_id: str
    source: str
    parameters: list[dict[str, Any]]
    parameter_values: dict[str, Any]


class LineageNode(BaseModel):
    """A shader in a family tree. What the caller may not see has an id and nothing more."""

    id: str
    version: int | None = Field(description="The version that was forked; null for the shader that was asked about")
    available: bool
    title: str | None = None
    author: Author | None = None
    licence: str | None = None
    still_url: str | None = None
    pictures: list[PictureSize] = _pictures()
    average_color: str | None = None
    forks: int = 0


class Lineage(BaseModel):
    """From the shader that was asked about (last) back to the first of its line."""

    ancestors: list[LineageNode] = Field(description="The root first, the direct parent last")
    shader: LineageNode


class Validation(BaseModel):
    """What the static check and the compiler say. `code` is null where `ok`."""

    ok: bool
    code: str | None = Field(examples=["compile_failed"])
    dialect: Dialect | None
    errors: list[SourceError]
    parameters: list[dict[str, Any]]
    compiled: bool = Field(description="False where the static check refused the source before any compiler saw it")


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
    flashes: bool | None = _flashes()
    flash_count: int | None = _flash_count()
    picture: PreviewPicture | None
