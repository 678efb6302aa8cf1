"""What the feed's routes take and give, besides pages of cards."""

from pydantic import BaseModel, ConfigDict, Field

from services.core.feed.models import EventKind

MAX_EVENTS = 100


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
    """How many events were kept; those about shaders that are not listed are left out."""

    accepted: int = Field(examples=[12])
    ignored: int = Field(examples=[0])
