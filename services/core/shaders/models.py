"""Shaders: a shader, its immutable versions, and reports about it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Computed, ForeignKeyConstraint, Index, SmallInteger, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlmodel import Field, SQLModel

from services.contracts.glsl import Dialect
from services.contracts.shaders import AiLabel, PreviewStatus, RenderStatus, Visibility
from services.core.kit.tables import new_public_id, optional_time_field, time_field


class Shader(SQLModel, table=True):
    """A shader.

    `listed` is true when it is public, has a picture, awaits no review and is neither hidden, withheld nor deleted:
    lists show only those.
    `up`, `down` and `score` count people. Lists order by `weighted_score`, in hundredths of a vote (core/votes), and by
    `hot`, which changes with it.
    """

    __tablename__ = "shaders"
    __table_args__ = (
        Index("ix_shaders_listed_hot", text("hot DESC"), text("id DESC"), postgresql_where=text("listed")),
        Index("ix_shaders_listed_new", text("published_at DESC"), text("id DESC"), postgresql_where=text("listed")),
        Index("ix_shaders_listed_top", text("weighted_score DESC"), text("id DESC"), postgresql_where=text("listed")),
        Index("ix_shaders_author", "author_id", text("created_at DESC"), text("id DESC")),
        Index("ix_shaders_parent", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
        Index("ix_shaders_review", "review_asked_at", postgresql_where=text("review_asked_at IS NOT NULL")),
        Index("ix_shaders_deleted", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
        Index("ix_shaders_tags", "tags", postgresql_using="gin"),
        Index("ix_shaders_search", "search", postgresql_using="gin"),
        Index(
            "ix_shaders_unkept",
            text("created_at DESC"),
            postgresql_where=text(
                "kept_width IS NULL AND rendered_version IS NOT NULL AND deleted_at IS NULL AND visibility <> 'draft'"
            ),
        ),
    )

    id: str = Field(default_factory=new_public_id, primary_key=True, max_length=16)
    author_id: UUID = Field(foreign_key="users.id")
    title: str = Field(max_length=120)
    description: str = Field(default="", sa_type=Text)
    tags: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(String), nullable=False))
    # The tags and the author's handle as words; the search column is computed from it.
    search_words: str = Field(default="", sa_type=Text)
    licence: str = Field(max_length=64)
    ai_label: AiLabel = Field(default=AiLabel.HUMAN, sa_type=String)
    dialect: Dialect = Field(sa_type=String)
    visibility: Visibility = Field(default=Visibility.PUBLIC, sa_type=String)
    current_version: int = 1
    # Others see the versions from this one on (visibility.py).
    public_from: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    still_time: float | None = None
    parent_id: str | None = Field(default=None, foreign_key="shaders.id", max_length=16)
    parent_version: int | None = None
    root_id: str | None = Field(default=None, max_length=16)
    # The licence of others' work that binds this one, as it was when it was forked.
    inherited_licence: str | None = Field(default=None, max_length=64)
    created_at: datetime = time_field()
    updated_at: datetime = time_field()
    published_at: datetime | None = optional_time_field()
    # When its author published it, until a moderator has let others see it (review.py). Null where nobody has to.
    review_asked_at: datetime | None = optional_time_field()
    deleted_at: datetime | None = optional_time_field()
    # When it was emptied for good (privacy/purge.py); the row is there as long as forks name it.
    purged_at: datetime | None = optional_time_field()
    hidden_at: datetime | None = optional_time_field()
    hidden_reason: str | None = None
    # The author is suspended; kept here so that a list reads one table (listing.py).
    withheld: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    listed: bool = False
    # The pictures of the newest version that has some, kept here so that a list reads one table.
    rendered_version: int | None = None
    still_name: str | None = Field(default=None, max_length=100)
    preview_name: str | None = Field(default=None, max_length=100)
    kept_name: str | None = Field(default=None, max_length=100)
    kept_width: int | None = Field(default=None, sa_type=SmallInteger)
    average_color: str | None = Field(default=None, max_length=7)
    animated: bool | None = None
    flash_count: int | None = Field(default=None, sa_type=SmallInteger)
    up: int = 0
    down: int = 0
    score: int = 0
    weighted_score: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    hot: float = 0.0
    forks: int = 0
    # Its sources, quick stills and loops (usage.py).
    kept_bytes: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    # What a search looks into, and the title's part of it: shaders that have the words in their title come first.
    title_words: Any = Field(
        default=None,
        sa_column=Column(
            TSVECTOR,
            Computed("to_tsvector('english', title) || to_tsvector('simple', title)", persisted=True),
        ),
    )
    search: Any = Field(
        default=None,
        sa_column=Column(
            TSVECTOR,
            Computed(
                "setweight(to_tsvector('english', title) || to_tsvector('simple', title), 'A')"
                " || setweight(to_tsvector('english', search_words) || to_tsvector('simple', search_words), 'B')"
                " || setweight(to_tsvector('english', description), 'C')",
                persisted=True,
            ),
        ),
    )


class ShaderVersion(SQLModel, table=True):
    """An immutable snapshot; a trigger refuses to change its source."""

    __tablename__ = "shader_versions"

    shader_id: str = Field(foreign_key="shaders.id", primary_key=True, max_length=16)
    number: int = Field(primary_key=True)
    source: str = Field(sa_type=Text)
    source_sha256: str = Field(max_length=64)
    dialect: Dialect = Field(sa_type=String)
    parameters: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    parameter_values: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    note: str = Field(default="", max_length=500)
    restored_from: int | None = None
    created_at: datetime = time_field()


class Render(SQLModel, table=True):
    """The pictures of one version; a worker claims the row by `UPDATE ... WHERE status` until `lease_until`."""

    __tablename__ = "renders"
    __table_args__ = (
        ForeignKeyConstraint(["shader_id", "version"], ["shader_versions.shader_id", "shader_versions.number"]),
        Index(
            "ix_renders_open",
            "updated_at",
            postgresql_where=text("status IN ('pending', 'rendering') OR preview_status IN ('pending', 'rendering')"),
        ),
        Index("ix_renders_still_name", "still_name", postgresql_where=text("still_name IS NOT NULL")),
        Index("ix_renders_preview_name", "preview_name", postgresql_where=text("preview_name IS NOT NULL")),
        Index("ix_renders_lease_until", "lease_until", postgresql_where=text("lease_until IS NOT NULL")),
        Index("ix_renders_kept_name", "kept_name", postgresql_where=text("kept_name IS NOT NULL")),
        # Of what has all of its pictures, moves, and was not measured.
        Index(
            "ix_renders_unmeasured",
            text("created_at DESC"),
            postgresql_where=text(
                "flash_count IS NULL AND animated AND status = 'ready' AND preview_status IN ('ready', 'skipped')"
            ),
        ),
    )

    shader_id: str = Field(primary_key=True, max_length=16)
    version: int = Field(primary_key=True)
    status: RenderStatus = Field(default=RenderStatus.PENDING, sa_type=String)
    preview_status: PreviewStatus = Field(default=PreviewStatus.PENDING, sa_type=String)
    attempts: int = 0
    preview_attempts: int = 0
    kept_status: PreviewStatus = Field(
        default=PreviewStatus.PENDING,
        sa_column=Column(String, nullable=False, server_default=PreviewStatus.PENDING.value),
    )
    kept_attempts: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False, server_default="0"))
    lease_until: datetime | None = optional_time_field()
    # Of the request that asked for the pictures, for the logs.
    request_id: str | None = Field(default=None, max_length=64)
    failure_code: str | None = None
    errors: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    animated: bool | None = None
    still_name: str | None = None
    still_time: float | None = None
    average_color: str | None = Field(default=None, max_length=7)
    preview_name: str | None = None
    preview_reason: str | None = None
    picture_bytes: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    # The large still that follows when there is time, and how wide it is; smaller copies lie beside it.
    kept_name: str | None = Field(default=None, max_length=100)
    kept_width: int | None = Field(default=None, sa_type=SmallInteger)
    # Flashes in the worst second; how often that was asked for alone, and when it may be asked again (flashes.py).
    flash_count: int | None = Field(default=None, sa_type=SmallInteger)
    flash_attempts: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False, server_default="0"))
    flash_due_at: datetime | None = optional_time_field()
    backend: str | None = None
    timings: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    created_at: datetime = time_field()
    updated_at: datetime = time_field()
    ready_at: datetime | None = optional_time_field()


# What a render begins with, and has again when it is to be drawn once more.
RENDER_BEGINS: Mapping[str, Any] = {
    "status": RenderStatus.PENDING,
    "attempts": 0,
    "lease_until": None,
    "preview_status": PreviewStatus.PENDING,
    "preview_attempts": 0,
    "preview_reason": None,
    "picture_bytes": 0,
    "kept_status": PreviewStatus.PENDING,
    "kept_attempts": 0,
    "flash_attempts": 0,
}


class PublishUsage(SQLModel, table=True):
    """How many shaders a user has published in a calendar month (UTC)."""

    __tablename__ = "publish_usage"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    month: date = Field(primary_key=True)
    used: int = 0
