"""Stripe's objects, as plain dictionaries, made into ours. Imports nothing of Stripe's.

What Stripe calls `metadata.subject` is what we wrote there; it is compared with our rows, never believed alone.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services.core.payments.objects import (
    BalanceOf,
    CashLine,
    Checkout,
    CheckoutStatus,
    Dispute,
    Hint,
    Invoice,
    Payment,
    Plan,
    Recipient,
    Refund,
    Reversal,
    Transfer,
)

SUBJECT, ORDER = "subject", "order"
Given = Mapping[str, Any]


def time_of(seconds: int | None) -> datetime | None:
    """A Unix time, if there is one."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def id_of(value: Any) -> str | None:
    """The id of what may be expanded, or an id, or nothing."""
    if isinstance(value, Mapping):
        return str(value["id"])
    return str(value) if value else None


def _metadata(given: Given) -> dict[str, str]:
    return {str(name): str(value) for name, value in (given.get("metadata") or {}).items()}


def _subject(given: Given) -> str | None:
    return _metadata(given).get(SUBJECT)


def checkout_of(given: Given) -> Checkout:
    """A Checkout Session."""
    currency = given.get("currency")
    return Checkout(
        id=given["id"],
        status=CheckoutStatus(given["status"]),
        url=given.get("url"),
        amount=given.get("amount_total"),
        currency=currency.upper() if currency else None,
        livemode=given["livemode"],
        metadata=_metadata(given),
        payment_id=id_of(given.get("payment_intent")),
        subscription_id=id_of(given.get("subscription")),
        customer_id=id_of(given.get("customer")),
        expires_at=time_of(given.get("expires_at")),
    )


def cash_of(given: Any) -> CashLine | None:
    """A balance transaction, where it is there and expanded."""
    if not isinstance(given, Mapping):
        return None
    source = given.get("source")
    known = source if isinstance(source, Mapping) else {}
    return CashLine(
        id=given["id"],
        type=given["type"],
        amount=given["amount"],
        fee=given["fee"],
        net=given["net"],
        currency=given["currency"].upper(),
        created_at=_time(given["created"]),
        source_id=id_of(source),
        payment_id=id_of(known.get("payment_intent")),
        charge_id=id_of(known.get("charge")),
        transfer_id=id_of(known.get("transfer")),
    )


def dispute_of(given: Given) -> Dispute:
    """A dispute, with its balance transactions."""
    lines = (cash_of(line) for line in given.get("balance_transactions") or ())
    return Dispute(
        id=given["id"],
        status=given["status"],
        reason=given["reason"],
        amount=given["amount"],
        currency=given["currency"].upper(),
        payment_id=id_of(given.get("payment_intent")),
        charge_id=id_of(given["charge"]) or "",
        cash=tuple(line for line in lines if line is not None),
        created_at=_time(given["created"]),
    )


def payment_of(given: Given, disputes: tuple[Dispute, ...], warned_at: datetime | None) -> Payment:
    """A PaymentIntent whose latest charge and that one's balance transaction are expanded."""
    charge = given.get("latest_charge")
    known: Given = charge if isinstance(charge, Mapping) else {}
    card = ((known.get("payment_method_details") or {}).get("card")) or {}
    succeeded = given["status"] == "succeeded"
    return Payment(
        id=given["id"],
        status=given["status"],
        amount=given["amount"],
        received=given.get("amount_received") or 0,
        currency=given["currency"].upper(),
        livemode=given["livemode"],
        metadata=_metadata(given),
        charge_id=id_of(charge),
        refunded=known.get("amount_refunded") or 0,
        receipt_url=known.get("receipt_url"),
        fingerprint=card.get("fingerprint"),
        cash=cash_of(known.get("balance_transaction")),
        disputes=disputes,
        warned_at=warned_at,
        paid_at=_time(known.get("created") or given["created"]) if succeeded else None,
    )


def refund_of(given: Given) -> Refund:
    """A refund with its balance transactions expanded."""
    return Refund(
        id=given["id"],
        status=given.get("status") or "pending",
        amount=given["amount"],
        currency=given["currency"].upper(),
        payment_id=id_of(given.get("payment_intent")),
        subject=_subject(given),
        failure=given.get("failure_reason"),
        cash=cash_of(given.get("balance_transaction")),
        failure_cash=cash_of(given.get("failure_balance_transaction")),
        created_at=_time(given["created"]),
    )


def transfer_of(given: Given) -> Transfer:
    """A transfer with its balance transaction expanded."""
    return Transfer(
        id=given["id"],
        amount=given["amount"],
        reversed=given["amount_reversed"],
        currency=given["currency"].upper(),
        account_id=id_of(given["destination"]) or "",
        livemode=given["livemode"],
        subject=_subject(given),
        cash=cash_of(given.get("balance_transaction")),
        created_at=_time(given["created"]),
    )


