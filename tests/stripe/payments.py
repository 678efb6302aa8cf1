"""Payment intents and charges."""

import copy
from typing import Any

from tests.stripe import cards
from tests.stripe.blanks import CHARGE, INTENT
from tests.stripe.disputes import dispute, warn
from tests.stripe.errors import RefusedError
from tests.stripe.handlers import Call, fetch, fixed_fee, metadata, on
from tests.stripe.money import book
from tests.stripe.refunds import refunds_of
from tests.stripe.world import LAZY, Obj, World, listed, page, shown

FINAL = frozenset({"succeeded", "canceled"})


def new_intent(world: World, amount: int, currency: str, customer: str | None, data: Obj) -> Obj:
    """An intent that waits for a card. `data`: as `payment_intent_data` of a Checkout session has it."""
    name = world.new_id("pi")
    made = {
        **copy.deepcopy(INTENT),
        "id": name,
        "amount": amount,
        "capture_method": data.get("capture_method", "automatic_async"),
        "client_secret": f"{name}_secret_{world.number()}",
        "currency": currency,
        "customer": customer,
        "description": data.get("description"),
        "metadata": metadata(data.get("metadata")),
        "receipt_email": data.get("receipt_email"),
        "setup_future_usage": data.get("setup_future_usage"),
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
        "transfer_group": data.get("transfer_group"),
    }
    world.emit("payment_intent.created", world.add(made))
    return made


def attempt(world: World, intent: Obj, method: Obj, *, is_authenticated: bool = False) -> str:
    """Try a card on an intent: the intent's status afterwards."""
    card = cards.of_method(world, method["id"])
    if card.needs_action and not is_authenticated:
        redirect = {
            "redirect_to_url": {"return_url": None, "url": f"{world.choices.pages}/3ds"},
            "type": "redirect_to_url",
        }
        world.change(
            intent,
            "payment_intent.requires_action",
            status="requires_action",
            next_action=redirect,
            payment_method=method["id"],
        )
    elif card.code is not None:
        _decline(world, intent, method, card)
    else:
        _succeed(world, intent, method, card)
    return str(intent["status"])


def decline_authentication(world: World, intent: Obj, method: Obj) -> None:
    """The person did not authenticate."""
    _decline(world, intent, method, cards.Card("", "", "payment_intent_authentication_failure"))


def _decline(world: World, intent: Obj, method: Obj, card: cards.Card) -> None:
    charge = _charge(world, intent, method)
    charge.update(
        status="failed",
        paid=False,
        captured=False,
        amount_captured=0,
        failure_code=card.code,
        failure_message="Your card was declined.",
        receipt_url=None,
        outcome=_outcome("issuer_declined", card.decline_code),
    )
    world.emit("charge.failed", world.add(charge))
    error = {
        "charge": charge["id"],
        "code": card.code,
        "decline_code": card.decline_code,
        "message": "Your card was declined.",
        "payment_method": shown(world, method),
        "type": "card_error",
    }
    world.change(
        intent,
        "payment_intent.payment_failed",
        status="requires_payment_method",
        last_payment_error=error,
        latest_charge=charge["id"],
        next_action=None,
        payment_method=None,
    )


def _succeed(world: World, intent: Obj, method: Obj, card: cards.Card) -> None:
    charge = world.add(_charge(world, intent, method))
    intent.update(
        status="succeeded",
        amount_received=intent["amount"],
        latest_charge=charge["id"],
        last_payment_error=None,
        next_action=None,
        payment_method=method["id"],
    )
    world.emit("charge.succeeded", charge)
    world.emit("payment_intent.succeeded", intent)
    world.later(world.choices.capture_after, lambda: settle(world, charge))
    after = world.choices.capture_after + 1
    if card.warns:
        world.later(after, lambda: warn(world, charge))
    if (reason := card.dispute) is not None:
        world.later(after, lambda: dispute(world, charge, reason, is_inquiry=card.is_inquiry))


