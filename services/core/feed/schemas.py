"""What the feed's routes take and give."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.shaders import ShaderSummary
from services.core.feed.models import EventKind, MuteKind
from services.core.feed.reasons import Reason
from services.core.feed.taste import Cause

MAX_EVENTS = 100


class FeedCard(ShaderSummary):
    """A card in a feed, and why it is there."""

    reasons: list[Reason] = Field(description="Up to two, the strongest first")


class FeedEventIn(BaseModel):
    """A card that came into view, or the time that a shader was looked at."""

    model_config = ConfigDict(extra="forbid")

    shader_id: str = Field(max_length=16, examples=["7kQmZ2xYp4c"])
    kind: EventKind = Field(examples=["dwell"])
    dwell_ms: int = Field(
        0,
        ge=0,
        le=86_400_000,
        examples=[4200],
        description="How long, in milliseconds, for a dwell; more than ten minutes count as ten",
    )
    position: int | None = Field(
        None, ge=0, le=100_000, examples=[3], description="The card's place in the feed, from 0"
    )


class FeedEvents(BaseModel):
    """What the visitor saw since the last batch. A client whose user asks not to be tracked sends none."""

    model_config = ConfigDict(extra="forbid")

    events: list[FeedEventIn] = Field(min_length=1, max_length=MAX_EVENTS)


class EventsTaken(BaseModel):
    """How many events were taken in; ignored are those about shaders that are not listed or one's own, and all events
    of a user who does not let the feed learn."""

    accepted: int = Field(examples=[12])
    ignored: int = Field(examples=[0])


class MutePublic(BaseModel):
    """What the caller wants no more of in their feed."""

    kind: MuteKind = Field(examples=["tag"])
    name: str = Field(examples=["water"], description="A tag, an author's handle, a shader's id or an AI label")
    title: str | None = Field(None, examples=["Tide pool"], description="The shader's title, or the author's name")
    muted_at: datetime


class Mutes(BaseModel):
    """All that the caller has muted, the latest first."""

    items: list[MutePublic]


class LikedTag(BaseModel):
    """A tag that the feed thinks the caller likes, or dislikes."""

    tag: str = Field(examples=["water"])
    weight: float = Field(examples=[1.8], description="Below 0 for a dislike; a vote up of today is worth 1 in all")


class LikedWork(BaseModel):
    """A work that the feed learnt most from."""

    shader: ShaderSummary
    cause: Cause = Field(examples=["voted"], description="What says so")
    weight: float = Field(examples=[0.9], description="Above 0; a vote up of today is 1")


class TastePublic(BaseModel):
    """What the feed thinks that the caller likes."""

    learning: bool = Field(description="Whether the feed learns from what the caller does")
    updated_at: datetime | None = Field(description="When it last learnt; null where it knows nothing")
    tags: list[LikedTag] = Field(description="The strongest first")
    works: list[LikedWork] = Field(description="Up to twelve that everybody may see, the strongest first")


class LearningChoice(BaseModel):
    """Whether the feed may learn from now on. Without it, what it has learnt and the events are deleted."""

    model_config = ConfigDict(extra="forbid")

    learning: bool
