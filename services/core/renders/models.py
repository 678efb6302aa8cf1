"""The state of the render queue."""

from typing import Any

from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


class RenderQueue(SQLModel, table=True):
    """One row: what everybody has had of the renderers (fair.py). Whoever takes a job holds its lock."""

    __tablename__ = "render_queue"

    id: int = Field(default=1, primary_key=True)
    shares: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
