"""Reports about shaders."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, String, text
from sqlmodel import Field, SQLModel

from services.core.kit.tables import optional_time_field, time_field


class ReportReason(StrEnum):
    """Why somebody reports a work."""

    SPAM = "spam"
    COPYRIGHT = "copyright"
    HATE = "hate"
    SEXUAL = "sexual"
    HARMFUL = "harmful"
    OTHER = "other"


class Report(SQLModel, table=True):
    """A report about a shader; one open report per reporter and shader."""

    __tablename__ = "reports"
    __table_args__ = (
        Index("uq_reports_open", "shader_id", "reporter_id", unique=True, postgresql_where=text("resolved_at IS NULL")),
        Index("ix_reports_open", "created_at", postgresql_where=text("resolved_at IS NULL")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    shader_id: str = Field(foreign_key="shaders.id", max_length=16)
    reporter_id: UUID = Field(foreign_key="users.id")
    reason: ReportReason = Field(sa_type=String)
    detail: str = Field(default="", max_length=2000)
    created_at: datetime = time_field()
    resolved_at: datetime | None = optional_time_field()
    resolution: str | None = None
    moderator_id: UUID | None = Field(default=None, foreign_key="users.id")
