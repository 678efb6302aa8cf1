"""What signed-in visitors saw, what the feed learnt from it, and what they do not want."""

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import ARRAY, BigInteger, Column, Date, Identity, Index, SmallInteger, String, text
from sqlmodel import Field, SQLModel

from services.core.kit.tables import time_field
from services.core.styles.models import DIM, ID_LENGTH


class EventKind(StrEnum):
    """An impression is a card in view; a dwell is time spent on a shader, in milliseconds."""

    IMPRESSION = "impression"
    DWELL = "dwell"


class Counted(IntEnum):
    """Whether an event is a part of the counts of all (`Exposure`); withheld while its user is suspended."""

    NO = 0
    YES = 1
    WITHHELD = 2


class FeedEvent(SQLModel, table=True):
    """What a signed-in visitor saw on a day: one row for each shader and kind, a dwell with all its time.

    Rows without a `day` are from before there was one.
    """

    __tablename__ = "feed_events"
    __table_args__ = (
        Index("ix_feed_events_user", "user_id", text("created_at DESC")),
        Index(
            "uq_feed_events_daily",
            "user_id",
            "day",
            "shader_id",
            "kind",
            unique=True,
            postgresql_where=text("day IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    user_id: UUID = Field(foreign_key="users.id")
    shader_id: str = Field(foreign_key="shaders.id", max_length=16)
    kind: EventKind = Field(sa_type=String)
    dwell_ms: int = 0
    position: int | None = None
    created_at: datetime = time_field()
    day: date | None = Field(default=None, sa_type=Date)
    counted: int = Field(default=Counted.NO, sa_column=Column(SmallInteger, nullable=False, server_default="0"))


class Exposure(SQLModel, table=True):
    """How often signed-in visitors had a shader's card in view, and looked at it for long; written often, so narrow."""

    __tablename__ = "exposures"

    shader_id: str = Field(foreign_key="shaders.id", primary_key=True, max_length=16)
    impressions: int = 0
    looked: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class TagAffinity(SQLModel, table=True):
    """How much a user likes a tag, from what they did; decays with time."""

    __tablename__ = "tag_affinities"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    tag: str = Field(primary_key=True, max_length=40)
    weight: float = 0.0
    updated_at: datetime = time_field()


class StyleTaste(SQLModel, table=True):
    """The style that a user likes: a unit vector of one embedder, and how much they have said for it.

    `near` are the nearest works at that time, of others and not among those that it was learnt from.
    """

    __tablename__ = "style_tastes"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    embedder_id: str = Field(max_length=ID_LENGTH, index=True)
    vector: Any = Field(sa_column=Column(HALFVEC(DIM), nullable=False))
    near: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(String), nullable=False, server_default="{}"))
    weight: float
    updated_at: datetime = time_field()


class FeedChoice(SQLModel, table=True):
    """Whether the feed learns from what a user does; without a row it does."""

    __tablename__ = "feed_choices"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    learning: bool = True


class MuteKind(StrEnum):
    """What a user can mute in their feed."""

    TAG = "tag"
    AUTHOR = "author"
    SHADER = "shader"
    AI_LABEL = "ai_label"


class Mute(SQLModel, table=True):
    """What a user wants no more of in their feed; an author by the id of their account."""

    __tablename__ = "feed_mutes"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    kind: MuteKind = Field(sa_type=String, primary_key=True)
    name: str = Field(primary_key=True, max_length=40)
    muted_at: datetime = time_field()


class ForgottenKind(StrEnum):
    """What of a taste can be forgotten by itself."""

    TAG = "tag"
    SHADER = "shader"


class Forgotten(SQLModel, table=True):
    """What a user did about a tag or a shader up to `at` teaches the feed nothing any more."""

    __tablename__ = "feed_forgotten"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    kind: ForgottenKind = Field(sa_type=String, primary_key=True)
    name: str = Field(primary_key=True, max_length=40)
    at: datetime = time_field()
