"""Notices, what they were told for, and how a user wants to be told."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from services.core.kit.tables import optional_time_field, time_field
from services.core.registry.notices import MailTiming


class Notice(SQLModel, table=True):
    """What a user is told: of a `kind`, `about` an object, unread until `read_at`.

    `position` counts the user's notices in the order of their commits; one that grows gets a new one. `shown` is
    whether it stands in the inbox. `facts` are the values of its sentence. `mail_due` is the mail that is still to tell
    of it. `by_id` is the user who did it.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("user_id", "position"),
        Index(
            "uq_notices_growing",
            "user_id",
            "kind",
            "about",
            unique=True,
            postgresql_where=text("grows AND read_at IS NULL"),
        ),
        Index("ix_notices_unread", "user_id", postgresql_where=text("shown AND read_at IS NULL")),
        Index("ix_notices_digest", "told_at", "user_id", postgresql_where=text("mail_due = 'digest'")),
        Index("ix_notices_by_id", "by_id", postgresql_where=text("by_id IS NOT NULL")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID
    position: int
    kind: str = Field(max_length=50)
    about: str = Field(max_length=64)
    by_id: UUID | None = None
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    count: int = 1
    grows: bool = False
    shown: bool = True
    mail_due: MailTiming | None = Field(default=None, sa_type=String)
    told_at: datetime = time_field()
    read_at: datetime | None = optional_time_field()


class NoticeOccasion(SQLModel, table=True):
    """Something that was told. The primary key is why it is told once."""

    __tablename__ = "notice_occasions"

    user_id: UUID = Field(primary_key=True)
    kind: str = Field(primary_key=True, max_length=50)
    about: str = Field(primary_key=True, max_length=64)
    occasion: str = Field(primary_key=True, max_length=64)
    told_at: datetime = time_field()


class Inbox(SQLModel, table=True):
    """The last position in a user's inbox. Who takes the next holds the row until the commit, so none is skipped.

    That of a deleted account is closed, so that whoever is about to tell it something finds that out.
    """

    __tablename__ = "inboxes"

    user_id: UUID = Field(primary_key=True)
    last_position: int = 0
    closed_at: datetime | None = optional_time_field()


class NoticeChoice(SQLModel, table=True):
    """How a user wants to hear of a kind, where not by its defaults."""

    __tablename__ = "notice_choices"

    user_id: UUID = Field(primary_key=True)
    kind: str = Field(primary_key=True, max_length=50)
    page: bool
    mail: MailTiming = Field(sa_type=String)


class NoticeDigest(SQLModel, table=True):
    """A user's mail of a day (UTC). The primary key is why there is one."""

    __tablename__ = "notice_digests"

    user_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    # When the mail was written, or found to have nothing to tell.
    ended_at: datetime | None = optional_time_field()