def reversal_of(given: Given) -> Reversal:
    """A reversal of a transfer."""
    return Reversal(
        id=given["id"],
        transfer_id=id_of(given["transfer"]) or "",
        amount=given["amount"],
        currency=given["currency"].upper(),
        subject=_subject(given),
        cash=cash_of(given.get("balance_transaction")),
        created_at=_time(given["created"]),
    )


def recipient_of(given: Given) -> Recipient:
    """An account of API v2 with its recipient configuration, identity and requirements."""
    recipient = (given.get("configuration") or {}).get("recipient") or {}
    balance = (recipient.get("capabilities") or {}).get("stripe_balance") or {}
    transfers = balance.get("stripe_transfers") or {}
    details = transfers.get("status_details") or []
    entries = (given.get("requirements") or {}).get("entries") or []
    wanted = sorted({str(entry["description"]) for entry in entries if entry.get("awaiting_action_from") == "user"})
    country = (given.get("identity") or {}).get("country")
    return Recipient(
        id=given["id"],
        country=country.upper() if country else None,
        can_receive=transfers.get("status") == "active" and not given.get("closed"),
        livemode=given["livemode"],
        closed=bool(given.get("closed")),
        missing=tuple(wanted),
        why_not=str(details[0]["code"]) if details else None,
        subject=_subject(given),
    )


def plan_of(given: Given) -> Plan:
    """A subscription; its period is that of its first item."""
    items = (given.get("items") or {}).get("data") or []
    item: Given = items[0] if items else {}
    return Plan(
        id=given["id"],
        status=given["status"],
        customer_id=id_of(given["customer"]) or "",
        livemode=given["livemode"],
        subject=_subject(given),
        price_id=id_of(item.get("price")),
        period_ends_at=time_of(item.get("current_period_end")),
        cancel_at=time_of(given.get("cancel_at")),
        cancels_at_period_end=bool(given.get("cancel_at_period_end")),
        invoice_id=id_of(given.get("latest_invoice")),
        ended_at=time_of(given.get("ended_at")),
        created_at=_time(given["created"]),
    )


def invoice_of(given: Given) -> Invoice:
    """An invoice with its payments expanded."""
    parent = ((given.get("parent") or {}).get("subscription_details")) or {}
    payments = (given.get("payments") or {}).get("data") or []
    made = [id_of((payment.get("payment") or {}).get("payment_intent")) for payment in payments]
    return Invoice(
        id=given["id"],
        number=given.get("number"),
        status=given.get("status"),
        customer_id=id_of(given.get("customer")),
        subscription_id=id_of(parent.get("subscription")),
        subject=_subject(parent),
        paid=given["amount_paid"],
        tax=sum(tax["amount"] for tax in given.get("total_taxes") or ()),
        refunded=given.get("post_payment_credit_notes_amount") or 0,
        currency=given["currency"].upper(),
        livemode=given["livemode"],
        page_url=given.get("hosted_invoice_url"),
        pdf_url=given.get("invoice_pdf"),
        due_at=time_of(given.get("due_date")),
        paid_at=time_of((given.get("status_transitions") or {}).get("paid_at")),
        payment_ids=tuple(payment for payment in made if payment),
        created_at=_time(given["created"]),
    )


def balance_of(given: Given) -> list[BalanceOf]:
    """The balance by currency."""
    sums: dict[str, list[int]] = {}
    for place, name in enumerate(("available", "pending")):
        for part in given.get(name) or ():
            sums.setdefault(part["currency"].upper(), [0, 0])[place] += part["amount"]
    return [BalanceOf(currency=code, available=parts[0], pending=parts[1]) for code, parts in sorted(sums.items())]


# Where an object names the one above it.
_PARENTS = ("payment_intent", "charge", "transfer")


def hint_of(given: Given) -> Hint:
    """An event, thin or not; raises `ValueError` for what is none."""
    try:
        thin = given.get("object") == "v2.core.event"
        about = given["related_object"] if thin else given["data"]["object"]
        created = given["created"]
        at = datetime.fromisoformat(created) if isinstance(created, str) else _time(created)
        parents = (id_of(about.get(name)) for name in _PARENTS)
        return Hint(
            id=_word(given["id"]),
            type=_word(given["type"]),
            object_id=_word(about["id"]),
            object_type=_word(about["type"] if thin else about["object"]),
            livemode=bool(given["livemode"]),
            created_at=at,
            account_id=id_of(given.get("account") or given.get("context")),
            api_version=given.get("api_version"),
            parent_id=next(filter(None, parents), None),
        )
    except (AttributeError, KeyError, TypeError, OverflowError, OSError) as error:
        raise ValueError("this is no event") from error


def _word(value: object) -> str:
    if not isinstance(value, str) or not value or len(value) > 255:
        raise ValueError("this is no event")
    return value
