"""What goes in and out of the shaders' domain: cards, whole works, versions, renders, and what a caller sends.

Text is cleaned on the way in (titles to NFC, line ends to `\\n`) and refused where PostgreSQL or a reader could
stumble over it. Markup in a title or a description is text; whoever shows it escapes it.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from services.core.glsl.dialect import Dialect
from services.core.glsl.errors import SourceError
from services.core.kit.schemas import StrictBody
from services.core.kit.text import MAX_TAGS, clean_line, clean_tags, clean_text, clean_title
from services.core.shaders.licences import ALLOWED_IDS
from services.core.shaders.models import AiLabel, PreviewStatus, RenderStatus, Visibility

# A sample of each field, so that the API's documentation reads like the real thing.
_ID = "7YkQm2Xb4Ra"
_STILL = "/renders/still/0f/0f" + "a" * 62 + ".webp"
_SOURCE = "void mainImage(out vec4 color, in vec2 at) {\n    color = vec4(at / iResolution.xy, 0.5, 1.0);\n}\n"

Title = Annotated[str, Field(min_length=1, max_length=120, examples=["Tide pool"]), AfterValidator(clean_title)]
Description = Annotated[str, Field(max_length=10_000, examples=["Light under water."]), AfterValidator(clean_text)]
Note = Annotated[str, Field(max_length=500, examples=["Softer edges"]), AfterValidator(clean_line)]
Tags = Annotated[
    list[str],
    Field(max_length=MAX_TAGS * 4, examples=[["water", "noise"]], description=f"Up to {MAX_TAGS}, of a-z, 0-9 and -"),
    AfterValidator(clean_tags),
]
# A plain string, so that an unknown licence gets its own error and not that of a malformed request.
Licence = Annotated[
    str,
    Field(
        examples=["CC-BY-4.0"],
        json_schema_extra={"enum": list(ALLOWED_IDS)},
        description="An SPDX identifier of the list, or `all-rights-reserved`",
    ),
]
# The static gate measures it, so that a source of any size gets the same error.
Source = Annotated[str, Field(examples=[_SOURCE])]
ParameterValues = Annotated[
    dict[str, Any],
    Field(max_length=64, examples=[{"speed": 0.5}], description="A value for each slider that is not at its default"),
]
StillTime = Annotated[
    float | None,
    Field(ge=0, le=3600, examples=[2.5], description="When the still is taken, in seconds; null: the renderer chooses"),
]
BasedOn = Annotated[int, Field(ge=1, le=1_000_000, examples=[1], description="The version that the edit began with")]


class Author(BaseModel):
    """Who made a work."""

    handle: str = Field(examples=["ada"])
    display_name: str = Field(examples=["Ada"])


class VersionRef(BaseModel):
    """A version of a work."""

    id: str = Field(examples=[_ID])
    version: int = Field(examples=[1])


class ShaderSummary(BaseModel):
    """A card in a list."""

    id: str = Field(examples=[_ID])
    title: str = Field(examples=["Tide pool"])
    author: Author
    tags: list[str] = Field(examples=[["water", "noise"]])
    licence: str = Field(examples=["CC-BY-4.0"])
    ai_label: AiLabel
    dialect: Dialect
    visibility: Visibility
    version: int = Field(description="The newest version", examples=[3])
    score: int = Field(examples=[12])
    up: int = Field(examples=[13])
    down: int = Field(examples=[1])
    forks: int = Field(examples=[2])
    parent: VersionRef | None = Field(description="The work and version that this is a fork of")
    created_at: datetime
    published_at: datetime | None = Field(description="When it was first public or unlisted")
    still_url: str | None = Field(examples=[_STILL])
    preview_url: str | None = Field(description="An animated loop, where there is one")
    average_color: str | None = Field(description="Of the still", examples=["#224466"])
    animated: bool | None = Field(description="Null until it is rendered")
    render_status: RenderStatus = Field(description="Of the newest version")


class RenderPublic(BaseModel):
    """Where the pictures of one version stand. `errors` are for the author (and moderators) only."""

    shader_id: str = Field(examples=[_ID])
    version: int = Field(examples=[1])
    status: RenderStatus
    preview_status: PreviewStatus
    failure_code: str | None = Field(examples=[None])
    errors: list[SourceError]
    still_url: str | None = Field(examples=[_STILL])
    still_time: float | None = Field(examples=[1.0])
    average_color: str | None = Field(examples=["#224466"])
    preview_url: str | None
    preview_reason: str | None = Field(description="Why there is no preview")
    animated: bool | None
    backend: str | None = Field(examples=["llvmpipe"])
    created_at: datetime
    ready_at: datetime | None


class ShaderPublic(ShaderSummary):
    """A whole work with its newest version."""

    description: str
    source: str = Field(examples=[_SOURCE])
    parameters: list[dict[str, Any]] = Field(description="Sliders that the source declares")
    parameter_values: dict[str, Any]
    note: str = Field(description="What the newest version's author said about it")
    still_time: float | None
    updated_at: datetime
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


class VersionPublic(VersionSummary):
    """An immutable snapshot."""

    shader_id: str
    source: str
    parameters: list[dict[str, Any]]
    parameter_values: dict[str, Any]


class LineageNode(BaseModel):
    """A work in a family tree. What the caller may not see has an id and nothing more."""

    id: str
    version: int | None = Field(description="The version that was forked; null for the work that was asked about")
    available: bool
    title: str | None = None
    author: Author | None = None
    licence: str | None = None
    still_url: str | None = None
    average_color: str | None = None
    forks: int = 0


class Lineage(BaseModel):
    """From the work that was asked about (last) back to the first of its line."""

    ancestors: list[LineageNode] = Field(description="The root first, the direct parent last")
    shader: LineageNode


class ShaderCreate(StrictBody):
    """A new work. Everything but the source and the title has a default; `draft` is seen by its author only."""

    source: Source
    title: Title
    description: Description = ""
    tags: Tags = Field([])
    licence: Licence = "all-rights-reserved"
    ai_label: AiLabel = AiLabel.HUMAN
    visibility: Visibility = Visibility.PUBLIC
    parameter_values: ParameterValues = Field({})
    still_time: StillTime = None


class ShaderUpdate(StrictBody):
    """Changes of a work's description; what is not sent stays as it is."""

    title: Title | None = None
    description: Description | None = None
    tags: Tags | None = None
    licence: Licence | None = None
    ai_label: AiLabel | None = None
    visibility: Visibility | None = None
    still_time: StillTime = None


