"""Fetching an object of the provider and recording it, whoever says that it changed: an event, a sweep, a page, a call.

No transaction is open while the provider is asked.
"""

from dataclasses import dataclass
from enum import StrEnum

from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.payments import mirror
from services.core.payments.objects import Checkout, Payment
from services.core.payments.provider import Provider, ProviderRefusedError
from services.core.payments.settings import PaymentSettings

_MISSING = "resource_missing"


class Outcome(StrEnum):
    """What a look found: one of ours, one that claims to be and that nobody knows, or nothing that concerns us."""

    DONE = "done"
    UNKNOWN = "unknown"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Follower:
    """Brings the mirror up to date, object by object."""

    database: Database
    provider: Provider
    settings: PaymentSettings

    async def follow(self, kind: str, object_id: str, parent_id: str | None = None) -> Outcome:
        """Fetch the object of this kind, in the provider's words, and record it."""
        try:
            return await self._follow(kind, object_id, parent_id)
        except ProviderRefusedError as error:
            if error.reason == _MISSING:
                return Outcome.FOREIGN
            raise

    async def _follow(self, kind: str, object_id: str, parent_id: str | None) -> Outcome:
        match kind:
            case "checkout.session":
                return await self.checkout(await self.provider.fetch_checkout(object_id))
            case "payment_intent":
                return await self.payment(object_id)
            case "charge" | "dispute" | "radar.early_fraud_warning":
                return await self._payment_above(object_id if kind == "charge" else None, parent_id)
            case "refund":
                return await self.refund(object_id)
            case "transfer":
                return await self.transfer(object_id)
            case "subscription":
                return await self.plan(object_id)
            case "invoice":
                return await self.invoice(object_id)
            case "v2.core.account" | "account":
                return await self.recipient(object_id)
            case _:
                return Outcome.FOREIGN

    async def checkout(self, checkout: Checkout) -> Outcome:
        """Record a page, and the payment or subscription that came of it."""
        async with self.database.write() as session:
            order = await mirror.record_checkout(session, checkout)
        if checkout.payment_id is not None:
            await self.payment(checkout.payment_id)
        if checkout.subscription_id is not None:
            await self.plan(checkout.subscription_id)
        return _outcome(order, checkout.metadata.get("subject"))

    async def payment(self, payment_id: str) -> Outcome:
        """Fetch and record a payment, its charge, disputes and warnings."""
        asked_at = utc_now()
        payment = await self.provider.fetch_payment(payment_id)
        async with self.database.write() as session:
            livemode = self.settings.livemode
            order = await mirror.record_payment(session, payment, asked_at, livemode=livemode)
        return _outcome(order, payment.metadata.get("subject"))

    async def _payment_above(self, charge_id: str | None, parent_id: str | None) -> Outcome:
        """The payment that a charge, a dispute or a warning is of."""
        payment_id = parent_id if parent_id and parent_id.startswith("pi_") else None
        if payment_id is None and (charge := charge_id or parent_id) is not None:
            payment_id = await self.provider.payment_of_charge(charge)
        return await self.payment(payment_id) if payment_id is not None else Outcome.FOREIGN

    async def refund(self, refund_id: str) -> Outcome:
        """Fetch and record a refund."""
        asked_at = utc_now()
        refund = await self.provider.fetch_refund(refund_id)
        async with self.database.write() as session:
            return _outcome(await mirror.record_refund(session, refund, asked_at), refund.subject)

    async def transfer(self, transfer_id: str) -> Outcome:
        """Fetch and record a transfer, with what of it was taken back."""
        asked_at = utc_now()
        transfer = await self.provider.fetch_transfer(transfer_id)
        reversals = list(await self.provider.reversals(transfer_id)) if transfer.reversed else []
        async with self.database.write() as session:
            return _outcome(await mirror.record_transfer(session, transfer, reversals, asked_at), transfer.subject)

    async def plan(self, plan_id: str) -> Outcome:
        """Fetch and record a subscription, and its latest invoice."""
        asked_at = utc_now()
        plan = await self.provider.fetch_plan(plan_id)
        async with self.database.write() as session:
            user_id = await mirror.record_plan(session, plan, asked_at)
        if user_id is not None and plan.invoice_id is not None:
            await self.invoice(plan.invoice_id)
        return _outcome(user_id, plan.subject)

    async def invoice(self, invoice_id: str) -> Outcome:
        """Fetch and record an invoice, with its payments."""
        asked_at = utc_now()
        invoice = await self.provider.fetch_invoice(invoice_id)
        payments: list[Payment] = [await self.provider.fetch_payment(id_) for id_ in invoice.payment_ids]
        async with self.database.write() as session:
            return _outcome(await mirror.record_invoice(session, invoice, payments, asked_at), invoice.subject)

    async def recipient(self, account_id: str) -> Outcome:
        """Fetch and record a payout account."""
        asked_at = utc_now()
        recipient = await self.provider.fetch_recipient(account_id)
        async with self.database.write() as session:
            return _outcome(await mirror.record_recipient(session, recipient, asked_at), recipient.subject)


def _outcome(known: object, subject: str | None) -> Outcome:
    if known is not None:
        return Outcome.DONE
    return Outcome.UNKNOWN if subject else Outcome.FOREIGN
