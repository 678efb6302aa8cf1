"""What a caller of the API sends about desires; what it answers is in services/contracts/desires.py."""

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from services.contracts.desires import SAMPLE_CLUSTER, SAMPLE_DESIRE, SAMPLE_PROMPT
from services.contracts.shaders import SAMPLE_ID
from services.core.kit.schemas import StrictBody
from services.core.kit.text import MAX_TAGS, clean_line, clean_tags, clean_text, is_visible
from services.core.licences import LicenceId
from services.core.wording.gate import SHOWN

LEAST_PROMPT, LONGEST_PROMPT = 10, 500
MOST_REFERENCES = 4


def _prompt(text: str) -> str:
    cleaned = clean_text(text, limit=LONGEST_PROMPT)
    if len(cleaned) < LEAST_PROMPT:
        raise ValueError(f"at least {LEAST_PROMPT} characters")
    if not is_visible(cleaned):
        raise ValueError("a wish needs a visible character")
    return cleaned


PublicId = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,16}$")]
Prompt = Annotated[
    str,
    SHOWN,
    Field(min_length=LEAST_PROMPT, max_length=LONGEST_PROMPT, examples=[SAMPLE_PROMPT]),
    AfterValidator(_prompt),
]
Difference = Annotated[
    str,
    SHOWN,
    Field(max_length=300, examples=["Mine is seen from inside the car"]),
    AfterValidator(partial(clean_line, limit=300)),
]


class DesireCreate(StrictBody):
    """A new desire; all but the prompt is optional.

    Of a like wish that was shown one says either `join`, and is grouped with it, or `different_from`, and how.
    """

    prompt: Prompt
    references: Annotated[
        list[PublicId],
        Field(max_length=MOST_REFERENCES, examples=[[]], description="Ids of works of this site that it refers to"),
    ] = Field([])
    licence: LicenceId | None = Field(default=None, description="That the work should have")
    deadline: datetime | None = Field(default=None, description="With its zone, within a year")
    style_hints: Annotated[
        list[str],
        SHOWN,
        Field(max_length=MAX_TAGS * 4, examples=[["night", "calm"]], description="As tags are"),
        AfterValidator(clean_tags),
    ] = Field([])
    join: PublicId | None = Field(default=None, description="The cluster of a like wish that this is one of")
    different_from: PublicId | None = Field(default=None, description="The cluster of a like wish that this is not")
    difference: Difference = ""

    @model_validator(mode="after")
    def _one(self) -> "DesireCreate":
        if self.join is not None and self.different_from is not None:
            raise ValueError("name either join or different_from")
        return self


class JoinRequest(StrictBody):
    """The cluster that one's own desire belongs to."""

    cluster: PublicId = Field(examples=[SAMPLE_CLUSTER])


class DifferentRequest(StrictBody):
    """The cluster that one's own desire does not belong to, and how it differs."""

    cluster: PublicId = Field(examples=[SAMPLE_CLUSTER])
    difference: Difference = ""


class FulfilRequest(StrictBody):
    """A work of one's own that everybody can see and that has a picture."""

    shader_id: PublicId = Field(examples=[SAMPLE_ID])


class SplitRequest(StrictBody):
    """Desires of the cluster that are another wish; they get a cluster of their own, together."""

    desires: Annotated[list[PublicId], Field(min_length=1, max_length=100, examples=[[SAMPLE_DESIRE]])]


class MergeRequest(StrictBody):
    """The other cluster: whose desires all come into this one, or that is a different wish."""

    cluster: PublicId = Field(examples=[SAMPLE_CLUSTER])


class UndoRequest(StrictBody):
    """What a split or a merge gave."""

    batch: UUID = Field(examples=["3f0c6a52-6f0e-4a0e-9d6f-0c1f5b7a9e21"])
