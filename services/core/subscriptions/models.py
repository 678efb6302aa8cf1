"""Subscriptions, as they follow from the mirror of the provider's (services/core/payments/models.py, `PaymentPlan`)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlmodel import Field, SQLModel

from services.contracts.subscriptions import SubscriptionState
from services.core.kit.tables import optional_time_field, time_field


class Subscription(SQLModel, table=True):
    """A subscription, by the provider's id. Whoever ended one and begins again has two."""

    __tablename__ = "subscriptions"
    __table_args__ = (Index("ix_subscriptions_user", "user_id"),)

    id: str = Field(primary_key=True, max_length=255)
    user_id: UUID = Field(foreign_key="users.id")
    state: SubscriptionState = Field(sa_type=String)
    price_id: str | None = Field(default=None, max_length=255)
    entitled_until: datetime | None = optional_time_field()
    renews_at: datetime | None = optional_time_field()
    ends_at: datetime | None = optional_time_field()
    # When the first of the invoices was due that are unpaid now: grace does not begin anew with the next one.
    due_at: datetime | None = optional_time_field()
    unpaid_invoice_id: str | None = Field(default=None, max_length=255)
    created_at: datetime = time_field()
    changed_at: datetime = time_field()