class VersionCreate(StrictBody):
    """An edit: the whole new source, and the version it began with."""

    source: Source
    based_on: BasedOn
    note: Note = ""
    parameter_values: ParameterValues = Field({})


class VersionRestore(StrictBody):
    """Make an old version the newest again."""

    version: BasedOn
    based_on: BasedOn | None = None


class ForkCreate(StrictBody):
    """A work of one's own out of another; what is not sent is taken over. `source` is an edit made before forking."""

    version: BasedOn | None = Field(default=None, description="The version to fork; the newest unless told")
    source: Source | None = None
    title: Title | None = None
    description: Description | None = None
    tags: Tags | None = None
    licence: Licence | None = None
    ai_label: AiLabel | None = None
    visibility: Visibility = Visibility.DRAFT
    parameter_values: ParameterValues | None = None


class ValidateRequest(StrictBody):
    """Source to be checked without publishing it."""

    source: Source


class Validation(BaseModel):
    """What the static gate and the compiler say. `code` is null where `ok`."""

    ok: bool
    code: str | None = Field(examples=["compile_failed"])
    dialect: Dialect | None
    errors: list[SourceError]
    parameters: list[dict[str, Any]]
    compiled: bool = Field(description="False where the static gate refused the source before any compiler saw it")


class ImportRequest(StrictBody):
    """A Shadertoy document (its API's or export's JSON), and what is to be said about the work here."""

    shadertoy: dict[str, Any] | list[Any] = Field(
        examples=[
            {"info": {"name": "Tide pool", "tags": ["water"]}, "renderpass": [{"type": "image", "code": _SOURCE}]}
        ]
    )
    title: Title | None = Field(default=None, description="Instead of the document's")
    licence: Licence | None = Field(default=None, description="All rights reserved unless told")
    ai_label: AiLabel | None = None
    visibility: Visibility = Visibility.DRAFT
