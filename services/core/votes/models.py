"""Votes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, text
from sqlmodel import Field, SQLModel

from services.core.kit.tables import time_field


class Vote(SQLModel, table=True):
    """A user's vote on a shader: 1 or -1; no row is no vote."""

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
