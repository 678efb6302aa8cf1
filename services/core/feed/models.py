"""What signed-in visitors saw, and what the feed learnt from it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, String, text
from sqlmodel import Field, SQLModel

from services.core.kit.tables import time_field


class EventKind(StrEnum):
    """An impression is a card in view; a dwell is time spent on a shader, in milliseconds."""

    IMPRESSION = "impression"
    DWELL = "dwell"


class FeedEvent(SQLModel, table=True):
    """What a signed-in visitor saw, for the feed's memory."""

    __tablename__ = "feed_events"
    __table_args__ = (Index("ix_feed_events_user", "user_id", text("created_at DESC")),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    user_id: UUID = Field(foreign_key="users.id")
    shader_id: str = Field(foreign_key="shaders.id", max_length=16)
    kind: EventKind = Field(sa_type=String)
    dwell_ms: int = 0
    position: int | None = None
    created_at: datetime = time_field()


class Exposure(SQLModel, table=True):
    """How often a shader's card was in a signed-in visitor's view; a narrow table because it is written often."""

    __tablename__ = "exposures"

    shader_id: str = Field(foreign_key="shaders.id", primary_key=True, max_length=16)
    impressions: int = 0


class TagAffinity(SQLModel, table=True):
    """How much a user likes a tag, from votes and dwell; decays with time."""

    __tablename__ = "tag_affinities"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    tag: str = Field(primary_key=True, max_length=40)
    weight: float = 0.0
    updated_at: datetime = time_field()
