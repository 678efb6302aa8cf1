"""What a ranking was before it changed."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlmodel import Field, SQLModel

from services.core.kit.tables import time_field


class RankChange(SQLModel, table=True):
    """What `hot` and the weighted score of a shader were before votes changed them, and in which transaction.

    A paging session shows the order of the moment in which it began (services/core/ranking/snapshots.py). Rows older
    than a day are deleted.
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
