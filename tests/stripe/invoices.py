"""Invoices of subscriptions, and their payments."""

import copy
from typing import Any

from tests.stripe import cards
from tests.stripe.blanks import INVOICE
from tests.stripe.errors import RefusedError
from tests.stripe.handlers import Call, fetch, on
from tests.stripe.payments import attempt, new_intent
from tests.stripe.world import LAZY, Obj, World, listed, page, shown

_TOTALS = ("amount_due", "amount_remaining", "subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax")


def new_invoice(world: World, subscription: Obj, reason: str, period: tuple[int, int]) -> Obj:
    """An open invoice of a subscription for a period."""
    customer = world.by_id[subscription["customer"]]
    lines = [
        _line(world, subscription, item, period)
        for item in world.of("subscription_item", subscription=subscription["id"])
    ]
    total, name, now = sum(line["amount"] for line in lines), world.new_id("in"), world.clock.now()
    made = {
        **copy.deepcopy(INVOICE),
        **dict.fromkeys(_TOTALS, total),
        "id": name,
        "object": "invoice",
        "billing_reason": reason,
        "currency": subscription["currency"],
        "customer": customer["id"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "effective_at": now,
        "hosted_invoice_url": f"{world.choices.pages}/invoices/{name}",
        "invoice_pdf": f"{world.choices.pages}/invoices/{name}/pdf",
        "lines": listed(f"/v1/invoices/{name}/lines", lines),
        "number": f"{customer['invoice_prefix']}-{world.number():04d}",
        "parent": _parent(subscription),
        "period_end": now,
        "period_start": now,
        "status_transitions": {
            "finalized_at": now,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
    }
    for line in lines:
        line["invoice"] = name
    world.emit("invoice.created", world.add(made))
    world.emit("invoice.finalized", made)
    subscription["latest_invoice"] = name
    return made


def _parent(subscription: Obj) -> Obj:
    details = {"metadata": dict(subscription["metadata"]), "subscription": subscription["id"]}
    return {"quote_details": None, "subscription_details": details, "type": "subscription_details"}


def _line(world: World, subscription: Obj, item: Obj, period: tuple[int, int]) -> Obj:
    price = item["price"]
    amount = price["unit_amount"] * item["quantity"]
    details = {"invoice_item": None, "proration": False, "proration_details": {"credited_items": None}}
    return {
        "id": world.new_id("il"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": f"{item['quantity']} x {world.by_id[price['product']]['name']}",
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": {},
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                **details,
                "subscription": subscription["id"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        "period": {"start": period[0], "end": period[1]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": item["quantity"],
        "subtotal": amount,
        "taxes": [],
    }


def collect(world: World, invoice: Obj, method: Obj) -> bool:
    """Charge an open invoice to a card; whether it is paid."""
    secret = world.secret[invoice["id"]]
    if secret.get("intent") is None and invoice["total"] > 0:
        secret["intent"] = new_intent(
            world, invoice["total"], invoice["currency"], invoice["customer"], {"description": "Subscription"}
        )
        _payment(world, invoice, secret["intent"])
    invoice["attempted"] = True
    invoice["attempt_count"] += 1
    is_paid = (
        invoice["total"] == 0
        or attempt(world, secret["intent"], method, is_authenticated=secret.pop("present", False)) == "succeeded"
    )
    if is_paid:
        now = world.clock.now()
        invoice.update(
            status="paid",
            amount_paid=invoice["total"],
            amount_remaining=0,
            next_payment_attempt=None,
            auto_advance=False,
        )
        invoice["status_transitions"]["paid_at"] = now
        for each in world.of("invoice_payment", invoice=invoice["id"]):
            each.update(status="paid", amount_paid=invoice["total"])
            each["status_transitions"]["paid_at"] = now
            world.emit("invoice_payment.paid", each)
        world.emit("invoice.paid", invoice)
        world.emit("invoice.payment_succeeded", invoice)
    else:
        needs_action = secret["intent"]["status"] == "requires_action"
        world.emit("invoice.payment_action_required" if needs_action else "invoice.payment_failed", invoice)
    return is_paid


def _payment(world: World, invoice: Obj, intent: Obj) -> None:
    world.add(
        {
            "id": world.new_id("inpay"),
            "object": "invoice_payment",
            "amount_paid": None,
            "amount_requested": invoice["total"],
            "currency": invoice["currency"],
            "invoice": invoice["id"],
            "is_default": True,
            "livemode": False,
            "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
            "status": "open",
            "status_transitions": {"canceled_at": None, "paid_at": None},
        }
    )


def _payments(world: World, invoice: Obj) -> Obj:
    found = [shown(world, each) for each in world.of("invoice_payment", invoice=invoice["id"])]
    return listed(f"/v1/invoices/{invoice['id']}/payments", found)


def _secret(world: World, invoice: Obj) -> Obj:
    intent = world.secret[invoice["id"]].get("intent")
    return {"client_secret": intent["client_secret"], "type": "payment_intent"} if intent else {}


LAZY["invoice", "payments"] = _payments
LAZY["invoice", "confirmation_secret"] = _secret
fetch("/v1/invoices/{invoice}", "invoice")
fetch("/v1/invoice_payments/{invoice_payment}", "invoice_payment")


@on("get /v1/invoices")
def _list(world: World, call: Call) -> Obj:
    found = world.of("invoice", **{name: call.params[name] for name in ("customer", "status") if name in call.params})
    if name := call.params.get("subscription"):
        found = [each for each in found if each["parent"]["subscription_details"]["subscription"] == name]
    return page(world, "/v1/invoices", found, call.params)


@on("get /v1/invoice_payments")
def _list_payments(world: World, call: Call) -> Obj:
    wanted: dict[str, Any] = {name: call.params[name] for name in ("invoice", "status") if name in call.params}
    found = world.of("invoice_payment", **wanted)
    if intent := call.params.get("payment", {}).get("payment_intent"):
        found = [each for each in found if each["payment"]["payment_intent"] == intent]
    return page(world, "/v1/invoice_payments", found, call.params)


def settle_by(world: World, invoice: Obj, number: str) -> bool:
    """A person pays an open invoice on its page; whether the card was taken."""
    if invoice["status"] != "open":
        raise RefusedError("Invoice is already paid", code="invoice_already_paid")
    world.secret[invoice["id"]]["present"] = True
    method = cards.stored(world, number, invoice["customer"])
    is_paid = collect(world, invoice, method)
    if is_paid:
        subscription = world.by_id[invoice["parent"]["subscription_details"]["subscription"]]
        world.secret[subscription["id"]]["paid"](method)
    return is_paid
