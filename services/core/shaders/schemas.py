"""What a caller of the API sends about shaders; what it answers is in services/contracts/shaders.py.

Text is cleaned on the way in (titles to NFC, line ends to `\\n`) and refused where PostgreSQL or a reader could
stumble over it. Markup in a title or a description is text; whoever shows it escapes it.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from services.contracts.shaders import SAMPLE_SOURCE, AiLabel, ShaderChoices, SomeChoices, Visibility
from services.core.kit.schemas import StrictBody
from services.core.kit.text import MAX_TAGS, clean_line, clean_tags, clean_text, clean_title
from services.core.licences import LicenceId
from services.core.wording.gate import SHOWN

Title = Annotated[str, SHOWN, Field(min_length=1, max_length=120, examples=["Tide pool"]), AfterValidator(clean_title)]
Description = Annotated[
    str, SHOWN, Field(max_length=10_000, examples=["Light under water."]), AfterValidator(clean_text)
]
Note = Annotated[str, SHOWN, Field(max_length=500, examples=["Softer edges"]), AfterValidator(clean_line)]
Tags = Annotated[
    list[str],
    SHOWN,
    Field(max_length=MAX_TAGS * 4, examples=[["water", "noise"]], description=f"Up to {MAX_TAGS}, of a-z, 0-9 and -"),
    AfterValidator(clean_tags),
]
# The static check measures it, so that a source of any size gets the same error.
Source = Annotated[str, Field(examples=[SAMPLE_SOURCE])]
ParameterValues = Annotated[
    dict[str, Any],
    Field(max_length=64, examples=[{"speed": 0.5}], description="A value for each slider that is not at its default"),
]
StillTime = Annotated[
    float | None,
    Field(ge=0, le=3600, examples=[2.5], description="When the still is taken, in seconds; null: the renderer chooses"),
]
PublicFrom = Annotated[
    int,
    Field(ge=1, le=1_000_000, examples=[1], description="The first version that others see; 1 shows all there are"),
]
# The name of a fork that nobody has named.
UNTITLED_FORK = "Untitled fork"
BasedOn = Annotated[int, Field(ge=1, le=1_000_000, examples=[1], description="The version that the edit began with")]


class ShaderCreate(StrictBody, ShaderChoices):
    """A new shader. Everything but the source and the title has a default; `draft` is seen by its author only."""

    source: Source
    title: Title
    description: Description = ""
    tags: Tags = Field([])
    licence: LicenceId | None = Field(default=None, description="The account's `default_licence` unless told")
    ai_label: AiLabel = AiLabel.HUMAN
    visibility: Visibility = Visibility.PUBLIC
    parameter_values: ParameterValues = Field({})
    still_time: StillTime = None


class ShaderUpdate(StrictBody, SomeChoices):
    """Changes of a shader's description; what is not sent stays as it is."""

    title: Title | None = None
    description: Description | None = None
    tags: Tags | None = None
    licence: LicenceId | None = None
    visibility: Visibility | None = None
    still_time: StillTime = None
    public_from: PublicFrom | None = None
    require_picture: bool | None = Field(
        default=None, description="Refuse to show it to others before its newest version is drawn (`picture_pending`)"
    )


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


class ForkCreate(StrictBody, SomeChoices):
    """A shader of one's own out of another. `source` is an edit made before forking.

    Source, parameter values and tags are taken over unless sent; title, description and AI label never are.
    """

    version: BasedOn | None = Field(default=None, description="The version to fork; the newest unless told")
    source: Source | None = None
    title: Title | None = Field(default=None, description=f"{UNTITLED_FORK!r} unless told")
    description: Description | None = Field(default=None, description="Empty unless told")
    tags: Tags | None = None
    licence: LicenceId | None = Field(default=None, description="That of the forked shader unless told")
    visibility: Visibility = Visibility.DRAFT
    parameter_values: ParameterValues | None = None


class ValidateRequest(StrictBody):
    """Source to be checked without publishing it."""

    source: Source


class ImportRequest(StrictBody, SomeChoices):
    """A Shadertoy document (its API's or export's JSON), and the metadata that the shader gets here."""

    shadertoy: dict[str, Any] | list[Any] = Field(
        examples=[
            {"info": {"name": "Tide pool", "tags": ["water"]}, "renderpass": [{"type": "image", "code": SAMPLE_SOURCE}]}
        ]
    )
    title: Title | None = Field(default=None, description="Instead of the document's")
    licence: LicenceId | None = Field(
        default=None, description="The document's, if it came from here, else all rights reserved"
    )
    visibility: Visibility = Visibility.DRAFT
