"""What the API answers about desires: cards of the board, whole desires, clusters, fulfilments, similar wishes.

The one definition of each, for the API that writes it and for the processes that read it (services/mcp).
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

from services.contracts.bounties import BountySummary
from services.contracts.shaders import SAMPLE_ID, Author, ShaderSummary

SAMPLE_DESIRE = "9TfKq4Zr2Wc"
SAMPLE_CLUSTER = "5XnRd8Lp3Va"
SAMPLE_PROMPT = "Rain running down a window at night, with blurred city lights behind it"


class DesireState(StrEnum):
    """Where a desire stands. `fulfilled`: its author has accepted one. Only `open` ones count as heat."""

    OPEN = "open"
    FULFILLED = "fulfilled"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class MembershipHow(StrEnum):
    """How a desire came into its cluster: it began it, it was grouped by itself, by its author, by a moderator."""

    FOUNDED = "founded"
    AUTO = "auto"
    CLICK = "click"
    MODERATOR = "moderator"


class FulfilmentState(StrEnum):
    """Where a fulfilment stands: its author submits and withdraws it, the desire's author accepts or declines it."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Span(BaseModel):
    """A piece of a text. The pieces of a list make up the whole text; those that differ are shown in bold."""

    text: str = Field(examples=["blue"])
    differs: bool


class BestFulfilment(BaseModel):
    """The fulfilment that is shown for a desire or a cluster: the accepted one, else the one with the most votes."""

    shader_id: str = Field(examples=[SAMPLE_ID])
    title: str = Field(examples=["Night bus"])
    still_url: str | None


class DesireSummary(BaseModel):
    """A card of the board."""

    id: str = Field(examples=[SAMPLE_DESIRE])
    prompt: str = Field(examples=[SAMPLE_PROMPT])
    author: Author
    state: DesireState
    licence: str | None = Field(description="That the work should have", examples=["CC-BY-4.0"])
    deadline: datetime | None
    style_hints: list[str] = Field(examples=[["night", "calm"]])
    created_at: datetime
    cluster: str | None = Field(description="Null until it is processed, and once withdrawn", examples=[SAMPLE_CLUSTER])
    people: int = Field(description="Heat: how many want this, in any wording; each person counts once", examples=[14])
    wordings: int = Field(description="Desires in the cluster, this one included", examples=[5])
    fulfilments: int = Field(description="Works that answer this desire and can be seen", examples=[2])
    best: BestFulfilment | None = Field(description="The best fulfilment at a desire of the cluster")
    bounty: BountySummary | None = Field(default=None, description="What is pledged on this desire; null for nothing")


class MembershipPublic(BaseModel):
    """How one's own desire came into its cluster."""

    how: MembershipHow
    score: float | None = Field(description="How near it was, where that decided", examples=[0.91])
    since: datetime
    can_leave: bool = Field(description="False where it is alone in a cluster of its own")


class DesirePublic(DesireSummary):
    """A whole desire."""

    references: list[ShaderSummary] = Field(description="Works that it refers to and that you may see")
    difference: str = Field(description="How it differs from like wishes, in its author's words")
    expires_at: datetime = Field(description="When it stops being open by itself")
    followers: int
    following: bool | None = Field(description="Whether you follow it; null for visitors")
    hidden_reason: str | None = Field(description="Why a moderator hid it; for its author and moderators")
    membership: MembershipPublic | None = Field(description="For its author")


class SimilarCluster(BaseModel):
    """A wish that others have already, and what differs between its first wording and yours."""

    cluster: str = Field(examples=[SAMPLE_CLUSTER])
    desire: str = Field(description="With the first wording", examples=[SAMPLE_DESIRE])
    prompt: str = Field(examples=[SAMPLE_PROMPT])
    people: int = Field(examples=[14])
    wordings: int = Field(examples=[5])
    score: float = Field(description="Mean similarity to all wordings", examples=[0.74])
    mine: list[Span] = Field(description="Your text")
    theirs: list[Span] = Field(description="The first wording")
    best: BestFulfilment | None


class Bridge(BaseModel):
    """A cluster, and others that may be the same wish; of each pair the one that more want stands here."""

    cluster: str = Field(examples=[SAMPLE_CLUSTER])
    desire: str = Field(description="With the first wording", examples=[SAMPLE_DESIRE])
    prompt: str = Field(examples=[SAMPLE_PROMPT])
    people: int = Field(examples=[14])
    wordings: int = Field(examples=[5])
    near: list[SimilarCluster] = Field(description="The nearest first; `mine` is this cluster's first wording")


class Similar(BaseModel):
    """Up to three wishes like a text, the nearest first."""

    items: list[SimilarCluster]


class DesirePosted(DesirePublic):
    """The new desire, and what others want already: join one if it is the same."""

    similar: list[SimilarCluster]


class FulfilmentPublic(BaseModel):
    """A work that answers a desire. The version is the one that had a picture when it was submitted."""

    id: UUID
    desire_id: str = Field(examples=[SAMPLE_DESIRE])
    version: int = Field(examples=[1])
    state: FulfilmentState
    created_at: datetime
    decided_at: datetime | None
    shader: ShaderSummary


class AnsweredDesire(BaseModel):
    """A desire that a work answers, for the work's page."""

    id: str = Field(examples=[SAMPLE_DESIRE])
    prompt: str = Field(examples=[SAMPLE_PROMPT])
    author: Author
    state: DesireState
    fulfilment: FulfilmentState


class Wording(BaseModel):
    """A desire of a cluster in its own words, and where they differ from the first wording's."""

    desire: str = Field(examples=[SAMPLE_DESIRE])
    author: Author
    state: DesireState
    how: MembershipHow
    created_at: datetime
    prompt: str = Field(examples=[SAMPLE_PROMPT])
    parts: list[Span] = Field(description="The same text; what differs from the first wording is marked")


class ClusterPublic(BaseModel):
    """What is wanted in several wordings, and what was made for it."""

    id: str = Field(examples=[SAMPLE_CLUSTER])
    people: int = Field(examples=[14])
    created_at: datetime
    wordings: list[Wording] = Field(description="The first 100, the oldest first")
    fulfilments: list[FulfilmentPublic] = Field(description="The best 24: accepted ones first, then by votes")


class ClustersChanged(BaseModel):
    """What a moderator regrouped; the batch undoes it."""

    batch: UUID
    cluster: str = Field(description="Where the desires are now", examples=[SAMPLE_CLUSTER])
    moved: int = Field(examples=[2])
