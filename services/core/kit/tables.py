"""What all tables share: constraint names, identifiers and times."""

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz"
ID_LENGTH = 11


def new_public_id() -> str:
    """A random id for URLs: 11 characters without those that are easily confused (63 bits)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(ID_LENGTH))


def utc_now() -> datetime:
    """The present time, with its zone."""
    return datetime.now(UTC)


def time_field(**options: Any) -> Any:
    """A `timestamptz` column that defaults to now."""
    return Field(default_factory=utc_now, sa_type=DateTime(timezone=True), nullable=False, **options)


def optional_time_field(**options: Any) -> Any:
    """A `timestamptz` column that may be absent."""
    return Field(default=None, sa_type=DateTime(timezone=True), nullable=True, **options)
