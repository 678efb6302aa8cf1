"""Users, their sessions and refresh tokens."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from services.core.identity.permissions import Role
from services.core.kit.tables import optional_time_field, time_field


class Plan(StrEnum):
    """What a user may; the free plan has a monthly count of publishes. `users.plan` is what the operator gave."""

    FREE = "free"
    PRO = "pro"


class LinkPurpose(StrEnum):
    """What a one-time link in a mail does."""

    VERIFY = "verify"
    CHANGE = "change"
    REVERT = "revert"
    RESET = "reset"
    # Say something to moderators while one cannot sign in (moderation/by_link.py).
    ANSWER = "answer"


class User(SQLModel, table=True):
    """A person or an agent. `handle` is lower-case and unique; a deleted user keeps the row, emptied."""

    __tablename__ = "users"
    __table_args__ = (
        Index("uq_users_handle", "handle", unique=True),
        Index("uq_users_email", "email", unique=True, postgresql_where=text("deleted_at IS NULL")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    handle: str = Field(max_length=40)
    email: str = Field(max_length=320)
    email_verified_at: datetime | None = optional_time_field()
    display_name: str = Field(max_length=80)
    bio: str = Field(default="", max_length=2000)
    password_hash: str | None = None
    role: Role = Field(default=Role.USER, sa_type=String)
    plan: Plan = Field(default=Plan.FREE, sa_type=String)
    # Of works for which none is named; where it is not chosen, all rights are reserved.
    default_licence: str | None = Field(default=None, max_length=64)
    created_at: datetime = time_field()
    updated_at: datetime = time_field()
    suspended_at: datetime | None = optional_time_field()
    # What the owner is told (moderation/suspending.py).
    suspended_reason: str | None = Field(default=None, max_length=300)
    deleted_at: datetime | None = optional_time_field()


class AuthSession(SQLModel, table=True):
    """A sign-in on one device: the family of its refresh tokens. Revoked as a whole."""

    __tablename__ = "auth_sessions"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    user_agent: str = Field(default="", max_length=300)
    address: str = Field(default="", max_length=64)
    created_at: datetime = time_field()
    last_used_at: datetime = time_field()
    # When its user last showed who they are (proofs.py); empty: when it was made.
    proved_at: datetime | None = optional_time_field()
    expires_at: datetime = time_field()
    revoked_at: datetime | None = optional_time_field()
    revoked_reason: str | None = None


class RefreshToken(SQLModel, table=True):
    """One link of a session's chain; only the HMAC-SHA-256 of the token is kept."""

    __tablename__ = "refresh_tokens"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    session_id: UUID = Field(foreign_key="auth_sessions.id", index=True, ondelete="CASCADE")
    token_hash: str = Field(unique=True, max_length=64)
    # Unique: a token has one successor. The successor outlives the row of its parent.
    parent_id: UUID | None = Field(default=None, foreign_key="refresh_tokens.id", ondelete="SET NULL", unique=True)
    created_at: datetime = time_field()
    expires_at: datetime = time_field()
    used_at: datetime | None = optional_time_field()


class AccountLink(SQLModel, table=True):
    """A one-time link that was mailed; only the SHA-256 of what it holds is kept. Without a user it does nothing."""

    __tablename__ = "account_links"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID | None = Field(default=None, foreign_key="users.id", index=True)
    purpose: LinkPurpose = Field(sa_type=String)
    token_hash: str = Field(unique=True, max_length=64)
    # The address that it is about: to confirm, to take, or to take back.
    email: str = Field(max_length=320)
    created_at: datetime = time_field()
    expires_at: datetime = time_field()


class LinkedIdentity(SQLModel, table=True):
    """Somebody at a provider who signs in as a user here. `email` is what the provider said when it was linked."""

    __tablename__ = "linked_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject", name="uq_linked_identities_issuer_subject"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    issuer: str = Field(max_length=300)
    subject: str = Field(max_length=255)
    email: str = Field(default="", max_length=320)
    linked_at: datetime = time_field()
    last_used_at: datetime = time_field()
