"""Reports, and what moderators decided."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, String, text
from sqlmodel import Field, SQLModel

from services.core.kit.tables import optional_time_field, time_field
from services.core.registry.reportable import Subject, SubjectKind

_ONE = "num_nonnulls(shader_id, desire_id) = 1"


class OfSubject(SQLModel):
    """A row about one thing: of the columns `<kind>_id`, one for each kind, exactly one is filled."""

    shader_id: str | None = Field(default=None, foreign_key="shaders.id", max_length=16)
    desire_id: str | None = Field(default=None, foreign_key="desires.id", max_length=16)

    @property
    def subject(self) -> Subject:
        """What it is about."""
        ids = ((kind, getattr(self, f"{kind}_id")) for kind in SubjectKind)
        return next(Subject(kind, found) for kind, found in ids if found is not None)


class ReportReason(StrEnum):
    """Why somebody reports it."""

    SPAM = "spam"
    COPYRIGHT = "copyright"
    HATE = "hate"
    SEXUAL = "sexual"
    HARMFUL = "harmful"
    OTHER = "other"


class Report(OfSubject, table=True):
    """A report; one open one per reporter and subject."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint(_ONE, name="subject"),
        Index("uq_reports_open", "shader_id", "reporter_id", unique=True, postgresql_where=text("resolved_at IS NULL")),
        Index(
            "uq_reports_open_desire",
            "desire_id",
            "reporter_id",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
        ),
        Index("ix_reports_open", "created_at", postgresql_where=text("resolved_at IS NULL")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reporter_id: UUID = Field(foreign_key="users.id")
    reason: ReportReason = Field(sa_type=String)
    detail: str = Field(default="", max_length=2000)
    created_at: datetime = time_field()
    resolved_at: datetime | None = optional_time_field()
    resolution: str | None = None
    moderator_id: UUID | None = Field(default=None, foreign_key="users.id")


class Action(StrEnum):
    """What a moderator decides: it is shown from now on, hidden, or hidden and its author suspended."""

    KEEP = "keep"
    HIDE = "hide"
    SUSPEND = "suspend"


class Decision(OfSubject, table=True):
    """What a moderator decided, and the author's answer: a line of the log.

    The next decision about the same supersedes it. A `final` one was made about an answer, and gets none.
    """

    __tablename__ = "moderation_decisions"
    __table_args__ = (
        CheckConstraint(_ONE, name="subject"),
        Index("ix_moderation_decisions_log", text("created_at DESC"), text("id DESC")),
        Index("ix_moderation_decisions_author", "author_id", text("created_at DESC"), text("id DESC")),
        Index("ix_moderation_decisions_shader", "shader_id", text("created_at DESC")),
        Index("ix_moderation_decisions_desire", "desire_id", text("created_at DESC")),
        Index(
            "ix_moderation_decisions_answered",
            "answered_at",
            postgresql_where=text("answered_at IS NOT NULL AND superseded_at IS NULL"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    author_id: UUID = Field(foreign_key="users.id")
    moderator_id: UUID = Field(foreign_key="users.id")
    action: Action = Field(sa_type=String)
    reason: str = Field(max_length=300)
    was_hidden: bool = False
    # How many open reports it resolved.
    reports: int = 0
    final: bool = False
    created_at: datetime = time_field()
    answer: str | None = Field(default=None, max_length=2000)
    answered_at: datetime | None = optional_time_field()
    superseded_at: datetime | None = optional_time_field()
