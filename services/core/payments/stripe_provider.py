"""Stripe as a `Provider`: the one module that imports its package, and only where it is the provider.

A `StripeProvider` belongs to one process and one event loop. The package does not retry by itself unless told to, and
waits for 80 seconds. Answers are made into plain data at once (stripe_objects.py).
"""

import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import stripe
from prometheus_client import Counter
from stripe import HTTPClient, HTTPXClient, StripeClient, StripeObject, WebhookSignature

from services.core.payments import stripe_objects as objects
from services.core.payments.objects import (
    BalanceOf,
    CashLine,
    Checkout,
    CheckoutOrder,
    CheckoutStatus,
    Dispute,
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
from services.core.payments.provider import LockedOutError, ProviderBusyError, ProviderRefusedError
from services.core.payments.settings import PaymentSettings

ERRORS = Counter("payments_provider_errors_total", "Calls that the provider did not take, by its code.", ["code"])
LOCKED_OUT = Counter("payments_locked_out_total", "Calls that the provider refused because of our key.")
TIMEOUT_SECONDS, RETRIES, CLOCK_SECONDS = 20, 2, 300
# The recipient is paid by us: nobody but us collects fees and bears what it cannot pay back.
_RECIPIENT = ("configuration.recipient", "identity", "requirements")
# That may be asked for at once.
_MOST_TYPES = 20
_UNTIL_LATER = frozenset({"lock_timeout", "idempotency_key_in_use", "rate_limit"})

stripe.enable_telemetry = False


def api_version() -> str:
    """The version of Stripe's API that this package speaks, for which endpoints are to be made."""
    return str(stripe.api_version)


def is_signed(payload: bytes, header: str, secrets: Sequence[str]) -> bool:
    """Whether one of our secrets signed exactly this payload, within five minutes of now on either side."""
    for secret in secrets:
        try:
            WebhookSignature.verify_header(payload.decode(), header, secret, CLOCK_SECONDS)
            # The package takes what will be signed in years to come.
            if _signed_at(header) <= time.time() + CLOCK_SECONDS:
                return True
        except (stripe.SignatureVerificationError, ValueError):
            continue
    return False


def _signed_at(header: str) -> int:
    times = [part[2:] for part in header.split(",") if part.startswith("t=")]
    return max(int(at) for at in times)


def _error(error: stripe.StripeError) -> Exception:
    """Ours for Stripe's. A code is one of its own words; the text is nobody's business."""
    code = error.code or type(error).__name__
    ERRORS.labels(code).inc()
    if isinstance(error, stripe.AuthenticationError) or (
        isinstance(error, stripe.PermissionError) and code != "account_invalid"
    ):
        LOCKED_OUT.inc()
        return LockedOutError()
    later = isinstance(error, stripe.RateLimitError | stripe.APIConnectionError | stripe.APIError)
    if later or code in _UNTIL_LATER or (error.http_status or 0) in {409, 429} or (error.http_status or 0) >= 500:
        return ProviderBusyError()
    return ProviderRefusedError(code)


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except stripe.StripeError as error:
        raise _error(error) from error


async def _plain(call: Awaitable[StripeObject]) -> dict[str, Any]:
    with _mapped():
        return (await call).to_dict()


class StripeProvider:
    """One Stripe account, by its restricted key."""

    def __init__(self, settings: PaymentSettings, http_client: HTTPClient | None = None) -> None:
        self._settings = settings
        self._http = http_client or HTTPXClient(timeout=TIMEOUT_SECONDS)
        self._client = StripeClient(
            settings.secret_key,
            max_network_retries=RETRIES,
            http_client=self._http,
            base_addresses={"api": settings.stripe_api_base} if settings.stripe_api_base else {},
        )

    async def open_checkout(self, order: CheckoutOrder, *, key: str) -> Checkout:
        """See `Provider`. Card only: refunds by other ways may fail for good."""
        metadata = {objects.SUBJECT: order.subject, objects.ORDER: order.order_id}
        price = {"currency": order.currency.lower(), "unit_amount": order.amount}
        params: Any = {
            "mode": "payment",
            "ui_mode": "hosted_page",
            "allowed_payment_method_types": ["card"],
            "adaptive_pricing": {"enabled": False},
            "line_items": [{"quantity": 1, "price_data": {**price, "product_data": {"name": order.title}}}],
            "metadata": metadata,
            "client_reference_id": order.subject,
            "payment_intent_data": {"metadata": metadata, "transfer_group": order.group},
            "success_url": order.success_url,
            "cancel_url": order.cancel_url,
            "expires_at": int(order.expires_at.timestamp()),
        }
        if order.customer_id is not None:
            params["customer"] = order.customer_id
        return await self._open(params, key)

    async def open_plan_checkout(self, order: PlanOrder, *, key: str) -> Checkout:
        """See `Provider`."""
        metadata = {objects.SUBJECT: order.subject, objects.ORDER: order.order_id}
        params: Any = {
            "mode": "subscription",
            "ui_mode": "hosted_page",
            "line_items": [{"quantity": 1, "price": order.price_id}],
            "customer": order.customer_id,
            "metadata": metadata,
            "client_reference_id": order.subject,
            "subscription_data": {"metadata": metadata},
            "success_url": order.success_url,
            "cancel_url": order.cancel_url,
            "expires_at": int(order.expires_at.timestamp()),
        }
        # What both need of a customer is kept with it.
        keeps = {}
        if self._settings.automatic_tax:
            params["automatic_tax"] = {"enabled": True}
            keeps["address"] = "auto"
        if self._settings.tax_id_collection:
            params["tax_id_collection"] = {"enabled": True}
            keeps["name"] = "auto"
        if keeps:
            params["customer_update"] = keeps
        return await self._open(params, key)

    async def _open(self, params: Any, key: str) -> Checkout:
        made = self._client.v1.checkout.sessions.create_async(params, {"idempotency_key": key})
        return objects.checkout_of(await _plain(made))

    async def expire_checkout(self, checkout_id: str) -> Checkout:
        """See `Provider`."""
        found = await self.fetch_checkout(checkout_id)
        if found.status is not CheckoutStatus.OPEN:
            return found
        return objects.checkout_of(await _plain(self._client.v1.checkout.sessions.expire_async(checkout_id)))

    async def fetch_checkout(self, checkout_id: str) -> Checkout:
        """See `Provider`."""
        return objects.checkout_of(await _plain(self._client.v1.checkout.sessions.retrieve_async(checkout_id)))

    async def fetch_payment(self, payment_id: str) -> Payment:
        """See `Provider`. Disputes and warnings are asked for where there is a charge."""
        expand = ["latest_charge.balance_transaction"]
        given = await _plain(self._client.v1.payment_intents.retrieve_async(payment_id, {"expand": expand}))
        if given.get("latest_charge") is None:
            return objects.payment_of(given, (), None)
        return objects.payment_of(given, await self._disputes(payment_id), await self._warned_at(payment_id))

    async def _disputes(self, payment_id: str) -> tuple[Dispute, ...]:
        found = await _plain(self._client.v1.disputes.list_async({"payment_intent": payment_id, "limit": 100}))
        return tuple(objects.dispute_of(given) for given in found["data"])

    async def _warned_at(self, payment_id: str) -> datetime | None:
        warnings = self._client.v1.radar.early_fraud_warnings
        found = await _plain(warnings.list_async({"payment_intent": payment_id, "limit": 1}))
        return objects.time_of(found["data"][0]["created"]) if found["data"] else None

    async def payment_of_charge(self, charge_id: str) -> str | None:
        """See `Provider`."""
        return objects.id_of((await _plain(self._client.v1.charges.retrieve_async(charge_id))).get("payment_intent"))

    async def refund(self, order: RefundOrder, *, key: str) -> Refund:
        """See `Provider`. What comes back may be an old answer, so it is fetched."""
        made = self._client.v1.refunds.create_async(
            {
                "payment_intent": order.payment_id,
                "amount": order.amount,
                "reason": "requested_by_customer",
                "metadata": {objects.SUBJECT: order.subject},
            },
            {"idempotency_key": key},
        )
        return await self.fetch_refund(str((await _plain(made))["id"]))

    async def fetch_refund(self, refund_id: str) -> Refund:
        """See `Provider`."""
        got = self._client.v1.refunds.retrieve_async(refund_id, {"expand": ["balance_transaction"]})
        given = await _plain(got)
        # It is there only after a failure, so it is not asked for by itself.
        failure_id = objects.id_of(given.get("failure_balance_transaction"))
        if failure_id is not None:
            line = self._client.v1.balance_transactions.retrieve_async(failure_id)
            given["failure_balance_transaction"] = await _plain(line)
        return objects.refund_of(given)

    async def find_refund(self, order: RefundOrder) -> Refund | None:
        """See `Provider`: one of this payment, subject and amount that is not lost."""
        listed = self._client.v1.refunds.list_async({"payment_intent": order.payment_id, "limit": 100})
        for given in (await _plain(listed))["data"]:
            found = objects.refund_of(given)
            is_lost = found.status in {"failed", "canceled"}
            if (found.subject, found.amount) == (order.subject, order.amount) and not is_lost:
                return await self.fetch_refund(found.id)
        return None

    async def transfer(self, order: TransferOrder, *, key: str) -> Transfer:
        """See `Provider`. It is made of one charge, whose money may still be pending."""
        made = self._client.v1.transfers.create_async(
            {
                "amount": order.amount,
                "currency": order.currency.lower(),
                "destination": order.account_id,
                "source_transaction": order.charge_id,
                "transfer_group": order.group,
                "metadata": {objects.SUBJECT: order.subject},
            },
            {"idempotency_key": key},
        )
        return await self.fetch_transfer(str((await _plain(made))["id"]))

    async def fetch_transfer(self, transfer_id: str) -> Transfer:
        """See `Provider`."""
        got = self._client.v1.transfers.retrieve_async(transfer_id, {"expand": ["balance_transaction"]})
        return objects.transfer_of(await _plain(got))

    async def find_transfer(self, order: TransferOrder) -> Transfer | None:
        """See `Provider`."""
        with _mapped():
            listed = await self._client.v1.transfers.list_async({"transfer_group": order.group, "limit": 100})
            async for given in listed.auto_paging_iter():
                found = objects.transfer_of(given.to_dict())
                if (found.subject, found.account_id) == (order.subject, order.account_id):
                    return await self.fetch_transfer(found.id)
        return None

    async def reverse(self, transfer_id: str, *, amount: int, subject: str, key: str) -> Reversal:
        """See `Provider`."""
        made = self._client.v1.transfers.reversals.create_async(
            transfer_id,
            {"amount": amount, "metadata": {objects.SUBJECT: subject}, "expand": ["balance_transaction"]},
            {"idempotency_key": key},
        )
        return objects.reversal_of(await _plain(made))

    async def reversals(self, transfer_id: str) -> Sequence[Reversal]:
        """See `Provider`."""
        expand = ["data.balance_transaction"]
        listed = self._client.v1.transfers.reversals.list_async(transfer_id, {"limit": 100, "expand": expand})
        return [objects.reversal_of(given) for given in (await _plain(listed))["data"]]

    async def create_customer(self, *, user_id: str, key: str) -> str:
        """See `Provider`."""
        made = self._client.v1.customers.create_async(
            {"metadata": {objects.SUBJECT: f"user:{user_id}"}}, {"idempotency_key": key}
        )
        return str((await _plain(made))["id"])

    async def scrub_customer(self, customer_id: str) -> None:
        """See `Provider`."""
        try:
            await _plain(self._client.v1.customers.delete_async(customer_id))
        except ProviderRefusedError as error:
            if error.reason != "resource_missing":
                raise

    async def create_recipient(self, *, user_id: str, country: str, email: str, name: str, key: str) -> Recipient:
        """See `Provider`. We collect fees and bear losses, as an artist with the express dashboard cannot."""
        params: Any = {
            "contact_email": email,
            "display_name": name,
            "dashboard": "express",
            "identity": {"country": country.lower()},
            "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
            "configuration": {
                "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
            },
            "metadata": {objects.SUBJECT: f"user:{user_id}"},
            "include": list(_RECIPIENT),
        }
        made = self._client.v2.core.accounts.create_async(params, {"idempotency_key": key})
        return objects.recipient_of(await _plain(made))

    async def fetch_recipient(self, account_id: str) -> Recipient:
        """See `Provider`."""
        params: Any = {"include": list(_RECIPIENT)}
        return objects.recipient_of(await _plain(self._client.v2.core.accounts.retrieve_async(account_id, params)))

    async def onboarding_url(self, account_id: str, *, return_url: str, refresh_url: str) -> str:
        """See `Provider`."""
        urls = {"return_url": return_url, "refresh_url": refresh_url}
        use: Any = {
            "type": "account_onboarding",
            "account_onboarding": {**urls, "collection_options": {"fields": "eventually_due"}},
        }
        made = self._client.v2.core.account_links.create_async({"account": account_id, "use_case": use})
        return str((await _plain(made))["url"])

    async def portal_url(self, customer_id: str, *, return_url: str) -> str:
        """See `Provider`."""
        made = self._client.v1.billing_portal.sessions.create_async({"customer": customer_id, "return_url": return_url})
        return str((await _plain(made))["url"])

    async def fetch_plan(self, subscription_id: str) -> Plan:
        """See `Provider`."""
        return objects.plan_of(await _plain(self._client.v1.subscriptions.retrieve_async(subscription_id)))

    async def plans_of(self, customer_id: str) -> Sequence[Plan]:
        """See `Provider`."""
        listed = self._client.v1.subscriptions.list_async({"customer": customer_id, "status": "all", "limit": 100})
        return [objects.plan_of(given) for given in (await _plain(listed))["data"]]

    async def cancel_plan(self, subscription_id: str) -> Plan:
        """See `Provider`."""
        found = await self.fetch_plan(subscription_id)
        if found.ended_at is not None:
            return found
        return objects.plan_of(await _plain(self._client.v1.subscriptions.cancel_async(subscription_id)))

    async def fetch_invoice(self, invoice_id: str) -> Invoice:
        """See `Provider`."""
        got = self._client.v1.invoices.retrieve_async(invoice_id, {"expand": ["payments"]})
        return objects.invoice_of(await _plain(got))

    async def invoices_of(self, customer_id: str) -> Sequence[Invoice]:
        """See `Provider`."""
        params: Any = {"customer": customer_id, "limit": 100, "expand": ["data.payments"]}
        return [
            objects.invoice_of(given) for given in (await _plain(self._client.v1.invoices.list_async(params)))["data"]
        ]

    async def balance(self) -> Sequence[BalanceOf]:
        """See `Provider`."""
        return objects.balance_of(await _plain(self._client.v1.balance.retrieve_async()))

    async def cash_lines(self, *, since: datetime) -> AsyncIterator[CashLine]:
        """See `Provider`."""
        params: Any = {"created": {"gte": int(since.timestamp())}, "limit": 100, "expand": ["data.source"]}
        with _mapped():
            listed = await self._client.v1.balance_transactions.list_async(params)
            async for given in listed.auto_paging_iter():
                line = objects.cash_of(given.to_dict())
                if line is not None:
                    yield line

    async def undelivered(self, types: Sequence[str], *, since: datetime) -> AsyncIterator[Hint]:
        """See `Provider`."""
        created = {"gte": int(since.timestamp())}
        params: Any = {"delivery_success": False, "created": created, "limit": 100}
        for first in range(0, len(types), _MOST_TYPES):
            params["types"] = list(types[first : first + _MOST_TYPES])
            with _mapped():
                listed = await self._client.v1.events.list_async(params)
                async for given in listed.auto_paging_iter():
                    yield objects.hint_of(given.to_dict())

    async def aclose(self) -> None:
        """See `Provider`."""
        await self._http.close_async()  # type: ignore[no-untyped-call]
