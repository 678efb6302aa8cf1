"""Votes, and what the feed learns from them and from attention."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, SmallInteger, String, text
from sqlmodel import Field, SQLModel

from services.core.models.base import time_field


class Vote(SQLModel, table=True):
    """A user's vote on a work: 1 or -1; no row is no vote."""

    __tablename__ = "votes"
    __table_args__ = (
        CheckConstraint("value IN (-1, 1)", name="value"),
        Index("ix_votes_shader_id", "shader_id"),
        Index("ix_votes_user", "user_id", text("created_at DESC"), text("shader_id DESC")),
    )

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    shader_id: str = Field(foreign_key="shaders.id", primary_key=True, max_length=16)
    value: int = Field(sa_type=SmallInteger)
    created_at: datetime = time_field()


class RankChange(SQLModel, table=True):
    """What `hot` and `score` of a work were before a vote changed them, and in which transaction.

    A walk through a list shows the order of the moment in which it began (services/core/votes/order.py); rows older
    than a day are pruned.
    """

    __tablename__ = "rank_changes"
    __table_args__ = (Index("ix_rank_changes_transaction", "transaction_id", "shader_id", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    transaction_id: int | None = Field(
        default=None,
        sa_column=Column(BigInteger, nullable=False, server_default=text("(pg_current_xact_id()::text)::bigint")),
    )
    shader_id: str = Field(foreign_key="shaders.id", max_length=16)
    hot: float
    score: int
    changed_at: datetime = time_field()


class EventKind(StrEnum):
    """An impression is a card in view; a dwell is time spent on a work, in milliseconds."""

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
    """How often a work's card was in a signed-in visitor's view; a narrow table because it is written often."""

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
