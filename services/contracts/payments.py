"""What the API answers about payments: what this site can do, and where payouts stand."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field


class PaymentProvider(StrEnum):
    """Who moves money: nobody, points of the site's own (thanks), or Stripe."""

    NONE = "none"
    THANKS = "thanks"
    STRIPE = "stripe"


class PaymentCapabilities(BaseModel):
    """What people can pay for here. Amounts are whole numbers of minor units: 500 with the exponent 2 is 5.00."""

    provider: PaymentProvider
    # In which pledges are; None without a provider.
    currency: str | None = Field(default=None, examples=["USD"])
    exponent: int | None = Field(default=None, examples=[2])
    pledges: bool = Field(description="Whether one may pledge at the moment")
    subscriptions: bool
    payouts: bool
    pledge_minimum: int | None = Field(default=None, examples=[500])
    pledge_maximum: int | None = Field(default=None, examples=[50_000])
    fee_percent: int | None = Field(
        default=None, description="What the site keeps of what an artist is paid", examples=[10]
    )
    expiry_days: int | None = Field(
        default=None, description="After so many days an unanswered pledge goes back", examples=[30]
    )
    review_days: int | None = Field(
        default=None, description="After so many days of silence an answer is accepted", examples=[14]
    )
    release_days: int | None = Field(
        default=None, description="Artists are paid so many days after the payment", examples=[7]
    )
    countries: list[str] = Field(description="Where artists can be paid", examples=[["DE", "FR", "US"]])
    test_mode: bool = Field(description="No money moves: cards are made up")


class PayoutStatus(StrEnum):
    """Where one's payout account stands; only `ready` ones are paid."""

    NO_ACCOUNT = "no_account"
    ONBOARDING = "onboarding"
    READY = "ready"
    RESTRICTED = "restricted"
    CLOSED = "closed"


class PayoutSummary(BaseModel):
    """One's payout account, as the provider said when it was last asked."""

    status: PayoutStatus
    country: str | None = Field(default=None, examples=["DE"])
    missing: list[str] = Field(default_factory=list, description="What the provider still asks for, in its words")
    why_not: str | None = Field(default=None, description="Why it cannot be paid, as the provider's code")
    bank_refused_at: datetime | None = Field(default=None, description="When your bank refused the last payout")
    checked_at: datetime | None = None
    currency: str | None = Field(default=None, examples=["USD"])
    owed: int = Field(default=0, description="What is accepted and not sent yet, in minor units", examples=[1800])
    owes: int = Field(default=0, description="What a lost dispute took back; later payouts pay it", examples=[0])


class OrderSummary(BaseModel):
    """One of one's payments. `subject` is what it is for (`pledge:ID`). Amounts are in minor units."""

    id: UUID
    subject: str = Field(examples=["pledge:0b9f6a3e-5f0c-4a2f-8c55-7f3f8f1d2e11"])
    state: str = Field(description="asked, open, expired, processing, paid or wrong", examples=["paid"])
    title: str
    amount: int = Field(examples=[2000])
    refunded: int = Field(examples=[0])
    currency: str = Field(examples=["USD"])
    created_at: datetime
    paid_at: datetime | None


class TransferSummary(BaseModel):
    """What was sent to one's payout account. `id` is the provider's."""

    id: str = Field(examples=["tr_1R2s3T4u"])
    subject: str | None
    amount: int = Field(examples=[1800])
    reversed: int = Field(description="What of it was taken back", examples=[0])
    currency: str = Field(examples=["USD"])
    created_at: datetime


class PageAddress(BaseModel):
    """A page of the provider's; it is good once and for a short time, so it is not kept."""

    url: str = Field(examples=["https://checkout.stripe.com/c/pay/cs_test_a1"])
