"""Passkeys, the secrets of code apps, recovery codes, and challenges that wait for their answer."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, BigInteger, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from services.core.kit.tables import optional_time_field, time_field


class Purpose(StrEnum):
    """What an answered challenge does."""

    ADD = "add"
    SIGN_IN = "sign_in"
    PROVE = "prove"
    SECOND_STEP = "second_step"


class Passkey(SQLModel, table=True):
    """A credential of WebAuthn. `backed_up`: its owner has it on several devices."""

    __tablename__ = "passkeys"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    credential_id: bytes = Field(unique=True)
    public_key: bytes
    # How often its device says that it was used; 0 for one that does not count.
    sign_count: int = Field(sa_type=BigInteger)
    transports: list[str] = Field(sa_type=ARRAY(String))
    name: str = Field(max_length=80)
    backed_up: bool
    created_at: datetime = time_field()
    last_used_at: datetime | None = optional_time_field()


class Totp(SQLModel, table=True):
    """The secret that a code app shares with us, sealed. It counts from `confirmed_at` on, when a code was right."""

    __tablename__ = "totp"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    sealed: str
    confirmed_at: datetime | None = optional_time_field()
    # The time step of the last code that was taken: none counts twice, and no older one counts later.
    last_step: int = Field(default=0, sa_type=BigInteger)
    created_at: datetime = time_field()


class RecoveryCode(SQLModel, table=True):
    """A code for who has lost the app; only the SHA-256 is kept."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id")
    code_hash: str = Field(max_length=64)
    created_at: datetime = time_field()
    used_at: datetime | None = optional_time_field()


class Challenge(SQLModel, table=True):
    """What one browser or session has to answer, once and soon."""

    __tablename__ = "factor_challenges"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    purpose: Purpose = Field(sa_type=String)
    # Whose answer it must be; nobody's yet where a passkey is to say who signs in.
    user_id: UUID | None = Field(default=None, foreign_key="users.id", index=True)
    # The SHA-256 of what only the browser or the session knows that asked.
    holder_hash: str = Field(max_length=64)
    challenge: bytes
    tries: int = 0
    created_at: datetime = time_field()
    expires_at: datetime = time_field()
