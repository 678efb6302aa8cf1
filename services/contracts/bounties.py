"""What the API answers about pledges and bounties: amounts, states, who pledged, and which answers were paid.

The one definition of each, for the API that writes it and for the processes that read it (services/mcp).
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from services.contracts.shaders import SAMPLE_ID, Author

_DESIRE = "9TfKq4Zr2Wc"


class PledgeState(StrEnum):
    """Where a pledge stands. Only `active`, `in_review` and `contested` ones are part of a bounty."""

    AWAITING_PAYMENT = "awaiting_payment"
    VOID = "void"
    ACTIVE = "active"
    IN_REVIEW = "in_review"
    CONTESTED = "contested"
    ACCEPTED = "accepted"
    RELEASING = "releasing"
    RELEASED = "released"
    CLAWED = "clawed"
    REFUNDING = "refunding"
    REFUND_STUCK = "refund_stuck"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    LOST = "lost"


class ReturnReason(StrEnum):
    """Why a pledge goes back."""

    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CLOSED = "closed"
    SELF_DEALING = "self_dealing"
    FULL = "full"
    FRAUD_WARNING = "fraud_warning"
    DECIDED = "decided"
    UNDECIDED = "undecided"
    UNPAYABLE = "unpayable"


class BountyState(StrEnum):
    """Where the bounty of a desire stands, by its pledges. `settled`: some were paid out and none is open."""

    NONE = "none"
    OPEN = "open"
    IN_REVIEW = "in_review"
    SETTLED = "settled"
    CLOSED = "closed"


class AttemptState(StrEnum):
    """Where an answer to a desire with a bounty stands."""

    SUBMITTED = "submitted"
    CHANGES_ASKED = "changes_asked"
    PARTLY_ACCEPTED = "partly_accepted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Money(BaseModel):
    """An amount: a whole number of the currency's minor unit. `THX` are points."""

    amount: int = Field(description="In minor units: 2000 are 20.00 USD, 20 are 20 JPY", examples=[2000])
    currency: str = Field(examples=["USD"])
    text: str = Field(description="The same for people", examples=["20.00 USD"])


class PledgeLine(BaseModel):
    """Something that happened to a pledge."""

    at: datetime
    event: str = Field(examples=["paid"])
    state: PledgeState
    reason: str | None = Field(description="Of a return, an objection or a decision")


class PledgePublic(BaseModel):
    """A pledge of one's own."""

    id: UUID
    desire_id: str = Field(examples=[_DESIRE])
    prompt: str = Field(description="The desire's text as it was")
    money: Money
    state: PledgeState
    reason: str | None = Field(description="Why it goes or went back, or what was decided")
    terms_version: str = Field(description="Of the terms under which it was made", examples=["2026-11"])
    created_at: datetime
    paid_at: datetime | None
    expires_at: datetime | None = Field(description="When it goes back by itself if nobody has delivered")
    next_at: datetime | None = Field(description="When something happens by itself: it expires, counts as accepted...")
    answer_id: UUID | None = Field(description="The answer that waits for you, or that was accepted")
    shader_id: str | None = Field(examples=[SAMPLE_ID])
    paid_to: Author | None = Field(description="Who is or was paid")
    can_withdraw: bool
    history: list[PledgeLine] = Field(description="The oldest first; empty in lists")


class PledgeCreated(PledgePublic):
    """The new pledge, and what it goes by."""

    terms: str = Field(description="Which the requester agrees to by paying")


class BountyPledge(BaseModel):
    """A pledge as everybody sees it."""

    by: Author | None = Field(description="Null for accounts that were deleted")
    money: Money
    state: PledgeState
    expires_at: datetime | None
    paid_to: Author | None


class Objection(BaseModel):
    """What a pledger said against an answer."""

    by: Author | None
    reason: str
    at: datetime


class Attempt(BaseModel):
    """An answer to the desire, as far as money is concerned."""

    id: UUID = Field(description="Of the fulfilment")
    shader_id: str = Field(examples=[SAMPLE_ID])
    version: int
    title: str
    author: Author
    state: AttemptState
    by_agent: bool = Field(description="That it was made by an agent")
    submitted_at: datetime
    accepts_at: datetime | None = Field(description="When silence accepts it")
    waiting: Money = Field(description="Of the pledges that are to be decided by it")
    accepted: Money = Field(description="Of the pledges that it was accepted by")
    net: Money = Field(description="What its author gets if all that waits is accepted, less the fee")
    changes: str | None = Field(description="Which the desire's author asked for")
    changes_until: datetime | None
    objections: list[Objection] = Field(description="For whoever takes part, and operators")


class BountyPublic(BaseModel):
    """The bounty of a desire: what is pledged and still there, by whom, and what was paid to whom."""

    desire_id: str = Field(examples=[_DESIRE])
    state: BountyState
    total: Money = Field(description="Of the pledges that are there to be paid out")
    people: int
    next_expiry: datetime | None = Field(description="When the first of it goes back if nobody delivers")
    paid: Money = Field(description="What was accepted so far")
    fee_percent: int = Field(description="The platform's share of what is paid out", examples=[10])
    terms: str = Field(description="Which a requester agrees to by pledging now")
    terms_version: str = Field(examples=["2026-11"])
    pledges: list[BountyPledge] = Field(description="The latest 100")
    attempts: list[Attempt]
    own: list[PledgePublic] = Field(description="Your pledges on it")
    refusal: str | None = Field(
        description="The code of what keeps you from pledging, or null", examples=["account_too_new"]
    )
    payout_problem: str | None = Field(
        description="Why you could not be paid for an answer: no_account, not_ready or country; null if you could",
        examples=["no_account"],
    )


class BountySummary(BaseModel):
    """The bounty on a card of the board."""

    total: Money
    people: int
    state: BountyState


class Points(BaseModel):
    """Points of one's own: what is left to pledge this month, and what was received."""

    left: int = Field(examples=[7])
    reputation: int = Field(examples=[12])


class KeyLimits(BaseModel):
    """How much a key may pledge, in minor units, and how much it has."""

    currency: str = Field(examples=["USD"])
    per_pledge: int = Field(examples=[1000])
    per_day: int = Field(examples=[2000])
    in_all: int = Field(examples=[10_000])
    spent: int = Field(examples=[2500])
    spent_today: int = Field(examples=[500])


class ContestedPledge(PledgePublic):
    """A pledge that an operator looks at, with what each side said."""

    by: Author | None
    title: str | None = Field(description="Of the work")
    objections: list[Objection]
    until: datetime | None = Field(description="When it goes back without a decision")
