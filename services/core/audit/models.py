"""The audit log."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from services.core.kit.tables import time_field


class AuditEntry(SQLModel, table=True):
    """Something that a moderator or an operator did. Rows are only added; they go when they are two years old.

    `actor_id` is a user of the site; without one, `actor` names the operator. `subject` is a kind and an id, such as
    `user:<uuid>`, never a handle: an account that is erased leaves none here.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_at", "at", "id"),
        Index("ix_audit_entries_subject", "subject", "at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    at: datetime = time_field()
    actor_id: UUID | None = None
    actor: str = Field(default="", max_length=100)
    action: str = Field(max_length=50)
    subject: str = Field(max_length=100)
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
