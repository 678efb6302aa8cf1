"""Tables of style vectors."""

from datetime import datetime
from typing import Any

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from services.core.kit.tables import optional_time_field, time_field

DIM = 512
ID_LENGTH = 40


class StyleVector(SQLModel, table=True):
    """A work by one embedder: the version whose pictures lists show.

    `basis` stands for all that the vector was made of (repository.py); another one makes it out of date.
    """

    __tablename__ = "style_vectors"
    __table_args__ = (
        Index(
            "ix_style_vectors_vector",
            "vector",
            postgresql_using="hnsw",
            postgresql_with={"m": 16, "ef_construction": 64},
            postgresql_ops={"vector": "halfvec_cosine_ops"},
        ),
    )

    shader_id: str = Field(foreign_key="shaders.id", primary_key=True, max_length=16)
    embedder_id: str = Field(primary_key=True, max_length=ID_LENGTH)
    version: int
    basis: str = Field(max_length=32)
    vector: Any = Field(sa_column=Column(HALFVEC(DIM), nullable=False))
    made_at: datetime = time_field()


class StyleEmbedderState(SQLModel, table=True):
    """An embedder that has made vectors, and when it was last seen that no work is without one of it.

    The one that was last seen so serves; before any was, the one that began first.
    """

    __tablename__ = "style_embedders"

    id: str = Field(primary_key=True, max_length=ID_LENGTH)
    begun_at: datetime = time_field()
    complete_at: datetime | None = optional_time_field()
