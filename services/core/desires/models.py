"""Desires, the clusters of like ones, their vectors, works that answer them, and what people said of their likeness."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import CheckConstraint, Column, Index, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from services.contracts.desires import DesireState, FulfilmentState, MembershipHow
from services.core.embedding.protocol import DIM
from services.core.kit.tables import new_public_id, optional_time_field, time_field


class Desire(SQLModel, table=True):
    """What somebody wishes for. Its text never changes. An emptied row stays of a deleted account's answered one."""

    __tablename__ = "desires"
    __table_args__ = (
        Index(
            "ix_desires_state",
            "state",
            text("created_at DESC"),
            text("id DESC"),
            postgresql_where=text("hidden_at IS NULL AND deleted_at IS NULL"),
        ),
        Index("ix_desires_author", "author_id", text("created_at DESC"), text("id DESC")),
        Index("ix_desires_words", text("to_tsvector('english', prompt)"), postgresql_using="gin"),
        Index("ix_desires_expires", "expires_at", postgresql_where=text("state = 'open'")),
    )

    id: str = Field(default_factory=new_public_id, primary_key=True, max_length=16)
    author_id: UUID = Field(foreign_key="users.id")
    prompt: str = Field(sa_type=Text)
    reference_ids: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(String), nullable=False))
    licence: str | None = Field(default=None, max_length=64)
    deadline: datetime | None = optional_time_field()
    style_hints: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(String), nullable=False))
    # What its author said when like wishes were shown.
    difference: str = Field(default="", max_length=300)
    state: DesireState = Field(default=DesireState.OPEN, sa_type=String)
    created_at: datetime = time_field()
    expires_at: datetime = time_field()
    closed_at: datetime | None = optional_time_field()
    hidden_at: datetime | None = optional_time_field()
    hidden_reason: str | None = Field(default=None, max_length=300)
    deleted_at: datetime | None = optional_time_field()


class Cluster(SQLModel, table=True):
    """Desires that are one wish. All but the id and the time is counted from rows (clusters.py)."""

    __tablename__ = "desire_clusters"
    __table_args__ = (
        CheckConstraint("people >= 0 AND wordings >= 0", name="counts"),
        Index("ix_desire_clusters_hot", text("hot DESC"), text("id DESC"), postgresql_where=text("people > 0")),
    )

    id: str = Field(default_factory=new_public_id, primary_key=True, max_length=16)
    people: int = 0
    wordings: int = 0
    # Millionths, so that a cursor can hold it.
    hot: int = 0
    created_at: datetime = time_field()


class ClusterVector(SQLModel, table=True):
    """The mean of the members' vectors of one embedder, not brought to unit length.

    Its inner product with a vector is that vector's mean similarity to the members.
    """

    __tablename__ = "desire_cluster_vectors"
    __table_args__ = (
        Index(
            "ix_desire_cluster_vectors_mean",
            "mean",
            postgresql_using="hnsw",
            postgresql_ops={"mean": "halfvec_ip_ops"},
            postgresql_with={"m": "16", "ef_construction": "64"},
        ),
    )

    cluster_id: str = Field(foreign_key="desire_clusters.id", primary_key=True, max_length=16)
    embedder_id: str = Field(primary_key=True, max_length=40)
    mean: Any = Field(sa_column=Column(HALFVEC(DIM), nullable=False))
    members: int


class DesireVector(SQLModel, table=True):
    """The vector of a desire's text by one embedder."""

    __tablename__ = "desire_vectors"

    desire_id: str = Field(foreign_key="desires.id", primary_key=True, max_length=16)
    embedder_id: str = Field(primary_key=True, max_length=40)
    vector: Any = Field(sa_column=Column(HALFVEC(DIM), nullable=False))
    created_at: datetime = time_field()


class Ended(StrEnum):
    """Why a desire is not in a cluster any more: `left` and `split` say that it does not belong there."""

    MOVED = "moved"
    LEFT = "left"
    SPLIT = "split"
    UNDONE = "undone"
    WITHDRAWN = "withdrawn"


