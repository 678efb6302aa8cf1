"""What goes to a provider and what comes back: plain data, whoever the provider is.

Amounts are in minor units; currencies are upper-case. Addresses of pages and client secrets are in no `repr`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutOrder:
    """A page on which somebody pays `amount` once. `group` names the desire; `subject` and `order_id`, our row, are
    found in its metadata."""

    subject: str
    order_id: str
    amount: int
    currency: str
    title: str
    group: str
    customer_id: str | None = None
    success_url: str = field(repr=False)
    cancel_url: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOrder:
    """A page on which somebody subscribes to the plan with this price."""

    subject: str
    order_id: str
    price_id: str
    customer_id: str
    success_url: str = field(repr=False)
    cancel_url: str = field(repr=False)
    expires_at: datetime


class CheckoutStatus(StrEnum):
    """Where a payment page stands."""

    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A payment page; `url` while it is open."""

    id: str
    status: CheckoutStatus
    url: str | None = field(default=None, repr=False)
    amount: int | None
    currency: str | None
    livemode: bool
    metadata: Mapping[str, str]
    payment_id: str | None = None
    subscription_id: str | None = None
    customer_id: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CashLine:
    """A balance transaction: what really moved on our balance. `net` is `amount` less `fee`, each with its sign."""

    id: str
    type: str
    amount: int
    fee: int
    net: int
    currency: str
    created_at: datetime
    source_id: str | None = None
    # What the source belongs to, as far as it says.
    payment_id: str | None = None
    charge_id: str | None = None
    transfer_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """That a pledger's bank takes a payment back. `cash` are the lines by which it moved so far."""

    id: str
    status: str
    reason: str
    amount: int
    currency: str
    payment_id: str | None
    charge_id: str
    cash: tuple[CashLine, ...] = ()
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment as it is now. `cash` comes some time after it succeeded."""

    id: str
    status: str
    amount: int
    received: int
    currency: str
    livemode: bool
    metadata: Mapping[str, str]
    charge_id: str | None = None
    refunded: int = 0
    receipt_url: str | None = field(default=None, repr=False)
    fingerprint: str | None = field(default=None, repr=False)
    cash: CashLine | None = None
    disputes: tuple[Dispute, ...] = ()
    warned_at: datetime | None = None
    paid_at: datetime | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the money is with us."""
        return self.status == "succeeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """Give back this much of a payment."""

    subject: str
    payment_id: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """A refund as it is now: pending, requires_action, succeeded, failed or canceled."""

    id: str
    status: str
    amount: int
    currency: str
    payment_id: str | None
    subject: str | None
    failure: str | None = None
    cash: CashLine | None = None
    failure_cash: CashLine | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOrder:
    """Send this much of a charge to a payout account."""

    subject: str
    account_id: str
    charge_id: str
    amount: int
    currency: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A transfer that was made; one that failed does not exist."""

    id: str
    amount: int
    reversed: int
    currency: str
    account_id: str
    livemode: bool
    subject: str | None
    cash: CashLine | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """A part of a transfer that was taken back."""

    id: str
    transfer_id: str
    amount: int
    currency: str
    subject: str | None
    cash: CashLine | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A payout account as it is now. `missing` names what the provider still asks for, `why_not` why it cannot be
    paid."""

    id: str
    country: str | None
    can_receive: bool
    livemode: bool
    closed: bool = False
    missing: tuple[str, ...] = ()
    why_not: str | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A subscription as it is now. `period_ends_at` is that of its item."""

    id: str
    status: str
    customer_id: str
    livemode: bool
    subject: str | None
    price_id: str | None
    period_ends_at: datetime | None
    cancel_at: datetime | None
    cancels_at_period_end: bool
    invoice_id: str | None
    ended_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice as it is now, with the payments that were made for it."""

    id: str
    number: str | None
    status: str | None
    customer_id: str | None
    subscription_id: str | None
    subject: str | None
    paid: int
    tax: int
    refunded: int
    currency: str
    livemode: bool
    page_url: str | None = field(default=None, repr=False)
    pdf_url: str | None = field(default=None, repr=False)
    due_at: datetime | None = None
    paid_at: datetime | None = None
    payment_ids: tuple[str, ...] = ()
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceOf:
    """What is on our balance in one currency, whether it is available yet or not."""

    currency: str
    available: int
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """An event, of which only what it is about is believed."""

    id: str
    type: str
    object_id: str
    object_type: str
    livemode: bool
    created_at: datetime
    account_id: str | None = None
    api_version: str | None = None
    # Objects above it in its own words: the payment of a dispute, the transfer of a reversal.
    parent_id: str | None = None
