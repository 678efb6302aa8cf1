"""Votes, and what the feed learns from them and from attention."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, String, text
from sqlmodel import Field, SQLModel

from services.core.models.base import time_field


class Vote(SQLModel, table=True):
    """A user's vote on a work: 1 or -1; no row is no vote."""

    __tablename__ = "votes"
    __table_args__ = (CheckConstraint("value IN (-1, 1)", name="value"), Index("ix_votes_shader_id", "shader_id"))

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    shader_id: str = Field(foreign_key="shaders.id", primary_key=True, max_length=16)
    value: int = Field(sa_type=SmallInteger)
    created_at: datetime = time_field()


class EventKind(StrEnum):
    """An impression is a card in view; a dwell is time spent on a work, in milliseconds."""

    IMPRESSION = "impression"
    DWELL = "dwell"


class FeedEvent(SQLModel, table=True):
    """What a signed-in visitor saw, for the feed's memory."""

    __tablename__ = "feed_events"
    __table_args__ = (Index("ix_feed_events_user", "user_id", text("created_at DESC")),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    user_id: UUID = Field(foreign_key="users.id")
    shader_id: str = Field(foreign_key="shaders.id", max_length=16)
    kind: EventKind = Field(sa_type=String)
    dwell_ms: int = 0
    position: int | None = None
    created_at: datetime = time_field()


class TagAffinity(SQLModel, table=True):
    """How much a user likes a tag, from votes and dwell; decays with time."""

    __tablename__ = "tag_affinities"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    tag: str = Field(primary_key=True, max_length=40)
    weight: float = 0.0
    updated_at: datetime = time_field()
