"""Calls to the provider, its events as they came, the mirror of its objects, and who is who there."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from services.core.kit.tables import optional_time_field, time_field

_CURRENCY = 3


def _amount(**options: Any) -> Any:
    return Field(sa_type=BigInteger, **options)


class CallKind(StrEnum):
    """What is asked of the provider from a job."""

    REFUND = "refund"
    TRANSFER = "transfer"
    REVERSE = "reverse"
    EXPIRE_CHECKOUT = "expire_checkout"
    CANCEL_PLAN = "cancel_plan"
    SCRUB_CUSTOMER = "scrub_customer"


class CallState(StrEnum):
    """Where a call stands: not known to be done, done, or refused with a reason."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


class PaymentCall(SQLModel, table=True):
    """The intent of one call: written before it is sent, recorded after. `key` names it once and for all."""

    __tablename__ = "payment_calls"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_payment_calls_subject", "subject"),
        Index("ix_payment_calls_asked", "created_at", postgresql_where=text("state = 'asked'")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    kind: CallKind = Field(sa_type=String)
    subject: str = Field(max_length=80)
    key: str = Field(max_length=160)
    params: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    params_hash: str = Field(max_length=64)
    state: CallState = Field(default=CallState.ASKED, sa_type=String)
    attempt: int = 1
    # When this attempt was first sent; whether it arrived is only known when it is done.
    sent_at: datetime | None = optional_time_field()
    result_id: str | None = Field(default=None, max_length=255)
    reason: str | None = Field(default=None, max_length=100)
    created_at: datetime = time_field()
    ended_at: datetime | None = optional_time_field()


class PaymentEvent(SQLModel, table=True):
    """An event as it came, byte by byte."""

    __tablename__ = "payment_events"
    __table_args__ = (
        Index("ix_payment_events_open", "received_at", postgresql_where=text("taken_at IS NULL")),
        Index("ix_payment_events_received", "received_at"),
    )

    id: str = Field(primary_key=True, max_length=255)
    endpoint: str = Field(max_length=20)
    type: str = Field(max_length=100)
    account_id: str | None = Field(default=None, max_length=255)
    api_version: str | None = Field(default=None, max_length=60)
    object_id: str = Field(max_length=255)
    object_type: str = Field(max_length=60)
    parent_id: str | None = Field(default=None, max_length=255)
    created_at: datetime = time_field()
    received_at: datetime = time_field()
    payload: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    taken_at: datetime | None = optional_time_field()
    # How it ended: done, unknown (an object that is none of ours), returned (money that nobody expected).
    outcome: str | None = Field(default=None, max_length=20)


class OrderState(StrEnum):
    """Where a payment page and its payment stand."""

    ASKED = "asked"
    OPEN = "open"
    EXPIRED = "expired"
    PROCESSING = "processing"
    PAID = "paid"
    # Paid, but not what we asked for: another amount, currency, mode or subject.
    WRONG = "wrong"


class PaymentOrder(SQLModel, table=True):
    """One payment page for a subject, and the payment that was made on it. A subject may have several, one after the
    other; what is paid is one of them."""

    __tablename__ = "payment_orders"
    __table_args__ = (
        UniqueConstraint("subject", "attempt"),
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_payment_orders_checkout", "checkout_id", unique=True),
        Index("ix_payment_orders_payment", "payment_id", unique=True),
        Index("ix_payment_orders_user", "user_id", "created_at"),
        Index(
            "ix_payment_orders_moving", "created_at", postgresql_where=text("state IN ('asked','open','processing')")
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    subject: str = Field(max_length=80)
    attempt: int
    user_id: UUID = Field(foreign_key="users.id")
    amount: int = _amount()
    currency: str = Field(max_length=_CURRENCY)
    title: str = Field(max_length=200)
    # What the provider groups payments and transfers by.
    purpose: str = Field(max_length=80)
    # Of a page for subscribing.
    price_id: str | None = Field(default=None, max_length=255)
    state: OrderState = Field(default=OrderState.ASKED, sa_type=String)
    checkout_id: str | None = Field(default=None, max_length=255)
    payment_id: str | None = Field(default=None, max_length=255)
    plan_id: str | None = Field(default=None, max_length=255)
    payment_status: str | None = Field(default=None, max_length=60)
    charge_id: str | None = Field(default=None, max_length=255)
    # The balance transaction of the charge, and the provider's fee in it.
    cash_id: str | None = Field(default=None, max_length=255)
    fee: int | None = _amount(default=None, nullable=True)
    refunded: int = _amount(default=0)
    fingerprint: str | None = Field(default=None, max_length=80)
    expires_at: datetime = time_field()
    paid_at: datetime | None = optional_time_field()
    # When the card's bank warned that this payment may be fraud.
    warned_at: datetime | None = optional_time_field()
    fetched_at: datetime | None = optional_time_field()
    created_at: datetime = time_field()


class PaymentRefund(SQLModel, table=True):
    """A refund as last fetched."""

    __tablename__ = "payment_refunds"
    __table_args__ = (Index("ix_payment_refunds_subject", "subject"),)

    id: str = Field(primary_key=True, max_length=255)
    subject: str | None = Field(default=None, max_length=80)
    payment_id: str | None = Field(default=None, max_length=255)
    amount: int = _amount()
    currency: str = Field(max_length=_CURRENCY)
    status: str = Field(max_length=60)
    failure: str | None = Field(default=None, max_length=100)
    cash_id: str | None = Field(default=None, max_length=255)
    failure_cash_id: str | None = Field(default=None, max_length=255)
    created_at: datetime = time_field()
    fetched_at: datetime = time_field()


class PaymentTransfer(SQLModel, table=True):
    """A transfer to a payout account as last fetched."""

    __tablename__ = "payment_transfers"
    __table_args__ = (
        Index("ix_payment_transfers_subject", "subject"),
        Index("ix_payment_transfers_account", "account_id"),
    )

    id: str = Field(primary_key=True, max_length=255)
    subject: str | None = Field(default=None, max_length=80)
    account_id: str = Field(max_length=255)
    amount: int = _amount()
    reversed: int = _amount(default=0)
    currency: str = Field(max_length=_CURRENCY)
    cash_id: str | None = Field(default=None, max_length=255)
    created_at: datetime = time_field()
    fetched_at: datetime = time_field()


class PaymentDispute(SQLModel, table=True):
    """A dispute as last fetched. `taken` is what it took from the balance so far, without the provider's `fee`."""

    __tablename__ = "payment_disputes"
    __table_args__ = (Index("ix_payment_disputes_subject", "subject"),)

    id: str = Field(primary_key=True, max_length=255)
    subject: str | None = Field(default=None, max_length=80)
    payment_id: str | None = Field(default=None, max_length=255)
    charge_id: str = Field(max_length=255)
    status: str = Field(max_length=60)
    reason: str = Field(max_length=60)
    amount: int = _amount()
    currency: str = Field(max_length=_CURRENCY)
    taken: int = _amount(default=0)
    fee: int = _amount(default=0)
    created_at: datetime = time_field()
    fetched_at: datetime = time_field()


class PaymentCustomer(SQLModel, table=True):
    """Who a user is to the provider. After the account's end the row stays until the provider has forgotten, too."""

    __tablename__ = "payment_customers"
    __table_args__ = (UniqueConstraint("customer_id"),)

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    customer_id: str = Field(max_length=255)
    created_at: datetime = time_field()
    scrub_at: datetime | None = optional_time_field()


class PaymentPlan(SQLModel, table=True):
    """A subscription as last fetched."""

    __tablename__ = "payment_plans"
    __table_args__ = (Index("ix_payment_plans_user", "user_id"),)

    id: str = Field(primary_key=True, max_length=255)
    user_id: UUID = Field(foreign_key="users.id")
    status: str = Field(max_length=60)
    price_id: str | None = Field(default=None, max_length=255)
    period_ends_at: datetime | None = optional_time_field()
    cancel_at: datetime | None = optional_time_field()
    cancels_at_period_end: bool = False
    invoice_id: str | None = Field(default=None, max_length=255)
    ended_at: datetime | None = optional_time_field()
    created_at: datetime = time_field()
    fetched_at: datetime = time_field()


class PaymentInvoice(SQLModel, table=True):
    """An invoice as last fetched; its pages are fetched when they are asked for."""

    __tablename__ = "payment_invoices"
    __table_args__ = (Index("ix_payment_invoices_user", "user_id", "created_at"),)

    id: str = Field(primary_key=True, max_length=255)
    user_id: UUID = Field(foreign_key="users.id")
    plan_id: str | None = Field(default=None, max_length=255)
    number: str | None = Field(default=None, max_length=100)
    status: str | None = Field(default=None, max_length=60)
    paid: int = _amount(default=0)
    tax: int = _amount(default=0)
    refunded: int = _amount(default=0)
    currency: str = Field(max_length=_CURRENCY)
    payment_ids: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(String), nullable=False))
    due_at: datetime | None = optional_time_field()
    paid_at: datetime | None = optional_time_field()
    created_at: datetime = time_field()
    fetched_at: datetime = time_field()


class PayoutState(StrEnum):
    """Where an artist's payout account stands; who has none has no row."""

    ONBOARDING = "onboarding"
    READY = "ready"
    # It was good, or could be, and the provider will not pay to it as it is.
    RESTRICTED = "restricted"
    CLOSED = "closed"


class PayoutAccount(SQLModel, table=True):
    """An artist's account at the provider as last fetched."""

    __tablename__ = "payout_accounts"
    __table_args__ = (
        UniqueConstraint("account_id"),
        Index("ix_payout_accounts_moving", "fetched_at", postgresql_where=text("state <> 'closed'")),
    )

    user_id: UUID = Field(foreign_key="users.id", primary_key=True)
    account_id: str = Field(max_length=255)
    country: str = Field(max_length=2)
    state: PayoutState = Field(default=PayoutState.ONBOARDING, sa_type=String)
    missing: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(String), nullable=False))
    why_not: str | None = Field(default=None, max_length=100)
    # The last payout to the artist's bank that failed, as the provider told.
    bank_refused_at: datetime | None = optional_time_field()
    created_at: datetime = time_field()
    fetched_at: datetime = time_field()


class PaymentReconciliation(SQLModel, table=True):
    """One comparison of the ledger with the provider, in one currency. Sums are debit positive; `owed` is what is held,
    payable and due back together."""

    __tablename__ = "payment_reconciliations"
    __table_args__ = (Index("ix_payment_reconciliations_started", "started_at"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    started_at: datetime = time_field()
    ended_at: datetime = time_field()
    currency: str = Field(max_length=_CURRENCY)
    provider_amount: int = _amount()
    ledger_amount: int = _amount()
    owed: int = _amount()
    suspense: int = _amount()
    # Lines that this run booked, put into suspense, or left for a later one.
    booked: int
    suspended: int
    unbooked: int
