"""Mails that are to be sent or were, and what people do not want by mail."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, String, text
from sqlmodel import Field, SQLModel

from services.core.kit.tables import optional_time_field, time_field


class MailState(StrEnum):
    """What became of a mail; all but `queued` are final, and their rows hold no address and no text."""

    QUEUED = "queued"
    SENT = "sent"
    REFUSED = "refused"  # The other side said that it never takes it: no such address, a full box.
    EXPIRED = "expired"  # Nobody took it for as long as it was worth anything.
    DROPPED = "dropped"  # The account was deleted first.
    DECOY = "decoy"  # Written for an address without an account, so that asking takes the same time.


class Mail(SQLModel, table=True):
    """A mail. `sealed` (kit/secret_box.py) holds address and values, and is deleted with the end of the mail."""

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_user_id", "user_id", postgresql_where=text("user_id IS NOT NULL")),
        Index("ix_mails_queued", "created_at", postgresql_where=text("state = 'queued'")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    kind: str = Field(max_length=50)
    # Unsubscribing is by topic; a mail about security has none.
    topic: str | None = Field(default=None, max_length=50)
    user_id: UUID | None = None
    sealed: str | None = None
    state: MailState = Field(default=MailState.QUEUED, sa_type=String)
    # How often the other side asked to come again later, and what it said last.
    deferrals: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    reply_code: int | None = None
    created_at: datetime = time_field()
    expires_at: datetime = time_field()
    claimed_until: datetime | None = optional_time_field()
    ended_at: datetime | None = optional_time_field()


class MailOptOut(SQLModel, table=True):
    """A user wants no mail of this topic."""

    __tablename__ = "mail_optouts"

    user_id: UUID = Field(primary_key=True)
    topic: str = Field(primary_key=True, max_length=50)
    created_at: datetime = time_field()
