"""What the API answers about subscriptions: what is for sale, one's own, and its invoices."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field


class Interval(StrEnum):
    """How often is paid."""

    MONTH = "month"
    YEAR = "year"


class SubscriptionState(StrEnum):
    """Where a subscription stands.

    `incomplete`: the first payment is not finished. `active`: paid, and renewed by itself. `ending`: paid, and not
    renewed. `past_due`: a renewal was not paid; what it gives goes on for a while. `ended`: it gives nothing any more.
    """

    INCOMPLETE = "incomplete"
    ACTIVE = "active"
    ENDING = "ending"
    PAST_DUE = "past_due"
    ENDED = "ended"


class Attention(StrEnum):
    """What a subscriber should see on every page: finish the first payment, mend a failed one, or its grace is over."""

    FINISH_PAYMENT = "finish_payment"
    FIX_PAYMENT = "fix_payment"
    LAPSED = "lapsed"


class Offer(BaseModel):
    """A plan for sale. The amount is a whole number of minor units: 900 with the exponent 2 is 9.00."""

    id: str = Field(examples=["monthly"])
    name: str = Field(examples=["Pro, by the month"])
    amount: int = Field(examples=[900])
    currency: str = Field(examples=["USD"])
    exponent: int = Field(examples=[2])
    interval: Interval


class SubscriptionPublic(BaseModel):
    """One's subscription, as the provider said when it was last asked."""

    state: SubscriptionState
    offer_id: str | None = Field(description="None where it is of a plan that is not for sale any more")
    entitled_until: datetime | None
    renews_at: datetime | None = None
    ends_at: datetime | None = None
    pay_until: datetime | None = Field(default=None, description="Until when a failed payment costs nothing")
    unpaid_invoice_id: str | None = Field(default=None, description="The invoice that is to be paid")


class MySubscription(BaseModel):
    """What one has. `is_entitled` is also true where the operator gave it."""

    is_entitled: bool
    subscription: SubscriptionPublic | None
    attention: Attention | None


class InvoiceSummary(BaseModel):
    """An invoice or receipt; its page is asked for by its id."""

    id: str = Field(examples=["in_1Qk2"])
    number: str | None
    status: str | None = Field(examples=["paid"])
    paid: int = Field(description="Minor units", examples=[900])
    tax: int
    refunded: int
    currency: str = Field(examples=["USD"])
    exponent: int = Field(examples=[2])
    created_at: datetime
    paid_at: datetime | None