def settle(world: World, charge: Obj) -> None:
    """The charge gets its balance transaction; once."""
    if charge["balance_transaction"] is not None or charge["status"] != "succeeded":
        return
    choices, amount = world.choices, charge["amount"]
    fee = (amount * choices.fee_permille + 500) // 1_000 + fixed_fee(choices.fee_fixed, charge["currency"])
    card = cards.of_method(world, charge["payment_method"])
    made = book(
        world,
        "charge",
        amount,
        charge["currency"],
        charge["id"],
        fee=fee,
        available_on=world.clock.now() + (0 if card.skips_pending else choices.available_after),
        description=charge["description"],
    )
    world.change(charge, "charge.updated", balance_transaction=made["id"])


def _outcome(kind: str, reason: str | None) -> Obj:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network" if kind == "authorized" else "declined_by_network",
        "reason": reason,
        "risk_level": "normal",
        "risk_score": 7,
        "seller_message": "Payment complete." if kind == "authorized" else "The bank did not accept.",
        "type": kind,
    }


def _charge(world: World, intent: Obj, method: Obj) -> Obj:
    name, card = world.new_id("ch"), method["card"]
    details = {
        key: card[key]
        for key in ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    }
    return {
        **copy.deepcopy(CHARGE),
        "id": name,
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "billing_details": method["billing_details"],
        "created": world.clock.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "metadata": dict(intent["metadata"]),
        "outcome": _outcome("authorized", None),
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"card": details, "type": "card"},
        "receipt_email": intent["receipt_email"],
        "receipt_url": f"{world.choices.pages}/receipts/{name}",
        "transfer_group": intent["transfer_group"],
    }


LAZY["charge", "refunds"] = lambda world, charge: listed(
    f"/v1/charges/{charge['id']}/refunds", [shown(world, each) for each in refunds_of(world, charge)]
)

fetch("/v1/payment_intents/{intent}", "payment_intent")
fetch("/v1/charges/{charge}", "charge")
fetch("/v1/payment_methods/{payment_method}", "payment_method")


@on("get /v1/payment_intents")
def _intents(world: World, call: Call) -> Obj:
    return page(world, "/v1/payment_intents", world.of("payment_intent", **_by(call, "customer")), call.params)


@on("get /v1/charges")
def _charges(world: World, call: Call) -> Obj:
    found = world.of("charge", **_by(call, "customer", "payment_intent", "transfer_group"))
    return page(world, "/v1/charges", found, call.params)


def _by(call: Call, *names: str) -> dict[str, Any]:
    return {name: call.params[name] for name in names if name in call.params}


@on("post /v1/payment_intents/{intent}")
def _change(world: World, call: Call) -> Obj:
    return _described(call, world.find("payment_intent", call.place()))


@on("post /v1/charges/{charge}")
def _change_charge(world: World, call: Call) -> Obj:
    found = _described(call, world.find("charge", call.place()))
    world.emit("charge.updated", found)
    return found


def _described(call: Call, found: Obj) -> Obj:
    beyond = set(call.params) - {"metadata", "description", "expand", "transfer_group"}
    if beyond:
        raise RefusedError(f"This fake does not change {', '.join(sorted(beyond))}.", param=min(beyond))
    if "metadata" in call.params:
        found["metadata"] = metadata(call.params["metadata"], found["metadata"])
    if "transfer_group" in call.params and found["transfer_group"] not in (None, call.params["transfer_group"]):
        raise RefusedError("A transfer_group cannot be changed once it is set.", param="transfer_group")
    found.update({name: call.params[name] for name in ("description", "transfer_group") if name in call.params})
    return found


@on("post /v1/payment_intents/{intent}/cancel")
def _cancel(world: World, call: Call) -> Obj:
    found = world.find("payment_intent", call.place())
    if found["status"] in FINAL:
        message = f"You cannot cancel this PaymentIntent because it has a status of {found['status']}."
        raise RefusedError(message, code="payment_intent_unexpected_state")
    if any(each["payment_intent"] == found["id"] and each["status"] == "open" for each in world.of("checkout.session")):
        raise RefusedError("You cannot cancel the PaymentIntent of an open Checkout session; expire the session.")
    reason = call.params.get("cancellation_reason")
    cancel_intent(world, found, reason)
    return found


def cancel_intent(world: World, intent: Obj, reason: str | None) -> None:
    """Give an intent up."""
    world.change(
        intent,
        "payment_intent.canceled",
        status="canceled",
        canceled_at=world.clock.now(),
        cancellation_reason=reason,
        next_action=None,
    )
