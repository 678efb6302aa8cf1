"""What a caller of the API sends about pledges; what it answers is in services/contracts/bounties.py."""

from functools import partial
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from services.core.bounties.models import LONGEST_REASON
from services.core.kit.schemas import StrictBody
from services.core.kit.text import clean_text, is_visible
from services.core.wording.gate import SHOWN

MOST = 1_000_000_000


def _visible(text: str) -> str:
    if not is_visible(text):
        raise ValueError("needs a visible character")
    return text


Words = Annotated[
    str,
    SHOWN,
    Field(min_length=1, max_length=LONGEST_REASON),
    AfterValidator(partial(clean_text, limit=LONGEST_REASON)),
    AfterValidator(_visible),
]


class PledgeCreate(StrictBody):
    """How much to pledge, as a whole number of the currency's minor unit; the site has one currency."""

    amount: int = Field(ge=1, le=MOST, strict=True, examples=[2000])
    currency: str = Field(pattern=r"^[A-Z]{3}$", examples=["USD"])


class AcceptInput(StrictBody):
    """Which answer to accept: the one that the pledge waits for unless told."""

    answer_id: UUID | None = Field(default=None, examples=["3f0c6a52-6f0e-4a0e-9d6f-0c1f5b7a9e21"])


class ObjectInput(StrictBody):
    """Why the answer is not what was pledged for. The artist and the operator read it."""

    reason: Words = Field(examples=["The rain falls upwards"])


class ChangesInput(StrictBody):
    """What should be changed."""

    wanted: Words = Field(examples=["Please let it rain slower"])


class DecisionInput(StrictBody):
    """What becomes of a contested pledge, and why; both sides read it."""

    pays: bool
    reason: Words = Field(examples=["The work shows what was asked for"])


class KeyLimitInput(StrictBody):
    """How much a key may pledge, in minor units of the site's currency; 0: nothing."""

    per_pledge: int = Field(0, ge=0, le=MOST, strict=True, examples=[1000])
    per_day: int = Field(0, ge=0, le=MOST, strict=True, examples=[2000])
    in_all: int = Field(0, ge=0, le=MOST, strict=True, examples=[10_000])
