"""Votes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, SmallInteger, text
from sqlmodel import Field, SQLModel

from services.core.kit.tables import time_field
from services.core.ranking.hot import FULL_WEIGHT
from services.core.votes.weights import FRESH_WEIGHT


class Vote(SQLModel, table=True):
    """A user's vote on a shader: 1 or -1; no row is no vote.

    `weight` is by the age of the account (ageing.py), `network` a mark that votes on this shader from one network
    share (weighing.py).
    """

    __tablename__ = "votes"
    __table_args__ = (
        CheckConstraint("value IN (-1, 1)", name="value"),
        Index("ix_votes_shader_network", "shader_id", "network"),
        Index("ix_votes_growing", "shader_id", postgresql_where=text(f"weight < {FULL_WEIGHT}")),
        Index("ix_votes_user", "user_id", text("created_at DESC"), text("shader_id DESC")),
    )

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    shader_id: str = Field(foreign_key="shaders.id", primary_key=True, max_length=16)
    value: int = Field(sa_type=SmallInteger)
    weight: int = Field(
        default=FRESH_WEIGHT, sa_column=Column(SmallInteger, nullable=False, server_default=str(FRESH_WEIGHT))
    )
    network: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime = time_field()
