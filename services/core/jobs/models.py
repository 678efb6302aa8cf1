"""The outbox, dead letters and schedule runs."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from services.core.kit.tables import optional_time_field, time_field


class OutboxMessage(SQLModel, table=True):
    """A job that is committed and not yet handed to dramatiq; the relay deletes it when it is."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_run_at", "run_at", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    message_id: UUID = Field(default_factory=uuid4, unique=True)
    actor: str = Field(max_length=100)
    queue: str = Field(max_length=50)
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    request_id: str | None = Field(default=None, max_length=64)
    run_at: datetime = time_field()
    created_at: datetime = time_field()


class DeadLetter(SQLModel, table=True):
    """A message whose retries are used up; `services.worker` lists and retries them."""

    __tablename__ = "dead_letters"
    __table_args__ = (Index("ix_dead_letters_failed_at", "failed_at"),)

    message_id: UUID = Field(primary_key=True)
    actor: str = Field(max_length=100)
    queue: str = Field(max_length=50)
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    request_id: str | None = Field(default=None, max_length=64)
    error: str = Field(default="", max_length=200)
    failed_at: datetime = time_field()
    redriven_at: datetime | None = optional_time_field()


class ScheduleRun(SQLModel, table=True):
    """A run of a periodic task; the primary key lets only one scheduler take it."""

    __tablename__ = "ticks"

    task: str = Field(primary_key=True, max_length=100)
    due_at: datetime = Field(sa_column=Column(DateTime(timezone=True), primary_key=True))
    taken_at: datetime = time_field()