class Membership(SQLModel, table=True):
    """That a desire is in a cluster, `since` and `until`; a row is closed, never changed or reused.

    `previous_id` is the row that it came in place of, to which leaving goes back. `batch` names the rows that a
    moderator's one act wrote.
    """

    __tablename__ = "desire_memberships"
    __table_args__ = (
        Index("uq_desire_memberships_current", "desire_id", unique=True, postgresql_where=text("until IS NULL")),
        Index("ix_desire_memberships_cluster", "cluster_id", postgresql_where=text("until IS NULL")),
        Index("ix_desire_memberships_desire", "desire_id"),
        Index("ix_desire_memberships_batch", "batch", postgresql_where=text("batch IS NOT NULL")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    desire_id: str = Field(foreign_key="desires.id", max_length=16)
    cluster_id: str = Field(foreign_key="desire_clusters.id", max_length=16)
    how: MembershipHow = Field(sa_type=String)
    score: float | None = None
    embedder_id: str | None = Field(default=None, max_length=40)
    previous_id: UUID | None = None
    batch: UUID | None = None
    since: datetime = time_field()
    until: datetime | None = optional_time_field()
    ended: Ended | None = Field(default=None, sa_type=String)


class PairKind(StrEnum):
    """What somebody said of a text and a cluster: that they are one wish, or that they are not.

    The last two are what moderators said of the cluster that the text began.
    """

    JOIN = "join"
    DIFFERENT = "different"
    LEFT = "left"
    MERGED = "merged"
    APART = "apart"


class LabelledPair(SQLModel, table=True):
    """A click on likeness, for calibration: `score` is what the embedder gave."""

    __tablename__ = "desire_pairs"
    __table_args__ = (Index("ix_desire_pairs_user", "user_id"), Index("ix_desire_pairs_desire", "desire_id"))

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id")
    desire_id: str = Field(foreign_key="desires.id", max_length=16)
    cluster_id: str = Field(foreign_key="desire_clusters.id", max_length=16)
    kind: PairKind = Field(sa_type=String)
    embedder_id: str = Field(max_length=40)
    score: float | None = None
    created_at: datetime = time_field()


class Apart(SQLModel, table=True):
    """That a moderator said of two clusters that they are different wishes; they are not suggested again."""

    __tablename__ = "desire_clusters_apart"
    __table_args__ = (
        CheckConstraint("low_id < high_id", name="order"),
        Index("ix_desire_clusters_apart_high", "high_id"),
    )

    low_id: str = Field(foreign_key="desire_clusters.id", primary_key=True, max_length=16)
    high_id: str = Field(foreign_key="desire_clusters.id", primary_key=True, max_length=16)
    created_at: datetime = time_field()


class Fulfilment(SQLModel, table=True):
    """A work that answers a desire; one row for both, whatever becomes of it."""

    __tablename__ = "desire_fulfilments"
    __table_args__ = (
        Index("uq_desire_fulfilments_pair", "desire_id", "shader_id", unique=True),
        Index("ix_desire_fulfilments_shader", "shader_id"),
        Index("ix_desire_fulfilments_author", "author_id"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    desire_id: str = Field(foreign_key="desires.id", max_length=16)
    shader_id: str = Field(foreign_key="shaders.id", max_length=16)
    version: int
    author_id: UUID = Field(foreign_key="users.id")
    state: FulfilmentState = Field(default=FulfilmentState.SUBMITTED, sa_type=String)
    created_at: datetime = time_field()
    decided_at: datetime | None = optional_time_field()


class Follow(SQLModel, table=True):
    """That somebody wants it, too, without words of their own; they are told of fulfilments."""

    __tablename__ = "desire_follows"
    __table_args__ = (Index("ix_desire_follows_desire", "desire_id"),)

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    desire_id: str = Field(foreign_key="desires.id", primary_key=True, max_length=16)
    created_at: datetime = time_field()
