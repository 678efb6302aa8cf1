"""API keys, and what was written with them."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Column, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from services.core.kit.tables import optional_time_field, time_field


class ApiKey(SQLModel, table=True):
    """A key of a user; only the SHA-256 of its value is kept. It ends with `expires_at` or `revoked_at`."""

    __tablename__ = "api_keys"
    __table_args__ = (
        Index("ix_api_keys_user", "user_id", text("created_at DESC"), text("id DESC")),
        Index("ix_api_keys_replaced_by", "replaced_by", postgresql_where=text("replaced_by IS NOT NULL")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id")
    name: str = Field(max_length=80)
    prefix: str = Field(max_length=12)
    key_hash: str = Field(unique=True, max_length=64)
    scopes: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    created_at: datetime = time_field()
    expires_at: datetime | None = optional_time_field()
    last_used_at: datetime | None = optional_time_field()
    revoked_at: datetime | None = optional_time_field()
    # The key that a rotation made out of this one. Not unique: a change would then lock out the uses being written.
    replaced_by: UUID | None = Field(default=None, foreign_key="api_keys.id", ondelete="SET NULL")


class ApiKeyUse(SQLModel, table=True):
    """A request that changed something and came with a key. `path` names the thing that was made or changed."""

    __tablename__ = "api_key_uses"
    __table_args__ = (
        Index("ix_api_key_uses_key", "key_id", text("at DESC"), text("id DESC")),
        Index("ix_api_key_uses_user", "user_id", "id"),
        Index("ix_api_key_uses_at", "at"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    key_id: UUID = Field(foreign_key="api_keys.id", ondelete="CASCADE")
    user_id: UUID = Field(foreign_key="users.id")
    at: datetime = time_field()
    method: str = Field(max_length=10)
    route: str = Field(max_length=200)
    path: str = Field(max_length=300)
    status: int
    request_id: str | None = Field(default=None, max_length=64)
    address: str = Field(default="", max_length=64)
