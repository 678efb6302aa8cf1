"""What users may beyond the free plan, and until when."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import String
from sqlmodel import Field, SQLModel

from services.core.kit.tables import time_field


class Source(StrEnum):
    """Why: each source has one row for each user. An operator's grant is the account's `plan`, which has no end."""

    SUBSCRIPTION = "subscription"


class Entitlement(SQLModel, table=True):
    """What a source gives a user, until `entitled_until`. What is over stays as a row: nothing has to end it."""

    __tablename__ = "entitlements"

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    source: Source = Field(sa_type=String, primary_key=True)
    entitled_until: datetime = time_field()
    updated_at: datetime = time_field()
