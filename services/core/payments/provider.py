"""The provider as a Protocol, and how it refuses.

A method that changes something takes our idempotency key. All raise `ProviderBusyError` (later), `ProviderRefusedError`
(not like this; `reason` is the provider's code) or `LockedOutError` (our key is not good: nothing works until the
operator mends it).
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from services.core.kit.errors import ConflictError, UnavailableError
from services.core.payments.objects import (
    BalanceOf,
    CashLine,
    Checkout,
    CheckoutOrder,
    Hint,
    Invoice,
    Payment,
    Plan,
    PlanOrder,
    Recipient,
    Refund,
    RefundOrder,
    Reversal,
    Transfer,
    TransferOrder,
)


class ProviderBusyError(UnavailableError):
    """The provider does not answer, or wants to be asked less; the same call works later."""

    code = "provider_unavailable"
    title = "The payment provider does not answer at the moment"


class LockedOutError(UnavailableError):
    """The provider does not accept our key, or the key may not do this. The operator is alerted; nothing is lost."""

    code = "provider_locked_out"
    title = "Payments are interrupted; the operator has been told"

    def __init__(self) -> None:
        super().__init__(retry_after=300)


class ProviderRefusedError(ConflictError):
    """The provider refuses this call, whenever it is made."""

    code = "provider_refused"
    title = "The payment provider refuses this"

    def __init__(self, reason: str) -> None:
        super().__init__(extra={"reason": reason})
        self.reason = reason


class Provider(Protocol):
    """One account at a payment provider. Lists come complete, the newest first unless said otherwise."""

    async def open_checkout(self, order: CheckoutOrder, *, key: str) -> Checkout:
        """A page for paying once, by card, in exactly this currency."""

    async def open_plan_checkout(self, order: PlanOrder, *, key: str) -> Checkout:
        """A page for subscribing."""

    async def expire_checkout(self, checkout_id: str) -> Checkout:
        """End an open page; one that is complete or expired comes back as it is."""

    async def fetch_checkout(self, checkout_id: str) -> Checkout:
        """The page as it is now."""

    async def fetch_payment(self, payment_id: str) -> Payment:
        """The payment with its charge, cash line, disputes and warnings."""

    async def payment_of_charge(self, charge_id: str) -> str | None:
        """The payment that a charge belongs to."""

    async def refund(self, order: RefundOrder, *, key: str) -> Refund:
        """Start a refund."""

    async def fetch_refund(self, refund_id: str) -> Refund:
        """The refund as it is now."""

    async def find_refund(self, order: RefundOrder) -> Refund | None:
        """The refund that this order made already, if it did."""

    async def transfer(self, order: TransferOrder, *, key: str) -> Transfer:
        """Send money of a charge to a payout account."""

    async def fetch_transfer(self, transfer_id: str) -> Transfer:
        """The transfer as it is now."""

    async def find_transfer(self, order: TransferOrder) -> Transfer | None:
        """The transfer that this order made already, if it did."""

    async def reverse(self, transfer_id: str, *, amount: int, subject: str, key: str) -> Reversal:
        """Take a part of a transfer back."""

    async def reversals(self, transfer_id: str) -> Sequence[Reversal]:
        """All reversals of a transfer."""

    async def create_customer(self, *, user_id: str, key: str) -> str:
        """A customer that knows nothing of the user but our id; gives its id."""

    async def scrub_customer(self, customer_id: str) -> None:
        """Forget a customer; nothing where it is gone."""

    async def create_recipient(self, *, user_id: str, country: str, email: str, name: str, key: str) -> Recipient:
        """A payout account, in which nothing is filled in yet."""

    async def fetch_recipient(self, account_id: str) -> Recipient:
        """The payout account as it is now."""

    async def onboarding_url(self, account_id: str, *, return_url: str, refresh_url: str) -> str:
        """A page of the provider's, good once, on which the artist says who they are."""

    async def portal_url(self, customer_id: str, *, return_url: str) -> str:
        """A page of the provider's on which a subscriber changes and cancels."""

    async def fetch_plan(self, subscription_id: str) -> Plan:
        """The subscription as it is now."""

    async def plans_of(self, customer_id: str) -> Sequence[Plan]:
        """All subscriptions of a customer, ended ones too."""

    async def cancel_plan(self, subscription_id: str) -> Plan:
        """End a subscription now; one that has ended comes back as it is."""

    async def fetch_invoice(self, invoice_id: str) -> Invoice:
        """The invoice as it is now."""

    async def invoices_of(self, customer_id: str) -> Sequence[Invoice]:
        """The latest invoices of a customer, at most 100."""

    async def balance(self) -> Sequence[BalanceOf]:
        """What is on our balance."""

    def cash_lines(self, *, since: datetime) -> AsyncIterator[CashLine]:
        """All balance transactions since then, the newest first."""

    def undelivered(self, types: Sequence[str], *, since: datetime) -> AsyncIterator[Hint]:
        """Events of these types since then that no endpoint of ours took, in no order."""

    async def aclose(self) -> None:
        """Close connections."""
